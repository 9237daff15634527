// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/gateway/endpoint.h"
#include "core/local/gateway/policy/compiler.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace gatehouse::local {

class ResourceStore;

/// The policies in force: for each product and operation the one program that service, product, API
/// and operation make together, each scope standing where the next inner one has its <base />. Immutable.
struct PolicySet
{
    std::map<std::pair<std::string, Operation>, PolicyProgram> programs; ///< product "": callers without one
    std::string problem; ///< not empty: a stored document cannot be obeyed, so that no call may pass

    /// Those of a product that the gateway does not know are those of callers without one.
    [[nodiscard]] const PolicyProgram& programFor(const std::string& product, Operation operation) const;
};

[[nodiscard]] PolicySet readPolicies(const ResourceStore& resources);

/// The surroundings of a document of the APIM service: its fragments and named values, and an empty base.
[[nodiscard]] PolicySurroundings surroundingsIn(const ResourceStore& resources, std::string scope);

/// Which stored policy could be obeyed so far and could not any more if its surroundings were changed so, and
/// why; "" when all still can. For whatever a policy refers to.
[[nodiscard]] std::string policyBrokenBy(const ResourceStore& resources,
                                         const std::function<void(PolicySurroundings&)>& change);

/// The XML of a policy or fragment resource, whatever format it was stored in.
[[nodiscard]] std::string policyXml(const Json& properties);

} // namespace gatehouse::local
