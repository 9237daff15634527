// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/gateway/routing/rules.h"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::gateway {

inline constexpr std::string_view RoutingFragmentId = "gatehouse-routing";

/// Something in the fragment that is not of Gatehouse's form. It is shown and carried along, never lost.
struct ForeignPart
{
    enum class Place {
        Before,    ///< of the choose
        Choose,    ///< within it, before the rule of that index
        Otherwise, ///< it stands for the default
        After      ///< the choose
    };
    Place place = Place::Choose;
    std::size_t beforeRule = 0; ///< for Place::Choose; the number of rules: behind the last
    std::string text;           ///< exactly as it was written
    int line = 1;
    std::string sentence; ///< "… was not written by Gatehouse: …"

    bool operator==(const ForeignPart&) const = default;
};

/// The policy fragment gatehouse-routing, as XML (the wire's format=xml):
///
///   <fragment>
///       <!-- gatehouse-routing: … -->
///       <choose>
///           <!-- gatehouse: {"note":"…","downgrade":"…"} -->
///           <when condition="@(…)">
///               <set-variable name="gh-route" value="the rule's name" />
///               <set-variable name="gh-deployment" value="…" />
///               <set-backend-service backend-id="pool" />
///           </when>
///           <!-- gatehouse: {"rule":{…}} -->
///           <otherwise>
///               <set-variable name="gh-route" value="default" />
///               <set-backend-service backend-id="the default pool" />
///           </otherwise>
///       </choose>
///   </fragment>
///
/// The conditions are those of condition.h. A comment before a when holds the rule's note and a downgrade
/// that quality does not allow; a rule that is switched off is a comment as a whole. gh-deployment is set by
/// a downgrade that is allowed; the policy that includes the fragment rewrites the URL with it. APIM wants a
/// when in every choose, so a plan without rules that are switched on has no choose: what the default does
/// stands in the fragment itself. Text that APIM would read as an expression or a named value is written as
/// an expression.
struct RoutingFragment
{
    RoutingPlan plan;
    std::vector<ForeignPart> foreign; ///< in the order of the text

    bool operator==(const RoutingFragment&) const = default;
};

/// Parse with the line where the text is no XML, InvalidInput where it is no <fragment> of at most 512 KB.
[[nodiscard]] Result<RoutingFragment> readRoutingFragment(std::string_view xml);
/// InvalidInput, naming the rule, for what APIM would refuse: a rule without a name or target, text that is
/// no UTF-8, a condition over 16 KB, a budget outside its range, a foreign otherwise without any when.
[[nodiscard]] Result<std::string> writeRoutingFragment(const RoutingFragment& fragment);

} // namespace gatehouse::gateway
