// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// The part of OData that the lists of the stack understand: "field eq 'value'", joined by "and". Fields are
/// looked for in the properties and then in the resource itself; values compare without case.
struct ListFilter
{
    struct Term
    {
        std::string field;
        std::string value;
    };
    std::vector<Term> terms;

    [[nodiscard]] bool matches(const Json& resource) const;
};

/// Empty for anything else.
[[nodiscard]] std::optional<ListFilter> parseListFilter(std::string_view text);

/// One dimension of a metrics filter: "ModelDeploymentName eq '*'", or several values joined by "or".
struct DimensionFilter
{
    std::string dimension;
    std::vector<std::string> values; ///< "*" alone: every value
    bool negated = false;            ///< ne
};

/// "A eq 'x' and (B eq 'y' or B eq 'z')" (contracts §3.1). Empty for anything else; parentheses are optional.
[[nodiscard]] std::optional<std::vector<DimensionFilter>> parseDimensionFilter(std::string_view text);

} // namespace gatehouse::local
