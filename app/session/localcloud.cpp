// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/localcloud.h"

namespace gatehouse::app {

namespace {

std::string defaultScope(const std::string& audience)
{
    return audience + "/.default";
}

} // namespace

settings::Cloud localCloud(const local::StackInfo& info)
{
    settings::Cloud cloud;
    cloud.id = "local";
    cloud.name = std::string(settings::LocalProfileName);
    cloud.loginOrigin = info.origin;
    cloud.armOrigin = info.origin;
    cloud.armScope = defaultScope(info.armAudience);
    cloud.logsOrigin = info.origin;
    cloud.logsScope = defaultScope(info.logsAudience);
    cloud.gatewayScope = defaultScope(info.gatewayAudience);
    return cloud;
}

settings::Profile localProfile(const local::StackInfo& info, const settings::Profile& base)
{
    settings::Profile profile;
    profile.name = base.name;
    profile.cloudId = "local";
    profile.tenantId = info.tenantId;
    profile.clientId = info.clientId;
    profile.subscriptionId = info.subscriptionId;
    profile.workspaceId = info.workspaceId;
    profile.apimResourceId = "/subscriptions/" + info.subscriptionId + "/resourceGroups/" +
                             info.resourceGroup + "/providers/Microsoft.ApiManagement/service/" +
                             info.apimService;
    profile.gatewayUrl = info.gateway;
    profile.ragUrl = info.rag;
    profile.ragScope = defaultScope(info.ragAudience);
    return profile;
}

} // namespace gatehouse::app
