// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/audit/evidence.h"

#include <optional>
#include <vector>

namespace gatehouse::cost {

/// Five minutes in which the sources do not have the same number of calls. Empty where nobody asked a source.
struct CountGap
{
    DateTime start;
    std::int64_t gateway = 0;            ///< that were forwarded
    std::int64_t llm = 0;                ///< calls with tokens
    std::optional<std::int64_t> metrics; ///< that succeeded, as the accounts counted
    std::int64_t expected = 0;           ///< of the gateway's, those that should have tokens: successful ones
};

/// How much of a figure is known, and how: the badge on every amount. The first four counts sum to calls.
struct Completeness
{
    std::int64_t calls = 0;
    std::int64_t measured = 0;
    std::int64_t estimated = 0;
    std::int64_t unknown = 0;
    std::int64_t none = 0;    ///< failed before a model answered: nothing to know
    std::int64_t late = 0;    ///< rows that the log had later than an hour
    std::int64_t sampled = 0; ///< rows that stand for others that were dropped
    bool truncated = false;   ///< the service cut the answer
    bool metricsAsked = false;
    std::int64_t missingLlm = 0;     ///< successful calls of the gateway without tokens, net over the span
    std::int64_t missingGateway = 0; ///< calls that the accounts counted and the gateway did not, net
    std::vector<CountGap> gaps;      ///< by time

    /// Of the calls that used anything, those whose tokens are measured (0..1); empty without such calls.
    [[nodiscard]] std::optional<double> measuredShare() const;
    /// Nothing is unknown, late, sampled, cut or lacking.
    [[nodiscard]] bool complete() const;
};

/// sampled and truncated are told by whoever asked. tolerated: calls by which five minutes may differ, since
/// a call may fall into one five minutes here and the next there.
[[nodiscard]] Completeness completenessOf(const Evidence& evidence, std::int64_t sampled, bool truncated,
                                          std::int64_t tolerated = 1);

} // namespace gatehouse::cost
