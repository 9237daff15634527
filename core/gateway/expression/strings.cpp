// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/expression/strings.h"

#include "core/base/encoding.h"

#include <algorithm>

namespace gatehouse::gateway {

namespace {

std::string toUpper(std::string text)
{
    for (char& c : text) {
        if (c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

std::string trimmed(const std::string& text)
{
    constexpr const char* Space = " \t\r\n\v\f";
    const std::size_t begin = text.find_first_not_of(Space);
    if (begin == std::string::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(Space) + 1 - begin);
}

std::int32_t utf16Length(const std::string& text)
{
    std::int32_t units = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0U) != 0x80U)
            units += byte >= 0xF0 ? 2 : 1;
    }
    return units;
}

Computed splitItem(const std::string& text, const std::string& separator, const ExpressionValue& index)
{
    const auto* wanted = std::get_if<std::int32_t>(&index);
    if (wanted == nullptr)
        return tl::unexpected("An index must be an int, not " + typeName(index) + ".");
    std::size_t start = 0;
    for (std::int32_t at = 0; *wanted >= 0; ++at) {
        const std::size_t end = text.find(separator, start);
        if (at == *wanted)
            return ExpressionValue(text.substr(start, end - start));
        if (end == std::string::npos)
            break;
        start = end + separator.size();
    }
    return tl::unexpected("Split gives no part with the index " + std::to_string(*wanted) + ".");
}

Computed replaced(const std::string& text, const std::string& from, const ExpressionValue& with)
{
    if (from.empty())
        return tl::unexpected(std::string("Replace cannot look for an empty text."));
    const auto* by = std::get_if<std::string>(&with);
    if (by == nullptr && !isNull(with))
        return tl::unexpected("Replace takes strings, not " + typeName(with) + ".");
    std::string out;
    std::size_t start = 0;
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, start)) {
        out.append(text, start, at - start);
        if (by != nullptr)
            out += *by;
        if (out.size() > MaxExpressionString)
            return tl::unexpected(std::string("The text grows beyond 1 MiB."));
        start = at + from.size();
    }
    out.append(text, start);
    return ExpressionValue(std::move(out));
}

Computed compared(StringMethod method, std::string text, const ExpressionValue& argument, bool ignoreCase)
{
    const auto* given = std::get_if<std::string>(&argument);
    if (given == nullptr) {
        if (method == StringMethod::Equals)
            return ExpressionValue(false);
        return tl::unexpected(isNull(argument)
                                  ? std::string("The method was given null.")
                                  : "The method takes a string, not " + typeName(argument) + ".");
    }
    std::string other = *given;
    if (ignoreCase) {
        text = toLower(text);
        other = toLower(other);
    }
    switch (method) {
    case StringMethod::Equals:
        return ExpressionValue(text == other);
    case StringMethod::StartsWith:
        return ExpressionValue(text.starts_with(other));
    case StringMethod::EndsWith:
        return ExpressionValue(text.ends_with(other));
    default:
        return ExpressionValue(text.find(other) != std::string::npos);
    }
}

} // namespace

Computed callStringMethod(StringMethod method, const std::string& text,
                          const std::vector<ExpressionValue>& arguments, bool ignoreCase)
{
    switch (method) {
    case StringMethod::Equals:
    case StringMethod::StartsWith:
    case StringMethod::EndsWith:
    case StringMethod::Contains:
        return compared(method, text, arguments.at(0), ignoreCase);
    case StringMethod::ToLower:
        return ExpressionValue(toLower(text));
    case StringMethod::ToUpper:
        return ExpressionValue(toUpper(text));
    case StringMethod::Trim:
        return ExpressionValue(trimmed(text));
    case StringMethod::Length:
        return ExpressionValue(utf16Length(text));
    case StringMethod::SplitItem:
        return splitItem(text, std::get<std::string>(arguments.at(0)), arguments.at(1));
    case StringMethod::Replace: {
        const auto* from = std::get_if<std::string>(&arguments.at(0));
        if (from == nullptr)
            return tl::unexpected("Replace takes strings, not " + typeName(arguments.at(0)) + ".");
        return replaced(text, *from, arguments.at(1));
    }
    case StringMethod::ToString:
        return ExpressionValue(text);
    case StringMethod::IsNullOrEmpty:
        return ExpressionValue(text.empty());
    case StringMethod::ParseInt:
        break;
    }
    return parseInt(text);
}

} // namespace gatehouse::gateway
