// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/policy/document.h"
#include "core/gateway/policy/limitvalue.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gatehouse::gateway {

/// The policies that limit traffic (contracts §4.5), by their elements.
enum class LimitPolicy {
    LlmTokenLimit,         ///< llm-token-limit
    AzureOpenAiTokenLimit, ///< azure-openai-token-limit: the same attributes
    RateLimitByKey,        ///< rate-limit-by-key
    RateLimit,             ///< rate-limit: per subscription
    QuotaByKey             ///< quota-by-key
};

[[nodiscard]] std::string_view elementName(LimitPolicy kind);
[[nodiscard]] std::optional<LimitPolicy> limitPolicyOf(std::string_view elementName);

// In the values below an attribute that is absent or breaks a rule is empty.

/// 429 over the rate, 403 over the quota.
struct TokenLimitPolicy
{
    std::optional<LimitValue> counterKey;
    std::optional<LimitValue> tokensPerMinute;
    std::optional<LimitValue> tokenQuota;
    std::optional<LimitValue> tokenQuotaPeriod;     ///< Hourly, Daily, Weekly, Monthly or Yearly, cut in UTC
    std::optional<LimitValue> estimatePromptTokens; ///< true or false
};

/// 429 when there are more calls than that within the seconds of the period.
struct RateLimitPolicy
{
    std::optional<LimitValue> counterKey; ///< empty for rate-limit, which counts by subscription
    std::optional<LimitValue> calls;
    std::optional<LimitValue> renewalPeriod;      ///< seconds, 1 to 300
    std::optional<LimitValue> incrementCondition; ///< true when absent
    std::optional<LimitValue> incrementCount;     ///< 1 when absent
};

/// 403 when calls or bandwidth of the period are used up.
struct QuotaPolicy
{
    std::optional<LimitValue> counterKey;
    std::optional<LimitValue> calls;
    std::optional<LimitValue> bandwidth;     ///< KB
    std::optional<LimitValue> renewalPeriod; ///< seconds, 300 or more; 0 is never
    std::optional<LimitValue> incrementCondition;
    std::optional<LimitValue> incrementCount;
    std::optional<LimitValue> firstPeriodStart;
};

/// One limit of a document, where it stands, and what is wrong with it.
struct PolicyLimit
{
    LimitPolicy kind = LimitPolicy::LlmTokenLimit;
    PolicyElement element;
    std::variant<TokenLimitPolicy, RateLimitPolicy, QuotaPolicy> values;
    std::map<std::string, std::string> names; ///< the header and variable names that are set, by attribute
    std::vector<PolicyProblem> problems;
};

/// Empty when the element is none of the five.
[[nodiscard]] std::optional<PolicyLimit> readLimit(const PolicyElement& element);
/// All limits of a document, wherever they stand.
[[nodiscard]] std::vector<PolicyLimit> readLimits(const PolicyDocument& document);

/// InvalidInput when the policy has no such attribute, or not with such a value.
[[nodiscard]] Status checkLimitValue(LimitPolicy kind, std::string_view attribute, const LimitValue& value);

struct LimitChange
{
    std::string attribute;
    std::optional<LimitValue> value; ///< empty removes the attribute
};

/// Changes attributes of one limit in place, all or none. A change that would break a rule is InvalidInput;
/// what was wrong before and is not touched does not hinder.
[[nodiscard]] Result<PolicyEdit> editLimit(const PolicyDocument& document, const PolicyElement& element,
                                           const std::vector<LimitChange>& changes);

} // namespace gatehouse::gateway
