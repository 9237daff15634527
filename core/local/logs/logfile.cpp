// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/logs/logfile.h"

#include "core/base/threads.h"
#include "core/local/logs/checkpointrule.h"

#include <condition_variable>

namespace gatehouse::local {

namespace {

constexpr std::int64_t FormatVersion = 1;
constexpr std::chrono::milliseconds CheckpointPause{250};

constexpr const char* Schema = R"(
CREATE TABLE IF NOT EXISTS batches(id INTEGER PRIMARY KEY, rows BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS chunks(id INTEGER PRIMARY KEY, tab INTEGER NOT NULL, first INTEGER NOT NULL,
    last INTEGER NOT NULL, count INTEGER NOT NULL, rows BLOB NOT NULL);
PRAGMA user_version = 1;
)";

Status checkVersion(Database& database)
{
    auto statement = database.prepare("PRAGMA user_version");
    if (!statement)
        return fail(statement.error());
    const auto row = statement->step();
    if (!row)
        return fail(row.error());
    if (*row && statement->integer(0) > FormatVersion)
        return fail(Error::Kind::Storage, "The log store was written by a newer version of Gatehouse.",
                    "Update Gatehouse, or choose another data directory.");
    return {};
}

} // namespace

LogFile::LogFile(std::unique_ptr<Database> writer, std::unique_ptr<Database> reader,
                 std::unique_ptr<Database> checkpointer)
    : m_writer(std::move(writer))
    , m_reader(std::move(reader))
    , m_checkpointer(std::move(checkpointer))
{}

LogFile::~LogFile()
{
    m_checkpoints.request_stop();
}

Result<std::unique_ptr<LogFile>> LogFile::open(const std::string& path)
{
    auto writer = Database::open(path);
    if (!writer)
        return fail(writer.error());
    if (auto done = checkVersion(**writer); !done)
        return fail(done.error());
    if (auto done = (*writer)->execute(Schema); !done)
        return fail(done.error());
    auto reader = Database::open(path);
    if (!reader)
        return fail(reader.error());
    auto checkpointer = Database::open(path);
    if (!checkpointer)
        return fail(checkpointer.error());
    std::unique_ptr<LogFile> file(
        new LogFile(std::move(*writer), std::move(*reader), std::move(*checkpointer)));
    if (auto done = file->prepare(); !done)
        return fail(done.error());
    return file;
}

Status LogFile::prepare()
{
    m_writer->countLogPages(m_logPages);
    auto insert = m_writer->prepare("INSERT INTO batches(rows) VALUES(?1)");
    if (!insert)
        return fail(insert.error());
    m_insertBatch = std::make_unique<Statement>(std::move(*insert));
    m_checkpoints = std::jthread([this](const std::stop_token& stop) { checkpointLoop(stop); });
    return {};
}

Status LogFile::commit(std::string_view rows)
{
    // A single statement is its own transaction.
    return m_insertBatch->bindBlob(1, rows).run();
}

Status LogFile::readJournal(const std::function<void(std::string_view)>& take)
{
    auto statement = m_writer->prepare("SELECT rows FROM batches ORDER BY id");
    if (!statement)
        return fail(statement.error());
    for (;;) {
        const auto row = statement->step();
        if (!row)
            return fail(row.error());
        if (!*row)
            return {};
        take(statement->text(0));
    }
}

Status LogFile::readChunkList(const std::function<void(TableId, ChunkSpan, std::int64_t)>& take)
{
    auto statement = m_writer->prepare("SELECT id, tab, first, last, count FROM chunks ORDER BY id");
    if (!statement)
        return fail(statement.error());
    for (;;) {
        const auto row = statement->step();
        if (!row)
            return fail(row.error());
        if (!*row)
            return {};
        const std::int64_t table = statement->integer(1);
        if (table < 0 || table >= static_cast<std::int64_t>(tableSpecs().size()))
            continue;
        take(static_cast<TableId>(table),
             ChunkSpan{statement->integer(2), statement->integer(3),
                       static_cast<std::size_t>(statement->integer(4))},
             statement->integer(0));
    }
}

Status LogFile::insertChunks(const std::vector<SealedRows>& chunks, std::vector<std::int64_t>& ids)
{
    auto insert = m_writer->prepare(
        "INSERT INTO chunks(tab, first, last, count, rows) VALUES(?1, ?2, ?3, ?4, ?5) RETURNING id");
    if (!insert)
        return fail(insert.error());
    for (const SealedRows& chunk : chunks) {
        insert->bind(1, static_cast<std::int64_t>(chunk.table))
            .bind(2, chunk.span.first)
            .bind(3, chunk.span.last)
            .bind(4, static_cast<std::int64_t>(chunk.span.rows))
            .bindBlob(5, chunk.rows);
        const auto row = insert->step();
        if (!row)
            return fail(row.error());
        ids.push_back(insert->integer(0));
        insert->reset();
    }
    return {};
}

Result<std::vector<std::int64_t>> LogFile::seal(const std::vector<SealedRows>& chunks)
{
    std::vector<std::int64_t> ids;
    if (auto done = m_writer->execute("BEGIN IMMEDIATE"); !done)
        return fail(done.error());
    Status done = insertChunks(chunks, ids);
    if (done)
        done = m_writer->execute("DELETE FROM batches; COMMIT");
    if (!done) {
        // SQLite may have rolled back by itself; then this one fails, and nothing is lost by that.
        static_cast<void>(m_writer->execute("ROLLBACK"));
        return fail(done.error());
    }
    return ids;
}

Status LogFile::drop(const std::vector<std::int64_t>& chunkIds)
{
    auto statement = m_writer->prepare("DELETE FROM chunks WHERE id = ?1");
    if (!statement)
        return fail(statement.error());
    for (const std::int64_t id : chunkIds) {
        if (auto done = statement->bind(1, id).run(); !done)
            return done;
    }
    return {};
}

std::optional<std::string> LogFile::read(std::int64_t chunkId) const
{
    const std::lock_guard lock(m_readMutex);
    auto statement = m_reader->prepare("SELECT rows FROM chunks WHERE id = ?1");
    if (statement) {
        if (const auto row = statement->bind(1, chunkId).step(); row && *row)
            return std::string(statement->text(0));
    }
    ++m_readFailures;
    return std::nullopt;
}

void LogFile::checkpointLoop(const std::stop_token& stop)
{
    lowerThreadPriority(10); // whoever waits for an answer comes first
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    CheckpointRule rule;
    while (!stop.stop_requested()) {
        wake.wait_for(lock, stop, CheckpointPause, [] { return false; });
        const CheckpointRule::Due due = rule.look(m_logPages.load());
        if (due == CheckpointRule::Due::Nothing)
            continue;
        // A checkpoint that fails is tried again when as much has come again; commits go on without it.
        static_cast<void>(m_checkpointer->execute("PRAGMA wal_checkpoint(PASSIVE)"));
        // Beginning the log anew holds up commits, so little must be left to copy; cutting the file would
        // hold them up three times as long.
        if (due == CheckpointRule::Due::CopyAndRestart)
            static_cast<void>(
                m_checkpointer->execute("PRAGMA wal_checkpoint(PASSIVE); PRAGMA wal_checkpoint(RESTART)"));
    }
}

} // namespace gatehouse::local
