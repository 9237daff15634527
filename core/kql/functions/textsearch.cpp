// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/json.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/functions/limits.h"
#include "core/kql/functions/text.h"
#include "core/kql/values.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;

/// The texts of a dynamic array, each value as tostring() has it.
std::vector<std::string> textsOf(Evaluation& evaluation, const Datum& value)
{
    std::vector<std::string> texts;
    const auto array = value.null ? std::nullopt : evaluation.json().read(value.text);
    if (array && array->is_array()) {
        for (const auto item : simdjson::dom::array(*array))
            appendDynamicText(texts.emplace_back(), item);
    }
    return texts;
}

/// The same for replacements, of which only texts count.
std::vector<std::optional<std::string>> rewritesOf(Evaluation& evaluation, const Datum& value)
{
    std::vector<std::optional<std::string>> rewrites;
    const auto array = value.null ? std::nullopt : evaluation.json().read(value.text);
    if (array && array->is_array()) {
        for (const auto item : simdjson::dom::array(*array)) {
            std::string_view text;
            const bool isText = item.get(text) == simdjson::SUCCESS;
            rewrites.push_back(isText ? std::optional<std::string>(text) : std::nullopt);
        }
    }
    return rewrites;
}

void hasAnyIndex(Evaluation& evaluation, Args args, Column& out)
{
    const auto wanted = textsOf(evaluation, args[1]);
    std::string text;
    foldCase(args[0].text, text);
    std::string term;
    std::int64_t index = 0;
    for (const std::string& item : wanted) {
        if (isStopping(evaluation))
            break;
        foldCase(item, term);
        if (hasWholeTerm(text, term)) {
            out.appendInteger(index);
            return;
        }
        ++index;
    }
    out.appendInteger(-1);
}

/// A stretch of text; what came from a replacement is not searched again.
struct Stretch
{
    std::string text;
    bool done = false;
};

std::vector<Stretch> replaceIn(std::vector<Stretch> stretches, const std::string& what,
                               const std::string& with)
{
    std::vector<Stretch> result;
    for (Stretch& stretch : stretches) {
        std::size_t from = 0;
        for (std::size_t at = stretch.done ? std::string::npos : stretch.text.find(what);
             at != std::string::npos; at = stretch.text.find(what, from)) {
            if (at > from)
                result.push_back({stretch.text.substr(from, at - from), false});
            result.push_back({with, true});
            from = at + what.size();
        }
        if (from == 0)
            result.push_back(std::move(stretch));
        else if (from < stretch.text.size())
            result.push_back({stretch.text.substr(from), false});
    }
    return result;
}

/// The first of the lookups goes first, wherever it stands. One whose replacement is no text stays, and keeps
/// what it covers from the others.
void replaceStrings(Evaluation& evaluation, Args args, Column& out)
{
    const auto lookups = textsOf(evaluation, args[1]);
    const auto rewrites = rewritesOf(evaluation, args[2]);
    std::vector<Stretch> stretches = {{std::string(args[0].text), false}};
    for (std::size_t i = 0; i < lookups.size() && !isStopping(evaluation); ++i) {
        if (lookups[i].empty())
            continue;
        const auto rewrite = i < rewrites.size() ? rewrites[i] : std::optional<std::string>("");
        stretches = replaceIn(std::move(stretches), lookups[i], rewrite.value_or(lookups[i]));
    }
    std::string& text = evaluation.scratch;
    text.clear();
    for (const Stretch& stretch : stretches) {
        if (text.size() < MaxText)
            text += stretch.text;
    }
    out.appendText(std::string_view(text).substr(0, MaxText));
}

/// indexof_regex(text, regex [, start, length, occurrence]), counted in characters.
void indexOfRegex(Evaluation& evaluation, Args args, Column& out)
{
    const re2::RE2* regex = evaluation.regex(args[1].text);
    const auto option = [&](std::size_t i, std::int64_t otherwise) {
        return args.size() > i ? args[i].integer : otherwise;
    };
    const std::string_view text = args[0].text;
    const auto size = static_cast<std::int64_t>(codePointCount(text));
    const std::int64_t start = std::min(option(2, 0), size);
    const std::int64_t length = option(3, -1);
    std::int64_t occurrence = option(4, 1);
    if (regex == nullptr || start < 0 || occurrence < 1 || length < -1) {
        out.appendNull();
        return;
    }
    std::size_t at = offsetOfCharacter(text, start);
    const std::size_t end =
        length < 0 || length > size - start ? text.size() : offsetOfCharacter(text, start + length);
    re2::StringPiece found;
    while (at <= end && !isStopping(evaluation) &&
           regex->Match({text.data(), text.size()}, at, end, re2::RE2::UNANCHORED, &found, 1)) {
        const auto place = static_cast<std::size_t>(found.data() - text.data());
        if (--occurrence == 0) {
            out.appendInteger(static_cast<std::int64_t>(codePointCount(text.substr(0, place))));
            return;
        }
        at = place + std::max<std::size_t>(found.size(), 1);
    }
    out.appendInteger(-1);
}

std::vector<std::string_view> charactersOf(std::string_view text)
{
    std::vector<std::string_view> characters;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t bytes = characterBytes(text, at);
        characters.push_back(text.substr(at, bytes));
        at += bytes;
    }
    return characters;
}

/// translate(search, replacements, text): a list that is too short goes on with its last character; an empty
/// one removes.
void translate(Evaluation& evaluation, Args args, Column& out)
{
    const auto search = charactersOf(args[0].text);
    const auto replacements = charactersOf(args[1].text);
    std::string& text = evaluation.scratch;
    text.clear();
    constexpr std::size_t MostSearched = 4096; // each character is looked for in the whole list
    for (const std::string_view character : charactersOf(args[2].text)) {
        const auto end = search.begin() + static_cast<std::ptrdiff_t>(std::min(search.size(), MostSearched));
        const auto found = std::find(search.begin(), end, character);
        if (found == end)
            text += character;
        else if (!replacements.empty())
            text += replacements[std::min<std::size_t>(static_cast<std::size_t>(found - search.begin()),
                                                       replacements.size() - 1)];
    }
    out.appendText(std::string_view(text).substr(0, MaxText));
}

/// format_bytes(value [, digits [, unit [, base]]])
void formatBytes(Evaluation&, Args args, Column& out)
{
    constexpr std::array<std::string_view, 7> Units = {"Bytes", "KB", "MB", "GB", "TB", "PB", "EB"};
    const std::int64_t digits = args.size() > 1 ? std::clamp<std::int64_t>(args[1].integer, 0, 15) : 0;
    const double base = args.size() > 3 && args[3].integer == 10 ? 1000 : 1024;
    std::size_t unit = 0;
    double value = args[0].real;
    if (args.size() > 2 && !args[2].text.empty()) {
        const auto wanted = std::find(Units.begin(), Units.end(), args[2].text);
        if (wanted == Units.end()) {
            out.appendText("");
            return;
        }
        unit = static_cast<std::size_t>(wanted - Units.begin());
        value /= std::pow(base, static_cast<double>(unit));
    } else {
        for (; std::fabs(value) >= base && unit + 1 < Units.size(); ++unit)
            value /= base;
    }
    const double scale = std::pow(10.0, static_cast<double>(digits));
    std::string number = decimalFromReal(std::round(value * scale) / scale);
    out.appendText(number + ' ' + std::string(Units.at(unit)));
}

const std::array TextSearchFunctions = {
    FunctionSpec{"has_any_index", "sj", 'l', hasAnyIndex},
    FunctionSpec{"replace_strings", "sjj", 's', replaceStrings},
    FunctionSpec{"indexof_regex", "Ss|lll", 'l', indexOfRegex, nullptr, Strict},
    FunctionSpec{"translate", "sss", 's', translate},
    FunctionSpec{"format_bytes", "r|lsl", 's', formatBytes},
};

} // namespace

std::span<const FunctionSpec> textSearchFunctions()
{
    return TextSearchFunctions;
}

} // namespace gatehouse::kql
