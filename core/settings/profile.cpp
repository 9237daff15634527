// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/settings/profile.h"

#include "core/base/encoding.h"

#include <algorithm>

namespace gatehouse::settings {

namespace {

constexpr std::size_t MaxFieldBytes = 1024;

tl::unexpected<Error> refuse(std::string_view field, std::string_view expected)
{
    return fail(Error::Kind::InvalidInput, "The profile's " + std::string(field) + " is not valid.",
                "It should be " + std::string(expected) + ".");
}

bool isPrintable(std::string_view text)
{
    return text.size() <= MaxFieldBytes && std::none_of(text.begin(), text.end(), [](char c) {
               const auto byte = static_cast<unsigned char>(c);
               return byte < 0x20 || byte == 0x7f;
           });
}

/// A DNS name with at least one dot, as a tenant's domain is.
bool isDomain(std::string_view text)
{
    if (text.size() > 253 || text.find('.') == std::string_view::npos || text.front() == '.' ||
        text.back() == '.')
        return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '.';
    });
}

bool isTenant(std::string_view text)
{
    return isGuid(text) || text == "organizations" || text == "common" || isDomain(text);
}

/// "/subscriptions/{guid}/resourceGroups/{name}/providers/{type}/{name}", type compared without case.
bool isResourceOf(std::string_view id, std::string_view type)
{
    const std::string folded = toLower(id);
    const std::string wanted = "/providers/" + toLower(type) + "/";
    const std::size_t at = folded.find(wanted);
    return folded.starts_with("/subscriptions/") && at != std::string::npos &&
           at + wanted.size() < folded.size() && folded.find('/', at + wanted.size()) == std::string::npos &&
           folded.find_first_of("?#% \\") == std::string::npos && folded.find("/..") == std::string::npos;
}

/// "127.0.0.1", "localhost" or "[::1]" and what may follow a host: not the beginning of another name.
bool isOnThisComputer(std::string_view rest)
{
    for (const std::string_view host : {"127.0.0.1", "localhost", "[::1]"}) {
        if (rest.starts_with(host) &&
            (rest.size() == host.size() || rest[host.size()] == ':' || rest[host.size()] == '/'))
            return true;
    }
    return false;
}

bool isHttpUrl(std::string_view text)
{
    // Plain http only to this computer.
    const bool secure = text.starts_with("https://") && text.size() > 8;
    const bool local = text.starts_with("http://") && isOnThisComputer(text.substr(7));
    return (secure || local) && text.find_first_of(" \"<>\\@") == std::string_view::npos;
}

/// Of an event or a field: printable, and nothing that an event stream or a form could read as its own.
bool isMappedName(std::string_view text)
{
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return c > 0x20 && c < 0x7f && c != '"' && c != '\\';
    });
}

bool isMapping(const RagMapping& mapping)
{
    RagMapping filled = mapping;
    if (filled.tokenField.empty())
        filled.tokenField = "token";
    return std::all_of(RagNames.begin(), RagNames.end(),
                       [&filled](const RagName& one) { return isMappedName(filled.*one.name); });
}

bool isScope(std::string_view text)
{
    return isPrintable(text) && text.find_first_of(" \"\\") == std::string_view::npos;
}

} // namespace

const std::vector<Cloud>& azureClouds()
{
    static const std::vector<Cloud> Clouds = {
        {"public", "Azure", "https://login.microsoftonline.com", "https://management.azure.com",
         "https://management.azure.com/.default", "https://api.loganalytics.azure.com",
         "https://api.loganalytics.io/.default", ""},
        {"usgov", "Azure US Government", "https://login.microsoftonline.us",
         "https://management.usgovcloudapi.net", "https://management.core.usgovcloudapi.net//.default",
         "https://api.loganalytics.us", "https://api.loganalytics.us/.default", ""},
        {"china", "Azure China (21Vianet)", "https://login.partner.microsoftonline.cn",
         "https://management.chinacloudapi.cn", "https://management.core.chinacloudapi.cn//.default",
         "https://api.loganalytics.azure.cn", "https://api.loganalytics.azure.cn/.default", ""},
    };
    return Clouds;
}

std::optional<Cloud> azureCloud(std::string_view id)
{
    const auto& clouds = azureClouds();
    const auto found =
        std::find_if(clouds.begin(), clouds.end(), [&](const Cloud& cloud) { return cloud.id == id; });
    return found == clouds.end() ? std::nullopt : std::optional(*found);
}

Status validate(const Profile& profile)
{
    if (profile.name.empty() || profile.name.size() > 100 || !isPrintable(profile.name))
        return refuse("name", "a text of 1 to 100 characters");
    if (profile.isLocal())
        return {};
    if (!azureCloud(profile.cloudId))
        return refuse("cloud", "public, usgov or china");
    if (!isTenant(profile.tenantId))
        return refuse("tenant", "a tenant id, a domain or “organizations”");
    if (!isGuid(profile.clientId))
        return refuse("client id", "the application (client) id of the app registration");
    if (!profile.subscriptionId.empty() && !isGuid(profile.subscriptionId))
        return refuse("subscription", "a subscription id");
    if (!profile.workspaceId.empty() && !isGuid(profile.workspaceId))
        return refuse("workspace id", "the workspace's id (customerId), not its name");
    if (!profile.workspaceResourceId.empty() &&
        !isResourceOf(profile.workspaceResourceId, "Microsoft.OperationalInsights/workspaces"))
        return refuse("workspace resource", "the resource id of a Log Analytics workspace");
    if (!profile.apimResourceId.empty() &&
        !isResourceOf(profile.apimResourceId, "Microsoft.ApiManagement/service"))
        return refuse("gateway resource", "the resource id of an API Management service");
    if (!profile.gatewayUrl.empty() && (!isHttpUrl(profile.gatewayUrl) || !isPrintable(profile.gatewayUrl)))
        return refuse("gateway URL", "an https address without a user name");
    if (!profile.ragUrl.empty() && (!isHttpUrl(profile.ragUrl) || !isPrintable(profile.ragUrl) ||
                                    profile.ragUrl.find_first_of("?#") != std::string::npos))
        return refuse("RAG backend's URL", "an https address without a user name, query or fragment");
    if (!isScope(profile.ragScope))
        return refuse("RAG backend's scope", "what its tokens are for, such as api://rag/.default");
    if (!isMapping(profile.ragMapping))
        return refuse("RAG backend's field names", "1 to 64 printable characters each, without quotes");
    if (!isPrintable(profile.accountKey))
        return refuse("account", "the account that signed in");
    return {};
}

} // namespace gatehouse::settings
