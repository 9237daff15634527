// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/gateway/expression/value.h"

#include <string_view>
#include <vector>

namespace gatehouse::gateway {

/// A range of bytes of the expression's text.
struct ExpressionSpan
{
    std::size_t offset = 0;
    std::size_t length = 0;

    [[nodiscard]] std::size_t end() const { return offset + length; }
};

struct ExpressionToken
{
    enum class Kind {
        Identifier,
        Number,    ///< value is an int, long or double
        String,    ///< value is its decoded text
        Character, ///< value is its decoded text, one UTF-16 unit long
        Operator,
        End
    };
    Kind kind = Kind::End;
    ExpressionSpan span;
    std::string_view text; ///< as written; a view into what was lexed
    ExpressionValue value;

    [[nodiscard]] bool is(std::string_view op) const { return kind == Kind::Operator && text == op; }
    [[nodiscard]] bool isWord(std::string_view word) const
    {
        return kind == Kind::Identifier && text == word;
    }
};

/// InvalidInput with its place in the text.
[[nodiscard]] Error expressionError(std::string message, std::string_view text, ExpressionSpan span);
/// "“%” is not supported by the embedded gateway."
[[nodiscard]] Error unsupported(std::string_view what, std::string_view text, ExpressionSpan span);

/// Cuts C# into tokens; comments and white space go. The tokens cover text from begin to its end and their
/// spans count from the start of text. The last token is End. Literals that C# knows and we do not (decimal,
/// float, unsigned, interpolated strings) are refused by name.
[[nodiscard]] Result<std::vector<ExpressionToken>> tokenizeExpression(std::string_view text,
                                                                      std::size_t begin);

} // namespace gatehouse::gateway
