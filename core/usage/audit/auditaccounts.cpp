// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/audit/parts.h"

#include <unordered_map>
#include <unordered_set>

namespace gatehouse::cost {

namespace {

/// A model, by both sides. Over the whole span, since a call may fall into one day here and the next there.
struct Balance
{
    std::int64_t attempts = 0;  ///< that the gateway sent
    std::int64_t succeeded = 0; ///< calls whose caller saw success
    std::int64_t loggedTokens = 0;
    std::int64_t requests = 0; ///< that the accounts counted
    std::int64_t countedSucceeded = 0;
    std::int64_t countedTokens = 0;
    std::map<DateTime, std::int64_t> surplus; ///< succeeded calls of an hour that no caller saw
};
using Balances = std::map<std::string, Balance>;

DateTime hourOf(DateTime time)
{
    const std::int64_t hour = Ticks(std::chrono::hours(1)).count();
    return {Ticks(time.sinceYearOne.count() / hour * hour)};
}

Balances balancesOf(const Evidence& evidence)
{
    Balances balances;
    std::unordered_set<std::string> seen;
    for (const GatewayCall& call : evidence.gateway) {
        if (!seen.insert(call.id).second)
            continue;
        Balance& balance = balances[call.model];
        const std::int64_t succeeded = call.failed() || call.attempts == 0 ? 0 : 1;
        balance.attempts += call.attempts;
        balance.succeeded += succeeded;
        balance.surplus[hourOf(call.time)] -= succeeded;
    }
    std::unordered_map<std::string, const LlmCall*> newest;
    for (const LlmCall& call : evidence.llm) {
        if (call.deployment.empty())
            continue;
        const LlmCall*& kept = newest[call.id];
        if (kept == nullptr || call.seen >= kept->seen)
            kept = &call;
    }
    for (const auto& [id, call] : newest)
        balances[call->deployment].loggedTokens += sumOf(call->tokens);
    for (const MetricCount& count : evidence.metrics) {
        Balance& balance = balances[count.model];
        balance.requests += count.requests;
        balance.countedSucceeded += count.succeeded;
        balance.countedTokens += count.tokens;
        balance.surplus[hourOf(count.start)] += count.succeeded;
    }
    return balances;
}

/// From the first to the last hour in which the accounts counted more than one call beyond the gateway.
void place(const Balance& balance, FaultBuilder& fault)
{
    for (const auto& [hour, surplus] : balance.surplus) {
        if (surplus > 1)
            fault.add(hour, 0, 0);
    }
}

} // namespace

void auditAccounts(const Evidence& evidence, const AuditLimits& limits, std::vector<Fault>& out)
{
    if (evidence.metrics.empty())
        return;
    FaultsBy direct(FaultKind::DirectCalls);
    FaultsBy billed(FaultKind::FailedButBilled);
    for (const auto& [model, balance] : balancesOf(evidence)) {
        const std::int64_t around = balance.requests - balance.attempts;
        const std::int64_t bypassed = around > limits.leastSurplus ? around : 0;
        const std::int64_t beyond =
            balance.countedSucceeded - balance.succeeded - std::max<std::int64_t>(around, 0);
        const std::int64_t unseen = beyond > limits.leastSurplus ? beyond : 0;
        if (bypassed + unseen == 0 || balance.surplus.empty())
            continue;
        // The accounts do not say whose tokens they are, so they go by calls.
        const std::int64_t surplus = std::max<std::int64_t>(balance.countedTokens - balance.loggedTokens, 0);
        const auto share = static_cast<std::int64_t>(Int128{surplus} * bypassed / (bypassed + unseen));
        const auto report = [&](FaultsBy& faults, std::int64_t calls, std::int64_t tokens) {
            if (calls == 0)
                return;
            place(balance, faults[model]);
            faults[model].add(faults[model].any() ? faults[model].fault().first
                                                  : balance.surplus.begin()->first,
                              calls, tokens);
        };
        report(direct, bypassed, share);
        report(billed, unseen, surplus - share);
    }
    direct.into(out);
    billed.into(out);
}

} // namespace gatehouse::cost
