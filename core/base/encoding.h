// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse {

[[nodiscard]] std::string toBase64(std::string_view bytes);
/// URL-safe alphabet, no padding.
[[nodiscard]] std::string toBase64Url(std::string_view bytes);
/// Reads both alphabets, with or without padding. Empty when a byte is neither.
[[nodiscard]] std::optional<std::string> fromBase64(std::string_view text);

/// Lower-case hex.
[[nodiscard]] std::string toHex(std::string_view bytes);

/// RFC 3986: everything but unreserved characters is escaped; fit for a path segment, a query value or a
/// form.
[[nodiscard]] std::string percentEncode(std::string_view text);
/// plusIsSpace: form bodies and query strings write a space as "+". A broken escape is kept as it stands.
[[nodiscard]] std::string percentDecode(std::string_view text, bool plusIsSpace = false);

using FormFields = std::vector<std::pair<std::string, std::string>>;
/// application/x-www-form-urlencoded
[[nodiscard]] std::string encodeForm(const FormFields& fields);
[[nodiscard]] FormFields decodeForm(std::string_view body);

/// count bytes of the system's own randomness.
[[nodiscard]] std::string randomBytes(std::size_t count);
/// A random (version 4) GUID in lower case.
[[nodiscard]] std::string randomGuid();
/// 8-4-4-4-12 hex digits, either case.
[[nodiscard]] bool isGuid(std::string_view text);

/// ASCII only, which is what ARM ids, header names and KQL need.
[[nodiscard]] std::string toLower(std::string_view text);
[[nodiscard]] bool equalsIgnoreCase(std::string_view a, std::string_view b);

} // namespace gatehouse
