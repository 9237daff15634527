// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/expression/contextpaths.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gatehouse::gateway {

namespace {

using Value = std::pair<std::string_view, ContextItem>;

constexpr std::array<Value, 16> Values = {{
    {"Request.Method", ContextItem::RequestMethod},
    {"Request.Url.Path", ContextItem::RequestPath},
    {"Request.IpAddress", ContextItem::RequestIpAddress},
    {"Subscription.Id", ContextItem::SubscriptionId},
    {"Subscription.Name", ContextItem::SubscriptionName},
    {"Product.Id", ContextItem::ProductId},
    {"Product.Name", ContextItem::ProductName},
    {"User.Id", ContextItem::UserId},
    {"Response.StatusCode", ContextItem::ResponseStatusCode},
    {"LastError.Source", ContextItem::LastErrorSource},
    {"LastError.Reason", ContextItem::LastErrorReason},
    {"LastError.Message", ContextItem::LastErrorMessage},
    {"RequestId", ContextItem::RequestId},
    {"Deployment.Region", ContextItem::DeploymentRegion},
    {"Api.Id", ContextItem::ApiId},
    {"Operation.Id", ContextItem::OperationId},
}};

struct Map
{
    std::string_view path;
    std::optional<ContextItem> byIndex;
    std::optional<ContextItem> byDefault;
    std::optional<ContextItem> byPresence;
    bool typed = false;
};

constexpr std::array<Map, 4> Maps = {{
    {"Request.Headers", std::nullopt, ContextItem::HeaderOrDefault, ContextItem::HeaderPresent},
    {"Request.Url.Query", std::nullopt, ContextItem::QueryOrDefault, std::nullopt},
    {"Request.MatchedParameters", ContextItem::MatchedParameter, ContextItem::MatchedOrDefault, std::nullopt},
    {"Variables", ContextItem::Variable, ContextItem::VariableOrDefault, std::nullopt, true},
}};

bool leadsTo(std::string_view path, std::string_view known)
{
    return known.size() > path.size() && known.starts_with(path) && known[path.size()] == '.';
}

} // namespace

ContextPath contextPath(std::string_view path)
{
    ContextPath found;
    for (const auto& [known, item] : Values) {
        if (known == path) {
            found.kind = ContextPath::Kind::Value;
            found.item = item;
            return found;
        }
        if (leadsTo(path, known))
            found.kind = ContextPath::Kind::Part;
    }
    for (const Map& map : Maps) {
        if (map.path == path)
            return {ContextPath::Kind::Map,
                    ContextItem::RequestMethod,
                    map.byIndex,
                    map.byDefault,
                    map.byPresence,
                    map.typed};
        if (leadsTo(path, map.path))
            found.kind = ContextPath::Kind::Part;
    }
    return found;
}

} // namespace gatehouse::gateway
