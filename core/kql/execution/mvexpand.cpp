// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/execution/streams.h"
#include "core/kql/functions/conversion.h"
#include "core/kql/functions/json.h"
#include "core/kql/values.h"

namespace gatehouse::kql {

namespace {

/// One row an element of each expanded value; shorter ones pad with null, a bag gives bags of one entry. All
/// elements of a row come in one chunk, and a chunk ends with the row that fills it.
class MvExpandStream final : public Stream
{
public:
    MvExpandStream(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
        : m_evaluation(evaluation)
        , m_node(node)
        , m_input(std::move(input))
    {}

    Result<bool> next(Chunk& chunk) override
    {
        if (auto going = m_evaluation.checkStop(); !going)
            return fail(going.error());
        if (m_row >= m_chunk.rows) {
            auto more = m_input->next(m_chunk);
            if (!more || !*more)
                return more;
            m_row = 0;
            m_values.clear();
            for (const ExprRef& expr : m_node.exprs)
                m_values.push_back(evaluate(m_evaluation, *expr, m_chunk));
        }
        Expanded out;
        for (const Expansion& expansion : m_node.expansions)
            out.columns.emplace_back(std::string(), expansion.type);
        while (m_row < m_chunk.rows && out.rows.size() < MorselRows) {
            expandRow(out);
            ++m_row;
            std::size_t bytes = out.rows.size() * 24;
            for (const Column& column : out.columns)
                bytes += column.textBytes();
            if (m_evaluation.outgrown(bytes))
                break;
        }
        chunk = assemble(std::move(out));
        return true;
    }

private:
    struct Expanded
    {
        std::vector<Column> columns;
        RowIndex rows;
        Column positions{{}, ColumnType::Long};
        Column numbers{{}, ColumnType::Long};
    };

    [[nodiscard]] Chunk assemble(Expanded expanded) const
    {
        const std::size_t produced = expanded.rows.size();
        Chunk source = m_chunk;
        source.columns.resize(m_node.schema.size());
        Chunk out = selectRows(source, std::move(expanded.rows));
        out.rows = produced;
        for (std::size_t i = 0; i < expanded.columns.size(); ++i)
            out.columns[m_node.expansions[i].column] = viewOf(std::move(expanded.columns[i]));
        if (m_node.itemIndex)
            out.columns[*m_node.itemIndex] = viewOf(std::move(expanded.positions));
        if (m_node.rowNumber)
            out.columns[*m_node.rowNumber] = viewOf(std::move(expanded.numbers));
        return out;
    }

    /// The JSON of each element; a null value has one null element.
    [[nodiscard]] std::vector<std::string> elementsOf(const View& view, std::size_t row) const
    {
        const Datum datum = datumAt(view, row);
        if (datum.null)
            return {"null"};
        std::vector<std::string> elements;
        const auto value = m_evaluation.json().read(datum.text);
        if (value && value->is_array()) {
            for (const auto item : simdjson::dom::array(*value)) {
                if (elements.size() >= m_node.count)
                    break;
                appendJson(elements.emplace_back(), item);
            }
        } else if (value && value->is_object()) {
            for (const auto& field : simdjson::dom::object(*value)) {
                if (elements.size() >= m_node.count)
                    break;
                std::string& entry = elements.emplace_back(m_node.bagsAsArrays ? "[" : "{");
                appendJsonString(entry, field.key);
                entry += m_node.bagsAsArrays ? ',' : ':';
                appendJson(entry, field.value);
                entry += m_node.bagsAsArrays ? ']' : '}';
            }
        } else {
            elements.emplace_back(datum.text);
        }
        return elements;
    }

    void expandRow(Expanded& out)
    {
        std::vector<std::vector<std::string>> lists;
        std::size_t longest = 0;
        for (const View& view : m_values) {
            lists.push_back(elementsOf(view, m_row));
            longest = std::max(longest, lists.back().size());
        }
        longest = std::min(longest, m_node.count);
        ++m_number;
        for (std::size_t i = 0; i < longest; ++i) {
            out.rows.push_back(static_cast<std::uint32_t>(m_row));
            for (std::size_t c = 0; c < out.columns.size(); ++c) {
                if (i < lists[c].size())
                    appendFromJson(m_evaluation, out.columns[c], lists[c][i]);
                else
                    out.columns[c].appendNull();
            }
            if (m_node.itemIndex)
                out.positions.appendInteger(static_cast<std::int64_t>(i));
            if (m_node.rowNumber)
                out.numbers.appendInteger(m_number);
        }
    }

    Evaluation& m_evaluation;
    const PlanNode& m_node;
    StreamPtr m_input;
    Chunk m_chunk; // its rows before m_row are expanded
    std::size_t m_row = 0;
    std::vector<View> m_values;
    std::int64_t m_number = 0;
};

} // namespace

StreamPtr openMvExpand(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
{
    return std::make_unique<MvExpandStream>(evaluation, node, std::move(input));
}

} // namespace gatehouse::kql
