// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/policy/quotasheet.h"
#include "tests/support/fakearm.h"

/// What the tests of the change engine change, and how.
namespace gatehouse::jobs::test {

using namespace gatehouse::test;

inline const std::string Backend = ApimService + "/backends/aoai-eastus";
inline const std::string Policy = ApimService + "/apis/chat/policies/policy";
inline const std::string Quotas = ApimService + "/policyFragments/gatehouse-quotas";

inline Json policyOf(const std::string& xml)
{
    return {{"format", "xml"}, {"value", xml}};
}

inline std::string withRow(const std::string& xml, const std::string& service, int tokens, int calls = 0)
{
    const auto document = gateway::PolicyDocument::parse(xml, gateway::PolicyDocument::Root::Fragment);
    gateway::ServiceQuota row;
    for (const gateway::ServiceQuota& one : gateway::readQuotaSheet(*document).services) {
        if (one.service == service)
            row = one;
    }
    row.service = service;
    if (tokens > 0)
        row.limits.tokensPerMinute = gateway::LimitValue::of(tokens);
    if (calls > 0)
        row.limits.calls = gateway::LimitValue::of(calls);
    return gateway::setServiceQuota(*document, row)->text();
}

inline Json with(Json properties, const char* member, const char* value)
{
    properties[member] = value;
    return properties;
}

inline ChangeSet setOf(const std::string& id, std::optional<Json> base, std::optional<Json> wanted)
{
    return {"A change", "CHG-7", {{id, "It", std::move(base), std::move(wanted), {}}}};
}

/// Backends b0, b1, … with one change each.
inline ChangeSet manySteps(FakeArm& arm, int count)
{
    ChangeSet set{"Many", "CHG-8", {}};
    for (int i = 0; i < count; ++i) {
        const std::string id = ApimService + "/backends/b" + std::to_string(i);
        const Json base = {{"url", "old"}};
        arm.put(id, base);
        set.changes.push_back({id, "b" + std::to_string(i), base, with(base, "url", "new"), {}});
    }
    return set;
}

} // namespace gatehouse::jobs::test
