// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/quota/limitcounter.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace gatehouse::gateway {

struct LimitShard;
struct KeptCounter;

/// One limit that holds for a call.
struct RequestLimit
{
    /// Which limit it is, however its numbers are changed; the same one in two places shares its counters.
    /// Limits of different kinds never do.
    std::string identity;
    std::string counterKey;          ///< whom it counts for: subscription, address, …
    LimitRule rule;                  ///< has passed checkRule
    std::int64_t incrementCount = 1; ///< of a limit on calls
};

/// A call that asks to enter.
struct LimitedRequest
{
    std::vector<RequestLimit> limits; ///< in the order of the policies
    TokenDemand tokens;
};

/// Why a call was turned away: by the first limit that has no room for it.
struct LimitRefusal
{
    std::size_t limit = 0; ///< its place in the request
    LimitKind kind = LimitKind::CallRate;
    int status = 429;                ///< 429 or 403
    std::optional<Ticks> retryAfter; ///< of that limit; empty when no waiting helps
};

/// What an admitted call holds of its limits. Settle it once with what was really used, or cancel it as if
/// the call had never been; whatever comes second changes nothing, and one that is dropped is cancelled. It
/// may move between threads, but two may not use it at once. Its keeper outlives it.
class LimitReservation
{
public:
    LimitReservation() = default; ///< holds nothing
    LimitReservation(LimitReservation&& other) noexcept;
    LimitReservation& operator=(LimitReservation&& other) noexcept;
    LimitReservation(const LimitReservation&) = delete;
    LimitReservation& operator=(const LimitReservation&) = delete;
    ~LimitReservation();

    /// uncounted: the places in the request of the limits whose increment-condition turned out false; those
    /// get back what the call took.
    void settle(Instant now, const LimitUsage& usage, std::span<const std::size_t> uncounted = {});
    void cancel();
    [[nodiscard]] bool holds() const { return !m_held.empty(); }

private:
    friend class LimitKeeper;
    struct Held
    {
        LimitShard* shard;
        KeptCounter* counter;
        std::size_t limit;
        LimitRule rule;
        TakenShare share;
    };
    std::vector<Held> m_held;
};

struct LimitAdmission
{
    bool allowed = true;
    LimitRefusal refusal;                ///< when not allowed
    std::vector<std::int64_t> remaining; ///< of each limit of the request, as LimitVerdict has it
    LimitReservation reservation;        ///< when allowed
};

/// A quota's counter as a plain value.
struct SavedCounter
{
    LimitKind kind = LimitKind::TokenQuota;
    std::string identity;
    std::string counterKey;
    QuotaState state;

    bool operator==(const SavedCounter&) const = default;
};

struct CounterStanding
{
    LimitKind kind = LimitKind::CallRate;
    std::string identity;
    std::string counterKey;
    LimitStanding standing;
};

/// All counters of a gateway, by limit, counter key and kind. Any thread may call; threads meet only where
/// their counters share one of the locks. Pure with respect to time, which comes with each call.
///
/// A call is checked against all its limits and taken by all or by none, with their locks held together, so
/// nobody ever sees a call that one limit took and another refused. Limits of one request that share a
/// counter are each checked and counted once, with the first one's amount, as APIM does.
class LimitKeeper
{
public:
    LimitKeeper();
    LimitKeeper(const LimitKeeper&) = delete;
    LimitKeeper& operator=(const LimitKeeper&) = delete;
    ~LimitKeeper();

    [[nodiscard]] LimitAdmission admit(Instant now, const LimitedRequest& request);

    /// Every counter, in no order.
    [[nodiscard]] std::vector<CounterStanding> standings(Instant now) const;
    /// The quotas' counters, in no order. Calls in flight are not in them.
    [[nodiscard]] std::vector<SavedCounter> save() const;
    /// Before the first call; a counter that exists already is left as it is.
    void restore(const std::vector<SavedCounter>& counters);

private:
    std::size_t shardOf(const RequestLimit& limit) const;

    std::unique_ptr<LimitShard[]> m_shards;
};

} // namespace gatehouse::gateway
