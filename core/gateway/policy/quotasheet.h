// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/gateway/policy/document.h"
#include "core/gateway/policy/limitvalue.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Gatehouse's own policy fragment "gatehouse-quotas" as a sheet of services:
//
//   <fragment>
//       <choose>
//           <when condition="@(context.Subscription?.Id == &quot;checkout&quot;)">
//               <!-- gatehouse {"owner":"Anna Ek","ticket":"CHG-1", …} -->
//               <llm-token-limit counter-key="@(context.Subscription?.Id ?? &quot;none&quot;)"
//               tokens-per-minute="9000" … /> <rate-limit-by-key calls="60" renewal-period="60"
//               counter-key="@(context.Subscription?.Id ?? &quot;none&quot;)" …
//               />
//           </when>
//           <otherwise> everybody else, each subscription with a counter of its own </otherwise>
//       </choose>
//   </fragment>
//
// A temporary raise is a rule of its own before the lasting one, and ends without anybody's doing:
//
//           <when condition="@(context.Subscription?.Id == &quot;checkout&quot; &amp;&amp;
//           DateTime.UtcNow.Ticks &lt; 639160416000000000L)">
//
// Owner and ticket stand in a comment: APIM gives comments back as they were
// put, a comment needs no policy that a gateway would have to run, and no attribute that the service would
// refuse. The comment is JSON in which "--" and "{{" are escaped, since the one would end it and the other
// would name a value. <choose> must have a <when> (learn.microsoft.com, choose-policy); a sheet with
// everybody else alone therefore has <when condition="@(true)"> in place of <otherwise>.

namespace gatehouse::gateway {

/// Absent is no limit of that sort.
struct QuotaLimits
{
    std::optional<LimitValue> tokensPerMinute;
    std::optional<LimitValue> tokenQuota;       ///< tokens a period
    std::optional<LimitValue> tokenQuotaPeriod; ///< Hourly, Daily, Weekly, Monthly, Yearly; with tokenQuota
    std::optional<LimitValue> calls;
    LimitValue callsPeriod = LimitValue::of(60); ///< seconds, 1 to 300; a minute unless edited by hand

    bool operator==(const QuotaLimits&) const = default;
    [[nodiscard]] bool isEmpty() const { return !tokensPerMinute && !tokenQuota && !calls; }
};

struct TemporaryRaise
{
    DateTime until;     ///< the first moment at which the limits before hold again
    QuotaLimits before; ///< empty when the service had no rule: those of everybody else hold again

    bool operator==(const TemporaryRaise&) const = default;
};

struct ServiceQuota
{
    std::string service; ///< the id of an APIM subscription; "" is everybody else
    QuotaLimits limits;
    std::optional<TemporaryRaise> raise;
    std::string owner;  ///< who answers for the limits; may be ""
    std::string ticket; ///< may be ""

    bool operator==(const ServiceQuota&) const = default;
};

struct QuotaSheet
{
    std::vector<ServiceQuota> services; ///< in the order of the document
    std::optional<ServiceQuota> everybodyElse;
    /// What Gatehouse did not write: shown, kept by every edit, and not part of the rows above.
    std::vector<PolicyProblem> foreign;
    /// What is wrong in what Gatehouse wrote, after an edit by hand.
    std::vector<PolicyProblem> problems;
};

/// The limits that hold at a moment: those before the raise from its end on.
[[nodiscard]] const QuotaLimits& limitsAt(const ServiceQuota& quota, DateTime moment);

/// A fragment without a rule, to begin with.
[[nodiscard]] PolicyDocument emptyQuotaFragment();

/// Takes what Gatehouse writes and what an edit of its attributes by hand leaves.
[[nodiscard]] QuotaSheet readQuotaSheet(const PolicyDocument& document);

/// Adds the rule of a service or edits it in place; everything else stays byte for byte. InvalidInput: a
/// service that is no subscription id, no limit at all, a limit outside of its range (contracts §4.5), a
/// quota without its period, an owner or a ticket of more than 200 bytes or with control characters.
[[nodiscard]] Result<PolicyDocument> setServiceQuota(const PolicyDocument& document,
                                                     const ServiceQuota& quota);

/// NotFound without such a rule; InvalidInput when the rule also holds what Gatehouse did not write.
[[nodiscard]] Result<PolicyDocument> removeServiceQuota(const PolicyDocument& document,
                                                        std::string_view service);

} // namespace gatehouse::gateway
