// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/utf8.h"
#include "core/kql/functions/json.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/functions/limits.h"
#include "core/kql/functions/text.h"
#include "core/kql/lexer/strings.h"
#include "core/kql/values.h"

#include <algorithm>
#include <array>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;

void appendNumbers(Evaluation& evaluation, Column& out, const std::vector<std::uint32_t>& numbers)
{
    std::string& json = evaluation.scratch;
    json = "[";
    for (const std::uint32_t number : numbers) {
        if (json.size() > 1)
            json += ',';
        appendInteger(json, number);
    }
    json += ']';
    out.appendText(json);
}

void codePoints(Evaluation& evaluation, Args args, Column& out)
{
    std::vector<std::uint32_t> points;
    for (std::size_t at = 0; at < args[0].text.size(); at += characterBytes(args[0].text, at))
        points.push_back(codePointAt(args[0].text, at));
    appendNumbers(evaluation, out, points);
}

void appendCodePoint(std::string& text, simdjson::dom::element value)
{
    std::int64_t point = -1;
    const bool number = value.get(point) == simdjson::SUCCESS;
    if (number && point > 0 && point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF))
        appendUtf8(text, static_cast<std::uint32_t>(point));
}

/// Numbers and arrays of numbers, in any mixture.
void fromCodePoints(Evaluation& evaluation, Args args, Column& out)
{
    std::string text;
    for (const Datum& arg : args) {
        const auto value = arg.null ? std::nullopt : evaluation.json().read(arg.text);
        if (value && value->is_array()) {
            for (const auto item : simdjson::dom::array(*value))
                appendCodePoint(text, item);
        } else if (value) {
            appendCodePoint(text, *value);
        }
    }
    out.appendText(std::string_view(text).substr(0, MaxText));
}

void isAscii(Evaluation&, Args args, Column& out)
{
    out.appendBool(std::all_of(args[0].text.begin(), args[0].text.end(),
                               [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
}
void isUtf8(Evaluation&, Args args, Column& out)
{
    out.appendBool(isValidUtf8(args[0].text));
}

// Punycode (RFC 3492) with its own names for the parameters.
constexpr std::uint32_t Base = 36;
constexpr std::uint32_t LowestThreshold = 1;
constexpr std::uint32_t HighestThreshold = 26;

std::uint32_t adapt(std::uint32_t delta, std::uint32_t points, bool first)
{
    delta = first ? delta / 700 : delta / 2;
    delta += delta / points;
    std::uint32_t k = 0;
    for (; delta > (Base - LowestThreshold) * HighestThreshold / 2; k += Base)
        delta /= Base - LowestThreshold;
    return k + (Base - LowestThreshold + 1) * delta / (delta + 38);
}
std::uint32_t threshold(std::uint32_t k, std::uint32_t bias)
{
    return k <= bias ? LowestThreshold : std::min(k - bias, HighestThreshold);
}

constexpr std::size_t LongestLabel = 1024; // the algorithm is quadratic

std::optional<std::string> toPunycode(std::string_view text)
{
    std::vector<std::uint32_t> points;
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += characterBytes(text, at)) {
        points.push_back(codePointAt(text, at));
        if (points.back() < 0x80)
            out += static_cast<char>(points.back());
    }
    if (points.size() > LongestLabel)
        return std::nullopt;
    const auto basic = static_cast<std::uint32_t>(out.size());
    std::uint32_t handled = basic;
    if (basic > 0)
        out += '-';
    std::uint32_t next = 0x80;
    std::uint32_t delta = 0;
    std::uint32_t bias = 72;
    for (; handled < points.size(); ++delta, ++next) {
        std::uint32_t smallest = UINT32_MAX;
        for (const std::uint32_t point : points) {
            if (point >= next)
                smallest = std::min(smallest, point);
        }
        delta += (smallest - next) * (handled + 1); // at most 0x10FFFF * 1025
        next = smallest;
        for (const std::uint32_t point : points) {
            delta += point < next ? 1 : 0;
            if (point != next)
                continue;
            std::uint32_t rest = delta;
            for (std::uint32_t k = Base;; k += Base) {
                const std::uint32_t limit = threshold(k, bias);
                const std::uint32_t digit = rest < limit ? rest : limit + (rest - limit) % (Base - limit);
                out += static_cast<char>(digit < 26 ? 'a' + digit : '0' + digit - 26);
                if (rest < limit)
                    break;
                rest = (rest - limit) / (Base - limit);
            }
            bias = adapt(delta, handled + 1, handled == basic);
            delta = 0;
            ++handled;
        }
    }
    return out;
}

std::optional<std::string> fromPunycode(std::string_view text)
{
    const std::size_t dash = text.rfind('-');
    std::vector<std::uint32_t> points;
    for (std::size_t i = 0; dash != std::string_view::npos && i < dash; ++i)
        points.push_back(static_cast<unsigned char>(text[i]));
    std::size_t at = dash == std::string_view::npos ? 0 : dash + 1;
    std::uint64_t next = 0x80;
    std::uint64_t index = 0;
    std::uint32_t bias = 72;
    while (at < text.size() && points.size() < LongestLabel) {
        const std::uint64_t before = index;
        std::uint64_t weight = 1;
        for (std::uint32_t k = Base;; k += Base) {
            if (at >= text.size())
                return std::nullopt;
            const char c = text[at++];
            const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && (c < '0' || c > '9'))
                return std::nullopt;
            const std::uint32_t digit = letter ? static_cast<std::uint32_t>((c | 0x20) - 'a')
                                               : static_cast<std::uint32_t>(c - '0') + 26;
            index += digit * weight;
            const std::uint32_t limit = threshold(k, bias);
            if (digit < limit)
                break;
            weight *= Base - limit;
            if (index > UINT32_MAX || weight > UINT32_MAX)
                return std::nullopt;
        }
        const auto size = static_cast<std::uint32_t>(points.size() + 1);
        bias = adapt(static_cast<std::uint32_t>(index - before), size, before == 0);
        next += index / size;
        index %= size;
        if (next > 0x10FFFF || (next >= 0xD800 && next <= 0xDFFF))
            return std::nullopt;
        points.insert(points.begin() + static_cast<std::ptrdiff_t>(index++),
                      static_cast<std::uint32_t>(next));
    }
    std::string out;
    for (const std::uint32_t point : points)
        appendUtf8(out, point);
    return out;
}

/// A domain's labels: those that are not ASCII, or start with "xn--", are converted.
template <bool Decode>
std::optional<std::string> convertDomain(std::string_view domain)
{
    std::string out;
    for (std::size_t at = 0; at <= domain.size();) {
        const std::size_t end = std::min(domain.find('.', at), domain.size());
        const std::string_view label = domain.substr(at, end - at);
        const bool ascii = std::all_of(label.begin(), label.end(),
                                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
        out += at > 0 ? "." : "";
        if (Decode ? !label.starts_with("xn--") : ascii) {
            out += label;
        } else {
            const auto converted = Decode ? fromPunycode(label.substr(4)) : toPunycode(label);
            if (!converted)
                return std::nullopt;
            out += (Decode ? "" : "xn--") + *converted;
        }
        at = end + 1;
    }
    return out;
}

template <std::optional<std::string> (*Convert)(std::string_view)>
void punycode(Evaluation&, Args args, Column& out)
{
    out.appendText(Convert(args[0].text).value_or(""));
}

const std::array UnicodeFunctions = {
    FunctionSpec{"unicode_codepoints_from_string", "s", 'j', codePoints},
    FunctionSpec{"to_utf8", "s", 'j', codePoints},
    FunctionSpec{"unicode_codepoints_to_string", "J+", 's', fromCodePoints},
    FunctionSpec{"make_string", "J+", 's', fromCodePoints},
    FunctionSpec{"isascii", "s", 'b', isAscii},
    FunctionSpec{"isutf8", "s", 'b', isUtf8},
    FunctionSpec{"punycode_from_string", "s", 's', punycode<toPunycode>},
    FunctionSpec{"punycode_to_string", "s", 's', punycode<fromPunycode>},
    FunctionSpec{"punycode_domain_from_string", "s", 's', punycode<convertDomain<false>>},
    FunctionSpec{"punycode_domain_to_string", "s", 's', punycode<convertDomain<true>>},
};

} // namespace

std::span<const FunctionSpec> unicodeFunctions()
{
    return UnicodeFunctions;
}

} // namespace gatehouse::kql
