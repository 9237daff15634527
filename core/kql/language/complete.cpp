// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/language/expectation.h"
#include "core/kql/language/names.h"
#include "core/kql/language/scope.h"
#include "core/kql/language/signatures.h"
#include "core/kql/language/words.h"

#include "core/base/encoding.h"

#include <algorithm>
#include <cctype>
#include <unordered_set>

namespace gatehouse::kql::language {

namespace {

bool isWordByte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The word at the caret; one with hyphens only behind a pipe, where operators stand.
Span wordAt(std::string_view text, std::size_t offset)
{
    std::size_t start = offset;
    while (start > 0 && isWordByte(text[start - 1]))
        --start;
    std::size_t operatorStart = start;
    while (operatorStart > 0 && (isWordByte(text[operatorStart - 1]) || text[operatorStart - 1] == '-'))
        --operatorStart;
    const std::size_t pipe = text.substr(0, operatorStart).find_last_not_of(" \t\r\n");
    const bool named = pipe != std::string_view::npos && text[pipe] == '|' && operatorStart < offset &&
                       text[operatorStart] != '-';
    if (named)
        start = operatorStart;
    else if (start > 0 && (text[start - 1] == '$' || text[start - 1] == '!'))
        --start;
    std::size_t end = offset;
    const bool typed = start < offset; // a caret before a word starts a new one
    while (typed && end < text.size() && (isWordByte(text[end]) || (named && text[end] == '-')))
        ++end;
    return {start, end - start};
}

/// Where the block of a caret begins: a caret in the line below a block still belongs to it.
std::size_t blockStart(std::string_view text, const std::vector<Piece>& pieces, std::size_t word)
{
    std::optional<Span> last;
    for (const Span& block : blocksOf(pieces, text)) {
        if (block.start >= word)
            break;
        last = block;
    }
    if (!last)
        return word;
    const std::size_t end = std::min(last->start + last->length, word);
    const auto lines = std::count(text.begin() + static_cast<std::ptrdiff_t>(end),
                                  text.begin() + static_cast<std::ptrdiff_t>(word), '\n');
    return lines <= 1 ? last->start : word;
}

enum class Match : std::uint8_t { Whole, Start, Part, Anywhere, None };

bool startsPart(std::string_view label, std::size_t at)
{
    const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    return label[at - 1] == '_' || label[at - 1] == '-' || label[at - 1] == ' ' ||
           (upper(label[at]) && !upper(label[at - 1]));
}

/// "tg" for TimeGenerated: each letter begins the next part.
bool areInitials(std::string_view label, std::string_view typed)
{
    std::size_t next = 0;
    for (std::size_t i = 0; i < label.size() && next < typed.size(); ++i) {
        const bool starts = i == 0 || startsPart(label, i);
        if (starts && std::tolower(static_cast<unsigned char>(label[i])) == typed[next])
            ++next;
        else if (i == 0)
            return false;
    }
    return next == typed.size();
}

/// How a label fits what is typed, which is in lower case.
Match matchOf(std::string_view label, const std::string& typed)
{
    if (typed.empty())
        return Match::Start;
    const std::string lower = toLower(label);
    if (lower == typed)
        return Match::Whole;
    std::size_t at = lower.find(typed);
    if (at == 0)
        return Match::Start;
    const bool anywhere = at != std::string::npos;
    for (; at != std::string::npos; at = lower.find(typed, at + 1)) {
        if (startsPart(label, at))
            return Match::Part;
    }
    if (typed.size() > 1 && areInitials(label, typed))
        return Match::Part;
    return anywhere && typed.size() > 1 ? Match::Anywhere : Match::None;
}

/// Collects the items that an expectation allows and that fit what is typed.
class Collector
{
public:
    Collector(std::string_view text, const Outline& outline, const Schema& schema, std::string typed,
              bool callFollows)
        : m_outline(outline)
        , m_schema(schema)
        , m_scope(text, outline, schema)
        , m_typed(std::move(typed))
        , m_callFollows(callFollows)
    {}

    std::vector<Completion> run(const Expectation& expected)
    {
        if (expected.types)
            addDocs(typeNames(), TokenKind::Type);
        addDocs(expected.kinds, TokenKind::Keyword);
        if (expected.columns)
            addColumns(expected);
        if (!expected.wordsLast)
            addWords(expected);
        if (expected.queryOperators)
            addDocs(queryOperators(), TokenKind::Operator);
        if (expected.tables || expected.scalars)
            addLets(expected);
        if (expected.tables)
            addTables();
        if (expected.aggregates)
            addFunctions(knownAggregates());
        if (expected.bins)
            addFunctions({"bin"});
        if (expected.scalars)
            addFunctions(knownScalars());
        if (expected.headOperators)
            addDocs(headOperators(), TokenKind::Operator);
        if (expected.statements)
            addDocs(statementWords(), TokenKind::Keyword);
        if (expected.comparisons)
            addComparisons();
        addWords(expected);
        return sorted();
    }

private:
    void add(TokenKind kind, std::string_view label, std::string insert, std::string detail)
    {
        const Match match = matchOf(label, m_typed);
        if (match == Match::None || !m_seen.emplace(label).second)
            return;
        m_items.emplace_back(match,
                             Completion{kind, std::string(label), std::move(insert), std::move(detail)});
    }

    void addDocs(std::span<const WordDoc> docs, TokenKind kind)
    {
        for (const WordDoc& doc : docs)
            add(kind, doc.word, std::string(doc.word), std::string(doc.text));
    }

    void addWords(const Expectation& expected)
    {
        for (const std::string_view word : expected.words)
            addWord(word);
    }

    void addWord(std::string_view word)
    {
        const std::string_view bare = word.substr(0, word.find_first_of("=( ."));
        const WordDoc* doc = findWord(clauseWords(), bare);
        if (doc == nullptr)
            doc = findWord(comparisonWords(), bare);
        add(TokenKind::Keyword, word, std::string(word), doc == nullptr ? "" : std::string(doc->text));
    }

    void addColumn(const SchemaColumn& column)
    {
        add(TokenKind::Column, column.name, quotedName(column.name), std::string(toString(column.type)));
    }

    void addColumns(const Expectation& expected)
    {
        using Rows = Expectation::Rows;
        const bool join = expected.joinSegment != Nowhere;
        std::vector<SchemaColumn> left;
        std::vector<SchemaColumn> right;
        if (expected.rows != Rows::JoinRight)
            left = m_scope.columnsAt(join ? expected.joinSegment : m_outline.innermost);
        if (expected.rows != Rows::Input && join)
            right = m_scope.columnsOf(expected.joinSegment, expected.joinRight);
        if (expected.rows == Rows::JoinKeys) {
            // A key stands on both sides; those of one side alone are written as $left.a.
            std::unordered_set<std::string_view> names;
            for (const SchemaColumn& column : right)
                names.insert(column.name);
            if (!right.empty())
                std::erase_if(left, [&](const SchemaColumn& column) { return !names.contains(column.name); });
            right.clear();
        }
        for (const auto& columns : {std::move(left), std::move(right)}) {
            for (const SchemaColumn& column : columns)
                addColumn(column);
        }
    }

    void addLets(const Expectation& expected)
    {
        constexpr std::size_t MostOfValue = 60;
        for (const LetName& let : letNames(m_outline, m_outline.innermost, m_schema)) {
            const bool table = let.kind == LetName::Kind::Table;
            const bool tableFunction = let.kind == LetName::Kind::TableFunction;
            const bool wanted = (expected.tables && (table || tableFunction)) || (expected.scalars && !table);
            if (!wanted || let.name == "let")
                continue;
            std::string insert = quotedName(let.name);
            TokenKind kind = table ? TokenKind::Table : TokenKind::Name;
            if (tableFunction || let.kind == LetName::Kind::Function) {
                kind = TokenKind::Function;
                const bool bare = let.value.substr(let.value.find('(') + 1).starts_with(")");
                insert += m_callFollows ? "" : bare ? "()" : "(";
            }
            std::string detail(let.value.substr(0, MostOfValue));
            std::replace_if(
                detail.begin(), detail.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; },
                ' ');
            add(kind, let.name, std::move(insert), std::move(detail));
        }
    }

    void addTables()
    {
        for (const TableInfo& table : m_schema.tables)
            add(TokenKind::Table, table.name, quotedName(table.name), table.description);
    }

    void addFunctions(const std::vector<std::string_view>& names)
    {
        for (const std::string_view name : names) {
            if (matchOf(name, m_typed) == Match::None)
                continue; // signatures are made only for what is shown
            std::string signature = signatureOf(name);
            const bool bare = signature.ends_with("()");
            add(TokenKind::Function, name,
                std::string(name) + (m_callFollows ? ""
                                     : bare        ? "()"
                                                   : "("),
                std::move(signature));
        }
    }

    void addComparisons()
    {
        add(TokenKind::Punctuation, "==", "==", "Equal; of texts, case counts.");
        add(TokenKind::Punctuation, "!=", "!=", "Not equal; of texts, case counts.");
        addDocs(comparisonWords(), TokenKind::Keyword);
    }

    std::vector<Completion> sorted()
    {
        std::stable_sort(m_items.begin(), m_items.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        std::vector<Completion> items;
        items.reserve(m_items.size());
        for (auto& [match, item] : m_items)
            items.push_back(std::move(item));
        return items;
    }

    const Outline& m_outline;
    const Schema& m_schema;
    ScopeReader m_scope;
    std::string m_typed;
    bool m_callFollows;
    std::unordered_set<std::string> m_seen;
    std::vector<std::pair<Match, Completion>> m_items;
};

} // namespace

CompletionList complete(std::string_view text, std::size_t offset, const Schema& schema)
{
    offset = std::min(offset, text.size());
    CompletionList list;
    list.replaced = {offset, 0};
    const std::vector<Piece> pieces = piecesOf(text);
    if (insideLiteral(pieces, offset))
        return list;
    list.replaced = wordAt(text, offset);
    const std::size_t word = list.replaced.start;
    const std::string typed = toLower(text.substr(word, offset - word));
    if (!typed.empty() && typed.front() >= '0' && typed.front() <= '9')
        return list;
    const std::size_t start = blockStart(text, pieces, word);
    const std::string_view before = text.substr(start, word - start);
    const Outline outline = outlineOf(piecesOf(before));
    const bool callFollows = text.substr(word + list.replaced.length).starts_with("(");
    list.items = Collector(before, outline, schema, typed, callFollows).run(expectationAtEnd(outline));
    return list;
}

} // namespace gatehouse::kql::language
