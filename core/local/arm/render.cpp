// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/arm/render.h"

#include "core/base/encoding.h"
#include "core/local/arm/armpath.h"
#include "core/local/arm/resourcestore.h"

#include <algorithm>

namespace gatehouse::local {

Json renderResource(const Resource& resource, const std::string& origin)
{
    Json body = resource.body;
    if (equalsIgnoreCase(resource.type, "Microsoft.ApiManagement/service")) {
        // Nothing stored holds the origin: the port may change with each start.
        Json& properties = body["properties"];
        properties["gatewayUrl"] = origin;
        properties["gatewayRegionalUrl"] = origin;
        properties["managementApiUrl"] = origin;
        const std::size_t host = origin.find("://");
        properties["hostnameConfigurations"] = Json::array(
            {{{"type", "Proxy"}, {"hostName", origin.substr(host + 3)}, {"defaultSslBinding", true}}});
        body["etag"] = resource.etag.substr(1, resource.etag.size() - 2);
    } else if (equalsIgnoreCase(resource.type, "Microsoft.CognitiveServices/accounts") ||
               equalsIgnoreCase(resource.type, "Microsoft.CognitiveServices/accounts/deployments")) {
        body["etag"] = resource.etag; // these have it in the body only (contracts §6)
    }
    return body;
}

bool isTopLevel(const Resource& resource)
{
    if (std::count(resource.type.begin(), resource.type.end(), '/') != 1)
        return false;
    const auto path = parseArmPath(resource.id);
    // An extension resource (diagnosticSettings) hangs on another one.
    return path && std::count(path->providerScope.begin(), path->providerScope.end(), '/') <= 4;
}

} // namespace gatehouse::local
