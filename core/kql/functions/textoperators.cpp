// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/json.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/functions/text.h"

#include "core/kql/execution/grouping.h"

#include <array>

namespace gatehouse::kql {

namespace {

using Test = bool (*)(std::string_view text, std::string_view part);

/// The character that ends before an offset.
std::uint32_t characterBefore(std::string_view text, std::size_t offset)
{
    std::size_t start = offset - 1;
    while (start > 0 && offset - start < 4 && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80U)
        --start;
    return codePointAt(text, start);
}

/// Whether part stands in text with no letter or digit on the sides that are asked for.
bool hasTerm(std::string_view text, std::string_view part, bool openStart, bool openEnd)
{
    if (part.empty())
        return true;
    const bool startsTerm = !openStart && isTermCharacter(codePointAt(part, 0));
    const bool endsTerm = !openEnd && isTermCharacter(characterBefore(part, part.size()));
    for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
        const std::size_t end = at + part.size();
        const bool startFree = !startsTerm || at == 0 || !isTermCharacter(characterBefore(text, at));
        const bool endFree = !endsTerm || end == text.size() || !isTermCharacter(codePointAt(text, end));
        if (startFree && endFree)
            return true;
    }
    return false;
}

bool has(std::string_view text, std::string_view part)
{
    return hasTerm(text, part, false, false);
}
bool hasPrefix(std::string_view text, std::string_view part)
{
    return hasTerm(text, part, false, true);
}
bool hasSuffix(std::string_view text, std::string_view part)
{
    return hasTerm(text, part, true, false);
}
bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}
bool startsWith(std::string_view text, std::string_view part)
{
    return text.starts_with(part);
}
bool endsWith(std::string_view text, std::string_view part)
{
    return text.ends_with(part);
}
bool equals(std::string_view text, std::string_view part)
{
    return text == part;
}

/// A text operator over a chunk; a right side that is the same for all rows is folded once.
template <Test Operation, bool FoldCase, bool Negated>
View textTest(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    Column out({}, type);
    out.reserve(rows);
    const Column& left = *args[0].column;
    const Column& right = *args[1].column;
    std::string folded;
    std::string part;
    bool partReady = false;
    for (std::size_t i = 0; i < rows; ++i) {
        const std::size_t a = args[0].at(i);
        const std::size_t b = args[1].at(i);
        if (left.isNull(a) || right.isNull(b)) {
            out.appendBool(Negated);
            continue;
        }
        if (!FoldCase) {
            out.appendBool(Operation(left.textAt(a), right.textAt(b)) != Negated);
            continue;
        }
        if (!partReady || !args[1].constant) {
            foldCase(right.textAt(b), part);
            partReady = true;
        }
        foldCase(left.textAt(a), folded);
        out.appendBool(Operation(folded, part) != Negated);
    }
    return viewOf(std::move(out));
}

template <bool Negated>
View matchesRegex(Evaluation& evaluation, ColumnType type, std::span<const View> args, std::size_t rows)
{
    Column out({}, type);
    out.reserve(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        const Datum text = datumAt(args[0], i);
        const Datum pattern = datumAt(args[1], i);
        const re2::RE2* regex = evaluation.regex(pattern.text);
        if (regex == nullptr)
            out.appendNull();
        else
            out.appendBool(re2::RE2::PartialMatch({text.text.data(), text.text.size()}, *regex) != Negated);
    }
    return viewOf(std::move(out));
}

/// Few texts are compared one by one, which is less than a hash of each row.
template <bool Negated>
View isAmong(ColumnType type, const View& needle, const Column& list, std::size_t rows)
{
    std::vector<std::string_view> texts(list.size());
    for (std::size_t i = 0; i < texts.size(); ++i)
        texts[i] = list.textAt(i);
    std::vector<std::uint8_t> results(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        const std::string_view text = needle.column->textAt(needle.at(i));
        bool found = false;
        for (const std::string_view one : texts)
            found = found || one == text;
        results[i] = found != Negated ? 1 : 0;
    }
    Column out({}, type);
    out.adopt(std::move(results));
    return viewOf(std::move(out));
}

/// x in (list): args[1] is a column with the values.
template <bool FoldCase, bool Negated>
View isIn(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    const Column& list = *args[1].column;
    const bool fold = FoldCase && list.type() == ColumnType::String;
    constexpr std::size_t Few = 8;
    if (!fold && list.type() == ColumnType::String && list.size() <= Few)
        return isAmong<Negated>(type, args[0], list, rows);
    Grouping set({list.type()});
    std::vector<std::uint32_t> groups;
    const auto foldedView = [](const View& view, std::size_t count) {
        Column folded({}, ColumnType::String);
        std::string text;
        for (std::size_t i = 0; i < count; ++i) {
            foldCase(view.column->textAt(view.at(i)), text);
            folded.appendText(text);
        }
        return viewOf(std::move(folded));
    };
    View all;
    all.column = args[1].column;
    if (fold)
        all = foldedView(all, list.size());
    set.assign(std::span(&all, 1), list.size(), groups);
    const View needle = fold ? foldedView(args[0], rows) : args[0];
    set.lookUp(std::span(&needle, 1), rows, groups);
    Column out({}, type);
    out.reserve(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        const bool found = groups[i] != Grouping::NoGroup && !args[0].isNull(i);
        out.appendBool(found != Negated);
    }
    return viewOf(std::move(out));
}

template <bool All>
View hasList(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    std::vector<std::string> parts(args[1].column->size());
    for (std::size_t i = 0; i < parts.size(); ++i)
        foldCase(args[1].column->textAt(i), parts[i]);
    Column out({}, type);
    out.reserve(rows);
    std::string text;
    for (std::size_t i = 0; i < rows; ++i) {
        foldCase(args[0].column->textAt(args[0].at(i)), text);
        bool result = All;
        for (const std::string& part : parts) {
            if (has(text, part) != All) {
                result = !All;
                break;
            }
        }
        out.appendBool(result);
    }
    return viewOf(std::move(out));
}

/// x in (a dynamic array that is no constant).
void inDynamic(Evaluation& evaluation, std::span<const Datum> args, Column& out)
{
    const auto array = evaluation.json().read(args[1].text);
    bool found = false;
    if (array && array->is_array()) {
        std::string text;
        for (const auto item : simdjson::dom::array(*array)) {
            text.clear();
            appendDynamicText(text, item);
            found = found || text == args[0].text;
        }
    }
    out.appendBool(found);
}

template <Test Operation>
void addPair(std::vector<FunctionSpec>& all, std::string_view name, std::string_view negatedName)
{
    all.push_back({name, "ss", 'b', nullptr, textTest<Operation, true, false>});
    all.push_back({negatedName, "ss", 'b', nullptr, textTest<Operation, true, true>});
}
template <Test Operation>
void addCasePair(std::vector<FunctionSpec>& all, std::string_view name, std::string_view negatedName)
{
    all.push_back({name, "ss", 'b', nullptr, textTest<Operation, false, false>});
    all.push_back({negatedName, "ss", 'b', nullptr, textTest<Operation, false, true>});
}

std::vector<FunctionSpec> textOperatorForms()
{
    std::vector<FunctionSpec> all;
    addPair<has>(all, "has", "!has");
    addCasePair<has>(all, "has_cs", "!has_cs");
    addPair<hasPrefix>(all, "hasprefix", "!hasprefix");
    addCasePair<hasPrefix>(all, "hasprefix_cs", "!hasprefix_cs");
    addPair<hasSuffix>(all, "hassuffix", "!hassuffix");
    addCasePair<hasSuffix>(all, "hassuffix_cs", "!hassuffix_cs");
    addPair<contains>(all, "contains", "!contains");
    addPair<contains>(all, "contains", "notcontains");
    addCasePair<contains>(all, "contains_cs", "!contains_cs");
    addCasePair<contains>(all, "containscs", "!containscs");
    addPair<startsWith>(all, "startswith", "!startswith");
    addCasePair<startsWith>(all, "startswith_cs", "!startswith_cs");
    addPair<endsWith>(all, "endswith", "!endswith");
    addCasePair<endsWith>(all, "endswith_cs", "!endswith_cs");
    addPair<equals>(all, "=~", "!~");
    all.push_back({"matches", "ss", 'b', nullptr, matchesRegex<false>});
    all.push_back({"in", "**", 'b', nullptr, isIn<false, false>});
    all.push_back({"!in", "**", 'b', nullptr, isIn<false, true>});
    all.push_back({"in~", "**", 'b', nullptr, isIn<true, false>});
    all.push_back({"!in~", "**", 'b', nullptr, isIn<true, true>});
    all.push_back({"has_any", "ss", 'b', nullptr, hasList<false>});
    all.push_back({"has_all", "ss", 'b', nullptr, hasList<true>});
    all.push_back({"in_dynamic", "Sj", 'b', inDynamic, nullptr, FunctionSpec::NullIfAnyNull});
    return all;
}

} // namespace

bool hasWholeTerm(std::string_view text, std::string_view part)
{
    return has(text, part);
}

std::span<const FunctionSpec> textOperatorFunctions()
{
    static const std::vector<FunctionSpec> functions = textOperatorForms();
    return functions;
}

} // namespace gatehouse::kql
