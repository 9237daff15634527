// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/http/headers.h"

#include <chrono>
#include <optional>

namespace gatehouse::http {

/// No service may make us wait longer than this at once.
inline constexpr std::chrono::milliseconds LongestRetryAfter = std::chrono::hours(1);

/// What the service asked for, 0 … LongestRetryAfter: retry-after-ms or x-ms-retry-after-ms, as Azure's own
/// clients prefer them since they are exact; else the longest of Retry-After (seconds or an HTTP date, one or
/// several fields) and Cost Management's own x-ms-ratelimit-microsoft.costmanagement-*-retry-after (contracts
/// §8.4). Empty when none of them is there
/// or can be read; a negative number or words are no wish.
[[nodiscard]] std::optional<std::chrono::milliseconds> retryAfterOf(const Headers& headers, DateTime now);

/// The three date forms of RFC 9110 §5.6.7.
[[nodiscard]] std::optional<DateTime> parseHttpDate(std::string_view text);

} // namespace gatehouse::http
