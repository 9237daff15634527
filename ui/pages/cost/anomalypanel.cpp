// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/anomalypanel.h"

#include "ui/models/format.h"
#include "ui/models/recordmodel.h"
#include "ui/pages/cost/anomalyruledialog.h"
#include "ui/pages/cost/anomalytext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/stateview.h"
#include "ui/widgets/tableview.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <array>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int SideWidth = 280;
constexpr int FewestAlerts = 3;
constexpr int MostAlerts = 7;
constexpr int NoAlertsHeight = 190;

std::array<std::pair<QString, std::chrono::hours>, 4> snoozeLengths()
{
    using std::chrono::hours;
    return {{{AnomalyPanel::tr("for 1 hour"), hours(1)},
             {AnomalyPanel::tr("for 8 hours"), hours(8)},
             {AnomalyPanel::tr("for 1 day"), hours(24)},
             {AnomalyPanel::tr("for 1 week"), hours(7 * 24)}}};
}

} // namespace

AnomalyPanel::AnomalyPanel(const Theme& theme, CostPresenter& presenter, std::function<QString()> workspaceId)
    : m_theme(theme)
    , m_presenter(presenter)
    , m_desk(presenter)
    , m_workspaceId(std::move(workspaceId))
    , m_notice(new NoticeBar(theme, u"anomalyNotice"_s))
    , m_caption(makeLabel(u"anomalyCaption"_s, "caption"))
    , m_snooze(new QPushButton(tr("Snooze ▾")))
    , m_rule(new QPushButton(tr("Export as Azure rule…")))
    , m_place(new QWidget)
    , m_stack(nullptr)
    , m_alertPanel(makePanel(u"anomalyAlertPanel"_s, tr("Anomalies")))
    , m_empty(new StateView(theme, u"anomalyEmpty"_s))
    , m_alerts(new RecordModel(alertColumns(), this))
    , m_alertTable(new TableView(theme, *m_alerts, u"anomalyTable"_s, tr("Anomalies")))
    , m_sentence(wrapped(makeLabel(u"anomalySentence"_s, "")))
    , m_usage(new QPushButton(tr("Open in Usage")))
    , m_explain(new QPushButton(tr("Explain the call")))
    , m_calls(new RecordModel(alertCallColumns(), this))
    , m_callTable(new TableView(theme, *m_calls, u"anomalyCalls"_s, tr("Calls of the anomaly")))
    , m_cut(makeLabel(u"anomalyCut"_s, "caption"))
    , m_snoozed(new QVBoxLayout)
{
    nameWidget(this, u"anomalyPanel"_s, tr("Anomalies"));
    auto* const below = new QHBoxLayout;
    below->setSpacing(metric::Space3);
    below->addWidget(buildCalls(), 1);
    below->addWidget(buildSide());
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space3);
    column->addWidget(m_notice);
    column->addWidget(buildHead());
    column->addWidget(buildAlerts());
    column->addLayout(below, 1);
    connect(&m_desk, &AnomalyDesk::changed, this, &AnomalyPanel::showState);
    connect(&m_desk, &AnomalyDesk::done, this, &AnomalyPanel::told);
    connect(&m_desk, &AnomalyDesk::refused, this,
            [this](const Error& error) { Q_EMIT told(fromText(error.message)); });
    connect(&theme, &Theme::changed, this, &AnomalyPanel::showState);
    showState();
}

QWidget* AnomalyPanel::buildHead()
{
    auto* const head = new QWidget;
    nameWidget(head, u"anomalyHead"_s, tr("Anomalies"));
    nameWidget(m_snooze, u"anomalySnooze"_s, tr("Snooze"));
    nameWidget(m_rule, u"anomalyRule"_s, tr("Export as an alert rule of Azure"));
    auto* const menu = new QMenu(m_snooze);
    nameWidget(menu, u"anomalySnoozeMenu"_s, tr("Snooze"));
    m_snooze->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, &AnomalyPanel::fillSnoozeMenu);
    connect(m_rule, &QPushButton::clicked, this, &AnomalyPanel::openRule);
    auto* const row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::Space2);
    row->addWidget(m_caption, 1);
    row->addWidget(m_rule);
    row->addWidget(m_snooze);
    return head;
}

QWidget* AnomalyPanel::buildAlerts()
{
    auto* const inner = new QVBoxLayout(m_alertPanel);
    inner->setContentsMargins(1, 1, 1, 1);
    inner->addWidget(m_alertTable);
    m_alertTable->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_alertTable->setSelectionMode(QAbstractItemView::SingleSelection);
    m_alertTable->setSpareColumns({AlertColumn::Until, AlertColumn::Times});
    m_alertTable->sortByColumn(AlertColumn::Began, Qt::DescendingOrder);
    connect(m_alertTable->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        const QModelIndexList rows = m_alertTable->selectionModel()->selectedRows();
        if (!rows.isEmpty() && !m_selecting)
            m_desk.select(rows.front().data(RecordModel::KeyRole).toString());
    });
    connect(m_alertTable, &TableView::rowActivated, m_callTable, [this] { m_callTable->setFocus(); });
    nameWidget(m_place, u"anomalyPlace"_s, tr("Anomalies"));
    m_stack = new QStackedLayout(m_place);
    m_stack->addWidget(m_alertPanel);
    m_stack->addWidget(m_empty);
    return m_place;
}

QWidget* AnomalyPanel::buildCalls()
{
    QFrame* const panel = makePanel(u"anomalyCallPanel"_s, tr("The chosen anomaly"));
    nameWidget(m_usage, u"anomalyUsage"_s, tr("Open in Usage"));
    nameWidget(m_explain, u"anomalyExplain"_s, tr("Explain the call"));
    connect(m_usage, &QPushButton::clicked, this, &AnomalyPanel::openUsage);
    connect(m_explain, &QPushButton::clicked, this, &AnomalyPanel::explainSelected);
    connect(m_callTable, &TableView::rowActivated, this,
            [this](const QString& key) { Q_EMIT explainRequested(callIdOf(key)); });
    m_callTable->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_callTable->setSelectionMode(QAbstractItemView::SingleSelection);
    m_callTable->setSpareColumns({CallColumn::Id, CallColumn::Caller});
    connect(m_callTable->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            [this] { m_explain->setEnabled(m_callTable->selectionModel()->hasSelection()); });
    auto* const actions = new QHBoxLayout;
    actions->setSpacing(metric::Space2);
    actions->addWidget(makeLabel(u"anomalyCallsTitle"_s, "strong", tr("The calls behind it")));
    actions->addWidget(m_cut, 1);
    actions->addWidget(m_explain);
    actions->addWidget(m_usage);
    auto* const head = new QVBoxLayout;
    head->setContentsMargins(metric::Space4, metric::Space3, metric::Space4, 0);
    head->setSpacing(metric::Space2);
    head->addWidget(m_sentence);
    head->addLayout(actions);
    auto* const column = new QVBoxLayout(panel);
    column->setContentsMargins(1, 1, 1, 1);
    column->setSpacing(metric::Space2);
    column->addLayout(head);
    column->addWidget(m_callTable, 1);
    return panel;
}

QWidget* AnomalyPanel::buildSide()
{
    QFrame* const panel = makePanel(u"anomalySide"_s, tr("Notifications"));
    panel->setFixedWidth(SideWidth);
    m_snoozed->setSpacing(metric::Space1);
    auto* const rule = wrapped(makeLabel(u"anomalyNoData"_s, "caption", noDataRuleText({})));
    auto* const watch =
        wrapped(makeLabel(u"anomalyWatch"_s, "caption",
                          tr("While Gatehouse runs and you are signed in, the log is looked at every five "
                             "minutes. Each anomaly is told once.")));
    auto* const column = new QVBoxLayout(panel);
    column->setContentsMargins(metric::Space4, metric::Space3, metric::Space4, metric::Space3);
    column->setSpacing(metric::Space2);
    column->addWidget(makeLabel(u"anomalySnoozedTitle"_s, "strong", tr("Snoozed")));
    column->addLayout(m_snoozed);
    column->addStretch(1);
    column->addWidget(makeLabel(u"anomalyRulesTitle"_s, "strong", tr("What is told")));
    column->addWidget(watch);
    column->addWidget(rule);
    return panel;
}

void AnomalyPanel::fillSnoozeMenu()
{
    QMenu* const menu = m_snooze->menu();
    menu->clear();
    const AlertLine* const line = m_desk.selected();
    if (line != nullptr && !line->alert.first.service.empty()) {
        const std::string service = line->alert.first.service;
        for (const auto& [text, length] : snoozeLengths())
            menu->addAction(tr("%1 %2").arg(QString(line->name).replace(u'&', u"&&"_s), text), &m_desk,
                            [this, service, hours = length] { m_desk.snooze(service, hours); });
        menu->addSeparator();
    }
    for (const auto& [text, length] : snoozeLengths())
        menu->addAction(tr("All services %1").arg(text), &m_desk,
                        [this, hours = length] { m_desk.snooze({}, hours); });
}

void AnomalyPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_desk.setActive(true);
}

void AnomalyPanel::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_desk.setActive(false);
}

QString AnomalyPanel::currency() const
{
    return m_desk.view() ? fromText(m_desk.view()->grouping.currency.text()) : QString();
}

void AnomalyPanel::openRule()
{
    auto* const dialog = new AnomalyRuleDialog(m_workspaceId ? m_workspaceId() : QString(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &AnomalyRuleDialog::told, this, &AnomalyPanel::told);
    dialog->open();
}

void AnomalyPanel::openUsage()
{
    const AlertLine* const line = m_desk.selected();
    if (line == nullptr)
        return;
    ViewContext& context = m_presenter.context();
    const Chip chip{{usage::Dimension::Service, line->alert.first.service}, line->name};
    if (!chip.filter.key.empty() && !context.hasFilter(chip.filter))
        context.toggle(chip);
    context.setFixed({line->alert.first.start, line->alert.until});
    Q_EMIT usageRequested();
}

void AnomalyPanel::explainSelected()
{
    const QModelIndexList rows = m_callTable->selectionModel()->selectedRows();
    if (!rows.isEmpty())
        Q_EMIT explainRequested(callIdOf(rows.front().data(RecordModel::KeyRole).toString()));
}

void AnomalyPanel::showState()
{
    const auto& error = m_desk.error();
    m_notice->show(NoticeBar::Weight::Warning,
                   error ? tr("The calls could not be read: %1").arg(fromText(error->message)) : QString(),
                   error);
    showAlerts();
    showChosen();
    showSnoozes();
    m_snooze->setEnabled(m_desk.view() != nullptr && !m_desk.busy());
    Q_EMIT shown();
}

void AnomalyPanel::showAlerts()
{
    const std::vector<AlertLine>& lines = m_desk.lines();
    m_caption->setText(m_desk.view()
                           ? tr("Hours of the last 7 days that stand out, against the same times before (%1)")
                                 .arg(zoneName())
                           : QString());
    if (lines.empty()) {
        StateView::Content content;
        if (m_desk.view() && !m_desk.looking() && !m_desk.view()->audited) {
            content.title = tr("Not looked at yet");
            content.text = tr("No call of the last days was looked at. Press F5 to read the log.");
        } else if (m_desk.view() && !m_desk.looking()) {
            content.icon = u"check"_s;
            content.title = tr("Nothing stands out");
            content.text =
                tr("No service used far more than at the same times before in the last 7 days, and "
                   "none fell silent.");
        } else {
            content.title = tr("Looking for what stands out…");
            content.progress = -1;
        }
        m_empty->setContent(content);
    }
    m_selecting = true;
    std::vector<Record> records;
    for (const AlertLine& line : lines)
        records.push_back(alertRecord(line, currency(), m_theme.tokens()));
    m_alerts->setRecords(std::move(records));
    selectRow();
    m_selecting = false;
    // As tall as it has rows, so that the calls get the rest.
    const int rows = std::clamp(static_cast<int>(lines.size()), FewestAlerts, MostAlerts);
    m_place->setFixedHeight(lines.empty() ? NoAlertsHeight : (rows + 1) * metric::RowHeight + metric::Space2);
    m_stack->setCurrentWidget(lines.empty() ? static_cast<QWidget*>(m_empty) : m_alertPanel);
}

void AnomalyPanel::selectRow()
{
    const AlertLine* const line = m_desk.selected();
    const QAbstractItemModel& model = *m_alertTable->model();
    for (int row = 0; line != nullptr && row < model.rowCount(); ++row) {
        if (model.index(row, 0).data(RecordModel::KeyRole).toString() != line->key)
            continue;
        if (!m_alertTable->selectionModel()->isRowSelected(row))
            m_alertTable->selectRow(row);
        return;
    }
    m_alertTable->clearSelection();
}

void AnomalyPanel::showChosen()
{
    const AlertLine* const line = m_desk.selected();
    m_sentence->setText(line == nullptr ? tr("Choose an anomaly to see what caused it.")
                                        : sentenceOf(line->alert, line->name, currency()));
    const auto& calls = m_desk.calls();
    const bool silent = line != nullptr && line->alert.first.kind == cost::AnomalyKind::NoData;
    m_callTable->setEmptyText(line == nullptr    ? tr("No anomaly is chosen")
                              : m_desk.reading() ? tr("Reading its calls…")
                              : silent           ? tr("There is no call: that is what was found")
                                                 : tr("The ledger has none of its calls"));
    m_calls->setRecords(calls && m_desk.view() ? alertCallRecords(*calls, m_desk.view()->grouping.currency)
                                               : std::vector<Record>());
    const bool cut = calls && calls->size() >= static_cast<std::size_t>(AnomalyDesk::MostCalls);
    m_cut->setText(cut ? tr("the first %1").arg(formatExact(AnomalyDesk::MostCalls)) : QString());
    m_usage->setEnabled(line != nullptr);
    m_explain->setEnabled(m_callTable->selectionModel()->hasSelection());
    m_callTable->viewport()->update();
}

void AnomalyPanel::showSnoozes()
{
    while (QLayoutItem* const item = m_snoozed->takeAt(0)) {
        if (item->widget() != nullptr)
            item->widget()->deleteLater();
        delete item;
    }
    int number = 0;
    for (const SnoozeLine& snooze : m_desk.snoozes()) {
        auto* const line = new QWidget;
        const QString who = snooze.service.empty() ? tr("All services") : snooze.name;
        nameWidget(line, u"anomalySnoozed%1"_s.arg(number), who);
        auto* const name = new ElidedLabel;
        nameWidget(name, u"anomalySnoozedName%1"_s.arg(number), who);
        name->setFullText(u"◐ "_s + who);
        auto* const until = makeLabel(u"anomalySnoozedUntil%1"_s.arg(number), "caption",
                                      tr("until %1").arg(formatMoment(snooze.until)));
        auto* const end = new QPushButton(tr("End"));
        nameWidget(end, u"anomalySnoozeEnd%1"_s.arg(number++), tr("End the snooze of %1").arg(who));
        end->setEnabled(!m_desk.busy());
        connect(end, &QPushButton::clicked, &m_desk,
                [this, service = snooze.service] { m_desk.endSnooze(service); });
        auto* const row = new QHBoxLayout(line);
        row->setContentsMargins(0, 0, 0, 0);
        auto* const texts = new QVBoxLayout;
        texts->setSpacing(0);
        texts->addWidget(name);
        texts->addWidget(until);
        row->addLayout(texts, 1);
        row->addWidget(end);
        m_snoozed->addWidget(line);
    }
    if (number == 0)
        m_snoozed->addWidget(
            makeLabel(u"anomalyNotSnoozed"_s, "muted", tr("Nothing: each anomaly is told.")));
}

} // namespace gatehouse::ui
