// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/forecast/season.h"

#include "core/usage/forecast/statistics.h"

#include <cmath>

namespace gatehouse::cost {

namespace {

constexpr std::size_t WeeksBack = 12;
constexpr double Sure = 3;     ///< days of one weekday after which it is believed
constexpr double Clear = 1.25; ///< a factor of a month's end that is worth one

int daysToEnd(Day day)
{
    return static_cast<int>((dayAfter(monthOf(day)) - day).count()) - 1;
}

/// The mean of the seven days around each day, in which every day of the week is once; negative where there
/// are none.
std::vector<double> weekMeans(const std::vector<double>& values)
{
    std::vector<double> means(values.size(), -1);
    for (std::size_t i = 0; i + 7 <= values.size(); ++i) {
        double sum = 0;
        for (std::size_t j = i; j < i + 7; ++j)
            sum += values[j];
        means[i + 3] = sum / 7;
    }
    return means;
}

} // namespace

Season Season::of(const DailySeries& series)
{
    Season season;
    season.learnWeek(series);
    season.learnMonthEnds(series);
    return season;
}

void Season::learnWeek(const DailySeries& series)
{
    const std::size_t back = std::min(series.values.size(), WeeksBack * 7);
    const std::size_t skipped = series.values.size() - back;
    const std::vector<double> recent(series.values.end() - static_cast<std::ptrdiff_t>(back),
                                     series.values.end());
    const std::vector<double> means = weekMeans(recent);
    std::array<std::vector<double>, 7> ratios;
    for (std::size_t i = 0; i < recent.size(); ++i) {
        const Day day = series.first + std::chrono::days{static_cast<int>(skipped + i)};
        if (means[i] > 0 && daysToEnd(day) >= LastDays)
            ratios[static_cast<std::size_t>(weekdayOf(day))].push_back(recent[i] / means[i]);
    }
    double sum = 0;
    for (std::size_t i = 0; i < 7; ++i) {
        const auto count = static_cast<double>(ratios[i].size());
        const double share = std::min(1.0, count / Sure);
        m_week[i] = ratios[i].empty() ? 1 : share * clippedMean(ratios[i], 2.5) + (1 - share);
        sum += m_week[i];
    }
    for (double& factor : m_week)
        factor = sum > 0 ? factor * 7 / sum : 1;
}

void Season::learnMonthEnds(const DailySeries& series)
{
    std::array<std::vector<double>, LastDays> ratios;
    for (std::size_t i = 14; i < series.values.size(); ++i) {
        const Day day = series.first + std::chrono::days{static_cast<int>(i)};
        const int left = daysToEnd(day);
        const double week = m_week[static_cast<std::size_t>(weekdayOf(day))];
        if (left >= LastDays || week < 0.05)
            continue;
        std::vector<double> before;
        for (std::size_t j = i - 14; j < i; ++j) {
            const Day other = series.first + std::chrono::days{static_cast<int>(j)};
            const double its = m_week[static_cast<std::size_t>(weekdayOf(other))];
            if (its >= 0.05 && daysToEnd(other) >= LastDays)
                before.push_back(series.values[j] / its);
        }
        const double level = medianOf(before);
        if (level > 0)
            ratios[static_cast<std::size_t>(left)].push_back(series.values[i] / week / level);
    }
    for (std::size_t left = 0; left < LastDays; ++left) {
        const std::vector<double>& seen = ratios[left];
        if (seen.size() < 2)
            continue;
        const bool always = *std::min_element(seen.begin(), seen.end()) > Clear;
        const bool never = *std::max_element(seen.begin(), seen.end()) < 1 / Clear;
        if (always || never)
            m_last[left] = medianOf(seen);
    }
}

double Season::factor(Day day) const
{
    const int left = daysToEnd(day);
    return m_week[static_cast<std::size_t>(weekdayOf(day))] *
           (left < LastDays ? m_last[static_cast<std::size_t>(left)] : 1);
}

bool Season::isMonthEnd(Day day) const
{
    const int left = daysToEnd(day);
    return left < LastDays && m_last[static_cast<std::size_t>(left)] != 1;
}

} // namespace gatehouse::cost
