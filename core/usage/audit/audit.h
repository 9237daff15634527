// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/audit/evidence.h"
#include "core/usage/ledger/days.h"
#include "core/usage/ledger/facts.h"
#include "core/usage/prices/pricebook.h"

#include <string>
#include <vector>

namespace gatehouse::cost {

/// Why a total of costs is not what the bill says.
enum class FaultKind : std::uint8_t {
    MissingPrice,
    WrongJoin,
    Duplicates,
    LateRows,
    EstimatedStreams,
    FailedButBilled,
    DirectCalls,
    PriceChange,
    RenamedService,
    RetryStorm
};
inline constexpr std::size_t FaultKinds = 10;
[[nodiscard]] std::string_view labelOf(FaultKind kind);

/// One fault, with its place and its size.
struct Fault
{
    FaultKind kind = FaultKind::MissingPrice;
    std::string subject; ///< the model or service that it is about; "" for all
    std::string other;   ///< RenamedService: the new id
    DateTime first;      ///< of the calls that it touches
    DateTime last;
    std::int64_t calls = 0; ///< RetryStorm: the attempts that were too many
    std::int64_t tokens =
        0;           ///< FailedButBilled and DirectCalls: as the accounts counted; PriceChange: of the month
    Int128 pico = 0; ///< PriceChange: what the month's last price for all of it would add or take off
};

struct AuditLimits
{
    std::chrono::seconds late{3'600}; ///< a row that the log had later than this is late
    double stormAttempts = 2.0;       ///< mean attempts of a service in five minutes
    Days days;                        ///< the days from which prices hold
    std::int64_t leastSurplus = 3;    ///< calls of a model that may differ by the edges of the counts
};

/// Every fault that the evidence shows, each with what it touches; none in a clean set. Calls that failed but
/// were billed, and calls that bypass the gateway, need the accounts' own counts: what came in beyond the
/// gateway's attempts went around it, and what succeeded beyond that was billed although its caller saw a
/// failure.
[[nodiscard]] std::vector<Fault> audit(const Evidence& evidence, const PriceBook& prices,
                                       const ServiceFacts& facts, const AuditLimits& limits = {});

} // namespace gatehouse::cost
