// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/language/names.h"
#include "core/kql/language/scope.h"
#include "core/kql/language/signatures.h"
#include "core/kql/language/words.h"

#include <algorithm>

namespace gatehouse::kql::language {

namespace {

Hover describe(const WordDoc& doc)
{
    return {{}, std::string(doc.word), std::string(doc.text)};
}

/// What one piece of a block means where it stands.
class HoverReader
{
public:
    HoverReader(std::string_view block, const Outline& outline, const Schema& schema)
        : m_block(block)
        , m_outline(outline)
        , m_schema(schema)
    {}

    [[nodiscard]] std::optional<Hover> read(std::size_t at) const
    {
        const Piece& piece = m_outline.code[at];
        if (piece.kind == PieceKind::Typed) {
            const WordDoc* type = findWord(typeNames(), piece.text.substr(0, piece.text.find('(')));
            return type == nullptr ? std::nullopt : std::optional(describe(*type));
        }
        if (const WordDoc* doc =
                piece.kind == PieceKind::Mark ? findWord(comparisonWords(), piece.text) : nullptr)
            return describe(*doc);
        const bool bracketed = piece.kind == PieceKind::Text && at > 0 && !nameAt(m_outline, at - 1).empty();
        if (!piece.isWord() && !bracketed)
            return std::nullopt;
        const std::string_view name = bracketed ? nameAt(m_outline, at - 1) : piece.text;
        if (auto found = bracketed ? std::nullopt : operatorAt(at))
            return found;
        if (auto found = call(at, name))
            return found;
        if (auto found = sideColumn(at, name))
            return found;
        if (tableStandsAt(m_outline, bracketed ? at - 1 : at)) {
            if (auto found = named(at, name))
                return found;
        }
        if (auto found = column(at, name))
            return found;
        if (auto found = named(at, name))
            return found;
        return bracketed ? std::nullopt : word(at);
    }

private:
    [[nodiscard]] std::optional<Hover> operatorAt(std::size_t at) const
    {
        const Segment& segment = m_outline.segmentOf(at);
        const std::string_view text = m_outline.code[at].text;
        const bool stage = m_outline.stageStart(segment, at) == at;
        const bool value = at > 0 && letEquals(m_outline, segment) == at - 1;
        const WordDoc* doc = nullptr;
        if (stage)
            doc = findWord(queryOperators(), text);
        const bool head = (stage && at == segment.first) || value;
        const bool range = text == "range" && m_outline.isAt(at + 1, "(");
        if (doc == nullptr && head && !range)
            doc = findWord(headOperators(), text);
        if (doc == nullptr && stage)
            doc = findWord(statementWords(), text);
        return doc == nullptr ? std::nullopt : std::optional(describe(*doc));
    }

    [[nodiscard]] std::optional<Hover> call(std::size_t at, std::string_view name) const
    {
        if (!m_outline.isAt(at + 1, "("))
            return std::nullopt;
        const Segment& segment = m_outline.segmentOf(at);
        const std::size_t stage = m_outline.stageStart(segment, at);
        if (m_outline.isAt(stage, "evaluate") && stage + 1 == at) {
            if (const WordDoc* plugin = findWord(plugins(), name))
                return describe(*plugin);
        }
        const std::string signature = signatureOf(name);
        if (signature.empty() || hasWord(comparisonWords(), name))
            return std::nullopt;
        return Hover{{}, signature, std::string(descriptionOf(name))};
    }

    [[nodiscard]] std::vector<SchemaColumn> columnsBefore(std::size_t at) const
    {
        const std::string_view before = m_block.substr(0, m_outline.code[at].start);
        const Outline outline = outlineOf(piecesOf(before));
        return ScopeReader(before, outline, m_schema).columnsAt(outline.innermost);
    }

    [[nodiscard]] std::optional<Hover> sideColumn(std::size_t at, std::string_view name) const
    {
        const bool member = at > 0 && m_outline.isAt(at - 1, ".");
        if (!member || at < 2 || !m_outline.code[at - 2].text.starts_with('$'))
            return std::nullopt;
        for (const TableInfo& table : m_schema.tables) {
            for (const SchemaColumn& column : table.columns) {
                if (column.name == name)
                    return columnHover(column);
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] static Hover columnHover(const SchemaColumn& column)
    {
        const WordDoc* type = findWord(typeNames(), toString(column.type));
        return {{},
                column.name + ": " + std::string(toString(column.type)),
                type == nullptr ? std::string() : std::string(type->text)};
    }

    [[nodiscard]] std::optional<Hover> column(std::size_t at, std::string_view name) const
    {
        if (at > 0 && m_outline.isAt(at - 1, "."))
            return std::nullopt;
        for (const SchemaColumn& column : columnsBefore(at)) {
            if (column.name == name)
                return columnHover(column);
        }
        return std::nullopt;
    }

    /// A name of let, or a table.
    [[nodiscard]] std::optional<Hover> named(std::size_t at, std::string_view name) const
    {
        constexpr std::size_t MostOfValue = 300;
        for (const LetName& let : letNames(m_outline, m_outline.owner[at], m_schema)) {
            if (let.name == name)
                return Hover{{}, "let " + std::string(name), std::string(let.value.substr(0, MostOfValue))};
        }
        for (const TableInfo& table : m_schema.tables) {
            if (table.name == name)
                return Hover{{},
                             table.name,
                             table.description.empty()
                                 ? "A table of " + std::to_string(table.columns.size()) + " columns."
                                 : table.description};
        }
        return std::nullopt;
    }

    [[nodiscard]] std::optional<Hover> word(std::size_t at) const
    {
        const std::string_view text = m_outline.code[at].text;
        const Segment& segment = m_outline.segmentOf(at);
        const std::size_t stage = m_outline.stageStart(segment, at);
        const bool assigned = m_outline.isAt(at + 1, "=");
        if (m_outline.isAt(at + 1, "regex") && text == "matches")
            return describe(*findWord(comparisonWords(), "matches regex"));
        for (const auto& words : {comparisonWords(), clauseWords()}) {
            if (const WordDoc* doc = findWord(words, text))
                return describe(*doc);
        }
        const bool join = m_outline.isAt(stage, "join") || m_outline.isAt(stage, "lookup");
        const WordDoc* doc = nullptr;
        if (join && at > 0 && m_outline.isAt(at - 1, "="))
            doc = findWord(joinKinds(), text);
        else if (m_outline.isAt(stage, "render") && at == stage + 1)
            doc = findWord(renderKinds(), text);
        else if (assigned)
            doc = findWord(renderProperties(), text);
        else if (at > 0 && (m_outline.isAt(at - 1, ":") || m_outline.isAt(at - 1, "(")))
            doc = findWord(typeNames(), text);
        return doc == nullptr ? std::nullopt : std::optional(describe(*doc));
    }

    std::string_view m_block;
    const Outline& m_outline;
    const Schema& m_schema;
};

} // namespace

std::optional<Hover> hover(std::string_view text, std::size_t offset, const Schema& schema)
{
    for (const Span& span : blocksOf(piecesOf(text), text)) {
        if (offset < span.start || offset > span.start + span.length)
            continue;
        const std::string_view block = text.substr(span.start, span.length);
        const std::size_t inside = offset - span.start;
        const Outline outline = outlineOf(piecesOf(block));
        // A caret between two pieces means the one behind it, unless that is a mark and the one before a
        // word.
        const auto after = std::partition_point(outline.code.begin(), outline.code.end(),
                                                [&](const Piece& piece) { return piece.end() < inside; });
        for (auto piece = after; piece != outline.code.end() && piece->start <= inside; ++piece) {
            auto found = HoverReader(block, outline, schema)
                             .read(static_cast<std::size_t>(piece - outline.code.begin()));
            const bool before = piece->end() == inside && piece + 1 != outline.code.end() &&
                                (piece + 1)->start == inside && (piece + 1)->isWord();
            if (!found || before)
                continue;
            found->span = {span.start + piece->start, piece->text.size()};
            return found;
        }
    }
    return std::nullopt;
}

} // namespace gatehouse::kql::language
