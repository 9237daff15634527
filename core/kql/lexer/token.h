// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace gatehouse::kql {

/// A range of bytes of the query text.
struct Span
{
    std::size_t offset = 0;
    std::size_t length = 0;

    [[nodiscard]] std::size_t end() const { return offset + length; }
};

/// From the start of one to the end of the other.
[[nodiscard]] inline Span join(Span first, Span last)
{
    return {first.offset, last.end() - first.offset};
}

/// Line and column (both from 1) of a span in its text.
[[nodiscard]] TextPosition positionOf(std::string_view text, Span span);

enum class TokenKind : std::uint8_t {
    Identifier, ///< also keywords, hyphenated operator names and "in~"; KQL's keywords are contextual
    String,     ///< value holds the decoded text
    Long,
    Real,
    Timespan,     ///< 5m, 1.5h; value is the text
    TypedLiteral, ///< datetime(…), long(…), …: value is the text between the parentheses, type the word
                  ///< before
    Punctuation,
    End
};

struct Token
{
    TokenKind kind = TokenKind::End;
    Span span;
    std::string value; ///< of an identifier or punctuation its text
    std::string type;  ///< of a TypedLiteral, in lower case
    bool spaceBefore = false;

    [[nodiscard]] bool is(std::string_view text) const
    {
        return (kind == TokenKind::Identifier || kind == TokenKind::Punctuation) && value == text;
    }
};

} // namespace gatehouse::kql
