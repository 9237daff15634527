// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/local/gateway/faults.h"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// More traffic than usual for a while.
struct Surge
{
    TimeRange when;
    double extraPerMinute = 0;
    std::string_view service; ///< who sends it; "": everybody
    double share = 0;         ///< of the calls in that time that are this service's
    double promptFactor = 1;
};

/// A fault of an endpoint for a while.
struct Incident
{
    TimeRange when;
    std::string backend;
    Fault fault;
};

/// What happened in the history: a regional outage with a rush of traffic, a token spike of one service, an
/// hour of streams that break off, and every working day's throttling at the height of the afternoon.
class IncidentPlan
{
public:
    IncidentPlan(DateTime start, DateTime end);

    /// Sets the faults of this minute.
    void apply(DateTime moment, FaultBoard& faults) const;
    /// Null at a usual time.
    [[nodiscard]] const Surge* surgeAt(DateTime moment) const;

    [[nodiscard]] const std::vector<Incident>& incidents() const { return m_incidents; }
    [[nodiscard]] const std::vector<Surge>& surges() const { return m_surges; }

private:
    std::vector<Incident> m_incidents;
    std::vector<Surge> m_surges;
};

} // namespace gatehouse::local
