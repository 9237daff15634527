// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/budgetdialog.h"

#include "ui/models/format.h"
#include "ui/pages/cost/budgettext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/segments.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <set>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int MonthsBack = 12;
constexpr int MonthsAhead = 24;
constexpr int LongestName = 200;

/// Months as combo data: since the year 0.
int numberOf(cost::Month month)
{
    return static_cast<int>(month.year()) * 12 + static_cast<int>(static_cast<unsigned>(month.month())) - 1;
}

cost::Month monthFrom(int number)
{
    return std::chrono::year{number / 12} / std::chrono::month{static_cast<unsigned>(number % 12) + 1};
}

} // namespace

BudgetDialog::BudgetDialog(BudgetDesk& desk, std::optional<BudgetLine> edited, QWidget* parent)
    : QDialog(parent)
    , m_desk(desk)
    , m_edited(std::move(edited))
    , m_scope(new Segments(u"budgetScope"_s, tr("Whose budget"),
                           {scopeName(cost::BudgetScope::Everything), scopeName(cost::BudgetScope::Team),
                            scopeName(cost::BudgetScope::Service)}))
    , m_nameLabel(makeLabel(u"budgetNameLabel"_s, ""))
    , m_name(new QComboBox)
    , m_amount(new QLineEdit)
    , m_currency(new QLineEdit)
    , m_since(new QComboBox)
    , m_until(new QComboBox)
    , m_error(makeLabel(u"budgetError"_s, "bad"))
{
    const QString title = m_edited ? tr("Budget of %1").arg(titleOf(*m_edited)) : tr("Add a budget");
    nameWidget(this, u"budgetDialog"_s, title);
    setWindowTitle(title);
    nameWidget(m_name, u"budgetName"_s, tr("Name"));
    nameWidget(m_amount, u"budgetAmount"_s, tr("Amount for each month"));
    nameWidget(m_currency, u"budgetCurrency"_s, tr("Currency"));
    nameWidget(m_since, u"budgetSince"_s, tr("First month"));
    nameWidget(m_until, u"budgetUntil"_s, tr("Last month"));
    m_name->setEditable(true);
    m_name->setInsertPolicy(QComboBox::NoInsert);
    m_name->lineEdit()->setMaxLength(LongestName);
    nameWidget(m_name->lineEdit(), u"budgetNameField"_s, tr("Name"));
    m_amount->setPlaceholderText(u"1250.50"_s);
    m_currency->setMaxLength(3);
    m_currency->setFixedWidth(72);
    m_error->setWordWrap(true);
    m_error->hide();
    auto* const amount = new QHBoxLayout;
    amount->setSpacing(metric::Space2);
    amount->addWidget(m_amount, 1);
    amount->addWidget(m_currency);
    auto* const form = new QFormLayout;
    form->setSpacing(metric::Space2);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("For"), m_scope);
    form->addRow(m_nameLabel, m_name);
    form->addRow(tr("Each month"), amount);
    form->addRow(tr("From"), m_since);
    form->addRow(tr("To"), m_until);
    auto* const note =
        makeLabel(u"budgetNote"_s, "caption",
                  tr("Another amount from some month on: let this budget end, and add one that "
                     "begins then. What was true before stays known."));
    note->setWordWrap(true);
    auto* const buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    nameWidget(buttons, u"budgetButtons"_s, tr("Save or cancel"));
    m_save = buttons->addButton(m_edited ? tr("Save") : tr("Add"), QDialogButtonBox::AcceptRole);
    nameWidget(m_save, u"budgetSave"_s, m_save->text());
    m_save->setProperty("kind", u"primary"_s);
    nameWidget(buttons->button(QDialogButtonBox::Cancel), u"budgetCancel"_s, tr("Cancel"));
    connect(buttons, &QDialogButtonBox::accepted, this, &BudgetDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_scope, &Segments::chosen, this, &BudgetDialog::fillNames);
    connect(&m_desk, &BudgetDesk::done, this, [this] {
        if (m_asked)
            QDialog::accept();
    });
    connect(&m_desk, &BudgetDesk::refused, this, [this](const Error& error) {
        if (m_asked)
            refuse(error);
    });
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space4, metric::Space4, metric::Space4, metric::Space4);
    column->setSpacing(metric::Space3);
    column->addLayout(form);
    column->addWidget(note);
    column->addWidget(m_error);
    column->addWidget(buttons);
    if (m_edited) {
        const cost::Budget& budget = m_edited->budget;
        m_scope->setCurrent(static_cast<int>(budget.scope));
        m_amount->setText(fromText(cost::exactText(budget.monthly)));
        m_currency->setText(fromText(budget.currency.text()));
    } else if (m_desk.view()) {
        m_currency->setText(fromText(m_desk.view()->grouping.currency.text()));
    }
    fillNames();
    fillMonths();
    for (QWidget* const fixed : {static_cast<QWidget*>(m_scope), static_cast<QWidget*>(m_since)})
        fixed->setEnabled(!m_edited);
    m_name->setEnabled(!m_edited && scope() != cost::BudgetScope::Everything);
    m_amount->setFocus();
    resize(460, sizeHint().height());
}

cost::BudgetScope BudgetDialog::scope() const
{
    return static_cast<cost::BudgetScope>(m_scope->current());
}

void BudgetDialog::fillNames()
{
    m_name->clear();
    m_nameLabel->setText(scope() == cost::BudgetScope::Team ? tr("Team") : tr("Service"));
    const auto& view = m_desk.view();
    if (m_edited) {
        m_name->addItem(titleOf(*m_edited), fromText(m_edited->budget.key));
    } else if (view && scope() == cost::BudgetScope::Service) {
        for (const jobs::KnownService& service : view->services)
            m_name->addItem(fromText(service.name), fromText(service.id));
    } else if (view && scope() == cost::BudgetScope::Team) {
        std::set<std::string> teams;
        for (const jobs::KnownService& service : view->services)
            teams.insert(service.team);
        teams.erase(std::string());
        for (const std::string& team : teams)
            m_name->addItem(fromText(team), fromText(team));
    }
    m_name->model()->sort(0);
    m_name->setCurrentIndex(m_edited ? 0 : -1);
    m_name->setEnabled(!m_edited && scope() != cost::BudgetScope::Everything);
    m_name->lineEdit()->setPlaceholderText(
        scope() == cost::BudgetScope::Everything ? tr("all services together") : tr("choose or type"));
}

void BudgetDialog::fillMonths()
{
    const cost::Month today = m_desk.view() ? cost::monthOf(m_desk.view()->today) : cost::Month();
    const int now = numberOf(today);
    int first = now - MonthsBack;
    int since = now;
    if (m_edited) {
        since = numberOf(m_edited->budget.since);
        first = std::min(first, since);
    }
    const std::optional<cost::Month> until = m_edited ? m_edited->budget.until : std::nullopt;
    const int last = std::max(now + MonthsAhead, until ? numberOf(*until) : 0);
    m_until->addItem(tr("no end"), -1);
    for (int number = first; number <= last; ++number) {
        m_since->addItem(monthName(monthFrom(number)), number);
        m_until->addItem(monthName(monthFrom(number)), number);
    }
    m_since->setCurrentIndex(m_since->findData(since));
    m_until->setCurrentIndex(until ? m_until->findData(numberOf(*until) - 1) : 0);
}

BudgetEntry BudgetDialog::entry() const
{
    BudgetEntry entry;
    entry.scope = scope();
    // A name that stands in the list means its service; anything else is an id as it was typed.
    const int known = m_name->findText(m_name->currentText(), Qt::MatchExactly);
    const bool chosen =
        m_name->currentIndex() >= 0 && m_name->itemText(m_name->currentIndex()) == m_name->currentText();
    entry.key = chosen       ? m_name->currentData().toString()
                : known >= 0 ? m_name->itemData(known).toString()
                             : m_name->currentText();
    entry.amount = m_amount->text();
    entry.currency = m_currency->text();
    entry.since = monthFrom(m_since->currentData().toInt());
    const int last = m_until->currentData().toInt();
    if (last >= 0)
        entry.until = monthFrom(last + 1);
    return entry;
}

void BudgetDialog::accept()
{
    const Result<cost::Budget> budget = budgetFrom(entry());
    if (!budget)
        return refuse(budget.error());
    m_asked = true;
    m_save->setEnabled(false);
    m_error->hide();
    m_desk.put(*budget, m_edited.has_value());
}

void BudgetDialog::refuse(const Error& error)
{
    m_asked = false;
    m_save->setEnabled(true);
    m_error->setText(fromText(error.message + (error.advice.empty() ? "" : " " + error.advice)));
    m_error->show();
    // As wide as it was, and as high as the sentence needs.
    resize(width(), std::max(height(), layout()->totalHeightForWidth(width())));
}

} // namespace gatehouse::ui
