// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::gateway {

/// What is wrong with one field of a draft, before anything goes to the network.
struct FieldProblem
{
    std::string place; ///< as ARM names it: "pool.services[2].weight", "circuitBreaker.rules[0].tripDuration"
    std::string sentence;

    bool operator==(const FieldProblem&) const = default;
};

/// InvalidInput that names the first place.
[[nodiscard]] inline tl::unexpected<Error> refused(const std::vector<FieldProblem>& problems)
{
    return fail(Error::Kind::InvalidInput, problems.front().sentence,
                "Mend it at " + problems.front().place + ".");
}

/// A whole number within min..max, written in digits alone; nothing for anything else.
[[nodiscard]] std::optional<int> wholeNumber(std::string_view text, int min, int max);

} // namespace gatehouse::gateway
