// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/execution/context.h"

#include "core/kql/functions/json.h"
#include "core/kql/functions/regexsyntax.h"

namespace gatehouse::kql {

Evaluation::Evaluation(const QueryOptions& options)
    : m_options(options)
{}

Evaluation::~Evaluation() = default;

Status Evaluation::checkStop() const
{
    if (m_options.stop.stop_requested())
        return fail(Error::Kind::Cancelled, "The query was cancelled.");
    return m_outgrown ? overBudget() : Status{};
}

tl::unexpected<Error> Evaluation::overBudget() const
{
    Error error;
    error.kind = Error::Kind::Unavailable;
    error.message = "The query needs more memory than its budget of ";
    error.message += std::to_string(m_options.memoryBudget >> 20U) + " MiB (E_LOW_MEMORY_CONDITION).";
    error.advice = "Read a shorter time range, filter earlier or summarize by fewer columns.";
    error.serviceCode = "E_LOW_MEMORY_CONDITION";
    return fail(std::move(error));
}

bool Evaluation::outgrown(std::size_t bytes)
{
    constexpr std::size_t ColumnLimit = std::size_t{3} << 30U; // its offsets have 32 bits
    m_outgrown = m_outgrown || bytes > ColumnLimit || m_memory + bytes > m_options.memoryBudget;
    return m_outgrown;
}

Status Evaluation::charge(std::size_t bytes)
{
    m_memory += bytes;
    m_statistics.bytesPeak = std::max<std::uint64_t>(m_statistics.bytesPeak, m_memory);
    if (m_memory <= m_options.memoryBudget)
        return {};
    return overBudget();
}

JsonReader& Evaluation::json(std::size_t slot)
{
    while (m_readers.size() <= slot)
        m_readers.push_back(std::make_unique<JsonReader>());
    return *m_readers[slot];
}

const re2::RE2* Evaluation::regex(std::string_view pattern)
{
    auto found = m_patterns.find(pattern);
    if (found == m_patterns.end()) {
        constexpr std::size_t MostPatterns = 256; // a pattern a row must not fill the memory
        if (m_patterns.size() >= MostPatterns)
            m_patterns.clear();
        found = m_patterns.emplace(std::string(pattern), compile(pattern)).first;
    }
    return found->second->ok() ? found->second.get() : nullptr;
}

std::unique_ptr<re2::RE2> Evaluation::compile(std::string_view pattern)
{
    re2::RE2::Options options(re2::RE2::Quiet);
    options.set_max_mem(8 << 20);
    return std::make_unique<re2::RE2>(toRe2(pattern), options);
}

void Evaluation::forget(const PlanNode* node)
{
    const auto found = cached.find(node);
    if (found == cached.end())
        return;
    for (const Chunk& chunk : *found->second)
        release(cachedBytes(chunk));
    cached.erase(found);
}

Status Reservation::hold(std::size_t bytes)
{
    if (bytes > m_bytes) {
        const auto charged = m_evaluation.charge(bytes - m_bytes);
        m_bytes = bytes;
        return charged;
    }
    m_evaluation.release(m_bytes - bytes);
    m_bytes = bytes;
    return {};
}

View evaluate(Evaluation& evaluation, const BoundExpr& expr, const Chunk& chunk)
{
    if (expr.kind == BoundExpr::Kind::Column)
        return chunk.columns[expr.column];
    if (expr.kind == BoundExpr::Kind::Constant)
        return constantView(expr.constant);
    std::vector<View> args;
    args.reserve(expr.args.size());
    for (const ExprRef& argument : expr.args)
        args.push_back(evaluate(evaluation, *argument, chunk));
    if (expr.vector != nullptr)
        return expr.vector(evaluation, expr.type, args, chunk.rows);
    Column out({}, expr.type);
    out.reserve(chunk.rows);
    std::vector<Datum> data(args.size());
    bool full = false;
    constexpr std::size_t CheckedBytes = std::size_t{16} << 20U; // a few large values count like many rows
    std::size_t nextCheck = CheckedBytes;
    for (std::size_t row = 0; row < chunk.rows; ++row) {
        if (row % 256 == 255 || out.textBytes() > nextCheck) {
            full = full || evaluation.outgrown(out.memoryBytes());
            nextCheck = out.textBytes() + CheckedBytes;
        }
        full = full || evaluation.options().stop.stop_requested();
        if (full) { // the query fails at its next check
            out.appendNull();
            continue;
        }
        bool anyNull = false;
        for (std::size_t i = 0; i < args.size(); ++i) {
            data[i] = datumAt(args[i], row);
            anyNull = anyNull || data[i].null;
        }
        if (anyNull && expr.nullIfAnyNull)
            out.appendNull();
        else
            expr.row(evaluation, data, out);
    }
    return viewOf(std::move(out));
}

Result<Chunk> collect(Evaluation& evaluation, Stream& stream, const Schema& schema, Reservation& memory)
{
    Chunk whole;
    std::vector<Column> columns;
    std::vector<Chunk> parts;
    Chunk part;
    std::size_t rows = 0;
    while (true) {
        auto more = stream.next(part);
        if (!more)
            return fail(more.error());
        if (!*more)
            break;
        if (part.rows == 0)
            continue;
        rows += part.rows;
        // Indices and the values that a gather will copy; texts are counted when they are copied.
        if (auto held = memory.hold(rows * 12 * std::max<std::size_t>(schema.size(), 1)); !held)
            return fail(held.error());
        if (rows > UINT32_MAX / 2)
            return fail(Error::Kind::Unavailable,
                        "The query holds more rows than the engine can order at once.",
                        "Filter or summarize first.");
        parts.push_back(std::move(part));
        part = {};
    }
    if (parts.size() == 1)
        return std::move(parts.front());
    whole.rows = rows;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < schema.size(); ++i) {
        if (auto going = evaluation.checkStop(); !going)
            return fail(going.error());
        const bool absent =
            std::any_of(parts.begin(), parts.end(), [&](const Chunk& c) { return !c.columns[i].column; });
        if (absent) {
            whole.columns.emplace_back();
            continue;
        }
        std::size_t text = 0;
        for (const Chunk& chunk : parts)
            text += textBytes(chunk.columns[i], chunk.rows);
        if (evaluation.outgrown(text))
            return fail(evaluation.checkStop().error());
        Column column(schema[i].name, schema[i].type);
        column.reserve(rows);
        for (const Chunk& chunk : parts)
            appendView(column, chunk.columns[i], chunk.rows);
        bytes += column.memoryBytes();
        if (auto held = memory.hold(bytes); !held)
            return fail(held.error());
        whole.columns.push_back(viewOf(std::move(column)));
    }
    return whole;
}

} // namespace gatehouse::kql
