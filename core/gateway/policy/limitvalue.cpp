// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/policy/limitvalue.h"

#include "core/gateway/policy/xmltext.h"

#include <charconv>

namespace gatehouse::gateway {

namespace {

std::optional<std::int64_t> wholeNumber(std::string_view text)
{
    text = withoutBlanks(text);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool isWhole = error == std::errc() && end == text.data() + text.size();
    return isWhole ? std::optional(number) : std::nullopt;
}

bool namesValue(std::string_view text)
{
    const std::size_t open = text.find("{{");
    return open != std::string_view::npos && text.find("}}", open + 2) != std::string_view::npos;
}

} // namespace

LimitValue LimitValue::of(std::int64_t number)
{
    return {Kind::Number, std::to_string(number)};
}

LimitValue LimitValue::of(std::string_view text)
{
    Kind kind = Kind::Text;
    if (isWholeExpression(text))
        kind = Kind::Expression;
    else if (namesValue(text))
        kind = Kind::NamedValue;
    else if (wholeNumber(text))
        kind = Kind::Number;
    return {kind, std::string(text)};
}

std::optional<std::int64_t> LimitValue::number() const
{
    return kind == Kind::Number ? wholeNumber(text) : std::nullopt;
}

} // namespace gatehouse::gateway
