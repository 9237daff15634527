// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/language/spacing.h"

#include "core/base/encoding.h"
#include "core/kql/language/names.h"
#include "core/kql/language/words.h"

#include <algorithm>
#include <array>

namespace gatehouse::kql::language {

namespace {

constexpr std::array<std::string_view, 14> TypedWords = {
    "bool", "boolean", "date", "datetime", "time",    "timespan", "guid",
    "int",  "long",    "real", "double",   "decimal", "uniqueid", "string"};
/// Names of parameters that stand behind an operator as kind=inner.
constexpr std::array<std::string_view, 13> Parameters = {
    "kind",           "withsource",     "with_source",  "isfuzzy",    "flags",
    "bagexpansion",   "with_itemindex", "decodeblocks", "bin_legacy", "datascope",
    "nooptimization", "with_step_name", "with_match_id"};
/// Behind these operators "name = …" makes a column, whatever the name.
constexpr std::array<std::string_view, 7> MakesColumns = {"extend", "project",  "summarize",     "print",
                                                          "where",  "distinct", "project-rename"};
/// Here a "*" is part of a name or of a pattern.
constexpr std::array<std::string_view, 9> Patterns = {
    "union",       "project-away", "project-keep", "project-reorder", "parse",
    "parse-where", "find",         "search",       "macro-expand"};

bool isSign(const Piece& piece)
{
    return piece.is("-") || piece.is("+");
}

} // namespace

Spacing::Spacing(const Outline& outline)
    : m_outline(outline)
    , m_prefix(outline.code.size(), false)
{
    for (std::size_t i = 0; i < outline.code.size(); ++i) {
        const bool either = isSign(outline.code[i]) || outline.code[i].is("*");
        m_prefix[i] = either && (i == 0 || !endsOperand(i - 1));
    }
}

std::string_view Spacing::stageName(std::size_t piece) const
{
    const Segment& segment = m_outline.segmentOf(piece);
    std::size_t stage = m_outline.stageStart(segment, piece);
    if (const std::size_t equals = letEquals(m_outline, segment);
        equals != Nowhere && stage == segment.first && piece > equals)
        stage = equals + 1;
    return stage <= piece && isOperatorName(stage) ? m_outline.code[stage].text : std::string_view();
}

bool Spacing::isOperatorName(std::size_t piece) const
{
    if (piece >= m_outline.code.size() || !m_outline.code[piece].isWord())
        return false;
    const Segment& segment = m_outline.segmentOf(piece);
    const bool piped = piece > 0 && m_outline.isAt(piece - 1, "|");
    const bool head = piece == segment.first || letEquals(m_outline, segment) == piece - 1;
    const bool inner = piece == segment.first && inheritsRows(m_outline, m_outline.groupOf(segment));
    const std::string_view text = m_outline.code[piece].text;
    return piped || inner || (head && !m_outline.isAt(piece + 1, "(") && hasWord(headOperators(), text)) ||
           (head && text == "union");
}

bool Spacing::endsOperand(std::size_t piece) const
{
    const Piece& each = m_outline.code[piece];
    if (each.isWord())
        return !wantsOperand(each.text) && !isOperatorName(piece);
    if (each.kind != PieceKind::Mark)
        return true;
    return each.is(")") || each.is("]") || each.is("}") || (each.is("*") && m_prefix[piece]);
}

/// kind=inner, hint.strategy=shuffle: written without blanks.
bool Spacing::isParameter(std::size_t equals) const
{
    if (equals == 0 || !m_outline.code[equals - 1].isWord())
        return false;
    const bool hint = equals >= 3 && m_outline.isAt(equals - 2, ".") && m_outline.isAt(equals - 3, "hint");
    const std::string_view name = stageName(equals);
    return hint || (!name.empty() && !contains(MakesColumns, name) &&
                    contains(Parameters, m_outline.code[equals - 1].text));
}

bool Spacing::beforeParenthesis(std::size_t piece) const
{
    const Piece& last = m_outline.code[piece - 1];
    if (!last.isWord())
        return true;
    if (contains(TypedWords, toLower(last.text)))
        return last.end() != m_outline.code[piece].start; // datetime(…) is one token, datetime (…) is not
    const bool value = piece >= 2 && m_outline.isAt(piece - 2, "=") && isParameter(piece - 2);
    const bool word = (wantsOperand(last.text) && last.text != "not") || last.text == "as";
    return value || word || isOperatorName(piece - 1);
}

bool Spacing::beforeBracket(std::size_t piece) const
{
    // An index stands at what it indexes; a name in brackets, and the rows of a datatable, do not.
    const std::size_t open = m_outline.partner[piece - 1];
    const bool rows = m_outline.isAt(piece - 1, ")") && open != Nowhere && open > 0 &&
                      (m_outline.isAt(open - 1, "datatable") || m_outline.isAt(open - 1, "externaldata"));
    return rows || !endsOperand(piece - 1);
}

bool Spacing::keepsAsWritten(std::size_t piece) const
{
    const Piece& last = m_outline.code[piece - 1];
    const Piece& next = m_outline.code[piece];
    const auto rare = [](const Piece& each) {
        return each.is("?") || each.is("@") || each.is("~") || each.kind == PieceKind::Broken;
    };
    const bool star = last.is("*") || next.is("*");
    if (star && contains(Patterns, stageName(piece)))
        return true;
    const bool marks = last.kind == PieceKind::Mark || next.kind == PieceKind::Mark;
    return rare(last) || rare(next) || (last.is(":") && next.is(":")) || (!marks && last.end() == next.start);
}

bool Spacing::before(std::size_t piece) const
{
    if (piece == 0)
        return false;
    const Piece& last = m_outline.code[piece - 1];
    const Piece& next = m_outline.code[piece];
    if (next.is(",") || next.is(";") || next.is(")") || next.is("]") || last.is("(") || last.is("["))
        return false;
    if (last.is(","))
        return true;
    if (keepsAsWritten(piece))
        return last.end() != next.start;
    if (last.is(".") || next.is(".") || next.is(":"))
        return false;
    if ((last.is("=") && isParameter(piece - 1)) || (next.is("=") && isParameter(piece)))
        return false;
    if (m_prefix[piece - 1] && isSign(last))
        return false;
    if (next.is("("))
        return beforeParenthesis(piece);
    return !next.is("[") || beforeBracket(piece);
}

} // namespace gatehouse::kql::language
