// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/execution/streams.h"
#include "core/kql/functions/conversion.h"
#include "core/kql/functions/json.h"
#include "core/kql/values.h"

namespace gatehouse::kql {

namespace {

/// One row an element of each expanded value; shorter ones pad with null, a bag gives bags of one entry.
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
        auto more = m_input->next(chunk);
        if (!more || !*more)
            return more;
        std::vector<View> values;
        for (const ExprRef& expr : m_node.exprs)
            values.push_back(evaluate(m_evaluation, *expr, chunk));
        std::vector<Column> columns;
        for (const Expansion& expansion : m_node.expansions)
            columns.emplace_back(std::string(), expansion.type);
        RowIndex rows;
        for (std::size_t row = 0; row < chunk.rows; ++row)
            expandRow(values, row, columns, rows);
        const std::size_t produced = rows.size();
        Chunk source = chunk;
        source.columns.resize(m_node.schema.size());
        Chunk out = selectRows(source, std::move(rows));
        out.rows = produced;
        for (std::size_t i = 0; i < columns.size(); ++i)
            out.columns[m_node.expansions[i].column] = viewOf(std::move(columns[i]));
        chunk = std::move(out);
        return true;
    }

private:
    /// The JSON of each element; a null value has one null element.
    [[nodiscard]] std::vector<std::string> elementsOf(const View& view, std::size_t row)
    {
        const Datum datum = datumAt(view, row);
        if (datum.null)
            return {"null"};
        std::vector<std::string> elements;
        const auto value = m_evaluation.json().read(datum.text);
        if (value && value->is_array()) {
            for (const auto item : simdjson::dom::array(*value))
                appendJson(elements.emplace_back(), item);
        } else if (value && value->is_object()) {
            for (const auto& field : simdjson::dom::object(*value)) {
                std::string& bag = elements.emplace_back("{");
                appendJsonString(bag, field.key);
                bag += ':';
                appendJson(bag, field.value);
                bag += '}';
            }
        } else {
            elements.emplace_back(datum.text);
        }
        return elements;
    }

    void expandRow(std::span<const View> values, std::size_t row, std::vector<Column>& columns,
                   RowIndex& rows)
    {
        std::vector<std::vector<std::string>> lists;
        std::size_t longest = 0;
        for (const View& view : values) {
            lists.push_back(elementsOf(view, row));
            longest = std::max(longest, lists.back().size());
        }
        longest = std::min(longest, m_node.count);
        for (std::size_t i = 0; i < longest; ++i) {
            rows.push_back(static_cast<std::uint32_t>(row));
            for (std::size_t c = 0; c < columns.size(); ++c) {
                if (i < lists[c].size())
                    appendFromJson(m_evaluation, columns[c], lists[c][i]);
                else
                    columns[c].appendNull();
            }
        }
    }

    Evaluation& m_evaluation;
    const PlanNode& m_node;
    StreamPtr m_input;
};

} // namespace

StreamPtr openMvExpand(Evaluation& evaluation, const PlanNode& node, StreamPtr input)
{
    return std::make_unique<MvExpandStream>(evaluation, node, std::move(input));
}

} // namespace gatehouse::kql
