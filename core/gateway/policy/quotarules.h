// SPDX-License-Identifier: GPL-3.0-or-later
// The elements of the fragment of quotas, found in a document. Internal to core/gateway/policy.
#pragma once

#include "core/gateway/policy/quotasheet.h"

namespace gatehouse::gateway {

/// Each subscription counts for itself.
inline constexpr std::string_view QuotaCounterKey = "@(context.Subscription?.Id ?? \"none\")";
/// The condition of everybody else in a sheet without services.
inline constexpr std::string_view AlwaysCondition = "@(true)";
/// The first line of a fragment that Gatehouse made.
inline constexpr std::string_view QuotaFragmentNote =
    " Quotas of services, kept by Gatehouse: one rule for each APIM subscription. ";

/// For whom a rule is and, of a temporary raise, until when.
struct QuotaCondition
{
    std::string service; ///< "" is everybody else, who have a condition only for a raise
    std::optional<DateTime> until;
};
[[nodiscard]] std::string conditionText(const QuotaCondition& condition);
/// Empty for every condition that Gatehouse did not write.
[[nodiscard]] std::optional<QuotaCondition> readCondition(std::string_view text);

/// What Gatehouse wrote in a <when> or <otherwise>.
struct QuotaRuleParts
{
    std::optional<PolicyElement> tokens; ///< llm-token-limit
    std::optional<PolicyElement> calls;  ///< rate-limit-by-key
    std::optional<PolicyComment> note;
};
[[nodiscard]] QuotaRuleParts partsOf(const PolicyElement& rule);

/// The <choose> with the rules of services.
[[nodiscard]] std::optional<PolicyElement> quotaChoose(const PolicyDocument& document);
/// <otherwise>, or a last <when> that always applies.
[[nodiscard]] std::optional<PolicyElement> everybodyElseIn(const PolicyElement& choose);
/// The first lasting rule of the service; "" asks for everybody else. Ids are compared as ARM does, in either
/// case.
[[nodiscard]] std::optional<PolicyElement> quotaRule(const PolicyElement& choose, std::string_view service);
/// The same of its temporary raise.
[[nodiscard]] std::optional<PolicyElement> raiseRule(const PolicyElement& choose, std::string_view service);

/// Text and comments of an element that are not Gatehouse's, and all its children but the given ones.
[[nodiscard]] std::vector<PolicyProblem> foreignIn(const PolicyElement& element,
                                                   const std::vector<PolicyElement>& own);
/// All of a rule that is not Gatehouse's.
[[nodiscard]] std::vector<PolicyProblem> foreignInRule(const PolicyElement& rule);

} // namespace gatehouse::gateway
