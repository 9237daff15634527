// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/engine.h"
#include "core/local/logs/schemas.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// Gives the rows of a chunk that lies in the file. Any thread may call.
class ChunkReader
{
public:
    ChunkReader() = default;
    ChunkReader(const ChunkReader&) = delete;
    ChunkReader& operator=(const ChunkReader&) = delete;
    virtual ~ChunkReader() = default;

    /// Empty when the file cannot be read; the reader counts that.
    [[nodiscard]] virtual std::optional<std::string> read(std::int64_t chunkId) const = 0;
};

/// What is known of some rows without reading them. Times in ticks.
struct ChunkSpan
{
    std::int64_t first = INT64_MAX;
    std::int64_t last = INT64_MIN;
    std::size_t rows = 0;

    void add(std::int64_t ticks)
    {
        first = std::min(first, ticks);
        last = std::max(last, ticks);
        ++rows;
    }
    [[nodiscard]] bool overlaps(const std::optional<TimeRange>& range) const
    {
        return rows != 0 && (!range || (first < range->end.sinceYearOne.count() &&
                                        last >= range->start.sinceYearOne.count()));
    }
};

/// Rows that never change again: encoded in memory, or in the file under an id. It keeps the columns that
/// queries have asked for so far, decoded.
class Chunk
{
public:
    Chunk(ChunkSpan span, std::string rows)
        : m_span(span)
        , m_rows(std::move(rows))
    {}
    Chunk(ChunkSpan span, std::int64_t fileId)
        : m_span(span)
        , m_fileId(fileId)
    {}

    [[nodiscard]] const ChunkSpan& span() const { return m_span; }
    [[nodiscard]] std::int64_t fileId() const { return m_fileId; }
    /// The encoded rows; only of a chunk in memory.
    [[nodiscard]] const std::string& rows() const { return m_rows; }

    /// A table with at least the wanted columns (positions, ascending). Null when the file cannot be read.
    [[nodiscard]] std::shared_ptr<const Table> view(const std::string& tableName,
                                                    const std::vector<StoredColumn>& columns,
                                                    std::span<const std::size_t> wanted,
                                                    const ChunkReader& reader) const;

private:
    ChunkSpan m_span;
    std::string m_rows;
    std::int64_t m_fileId = 0;
    mutable std::mutex m_mutex; // held while decoding, so that two queries do not decode the same twice
    mutable std::vector<std::size_t> m_viewColumns;
    mutable std::shared_ptr<const Table> m_view;
};

/// One table of the workspace: history chunks in the file, recent chunks in memory, and an open tail. The
/// store's committer alone appends; any thread scans.
class LogTable final : public kql::TableSource
{
public:
    LogTable(const TableSpec& spec, const WorkspaceIdentity& identity, const ChunkReader& reader);

    [[nodiscard]] const std::vector<kql::SchemaColumn>& schema() const override { return m_schema; }
    [[nodiscard]] std::vector<std::shared_ptr<const Table>>
    scan(const std::optional<TimeRange>& range, std::span<const std::string> wanted) const override;

    [[nodiscard]] const std::string& name() const { return m_name; }
    [[nodiscard]] const std::string& resourceId() const { return m_resourceId; }
    [[nodiscard]] std::size_t rowCount() const;

    void append(std::string_view row, std::int64_t ticks);
    void addHistory(ChunkSpan span, std::int64_t fileId);
    /// What is not in the file as chunks yet, oldest first. The committer's.
    [[nodiscard]] std::vector<std::shared_ptr<const Chunk>> unsealed();
    /// The unsealed rows are in the file now, as these.
    void seal(const std::vector<std::pair<ChunkSpan, std::int64_t>>& chunks);
    /// The file ids of the oldest history chunks that end before the time or exceed the number of rows; they
    /// are forgotten.
    [[nodiscard]] std::vector<std::int64_t> dropHistory(std::int64_t beforeTicks, std::size_t maxRows);
    /// The newest row's time; INT64_MIN when there is none.
    [[nodiscard]] std::int64_t newest() const;

private:
    using ChunkPtr = std::shared_ptr<const Chunk>;
    [[nodiscard]] std::vector<std::size_t> positionsOf(std::span<const std::string> wanted) const;
    void closeTail();

    std::string m_name;
    std::string m_resourceId;
    std::vector<StoredColumn> m_columns;
    std::vector<kql::SchemaColumn> m_schema;
    const ChunkReader& m_reader;

    mutable std::mutex m_mutex;
    std::vector<ChunkPtr> m_history;
    std::vector<ChunkPtr> m_recent;
    std::string m_tail;
    ChunkSpan m_tailSpan;
    mutable ChunkPtr m_tailCopy; // of the tail as it is now; null once it grew
};

} // namespace gatehouse::local
