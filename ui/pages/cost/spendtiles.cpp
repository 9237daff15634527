// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/spendtiles.h"

#include "core/usage/money/shown.h"
#include "ui/models/format.h"
#include "ui/pages/cost/completenessbadge.h"
#include "ui/pages/cost/costtext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QHBoxLayout>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

/// Below this a forecast is a guess, and says so.
constexpr std::size_t SureHistory = 14;

Tile::Content totalOf(const jobs::CostView& view)
{
    const cost::Grouping& grouping = view.grouping;
    Tile::Content content;
    content.figure = formatMoney(view.shown.total, view.digits, grouping.currency);
    content.exact = fromText(cost::exactText(grouping.now.pico) + ' ' + grouping.currency.text());
    std::optional<double> relative;
    const bool compared = beforeIsKnown(view);
    if (compared && grouping.before.pico > 0)
        relative = static_cast<double>(grouping.now.pico - grouping.before.pico) /
                   static_cast<double>(grouping.before.pico);
    content.change = compared ? changeText(relative) : SpendTiles::tr("the period before was not read");
    if (relative)
        content.change += u" · "_s + SpendTiles::tr("before %1")
                                         .arg(formatMoney(cost::shownWhole(grouping.before.pico, view.digits),
                                                          view.digits));
    if (grouping.buckets.size() > 2) {
        for (const cost::Int128 bucket : view.shown.bucketTotals)
            content.course.push_back(moneyValue(bucket, view.digits));
    }
    return content;
}

Tile::Content forecastOf(const jobs::CostView& view)
{
    Tile::Content content;
    if (!view.forecast) {
        content.figure = unknownText();
        content.change = SpendTiles::tr("no day to stand on yet");
        return content;
    }
    const cost::Forecast& forecast = *view.forecast;
    const QString currency = QChar(0x00A0) + fromText(view.grouping.currency.text());
    content.figure = formatEstimate(forecast.total) + currency;
    content.change = SpendTiles::tr("%1 to %2, 9 times of 10")
                         .arg(formatEstimate(forecast.low), formatEstimate(forecast.high));
    if (forecast.history < SureHistory)
        content.change =
            SpendTiles::tr("a guess from %1 days").arg(static_cast<qulonglong>(forecast.history));
    content.exact = SpendTiles::tr("%1 at its end; %2 days of history")
                        .arg(formatMonth(forecast.month))
                        .arg(static_cast<qulonglong>(forecast.history));
    if (view.straightLine)
        content.exact +=
            u"; "_s +
            SpendTiles::tr("a straight line would say %1").arg(formatEstimate(*view.straightLine) + currency);
    return content;
}

Tile::Content causeOf(const jobs::CostView& view)
{
    Tile::Content content;
    const cost::Int128 whole = view.causes.sum();
    const std::optional<TopCause> top = topCause(view.causes);
    if (!top || !beforeIsKnown(view)) {
        content.figure = unknownText();
        content.change =
            top ? SpendTiles::tr("the period before was not read") : SpendTiles::tr("nothing changed");
        return content;
    }
    const auto shown = [&view](cost::Int128 pico) {
        return formatDifference(cost::shownWhole(pico, view.digits), view.digits);
    };
    content.figure = shown(top->pico);
    content.change = SpendTiles::tr("%1; %2 in all").arg(top->word, shown(whole));
    content.exact =
        SpendTiles::tr("Calls %1, models %2, tokens per call %3, prices %4, other %5")
            .arg(shown(view.causes.volume), shown(view.causes.modelMix), shown(view.causes.tokensPerCall),
                 shown(view.causes.price), shown(view.causes.rest));
    return content;
}

Tile::Content unknownOf(const jobs::CostView& view)
{
    std::int64_t unpriced = 0;
    std::int64_t unknown = 0;
    for (const cost::CostRow& row : view.grouping.rows) {
        unpriced += row.kind == cost::RowKind::Unpriced ? row.now.requests : 0;
        unknown += row.kind == cost::RowKind::UnknownUsage ? row.now.requests : 0;
    }
    Tile::Content content;
    const std::int64_t all = view.grouping.now.requests;
    content.figure = all > 0 ? formatShare(static_cast<double>(unpriced + unknown) / static_cast<double>(all))
                             : unknownText();
    QStringList parts; // only what there is: a tile is narrow
    if (unpriced != 0)
        parts.append(SpendTiles::tr("%1 unpriced").arg(formatExact(unpriced)));
    if (unknown != 0)
        parts.append(SpendTiles::tr("%1 unknown").arg(formatExact(unknown)));
    content.change = parts.isEmpty() ? SpendTiles::tr("every call has its amount") : parts.join(u", "_s);
    content.exact = SpendTiles::tr("Of %1 calls, %2 have no price and %3 are of unknown usage")
                        .arg(formatExact(all), formatExact(unpriced), formatExact(unknown));
    content.mood = unpriced + unknown == 0 ? Tile::Mood::Better : Tile::Mood::Worse;
    return content;
}

} // namespace

SpendTiles::SpendTiles(const Theme& theme)
    : m_total(new Tile(theme, u"costTotal"_s, tr("Spent")))
    , m_badge(new CompletenessBadge(theme))
    , m_forecast(new Tile(theme, u"costForecast"_s, tr("Forecast of this month")))
    , m_cause(new Tile(theme, u"costCause"_s, tr("Top cause of the change")))
    , m_unknown(new Tile(theme, u"costUnknown"_s, tr("Calls without an amount")))
{
    nameWidget(this, u"costTiles"_s, tr("Figures"));
    auto* const row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metric::Space3);
    for (QWidget* const tile :
         std::initializer_list<QWidget*>{m_total, m_badge, m_forecast, m_cause, m_unknown})
        row->addWidget(tile, 1);
}

void SpendTiles::setView(const jobs::CostView& view)
{
    m_total->setContent(totalOf(view));
    m_badge->setView(view);
    m_forecast->setContent(forecastOf(view));
    m_cause->setContent(causeOf(view));
    m_unknown->setContent(unknownOf(view));
}

} // namespace gatehouse::ui
