// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/ledger/days.h"

#include "core/kql/functions/timezones.h"

namespace gatehouse::cost {

Result<Days> Days::of(std::string_view zone)
{
    Days days;
    if (zone == "UTC")
        return days;
    std::optional<kql::TimeZone> loaded = kql::TimeZone::load(zone);
    if (!loaded)
        return fail(Error::Kind::NotFound, "This computer knows no time zone of that name.",
                    "Use a name like Europe/Berlin.");
    days.m_name = zone;
    days.m_zone = std::make_shared<const kql::TimeZone>(std::move(*loaded));
    return days;
}

Day Days::dayOf(DateTime moment) const
{
    if (m_zone == nullptr)
        return utcDay(moment);
    return utcDay(moment + std::chrono::seconds(m_zone->offsetAt(moment.unixSeconds())));
}

} // namespace gatehouse::cost
