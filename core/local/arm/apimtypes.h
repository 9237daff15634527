// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace gatehouse::local {

/// Types of API Management's resources, in Azure's spelling.
inline constexpr std::string_view BackendType = "Microsoft.ApiManagement/service/backends";
inline constexpr std::string_view SubscriptionType = "Microsoft.ApiManagement/service/subscriptions";
inline constexpr std::string_view FragmentType = "Microsoft.ApiManagement/service/policyFragments";

} // namespace gatehouse::local
