// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::kql {

/// A pattern as RE2 understands it as the service does: \d, \w and \s mean Unicode, and a group is named with
/// (?<name>…) too.
[[nodiscard]] std::string toRe2(std::string_view pattern);

} // namespace gatehouse::kql
