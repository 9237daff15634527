// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/azure/regions.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gatehouse::azure {

namespace {

/// Where Azure OpenAI is offered, by location; sorted for the search.
constexpr std::array<std::pair<std::string_view, std::string_view>, 44> Regions = {{
    {"australiaeast", "Australia East"},
    {"austriaeast", "Austria East"},
    {"brazilsouth", "Brazil South"},
    {"canadacentral", "Canada Central"},
    {"canadaeast", "Canada East"},
    {"centralindia", "Central India"},
    {"centralus", "Central US"},
    {"chinaeast2", "China East 2"},
    {"chinanorth3", "China North 3"},
    {"eastasia", "East Asia"},
    {"eastus", "East US"},
    {"eastus2", "East US 2"},
    {"francecentral", "France Central"},
    {"germanywestcentral", "Germany West Central"},
    {"indonesiacentral", "Indonesia Central"},
    {"israelcentral", "Israel Central"},
    {"italynorth", "Italy North"},
    {"japaneast", "Japan East"},
    {"japanwest", "Japan West"},
    {"jioindiawest", "Jio India West"},
    {"koreacentral", "Korea Central"},
    {"malaysiawest", "Malaysia West"},
    {"mexicocentral", "Mexico Central"},
    {"newzealandnorth", "New Zealand North"},
    {"northcentralus", "North Central US"},
    {"northeurope", "North Europe"},
    {"norwayeast", "Norway East"},
    {"polandcentral", "Poland Central"},
    {"qatarcentral", "Qatar Central"},
    {"southafricanorth", "South Africa North"},
    {"southcentralus", "South Central US"},
    {"southeastasia", "Southeast Asia"},
    {"southindia", "South India"},
    {"spaincentral", "Spain Central"},
    {"swedencentral", "Sweden Central"},
    {"switzerlandnorth", "Switzerland North"},
    {"switzerlandwest", "Switzerland West"},
    {"uaenorth", "UAE North"},
    {"uksouth", "UK South"},
    {"usgovarizona", "USGov Arizona"},
    {"usgovvirginia", "USGov Virginia"},
    {"westeurope", "West Europe"},
    {"westus", "West US"},
    {"westus3", "West US 3"},
}};

} // namespace

std::string regionName(std::string_view location)
{
    const auto* const found =
        std::lower_bound(Regions.begin(), Regions.end(), location,
                         [](const auto& entry, std::string_view name) { return entry.first < name; });
    return std::string(found != Regions.end() && found->first == location ? found->second : location);
}

} // namespace gatehouse::azure
