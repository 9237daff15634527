// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/audit/completeness.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <unordered_set>

namespace gatehouse::cost {

namespace {

constexpr auto Late = std::chrono::hours(1);

DateTime bucketOf(DateTime time)
{
    const std::int64_t span = Ticks(std::chrono::minutes(5)).count();
    return {Ticks(time.sinceYearOne.count() / span * span)};
}

void countSources(const std::vector<UsageRow>& rows, Completeness& out)
{
    std::unordered_set<std::string> seen;
    for (const UsageRow& row : rows) {
        if (!seen.insert(row.id).second)
            continue;
        ++out.calls;
        out.late += row.seen - row.time > Late ? 1 : 0;
        switch (row.source) {
        case TokenSource::Measured:
            ++out.measured;
            break;
        case TokenSource::Estimated:
            ++out.estimated;
            break;
        case TokenSource::Unknown:
            ++out.unknown;
            break;
        case TokenSource::None:
            ++out.none;
            break;
        }
    }
}

std::map<DateTime, CountGap> countsOf(const Evidence& evidence)
{
    std::map<DateTime, CountGap> counts;
    std::unordered_set<std::string> calls;
    for (const GatewayCall& call : evidence.gateway) {
        if (call.attempts == 0 || !calls.insert(call.id).second)
            continue;
        CountGap& count = counts[bucketOf(call.time)];
        ++count.gateway;
        count.expected += call.failed() ? 0 : 1;
    }
    std::unordered_set<std::string> answers;
    for (const LlmCall& call : evidence.llm) {
        if (!call.deployment.empty() && answers.insert(call.id).second)
            ++counts[bucketOf(call.time)].llm;
    }
    for (const MetricCount& count : evidence.metrics) {
        std::optional<std::int64_t>& metrics = counts[bucketOf(count.start)].metrics;
        metrics = metrics.value_or(0) + count.succeeded;
    }
    return counts;
}

} // namespace

std::optional<double> Completeness::measuredShare() const
{
    const std::int64_t used = measured + estimated + unknown;
    if (used == 0)
        return std::nullopt;
    return static_cast<double>(measured) / static_cast<double>(used);
}

bool Completeness::complete() const
{
    return unknown == 0 && late == 0 && sampled == 0 && !truncated && missingLlm <= 0 && missingGateway <= 0;
}

Completeness completenessOf(const Evidence& evidence, std::int64_t sampled, bool truncated,
                            std::int64_t tolerated)
{
    Completeness out;
    out.sampled = sampled;
    out.truncated = truncated;
    out.metricsAsked = !evidence.metrics.empty();
    countSources(evidence.rows, out);
    for (auto& [start, count] : countsOf(evidence)) {
        count.start = start;
        out.missingLlm += count.expected - count.llm;
        if (out.metricsAsked)
            out.missingGateway += count.metrics.value_or(0) - count.expected;
        const std::int64_t metrics = out.metricsAsked ? count.metrics.value_or(0) : count.expected;
        if (std::abs(count.expected - count.llm) > tolerated ||
            std::abs(metrics - count.expected) > tolerated)
            out.gaps.push_back(count);
    }
    return out;
}

} // namespace gatehouse::cost
