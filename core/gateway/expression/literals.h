// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/expression/value.h"

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace gatehouse::gateway {

struct QuotedLiteral
{
    std::string value;      ///< UTF-8
    std::size_t length = 0; ///< bytes of the text with its quotes
};

/// Reads "…" with C#'s escapes, @"…" or '…' at the start of text. The error is a sentence.
[[nodiscard]] tl::expected<QuotedLiteral, std::string> readQuoted(std::string_view text);

struct NumberLiteral
{
    ExpressionValue value; ///< an int, else a long, or a double
    std::size_t length = 0;
};

struct NumberFault
{
    std::string text;   ///< a sentence, or, when known, what is not supported
    bool known = false; ///< proper C# that is not of the subset
};

/// Reads 1, 1L, 1.5, .5, 1e3, 1d at the start of text. A minus is not part of it, so 2147483648 is a long.
[[nodiscard]] tl::expected<NumberLiteral, NumberFault> readNumber(std::string_view text);

} // namespace gatehouse::gateway
