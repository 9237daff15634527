// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/logs/logtable.h"

#include "core/local/logs/rowcodec.h"

#include <algorithm>
#include <iterator>

namespace gatehouse::local {

namespace {

/// The tail is copied for a query when it has grown, so it is kept short.
constexpr std::size_t TailRows = 4'096;

} // namespace

std::shared_ptr<const Table> Chunk::view(const std::string& tableName,
                                         const std::vector<StoredColumn>& columns,
                                         std::span<const std::size_t> wanted, const ChunkReader& reader) const
{
    const std::lock_guard lock(m_mutex);
    if (m_view != nullptr && std::ranges::includes(m_viewColumns, wanted))
        return m_view;
    std::vector<std::size_t> missing;
    std::ranges::set_difference(wanted, m_viewColumns, std::back_inserter(missing));
    std::string fromFile;
    if (m_fileId != 0) {
        auto rows = reader.read(m_fileId);
        if (!rows)
            return nullptr;
        fromFile = std::move(*rows);
    }
    Table decoded = decodeRows(tableName, columns, missing, m_fileId != 0 ? fromFile : m_rows, m_span.rows);
    if (m_view != nullptr) {
        for (const Column& column : m_view->columns())
            decoded.addColumn(column);
    }
    std::vector<std::size_t> all;
    std::ranges::set_union(wanted, m_viewColumns, std::back_inserter(all));
    m_viewColumns = std::move(all);
    m_view = std::make_shared<const Table>(std::move(decoded));
    return m_view;
}

LogTable::LogTable(const TableSpec& spec, const WorkspaceIdentity& identity, const ChunkReader& reader)
    : m_name(spec.name)
    , m_columns(storedColumns(spec, identity))
    , m_reader(reader)
{
    for (const StoredColumn& column : m_columns) {
        m_schema.push_back(column.schema);
        if (column.schema.name == "_ResourceId")
            m_resourceId = column.constant;
    }
}

std::vector<std::size_t> LogTable::positionsOf(std::span<const std::string> wanted) const
{
    std::vector<std::size_t> positions;
    for (std::size_t i = 0; i < m_schema.size(); ++i) {
        // TimeGenerated always: it tells the number of rows when nothing else is asked for.
        if (m_schema[i].name == "TimeGenerated" ||
            std::ranges::find(wanted, m_schema[i].name) != wanted.end())
            positions.push_back(i);
    }
    return positions;
}

std::vector<std::shared_ptr<const Table>> LogTable::scan(const std::optional<TimeRange>& range,
                                                         std::span<const std::string> wanted) const
{
    std::vector<ChunkPtr> chunks;
    {
        const std::lock_guard lock(m_mutex);
        if (m_tailCopy == nullptr && m_tailSpan.overlaps(range))
            m_tailCopy = std::make_shared<const Chunk>(m_tailSpan, m_tail);
        for (const auto* list : {&m_history, &m_recent})
            std::ranges::copy_if(*list, std::back_inserter(chunks),
                                 [&](const ChunkPtr& chunk) { return chunk->span().overlaps(range); });
        if (m_tailCopy != nullptr && m_tailSpan.overlaps(range))
            chunks.push_back(m_tailCopy);
    }
    const std::vector<std::size_t> positions = positionsOf(wanted);
    std::vector<std::shared_ptr<const Table>> tables;
    tables.reserve(chunks.size());
    for (const ChunkPtr& chunk : chunks) {
        if (auto table = chunk->view(m_name, m_columns, positions, m_reader))
            tables.push_back(std::move(table));
    }
    return tables;
}

std::size_t LogTable::rowCount() const
{
    const std::lock_guard lock(m_mutex);
    std::size_t rows = m_tailSpan.rows;
    for (const auto* list : {&m_history, &m_recent})
        for (const ChunkPtr& chunk : *list)
            rows += chunk->span().rows;
    return rows;
}

void LogTable::append(std::string_view row, std::int64_t ticks)
{
    const std::lock_guard lock(m_mutex);
    m_tail.append(row);
    m_tailSpan.add(ticks);
    m_tailCopy.reset();
    if (m_tailSpan.rows >= TailRows)
        closeTail();
}

void LogTable::closeTail()
{
    if (m_tailSpan.rows == 0)
        return;
    m_recent.push_back(std::make_shared<const Chunk>(m_tailSpan, std::move(m_tail)));
    m_tail.clear();
    m_tailSpan = {};
    m_tailCopy.reset();
}

void LogTable::addHistory(ChunkSpan span, std::int64_t fileId)
{
    const std::lock_guard lock(m_mutex);
    m_history.push_back(std::make_shared<const Chunk>(span, fileId));
}

std::vector<std::shared_ptr<const Chunk>> LogTable::unsealed()
{
    const std::lock_guard lock(m_mutex);
    closeTail();
    return m_recent;
}

void LogTable::seal(const std::vector<std::pair<ChunkSpan, std::int64_t>>& chunks)
{
    const std::lock_guard lock(m_mutex);
    m_recent.clear();
    for (const auto& [span, id] : chunks)
        m_history.push_back(std::make_shared<const Chunk>(span, id));
}

std::vector<std::int64_t> LogTable::dropHistory(std::int64_t beforeTicks, std::size_t maxRows)
{
    const std::lock_guard lock(m_mutex);
    std::size_t rows = 0;
    for (const ChunkPtr& chunk : m_history)
        rows += chunk->span().rows;
    std::vector<std::int64_t> dropped;
    std::erase_if(m_history, [&](const ChunkPtr& chunk) {
        if (chunk->span().last >= beforeTicks && rows <= maxRows)
            return false;
        rows -= chunk->span().rows;
        dropped.push_back(chunk->fileId());
        return true;
    });
    return dropped;
}

std::int64_t LogTable::newest() const
{
    const std::lock_guard lock(m_mutex);
    std::int64_t newest = m_tailSpan.last;
    for (const auto* list : {&m_history, &m_recent})
        for (const ChunkPtr& chunk : *list)
            newest = std::max(newest, chunk->span().last);
    return newest;
}

} // namespace gatehouse::local
