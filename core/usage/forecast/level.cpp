// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/forecast/level.h"

#include "core/usage/forecast/statistics.h"

#include <cmath>

namespace gatehouse::cost {

namespace {

constexpr double Reach = 2.5;        ///< deviations beyond which a day stands out
constexpr double LeastFactor = 0.05; ///< a day of which less comes says nothing of the level
constexpr std::size_t Longest = 91;
constexpr std::size_t Neighbours = 7;

/// The days without season: those that say something, oldest first.
std::vector<double> plainDays(const DailySeries& series, const Season& season, std::vector<double>& weights)
{
    std::vector<double> plain;
    const std::size_t from = series.values.size() > Longest ? series.values.size() - Longest : 0;
    for (std::size_t i = from; i < series.values.size(); ++i) {
        const Day day = series.first + std::chrono::days{static_cast<int>(i)};
        const double factor = season.factor(day);
        if (factor >= LeastFactor && !season.isMonthEnd(day)) {
            plain.push_back(series.values[i] / factor);
            weights.push_back(factor);
        }
    }
    return plain;
}

std::vector<double> last(const std::vector<double>& values, std::size_t count)
{
    return {values.end() - static_cast<std::ptrdiff_t>(std::min(count, values.size())), values.end()};
}

/// The mean by weights, with what stands out drawn in. By the season's own factors, so that a factor that is
/// a little wrong does not make the level of a whole week wrong.
double weightedMean(const std::vector<double>& values, const std::vector<double>& weights)
{
    const double median = medianOf(values);
    const double far = Reach * robustDeviation(values);
    double sum = 0;
    double all = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        sum += weights[i] * std::clamp(values[i], median - far, median + far);
        all += weights[i];
    }
    return all > 0 ? sum / all : 0;
}

std::vector<double> logs(const std::vector<double>& values)
{
    const double least = std::max(medianOf(values) * 0.02, 1e-12);
    std::vector<double> out;
    for (const double value : values)
        out.push_back(std::log(std::max(value, least)));
    return out;
}

/// Where the level last changed for good: what is before it is dropped.
std::vector<double> sinceLastChange(const std::vector<double>& values)
{
    const std::vector<double> y = logs(values);
    double best = 0;
    std::size_t at = 0;
    for (std::size_t after = 4; after <= 35 && after + 10 <= y.size(); ++after) {
        const std::size_t split = y.size() - after;
        const std::vector<double> now(y.begin() + static_cast<std::ptrdiff_t>(split), y.end());
        const std::size_t back = std::min<std::size_t>(split, 21);
        const std::vector<double> then(y.begin() + static_cast<std::ptrdiff_t>(split - back),
                                       y.begin() + static_cast<std::ptrdiff_t>(split));
        const double step = std::abs(medianOf(now) - medianOf(then));
        const double noise = std::max({robustDeviation(then), robustDeviation(now), 0.02});
        const double score =
            step / (noise * std::sqrt(1.0 / static_cast<double>(after) + 1.0 / static_cast<double>(back)));
        if (step > 0.2 && score > 5 && score > best) {
            best = score;
            at = split;
        }
    }
    return {values.begin() + static_cast<std::ptrdiff_t>(at), values.end()};
}

/// What days far above their neighbours add. One that came once may not come again.
void learnExcess(const std::vector<double>& values, Level& level)
{
    std::vector<double> ratios;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t from = i < Neighbours ? 0 : i - Neighbours;
        const std::size_t to = std::min(values.size(), i + Neighbours + 1);
        const double median = medianOf({values.begin() + static_cast<std::ptrdiff_t>(from),
                                        values.begin() + static_cast<std::ptrdiff_t>(to)});
        ratios.push_back(median > 0 ? values[i] / median : 1);
    }
    const double far = 1 + std::max(5 * robustDeviation(ratios), 0.8);
    std::vector<double> over;
    std::size_t count = 0;
    for (const double ratio : ratios) {
        over.push_back(ratio > far ? ratio - 1 : 0);
        count += ratio > far ? 1 : 0;
    }
    if (count < 2 || over.size() < 28)
        return;
    level.excess = meanOf(over);
    std::vector<double> squares;
    for (const double value : over)
        squares.push_back((value - level.excess) * (value - level.excess));
    level.excessDeviation = std::sqrt(meanOf(squares));
}

} // namespace

double Level::at(int ahead) const
{
    double sum = 0;
    double part = growth;
    for (int i = 0; i <= ahead; ++i) {
        sum += part;
        part *= damping;
    }
    return now * std::exp(std::clamp(sum, -3.0, 3.0));
}

Level levelOf(const DailySeries& series, const Season& season, LevelRule rule)
{
    Level level;
    std::vector<double> weights;
    const std::vector<double> all = plainDays(series, season, weights);
    if (all.empty())
        return level;
    const std::vector<double> plain = sinceLastChange(all);
    learnExcess(all, level);
    const bool trend = rule == LevelRule::Trend || rule == LevelRule::LongTrend;
    const std::size_t days = rule == LevelRule::Week        ? 7
                             : rule == LevelRule::Fortnight ? 14
                             : rule == LevelRule::LongTrend ? 56
                                                            : 28;
    const std::vector<double> used = last(plain, days);
    level.days = used.size();
    level.now = weightedMean(used, last(weights, used.size()));
    std::vector<double> parts;
    if (trend && used.size() >= 14) {
        const std::vector<double> y = logs(used);
        level.growth = medianSlope(y);
        level.damping = rule == LevelRule::Trend ? 0.97 : 1.0;
        // The mean without its growth, carried to the last day.
        std::vector<double> flat;
        for (std::size_t i = 0; i < used.size(); ++i)
            flat.push_back(used[i] * std::exp(level.growth * static_cast<double>(used.size() - 1 - i)));
        level.now = weightedMean(flat, last(weights, flat.size()));
        for (const double value : flat)
            parts.push_back(value / std::max(level.now, 1e-12));
    } else {
        for (const double value : last(plain, std::max<std::size_t>(days, 14)))
            parts.push_back(value / std::max(level.now, 1e-12));
    }
    level.deviation = level.now > 0 ? robustDeviation(parts) : 0;
    return level;
}

} // namespace gatehouse::cost
