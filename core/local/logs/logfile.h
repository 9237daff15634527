// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/sqlite/database.h"
#include "core/local/logs/logtable.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace gatehouse::local {

/// A chunk of one table on its way into the file.
struct SealedRows
{
    TableId table;
    ChunkSpan span;
    std::string rows;
};

/// The SQLite file under the log store: a journal of commits ("batches", each the rows of some requests), and
/// the chunks of each table that the journal is gathered into. Three connections: the writer (one thread at a
/// time, the caller's duty), the reader of history (any thread), and a thread that checkpoints, so that no
/// commit waits for a sync of the file.
class LogFile final : public ChunkReader
{
public:
    [[nodiscard]] static Result<std::unique_ptr<LogFile>> open(const std::string& path);
    ~LogFile() override;

    [[nodiscard]] Status commit(std::string_view rows);
    /// Everything in the journal, oldest first.
    [[nodiscard]] Status readJournal(const std::function<void(std::string_view rows)>& take);
    [[nodiscard]] Status readChunkList(const std::function<void(TableId, ChunkSpan, std::int64_t id)>& take);
    /// Puts the chunks in the journal's place, all or nothing; answers their ids in the same order.
    [[nodiscard]] Result<std::vector<std::int64_t>> seal(const std::vector<SealedRows>& chunks);
    [[nodiscard]] Status drop(const std::vector<std::int64_t>& chunkIds);

    [[nodiscard]] std::optional<std::string> read(std::int64_t chunkId) const override;
    [[nodiscard]] std::uint64_t readFailures() const { return m_readFailures.load(); }

private:
    LogFile(std::unique_ptr<Database> writer, std::unique_ptr<Database> reader,
            std::unique_ptr<Database> checkpointer);
    [[nodiscard]] Status prepare();
    [[nodiscard]] Status insertChunks(const std::vector<SealedRows>& chunks, std::vector<std::int64_t>& ids);
    void checkpointLoop(const std::stop_token& stop);

    std::atomic<std::size_t> m_logPages{0}; // of the write-ahead log, as the writer left it
    std::unique_ptr<Database> m_writer;
    std::unique_ptr<Database> m_reader;
    std::unique_ptr<Database> m_checkpointer;
    std::unique_ptr<Statement> m_insertBatch;
    mutable std::mutex m_readMutex;
    mutable std::atomic<std::uint64_t> m_readFailures{0};
    std::jthread m_checkpoints; // last: ends before the connections close
};

} // namespace gatehouse::local
