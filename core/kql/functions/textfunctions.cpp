// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/json.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/functions/limits.h"
#include "core/kql/functions/text.h"
#include "core/kql/values.h"

#include <algorithm>
#include <array>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;

void strcat(Evaluation& evaluation, Args args, Column& out)
{
    std::string& text = evaluation.scratch;
    text.clear();
    for (const Datum& part : args)
        text += part.text;
    out.appendText(std::string_view(text).substr(0, MaxText));
}

void strcatDelimited(Evaluation& evaluation, Args args, Column& out)
{
    std::string& text = evaluation.scratch;
    text.clear();
    for (std::size_t i = 1; i < args.size(); ++i) {
        if (i > 1)
            text += args[0].text;
        text += args[i].text;
    }
    out.appendText(std::string_view(text).substr(0, MaxText));
}

void strlen(Evaluation&, Args args, Column& out)
{
    out.appendInteger(static_cast<std::int64_t>(codePointCount(args[0].text)));
}
void stringSize(Evaluation&, Args args, Column& out)
{
    out.appendInteger(static_cast<std::int64_t>(args[0].text.size()));
}

void substring(Evaluation&, Args args, Column& out)
{
    std::string_view text = args[0].text;
    std::int64_t start = args[1].integer;
    if (start < 0)
        start = std::max<std::int64_t>(static_cast<std::int64_t>(codePointCount(text)) + start, 0);
    text.remove_prefix(offsetOfCharacter(text, start));
    if (args.size() > 2)
        text = text.substr(0, args[2].integer <= 0 ? 0 : offsetOfCharacter(text, args[2].integer));
    out.appendText(text);
}

void toLowerText(Evaluation& evaluation, Args args, Column& out)
{
    foldCase(args[0].text, evaluation.scratch);
    out.appendText(evaluation.scratch);
}
void toUpperText(Evaluation& evaluation, Args args, Column& out)
{
    upperCase(args[0].text, evaluation.scratch);
    out.appendText(evaluation.scratch);
}

void reverse(Evaluation& evaluation, Args args, Column& out)
{
    std::string& text = evaluation.scratch;
    text.clear();
    std::size_t end = args[0].text.size();
    while (end > 0) {
        std::size_t start = end - 1;
        while (start > 0 && end - start < 4 &&
               (static_cast<unsigned char>(args[0].text[start]) & 0xC0U) == 0x80U)
            --start;
        text += args[0].text.substr(start, end - start);
        end = start;
    }
    out.appendText(text);
}

void replaceString(Evaluation& evaluation, Args args, Column& out)
{
    const std::string_view text = args[0].text;
    const std::string_view what = args[1].text;
    std::string& result = evaluation.scratch;
    result.clear();
    std::size_t at = 0;
    while (!what.empty() && result.size() < MaxText) {
        const std::size_t found = text.find(what, at);
        if (found == std::string_view::npos)
            break;
        result += text.substr(at, found - at);
        result += args[2].text;
        at = found + what.size();
    }
    result += text.substr(at);
    out.appendText(std::string_view(result).substr(0, MaxText));
}

void split(Evaluation& evaluation, Args args, Column& out)
{
    const std::string_view text = args[0].text;
    const std::string_view by = args[1].text;
    std::vector<std::string_view> parts;
    std::size_t at = 0;
    while (!by.empty()) {
        const std::size_t found = text.find(by, at);
        if (found == std::string_view::npos)
            break;
        parts.push_back(text.substr(at, found - at));
        at = found + by.size();
    }
    parts.push_back(text.substr(at));
    std::string& json = evaluation.scratch;
    json = "[";
    if (args.size() > 2) {
        const auto index = static_cast<std::size_t>(args[2].integer);
        if (args[2].integer < 0 || index >= parts.size()) {
            out.appendText("[]");
            return;
        }
        parts = {parts[index]};
    }
    for (const std::string_view part : parts) {
        if (json.size() > 1)
            json += ',';
        appendJsonString(json, part);
    }
    json += ']';
    out.appendText(json);
}

void indexOfText(Evaluation&, Args args, Column& out)
{
    const std::string_view text = args[0].text;
    if (args[1].text.empty()) {
        out.appendNull();
        return;
    }
    std::int64_t start = args.size() > 2 ? args[2].integer : 0;
    const auto length = static_cast<std::int64_t>(codePointCount(text));
    if (start < 0)
        start = std::max<std::int64_t>(0, length + start);
    std::size_t at = offsetOfCharacter(text, start);
    std::int64_t occurrence = args.size() > 4 ? args[4].integer : 1;
    std::size_t found = std::string_view::npos;
    while (occurrence-- > 0) {
        found = text.find(args[1].text, at);
        if (found == std::string_view::npos)
            break;
        at = found + 1;
    }
    if (found == std::string_view::npos) {
        out.appendInteger(-1);
        return;
    }
    const auto position = static_cast<std::int64_t>(codePointCount(text.substr(0, found)));
    const bool beyond = args.size() > 3 && args[3].integer >= 0 && position >= start + args[3].integer;
    out.appendInteger(beyond ? -1 : position);
}

void countOf(Evaluation&, Args args, Column& out)
{
    std::int64_t count = 0;
    for (std::size_t at = args[0].text.find(args[1].text);
         at != std::string_view::npos && !args[1].text.empty(); at = args[0].text.find(args[1].text, at + 1))
        ++count;
    out.appendInteger(count);
}

void repeatText(Evaluation& evaluation, Args args, Column& out)
{
    std::string& text = evaluation.scratch;
    text.clear();
    const std::int64_t times = std::min<std::int64_t>(args[1].integer, 1024); // the service's own bound
    for (std::int64_t i = 0; i < times && text.size() < MaxText; ++i) {
        if (i > 0 && args.size() > 2)
            text += args[2].text;
        text += args[0].text;
    }
    out.appendText(std::string_view(text).substr(0, MaxText));
}

void compare(Evaluation&, Args args, Column& out)
{
    const int order = args[0].text.compare(args[1].text);
    out.appendInteger(order < 0 ? -1 : order > 0 ? 1 : 0);
}

void strcatArray(Evaluation& evaluation, Args args, Column& out)
{
    std::string& text = evaluation.scratch;
    text.clear();
    const auto array = evaluation.json().read(args[0].text);
    if (array && array->is_array()) {
        bool first = true;
        for (const auto item : simdjson::dom::array(*array)) {
            if (!first)
                text += args[1].text;
            first = false;
            appendDynamicText(text, item);
        }
    }
    out.appendText(text);
}

void toHexText(Evaluation& evaluation, Args args, Column& out)
{
    constexpr std::string_view Hex = "0123456789abcdef";
    std::string& text = evaluation.scratch;
    text.clear();
    auto value = static_cast<std::uint64_t>(args[0].integer);
    do {
        text.insert(text.begin(), Hex[value & 0xFU]);
        value >>= 4U;
    } while (value != 0);
    while (args.size() > 1 &&
           static_cast<std::int64_t>(text.size()) < std::min<std::int64_t>(args[1].integer, 64))
        text.insert(text.begin(), '0');
    out.appendText(text);
}

const std::array TextFunctions = {
    FunctionSpec{"strcat", "S+", 's', strcat},
    FunctionSpec{"strcat_delim", "sS+", 's', strcatDelimited},
    FunctionSpec{"strcat_array", "js", 's', strcatArray},
    FunctionSpec{"strlen", "s", 'l', strlen, nullptr, Strict},
    FunctionSpec{"string_size", "s", 'l', stringSize, nullptr, Strict},
    FunctionSpec{"substring", "sl|l", 's', substring},
    FunctionSpec{"tolower", "s", 's', toLowerText},
    FunctionSpec{"toupper", "s", 's', toUpperText},
    FunctionSpec{"reverse", "S", 's', reverse},
    FunctionSpec{"replace_string", "sss", 's', replaceString},
    FunctionSpec{"split", "ss|l", 'j', split},
    FunctionSpec{"indexof", "SS|lll", 'l', indexOfText, nullptr, Strict},
    FunctionSpec{"countof", "ss", 'l', countOf, nullptr, Strict},
    FunctionSpec{"strrep", "Sl|s", 's', repeatText},
    FunctionSpec{"strcmp", "ss", 'l', compare, nullptr, Strict},
    FunctionSpec{"tohex", "l|l", 's', toHexText, nullptr, Strict},
};

} // namespace

std::span<const FunctionSpec> textFunctions()
{
    return TextFunctions;
}

} // namespace gatehouse::kql
