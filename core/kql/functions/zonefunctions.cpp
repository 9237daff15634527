// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/calendar.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/functions/timezones.h"

#include <array>
#include <map>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;

/// Zones are read once a thread; a query that makes up names does not fill the memory.
const TimeZone* zoneOf(std::string_view name)
{
    thread_local std::map<std::string, std::optional<TimeZone>, std::less<>> zones;
    const auto found = zones.find(name);
    if (found != zones.end())
        return found->second ? &*found->second : nullptr;
    constexpr std::size_t MostZones = 600;
    if (zones.size() >= MostZones)
        zones.clear();
    const auto& zone = zones.emplace(std::string(name), TimeZone::load(name)).first->second;
    return zone ? &*zone : nullptr;
}

template <bool ToLocal>
void convert(Evaluation&, Args args, Column& out)
{
    constexpr std::int64_t EpochSeconds = 62'135'596'800;
    const TimeZone* zone = zoneOf(args[1].text);
    if (zone == nullptr) {
        out.appendNull();
        return;
    }
    const std::int64_t seconds = args[0].integer / TicksASecond - EpochSeconds;
    const std::int64_t offset = ToLocal ? zone->offsetAt(seconds) : -zone->offsetOfLocal(seconds);
    const std::int64_t moved = args[0].integer + offset * TicksASecond;
    if (moved < 0 || moved > LastTick)
        out.appendNull();
    else
        out.appendInteger(moved);
}

const std::array TimeZoneFunctions = {
    FunctionSpec{"datetime_utc_to_local", "ds", 'd', convert<true>, nullptr, Strict},
    FunctionSpec{"datetime_local_to_utc", "ds", 'd', convert<false>, nullptr, Strict},
};

} // namespace

std::span<const FunctionSpec> timeZoneFunctions()
{
    return TimeZoneFunctions;
}

} // namespace gatehouse::kql
