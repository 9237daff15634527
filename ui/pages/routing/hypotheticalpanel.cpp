// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/hypotheticalpanel.h"

#include "ui/models/format.h"
#include "ui/models/recordmodel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/tableview.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLineEdit>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

std::vector<ColumnSpec> traceColumns()
{
    using P = HypotheticalPanel;
    return {{P::tr("Rule"), u"rule"_s, false, 150, {}},
            {P::tr("Outcome"), u"outcome"_s, false, 110, {}},
            {P::tr("Why"), u"why"_s, false, 320, {}}};
}

Cell outcomeCell(gateway::RuleTrace::Outcome outcome, const Tokens& tokens)
{
    using Outcome = gateway::RuleTrace::Outcome;
    const auto cell = [](const QString& text, const QColor& color) { return Cell{text, text, {}, color}; };
    switch (outcome) {
    case Outcome::Matched:
        return cell(HypotheticalPanel::tr("● Matches"), tokens.good);
    case Outcome::NotMatched:
        return cell(HypotheticalPanel::tr("○ No match"), tokens.muted);
    case Outcome::Unknown:
        return cell(HypotheticalPanel::tr("– Unknown"), tokens.warn);
    case Outcome::Disabled:
        return cell(HypotheticalPanel::tr("– Off"), tokens.muted);
    case Outcome::NotReached:
        return cell(HypotheticalPanel::tr("– Not reached"), tokens.muted);
    }
    return {};
}

} // namespace

HypotheticalPanel::HypotheticalPanel(const Theme& theme, RoutingPresenter& presenter)
    : m_theme(theme)
    , m_presenter(presenter)
    , m_budget(new QLineEdit)
    , m_verdict(makeLabel(u"hypotheticalVerdict"_s, "strong"))
    , m_model(new RecordModel(traceColumns(), this))
    , m_table(new TableView(theme, *m_model, u"hypotheticalTable"_s, tr("What each rule says")))
{
    nameWidget(this, u"hypothetical"_s, tr("What happens to a request"));
    auto* const grid = new QGridLayout;
    grid->setHorizontalSpacing(metric::Space3);
    grid->setVerticalSpacing(metric::Space2);
    const auto place = [&](int index, const QString& caption, QWidget* field, const QString& name) {
        nameWidget(field, name, caption);
        if (const auto* const box = qobject_cast<QComboBox*>(field))
            nameWidget(box->lineEdit(), name + u"Text"_s, caption);
        auto* const cell = new QVBoxLayout;
        cell->setSpacing(2);
        cell->addWidget(makeLabel(name + u"Caption"_s, "caption", caption));
        cell->addWidget(field);
        grid->addLayout(cell, index / 4, index % 4);
        grid->setColumnStretch(index % 4, 1);
    };
    for (std::size_t i = 0; i < m_values.size(); ++i) {
        auto* const box = new QComboBox;
        box->setEditable(true);
        box->setInsertPolicy(QComboBox::NoInsert);
        box->lineEdit()->setPlaceholderText(tr("not given"));
        box->setMinimumContentsLength(6);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        m_values[i] = box;
        place(static_cast<int>(i), fieldTitle(gateway::textField(i)), box, u"fact%1"_s.arg(i));
        connect(box, &QComboBox::editTextChanged, this, &HypotheticalPanel::showAnswer);
    }
    place(static_cast<int>(m_values.size()), tr("Budget used (percent)"), m_budget, u"factBudget"_s);
    m_budget->setPlaceholderText(tr("not known"));
    connect(m_budget, &QLineEdit::textChanged, this, &HypotheticalPanel::showAnswer);
    m_verdict->setWordWrap(true);
    m_table->setEmptyText(tr("There are no rules to ask"));
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(metric::Space4, metric::Space3, metric::Space4, metric::Space2);
    column->setSpacing(metric::Space2);
    column->addWidget(
        makeLabel(u"hypotheticalNote"_s, "caption",
                  tr("Hypothetical: no request is sent, and the rules are those of the draft.")));
    column->addLayout(grid);
    column->addWidget(m_verdict);
    column->addWidget(m_table, 1);
    connect(&theme, &Theme::changed, this, &HypotheticalPanel::showAnswer);
}

gateway::RequestFacts HypotheticalPanel::facts() const
{
    gateway::RequestFacts facts;
    for (std::size_t i = 0; i < m_values.size(); ++i)
        facts.texts[i] = m_values[i]->currentText().trimmed().toStdString();
    bool number = false;
    const int percent = m_budget->text().trimmed().toInt(&number);
    if (number && percent >= 0)
        facts.budgetUsed = percent;
    return facts;
}

void HypotheticalPanel::showAnswer()
{
    for (std::size_t i = 0; i < m_values.size(); ++i) {
        QStringList names;
        for (const std::string& value : m_presenter.suggestions(gateway::textField(i)))
            names.append(fromText(value));
        QComboBox* const box = m_values[i];
        if (box->count() != names.size() || (box->count() > 0 && box->itemText(0) != names.front())) {
            const QSignalBlocker quiet(box);
            const QString typed = box->currentText();
            box->clear();
            box->addItems(names);
            box->setEditText(typed);
        }
    }
    const gateway::RouteTrace trace = m_presenter.ask(facts());
    QString verdict = fromText(trace.sentence);
    const std::shared_ptr<const RoutingState> state = m_presenter.state();
    const jobs::RoutingPolicy* const policy = state->view ? state->view->including() : nullptr;
    if (trace.proven && trace.pool.empty() && policy != nullptr && !policy->backend.empty())
        verdict +=
            u' ' +
            tr("The policy of “%1” sends it to %2.").arg(fromText(policy->name), fromText(policy->backend));
    m_verdict->setText(verdict);
    std::vector<Record> records;
    for (const gateway::RuleTrace& rule : trace.rules) {
        const QString name = fromText(rule.rule);
        const QString why = fromText(rule.sentence);
        records.push_back(
            {QString::number(records.size()),
             {},
             {{name, name, {}, {}}, outcomeCell(rule.outcome, m_theme.tokens()), {why, why, why, {}}}});
    }
    m_model->setRecords(std::move(records));
}

} // namespace gatehouse::ui
