// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/policy/problem.h"

#include <tl/expected.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::local {

/// Puts each named value in the place of its {{name}} in the XML of a policy, as APIM does before it reads
/// the document; comments stay. An unknown name is a problem at its place.
[[nodiscard]] tl::expected<std::string, gateway::PolicyProblem>
withNamedValues(const std::string& xml,
                const std::function<std::optional<std::string>(std::string_view name)>& valueOf);

} // namespace gatehouse::local
