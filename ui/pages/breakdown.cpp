// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/breakdown.h"

#include "ui/charts/timechart.h"
#include "ui/models/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

/// Above this share of estimated tokens a series is drawn hatched, below it is only named.
constexpr double MostlyEstimated = 0.5;

/// The sum of the small ones has no key of its own, and "" is a key (callers without a subscription).
QString chartKey(const usage::Series& series)
{
    return series.other ? u"\n"_s : fromText(series.key);
}

QColor colorOf(const Theme& theme, const QString& kind, const usage::Series& series)
{
    return series.other ? theme.tokens().faint : theme.seriesColor(kind, fromText(series.key));
}

/// The report's series over whole buckets only: a bucket that the range cuts off at either end holds less
/// than its neighbours and would look like a fall.
ChartData chartData(const usage::Report& report, const usage::TimeSeries& series, const Theme& theme,
                    const QString& kind)
{
    std::size_t first = 0;
    std::size_t last = series.buckets.size();
    if (series.buckets.size() > 3) {
        first = series.buckets.front() < report.range.start ? 1 : 0;
        last -= series.buckets.back() + series.bucket > report.range.end ? 1 : 0;
    }
    ChartData data;
    data.bucket = series.bucket;
    data.range = report.range;
    for (std::size_t i = first; i < last; ++i)
        data.moments.push_back(
            static_cast<double>((series.buckets[i] + series.bucket / 2).unixMilliseconds()));
    if (data.moments.size() > 1) {
        // The axis ends with the last drawn moment, not half a bucket behind it.
        data.range.start = std::max(report.range.start, series.buckets[first] + series.bucket / 2);
        data.range.end = std::min(report.range.end, series.buckets[last - 1] + series.bucket / 2);
    }
    for (const usage::Series& one : series.series) {
        ChartSeries layer;
        layer.key = chartKey(one);
        layer.name = fromText(one.label);
        layer.color = colorOf(theme, kind, one);
        const std::size_t end = std::min(last, one.values.size());
        if (first < end)
            layer.values.assign(one.values.begin() + static_cast<std::ptrdiff_t>(first),
                                one.values.begin() + static_cast<std::ptrdiff_t>(end));
        layer.hatched = one.estimatedShare > MostlyEstimated;
        data.series.push_back(std::move(layer));
    }
    return data;
}

std::vector<Ranking::Row> rankingRows(const usage::TimeSeries& series, Measure measure, const Theme& theme,
                                      const QString& kind, usage::Dimension dimension,
                                      const std::vector<usage::Filter>& filters)
{
    std::vector<Ranking::Row> rows;
    for (const usage::Series& one : series.series) {
        Ranking::Row row;
        row.key = chartKey(one);
        row.name = fromText(one.label);
        row.color = colorOf(theme, kind, one);
        row.other = one.other;
        row.value = one.total;
        row.text = formatAmount(one.total);
        row.exact = formatExact(std::llround(one.total));
        if (measure == Measure::Tokens && one.estimatedShare >= 0.005) {
            row.note = Breakdown::tr("%1 % estimated").arg(std::llround(one.estimatedShare * 100));
            row.exact += u" · "_s + row.note;
        }
        row.hatched = one.estimatedShare > MostlyEstimated;
        row.selected = !one.other && std::find(filters.begin(), filters.end(),
                                               usage::Filter{dimension, one.key}) != filters.end();
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace

QString kindOf(usage::Dimension dimension)
{
    switch (dimension) {
    case usage::Dimension::Service:
        return u"service"_s;
    case usage::Dimension::Model:
        return u"model"_s;
    case usage::Dimension::Backend:
        return u"backend"_s;
    }
    return {};
}

Breakdown::Breakdown(Theme& theme, const QString& objectName)
    : m_theme(theme)
    , m_title(makeLabel(objectName + u"Title"_s, "strong"))
    , m_caption(new ElidedLabel)
    , m_chart(new TimeChart(theme, TimeChart::Kind::Stacked, [](double value) { return formatTick(value); }))
    , m_ranking(new Ranking(theme, tr("Tokens")))
{
    setProperty("panel", true);
    nameWidget(this, objectName, tr("Chart"));
    m_caption->setObjectName(objectName + u"Caption"_s);
    m_caption->setProperty("role", u"caption"_s);
    nameWidget(m_chart, objectName + u"Chart"_s, tr("Values over time"));
    nameWidget(m_ranking, objectName + u"Ranking"_s, tr("Legend; choose a row to filter by it"));
    m_ranking->setFixedWidth(272);
    m_chart->setMinimumHeight(120);

    auto* const heading = new QHBoxLayout;
    heading->setSpacing(metric::Space3);
    heading->addWidget(m_title);
    heading->addWidget(m_caption, 1);
    auto* const left = new QVBoxLayout;
    left->setSpacing(metric::Space1);
    left->addLayout(heading);
    left->addWidget(m_chart, 1);
    auto* const row = new QHBoxLayout(this);
    row->setContentsMargins(metric::Space4, metric::Space3, metric::Space3, metric::Space3);
    row->setSpacing(metric::Space4);
    row->addLayout(left, 1);
    row->addWidget(m_ranking);

    connect(m_chart, &TimeChart::zoomed, this, &Breakdown::zoomed);
    connect(m_chart, &TimeChart::zoomReset, this, &Breakdown::zoomReset);
    connect(m_chart, &TimeChart::seriesClicked, this, &Breakdown::choose);
    connect(m_ranking, &Ranking::activated, this, &Breakdown::choose);
    connect(m_ranking, &Ranking::hovered, this, [this](const QString& key, bool any) {
        m_chart->setEmphasis(any ? std::optional(key) : std::nullopt);
    });
}

void Breakdown::choose(const QString& key)
{
    for (const Ranking::Row& row : m_ranking->rows()) {
        if (row.key == key && !row.other) {
            Q_EMIT keyChosen(key, QString(row.name));
            return;
        }
    }
}

void Breakdown::setReport(const usage::Report& report, Measure measure, const QString& title,
                          const std::vector<usage::Filter>& filters)
{
    m_kind = kindOf(report.dimension);
    QStringList keys;
    for (const usage::Row& row : report.rows)
        keys.append(fromText(row.key));
    m_theme.seriesColors().learn(m_kind, keys);

    const usage::TimeSeries& series = measure == Measure::Tokens ? report.tokens : report.requests;
    m_title->setText(title);
    const QString unit = measure == Measure::Tokens ? tr("tokens") : tr("requests");
    m_caption->setFullText(unit + u' ' + formatBucketSize(series.bucket) + u" · "_s +
                           tr("times in %1").arg(zoneName()));
    m_ranking->setValueTitle(measure == Measure::Tokens ? tr("Tokens") : tr("Requests"));
    m_ranking->setRows(rankingRows(series, measure, m_theme, m_kind, report.dimension, filters));
    m_chart->setData(chartData(report, series, m_theme, m_kind));
    m_chart->setAccessibleDescription(title);
}

std::vector<ColumnSpec> usageColumns(const QString& firstTitle)
{
    return {
        {firstTitle, u"name"_s, false, 220, {}},
        {Breakdown::tr("Tokens"), u"total_tokens"_s, true, 92, Breakdown::tr("Prompt and completion tokens")},
        {Breakdown::tr("Share"), u"share"_s, true, 76, Breakdown::tr("Of all tokens in the range")},
        {Breakdown::tr("Prompt"), u"prompt_tokens"_s, true, 88, Breakdown::tr("Prompt tokens")},
        {Breakdown::tr("Completion"), u"completion_tokens"_s, true, 100, Breakdown::tr("Completion tokens")},
        {Breakdown::tr("Estimated"), u"estimated_tokens"_s, true, 92,
         Breakdown::tr("Tokens of streamed calls, which the gateway estimates")},
        {Breakdown::tr("Requests"), u"requests"_s, true, 88, {}},
        {Breakdown::tr("Errors"), u"error_rate"_s, true, 80, Breakdown::tr("Share of requests that failed")},
        {Breakdown::tr("429"), u"throttled"_s, true, 68, Breakdown::tr("Requests that were throttled")},
        {Breakdown::tr("p95"), u"p95_ms"_s, true, 84, Breakdown::tr("95 of 100 requests were faster")},
    };
}

std::vector<Record> usageRecords(const usage::Report& report, const Theme& theme)
{
    const auto amount = [](std::int64_t value) {
        return Cell{QVariant::fromValue(static_cast<qint64>(value)),
                    formatAmount(static_cast<double>(value)),
                    formatExact(value),
                    {}};
    };
    const auto real = [](std::optional<double> value, const QString& text) {
        return Cell{value ? QVariant(*value) : QVariant(), text, {}, {}};
    };
    const QString kind = kindOf(report.dimension);
    std::vector<Record> records;
    for (const usage::Row& row : report.rows) {
        const usage::Totals& totals = row.totals;
        Record record;
        record.key = fromText(row.key);
        record.swatch = theme.seriesColor(kind, record.key);
        const QString label = fromText(row.label);
        std::optional<double> share;
        if (report.totals.totalTokens > 0)
            share = static_cast<double>(totals.totalTokens) / static_cast<double>(report.totals.totalTokens);
        const std::optional<double> errors = totals.errorRate();
        record.cells.push_back({label, label, label == record.key ? QString() : record.key, {}});
        record.cells.push_back(totals.tokensKnown() ? amount(totals.totalTokens) : real({}, unknownText()));
        record.cells.push_back(real(share, formatShare(share)));
        record.cells.push_back(amount(totals.promptTokens));
        record.cells.push_back(amount(totals.completionTokens));
        record.cells.push_back(amount(totals.estimatedTokens));
        record.cells.push_back(amount(totals.requests));
        record.cells.push_back(real(errors, formatShare(errors)));
        if (errors && *errors >= 0.05)
            record.cells.back().color = theme.tokens().bad;
        record.cells.push_back(amount(totals.throttled));
        record.cells.push_back(real(totals.p95Ms, formatMilliseconds(totals.p95Ms)));
        records.push_back(std::move(record));
    }
    return records;
}

} // namespace gatehouse::ui
