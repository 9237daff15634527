// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/ledger/archive.h"

namespace gatehouse::cost {

Status MemoryArchive::visit(Day from, const Visitor& visitor)
{
    for (std::size_t i = 0; i < m_bookings.size(); ++i) {
        if (m_bookings[i].booked < from)
            continue;
        if (const Status done = visitor(i, m_bookings[i]); !done)
            return done;
    }
    return {};
}

Status MemoryArchive::write(const LedgerChange& change)
{
    for (const auto& [number, booking] : change.replaced)
        m_bookings[number] = booking;
    m_bookings.insert(m_bookings.end(), change.added.begin(), change.added.end());
    return {};
}

} // namespace gatehouse::cost
