// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/budgetpanel.h"

#include "ui/charts/forecastchart.h"
#include "ui/models/format.h"
#include "ui/models/recordmodel.h"
#include "ui/pages/cost/budgetdialog.h"
#include "ui/pages/cost/budgetgauge.h"
#include "ui/pages/cost/budgetrecords.h"
#include "ui/pages/cost/budgettext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/stateview.h"
#include "ui/widgets/tableview.h"

#include <QtGui/QShortcut>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int DetailWidth = 340;
constexpr int FewestRows = 3;
constexpr int MostRows = 6;
constexpr int EmptyHeight = 176;

} // namespace

BudgetPanel::BudgetPanel(const Theme& theme, CostPresenter& presenter)
    : m_theme(theme)
    , m_desk(presenter)
    , m_notice(new NoticeBar(theme, u"budgetNotice"_s))
    , m_caption(makeLabel(u"budgetCaption"_s, "caption"))
    , m_add(new QPushButton(tr("Add a budget…")))
    , m_edit(new QPushButton(tr("Edit…")))
    , m_remove(new QPushButton(tr("Remove")))
    , m_undo(new QPushButton(tr("Undo")))
    , m_place(new QWidget)
    , m_stack(nullptr)
    , m_empty(new StateView(theme, u"budgetEmpty"_s))
    , m_tablePanel(makePanel(u"budgetTablePanel"_s, tr("Budgets")))
    , m_model(new RecordModel(budgetColumns(), this))
    , m_table(new TableView(theme, *m_model, u"budgetTable"_s, tr("Budgets")))
    , m_chart(new ForecastChart(theme))
    , m_proof(wrapped(makeLabel(u"budgetProof"_s, "caption")))
    , m_title(makeLabel(u"budgetTitle"_s, "heading"))
    , m_state(makeLabel(u"budgetState"_s, "strong"))
    , m_spent(wrapped(makeLabel(u"budgetSpent"_s, "")))
    , m_forecast(wrapped(makeLabel(u"budgetForecast"_s, "")))
    , m_runsOut(wrapped(makeLabel(u"budgetRunsOut"_s, "strong")))
    , m_change(wrapped(makeLabel(u"budgetChange"_s, "caption")))
{
    nameWidget(this, u"budgetPanel"_s, tr("Budgets"));
    auto* const below = new QHBoxLayout;
    below->setSpacing(metric::Space3);
    below->addWidget(buildChart(), 1);
    below->addWidget(buildDetail());
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space3);
    column->addWidget(m_notice);
    column->addWidget(buildHead());
    column->addWidget(buildTable());
    column->addLayout(below, 1);
    addKeys();
    connect(&m_desk, &BudgetDesk::changed, this, &BudgetPanel::showState);
    connect(&m_desk, &BudgetDesk::done, this, &BudgetPanel::told);
    connect(&m_desk, &BudgetDesk::refused, this,
            [this](const Error& error) { Q_EMIT told(fromText(error.message)); });
    connect(&theme, &Theme::changed, this, &BudgetPanel::showState);
    showState();
}

QWidget* BudgetPanel::buildHead()
{
    auto* const head = new QWidget;
    nameWidget(head, u"budgetHead"_s, tr("Budgets"));
    auto* const row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::Space2);
    row->addWidget(m_caption, 1);
    nameWidget(m_add, u"budgetAdd"_s, tr("Add a budget"));
    nameWidget(m_edit, u"budgetEdit"_s, tr("Edit the budget"));
    nameWidget(m_remove, u"budgetRemove"_s, tr("Remove the budget"));
    nameWidget(m_undo, u"budgetUndo"_s, tr("Undo"));
    for (QPushButton* const button : {m_undo, m_remove, m_edit, m_add})
        row->addWidget(button);
    connect(m_add, &QPushButton::clicked, this, &BudgetPanel::openAdd);
    connect(m_edit, &QPushButton::clicked, this, &BudgetPanel::openEdit);
    connect(m_remove, &QPushButton::clicked, this, [this] {
        if (const BudgetLine* const line = m_desk.selected())
            m_desk.remove(line->key);
    });
    connect(m_undo, &QPushButton::clicked, &m_desk, &BudgetDesk::undo);
    return head;
}

QWidget* BudgetPanel::buildTable()
{
    auto* const inner = new QVBoxLayout(m_tablePanel);
    inner->setContentsMargins(1, 1, 1, 1);
    inner->addWidget(m_table);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setSpareColumns({BudgetColumn::For, BudgetColumn::Interval});
    m_table->setItemDelegateForColumn(BudgetColumn::Used,
                                      new BudgetGauge(m_theme, *m_table, BudgetColumn::Ends));
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        const QModelIndexList rows = m_table->selectionModel()->selectedRows();
        if (!rows.isEmpty() && !m_selecting)
            m_desk.select(rows.front().data(RecordModel::KeyRole).toString());
    });
    connect(m_table, &TableView::rowActivated, this, &BudgetPanel::openEdit);
    connect(m_empty, &StateView::actionRequested, this, &BudgetPanel::openAdd);
    nameWidget(m_place, u"budgetPlace"_s, tr("Budgets"));
    m_stack = new QStackedLayout(m_place);
    m_stack->addWidget(m_tablePanel);
    m_stack->addWidget(m_empty);
    return m_place;
}

QWidget* BudgetPanel::buildChart()
{
    QFrame* const panel = makePanel(u"budgetChartPanel"_s, tr("This month"));
    nameWidget(m_chart, u"budgetChart"_s, tr("Forecast of the month"));
    auto* const column = new QVBoxLayout(panel);
    column->setContentsMargins(metric::Space4, metric::Space3, metric::Space4, metric::Space3);
    column->setSpacing(metric::Space2);
    column->addWidget(m_chart, 1);
    column->addWidget(m_proof);
    return panel;
}

QWidget* BudgetPanel::buildDetail()
{
    QFrame* const panel = makePanel(u"budgetDetail"_s, tr("The chosen budget"));
    panel->setFixedWidth(DetailWidth);
    auto* const heading = new QHBoxLayout;
    heading->addWidget(m_title, 1);
    heading->addWidget(m_state);
    auto* const causes = new QGridLayout;
    causes->setHorizontalSpacing(metric::Space3);
    causes->setVerticalSpacing(2);
    causes->setColumnStretch(0, 1);
    for (int i = 0; i < causeCount(); ++i) {
        QLabel* const name = makeLabel(u"budgetCause%1"_s.arg(i), "muted");
        QLabel* const amount = makeLabel(u"budgetCauseAmount%1"_s.arg(i), "strong");
        amount->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        causes->addWidget(name, i, 0);
        causes->addWidget(amount, i, 1);
        m_causes.emplace_back(name, amount);
    }
    auto* const column = new QVBoxLayout(panel);
    column->setContentsMargins(metric::Space4, metric::Space3, metric::Space4, metric::Space3);
    column->setSpacing(metric::Space1 + 2);
    column->addLayout(heading);
    column->addWidget(m_runsOut);
    column->addWidget(m_spent);
    column->addWidget(m_forecast);
    column->addSpacing(metric::Space1);
    column->addWidget(makeLabel(u"budgetCausesTitle"_s, "strong", tr("What drives it")));
    column->addWidget(m_change);
    column->addLayout(causes);
    column->addStretch(1);
    return panel;
}

void BudgetPanel::addKeys()
{
    const auto key = [this](const QKeySequence& keys, QWidget* on, auto&& run) {
        auto* const shortcut = new QShortcut(keys, on);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, std::forward<decltype(run)>(run));
    };
    key(QKeySequence(Qt::Key_Insert), this, [this] { m_add->click(); });
    key(QKeySequence(Qt::Key_Delete), m_table, [this] { m_remove->click(); });
    key(QKeySequence(QKeySequence::Undo), this, [this] { m_undo->click(); });
}

void BudgetPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_desk.setActive(true);
}

void BudgetPanel::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_desk.setActive(false);
}

void BudgetPanel::openAdd()
{
    auto* const dialog = new BudgetDialog(m_desk, std::nullopt, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void BudgetPanel::openEdit()
{
    const BudgetLine* const line = m_desk.selected();
    if (line == nullptr || !m_edit->isEnabled())
        return;
    auto* const dialog = new BudgetDialog(m_desk, *line, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void BudgetPanel::showExample()
{
    m_example = true;
    showState();
}

std::optional<BudgetLine> BudgetPanel::example() const
{
    const auto& detail = m_desk.detail();
    if (!m_example || !m_desk.known() || !m_desk.lines().empty() || !detail || !detail->forecast)
        return std::nullopt;
    return exampleLine(*detail);
}

std::vector<BudgetLine> BudgetPanel::lines() const
{
    const std::optional<BudgetLine> shown = example();
    return shown ? std::vector<BudgetLine>{*shown} : m_desk.lines();
}

std::optional<BudgetLine> BudgetPanel::chosen() const
{
    if (std::optional<BudgetLine> shown = example())
        return shown;
    const BudgetLine* const line = m_desk.selected();
    return line == nullptr ? std::nullopt : std::optional(*line);
}

void BudgetPanel::showState()
{
    showNotice();
    showTable();
    showChosen();
    showCauses();
    showActions();
    Q_EMIT shown();
}

void BudgetPanel::showNotice()
{
    const auto& view = m_desk.view();
    if (example())
        m_notice->show(
            NoticeBar::Weight::Info,
            tr("This is an example: nobody has set a budget. It is a tenth above the forecast, and "
               "nothing of it is kept."));
    else if (m_desk.error())
        m_notice->show(NoticeBar::Weight::Warning,
                       fromText(m_desk.error()->message + " " + m_desk.error()->advice), m_desk.error());
    else if (view && !view->budgetsUnknown.empty())
        m_notice->show(NoticeBar::Weight::Warning,
                       tr("A budget is not shown: %1").arg(fromText(view->budgetsUnknown)));
    else
        m_notice->show(NoticeBar::Weight::Info, {});
    m_caption->setText(view ? tr("%1, amounts in %2, days of %3. Spent counts days that are over.")
                                  .arg(monthName(cost::monthOf(view->today)),
                                       fromText(view->grouping.currency.text()), fromText(view->zone))
                            : QString());
}

void BudgetPanel::showTable()
{
    const std::vector<BudgetLine> shown = lines();
    if (shown.empty()) {
        StateView::Content content;
        if (m_desk.known()) {
            content.icon = u"cost"_s;
            content.title = tr("No budget yet");
            content.text =
                tr("A budget is what a service, a team or everything may cost in a month. Gatehouse "
                   "says on which day it will run out, and why.");
            content.action = tr("Add a budget…");
        } else {
            content.title = tr("Reading the budgets…");
            content.progress = -1;
        }
        m_empty->setContent(content);
    }
    m_selecting = true;
    const cost::Month month = m_desk.view() ? cost::monthOf(m_desk.view()->today) : cost::Month();
    std::vector<Record> records;
    for (const BudgetLine& line : shown)
        records.push_back(budgetRecord(line, month, m_theme.tokens()));
    m_model->setRecords(std::move(records));
    selectRow();
    m_selecting = false;
    // As tall as it has rows, so that the chart gets the rest.
    const int rows = std::clamp(static_cast<int>(shown.size()), FewestRows, MostRows);
    m_place->setFixedHeight(shown.empty() ? EmptyHeight : (rows + 1) * metric::RowHeight + metric::Space2);
    m_stack->setCurrentWidget(shown.empty() ? static_cast<QWidget*>(m_empty) : m_tablePanel);
}

void BudgetPanel::selectRow()
{
    const std::optional<BudgetLine> line = chosen();
    const QAbstractItemModel& model = *m_table->model();
    for (int row = 0; line && row < model.rowCount(); ++row) {
        if (model.index(row, 0).data(RecordModel::KeyRole).toString() != line->key)
            continue;
        if (!m_table->selectionModel()->isRowSelected(row))
            m_table->selectRow(row);
        return;
    }
    m_table->clearSelection();
}

void BudgetPanel::showChosen()
{
    const std::optional<BudgetLine> line = chosen();
    const auto& detail = m_desk.detail();
    const cost::Month month = m_desk.view() ? cost::monthOf(m_desk.view()->today) : cost::Month();
    m_title->setText(line ? titleOf(*line) : scopeName(cost::BudgetScope::Everything));
    const StateLook look = line ? lookOf(*line, month, m_theme.tokens())
                                : StateLook{u"–"_s, tr("No budget"), m_theme.tokens().muted};
    m_state->setText(look.text());
    setRole(m_state, look.color == m_theme.tokens().good   ? "good"
                     : look.color == m_theme.tokens().warn ? "warn"
                     : look.color == m_theme.tokens().bad  ? "bad"
                                                           : "muted");
    const cost::BudgetStatus* const status = line && line->status ? &*line->status : nullptr;
    m_runsOut->setVisible(status != nullptr);
    m_runsOut->setText(status != nullptr ? runsOutText(*status) : QString());
    m_spent->setText(spentText(status, detail.get()));
    const int digits = detail ? digitsOf(*detail) : 2;
    m_forecast->setText(
        detail ? forecastText(detail->forecast, fromText(detail->grouping.currency.text()), digits)
               : tr("Working it out…"));
    m_proof->setText(detail ? tr("How good is it? %1").arg(proofText(detail->proof)) : QString());
    m_chart->setCourse(detail ? courseOf(*detail, status) : MonthCourse(),
                       [digits](double amount) { return amountText(amount, digits); });
}

void BudgetPanel::showCauses()
{
    const auto& detail = m_desk.detail();
    m_change->setText(detail ? changeSentence(*detail) : QString());
    const std::vector<CauseLine> causes = detail ? causeLines(*detail) : std::vector<CauseLine>();
    for (std::size_t i = 0; i < m_causes.size(); ++i) {
        const bool shown = i < causes.size();
        m_causes[i].first->setVisible(shown);
        m_causes[i].second->setVisible(shown);
        if (!shown)
            continue;
        m_causes[i].first->setText(causes[i].name);
        setPlainToolTip(m_causes[i].first, causes[i].hint);
        m_causes[i].second->setText(causes[i].amount);
    }
}

void BudgetPanel::showActions()
{
    const bool ready = m_desk.known() && !m_desk.busy();
    const bool real = ready && m_desk.selected() != nullptr;
    m_add->setEnabled(ready);
    m_edit->setEnabled(real);
    m_remove->setEnabled(real);
    m_undo->setVisible(!m_desk.undoable().isEmpty());
    m_undo->setEnabled(ready);
    setPlainToolTip(m_undo, m_desk.undoable());
}

} // namespace gatehouse::ui
