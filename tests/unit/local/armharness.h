// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/encoding.h"
#include "tests/unit/local/platformharness.h"

#include <set>
#include <string>

namespace gatehouse::local::test {

/// Resource Manager as one persona after the other asks it.
class ArmHarness : public PlatformHarness
{
public:
    [[nodiscard]] httplib::Result get(const std::string& path, const std::string& persona = "admin") const
    {
        return client().Get(path, bearer(persona));
    }
    [[nodiscard]] httplib::Result send(const char* method, const std::string& path, const Json& body,
                                       const std::string& ifMatch = {},
                                       const std::string& persona = "admin") const
    {
        httplib::Request request;
        request.method = method;
        request.path = path;
        request.headers = bearer(persona);
        request.set_header("Content-Type", "application/json");
        if (!ifMatch.empty())
            request.set_header("If-Match", ifMatch);
        request.body = dumpJson(body);
        return client().send(request);
    }
    /// A path below the API Management service.
    [[nodiscard]] static std::string in(const std::string& path)
    {
        return apimResourceId() + path + "?api-version=2024-05-01";
    }
    /// A path below an account.
    [[nodiscard]] static std::string inAccount(const std::string& account, const std::string& path)
    {
        return accountResourceId(account) + path + "?api-version=2025-09-01";
    }
};

/// The targets of the details of a refusal.
inline std::set<std::string> targetsOf(const httplib::Result& answer)
{
    std::set<std::string> targets;
    const Json body = jsonOf(answer);
    for (const Json& detail : memberAt(memberAt(body, "error"), "details"))
        targets.insert(textAt(detail, "target"));
    return targets;
}

inline std::string messageOf(const httplib::Result& answer)
{
    return textAt(memberAt(jsonOf(answer), "error"), "message");
}

inline std::set<std::string> namesIn(const httplib::Result& list)
{
    std::set<std::string> names;
    const Json body = jsonOf(list);
    for (const Json& item : memberAt(body, "value"))
        names.insert(textAt(item, "name"));
    return names;
}

} // namespace gatehouse::local::test
