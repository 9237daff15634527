// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/anomalies/alerts.h"

#include "core/base/encoding.h"
#include "core/base/json.h"

#include <algorithm>
#include <cstdio>

namespace gatehouse::cost {

AlertList withFound(AlertList list, const std::vector<Anomaly>& found, int gap)
{
    for (const Anomaly& anomaly : found) {
        const DateTime end = anomaly.start + anomaly.length;
        const auto same = std::find_if(list.alerts.rbegin(), list.alerts.rend(), [&](const Alert& alert) {
            return alert.first.service == anomaly.service && alert.first.kind == anomaly.kind;
        });
        const bool goesOn = same != list.alerts.rend() && anomaly.start >= same->first.start &&
                            anomaly.start <= same->until + anomaly.length * gap;
        if (goesOn) {
            // Tokens and amounts are not compared.
            if (anomaly.byCost == same->first.byCost)
                same->peak = std::max(same->peak, anomaly.value);
            same->until = std::max(same->until, end);
        } else {
            list.alerts.push_back({anomaly, anomaly.value, end, false});
        }
    }
    return list;
}

AlertList withSnooze(AlertList list, Snooze snooze)
{
    std::erase_if(list.snoozes,
                  [&](const Snooze& other) { return equalsIgnoreCase(other.service, snooze.service); });
    list.snoozes.push_back(std::move(snooze));
    return list;
}

bool isSnoozed(const AlertList& list, const std::string& service, DateTime now)
{
    return std::any_of(list.snoozes.begin(), list.snoozes.end(), [&](const Snooze& snooze) {
        return now < snooze.until && (snooze.service.empty() || equalsIgnoreCase(snooze.service, service));
    });
}

std::vector<Alert> takeUntold(AlertList& list, DateTime now)
{
    std::vector<Alert> untold;
    for (Alert& alert : list.alerts) {
        const bool lasts = now <= alert.until + alert.first.length * 2;
        if (alert.told || isSnoozed(list, alert.first.service, now))
            continue;
        alert.told = true;
        if (lasts)
            untold.push_back(alert);
    }
    return untold;
}

namespace {

bool isSame(const Alert& alert, const Told& told, int gap)
{
    return alert.first.kind == told.kind && alert.first.service == told.service &&
           alert.first.start <= told.until + alert.first.length * gap && told.from <= alert.until;
}

} // namespace

AlertList withTold(AlertList list, const std::vector<Told>& told, int gap)
{
    for (Alert& alert : list.alerts) {
        alert.told = alert.told || std::any_of(told.begin(), told.end(),
                                               [&](const Told& one) { return isSame(alert, one, gap); });
    }
    return list;
}

std::vector<Told> toldOf(const AlertList& list, const std::vector<Told>& older, DateTime since)
{
    std::vector<Told> told;
    for (const Told& one : older) {
        const bool listed = std::any_of(list.alerts.begin(), list.alerts.end(), [&](const Alert& alert) {
            return alert.told && isSame(alert, one, 2);
        });
        if (!listed && one.until > since)
            told.push_back(one);
    }
    for (const Alert& alert : list.alerts) {
        if (alert.told)
            told.push_back({alert.first.kind, alert.first.service, alert.first.start, alert.until});
    }
    return told;
}

std::string toScheduledQueryRule(const AnomalyRule& rule, const std::string& workspaceId,
                                 const std::string& location, const std::string& actionGroupId)
{
    char factor[32];
    std::snprintf(factor, sizeof factor, "%.2f", rule.least);
    const std::string query =
        "let bucket = 15m;\n"
        "let now15 = bin(now(), bucket);\n"
        "let calls = ApiManagementGatewayLogs\n"
        "| where TimeGenerated >= ago(2d) and TimeGenerated < now15\n"
        "| project CorrelationId, TimeGenerated, Service = ApimSubscriptionId\n"
        "| join kind=leftouter (\n"
        "    ApiManagementGatewayLlmLog\n"
        "    | where TimeGenerated >= ago(2d) and TimeGenerated < now15\n"
        "    | where DeploymentName != ''\n"
        "    | summarize arg_max(TimeGenerated, TotalTokens) by CorrelationId\n"
        "    | project CorrelationId, Tokens = tolong(TotalTokens)\n"
        ") on CorrelationId\n"
        "| summarize Tokens = sum(Tokens) by Service, Bucket = bin(TimeGenerated, bucket);\n"
        "calls\n"
        "| summarize Now = sumif(Tokens, Bucket == now15 - bucket),\n"
        "    Mean = avgif(Tokens, Bucket < now15 - bucket), Spread = stdevif(Tokens, Bucket < now15 - "
        "bucket),\n"
        "    Buckets = countif(Bucket < now15 - bucket) by Service\n"
        "| where Buckets >= 24 and Now >= " +
        std::string(factor) + " * Mean and Now > Mean + " +
        std::to_string(static_cast<int>(rule.deviations)) + " * Spread";
    Json actions = Json::object();
    if (!actionGroupId.empty())
        actions["actionGroups"] = {actionGroupId};
    const Json condition = {
        {"query", query},
        {"timeAggregation", "Count"},
        {"dimensions",
         Json::array({{{"name", "Service"}, {"operator", "Include"}, {"values", Json::array({"*"})}}})},
        {"operator", "GreaterThan"},
        {"threshold", 0},
        {"failingPeriods", {{"numberOfEvaluationPeriods", 1}, {"minFailingPeriodsToAlert", 1}}}};
    const Json properties = {
        {"displayName", "Gatehouse: token spike of a service"},
        {"description",
         "A service used far more tokens in the last quarter of an hour than its mean of two days, which "
         "is as far as such a rule may look back. It knows no weekdays and no kinds; Gatehouse does."},
        {"severity", 2},
        {"enabled", true},
        {"evaluationFrequency", "PT15M"},
        {"windowSize", "PT15M"},
        {"overrideQueryTimeRange", "P2D"},
        {"scopes", Json::array({workspaceId})},
        {"criteria", {{"allOf", Json::array({condition})}}},
        {"autoMitigate", true},
        {"actions", std::move(actions)}};
    return dumpJson({{"location", location}, {"kind", "LogAlert"}, {"properties", properties}}, 2);
}

} // namespace gatehouse::cost
