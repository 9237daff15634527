// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/gateway/policy/policyset.h"
#include "tests/unit/local/gatewayharness.h"

namespace gatehouse::local::test {

/// Stores the policy of the gateway's API as ARM would.
inline bool putApiPolicy(GatewayHarness& h, const std::string& sections)
{
    return h.resources
        ->put(apimResourceId() + "/apis/" + std::string(seed::ApiId) + "/policies/policy",
              "Microsoft.ApiManagement/service/apis/policies",
              {{"properties", {{"format", "xml"}, {"value", "<policies>" + sections + "</policies>"}}}},
              std::nullopt, false)
        .has_value();
}

inline bool putNamedValue(GatewayHarness& h, const std::string& name, const std::string& value)
{
    return h.resources
        ->put(apimResourceId() + "/namedValues/" + name, "Microsoft.ApiManagement/service/namedValues",
              {{"properties", {{"displayName", name}, {"value", value}}}}, std::nullopt, false)
        .has_value();
}

/// What is said of sections that must be refused; "" when they are not.
inline std::string whyRefused(const GatewayHarness& h, const std::string& sections)
{
    const auto compiled =
        compilePolicy("<policies>" + sections + "</policies>", surroundingsIn(*h.resources, "test"));
    return compiled ? std::string() : toString(compiled.error());
}

} // namespace gatehouse::local::test
