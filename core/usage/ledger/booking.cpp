// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/ledger/booking.h"

namespace gatehouse::cost {

Measures& Measures::operator+=(const Measures& other)
{
    requests += other.requests;
    failed += other.failed;
    attempts += other.attempts;
    for (std::size_t i = 0; i < Directions; ++i)
        tokens[i] += other.tokens[i];
    pico += other.pico;
    return *this;
}

Measures& Measures::operator-=(const Measures& other)
{
    requests -= other.requests;
    failed -= other.failed;
    attempts -= other.attempts;
    for (std::size_t i = 0; i < Directions; ++i)
        tokens[i] -= other.tokens[i];
    pico -= other.pico;
    return *this;
}

CellKey keyOf(const Booking& booking)
{
    return {static_cast<std::int32_t>(booking.booked.time_since_epoch().count()), booking.tags,
            booking.source, booking.standing, booking.afterClose};
}

Measures measuresOf(const Booking& booking)
{
    const Measures one{1, booking.failed() ? 1 : 0, booking.attempts, booking.tokens, booking.cost};
    Measures sum;
    if (booking.reversal)
        sum -= one;
    else
        sum += one;
    return sum;
}

} // namespace gatehouse::cost
