// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/json.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/functions/limits.h"
#include "core/kql/functions/text.h"
#include "core/kql/values.h"

#include <array>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;

re2::StringPiece piece(std::string_view text)
{
    return {text.data(), text.size()};
}

/// The groups of the first match from an offset, group 0 first; empty when there is none.
std::vector<re2::StringPiece> match(const re2::RE2& regex, std::string_view text, std::size_t from)
{
    std::vector<re2::StringPiece> groups(static_cast<std::size_t>(regex.NumberOfCapturingGroups()) + 1);
    if (!regex.Match(piece(text), from, text.size(), re2::RE2::UNANCHORED, groups.data(),
                     static_cast<int>(groups.size())))
        return {};
    return groups;
}

/// extract(regex, group, text [, typeof])
void extract(Evaluation& evaluation, Args args, Column& out)
{
    const re2::RE2* regex = evaluation.regex(args[0].text);
    if (regex == nullptr) {
        out.appendNull();
        return;
    }
    const auto groups = match(*regex, args[2].text, 0);
    const auto index = static_cast<std::size_t>(args[1].integer);
    if (args[1].integer < 0 || index >= groups.size())
        out.appendText("");
    else
        out.appendText({groups[index].data() == nullptr ? "" : groups[index].data(), groups[index].size()});
}

void extractAll(Evaluation& evaluation, Args args, Column& out)
{
    const re2::RE2* regex = evaluation.regex(args[0].text);
    const std::string_view text = args.back().text;
    if (regex == nullptr) {
        out.appendNull();
        return;
    }
    std::string& json = evaluation.scratch;
    json = "[";
    std::size_t at = 0;
    while (at <= text.size() && !isStopping(evaluation)) {
        const auto groups = match(*regex, text, at);
        if (groups.empty())
            break;
        if (json.size() > 1)
            json += ',';
        const std::size_t captures = groups.size() - 1;
        if (captures > 1)
            json += '[';
        for (std::size_t g = captures == 0 ? 0 : 1; g <= captures; ++g) {
            if (g > 1)
                json += ',';
            appendJsonString(json, {groups[g].data() == nullptr ? "" : groups[g].data(), groups[g].size()});
        }
        if (captures > 1)
            json += ']';
        const auto end = static_cast<std::size_t>(groups[0].data() - text.data()) + groups[0].size();
        at = groups[0].empty() ? end + 1 : end;
    }
    json += ']';
    if (json == "[]")
        out.appendNull();
    else
        out.appendText(json);
}

/// extract_all(regex, dynamic([groups]), text): only the groups named, by number or name.
void extractAllOf(Evaluation& evaluation, Args args, Column& out)
{
    const re2::RE2* regex = evaluation.regex(args[0].text);
    const auto wanted = evaluation.json().read(args[1].text);
    if (regex == nullptr || !wanted || !wanted->is_array()) {
        out.appendNull();
        return;
    }
    std::vector<std::size_t> groups;
    for (const auto item : simdjson::dom::array(*wanted)) {
        std::int64_t number = 0;
        std::string_view name;
        if (item.get(number) == simdjson::SUCCESS && number >= 0 &&
            number <= regex->NumberOfCapturingGroups())
            groups.push_back(static_cast<std::size_t>(number));
        else if (item.get(name) == simdjson::SUCCESS &&
                 regex->NamedCapturingGroups().contains(std::string(name)))
            groups.push_back(static_cast<std::size_t>(regex->NamedCapturingGroups().at(std::string(name))));
    }
    std::string& json = evaluation.scratch;
    json = "[";
    const std::string_view text = args[2].text;
    for (std::size_t at = 0; at <= text.size() && !isStopping(evaluation);) {
        const auto found = match(*regex, text, at);
        if (found.empty())
            break;
        json += json.size() > 1 ? "," : "";
        json += groups.size() > 1 ? "[" : "";
        for (std::size_t g = 0; g < groups.size(); ++g) {
            json += g > 0 ? "," : "";
            const re2::StringPiece& part = found[groups[g]];
            appendJsonString(json, {part.data() == nullptr ? "" : part.data(), part.size()});
        }
        json += groups.size() > 1 ? "]" : "";
        const auto end = static_cast<std::size_t>(found[0].data() - text.data()) + found[0].size();
        at = found[0].empty() ? end + 1 : end;
    }
    json += ']';
    if (json == "[]")
        out.appendNull();
    else
        out.appendText(json);
}

/// \0 … \9 in the rewrite stand for the groups of the match.
void appendRewrite(std::string& text, std::string_view rewrite, const std::vector<re2::StringPiece>& groups)
{
    for (std::size_t i = 0; i < rewrite.size(); ++i) {
        const char next = i + 1 < rewrite.size() ? rewrite[i + 1] : '\0';
        if (rewrite[i] != '\\' || (next != '\\' && (next < '0' || next > '9'))) {
            text += rewrite[i];
            continue;
        }
        ++i;
        const auto group = static_cast<std::size_t>(next - '0');
        if (next == '\\')
            text += next;
        else if (group < groups.size() && groups[group].data() != nullptr)
            text.append(groups[group].data(), groups[group].size());
    }
}

void replaceRegex(Evaluation& evaluation, Args args, Column& out)
{
    const re2::RE2* regex = evaluation.regex(args[1].text);
    const std::string_view source = args[0].text;
    std::string& text = evaluation.scratch;
    text.clear();
    std::size_t done = 0; // what stands before it is in text
    for (std::size_t at = 0;
         regex != nullptr && at <= source.size() && text.size() < MaxText && !isStopping(evaluation);) {
        const auto groups = match(*regex, source, at);
        if (groups.empty())
            break;
        const auto start = static_cast<std::size_t>(groups[0].data() - source.data());
        text += source.substr(done, start - done);
        appendRewrite(text, args[2].text, groups);
        done = start + groups[0].size();
        at = groups[0].empty() ? done + (done < source.size() ? characterBytes(source, done) : 1) : done;
    }
    text += source.substr(done);
    out.appendText(std::string_view(text).substr(0, MaxText));
}
void replaceRegexFirst(Evaluation& evaluation, Args args, Column& out) // replace(regex, rewrite, text)
{
    const std::array<Datum, 3> ordered = {args[2], args[0], args[1]};
    replaceRegex(evaluation, ordered, out);
}

/// Removes one match of the pattern at the start and at the end.
void trimSides(Evaluation& evaluation, Args args, Column& out, bool start, bool end)
{
    std::string_view text = args[1].text;
    std::string& pattern = evaluation.scratch;
    if (start) {
        pattern = "^(?:" + std::string(args[0].text) + ")";
        const re2::RE2* regex = evaluation.regex(pattern);
        const auto groups = regex != nullptr ? match(*regex, text, 0) : std::vector<re2::StringPiece>();
        if (!groups.empty())
            text.remove_prefix(groups[0].size());
    }
    if (end) {
        pattern = "(?:" + std::string(args[0].text) + ")$";
        const re2::RE2* regex = evaluation.regex(pattern);
        const auto groups = regex != nullptr ? match(*regex, text, 0) : std::vector<re2::StringPiece>();
        if (!groups.empty())
            text.remove_suffix(groups[0].size());
    }
    out.appendText(text);
}
void trim(Evaluation& evaluation, Args args, Column& out)
{
    trimSides(evaluation, args, out, true, true);
}
void trimStart(Evaluation& evaluation, Args args, Column& out)
{
    trimSides(evaluation, args, out, true, false);
}
void trimEnd(Evaluation& evaluation, Args args, Column& out)
{
    trimSides(evaluation, args, out, false, true);
}

void regexQuote(Evaluation&, Args args, Column& out)
{
    out.appendText(re2::RE2::QuoteMeta(piece(args[0].text)));
}

void countRegex(Evaluation& evaluation, Args args, Column& out)
{
    const re2::RE2* regex = evaluation.regex(args[1].text);
    std::int64_t count = 0;
    const std::string_view text = args[0].text;
    for (std::size_t at = 0; regex != nullptr && at <= text.size() && !isStopping(evaluation);) {
        const auto groups = match(*regex, text, at);
        if (groups.empty())
            break;
        ++count;
        const auto end = static_cast<std::size_t>(groups[0].data() - text.data()) + groups[0].size();
        at = groups[0].empty() ? end + 1 : end;
    }
    out.appendInteger(count);
}
void countOfKind(Evaluation& evaluation, Args args, Column& out)
{
    std::string& pattern = evaluation.scratch2;
    pattern = args[2].text == "regex" ? std::string(args[1].text) : re2::RE2::QuoteMeta(piece(args[1].text));
    std::array<Datum, 2> plain = {args[0], args[1]};
    plain[1].text = pattern;
    countRegex(evaluation, plain, out);
}

const std::array RegexFunctions = {
    FunctionSpec{"extract", "sls", 's', extract},
    FunctionSpec{"extract_all", "ss", 'j', extractAll},
    FunctionSpec{"extract_all", "sjs", 'j', extractAllOf},
    FunctionSpec{"replace_regex", "sss", 's', replaceRegex},
    FunctionSpec{"replace", "sss", 's', replaceRegexFirst},
    FunctionSpec{"trim", "ss", 's', trim},
    FunctionSpec{"trim_start", "ss", 's', trimStart},
    FunctionSpec{"trim_end", "ss", 's', trimEnd},
    FunctionSpec{"regex_quote", "s", 's', regexQuote},
    FunctionSpec{"countof", "sss", 'l', countOfKind, nullptr, FunctionSpec::NullIfAnyNull},
};

} // namespace

std::span<const FunctionSpec> regexFunctions()
{
    return RegexFunctions;
}

} // namespace gatehouse::kql
