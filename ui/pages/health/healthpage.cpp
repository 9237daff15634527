// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/health/healthpage.h"

#include "ui/charts/statetimeline.h"
#include "ui/models/format.h"
#include "ui/models/recordmodel.h"
#include "ui/pages/health/endpointcard.h"
#include "ui/pages/health/posturepanel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/segments.h"
#include "ui/widgets/statebadge.h"
#include "ui/widgets/tableview.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

std::vector<ColumnSpec> healthColumns()
{
    using P = HealthPage;
    return {
        {P::tr("Endpoint"), u"backend"_s, false, 150, {}},
        {P::tr("Region"), u"region"_s, false, 100, {}},
        {P::tr("Circuit"), u"circuit"_s, false, 104, {}},
        {P::tr("Source"), u"source"_s, false, 104,
         P::tr("Reported by the gateway, or inferred from the log")},
        {P::tr("Attempts"), u"attempts"_s, true, 84, {}},
        {P::tr("p50"), u"p50_ms"_s, true, 76, {}},
        {P::tr("p95"), u"p95_ms"_s, true, 76, {}},
        {P::tr("p99"), u"p99_ms"_s, true, 76, {}},
        {P::tr("Errors"), u"error_share"_s, true, 76, P::tr("Attempts that ended with 5xx or no answer")},
        {P::tr("429"), u"throttled_share"_s, true, 68, P::tr("Attempts that were throttled")},
        {P::tr("Trips"), u"trips"_s, true, 64, P::tr("How often the circuit opened in the range")},
    };
}

std::vector<ColumnSpec> eventColumns()
{
    using P = HealthPage;
    return {
        {P::tr("What happened"), u"state"_s, false, 120, {}},
        {P::tr("Endpoint"), u"backend"_s, false, 140, {}},
        {P::tr("From"), u"start"_s, false, 120, {}},
        {P::tr("Lasted"), u"seconds"_s, true, 96, {}},
        {P::tr("Why"), u"reason"_s, false, 240, {}},
    };
}

/// Trips and recoveries, newest first: everything but the closed times.
std::vector<Record> eventRecords(const gateway::HealthReport& report, const Tokens& tokens)
{
    std::vector<std::pair<const gateway::EndpointHealth*, const gateway::CircuitSpan*>> events;
    for (const gateway::EndpointHealth& endpoint : report.endpoints) {
        for (const gateway::CircuitSpan& span : endpoint.timeline) {
            if (span.state != gateway::CircuitState::Closed)
                events.emplace_back(&endpoint, &span);
        }
    }
    std::vector<Record> records;
    for (const auto& [endpoint, span] : events) {
        const StateLook look = lookOf(span->state, tokens);
        const QString name = fromText(endpoint->backend);
        const QString start = formatMoment(span->start, true);
        const auto length = std::chrono::duration_cast<std::chrono::seconds>(span->end - span->start);
        const bool goesOn = span->end >= report.range.end;
        const QString reason = fromText(span->reason);
        Record record;
        record.key = name + QString::number(span->start.sinceYearOne.count());
        record.cells = {{look.word, look.text(), {}, look.color},
                        {name, name, {}, {}},
                        {QString::fromStdString(formatDateTime(span->start)), start, {}, {}},
                        {QVariant::fromValue(static_cast<qint64>(length.count())),
                         formatSpan(length) + (goesOn ? HealthPage::tr(" so far") : QString()),
                         {},
                         {}},
                        {reason, reason, {}, {}}};
        records.push_back(std::move(record));
    }
    return records;
}

Record recordOf(const gateway::EndpointHealth& endpoint, const Tokens& tokens)
{
    const auto text = [](const QString& value) { return Cell{value, value, {}, {}}; };
    const auto real = [](std::optional<double> value, const QString& shown) {
        return Cell{value ? QVariant(*value) : QVariant(), shown, {}, {}};
    };
    const StateLook look = lookOf(endpoint.circuit(), tokens);
    const auto trips = std::count_if(
        endpoint.timeline.begin(), endpoint.timeline.end(),
        [](const gateway::CircuitSpan& span) { return span.state == gateway::CircuitState::Open; });
    Record record;
    record.key = fromText(endpoint.backend);
    record.cells.push_back(text(record.key));
    record.cells.push_back(text(fromText(endpoint.region)));
    record.cells.push_back({look.word, look.text(), {}, look.color});
    record.cells.push_back(
        text(endpoint.disagree ? HealthPage::tr("▲ disagree") : sourceWord(endpoint.circuit().source)));
    record.cells.push_back({QVariant::fromValue(static_cast<qint64>(endpoint.requests)),
                            formatAmount(static_cast<double>(endpoint.requests)),
                            formatExact(endpoint.requests),
                            {}});
    record.cells.push_back(real(endpoint.p50Ms, formatMilliseconds(endpoint.p50Ms)));
    record.cells.push_back(real(endpoint.p95Ms, formatMilliseconds(endpoint.p95Ms)));
    record.cells.push_back(real(endpoint.p99Ms, formatMilliseconds(endpoint.p99Ms)));
    record.cells.push_back(real(endpoint.errorShare, formatShare(endpoint.errorShare)));
    if (endpoint.errorShare.value_or(0) >= 0.05)
        record.cells.back().color = tokens.bad;
    record.cells.push_back(real(endpoint.throttledShare, formatShare(endpoint.throttledShare)));
    record.cells.push_back({QVariant::fromValue(static_cast<qint64>(trips)), QString::number(trips), {}, {}});
    return record;
}

QString faultText(const jobs::Fault& fault)
{
    if (fault.down)
        return HealthPage::tr("▲ unplugged");
    if (fault.status == 429)
        return HealthPage::tr("▲ throttling");
    if (fault.latencyMs > 0)
        return HealthPage::tr("▲ slowed");
    return fault.status > 0 ? HealthPage::tr("▲ answers %1").arg(fault.status) : QString();
}

} // namespace

HealthPage::HealthPage(Theme& theme, HealthPresenter& presenter, PosturePresenter& posture)
    : Page(theme, presenter, u"health"_s, tr("Health"))
    , m_theme(theme)
    , m_presenter(presenter)
    , m_posture(posture)
    , m_tabs(new Segments(u"healthTab"_s, tr("View"), {tr("Endpoints"), tr("Posture")}))
    , m_posturePanel(new PosturePanel(theme, posture))
    , m_simulateNotice(new NoticeBar(theme, u"simulateNotice"_s))
    , m_simulate(new QPushButton(tr("Simulate")))
    , m_simulateMenu(new QMenu(m_simulate))
    , m_cardRow(new QHBoxLayout)
    , m_timeline(new StateTimeline(theme))
    , m_model(new RecordModel(healthColumns(), this))
    , m_table(new TableView(theme, *m_model, u"healthTable"_s, tr("Endpoints")))
    , m_eventModel(new RecordModel(eventColumns(), this))
    , m_events(new TableView(theme, *m_eventModel, u"healthEvents"_s, tr("Trips and recoveries")))
{
    auto* const tabRow = new QWidget;
    nameWidget(tabRow, u"healthTabs"_s, tr("View"));
    auto* const tabs = new QHBoxLayout(tabRow);
    tabs->setContentsMargins(0, 0, 0, 0);
    tabs->addWidget(m_tabs);
    tabs->addStretch(1);
    addHead(tabRow);
    addView(m_posturePanel);
    connect(m_tabs, &Segments::chosen, this, [this](int index) { showPosture(index == 1); });
    connect(m_posturePanel, &PosturePanel::keysRequested, this, &HealthPage::accessKeysRequested);
    connect(m_posturePanel, &PosturePanel::summaryChanged, this, &Page::summaryChanged);
    connect(m_posturePanel, &PosturePanel::told, this, &Page::told);
    m_cardRow->setSpacing(metric::Space3);
    auto* const column = new QVBoxLayout(&content());
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space3);
    column->addWidget(m_simulateNotice);
    column->addLayout(m_cardRow);
    column->addWidget(buildTimeline());
    column->addWidget(buildTables(), 1);

    m_tick.setInterval(1000);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        for (EndpointCard* const card : m_cards)
            card->tick(m_presenter.context().clock().now());
    });
    connect(&presenter, &PagePresenter::changed, this, &HealthPage::showState);
    connect(&theme, &Theme::changed, this, &HealthPage::showState);
    for (TableView* const table : {m_table, m_events})
        connect(table, &TableView::summaryChanged, this, &Page::summaryChanged);
    connect(m_timeline, &StateTimeline::zoomed, &presenter.context(), &ViewContext::setFixed);
    connect(m_timeline, &StateTimeline::zoomReset, &presenter.context(), &ViewContext::resetZoom);
    connect(m_simulateMenu, &QMenu::aboutToShow, this, &HealthPage::fillSimulateMenu);
    showState();
}

void HealthPage::showPosture(bool posture)
{
    m_tabs->setCurrent(posture ? 1 : 0);
    showInstead(posture ? m_posturePanel : nullptr);
}

void HealthPage::refresh()
{
    if (m_tabs->current() == 1)
        m_posture.refresh();
    else
        Page::refresh();
}

std::vector<Command> HealthPage::commands()
{
    return {{tr("Health"), tr("Show the posture of the gateway and its accounts"), {}, [this] {
                 Q_EMIT pageRequested();
                 showPosture(true);
             }}};
}

QWidget* HealthPage::buildTimeline()
{
    nameWidget(m_simulate, u"simulate"_s, tr("Make an endpoint misbehave"));
    nameWidget(m_simulateMenu, u"simulateMenu"_s, tr("Make an endpoint misbehave"));
    nameWidget(m_timeline, u"healthTimeline"_s, tr("Circuit states over time"));
    m_simulate->setMenu(m_simulateMenu);
    QFrame* const strip = makePanel(u"healthTimelinePanel"_s, tr("Circuit states over time"));
    auto* const heading = new QHBoxLayout;
    heading->setSpacing(metric::Space3);
    heading->addWidget(makeLabel(u"healthTimelineTitle"_s, "strong", tr("Circuit states")));
    heading->addWidget(makeLabel(u"healthTimelineCaption"_s, "caption",
                                 tr("inferred from the attempts in the log · times in %1").arg(zoneName())));
    heading->addStretch(1);
    heading->addWidget(m_simulate);
    auto* const column = new QVBoxLayout(strip);
    column->setContentsMargins(metric::Space4, metric::Space3, metric::Space3, metric::Space2);
    column->addLayout(heading);
    column->addWidget(m_timeline);
    return strip;
}

QWidget* HealthPage::buildTables()
{
    auto* const both = new QWidget;
    nameWidget(both, u"healthTables"_s, tr("Endpoints, trips and recoveries"));
    m_endpointPanel = makePanel(u"healthTablePanel"_s, tr("Endpoints as a table"));
    auto* const endpointColumn = new QVBoxLayout(m_endpointPanel);
    endpointColumn->setContentsMargins(1, 1, 1, 1);
    endpointColumn->addWidget(m_table);
    QFrame* const events = makePanel(u"healthEventPanel"_s, tr("Trips and recoveries"));
    auto* const eventColumn = new QVBoxLayout(events);
    eventColumn->setContentsMargins(1, 1, 1, 1);
    eventColumn->addWidget(m_events);
    m_events->sortByColumn(2, Qt::DescendingOrder);
    m_events->setEmptyText(tr("● No circuit opened in this range"));
    auto* const column = new QVBoxLayout(both);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space3);
    column->addWidget(m_endpointPanel);
    column->addWidget(events, 1);
    return both;
}

void HealthPage::describeEmpty(QString& title, QString& text) const
{
    title = tr("No endpoints yet");
    text = tr("The endpoints are the backends of the API Management service. Add one there, or choose "
              "another service "
              "in the profile.");
}

void HealthPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    m_tick.start();
}

void HealthPage::hideEvent(QHideEvent* event)
{
    Page::hideEvent(event);
    m_tick.stop();
}

void HealthPage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    if (const auto state = m_presenter.state(); state->report)
        showCards(*state);
}

void HealthPage::showState()
{
    const std::shared_ptr<const HealthState> state = m_presenter.state();
    showStatus(state->status);
    m_simulate->setVisible(state->canSimulate);
    m_simulate->setIcon(m_theme.icon(u"simulate"_s));
    if (state->simulateError)
        m_simulateNotice->show(
            NoticeBar::Weight::Bad,
            tr("The simulation was not taken: %1").arg(fromText(state->simulateError->message)),
            state->simulateError);
    else if (state->report && state->report->finalAttemptsOnly)
        m_simulateNotice->show(
            NoticeBar::Weight::Info,
            tr("The log holds final attempts only: failed first attempts are not counted, and a circuit is "
               "told "
               "only where they prove it. Turn on Application Insights for the API to see each attempt."));
    else
        m_simulateNotice->show(NoticeBar::Weight::Info, {});
    if (!state->report || !state->status.showsData())
        return;
    showCards(*state);
    std::vector<StateTimeline::Lane> lanes;
    std::vector<Record> records;
    for (const gateway::EndpointHealth& endpoint : state->report->endpoints) {
        lanes.push_back({fromText(endpoint.backend), endpoint.timeline});
        records.push_back(recordOf(endpoint, m_theme.tokens()));
    }
    if (lanes.size() > 6)
        lanes.resize(6); // the rest is in the table; the strip must not push it off the page
    m_timeline->setLanes(std::move(lanes), state->report->range);
    // As many rows as there are endpoints, up to six; the events below get the rest.
    const int rows = std::clamp(static_cast<int>(records.size()), 1, 6);
    m_endpointPanel->setFixedHeight(m_table->horizontalHeader()->height() + rows * metric::RowHeight + 4);
    m_model->setRecords(std::move(records));
    m_eventModel->setRecords(eventRecords(*state->report, m_theme.tokens()));
}

void HealthPage::showCards(const HealthState& state)
{
    constexpr int Narrowest = 344;
    const auto fits = static_cast<std::size_t>(
        std::max(1, (content().width() + metric::Space3) / (Narrowest + metric::Space3)));
    std::vector<const gateway::EndpointHealth*> shown;
    for (const gateway::EndpointHealth& endpoint : state.report->endpoints)
        shown.push_back(&endpoint);
    if (shown.size() > fits) {
        // Where not all fit, those in trouble come first; the table has them all.
        std::stable_sort(shown.begin(), shown.end(), [](const auto* a, const auto* b) {
            const auto trouble = [](const gateway::EndpointHealth& e) {
                return e.circuit().state != gateway::CircuitState::Closed || e.disagree;
            };
            return trouble(*a) && !trouble(*b);
        });
        shown.resize(fits);
    }
    while (m_cards.size() < shown.size()) {
        m_cards.push_back(new EndpointCard(m_theme, u"endpoint"_s + QString::number(m_cards.size())));
        m_cardRow->addWidget(m_cards.back(), 1);
    }
    for (std::size_t i = 0; i < m_cards.size(); ++i) {
        m_cards[i]->setVisible(i < shown.size());
        if (i >= shown.size())
            continue;
        QString simulated;
        for (const jobs::Fault& fault : state.faults) {
            if (fault.backend == shown[i]->backend)
                simulated = faultText(fault);
        }
        m_cards[i]->setEndpoint(*shown[i], m_presenter.context().clock().now(), simulated);
    }
}

void HealthPage::fillSimulateMenu()
{
    m_simulateMenu->clear();
    const std::shared_ptr<const HealthState> state = m_presenter.state();
    if (state->report) {
        for (const gateway::EndpointHealth& endpoint : state->report->endpoints) {
            const std::string& backend = endpoint.backend;
            const QString name =
                fromText(endpoint.region.empty() ? backend : endpoint.region).replace(u'&', u"&&"_s);
            QMenu* const menu = m_simulateMenu->addMenu(name);
            nameWidget(menu, u"simulate-"_s + fromText(backend), name);
            const auto entry = [&](const QString& text, HealthPresenter::Simulation kind) {
                menu->addAction(text, this, [this, backend, kind] { m_presenter.simulate(backend, kind); });
            };
            entry(tr("Unplug"), HealthPresenter::Simulation::Unplug);
            entry(tr("Slow down by 4 s"), HealthPresenter::Simulation::Slow);
            entry(tr("Throttle (429)"), HealthPresenter::Simulation::Throttle);
        }
    }
    m_simulateMenu->addSeparator();
    QAction* const heal = m_simulateMenu->addAction(tr("Heal all"), &m_presenter, &HealthPresenter::heal);
    heal->setEnabled(!state->faults.empty());
}

} // namespace gatehouse::ui
