// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/execution/streams.h"
#include "core/kql/functions/conversion.h"

#include <charconv>
#include <memory>
#include <vector>

namespace gatehouse::kql {

namespace {

/// Cuts a text by a regular expression into typed columns.
class ParseStream final : public Stream
{
public:
    ParseStream(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
        : m_evaluation(evaluation)
        , m_node(node)
        , m_input(std::move(input))
        , m_regex(Evaluation::compile(node.parse->pattern))
    {
        m_groups.resize(node.expansions.size());
        for (const auto& [name, group] : m_regex->NamedCapturingGroups()) {
            std::size_t capture = 0;
            constexpr std::string_view Prefix = "Capture";
            if (name.starts_with(Prefix) &&
                std::from_chars(name.data() + Prefix.size(), name.data() + name.size(), capture).ec ==
                    std::errc() &&
                capture < m_groups.size())
                m_groups[capture] = group;
        }
        m_found.resize(static_cast<std::size_t>(m_regex->NumberOfCapturingGroups()) + 1);
    }

    Result<bool> next(Chunk& chunk) override
    {
        auto more = m_input->next(chunk);
        if (!more || !*more)
            return more;
        const View text = evaluate(m_evaluation, *m_node.exprs[0], chunk);
        std::vector<Column> columns;
        for (const Expansion& expansion : m_node.expansions)
            columns.emplace_back(std::string(), expansion.type);
        RowIndex kept;
        std::size_t bytes = 0;
        for (std::size_t row = 0; row < chunk.rows; ++row) {
            bytes += text.column->textAt(text.at(row)).size();
            const bool stop =
                row % 1024 == 1023 && (m_evaluation.outgrown(bytes) || !m_evaluation.checkStop());
            const bool matched = !stop && parseRow(text.column->textAt(text.at(row)), columns);
            if (!matched && m_node.parse->dropUnmatched)
                continue;
            kept.push_back(static_cast<std::uint32_t>(row));
            for (Column& column : columns) {
                if (!matched)
                    column.appendNull();
            }
        }
        if (auto going = m_evaluation.checkStop(); !going)
            return fail(going.error());
        Chunk out = kept.size() == chunk.rows ? std::move(chunk) : selectRows(chunk, std::move(kept));
        out.columns.resize(m_node.schema.size());
        for (std::size_t i = 0; i < columns.size(); ++i)
            out.columns[m_node.expansions[i].column] = viewOf(std::move(columns[i]));
        chunk = std::move(out);
        return true;
    }

private:
    /// Appends a value to each column, or to none.
    bool parseRow(std::string_view text, std::vector<Column>& columns)
    {
        const re2::StringPiece piece(text.data(), text.size());
        if (!m_regex->Match(piece, 0, text.size(), re2::RE2::ANCHOR_BOTH, m_found.data(),
                            static_cast<int>(m_found.size())))
            return false;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const re2::StringPiece& found = m_found[static_cast<std::size_t>(m_groups[i])];
            if (appendValue(columns[i], std::string_view(found.data(), found.size())) ||
                !m_node.parse->strict)
                continue;
            for (std::size_t c = 0; c <= i; ++c)
                columns[c].truncate(columns[c].size() - 1);
            return false;
        }
        return true;
    }

    /// False when the text is not of the column's type; it is null then.
    bool appendValue(Column& column, std::string_view text)
    {
        if (column.type() == ColumnType::String) {
            column.appendText(text);
            return true;
        }
        Datum datum;
        datum.null = false;
        datum.text = text;
        castFunction(ColumnType::String, column.type())(m_evaluation, std::span(&datum, 1), column);
        return !column.isNull(column.size() - 1);
    }

    Evaluation& m_evaluation;
    const PlanNode& m_node;
    StreamPtr m_input;
    std::unique_ptr<re2::RE2> m_regex;
    std::vector<int> m_groups; // of each capture
    std::vector<re2::StringPiece> m_found;
};

} // namespace

StreamPtr openParse(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
{
    return std::make_unique<ParseStream>(evaluation, node, std::move(input));
}

} // namespace gatehouse::kql
