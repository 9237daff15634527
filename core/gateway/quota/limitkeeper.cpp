// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/quota/limitkeeper.h"

#include <algorithm>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace gatehouse::gateway {

namespace {

constexpr std::size_t Shards = 64;
constexpr Ticks BetweenSweeps = std::chrono::minutes(1);

struct CounterId
{
    LimitKind kind;
    std::string identity;
    std::string counterKey;

    bool operator==(const CounterId&) const = default;
};

std::size_t hashOf(LimitKind kind, const std::string& identity, const std::string& counterKey)
{
    const std::hash<std::string> hash;
    auto value = static_cast<std::size_t>(kind);
    // Mixed in turn, so that an identity and a key that are swapped do not meet.
    for (const std::size_t part : {hash(identity), hash(counterKey)})
        value ^= part + 0x9e3779b97f4a7c15ULL + (value << 6U) + (value >> 2U);
    return value;
}

struct HashOfId
{
    std::size_t operator()(const CounterId& id) const { return hashOf(id.kind, id.identity, id.counterKey); }
};

} // namespace

struct KeptCounter
{
    LimitCounter counter;
    LimitRule rule; // as the last call had it; tells a sweep how long a rate's window is
    Ticks lastUse{0};
    int holders = 0; // reservations that point here
};

/// A part of the counters and the lock over them. References into the map stay valid while others come and
/// go.
struct alignas(64) LimitShard
{
    std::mutex mutex;
    std::unordered_map<CounterId, KeptCounter, HashOfId> counters;
    std::optional<Ticks> swept;

    KeptCounter& find(const RequestLimit& limit, Instant now)
    {
        const LimitKind kind = kindOf(limit.rule);
        CounterId id{kind, limit.identity, limit.counterKey};
        auto found = counters.find(id);
        if (found == counters.end())
            found = counters.emplace(std::move(id), KeptCounter{LimitCounter(kind), {}, now.monotonic}).first;
        KeptCounter& kept = found->second;
        kept.rule = limit.rule;
        kept.lastUse = std::max(kept.lastUse, now.monotonic);
        return kept;
    }

    void sweep(Instant now)
    {
        if (swept && now.monotonic - *swept < BetweenSweeps)
            return;
        swept = now.monotonic;
        std::erase_if(counters, [&](const auto& entry) {
            const KeptCounter& kept = entry.second;
            return kept.holders == 0 && kept.counter.forgettable(kept.rule, kept.lastUse, now);
        });
    }
};

namespace {

/// Locks the shards, each once and always in ascending order, so that two calls cannot wait for each other,
/// and lets them forget what they may.
std::vector<std::unique_lock<std::mutex>> lockAll(LimitShard* shards, std::vector<std::size_t> wanted,
                                                  Instant now)
{
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    std::vector<std::unique_lock<std::mutex>> locks;
    locks.reserve(wanted.size());
    for (const std::size_t shard : wanted) {
        locks.emplace_back(shards[shard].mutex);
        shards[shard].sweep(now);
    }
    return locks;
}

/// A rule of this kind, for a counter that no call has come to yet.
LimitRule emptyRule(LimitKind kind)
{
    if (kind == LimitKind::CallRate)
        return CallRate{};
    if (kind == LimitKind::TokenRate)
        return TokenRate{};
    if (kind == LimitKind::TokenQuota)
        return TokenAllowance{};
    return CallAllowance{};
}

} // namespace

LimitReservation::LimitReservation(LimitReservation&& other) noexcept
    : m_held(std::exchange(other.m_held, {}))
{}

LimitReservation& LimitReservation::operator=(LimitReservation&& other) noexcept
{
    if (this != &other) {
        cancel();
        m_held = std::exchange(other.m_held, {});
    }
    return *this;
}

LimitReservation::~LimitReservation()
{
    cancel();
}

void LimitReservation::settle(Instant now, const LimitUsage& usage, std::span<const std::size_t> uncounted)
{
    for (const Held& held : m_held) {
        const std::lock_guard lock(held.shard->mutex);
        if (std::find(uncounted.begin(), uncounted.end(), held.limit) != uncounted.end())
            held.counter->counter.cancel(held.share);
        else
            held.counter->counter.settle(held.rule, held.share, now, usage);
        held.counter->lastUse = std::max(held.counter->lastUse, now.monotonic);
        --held.counter->holders;
    }
    m_held.clear();
}

void LimitReservation::cancel()
{
    for (const Held& held : m_held) {
        const std::lock_guard lock(held.shard->mutex);
        held.counter->counter.cancel(held.share);
        --held.counter->holders;
    }
    m_held.clear();
}

LimitKeeper::LimitKeeper()
    : m_shards(std::make_unique<LimitShard[]>(Shards))
{}

LimitKeeper::~LimitKeeper() = default;

LimitAdmission LimitKeeper::admit(Instant now, const LimitedRequest& request)
{
    std::vector<std::size_t> shards;
    shards.reserve(request.limits.size());
    for (const RequestLimit& limit : request.limits)
        shards.push_back(shardOf(limit));
    const auto locks = lockAll(m_shards.get(), shards, now);
    LimitAdmission admission;
    std::vector<LimitReservation::Held> held;
    held.reserve(request.limits.size());
    for (std::size_t i = 0; i < request.limits.size(); ++i) {
        const RequestLimit& limit = request.limits[i];
        LimitShard& shard = m_shards[shards[i]];
        KeptCounter& kept = shard.find(limit, now);
        TakenShare share;
        share.amount = shareOf(limit.rule, request.tokens, limit.incrementCount);
        const LimitVerdict verdict = kept.counter.ask(limit.rule, now, share.amount);
        admission.remaining.push_back(verdict.remaining);
        if (!verdict.allowed && admission.allowed) {
            admission.allowed = false;
            const LimitKind kind = kindOf(limit.rule);
            admission.refusal = {i, kind, refusalStatus(kind), verdict.retryAfter};
        }
        const bool shared = std::any_of(held.begin(), held.end(), [&](const LimitReservation::Held& one) {
            return one.counter == &kept;
        });
        if (!shared)
            held.push_back({&shard, &kept, i, limit.rule, share});
    }
    if (!admission.allowed)
        return admission;
    for (LimitReservation::Held& one : held) {
        one.share = one.counter->counter.take(one.rule, now, one.share.amount);
        ++one.counter->holders;
    }
    admission.reservation.m_held = std::move(held);
    return admission;
}

std::vector<CounterStanding> LimitKeeper::standings(Instant now) const
{
    std::vector<CounterStanding> all;
    for (std::size_t i = 0; i < Shards; ++i) {
        const std::lock_guard lock(m_shards[i].mutex);
        for (const auto& [id, kept] : m_shards[i].counters)
            all.push_back({id.kind, id.identity, id.counterKey, kept.counter.standing(kept.rule, now)});
    }
    return all;
}

std::vector<SavedCounter> LimitKeeper::save() const
{
    std::vector<SavedCounter> all;
    for (std::size_t i = 0; i < Shards; ++i) {
        const std::lock_guard lock(m_shards[i].mutex);
        for (const auto& [id, kept] : m_shards[i].counters) {
            if (const auto state = kept.counter.state())
                all.push_back({id.kind, id.identity, id.counterKey, *state});
        }
    }
    return all;
}

void LimitKeeper::restore(const std::vector<SavedCounter>& counters)
{
    for (const SavedCounter& saved : counters) {
        LimitShard& shard = m_shards[hashOf(saved.kind, saved.identity, saved.counterKey) % Shards];
        LimitCounter counter(saved.kind);
        counter.restore(saved.state);
        const std::lock_guard lock(shard.mutex);
        shard.counters.try_emplace(CounterId{saved.kind, saved.identity, saved.counterKey},
                                   KeptCounter{std::move(counter), emptyRule(saved.kind)});
    }
}

std::size_t LimitKeeper::shardOf(const RequestLimit& limit) const
{
    return hashOf(kindOf(limit.rule), limit.identity, limit.counterKey) % Shards;
}

} // namespace gatehouse::gateway
