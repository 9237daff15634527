// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/overview/overviewpage.h"

#include "ui/models/format.h"
#include "ui/models/recordmodel.h"
#include "ui/pages/breakdown.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/tableview.h"
#include "ui/widgets/tile.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QVBoxLayout>

#include <cmath>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

std::optional<double> throttledShare(const usage::Totals& totals)
{
    if (totals.requests == 0)
        return std::nullopt;
    return static_cast<double>(totals.throttled) / static_cast<double>(totals.requests);
}

/// All series together, over the buckets that the range does not cut off.
std::vector<double> course(const usage::Report& report, const usage::TimeSeries& series)
{
    std::vector<double> sums;
    for (std::size_t i = 0; i < series.buckets.size(); ++i) {
        if (series.buckets[i] < report.range.start || series.buckets[i] + series.bucket > report.range.end)
            continue;
        double sum = 0;
        bool gap = true;
        for (const usage::Series& one : series.series) {
            if (i < one.values.size() && std::isfinite(one.values[i])) {
                sum += one.values[i];
                gap = false;
            }
        }
        sums.push_back(gap ? std::nan("") : sum);
    }
    return sums;
}

/// More errors and more latency are worse; small moves are neither.
Tile::Mood moodOf(std::optional<double> change, double threshold)
{
    if (!change || std::fabs(*change) < threshold)
        return Tile::Mood::Neutral;
    return *change > 0 ? Tile::Mood::Worse : Tile::Mood::Better;
}

} // namespace

OverviewPage::OverviewPage(Theme& theme, UsagePresenter& presenter)
    : Page(theme, presenter, u"overview"_s, tr("Overview"))
    , m_theme(theme)
    , m_presenter(presenter)
    , m_tokens(new Tile(theme, u"tileTokens"_s, tr("Tokens")))
    , m_requests(new Tile(theme, u"tileRequests"_s, tr("Requests")))
    , m_errors(new Tile(theme, u"tileErrors"_s, tr("Error rate")))
    , m_latency(new Tile(theme, u"tileLatency"_s, tr("Latency, p95")))
    , m_throttled(new Tile(theme, u"tileThrottled"_s, tr("Throttled (429)")))
    , m_breakdown(new Breakdown(theme, u"overviewBreakdown"_s))
    , m_model(new RecordModel(usageColumns(tr("Microservice")), this))
    , m_table(new TableView(theme, *m_model, u"overviewTable"_s, tr("Microservices")))
{
    auto* const column = new QVBoxLayout(&content());
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metric::Space3);
    auto* const tiles = new QHBoxLayout;
    tiles->setSpacing(metric::Space3);
    for (Tile* const tile : {m_tokens, m_requests, m_errors, m_latency, m_throttled})
        tiles->addWidget(tile, 1);
    column->addLayout(tiles);
    column->addWidget(m_breakdown, 3);
    QFrame* const panel = makePanel(u"overviewTablePanel"_s, tr("Microservices as a table"));
    auto* const inner = new QVBoxLayout(panel);
    inner->setContentsMargins(1, 1, 1, 1);
    inner->addWidget(m_table);
    column->addWidget(panel, 2);
    m_table->sortByColumn(1, Qt::DescendingOrder);

    connect(&presenter, &PagePresenter::changed, this, &OverviewPage::showState);
    connect(&theme, &Theme::changed, this, &OverviewPage::showState);
    connect(m_table, &TableView::summaryChanged, this, &Page::summaryChanged);
    connect(m_table, &TableView::rowActivated, m_breakdown, [this](const QString& key) {
        if (const auto state = m_presenter.state(); state->report) {
            for (const usage::Row& row : state->report->rows) {
                if (fromText(row.key) == key)
                    m_presenter.toggleFilter(key, fromText(row.label));
            }
        }
    });
    connect(m_breakdown, &Breakdown::keyChosen, &presenter, &UsagePresenter::toggleFilter);
    connect(m_breakdown, &Breakdown::zoomed, &presenter.context(), &ViewContext::setFixed);
    connect(m_breakdown, &Breakdown::zoomReset, &presenter.context(), &ViewContext::resetZoom);
    showState();
}

void OverviewPage::describeEmpty(QString& title, QString& text) const
{
    title = tr("No requests in this time range");
    text = tr("Requests appear here once a caller goes through the gateway and the gateway's logs reach the "
              "workspace, "
              "which takes a few minutes in Azure.");
}

void OverviewPage::showState()
{
    const std::shared_ptr<const UsageState> state = m_presenter.state();
    showStatus(state->status);
    if (!state->report || !state->status.showsData())
        return;
    const usage::Report& report = *state->report;
    m_breakdown->setReport(report, Measure::Tokens, tr("Tokens per microservice"),
                           m_presenter.context().filters());
    m_model->setRecords(usageRecords(report, m_theme));
    showTiles(report);
}

void OverviewPage::showTiles(const usage::Report& report)
{
    const usage::Totals& now = report.totals;
    const usage::Changes changes = usage::changesOf(now, report.before);
    QString exact = formatExact(now.totalTokens);
    if (now.estimatedTokens > 0)
        exact += u" · "_s + tr("%1 of them estimated").arg(formatExact(now.estimatedTokens));
    m_tokens->setContent(
        {now.tokensKnown() ? formatAmount(static_cast<double>(now.totalTokens)) : unknownText(), exact,
         changeText(changes.tokens), Tile::Mood::Neutral, course(report, report.tokens)});
    m_requests->setContent({formatAmount(static_cast<double>(now.requests)), formatExact(now.requests),
                            changeText(changes.requests), Tile::Mood::Neutral,
                            course(report, report.requests)});
    const QString all = formatExact(now.requests);
    m_errors->setContent({formatShare(now.errorRate()),
                          tr("%1 of %2 requests").arg(formatExact(now.failed), all),
                          pointsText(changes.errorRate),
                          moodOf(changes.errorRate, 0.001),
                          {}});
    m_latency->setContent(
        {formatMilliseconds(now.p95Ms), {}, changeText(changes.p95), moodOf(changes.p95, 0.02), {}});
    std::optional<double> throttled;
    if (const auto before = throttledShare(report.before); before && throttledShare(now))
        throttled = *throttledShare(now) - *before;
    m_throttled->setContent({formatShare(throttledShare(now)),
                             tr("%1 of %2 requests").arg(formatExact(now.throttled), all),
                             pointsText(throttled),
                             moodOf(throttled, 0.001),
                             {}});
}

} // namespace gatehouse::ui
