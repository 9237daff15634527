// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/cost/costanalysis.h"

#include <algorithm>
#include <cstdlib>

namespace gatehouse::jobs {

namespace {

constexpr int LookedAt = 7 * 24; ///< buckets: spikes of a week are listed
constexpr std::int64_t Tolerated = 1;

/// What the ledger has, as the two logs had it: the join is ours, and costs-counts.kql checks it.
cost::Evidence evidenceOf(const std::vector<cost::UsageRow>& rows)
{
    cost::Evidence evidence;
    evidence.rows = rows;
    for (const cost::UsageRow& row : rows) {
        evidence.gateway.push_back(
            {row.id, row.time, row.seen, row.service, row.model, row.status, row.attempts});
        const bool counted =
            row.source == cost::TokenSource::Measured || row.source == cost::TokenSource::Estimated;
        if (counted)
            evidence.llm.push_back(
                {row.id, row.time, row.model.empty() ? "(none)" : row.model, row.tokens, row.seen});
    }
    return evidence;
}

void addCounts(const CostCounts& counts, const TimeRange& span, CostAnalysis& out)
{
    out.completeness.missingLlm = 0;
    out.completeness.gaps.clear();
    for (const cost::CountGap& count : counts.counts) {
        out.completeness.missingLlm += count.expected - count.llm;
        if (std::abs(count.expected - count.llm) > Tolerated)
            out.completeness.gaps.push_back(count);
    }
    if (counts.repeated == 0)
        return;
    cost::Fault repeated;
    repeated.kind = cost::FaultKind::Duplicates;
    repeated.first = span.start;
    repeated.last = span.end;
    repeated.calls = counts.repeated;
    out.faults.push_back(repeated);
}

std::vector<cost::Anomaly> anomaliesOf(const AnalysisInput& input, const cost::PriceBook& prices)
{
    const DateTime known = input.now - input.reportingDelay;
    const DateTime end{Ticks(known.sinceYearOne.count() / AnomalyBucket.count() * AnomalyBucket.count())};
    const auto services = cost::bucketsOf(input.rows, input.span.start, end, AnomalyBucket, &prices);
    const cost::AnomalyRule rule;
    std::vector<cost::Anomaly> found;
    for (const cost::ServiceBuckets& service : services) {
        const std::size_t count = service.buckets.size();
        for (std::size_t i = count - std::min<std::size_t>(count, LookedAt); i < count; ++i) {
            if (auto anomaly = cost::lookAt(service, i, rule))
                found.push_back(std::move(*anomaly));
        }
    }
    // What stopped only now is said of all services at once.
    for (const cost::Anomaly& anomaly : cost::lookAtLast(services, rule)) {
        if (std::find(found.begin(), found.end(), anomaly) == found.end())
            found.push_back(anomaly);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const cost::Anomaly& a, const cost::Anomaly& b) { return a.start < b.start; });
    return found;
}

} // namespace

CostAnalysis analyse(const AnalysisInput& input, const cost::Ledger& ledger, const cost::ServiceFacts& facts)
{
    CostAnalysis analysis;
    if (input.rows.empty())
        return analysis;
    analysis.audited = input.span;
    const cost::Evidence evidence = evidenceOf(input.rows);
    analysis.completeness = cost::completenessOf(evidence, 0, input.truncated || input.unusable > 0);
    cost::AuditLimits limits;
    limits.days = ledger.days();
    const cost::PriceBook& prices = ledger.pricesOf(cost::monthOf(ledger.days().dayOf(input.now))).book;
    analysis.faults = cost::audit(evidence, prices, facts, limits);
    if (input.counts)
        addCounts(*input.counts, input.span, analysis);
    std::stable_sort(analysis.faults.begin(), analysis.faults.end(),
                     [](const cost::Fault& a, const cost::Fault& b) { return a.calls > b.calls; });
    analysis.found = anomaliesOf(input, prices);
    return analysis;
}

} // namespace gatehouse::jobs
