// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/money/day.h"
#include "core/usage/money/money.h"

#include <vector>

namespace gatehouse::cost {

/// What one unit of a currency is worth in another from a day on, until a later rate.
struct Rate
{
    Currency from;
    Currency to;
    Day since;
    Pico value = 0; ///< of `to`, for one unit of `from`; more than 0
    bool operator==(const Rate&) const = default;
};

/// Rates by day. A rate serves in its own direction only, and none is ever made of two others.
class Rates
{
public:
    /// InvalidInput for a rate that is not more than 0, one between a currency and itself, or a second one of
    /// the same day with another value.
    [[nodiscard]] Status add(const Rate& rate);
    /// The rate of the day; null when none was in force yet.
    [[nodiscard]] const Rate* find(Currency from, Currency to, Day day) const;
    /// Rounded half away from zero; the same currency needs no rate. InvalidInput without one.
    [[nodiscard]] Result<Money> convert(const Money& money, Currency to, Day day) const;
    [[nodiscard]] const std::vector<Rate>& all() const { return m_rates; }
    bool operator==(const Rates&) const = default;

private:
    std::vector<Rate> m_rates; ///< by pair, then day
};

} // namespace gatehouse::cost
