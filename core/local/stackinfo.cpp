// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/local/stack.h"

namespace gatehouse::local {

std::string StackInfo::toJson() const
{
    return dumpJson(
        {{"origin", origin},
         {"tenantId", tenantId},
         {"clientId", clientId},
         {"subscriptionId", subscriptionId},
         {"resourceGroup", resourceGroup},
         {"apimService", apimService},
         {"workspaceId", workspaceId},
         {"gateway", gateway},
         {"rag", rag},
         {"audiences",
          {{"arm", armAudience}, {"logs", logsAudience}, {"gateway", gatewayAudience}, {"rag", ragAudience}}},
         {"pid", pid}});
}

Result<StackInfo> StackInfo::fromJson(std::string_view text)
{
    const Result<Json> json = parseJson(text, 64U << 10U);
    if (!json)
        return fail(json.error());
    StackInfo info;
    info.origin = textAt(*json, "origin");
    info.tenantId = textAt(*json, "tenantId");
    info.clientId = textAt(*json, "clientId");
    info.subscriptionId = textAt(*json, "subscriptionId");
    info.resourceGroup = textAt(*json, "resourceGroup");
    info.apimService = textAt(*json, "apimService");
    info.workspaceId = textAt(*json, "workspaceId");
    info.gateway = textAt(*json, "gateway");
    info.rag = textAt(*json, "rag");
    const Json& audiences = memberAt(*json, "audiences");
    info.armAudience = textAt(audiences, "arm");
    info.logsAudience = textAt(audiences, "logs");
    info.gatewayAudience = textAt(audiences, "gateway");
    info.ragAudience = textAt(audiences, "rag");
    info.pid = static_cast<int>(integerAt(*json, "pid"));
    if (info.origin.empty() || info.pid <= 0)
        return fail(Error::Kind::Protocol, "The text does not describe a running stack.");
    return info;
}

} // namespace gatehouse::local
