// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/chartpainter.h"

#include "core/report/shown.h"

#include <algorithm>
#include <cmath>

namespace gatehouse::report {

namespace {

constexpr double PlotHeight = 132;
constexpr double DayLabelHeight = 16;
constexpr double BarHeight = 17;
constexpr std::size_t MostSeries = 10;
constexpr std::size_t MostBars = 15;
constexpr TextStyle TitleStyle{.size = 10.5, .bold = true};
constexpr TextStyle UnitStyle{.size = 8, .colour = palette::Muted};
constexpr TextStyle LabelStyle{.size = 7.5, .colour = palette::Muted};
constexpr TextStyle NameStyle{.size = 8};

/// The series that are drawn: the first ten, and the sum of what is left as *Other*.
std::vector<Series> foldedSeries(const StackedBars& chart)
{
    std::vector<Series> layers;
    Series other;
    std::size_t folded = 0;
    std::size_t named = 0;
    for (const Series& series : chart.series) {
        if (series.rest || named < MostSeries) {
            named += series.rest ? 0 : 1;
            layers.push_back(series);
            continue;
        }
        ++folded;
        other.values.resize(chart.buckets.size());
        other.estimated = other.estimated || series.estimated;
        for (std::size_t i = 0; i < series.values.size(); ++i) {
            if (series.values[i])
                other.values[i] = other.values[i].value_or(0) + *series.values[i];
        }
    }
    if (folded > 0) {
        other.name = "Other (" + std::to_string(folded) + " more)";
        other.rest = true;
        layers.push_back(std::move(other));
    }
    return layers;
}

double roundStep(double raw)
{
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
        if (factor * power >= raw * 0.999)
            return factor * power;
    }
    return 10 * power;
}

const char* stepWord(Step step)
{
    switch (step) {
    case Step::Weekly:
        return "per week";
    case Step::Monthly:
        return "per month";
    case Step::Daily:
        break;
    }
    return "per day";
}

double placeOf(std::size_t index, std::size_t count, const QRectF& plot)
{
    return plot.left() + (static_cast<double>(index) + 0.5) * plot.width() / static_cast<double>(count);
}

} // namespace

/// From zero, with about four steps; whole numbers where the measure counts something whole.
struct ChartPainter::Axis
{
    Axis(double largest, bool whole)
    {
        if (!std::isfinite(largest) || largest <= 0)
            largest = 1;
        step = roundStep(largest / 4);
        if (whole)
            step = std::max(1.0, step == 2.5 ? 5 : step);
        top = std::ceil(largest * 1.02 / step) * step;
    }

    double top = 1;
    double step = 1;
};

ChartPainter::ChartPainter(Canvas& canvas, const Report& report)
    : m_canvas(canvas)
    , m_report(report)
    , m_places(colourPlaces(report))
{}

double ChartPainter::paint(const Chart& chart, QPointF at, double width)
{
    return std::visit([&](const auto& each) { return paint(each, at, width); }, chart);
}

QRgb ChartPainter::colour(const std::string& kind, const std::string& name, bool rest) const
{
    const auto place = m_places.find({kind, name});
    if (rest || place == m_places.end())
        return palette::Unknown;
    return palette::Series.at(static_cast<std::size_t>(place->second));
}

double ChartPainter::scaled(Int128 value, const Measure& measure) const
{
    return static_cast<double>(value) / (measure.money ? 1e12 : 1.0);
}

double ChartPainter::heading(const std::string& title, const Measure& measure, const std::string& what,
                             QPointF at, double width)
{
    double y = at.y();
    y += m_canvas.text(QRectF(at.x(), y, width, 0), fromText(plainText(title)), TitleStyle, Align::Left, 2);
    const std::string unit = measure.money ? m_report.currency.code : plainText(measure.unit);
    y += m_canvas.text(QRectF(at.x(), y, width, 0), fromText(unit + (what.empty() ? "" : " " + what)),
                       UnitStyle, Align::Left, 1);
    return y - at.y() + 5;
}

double ChartPainter::nothing(QPointF at, double width)
{
    return m_canvas.text(QRectF(at.x(), at.y(), width, 0),
                         QStringLiteral("Nothing to draw: there is no data in this period."), LabelStyle) +
           4;
}

double ChartPainter::legend(const std::vector<Key>& keys, QPointF at, double width)
{
    constexpr double Swatch = 9;
    const double lineHeight = m_canvas.lineHeight(NameStyle) + 3;
    const double widest = std::min(width, 260.0);
    double x = at.x();
    double y = at.y();
    for (const Key& key : keys) {
        const double nameWidth = std::min(m_canvas.textWidth(key.name, NameStyle) + 2, widest - Swatch - 4);
        const double itemWidth = Swatch + 4 + nameWidth;
        if (x > at.x() && x + itemWidth > at.x() + width) {
            x = at.x();
            y += lineHeight;
        }
        const QRectF swatch(x, y + 1.5, Swatch, Swatch - 2);
        if (key.line) {
            const double middle = swatch.center().y();
            m_canvas.line(QPointF(x, middle), QPointF(x + Swatch, middle), key.colour, 1.6, key.dashed);
        } else {
            m_canvas.fill(swatch, key.colour);
            if (key.hatched)
                m_canvas.hatch(swatch);
        }
        m_canvas.text(QRectF(x + Swatch + 4, y, nameWidth, 0), key.name, NameStyle, Align::Left, 1);
        x += itemWidth + 12;
    }
    return keys.empty() ? 0 : y - at.y() + lineHeight;
}

QRectF ChartPainter::valueAxis(const Axis& axis, const QRectF& place)
{
    double labelWidth = 0;
    std::vector<std::pair<double, QString>> ticks;
    for (int i = 0; i * axis.step <= axis.top * 1.0001; ++i) {
        ticks.emplace_back(i * axis.step, fromText(tickText(i * axis.step)));
        labelWidth = std::max(labelWidth, m_canvas.textWidth(ticks.back().second, LabelStyle));
    }
    labelWidth += 1;
    const QRectF plot = place.adjusted(labelWidth + 6, 4, 0, 0);
    const double half = m_canvas.lineHeight(LabelStyle) / 2;
    for (const auto& [value, label] : ticks) {
        const double y = plot.bottom() - value / axis.top * plot.height();
        m_canvas.line(QPointF(plot.left(), y), QPointF(plot.right(), y),
                      value == 0 ? palette::LineStrong : palette::Line, 0.6);
        m_canvas.text(QRectF(place.left(), y - half, labelWidth, 0), label, LabelStyle, Align::Right, 1);
    }
    return plot;
}

void ChartPainter::dayLabels(const std::vector<Day>& days, Step step, const QRectF& plot)
{
    double widest = 0;
    std::vector<QString> labels;
    for (const Day day : days) {
        labels.push_back(fromText(step == Step::Monthly ? monthText(day) : shortDayText(day)));
        widest = std::max(widest, m_canvas.textWidth(labels.back(), LabelStyle));
    }
    const double slot = plot.width() / static_cast<double>(days.size());
    const auto every = static_cast<std::size_t>(std::max(1.0, std::ceil((widest + 8) / slot)));
    for (std::size_t i = 0; i < labels.size(); i += every) {
        const double x = placeOf(i, labels.size(), plot);
        const double width = widest + 4;
        // A label at the edge is moved in, never cut.
        const double left = std::clamp(x - width / 2, plot.left() - 10, plot.right() - width);
        m_canvas.line(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() + 2), palette::LineStrong, 0.6);
        m_canvas.text(QRectF(left, plot.bottom() + 3, width, 0), labels[i], LabelStyle, Align::Centre, 1);
    }
}

void ChartPainter::bars(const StackedBars& chart, const std::vector<Series>& layers, const QRectF& plot,
                        double top)
{
    const double slot = plot.width() / static_cast<double>(chart.buckets.size());
    const double barWidth = std::min(slot * 0.76, 46.0);
    for (std::size_t i = 0; i < chart.buckets.size(); ++i) {
        double sum = 0;
        for (const Series& layer : layers) {
            if (!layer.values[i] || *layer.values[i] == 0)
                continue;
            const double value = scaled(*layer.values[i], chart.measure);
            const double low = plot.bottom() - sum / top * plot.height();
            sum += value;
            const double high = plot.bottom() - sum / top * plot.height();
            const QRectF bar(placeOf(i, chart.buckets.size(), plot) - barWidth / 2, high, barWidth,
                             low - high);
            m_canvas.fill(bar, colour(chart.kind, layer.name, layer.rest));
            if (layer.estimated)
                m_canvas.hatch(bar);
        }
    }
}

double ChartPainter::paint(const StackedBars& chart, QPointF at, double width)
{
    double y = at.y() + heading(chart.title, chart.measure, stepWord(chart.step), at, width);
    const std::vector<Series> layers = foldedSeries(chart);
    if (chart.buckets.empty() || layers.empty())
        return y + nothing(QPointF(at.x(), y), width) - at.y();
    double largest = 0;
    for (std::size_t i = 0; i < chart.buckets.size(); ++i) {
        double sum = 0;
        for (const Series& layer : layers)
            sum += scaled(layer.values[i].value_or(0), chart.measure);
        largest = std::max(largest, sum);
    }
    const Axis axis(largest, !chart.measure.money);
    const QRectF plot = valueAxis(axis, QRectF(at.x(), y, width, PlotHeight));
    bars(chart, layers, plot, axis.top);
    dayLabels(chart.buckets, chart.step, plot);
    y += PlotHeight + DayLabelHeight;
    std::vector<Key> keys;
    for (const Series& layer : layers)
        keys.push_back({fromText(plainName(layer.name) + (layer.estimated ? " (estimated)" : "")),
                        colour(chart.kind, layer.name, layer.rest), layer.estimated});
    y += legend(keys, QPointF(at.x(), y), width);
    return y - at.y();
}

double ChartPainter::paint(const Ranking& chart, QPointF at, double width)
{
    double y = at.y() + heading(chart.title, chart.measure, "", at, width);
    if (chart.bars.empty())
        return y + nothing(QPointF(at.x(), y), width) - at.y();
    const std::size_t count = std::min(chart.bars.size(), MostBars);
    double nameWidth = 0;
    double valueWidth = 0;
    double largest = 0;
    std::vector<QString> values;
    // All bars have the digits of their sum, as a table's rows have.
    Int128 sum = 0;
    for (const RankedBar& bar : chart.bars)
        sum += bar.value.value_or(0);
    const int digits = shownDigits(m_report.currency, sum);
    const auto valueText = [&](Int128 value) {
        return chart.measure.money ? moneyText(value, m_report.currency, digits)
                                   : measureText(value, chart.measure, m_report.currency);
    };
    for (std::size_t i = 0; i < count; ++i) {
        const RankedBar& bar = chart.bars[i];
        nameWidth = std::max(nameWidth, m_canvas.textWidth(fromText(plainName(bar.name)), NameStyle) + 2);
        values.push_back(fromText(bar.value ? valueText(*bar.value) : unknownText() + " unknown"));
        valueWidth = std::max(valueWidth, m_canvas.textWidth(values.back(), NameStyle) + 2);
        largest = std::max(largest, scaled(bar.value.value_or(0), chart.measure));
    }
    nameWidth = std::min(nameWidth, width * 0.34);
    const double left = at.x() + nameWidth + 8;
    const double room = std::max(20.0, at.x() + width - left - valueWidth - 6);
    const double inset = (BarHeight - m_canvas.lineHeight(NameStyle)) / 2;
    for (std::size_t i = 0; i < count; ++i) {
        const RankedBar& bar = chart.bars[i];
        const double length = largest > 0 ? scaled(bar.value.value_or(0), chart.measure) / largest * room : 0;
        m_canvas.text(QRectF(at.x(), y + inset, nameWidth, 0), fromText(plainName(bar.name)), NameStyle,
                      Align::Left, 1);
        m_canvas.fill(QRectF(left, y + 3, length, BarHeight - 6), colour(chart.kind, bar.name, bar.rest));
        m_canvas.text(QRectF(left + length + 5, y + inset, valueWidth, 0), values[i], NameStyle, Align::Left,
                      1);
        y += BarHeight;
    }
    if (chart.bars.size() > count)
        y += 2 + m_canvas.text(QRectF(at.x(), y + 2, width, 0),
                               QStringLiteral("And %1 more, in the table.").arg(chart.bars.size() - count),
                               LabelStyle);
    return y - at.y();
}

void ChartPainter::band(const ForecastLine& chart, const QRectF& plot, double top)
{
    const auto point = [&](std::size_t i, Int128 value) {
        return QPointF(placeOf(i, chart.days.size(), plot),
                       plot.bottom() - scaled(value, chart.measure) / top * plot.height());
    };
    QPolygonF spent;
    QPolygonF middle;
    QPolygonF low;
    QPolygonF outline;
    for (std::size_t i = 0; i < chart.days.size(); ++i) {
        if (chart.spent[i]) {
            spent << point(i, *chart.spent[i]);
            continue;
        }
        if (!chart.forecasts[i])
            continue;
        // The forecast begins where the spend ends.
        if (middle.isEmpty() && !spent.isEmpty()) {
            middle << spent.back();
            low << spent.back();
            outline << spent.back();
        }
        middle << point(i, chart.forecasts[i]->middle);
        low << point(i, chart.forecasts[i]->low);
        outline << point(i, chart.forecasts[i]->high);
    }
    std::reverse(low.begin(), low.end());
    outline << low;
    m_canvas.area(outline, palette::Series[0], 0.16);
    m_canvas.polyline(middle, palette::Series[0], 1.3, true);
    m_canvas.polyline(spent, palette::Series[0], 1.6);
    if (chart.budget) {
        const double y = plot.bottom() - scaled(*chart.budget, chart.measure) / top * plot.height();
        m_canvas.line(QPointF(plot.left(), y), QPointF(plot.right(), y), palette::Text, 1);
    }
}

double ChartPainter::paint(const ForecastLine& chart, QPointF at, double width)
{
    double y = at.y() + heading(chart.title, chart.measure, "since the first day", at, width);
    if (chart.days.empty())
        return y + nothing(QPointF(at.x(), y), width) - at.y();
    double largest = scaled(chart.budget.value_or(0), chart.measure);
    const ForecastLine::Estimate* last = nullptr;
    Amount spent;
    for (std::size_t i = 0; i < chart.days.size(); ++i) {
        largest = std::max(largest, scaled(chart.spent[i].value_or(0), chart.measure));
        spent = chart.spent[i] ? chart.spent[i] : spent;
        if (!chart.forecasts[i])
            continue;
        last = &*chart.forecasts[i];
        largest = std::max(largest, scaled(last->high, chart.measure));
    }
    const Axis axis(largest, !chart.measure.money);
    const QRectF plot = valueAxis(axis, QRectF(at.x(), y, width, PlotHeight));
    band(chart, plot, axis.top);
    dayLabels(chart.days, Step::Daily, plot);
    y += PlotHeight + DayLabelHeight;
    const auto amount = [&](Int128 value) {
        return fromText(measureText(value, chart.measure, m_report.currency));
    };
    std::vector<Key> keys{{QStringLiteral("Spent: ") + (spent ? amount(*spent) : fromText(unknownText())),
                           palette::Series[0], false, true}};
    if (last != nullptr) {
        keys.push_back(
            {QStringLiteral("Forecast: ") + amount(last->middle), palette::Series[0], false, true, true});
        keys.push_back({fromText(plainText(chart.interval) + ": ") + amount(last->low) +
                            QStringLiteral(" to ") + amount(last->high),
                        QColor(0xD9, 0xE5, 0xF6).rgb()});
    }
    if (chart.budget)
        keys.push_back({QStringLiteral("Budget: ") + amount(*chart.budget), palette::Text, false, true});
    y += legend(keys, QPointF(at.x(), y), width);
    return y - at.y();
}

} // namespace gatehouse::report
