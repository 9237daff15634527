// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/parity/geography.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gatehouse::gateway {

namespace {

/// Sorted for the search.
constexpr std::array<std::pair<std::string_view, std::string_view>, 48> Geographies = {{
    {"australiaeast", "Australia"},
    {"australiasoutheast", "Australia"},
    {"austriaeast", "Austria"},
    {"brazilsouth", "Brazil"},
    {"canadacentral", "Canada"},
    {"canadaeast", "Canada"},
    {"centralindia", "India"},
    {"centralus", "United States"},
    {"chinaeast2", "China"},
    {"chinanorth3", "China"},
    {"eastasia", "Asia Pacific"},
    {"eastus", "United States"},
    {"eastus2", "United States"},
    {"francecentral", "France"},
    {"germanywestcentral", "Germany"},
    {"indonesiacentral", "Indonesia"},
    {"israelcentral", "Israel"},
    {"italynorth", "Italy"},
    {"japaneast", "Japan"},
    {"japanwest", "Japan"},
    {"koreacentral", "Korea"},
    {"malaysiawest", "Malaysia"},
    {"mexicocentral", "Mexico"},
    {"newzealandnorth", "New Zealand"},
    {"northcentralus", "United States"},
    {"northeurope", "Europe"},
    {"norwayeast", "Norway"},
    {"polandcentral", "Poland"},
    {"qatarcentral", "Qatar"},
    {"southafricanorth", "South Africa"},
    {"southcentralus", "United States"},
    {"southeastasia", "Asia Pacific"},
    {"southindia", "India"},
    {"spaincentral", "Spain"},
    {"swedencentral", "Sweden"},
    {"switzerlandnorth", "Switzerland"},
    {"switzerlandwest", "Switzerland"},
    {"uaenorth", "United Arab Emirates"},
    {"uksouth", "United Kingdom"},
    {"ukwest", "United Kingdom"},
    {"usgovarizona", "US Government"},
    {"usgovtexas", "US Government"},
    {"usgovvirginia", "US Government"},
    {"westcentralus", "United States"},
    {"westeurope", "Europe"},
    {"westus", "United States"},
    {"westus2", "United States"},
    {"westus3", "United States"},
}};

} // namespace

std::string geographyOf(std::string_view region)
{
    const auto found =
        std::lower_bound(Geographies.begin(), Geographies.end(), region,
                         [](const auto& entry, std::string_view name) { return entry.first < name; });
    return found != Geographies.end() && found->first == region ? std::string(found->second) : std::string();
}

} // namespace gatehouse::gateway
