// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/backend.h"
#include "core/gateway/parity/register.h"
#include "core/gateway/posture/posture.h"

#include <optional>
#include <string>
#include <vector>

/// Whether a backend may stand in for another: a checklist, point by point. Pure.
namespace gatehouse::gateway {

/// What is known of one backend of a pool.
struct ParitySide
{
    std::string backend;
    Reading<BackendAccess> access;
    Reading<AccountFacts> account;
    std::string tools; ///< as declared; "" when nobody did
};

/// One point: both values and what follows from them.
struct ParityLine
{
    ParityPoint point = ParityPoint::Residency;
    Accord verdict = Accord::Unknown;
    std::string primary;
    std::string candidate;
    std::string sentence;
    std::string details; ///< compared too, but too long to show
    /// The exception that covers the difference at the moment asked for.
    std::optional<ParityException> exception;
};

/// Why a route to a fallback is there. The two are never mixed: a continuity route is equal in every point,
/// an exception route deviates in some, by leave of somebody, for a time.
enum class RouteKind { Continuity, Exception };

struct Certification
{
    enum class State {
        Certified,
        NotCertified, ///< a difference that nothing covers, or nobody has certified it
        NotKnown,     ///< a point could not be compared
        Expired,      ///< certified once, until expiry
        Void          ///< certified once, but what was compared has changed since
    };
    State state = State::NotCertified;
    std::string sentence;
    /// Whether a certificate would hold if somebody gave one now.
    bool mayBeCertified = false;
    std::optional<Certificate> certificate; ///< the last one given, whether it holds or not
};

/// One fallback of a pool against its primary.
struct ParityCheck
{
    std::string pool;
    std::string primary;
    std::string candidate;
    std::vector<ParityLine> lines; ///< one a point, in the order of the points
    RouteKind kind = RouteKind::Continuity;
    std::string facts; ///< hash of the values compared
    Certification certification;
};

struct ParityQuestion
{
    std::string pool;
    ParitySide primary;
    ParitySide candidate;
    Reading<std::vector<LimitFacts>> limits; ///< of the gateway
};

[[nodiscard]] ParityCheck checkParity(const ParityQuestion& question, const ParityRegister& entries,
                                      DateTime now);

/// Every fallback of every pool against the pool's primary: the member of the lowest priority number; where
/// several share it, the first of them, and the others are its fallbacks too.
[[nodiscard]] std::vector<ParityCheck> checkPools(const std::vector<Pool>& pools, const GatewayFacts& gateway,
                                                  const std::vector<AccountFacts>& accounts,
                                                  const std::string& accountsWhy,
                                                  const ParityRegister& entries, DateTime now);

} // namespace gatehouse::gateway
