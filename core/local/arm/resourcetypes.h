// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/local/arm/armcall.h"
#include "core/local/arm/resourcestore.h"

#include <optional>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// What a PUT or PATCH of one type is checked with before anything is stored. Gets the body as it would be
/// stored, may bring it into the form that the service stores (full ids, defaults), and answers what is wrong
/// with it.
struct ValidationContext
{
    const ResourceStore& resources;
    const std::string& id;
    std::string serviceId; ///< of the APIM service that the resource is in
    std::string createdAt; ///< ISO 8601, for what is new
};
using Validator = std::vector<ErrorDetail> (*)(Json& body, const ValidationContext& context);

/// What admins may do with a type.
enum class Writes { None, Patch, All };

/// Why a resource cannot be removed yet; "" when it can.
using RemovalGuard = std::string (*)(const ResourceStore& resources, const Resource& resource);

/// How a type behaves. The table is the whole difference between the types that the stack knows.
struct ResourceType
{
    std::string_view type; ///< in Azure's spelling
    bool entity =
        false; ///< APIM's rules of contracts §4.1: ETag header, If-Match on PATCH and DELETE, count in lists
    Writes writes = Writes::None;
    Validator validate = nullptr;
    RemovalGuard whyStays = nullptr;
};

/// Null for a type that the stack does not have. Types compare without case.
[[nodiscard]] const ResourceType* findResourceType(std::string_view type);

// validation.cpp: API Management
[[nodiscard]] std::vector<ErrorDetail> validateBackend(Json& body, const ValidationContext& context);
[[nodiscard]] std::vector<ErrorDetail> validateProduct(Json& body, const ValidationContext& context);
[[nodiscard]] std::vector<ErrorDetail> validateSubscription(Json& body, const ValidationContext& context);
[[nodiscard]] std::vector<ErrorDetail> validateApi(Json& body, const ValidationContext& context);
[[nodiscard]] std::vector<ErrorDetail> validatePolicy(Json& body, const ValidationContext& context);
[[nodiscard]] std::vector<ErrorDetail> validateFragment(Json& body, const ValidationContext& context);
[[nodiscard]] std::vector<ErrorDetail> validateDiagnostic(Json& body, const ValidationContext& context);
[[nodiscard]] std::string whyBackendStays(const ResourceStore& resources, const Resource& backend);
[[nodiscard]] std::string whyFragmentStays(const ResourceStore& resources, const Resource& fragment);

// namedvalues.cpp
[[nodiscard]] std::vector<ErrorDetail> validateNamedValue(Json& body, const ValidationContext& context);
[[nodiscard]] std::string whyNamedValueStays(const ResourceStore& resources, const Resource& namedValue);

// accountvalidation.cpp: Cognitive Services and diagnostic settings
[[nodiscard]] std::vector<ErrorDetail> validateAccount(Json& body, const ValidationContext& context);
[[nodiscard]] std::vector<ErrorDetail> validateDeployment(Json& body, const ValidationContext& context);
[[nodiscard]] std::vector<ErrorDetail> validateRaiPolicy(Json& body, const ValidationContext& context);
[[nodiscard]] std::vector<ErrorDetail> validateDiagnosticSetting(Json& body,
                                                                 const ValidationContext& context);
[[nodiscard]] std::string whyRaiPolicyStays(const ResourceStore& resources, const Resource& policy);

} // namespace gatehouse::local
