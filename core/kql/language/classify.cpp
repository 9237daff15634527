// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/language/names.h"
#include "core/kql/language/words.h"

#include "core/base/encoding.h"
#include "core/kql/functions/aggregates.h"
#include "core/kql/functions/registry.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace gatehouse::kql::language {

namespace {

/// Names of the schema that occur in the text: looking each column of a workspace up in the words of a query
/// is cheaper than the other way round.
struct KnownNames
{
    std::unordered_set<std::string_view> tables;
    std::unordered_set<std::string_view> columns;
};

KnownNames namesIn(const std::vector<Piece>& pieces, const Schema& schema)
{
    std::unordered_set<std::string_view> words;
    for (const Piece& piece : pieces) {
        if (piece.isWord())
            words.insert(piece.text);
        else if (piece.kind == PieceKind::Text && piece.text.size() > 2)
            words.insert(piece.text.substr(1, piece.text.size() - 2));
    }
    KnownNames known;
    for (const TableInfo& table : schema.tables) {
        if (words.contains(table.name))
            known.tables.insert(table.name);
        for (const SchemaColumn& column : table.columns) {
            if (words.contains(column.name))
                known.columns.insert(column.name);
        }
    }
    return known;
}

class Classifier
{
public:
    Classifier(const std::vector<Piece>& pieces, const Outline& outline, const Schema& schema)
        : m_pieces(pieces)
        , m_outline(outline)
        , m_known(namesIn(pieces, schema))
    {
        for (std::size_t i = 0; i < outline.segments.size(); ++i) {
            const Segment& segment = outline.segments[i];
            if (const std::size_t equals = letEquals(outline, segment); equals != Nowhere)
                addLet(segment, equals);
        }
    }

    std::vector<ClassifiedToken> run()
    {
        std::size_t code = 0;
        for (const Piece& piece : m_pieces) {
            if (piece.kind == PieceKind::Comment) {
                push(piece.start, piece.text.size(), TokenKind::Comment);
                continue;
            }
            if (piece.kind == PieceKind::Typed)
                pushTyped(piece);
            else
                push(piece.start, piece.text.size(), kindOf(code));
            ++code;
        }
        return std::move(m_tokens);
    }

private:
    void addLet(const Segment& segment, std::size_t equals)
    {
        const bool function =
            m_outline.isAt(equals + 1, "(") && m_outline.isAt(m_outline.next(equals + 1), "{");
        const bool table = !segment.pipes.empty() || m_outline.isAt(equals + 1, "datatable") ||
                           m_outline.isAt(equals + 1, "union") || m_outline.isAt(equals + 1, "materialize");
        m_lets.insert_or_assign(nameAt(m_outline, segment.first + 1), function ? TokenKind::Function
                                                                      : table  ? TokenKind::Table
                                                                               : TokenKind::Name);
    }

    void push(std::size_t start, std::size_t length, TokenKind kind)
    {
        if (length > 0)
            m_tokens.push_back({{start, length}, kind});
    }

    /// datetime(2026-06-01): a type, its value and the parentheses.
    void pushTyped(const Piece& piece)
    {
        const std::size_t open = piece.text.find('(');
        push(piece.start, open, TokenKind::Type);
        push(piece.start + open, 1, TokenKind::Punctuation);
        push(piece.start + open + 1, piece.text.size() - open - 2, TokenKind::Number);
        push(piece.end() - 1, 1, TokenKind::Punctuation);
    }

    [[nodiscard]] TokenKind kindOf(std::size_t at) const
    {
        const Piece& piece = m_outline.code[at];
        switch (piece.kind) {
        case PieceKind::Text:
            return nameKind(at, bracketedName(at));
        case PieceKind::Number:
            return TokenKind::Number;
        case PieceKind::Mark:
            return TokenKind::Punctuation;
        case PieceKind::Word:
            return wordKind(at);
        default:
            return piece.text.find_first_of("'\"") < 3 || piece.text.starts_with("```") ? TokenKind::Text
                                                                                        : TokenKind::Name;
        }
    }

    [[nodiscard]] std::string_view bracketedName(std::size_t at) const
    {
        if (at == 0 || (at >= 2 && isOperand(at - 2)))
            return {}; // bag['key']
        return nameAt(m_outline, at - 1);
    }

    [[nodiscard]] bool isOperand(std::size_t at) const
    {
        const Segment& segment = m_outline.segmentOf(at);
        const bool operatorName = m_outline.stageStart(segment, at) == at && at > segment.first;
        const Piece& piece = m_outline.code[at];
        return piece.is("]") || piece.is(")") ||
               (piece.isWord() && !operatorName && !wantsOperand(piece.text));
    }

    [[nodiscard]] TokenKind nameKind(std::size_t at, std::string_view name) const
    {
        if (name.empty())
            return TokenKind::Text;
        if (m_known.tables.contains(name) && tableStandsAt(m_outline, at - 1))
            return TokenKind::Table;
        return m_known.columns.contains(name) ? TokenKind::Column : TokenKind::Text;
    }

    [[nodiscard]] TokenKind wordKind(std::size_t at) const
    {
        const std::string_view word = m_outline.code[at].text;
        const Segment& segment = m_outline.segmentOf(at);
        const bool call = m_outline.isAt(at + 1, "(");
        const std::size_t stage = m_outline.stageStart(segment, at);
        if (stage == at && at > segment.first)
            return TokenKind::Operator;
        if (stage == at && hasWord(statementWords(), word) &&
            holdsStatements(m_outline, m_outline.groupOf(segment)))
            return TokenKind::Keyword;
        const bool head = stage == at || (at > 0 && letEquals(m_outline, segment) == at - 1) ||
                          inheritsRows(m_outline, m_outline.groupOf(segment));
        const bool operatorWord =
            hasWord(headOperators(), word) || (hasWord(queryOperators(), word) && stage == at);
        if (head && operatorWord && (!call || word != "range"))
            return TokenKind::Operator;
        if (at > 0 && m_outline.isAt(at - 1, "."))
            return sideColumn(at) ? TokenKind::Column : TokenKind::Name;
        if (isType(at))
            return TokenKind::Type;
        return call && !hasWord(comparisonWords(), word) && !hasWord(clauseWords(), word) ? callKind(at)
                                                                                          : plainKind(at);
    }

    [[nodiscard]] bool sideColumn(std::size_t at) const
    {
        return at >= 2 && m_outline.code[at - 2].text.starts_with('$') &&
               m_known.columns.contains(m_outline.code[at].text);
    }

    /// "name: long", typeof(long)
    [[nodiscard]] bool isType(std::size_t at) const
    {
        const bool stands =
            at > 0 && (m_outline.isAt(at - 1, ":") ||
                       (m_outline.isAt(at - 1, "(") && at > 1 && m_outline.isAt(at - 2, "typeof")));
        return stands && columnTypeFrom(m_outline.code[at].text).has_value();
    }

    [[nodiscard]] TokenKind callKind(std::size_t at) const
    {
        return tableStandsAt(m_outline, at) && m_known.tables.contains(m_outline.code[at].text)
                   ? TokenKind::Table
                   : TokenKind::Function;
    }

    [[nodiscard]] TokenKind plainKind(std::size_t at) const
    {
        const std::string_view word = m_outline.code[at].text;
        const bool assigned = m_outline.isAt(at + 1, "=");
        const bool column = m_known.columns.contains(word);
        if (m_known.tables.contains(word) && (!column || tableStandsAt(m_outline, at)))
            return TokenKind::Table;
        if (const auto let = m_lets.find(word); let != m_lets.end() && !column)
            return let->second;
        if (column)
            return TokenKind::Column;
        if (hasWord(comparisonWords(), word) || word.starts_with('!') || word.starts_with('$'))
            return TokenKind::Keyword;
        // "kind" in kind=inner and in with (kind=…), but a new column in extend kind = 1.
        const Segment& segment = m_outline.segmentOf(at);
        const std::size_t stage = m_outline.stageStart(segment, at);
        const std::string_view around = stage < at ? m_outline.code[stage].text : std::string_view();
        const bool makesColumns = around == "extend" || around == "project" || around == "summarize";
        if (hasWord(clauseWords(), word))
            return assigned && makesColumns ? TokenKind::Name : TokenKind::Keyword;
        const bool kinds = (around == "join" || around == "lookup") && hasWord(joinKinds(), word);
        const bool charts = around == "render" && hasWord(renderKinds(), word);
        return kinds || charts ? TokenKind::Keyword : TokenKind::Name;
    }

    const std::vector<Piece>& m_pieces;
    const Outline& m_outline;
    KnownNames m_known;
    std::unordered_map<std::string_view, TokenKind> m_lets;
    std::vector<ClassifiedToken> m_tokens;
};

} // namespace

std::vector<ClassifiedToken> classify(std::string_view text, const Schema& schema)
{
    const std::vector<Piece> pieces = piecesOf(text);
    const Outline outline = outlineOf(pieces);
    return Classifier(pieces, outline, schema).run();
}

} // namespace gatehouse::kql::language
