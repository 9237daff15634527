// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/audit/parts.h"

#include <unordered_map>
#include <unordered_set>

namespace gatehouse::cost {

namespace {

/// The tokens that the LLM log has of each call: of the rows with a deployment the newest one, however often
/// it came.
std::unordered_map<std::string, const LlmCall*> tokensById(const std::vector<LlmCall>& calls)
{
    std::unordered_map<std::string, const LlmCall*> byId;
    for (const LlmCall& call : calls) {
        if (call.deployment.empty())
            continue;
        const LlmCall*& kept = byId[call.id];
        if (kept == nullptr || call.seen >= kept->seen)
            kept = &call;
    }
    return byId;
}

/// Rows that the join lost, and rows with tokens that are not the call's own.
void auditJoin(const Evidence& evidence, std::vector<Fault>& out)
{
    if (evidence.gateway.empty())
        return;
    const auto tokens = tokensById(evidence.llm);
    FaultsBy faults(FaultKind::WrongJoin);
    std::unordered_set<std::string> joined;
    for (const UsageRow& row : evidence.rows) {
        if (!joined.insert(row.id).second)
            continue;
        const auto its = tokens.find(row.id);
        const std::int64_t own = its == tokens.end() ? 0 : sumOf(its->second->tokens);
        const std::int64_t claimed = sumOf(row.tokens);
        if (own != claimed)
            faults[""].add(row.time, 1, std::abs(claimed - own));
    }
    std::unordered_set<std::string> lost;
    for (const GatewayCall& call : evidence.gateway) {
        if (joined.contains(call.id) || !lost.insert(call.id).second)
            continue;
        const auto its = tokens.find(call.id);
        faults[""].add(call.time, 1, its == tokens.end() ? 0 : sumOf(its->second->tokens));
    }
    faults.into(out);
}

void auditDuplicates(const Evidence& evidence, std::vector<Fault>& out)
{
    FaultBuilder fault(FaultKind::Duplicates, "");
    std::unordered_set<std::string> seen;
    for (const UsageRow& row : evidence.rows) {
        if (!seen.insert(row.id).second)
            fault.add(row.time, 1, sumOf(row.tokens));
    }
    if (fault.any())
        out.push_back(fault.fault());
}

void auditLate(const Evidence& evidence, const AuditLimits& limits, std::vector<Fault>& out)
{
    FaultBuilder fault(FaultKind::LateRows, "");
    std::unordered_set<std::string> seen;
    for (const UsageRow& row : evidence.rows) {
        if (row.seen - row.time > limits.late && seen.insert(row.id).second)
            fault.add(row.time, 1, sumOf(row.tokens));
    }
    if (fault.any())
        out.push_back(fault.fault());
}

} // namespace

void auditRows(const Evidence& evidence, const AuditLimits& limits, std::vector<Fault>& out)
{
    auditJoin(evidence, out);
    auditDuplicates(evidence, out);
    auditLate(evidence, limits, out);
    FaultsBy estimated(FaultKind::EstimatedStreams);
    std::unordered_set<std::string> seen;
    for (const UsageRow& row : evidence.rows) {
        if (row.source == TokenSource::Estimated && seen.insert(row.id).second)
            estimated[row.model].add(row.time, 1, sumOf(row.tokens));
    }
    estimated.into(out);
}

} // namespace gatehouse::cost
