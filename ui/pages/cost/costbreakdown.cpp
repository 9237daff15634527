// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/costbreakdown.h"

#include "ui/charts/timechart.h"
#include "ui/models/format.h"
#include "ui/pages/cost/costtext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtCore/QTimeZone>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;
using std::chrono::days;

namespace {

constexpr std::size_t MostValues = 10;
constexpr double MostlyEstimated = 0.5;
const QString OtherKey = u"\n"_s;

/// Rows of the grouping that are drawn as one.
struct Layer
{
    QString key;
    QString name;
    QColor color;
    std::vector<std::size_t> rows;
    bool hatched = false;
    bool other = false;
};

std::vector<Layer> layersOf(const jobs::CostView& view, const Theme& theme)
{
    const std::vector<cost::CostRow>& rows = view.grouping.rows;
    const auto values = static_cast<std::size_t>(std::count_if(
        rows.begin(), rows.end(), [](const cost::CostRow& row) { return row.kind == cost::RowKind::Value; }));
    std::vector<Layer> layers;
    Layer other{OtherKey, {}, theme.tokens().faint, {}, false, true};
    std::vector<Layer> kinds;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const cost::CostRow& row = rows[i];
        if (row.kind == cost::RowKind::Value && values > MostValues && layers.size() + 1 >= MostValues) {
            other.rows.push_back(i);
            continue;
        }
        Layer layer{rowKey(row), rowLabel(row), rowColor(theme, view.grouping.question.by, row),
                    {i},         false,         false};
        if (row.kind != cost::RowKind::Value) {
            layer.hatched = true;
            kinds.push_back(std::move(layer));
            continue;
        }
        layer.hatched = row.now.requests > 0 && static_cast<double>(row.estimatedRequests) >
                                                    MostlyEstimated * static_cast<double>(row.now.requests);
        layers.push_back(std::move(layer));
    }
    layers.insert(layers.end(), std::make_move_iterator(kinds.begin()), std::make_move_iterator(kinds.end()));
    if (!other.rows.empty()) {
        other.name = CostBreakdown::tr("%1 more").arg(other.rows.size());
        layers.push_back(std::move(other));
    }
    return layers;
}

/// Days have no hour: each is drawn where this computer's calendar has it, so that axis and hover name it.
double localMidnight(cost::Day day)
{
    const QDate date = QDate(1970, 1, 1).addDays(day.time_since_epoch().count());
    return static_cast<double>(date.startOfDay().toMSecsSinceEpoch());
}

Ticks bucketOf(cost::Step step)
{
    const int length = step == cost::Step::Daily ? 1 : step == cost::Step::Weekly ? 7 : 30;
    return Ticks(std::chrono::hours(24 * length));
}

/// Before the ledger begins there is a gap and not nothing.
bool isRead(const jobs::CostView& view, std::size_t bucket)
{
    const std::optional<cost::Day> first = firstKnownDay(view);
    const std::vector<cost::Day>& buckets = view.grouping.buckets;
    const cost::Day end =
        bucket + 1 < buckets.size() ? buckets[bucket + 1] : view.grouping.question.range.end;
    return first && *first < end;
}

ChartData chartData(const jobs::CostView& view, const std::vector<Layer>& layers)
{
    ChartData data;
    data.bucket = bucketOf(view.grouping.question.step);
    const double half =
        static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(data.bucket).count()) / 2;
    for (const cost::Day day : view.grouping.buckets)
        data.moments.push_back(localMidnight(day) + half);
    for (const Layer& layer : layers) {
        ChartSeries series{layer.key, layer.name, layer.color, {}, layer.hatched};
        for (std::size_t bucket = 0; bucket < view.grouping.buckets.size(); ++bucket) {
            if (!isRead(view, bucket)) {
                series.values.push_back(std::nan(""));
                continue;
            }
            cost::Int128 sum = 0;
            for (const std::size_t row : layer.rows)
                sum += view.shown.buckets[row][bucket];
            // What was taken back can be more than what was added; an area cannot be less than nothing.
            series.values.push_back(std::max(0.0, moneyValue(sum, view.digits)));
        }
        if (std::any_of(series.values.begin(), series.values.end(), [](double value) { return value > 0; }))
            data.series.push_back(std::move(series));
    }
    if (data.moments.size() == 1) {
        // A single bucket has a width too, within its day, so that the hover names that one.
        data.bucket = std::chrono::hours(24);
        const double start = data.moments.front() - half;
        constexpr double Hour = 3'600'000;
        data.moments = {start + 12 * Hour, start + 35 * Hour};
        for (ChartSeries& series : data.series)
            series.values.push_back(series.values.front());
    }
    if (!data.moments.empty()) {
        data.range.start = DateTime::fromUnix(std::chrono::milliseconds(std::llround(data.moments.front())));
        data.range.end = DateTime::fromUnix(std::chrono::milliseconds(std::llround(data.moments.back())));
    }
    return data;
}

std::vector<Ranking::Row> rankingRows(const jobs::CostView& view, const std::vector<Layer>& layers,
                                      const std::vector<cost::CostFilter>& filters)
{
    std::vector<Ranking::Row> rows;
    for (const Layer& layer : layers) {
        Ranking::Row row{layer.key, layer.name, layer.color,   0,     {},
                         {},        {},         layer.hatched, false, layer.other};
        cost::Int128 sum = 0;
        for (const std::size_t at : layer.rows)
            sum += view.shown.rows[at];
        row.value = moneyValue(sum, view.digits);
        row.text = formatMoney(sum, view.digits);
        row.exact = formatMoney(sum, view.digits, view.grouping.currency);
        if (!layer.other) {
            const cost::CostRow& one = view.grouping.rows[layer.rows.front()];
            row.selected =
                std::find(filters.begin(), filters.end(),
                          cost::CostFilter{view.grouping.question.by, one.key, one.kind}) != filters.end();
            if (amountUnknown(one)) {
                row.text = unknownText();
                row.note = CostBreakdown::tr("%1 calls").arg(formatExact(one.now.requests));
                row.exact = CostBreakdown::tr("Nobody knows what these cost");
            } else if (layer.hatched && one.kind == cost::RowKind::Value) {
                row.note = CostBreakdown::tr("mostly estimated");
            }
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace

QString rowKey(const cost::CostRow& row)
{
    return row.kind == cost::RowKind::Value ? u"v:"_s + fromText(row.key)
                                            : u"k:"_s + QString::number(static_cast<int>(row.kind));
}

QColor rowColor(const Theme& theme, cost::CostDimension dimension, const cost::CostRow& row)
{
    if (row.kind == cost::RowKind::Value)
        return theme.seriesColor(fromText(std::string(cost::toString(dimension))), fromText(row.key));
    const Tokens& tokens = theme.tokens();
    switch (row.kind) {
    case cost::RowKind::UnknownUsage:
    case cost::RowKind::Unpriced:
        return tokens.warn;
    case cost::RowKind::TestTraffic:
        return tokens.lineStrong;
    case cost::RowKind::UnusedReservation:
        return tokens.faint;
    default:
        return tokens.unknown;
    }
}

CostBreakdown::CostBreakdown(Theme& theme)
    : m_theme(theme)
    , m_title(makeLabel(u"costBreakdownTitle"_s, "strong"))
    , m_caption(new ElidedLabel)
    , m_chart(new TimeChart(theme, TimeChart::Kind::Stacked, [](double value) { return formatTick(value); }))
    , m_ranking(new Ranking(theme, tr("Spent")))
{
    setProperty("panel", true);
    nameWidget(this, u"costBreakdown"_s, tr("Chart"));
    m_caption->setObjectName(u"costBreakdownCaption"_s);
    m_caption->setProperty("role", u"caption"_s);
    nameWidget(m_chart, u"costBreakdownChart"_s, tr("Spent over time"));
    nameWidget(m_ranking, u"costBreakdownRanking"_s, tr("Legend; choose a row to filter by it"));
    m_ranking->setFixedWidth(288);
    m_chart->setMinimumHeight(96);

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

    connect(m_chart, &TimeChart::zoomed, this, [this](const TimeRange& range) {
        const auto day = [](DateTime moment) {
            return cost::Day(days(QDate(1970, 1, 1).daysTo(toLocal(moment).date())));
        };
        Q_EMIT zoomed({day(range.start), day(range.end) + days{1}});
    });
    connect(m_chart, &TimeChart::zoomReset, this, &CostBreakdown::zoomReset);
    connect(m_chart, &TimeChart::seriesClicked, this, &CostBreakdown::choose);
    connect(m_ranking, &Ranking::activated, this, &CostBreakdown::choose);
    connect(m_ranking, &Ranking::hovered, this, [this](const QString& key, bool any) {
        m_chart->setEmphasis(any ? std::optional(key) : std::nullopt);
    });
}

void CostBreakdown::choose(const QString& key)
{
    if (key != OtherKey)
        Q_EMIT rowChosen(key);
}

void CostBreakdown::setView(const jobs::CostView& view, const jobs::CostQuestion& question)
{
    const cost::CostDimension by = view.grouping.question.by;
    const QString kind = fromText(std::string(cost::toString(by)));
    QStringList keys;
    for (const cost::CostRow& row : view.grouping.rows) {
        if (row.kind == cost::RowKind::Value)
            keys.append(fromText(row.key));
    }
    m_theme.seriesColors().learn(kind, keys);
    const std::vector<Layer> layers = layersOf(view, m_theme);
    const QString title = tr("By %1").arg(dimensionWord(by).toLower());
    m_title->setText(title);
    QString unit = fromText(view.grouping.currency.text()) + u' ' + stepWord(view.grouping.question.step);
    if (view.today < view.grouping.question.range.end)
        unit += u" · "_s + tr("today is not over");
    m_caption->setFullText(unit);
    m_ranking->setRows(rankingRows(view, layers, question.filters));
    m_chart->setData(chartData(view, layers));
    m_chart->setAccessibleDescription(title + u", "_s + unit);
}

} // namespace gatehouse::ui
