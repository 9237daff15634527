// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/sample/incidents.h"

#include <chrono>
#include <set>

namespace gatehouse::local {

namespace {

constexpr Ticks Day = std::chrono::hours(24);

DateTime midnight(DateTime moment)
{
    return DateTime{moment.sinceYearOne - moment.sinceYearOne % Day};
}

bool isWorkday(DateTime day)
{
    return (day.unixSeconds() / 86'400 + 3) % 7 < 5; // 0 is Monday
}

/// The last working day that began at least so many days before the end.
DateTime workdayBefore(DateTime end, int days)
{
    DateTime day = midnight(end) - Day * days;
    while (!isWorkday(day))
        day = day - Day;
    return day;
}

TimeRange minutesOf(DateTime day, int startMinute, int length)
{
    const DateTime start = day + Ticks(std::chrono::minutes(startMinute));
    return {start, start + Ticks(std::chrono::minutes(length))};
}

bool contains(const TimeRange& range, DateTime moment)
{
    return range.start <= moment && moment < range.end;
}

} // namespace

IncidentPlan::IncidentPlan(DateTime start, DateTime end)
{
    const DateTime outageDay = workdayBefore(end, 8);
    Fault down;
    down.status = 503;
    m_incidents.push_back({minutesOf(outageDay, 10 * 60 + 5, 24), "aoai-eastus", down});
    m_surges.push_back({minutesOf(outageDay, 9 * 60 + 50, 50), 12, "", 0, 1});

    m_surges.push_back({minutesOf(workdayBefore(end, 4), 14 * 60, 90), 9, "document-search", 0.85, 4});

    Fault cut;
    cut.cutAfterBytes = 1'500;
    cut.probability = 0.3;
    m_incidents.push_back({minutesOf(workdayBefore(end, 13), 15 * 60, 60), "aoai-eastus", cut});

    Fault busy;
    busy.status = 429;
    busy.retryAfter = 20;
    busy.probability = 0.3;
    for (DateTime day = midnight(start); day < end; day += Day)
        if (isWorkday(day))
            m_incidents.push_back({minutesOf(day, 13 * 60 + 30, 150), "aoai-eastus", busy});
}

void IncidentPlan::apply(DateTime moment, FaultBoard& faults) const
{
    faults.clear();
    std::set<std::string> taken; // the first incident in the list wins
    for (const Incident& incident : m_incidents)
        if (contains(incident.when, moment) && taken.insert(incident.backend).second)
            faults.set(incident.backend, incident.fault);
}

const Surge* IncidentPlan::surgeAt(DateTime moment) const
{
    for (const Surge& surge : m_surges)
        if (contains(surge.when, moment))
            return &surge;
    return nullptr;
}

} // namespace gatehouse::local
