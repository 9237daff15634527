// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/forecast/series.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace gatehouse::test {

using namespace gatehouse::cost;

/// A service whose daily amounts come from a process that is known.
struct DrawnService
{
    std::string process;
    DailySeries series;
};

inline constexpr std::array<const char*, 12> Processes = {
    "steady",           "weekday", "quiet weekends", "growth",     "decline",      "level shift up",
    "level shift down", "launch",  "outliers",       "month ends", "now and then", "growth with weekdays"};

/// Two services of each process; `days` days from the first of a month on. Each draws its level, its noise,
/// its week and where its changes fall.
inline std::vector<DrawnService> drawServices(std::uint64_t seed, Day first, int days)
{
    std::mt19937_64 random(seed);
    const auto uniform = [&](double low, double high) {
        return std::uniform_real_distribution<>(low, high)(random);
    };
    std::normal_distribution<> normal(0, 1);
    std::vector<DrawnService> services;
    for (std::size_t i = 0; i < 2 * Processes.size(); ++i) {
        const std::string process = Processes[i % Processes.size()];
        const auto is = [&](const char* name) { return process.find(name) != std::string::npos; };
        DrawnService service{process, {first, {}}};
        const double base = std::exp(uniform(0, 6));
        const double noise = uniform(0.05, 0.2);
        // Business services: at weekends a tenth to six tenths of a working day.
        const double weekend = is("quiet weekends") ? uniform(0, 0.1) : is("steady") ? 1 : uniform(0.1, 0.6);
        const double friday = is("weekday") ? uniform(0.6, 0.9) : 1;
        const double growth = is("growth")    ? uniform(0.004, 0.015)
                              : is("decline") ? -uniform(0.004, 0.012)
                                              : 0;
        const int change = static_cast<int>(uniform(0.2, 0.95) * days);
        const double step = is("shift up") ? uniform(1.5, 3) : is("shift down") ? uniform(0.3, 0.65) : 1;
        const int launched = is("launch") ? static_cast<int>(uniform(0.5, 0.75) * days) : -1;
        const double monthEnd = is("month ends") ? uniform(2, 6) : 1;
        for (int d = 0; d < days; ++d) {
            const Day day = first + std::chrono::days{d};
            const int weekday = weekdayOf(day);
            double value = base * std::exp(growth * d) * std::exp(noise * normal(random) - noise * noise / 2);
            value *= weekday >= 5 ? weekend : weekday == 4 ? friday : 1;
            value *= d >= change ? step : 1;
            const auto left = (dayAfter(monthOf(day)) - day).count();
            value *= left <= 3 ? monthEnd : 1;
            if (is("outliers") && uniform(0, 1) < 0.04)
                value *= uniform(3, 10);
            if (is("now and then") && uniform(0, 1) > 0.25)
                value = 0;
            if (is("launch"))
                value *= d < launched ? 0 : 1 - 0.9 * std::exp(-(d - launched) / uniform(4, 8));
            service.series.values.push_back(value);
        }
        services.push_back(std::move(service));
    }
    return services;
}

} // namespace gatehouse::test
