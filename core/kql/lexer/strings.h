// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::kql {

struct StringLiteral
{
    std::string value;      ///< decoded
    std::size_t length = 0; ///< bytes of source, quotes included
};

/// Whether the text begins with a quote or with h, @ or h@ before one.
[[nodiscard]] bool stringLiteralStarts(std::string_view text);
/// All forms of a KQL string: '…', "…" with backslash escapes, @'…' verbatim, ```…``` and ~~~…~~~ over
/// several lines, each with an h before it. Empty when the literal does not end.
[[nodiscard]] std::optional<StringLiteral> readStringLiteral(std::string_view text);

/// Appends the UTF-8 form of a code point; what is no code point becomes U+FFFD.
void appendUtf8(std::string& out, std::uint32_t codePoint);

} // namespace gatehouse::kql
