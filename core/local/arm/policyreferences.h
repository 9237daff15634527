// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/arm/resourcestore.h"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

// What the stored policy documents refer to. Elements in comments do not count; text that is no XML refers to
// nothing.

/// Policies and fragments that include this fragment.
[[nodiscard]] std::vector<ResourcePtr> documentsIncluding(const ResourceStore& resources,
                                                          std::string_view fragmentId);
/// Policies and fragments in whose text {{name}} stands.
[[nodiscard]] std::vector<ResourcePtr> documentsNaming(const ResourceStore& resources,
                                                       std::string_view displayName);

/// "the policy of products/ai-platform", "the fragment gatehouse-quotas": how a refusal names a document.
[[nodiscard]] std::string describeDocument(const Resource& document);

/// All policies, of every scope.
[[nodiscard]] std::vector<ResourcePtr> allPolicies(const ResourceStore& resources);

} // namespace gatehouse::local
