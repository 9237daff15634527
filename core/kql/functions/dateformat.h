// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace gatehouse::kql {

/// Whether format_datetime() and format_timespan() know all specifiers and separators of a pattern.
[[nodiscard]] bool isDateFormat(std::string_view pattern);
[[nodiscard]] bool isSpanFormat(std::string_view pattern);

} // namespace gatehouse::kql
