// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/arm/resourcestore.h"

#include <string>
#include <utility>
#include <vector>

namespace gatehouse::local {

// How seed.cpp and seedaccounts.cpp share the work of seedResources.

inline constexpr const char* CreatedAt = "2026-01-05T08:00:00Z";
inline constexpr const char* DiagnosticSettingType = "Microsoft.Insights/diagnosticSettings";

/// Gathers the resources, which are then stored at once.
struct Seeder
{
    std::vector<ResourceStore::New> items;

    void put(std::string id, std::string_view type, Json body)
    {
        items.push_back({std::move(id), std::string(type), std::move(body), false});
    }
    void properties(std::string id, std::string_view type, Json properties)
    {
        put(std::move(id), type, {{"properties", std::move(properties)}});
    }
};

// seedaccounts.cpp
void seedAccounts(Seeder& seeder);
void seedModels(Seeder& seeder);
void seedContentFilters(Seeder& seeder);
void seedAccountLogs(Seeder& seeder);

} // namespace gatehouse::local
