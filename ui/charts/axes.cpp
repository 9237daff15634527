// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/axes.h"

#include "ui/models/format.h"

#include <QtCore/QLocale>

#include <array>
#include <cmath>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

/// The smallest of 1, 2, 2.5, 5 and 10 times a power of ten that is not below raw > 0.
double roundStep(double raw)
{
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
        if (factor * power >= raw * 0.999)
            return factor * power;
    }
    return 10 * power;
}

} // namespace

ValueAxis valueAxis(double largest, int wanted, const std::function<QString(double)>& label)
{
    ValueAxis axis;
    if (!std::isfinite(largest) || largest <= 0)
        largest = 1;
    const double step = roundStep(largest / std::max(1, wanted));
    // A little air above the largest value, and at least one step.
    axis.top = std::max(largest * 1.06, step);
    const int steps = static_cast<int>(std::floor(axis.top / step + 1e-9));
    for (int i = 0; i <= steps; ++i)
        axis.ticks.push_back({i * step, label(i * step)});
    return axis;
}

namespace {

/// The first local time at or after `from` that is a whole multiple of the step since midnight. Steps of a
/// day or more count from midnight of the first day, so that summer time moves no label off its midnight.
QDateTime firstTick(const QDateTime& from, qint64 stepSeconds)
{
    const QDateTime midnight = from.date().startOfDay();
    if (stepSeconds >= 86'400)
        return midnight < from ? from.date().addDays(1).startOfDay() : midnight;
    const qint64 since = midnight.secsTo(from) + (from.time().msec() > 0 ? 1 : 0);
    const qint64 steps = (since + stepSeconds - 1) / stepSeconds;
    const qint64 inDay = steps * stepSeconds;
    return inDay >= 86'400 ? from.date().addDays(1).startOfDay()
                           : QDateTime(from.date(), QTime(0, 0).addSecs(static_cast<int>(inDay)));
}

QDateTime nextTick(const QDateTime& tick, qint64 stepSeconds)
{
    return stepSeconds >= 86'400 ? tick.date().addDays(stepSeconds / 86'400).startOfDay()
                                 : firstTick(tick.addSecs(stepSeconds), stepSeconds);
}

} // namespace

std::vector<AxisTick> numberTicks(double from, double to, int most,
                                  const std::function<QString(double)>& label)
{
    std::vector<AxisTick> ticks;
    if (!std::isfinite(from) || !std::isfinite(to) || to <= from || most < 1)
        return ticks;
    const double step = roundStep((to - from) / most);
    for (double value = std::ceil(from / step) * step; value <= to + step * 1e-9 && ticks.size() < 64;
         value += step)
        ticks.push_back({value, label(value)});
    return ticks;
}

std::vector<AxisTick> timeTicks(const TimeRange& range, int most)
{
    constexpr std::array<qint64, 17> Steps{1,    5,    15,     30,     60,     120,    300,     600,    900,
                                           1800, 3600, 10'800, 21'600, 43'200, 86'400, 172'800, 604'800};
    const qint64 length = std::chrono::duration_cast<std::chrono::seconds>(range.length()).count();
    std::vector<AxisTick> ticks;
    if (length <= 0 || most < 1)
        return ticks;
    qint64 step = Steps.back();
    for (const qint64 candidate : Steps) {
        if (length / candidate <= most) {
            step = candidate;
            break;
        }
    }
    const QDateTime end = toLocal(range.end);
    const QLocale locale;
    for (QDateTime tick = firstTick(toLocal(range.start), step); tick <= end && ticks.size() < 64;
         tick = nextTick(tick, step)) {
        const bool midnight = tick.time() == QTime(0, 0);
        const QString format = midnight ? u"d MMM"_s : step < 60 ? u"HH:mm:ss"_s : u"HH:mm"_s;
        ticks.push_back({static_cast<double>(tick.toMSecsSinceEpoch()), locale.toString(tick, format)});
    }
    return ticks;
}

} // namespace gatehouse::ui
