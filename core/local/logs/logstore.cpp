// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/logs/logstore.h"

#include "core/base/encoding.h"
#include "core/local/logs/committer.h"
#include "core/local/logs/logfile.h"
#include "core/local/logs/logtable.h"
#include "core/local/logs/rowcodec.h"

#include <map>
#include <mutex>

namespace gatehouse::local {

namespace {

/// Rows in a chunk of the file.
constexpr std::size_t ChunkRows = 65'536;
/// The journal is gathered into chunks when the store is idle and holds as many rows, or without waiting for
/// that when it holds so many that they weigh on memory.
constexpr std::size_t SealRows = 65'536;
constexpr std::size_t SealRowsAtOnce = 1'000'000;

void appendRow(SealedRows& chunk, std::string_view row, std::int64_t ticks)
{
    chunk.rows.append(row);
    chunk.span.add(ticks);
}

/// The rows of one table in chunks of the file's size.
void gather(LogTable& table, TableId id, std::vector<SealedRows>& chunks)
{
    SealedRows open{id, {}, {}};
    for (const auto& chunk : table.unsealed()) {
        std::string_view rows = chunk->rows();
        while (const auto header = RowHeader::read(rows)) {
            appendRow(open, rows.substr(0, header->length), header->ticks);
            rows.remove_prefix(header->length);
            if (open.span.rows >= ChunkRows)
                chunks.push_back(std::exchange(open, SealedRows{id, {}, {}}));
        }
    }
    if (open.span.rows > 0)
        chunks.push_back(std::move(open));
}

/// A catalog that shows only some tables' rows.
class ScopedCatalog final : public kql::Catalog
{
public:
    explicit ScopedCatalog(std::map<std::string, std::shared_ptr<const kql::TableSource>, std::less<>> tables)
        : m_tables(std::move(tables))
    {}

    [[nodiscard]] std::shared_ptr<const kql::TableSource> find(std::string_view name) const override
    {
        const auto found = m_tables.find(name);
        return found == m_tables.end() ? nullptr : found->second;
    }
    [[nodiscard]] std::vector<std::string> tableNames() const override
    {
        std::vector<std::string> names;
        for (const auto& [name, table] : m_tables)
            names.push_back(name);
        return names;
    }

private:
    std::map<std::string, std::shared_ptr<const kql::TableSource>, std::less<>> m_tables;
};

/// A table of the workspace without rows.
class EmptyTable final : public kql::TableSource
{
public:
    explicit EmptyTable(std::vector<kql::SchemaColumn> schema)
        : m_schema(std::move(schema))
    {}
    [[nodiscard]] const std::vector<kql::SchemaColumn>& schema() const override { return m_schema; }
    [[nodiscard]] std::vector<std::shared_ptr<const Table>> scan(const std::optional<TimeRange>&,
                                                                 std::span<const std::string>) const override
    {
        return {};
    }

private:
    std::vector<kql::SchemaColumn> m_schema;
};

} // namespace

class LogStore::Parts
{
public:
    Parts(LogStoreOptions given, std::unique_ptr<LogFile> opened)
        : options(std::move(given))
        , file(std::move(opened))
    {
        for (const TableSpec& spec : tableSpecs()) {
            tables.push_back(std::make_shared<LogTable>(spec, options.identity, *file));
            byName.emplace(std::string(spec.name), tables.size() - 1);
        }
    }

    Status load()
    {
        if (auto done = file->readChunkList([this](TableId table, ChunkSpan span, std::int64_t id) {
                tables[static_cast<std::size_t>(table)]->addHistory(span, id);
            });
            !done)
            return done;
        return file->readJournal([this](std::string_view rows) { distribute(rows); });
    }

    Status commit(std::string_view rows)
    {
        const std::lock_guard lock(writeMutex);
        if (auto done = file->commit(rows); !done)
            return done;
        distribute(rows);
        revision.fetch_add(1);
        if (unsealedRows >= SealRowsAtOnce)
            static_cast<void>(sealLocked());
        return {};
    }

    void idle()
    {
        const std::lock_guard lock(writeMutex);
        if (unsealedRows >= SealRows)
            static_cast<void>(sealLocked()); // a full disk: tried again when idle next
    }

    Status seal()
    {
        const std::lock_guard lock(writeMutex);
        return sealLocked();
    }

    LogStoreOptions options;
    std::unique_ptr<LogFile> file;
    std::vector<std::shared_ptr<LogTable>> tables; // by TableId
    std::map<std::string, std::size_t, std::less<>> byName;
    std::atomic<std::uint64_t> revision{1};

private:
    void distribute(std::string_view rows)
    {
        while (const auto header = RowHeader::read(rows)) {
            if (header->table < tables.size()) {
                tables[header->table]->append(rows.substr(0, header->length), header->ticks);
                ++unsealedRows;
            }
            rows.remove_prefix(header->length);
        }
    }

    Status sealLocked()
    {
        std::vector<SealedRows> chunks;
        for (std::size_t i = 0; i < tables.size(); ++i)
            gather(*tables[i], static_cast<TableId>(i), chunks);
        const auto ids = file->seal(chunks);
        if (!ids)
            return fail(ids.error());
        std::vector<std::vector<std::pair<ChunkSpan, std::int64_t>>> sealed(tables.size());
        for (std::size_t i = 0; i < chunks.size(); ++i)
            sealed[static_cast<std::size_t>(chunks[i].table)].emplace_back(chunks[i].span, (*ids)[i]);
        for (std::size_t i = 0; i < tables.size(); ++i)
            tables[i]->seal(sealed[i]);
        unsealedRows = 0;
        return retain();
    }

    /// Counted back from the newest row, so that it needs no clock.
    Status retain()
    {
        std::int64_t newest = INT64_MIN;
        for (const auto& table : tables)
            newest = std::max(newest, table->newest());
        if (newest == INT64_MIN)
            return {};
        const std::int64_t before = newest - std::chrono::duration_cast<Ticks>(options.retention).count();
        std::vector<std::int64_t> dropped;
        for (const auto& table : tables) {
            const auto ids = table->dropHistory(before, options.maxRowsPerTable);
            dropped.insert(dropped.end(), ids.begin(), ids.end());
        }
        return dropped.empty() ? Status{} : file->drop(dropped);
    }

    std::mutex writeMutex; // the file's writer and unsealedRows
    std::size_t unsealedRows = 0;

public:
    std::unique_ptr<Committer> committer; // last: it commits what is left before anything else ends
};

LogStore::LogStore(std::unique_ptr<Parts> parts)
    : m_parts(std::move(parts))
{}

LogStore::~LogStore() = default;

Result<std::unique_ptr<LogStore>> LogStore::open(LogStoreOptions options)
{
    auto file = LogFile::open(options.path);
    if (!file)
        return fail(file.error());
    auto parts = std::make_unique<Parts>(std::move(options), std::move(*file));
    if (auto done = parts->load(); !done)
        return fail(done.error());
    Parts* owner = parts.get();
    parts->committer = std::make_unique<Committer>(
        [owner](std::string_view rows) { return owner->commit(rows); }, [owner] { owner->idle(); });
    return std::unique_ptr<LogStore>(new LogStore(std::move(parts)));
}

LogStore::Ticket LogStore::append(const RowBatch& batch)
{
    Ticket ticket;
    if (!batch.empty())
        ticket.m_group = m_parts->committer->append(batch.bytes());
    return ticket;
}

Status LogStore::wait(const Ticket& ticket) const
{
    return ticket.m_group == nullptr ? Status{} : ticket.m_group->wait();
}

Status LogStore::write(const RowBatch& batch)
{
    return wait(append(batch));
}

std::shared_ptr<const kql::TableSource> LogStore::find(std::string_view name) const
{
    const auto found = m_parts->byName.find(name);
    return found == m_parts->byName.end() ? nullptr : m_parts->tables[found->second];
}

std::vector<std::string> LogStore::tableNames() const
{
    std::vector<std::string> names;
    for (const auto& [name, index] : m_parts->byName)
        names.push_back(name);
    return names;
}

std::unique_ptr<kql::Catalog> LogStore::scopedTo(std::string_view resourceId) const
{
    const std::string scope = toLower(resourceId);
    std::map<std::string, std::shared_ptr<const kql::TableSource>, std::less<>> tables;
    for (const auto& table : m_parts->tables) {
        const std::string& resource = table->resourceId();
        const bool inside =
            resource.starts_with(scope) && (resource.size() == scope.size() || resource[scope.size()] == '/');
        if (inside)
            tables.emplace(table->name(), table);
        else
            tables.emplace(table->name(), std::make_shared<EmptyTable>(table->schema()));
    }
    return std::make_unique<ScopedCatalog>(std::move(tables));
}

const WorkspaceIdentity& LogStore::identity() const
{
    return m_parts->options.identity;
}

std::size_t LogStore::rowCount(TableId table) const
{
    return m_parts->tables[static_cast<std::size_t>(table)]->rowCount();
}

std::uint64_t LogStore::revision() const
{
    return m_parts->revision.load();
}

std::uint64_t LogStore::readFailures() const
{
    return m_parts->file->readFailures();
}

Status LogStore::compact()
{
    m_parts->committer->drain();
    return m_parts->seal();
}

} // namespace gatehouse::local
