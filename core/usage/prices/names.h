// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::cost {

/// A model as price lists and logs name it, in one form: lower case, "-" between words, the date of its
/// version as month and day. "GPT-4o 2024-11-20", "gpt-4o-1120" → family "gpt-4o", version "1120".
struct ModelName
{
    std::string family;
    std::string version; ///< "" when the name says none

    [[nodiscard]] std::string text() const { return version.empty() ? family : family + "-" + version; }
    bool operator==(const ModelName&) const = default;
};
[[nodiscard]] ModelName modelName(std::string_view name);

/// "East US 2" → "eastus2"; "global" and "any" are "", which stands for all regions.
[[nodiscard]] std::string regionName(std::string_view name);

} // namespace gatehouse::cost
