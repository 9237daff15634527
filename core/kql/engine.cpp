// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/engine.h"

#include "core/kql/binder/binder.h"
#include "core/kql/parser/parser.h"

#include <chrono>

namespace gatehouse::kql {

namespace {

/// The reason in a PartialError, as the service words it (contracts §2.3).
Error tooLarge(const std::string& what, std::size_t limit)
{
    Error error;
    error.kind = Error::Kind::Http;
    error.serviceCode = "-2133196797";
    error.message = "Query result set has exceeded the internal " + what + " limit " + std::to_string(limit) +
                    " (E_QUERY_RESULT_SET_TOO_LARGE; see https://aka.ms/kustoquerylimits)";
    error.advice = "Filter, summarize or take fewer rows.";
    return error;
}

/// How many bytes a value takes on the wire, roughly.
std::size_t encodedBytes(const Column& column, std::size_t row)
{
    switch (column.type()) {
    case ColumnType::Decimal:
    case ColumnType::Guid:
    case ColumnType::String:
    case ColumnType::Dynamic:
        return column.textAt(row).size() + 3;
    case ColumnType::DateTime:
        return 24;
    default:
        return 10;
    }
}

/// Copies the rows of one answer into a table until a limit cuts them off.
class AnswerBuilder
{
public:
    AnswerBuilder(const PlanNode& plan, std::string name, std::size_t maxRows, std::size_t& bytesLeft)
        : m_table(std::move(name))
        , m_maxRows(maxRows)
        , m_bytesLeft(bytesLeft)
    {
        for (const SchemaColumn& column : plan.schema)
            m_table.addColumn(column.name, column.type);
    }

    /// False once a limit is reached.
    bool add(const Chunk& chunk)
    {
        std::size_t rows = std::min(chunk.rows, m_maxRows - m_rows);
        const bool rowsCut = rows < chunk.rows;
        const std::size_t fitting = rowsWithinBytes(chunk, rows);
        const bool bytesCut = fitting < rows;
        rows = fitting;
        for (std::size_t i = 0; i < m_table.columnCount(); ++i)
            appendView(m_table.column(i), chunk.columns[i], rows);
        m_rows += rows;
        m_cutByRows = rowsCut && !bytesCut;
        m_cutByBytes = bytesCut;
        return !rowsCut && !bytesCut;
    }

    [[nodiscard]] bool cutByRows() const { return m_cutByRows; }
    [[nodiscard]] bool cutByBytes() const { return m_cutByBytes; }
    [[nodiscard]] Table take() { return std::move(m_table); }

private:
    std::size_t rowsWithinBytes(const Chunk& chunk, std::size_t rows)
    {
        for (std::size_t row = 0; row < rows; ++row) {
            std::size_t bytes = 2;
            for (const View& view : chunk.columns)
                bytes += encodedBytes(*view.column, view.at(row));
            if (bytes > m_bytesLeft)
                return row;
            m_bytesLeft -= bytes;
        }
        return rows;
    }

    Table m_table;
    std::size_t m_rows = 0;
    std::size_t m_maxRows;
    std::size_t& m_bytesLeft;
    bool m_cutByRows = false;
    bool m_cutByBytes = false;
};

Status answerOne(Evaluation& evaluation, BoundQuery& query, std::size_t maxRows, std::size_t& bytesLeft,
                 QueryAnswer& answer)
{
    prunePlan(*query.plan);
    const std::string name = answer.tables.empty() ? "PrimaryResult"
                             : query.name.empty()  ? "Table_" + std::to_string(answer.tables.size())
                                                   : query.name;
    AnswerBuilder builder(*query.plan, name, maxRows, bytesLeft);
    const auto stream = openStream(evaluation, *query.plan);
    Chunk chunk;
    while (true) {
        if (auto going = evaluation.checkStop(); !going)
            return going;
        auto more = stream->next(chunk);
        if (!more)
            return fail(more.error());
        if (!*more || !builder.add(chunk))
            break;
    }
    if (auto going = evaluation.checkStop(); !going)
        return going;
    if (builder.cutByRows())
        answer.partial = tooLarge("record count", maxRows);
    if (builder.cutByBytes())
        answer.partial = tooLarge("data size", evaluation.options().maxBytes);
    answer.tables.push_back(builder.take());
    if (!query.render.empty())
        answer.render = query.render;
    return {};
}

} // namespace

Result<Execution> execute(std::string_view query, const Catalog& catalog, const QueryOptions& options)
{
    const auto started = std::chrono::steady_clock::now();
    auto tree = parse(query);
    if (!tree)
        return fail(tree.error());
    Evaluation evaluation(options);
    Binder binder(query, catalog, evaluation);
    auto queries = binder.bind(*tree);
    if (!queries)
        return fail(queries.error());
    Execution execution;
    std::size_t bytesLeft = options.maxBytes;
    const std::size_t maxRows = std::min(options.maxRows, binder.truncationRows().value_or(options.maxRows));
    for (BoundQuery& bound : *queries) {
        if (auto done = answerOne(evaluation, bound, maxRows, bytesLeft, execution.answer); !done)
            return fail(done.error());
    }
    execution.statistics = evaluation.statistics();
    execution.statistics.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    return execution;
}

} // namespace gatehouse::kql
