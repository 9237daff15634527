// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/language/expectationreader.h"

#include "core/kql/functions/aggregates.h"
#include "core/kql/language/names.h"
#include "core/kql/language/words.h"

#include <algorithm>
#include <array>

namespace gatehouse::kql::language {

namespace {

constexpr std::array<std::string_view, 6> ListWords = {"in", "!in", "in~", "!in~", "has_any", "has_all"};
constexpr std::array<std::string_view, 6> TableCalls = {"join",        "lookup",   "union",
                                                        "materialize", "toscalar", "view"};

} // namespace

Expectation ExpectationReader::run()
{
    const Segment& segment = here();
    const Group& group = m_outline.groupOf(segment);
    if (before(1, "."))
        behindDot();
    else if (before(1, ":"))
        m_found.types = true;
    else if (!segment.pipes.empty())
        stageFrom(segment.pipes.back() + 1);
    else if (m_outline.opens(group, "("))
        parenthesis(group);
    else if (m_outline.opens(group, "["))
        expression(true);
    else
        statement();
    return std::move(m_found);
}

void ExpectationReader::behindDot()
{
    const bool left = before(2, "$left");
    if (left || before(2, "$right")) {
        findJoin();
        m_found.columns = true;
        m_found.rows = left ? Expectation::Rows::Input : Expectation::Rows::JoinRight;
    } else if (before(2, "hint")) {
        m_found.words = {"strategy=", "shufflekey=", "remote=", "num_partitions=", "concurrency="};
    } else if (before(2, ")")) {
        m_found.tables = true; // database("x").T
    }
}

void ExpectationReader::findJoin()
{
    for (std::size_t at = m_segment, piece = m_end; at != Nowhere;) {
        const Segment& segment = m_outline.segments[at];
        const std::size_t stage = m_outline.stageStart(segment, piece);
        const bool join = m_outline.isAt(stage, "join") || m_outline.isAt(stage, "lookup");
        if (join && !segment.pipes.empty()) {
            const std::size_t table = behindParameters(stage + 1);
            m_found.joinSegment = at;
            m_found.joinRight = {table, wordIn(table, piece, "on")};
            return;
        }
        piece = m_outline.groupOf(segment).open;
        at = m_outline.groupOf(segment).parent;
    }
}

std::size_t ExpectationReader::behindParameters(std::size_t at) const
{
    while (at + 2 < m_end) {
        const bool dotted = m_outline.isAt(at, "hint") && m_outline.isAt(at + 1, ".");
        const std::size_t equals = dotted ? at + 3 : at + 1;
        if (!m_outline.code[at].isWord() || !m_outline.isAt(equals, "=") || equals + 1 >= m_end)
            break;
        at = equals + 2;
    }
    return at;
}

std::size_t ExpectationReader::wordIn(std::size_t first, std::size_t last, std::string_view word) const
{
    std::size_t at = first;
    while (at < last && !m_outline.code[at].is(word))
        at = m_outline.next(at);
    return std::min(at, last);
}

bool ExpectationReader::operandComes(std::size_t first) const
{
    if (m_end <= first)
        return true;
    const Piece& last = m_outline.code[m_end - 1];
    if (last.isWord())
        return wantsOperand(last.text);
    if (last.kind != PieceKind::Mark || last.is(")") || last.is("]") || last.is("}"))
        return false;
    if (last.is("*"))
        return m_end >= first + 2 && !m_outline.code[m_end - 2].is(",") && !wantsOperand(textBefore(2));
    return true;
}

void ExpectationReader::expression(bool columns)
{
    if (operandComes(here().first)) {
        m_found.columns = columns;
        m_found.scalars = true;
        m_found.aggregates = insideAggregation();
    } else {
        m_found.comparisons = true;
    }
}

bool ExpectationReader::insideAggregation() const
{
    for (std::size_t at = m_segment, piece = m_end; at != Nowhere;) {
        const Segment& segment = m_outline.segments[at];
        const Group& group = m_outline.groupOf(segment);
        const std::size_t stage = m_outline.stageStart(segment, piece);
        if (!segment.pipes.empty() || inheritsRows(m_outline, group)) {
            const bool aggregates =
                m_outline.isAt(stage, "summarize") || m_outline.isAt(stage, "make-series");
            return aggregates && wordIn(stage, piece, "by") == piece && wordIn(stage, piece, "on") == piece;
        }
        const bool call = group.open != Nowhere && group.open > 0;
        if (call && isAggregate(m_outline.code[group.open - 1].text))
            return false;
        piece = group.open;
        at = group.parent;
    }
    return false;
}

void ExpectationReader::tableStart()
{
    m_found.tables = true;
    m_found.headOperators = true;
}

void ExpectationReader::statement()
{
    const Segment& segment = here();
    const bool body = m_outline.groupOf(segment).open != Nowhere;
    if (segment.first == m_end) {
        tableStart();
        m_found.statements = true;
        m_found.scalars = body;
        return;
    }
    if (m_outline.isAt(segment.first, "declare") && segment.first + 1 == m_end)
        m_found.words = {"query_parameters("};
    if (hasWord(statementWords(), m_outline.code[segment.first].text)) {
        const std::size_t equals = letEquals(m_outline, segment);
        if (equals != Nowhere)
            head(equals + 1, true);
        return;
    }
    head(segment.first, body);
}

void ExpectationReader::head(std::size_t first, bool value)
{
    if (first == m_end) {
        tableStart();
        m_found.scalars = value;
    } else if (hasWord(headOperators(), m_outline.code[first].text) && !m_outline.isAt(first + 1, "(")) {
        stageFrom(first);
    } else if (value) {
        const bool operand = operandComes(first + 1);
        m_found.scalars = operand;
        m_found.comparisons = !operand;
    }
}

void ExpectationReader::parenthesis(const Group& group)
{
    const std::size_t first = here().first;
    const std::string_view word = group.open > 0 ? m_outline.code[group.open - 1].text : std::string_view();
    const Segment& around = m_outline.segments[group.parent];
    const std::size_t stage = m_outline.stageStart(around, group.open);
    if (inheritsRows(m_outline, group))
        return stageFrom(first);
    if (word == "typeof") {
        m_found.types = true;
    } else if (word == "datatable" || word == "externaldata" || word == "query_parameters") {
        return; // a new column's name
    } else if (word == "with" && m_outline.isAt(stage, "render")) {
        renderProperty();
    } else if (contains(ListWords, word)) {
        const bool where = m_outline.isAt(stage, "find") || m_outline.isAt(stage, "search");
        if (!where)
            expression(true);
        m_found.tables = where || operandComes(first);
    } else if (m_outline.isAt(stage, "evaluate") && stage + 1 == group.open - 1) {
        expression(true);
        m_found.aggregates = m_found.scalars && word == "pivot" && has(first, ",");
    } else if (group.open == 0 || contains(TableCalls, word) || tableStandsAt(m_outline, group.open)) {
        head(first, word == "toscalar");
    } else {
        expression(true);
    }
}

Expectation expectationAtEnd(const Outline& outline)
{
    return ExpectationReader(outline).run();
}

} // namespace gatehouse::kql::language
