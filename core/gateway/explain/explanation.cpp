// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/explain/explanation.h"

#include <array>

namespace gatehouse::gateway {

std::string_view toString(Certainty certainty)
{
    constexpr std::array<std::string_view, 3> Names = {"logged", "inferred", "unknown"};
    return Names.at(static_cast<std::size_t>(certainty));
}

std::string_view toString(NotTaken reason)
{
    constexpr std::array<std::string_view, 9> Names = {
        "unknown",  "open circuit",   "parked by Retry-After", "already tried",  "lower priority",
        "weight 0", "draw by weight", "lacks the deployment",  "not in the pool"};
    return Names.at(static_cast<std::size_t>(reason));
}

} // namespace gatehouse::gateway
