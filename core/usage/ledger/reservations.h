// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/ledger/ledger.h"

#include <vector>

namespace gatehouse::cost {

/// A part of a reservation's cost of one day, in the home currency.
struct ReservedCharge
{
    Day day;
    std::string reservation;
    bool unused = false; ///< nobody used it on the day
    TagIds tags{};       ///< of the calls that it is charged to; all "" when unused
    Int128 pico = 0;
};

/// What the reservations cost from a day up to, not including, another, spread over who used them: the
/// month's price falls on its days in equal parts (a month that is cut is charged its days), a day's part on
/// the calls that the backend served that day, by tokens, or by calls where there are no tokens. The parts of
/// a day sum to the day, and the days of a month to the month, exactly. Each month stands on its own version
/// of the prices.
[[nodiscard]] std::vector<ReservedCharge> reservedCharges(const Ledger& ledger, Day from, Day to);

/// What a monthly price is on one of the month's days; the days sum to the month exactly.
[[nodiscard]] Int128 dayPart(Int128 monthly, Day day);

} // namespace gatehouse::cost
