// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/audit/parts.h"
#include "core/usage/money/day.h"

#include <cmath>
#include <unordered_set>

namespace gatehouse::cost {

namespace {

constexpr std::int64_t BucketTicks = Ticks(std::chrono::minutes(5)).count();
constexpr std::int64_t LeastCalls = 5; ///< of five minutes, to speak of a storm
constexpr int StormAttempts = 3;       ///< a call of a storm was tried so often
constexpr double Alike = 0.95;         ///< cosine of two mixes of models
constexpr std::int64_t LeastRenamed = 20;

/// Extra attempts where the mean of a service's five minutes is out of all measure, with the buckets beside,
/// into which a storm reaches.
void auditStorms(const Evidence& evidence, const AuditLimits& limits, std::vector<Fault>& out)
{
    struct Bucket
    {
        std::int64_t calls = 0;
        std::int64_t attempts = 0;
    };
    std::map<std::pair<std::string, std::int64_t>, Bucket> buckets;
    const auto bucketOf = [](DateTime time) { return time.sinceYearOne.count() / BucketTicks; };
    std::unordered_set<std::string> seen;
    std::vector<const GatewayCall*> calls;
    for (const GatewayCall& call : evidence.gateway) {
        if (!seen.insert(call.id).second || call.attempts == 0)
            continue;
        calls.push_back(&call);
        Bucket& bucket = buckets[{call.service, bucketOf(call.time)}];
        ++bucket.calls;
        bucket.attempts += call.attempts;
    }
    const auto stormy = [&](const std::string& service, std::int64_t at) {
        const auto found = buckets.find({service, at});
        return found != buckets.end() && found->second.calls >= LeastCalls &&
               static_cast<double>(found->second.attempts) >=
                   limits.stormAttempts * static_cast<double>(found->second.calls);
    };
    FaultsBy faults(FaultKind::RetryStorm);
    for (const GatewayCall* call : calls) {
        const std::int64_t at = bucketOf(call->time);
        if (call->attempts >= StormAttempts &&
            (stormy(call->service, at) || stormy(call->service, at - 1) || stormy(call->service, at + 1)))
            faults[call->service].add(call->time, call->attempts - 1, 0);
    }
    faults.into(out);
}

/// What a service is like.
struct Profile
{
    DateTime first;
    DateTime last;
    std::int64_t calls = 0;
    std::int64_t tokens = 0;
    std::map<std::string, double> models;
    std::string tags;
};

double likeness(const std::map<std::string, double>& a, const std::map<std::string, double>& b)
{
    double dot = 0;
    double lengthA = 0;
    double lengthB = 0;
    for (const auto& [model, count] : a) {
        const auto other = b.find(model);
        dot += other == b.end() ? 0 : count * other->second;
        lengthA += count * count;
    }
    for (const auto& [model, count] : b)
        lengthB += count * count;
    return lengthA == 0 || lengthB == 0 ? 0 : dot / std::sqrt(lengthA * lengthB);
}

double perDay(const Profile& profile)
{
    const double days = std::max(1.0, static_cast<double>((profile.last - profile.first).count()) /
                                          static_cast<double>(Ticks(std::chrono::hours(24)).count()));
    return static_cast<double>(profile.calls) / days;
}

bool within(double a, double b, double factor)
{
    return a > 0 && b > 0 && a / b < factor && b / a < factor;
}

/// The one went when the other came, and they are like each other.
bool isSuccessor(const Profile& old, const Profile& now)
{
    const Ticks gap = now.first - old.last;
    return gap > Ticks::zero() && gap < std::chrono::hours(72) && old.calls >= LeastRenamed &&
           now.calls >= LeastRenamed && old.tags == now.tags && likeness(old.models, now.models) > Alike &&
           within(perDay(old), perDay(now), 2.0) &&
           within(static_cast<double>(old.tokens) / static_cast<double>(old.calls),
                  static_cast<double>(now.tokens) / static_cast<double>(now.calls), 1.5);
}

void auditNames(const Evidence& evidence, const ServiceFacts& facts, std::vector<Fault>& out)
{
    std::map<std::string, Profile> profiles;
    std::unordered_set<std::string> seen;
    for (const UsageRow& row : evidence.rows) {
        if (row.service.empty() || row.feature == TestFeature || !seen.insert(row.id).second)
            continue;
        const auto [place, isNew] = profiles.try_emplace(facts.today(row.service));
        Profile& profile = place->second;
        profile.first = isNew ? row.time : std::min(profile.first, row.time);
        profile.last = isNew ? row.time : std::max(profile.last, row.time);
        ++profile.calls;
        profile.tokens += sumOf(row.tokens);
        profile.models[row.model] += 1;
        if (isNew)
            profile.tags = row.application + "\n" + row.environment;
    }
    for (const auto& [service, old] : profiles) {
        std::vector<const std::pair<const std::string, Profile>*> successors;
        for (const auto& other : profiles) {
            if (isSuccessor(old, other.second))
                successors.push_back(&other);
        }
        if (successors.size() != 1) // of two that could be it, nobody knows which
            continue;
        FaultBuilder fault(FaultKind::RenamedService, service);
        const Profile& now = successors.front()->second;
        fault.add(now.first, now.calls, now.tokens);
        fault.add(now.last, 0, 0);
        out.push_back(fault.fault());
        out.back().other = successors.front()->first;
    }
}

} // namespace

void auditPatterns(const Evidence& evidence, const ServiceFacts& facts, const AuditLimits& limits,
                   std::vector<Fault>& out)
{
    auditStorms(evidence, limits, out);
    auditNames(evidence, facts, out);
}

} // namespace gatehouse::cost
