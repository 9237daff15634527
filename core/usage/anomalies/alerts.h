// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/anomalies/anomaly.h"

#include <string>
#include <vector>

namespace gatehouse::cost {

/// An anomaly for as long as it lasts: bucket after bucket of one service and kind is one alert.
struct Alert
{
    Anomaly first;     ///< as it was found
    double peak = 0;   ///< the largest value of those in first's unit
    DateTime until;    ///< the end of its last bucket
    bool told = false; ///< a person was notified
};

/// Nothing is told of a service (or, with "", of all) until then.
struct Snooze
{
    std::string service;
    DateTime until;
    bool operator==(const Snooze&) const = default;
};

/// What was found and what was told. A value; who keeps it says where.
struct AlertList
{
    std::vector<Alert> alerts; ///< newest last
    std::vector<Snooze> snoozes;
};

/// Adds what was found: it goes on with the alert of its service and kind whose last bucket touches it or
/// lies at most `gap` buckets back, else it is a new one. The same anomaly twice changes nothing.
[[nodiscard]] AlertList withFound(AlertList list, const std::vector<Anomaly>& found, int gap = 2);
/// A later end takes the place of an earlier one.
[[nodiscard]] AlertList withSnooze(AlertList list, Snooze snooze);
[[nodiscard]] bool isSnoozed(const AlertList& list, const std::string& service, DateTime now);

/// Marks as told, and answers, the alerts that nobody was told of and that are not snoozed. One that begins
/// while it is snoozed is told when the snooze ends and it still lasts.
[[nodiscard]] std::vector<Alert> takeUntold(AlertList& list, DateTime now);

/// What stays known of an alert that a person was told of.
struct Told
{
    AnomalyKind kind = AnomalyKind::Launch;
    std::string service;
    DateTime from;
    DateTime until;
    bool operator==(const Told&) const = default;
};
/// Marks the alerts that were told before: those that overlap one of these, or go on with it as withFound
/// says, since late rows move where an alert begins.
[[nodiscard]] AlertList withTold(AlertList list, const std::vector<Told>& told, int gap = 2);
/// What to keep: the list's told alerts, and of the older ones those that ended after `since`.
[[nodiscard]] std::vector<Told> toldOf(const AlertList& list, const std::vector<Told>& older, DateTime since);

/// The rule as the body of a PUT of Microsoft.Insights/scheduledQueryRules (contracts §8.1). Azure's rules
/// look back two days at most, so the exported one compares the last quarter of an hour with the mean of the
/// service's buckets in those, and knows no weekdays; its description says so.
[[nodiscard]] std::string toScheduledQueryRule(const AnomalyRule& rule, const std::string& workspaceId,
                                               const std::string& location, const std::string& actionGroupId);

} // namespace gatehouse::cost
