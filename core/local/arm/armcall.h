// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/kql/engine.h"
#include "core/local/arm/armpath.h"
#include "core/local/http/router.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

class ResourceStore;

/// What the ARM routes work with; all of it outlives the router.
struct ArmContext
{
    ResourceStore& resources;
    const kql::Catalog& logs;
    const Clock& clock;
    std::string origin;
};

/// One request to ARM, after the checks that all of them share.
struct ArmCall
{
    Exchange& exchange;
    const ArmContext& context;

    [[nodiscard]] std::string query(const char* name) const { return exchange.request.get_param_value(name); }
    [[nodiscard]] const std::string& method() const { return exchange.request.method; }
};

using ArmHandler = std::function<void(ArmCall&)>;

/// Adds a route with what ARM does for every call (contracts §9): api-version is mandatory, ids and rate
/// headers are in every answer.
void addArmRoute(Router& router, const ArmContext& context, const char* method, const char* pattern,
                 ArmHandler handler);

/// One entry of an error's details.
struct ErrorDetail
{
    std::string code;
    std::string message;
    std::string target;
};

/// {"error":{"code","message","target"?,"details"?}}
void answerArmError(httplib::Response& response, int status, std::string_view code, std::string_view message,
                    const std::vector<ErrorDetail>& details = {});
/// An Error of the store or of a validation as ARM says it.
void answerArmError(httplib::Response& response, const Error& error);
void answerArm(ArmCall& call, int status, const Json& body);

/// 403 AuthorizationFailed, and false, unless the caller's persona may do this: "…/write", "…/delete",
/// "…/action" is for admins.
[[nodiscard]] bool authorize(ArmCall& call, const std::string& action, const std::string& scope);

/// {value, nextLink?} cut by $top and $skip where those are given. count is added for APIM's lists, whose
/// nextLink is "" at the end.
void answerList(ArmCall& call, const std::vector<Json>& items, bool apimStyle);

/// Adds all routes of ARM.
void addArmRoutes(Router& router, const ArmContext& context);

// One function a file, called by addArmRoutes.
void addDiscoveryRoutes(Router& router, const ArmContext& context);
void addResourceGraphRoutes(Router& router, const ArmContext& context);
void addAccountRoutes(Router& router, const ArmContext& context);

// Handlers of what stands behind a resource's id; path is that of the whole request.
void answerPermissions(ArmCall& call);
void answerMetrics(ArmCall& call, const std::string& resourceId);
void answerMetricDefinitions(ArmCall& call, const std::string& resourceId);
void handleResource(ArmCall& call, const ArmPath& path);
/// POST {subscription}/listSecrets and its like. False when there is no such action.
[[nodiscard]] bool handleAction(ArmCall& call, const ArmPath& path);
/// {product}/apis and its like, which follow from other resources. False when the path is none of them.
[[nodiscard]] bool handleComputedList(ArmCall& call, const ArmPath& path);

} // namespace gatehouse::local
