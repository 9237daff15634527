// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/language/names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <unordered_map>

namespace gatehouse::kql::language {

namespace {

/// The words that the parser does not take for a name everywhere.
constexpr std::array<std::string_view, 29> Reserved = {
    "and",     "or",      "by",      "on",         "asc",      "desc",      "true",      "contains",
    "let",     "null",    "false",   "union",      "where",    "in",        "has",       "has_any",
    "has_all", "between", "matches", "startswith", "endswith", "hasprefix", "hassuffix", "notcontains",
    "first",   "last",    "nulls",   "step",       "of"};
constexpr std::array<std::string_view, 11> TabularHeads = {
    "datatable",     "union", "materialize", "externaldata", "table",   "view",
    "external_data", "find",  "search",      "database",     "evaluate"};
constexpr std::array<std::string_view, 6> TableOpeners = {"join",        "lookup",   "union",
                                                          "materialize", "toscalar", "view"};

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// Tells what let statements name, from the outermost to the innermost.
class LetCollector
{
public:
    LetCollector(const Outline& outline, const Schema& schema)
        : m_outline(outline)
    {
        for (const TableInfo& table : schema.tables)
            m_known.emplace(table.name, LetName::Kind::Table);
    }

    /// The lets of a group before this segment, and the parameters when it is a function's body.
    void collect(std::size_t index)
    {
        const Group& group = m_outline.groups[m_outline.segments[index].group];
        if (const std::size_t parameters = parametersOf(m_outline, group); parameters != Nowhere)
            addParameters(m_outline.groups[parameters]);
        for (const std::size_t each : group.segments) {
            if (each == index)
                break;
            addLet(m_outline.segments[each]);
        }
    }

    std::vector<LetName> names;

private:
    void add(LetName name)
    {
        m_known.insert_or_assign(name.name, name.kind);
        names.push_back(name);
    }

    void addLet(const Segment& segment)
    {
        const std::size_t equals = letEquals(m_outline, segment);
        const std::string_view name = nameAt(m_outline, segment.first + 1);
        if (equals == Nowhere || equals + 1 >= segment.last || name.empty())
            return;
        const Piece& first = m_outline.code[equals + 1];
        const Piece& last = m_outline.code[segment.last - 1];
        add({name, kindOf(segment, equals + 1),
             std::string_view(first.text.data(), last.end() - first.start)});
    }

    void addParameters(const Group& group)
    {
        const Segment& segment = m_outline.segments[group.segments.front()];
        for (std::size_t i = segment.first; i < segment.last; i = m_outline.next(i)) {
            const std::size_t colon = m_outline.next(i);
            const bool starts = i == segment.first || m_outline.isAt(i - 1, ",");
            const std::string_view name = nameAt(m_outline, i);
            if (!starts || name.empty() || colon + 1 >= segment.last || !m_outline.isAt(colon, ":"))
                continue;
            const bool table = m_outline.isAt(colon + 1, "(");
            add({name, table ? LetName::Kind::Table : LetName::Kind::Scalar,
                 table ? std::string_view("parameter") : m_outline.code[colon + 1].text});
        }
    }

    [[nodiscard]] LetName::Kind kindOf(const Segment& segment, std::size_t value) const
    {
        std::size_t open = m_outline.isAt(value, "view") ? value + 1 : value;
        if (m_outline.isAt(open, "(")) {
            const std::size_t body = m_outline.next(open);
            if (body < segment.last && m_outline.isAt(body, "{"))
                return bodyIsTabular(body) ? LetName::Kind::TableFunction : LetName::Kind::Function;
        }
        return isTabular(segment, value, 0) ? LetName::Kind::Table : LetName::Kind::Scalar;
    }

    /// The result of a body is its last statement.
    [[nodiscard]] bool bodyIsTabular(std::size_t brace) const
    {
        const Segment* last = nullptr;
        for (const std::size_t each : m_outline.groups[m_outline.inside[brace]].segments) {
            const Segment& segment = m_outline.segments[each];
            last = segment.first < segment.last ? &segment : last;
        }
        return last != nullptr && isTabular(*last, last->first, 0);
    }

    [[nodiscard]] bool isTabular(const Segment& segment, std::size_t value, int depth) const
    {
        constexpr int Deepest = 20;
        if (value >= segment.last || depth > Deepest)
            return false;
        if (!segment.pipes.empty() && segment.pipes.back() > value)
            return true;
        const Piece& first = m_outline.code[value];
        const bool call = m_outline.isAt(value + 1, "(");
        if (first.is("(")) {
            const Segment& inner =
                m_outline.segments[m_outline.groups[m_outline.inside[value]].segments.front()];
            return isTabular(inner, inner.first, depth + 1);
        }
        if (contains(TabularHeads, first.text))
            return true;
        if (first.is("range") && !call)
            return true;
        const std::string_view name = nameAt(m_outline, value);
        const auto known = m_known.find(name);
        const std::size_t after = m_outline.next(value);
        if (known == m_known.end())
            return false;
        return call ? known->second == LetName::Kind::TableFunction
                    : known->second == LetName::Kind::Table && after >= segment.last;
    }

    const Outline& m_outline;
    std::unordered_map<std::string_view, LetName::Kind> m_known;
};

/// Whether the parenthesis at a piece opens a table: behind join, union, materialize and the like.
bool opensTable(const Outline& outline, std::size_t open)
{
    if (open == 0)
        return true;
    const Piece& before = outline.code[open - 1];
    if (before.is("(") || before.is(";") || before.is("=") || before.is("{"))
        return true;
    return contains(TableOpeners, before.text) || tableStandsAt(outline, open);
}

bool isTableList(const Outline& outline, const Group& group)
{
    // find in (…), search in (…)
    const bool list = group.open != Nowhere && group.open >= 2 && outline.isAt(group.open - 1, "in");
    return list && (outline.isAt(group.open - 2, "find") || outline.isAt(group.open - 2, "search"));
}

} // namespace

std::string quotedName(std::string_view name)
{
    const bool plain =
        !name.empty() && isLetter(name.front()) &&
        std::all_of(name.begin(), name.end(), [](char c) { return isLetter(c) || (c >= '0' && c <= '9'); }) &&
        !contains(Reserved, name);
    if (plain)
        return std::string(name);
    std::string quoted = "['";
    for (const char c : name) {
        if (c == '\'' || c == '\\')
            quoted += '\\';
        if (c == '\n' || c == '\r' || c == '\t')
            quoted += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
        else
            quoted += c;
    }
    return quoted + "']";
}

std::size_t letEquals(const Outline& outline, const Segment& segment)
{
    if (segment.first + 2 >= segment.last || !outline.code[segment.first].is("let"))
        return Nowhere;
    const std::size_t equals = outline.next(segment.first + 1);
    return equals < segment.last && outline.isAt(equals, "=") ? equals : Nowhere;
}

std::string_view nameAt(const Outline& outline, std::size_t piece)
{
    if (piece >= outline.code.size())
        return {};
    if (outline.code[piece].isWord())
        return outline.code[piece].text;
    const bool bracketed = outline.isAt(piece, "[") && piece + 1 < outline.code.size() &&
                           outline.code[piece + 1].kind == PieceKind::Text &&
                           outline.partner[piece] == piece + 2;
    if (!bracketed)
        return {};
    const std::string_view text = outline.code[piece + 1].text;
    return text.size() < 2 ? std::string_view() : text.substr(1, text.size() - 2);
}

std::size_t parametersOf(const Outline& outline, const Group& body)
{
    if (!outline.opens(body, "{") || body.open == 0 || outline.partner[body.open - 1] == Nowhere)
        return Nowhere;
    const std::size_t open = outline.partner[body.open - 1];
    return outline.isAt(open, "(") ? outline.inside[open] : Nowhere;
}

std::vector<LetName> letNames(const Outline& outline, std::size_t segment, const Schema& schema)
{
    std::vector<std::size_t> path;
    for (std::size_t at = segment; at != Nowhere; at = outline.groups[outline.segments[at].group].parent)
        path.push_back(at);
    LetCollector collector(outline, schema);
    for (auto at = path.rbegin(); at != path.rend(); ++at)
        collector.collect(*at);
    std::reverse(collector.names.begin(), collector.names.end());
    return std::move(collector.names);
}

bool holdsStatements(const Outline& outline, const Group& group)
{
    return group.open == Nowhere || outline.opens(group, "{");
}

bool inheritsRows(const Outline& outline, const Group& group)
{
    if (!outline.opens(group, "(") || group.parent == Nowhere)
        return false;
    const Segment& around = outline.segments[group.parent];
    const std::size_t stage = outline.stageStart(around, group.open);
    if (around.pipes.empty() || stage >= group.open)
        return false;
    const std::string_view name = outline.code[stage].text;
    if (name == "mv-apply" || name == "mvapply")
        return outline.isAt(group.open - 1, "on");
    if (name == "partition" || name == "__partitionby")
        return group.open > stage + 2 && !outline.isAt(group.open - 1, "=");
    return name == "fork" || (name == "facet" && outline.isAt(group.open - 1, "with"));
}

bool tableStandsAt(const Outline& outline, std::size_t piece)
{
    const Segment& segment = outline.segmentOf(piece);
    const Group& group = outline.groupOf(segment);
    if (isTableList(outline, group))
        return true;
    const std::size_t stage = outline.stageStart(segment, piece);
    if (piece == segment.first) {
        const bool piped = !segment.pipes.empty();
        return holdsStatements(outline, group) ||
               (outline.opens(group, "(") && (piped || opensTable(outline, group.open)));
    }
    if (letEquals(outline, segment) == piece - 1)
        return true;
    const std::string_view name = stage < piece ? outline.code[stage].text : std::string_view();
    const bool tables = name == "join" || name == "lookup" || name == "union";
    if (!tables)
        return false;
    const bool listed = name == "union" && outline.isAt(piece - 1, ",");
    // Behind the operator, or behind "kind=inner" and other parameters of it.
    const bool valued = piece >= 2 && (outline.isAt(piece - 2, "=") && piece - 2 > stage);
    return piece == stage + 1 || listed || valued;
}

} // namespace gatehouse::kql::language
