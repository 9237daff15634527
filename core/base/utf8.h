// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gatehouse {

/// Appends bytes as valid UTF-8: each maximal subpart of an ill-formed sequence becomes one U+FFFD, as the
/// WHATWG decoder does it (Encoding 8.1.1). A byte order mark is kept; nothing is normalised.
void appendValidUtf8(std::string& out, std::string_view bytes);
[[nodiscard]] std::string toValidUtf8(std::string_view bytes);
[[nodiscard]] bool isValidUtf8(std::string_view bytes);
/// Characters (code points) of well-formed text.
[[nodiscard]] std::size_t codePointCount(std::string_view text);

} // namespace gatehouse
