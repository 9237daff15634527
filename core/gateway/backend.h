// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/gateway/breaker.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::gateway {

struct StatusRange
{
    int min = 500;
    int max = 599;

    bool operator==(const StatusRange&) const = default;
};

/// A backend as APIM describes it (contracts §4.2), with the rule of its circuit in our words.
struct Backend
{
    std::string name;
    std::string title;
    std::string url;
    std::string region; ///< of the account that it points to; "" when not known
    std::optional<std::string>
        ruleName; ///< empty: no circuitBreaker rule, so failures are counted consecutively
    BreakerConfig breaker;
    std::vector<StatusRange> failureStatuses; ///< the rule's statusCodeRanges; 408 and 5xx without a rule

    /// How this status counts for the circuit. 0 stands for no answer at all, which always is a failure.
    [[nodiscard]] Outcome classify(int status) const;
    /// Whether a circuit of the other one may go on for this one: same rule, same failures.
    [[nodiscard]] bool countsAs(const Backend& other) const
    {
        return breaker == other.breaker && failureStatuses == other.failureStatuses;
    }
};

struct PoolMember
{
    std::string backend;
    int priority = 1; ///< lower serves first
    int weight = 1;
};

struct Pool
{
    std::string name;
    std::vector<PoolMember> members;
};

/// Whether an ARM backend resource is a pool (its type, or its fields where there is no type).
[[nodiscard]] bool isPool(const Json& resource);
/// From the ARM JSON of one backend resource ({name, properties}). InvalidInput when type and fields
/// disagree.
[[nodiscard]] Result<Backend> backendFromArm(const Json& resource);
/// Members are named by their ids' last segment; weights and priorities may be strings (contracts §4.2).
[[nodiscard]] Result<Pool> poolFromArm(const Json& resource);

/// "…/backends/aoai-eastus" → "aoai-eastus"; a trailing slash is ignored.
[[nodiscard]] std::string_view lastSegment(std::string_view resourceId);

} // namespace gatehouse::gateway
