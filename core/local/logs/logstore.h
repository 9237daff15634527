// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/kql/engine.h"
#include "core/local/logs/rows.h"
#include "core/local/logs/schemas.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

class CommitGroup;

struct LogStoreOptions
{
    std::string path; ///< of the SQLite file
    WorkspaceIdentity identity;
    std::chrono::hours retention{24 * 90};   ///< older chunks are dropped
    std::size_t maxRowsPerTable = 4'000'000; ///< the oldest chunks beyond that are dropped
};

/// The rows of the workspace. SQLite (WAL) is the truth: a row is committed before wait() returns, and the
/// next query sees it. Any thread may call; one thread inside commits whatever has come in meanwhile (group
/// commit). History is read from the file when a query first asks for it, so opening does not wait for it.
/// Must never answer a ticket before its rows are on disk.
class LogStore final : public kql::Catalog
{
public:
    /// The commit that some rows go with. Cheap to copy.
    class Ticket
    {
    public:
        Ticket() = default;

    private:
        friend class LogStore;
        std::shared_ptr<const CommitGroup> m_group;
    };

    /// Storage with serviceCode "corrupt" for a file that cannot be used.
    [[nodiscard]] static Result<std::unique_ptr<LogStore>> open(LogStoreOptions options);
    /// Commits what was appended.
    ~LogStore() override;

    /// Hands rows over; never blocks on the disk.
    [[nodiscard]] Ticket append(const RowBatch& batch);
    /// Returns when the ticket's rows are committed and can be queried, or with Storage (the disk is full):
    /// those rows are then lost and the caller must say so. Later rows are stored again once there is space.
    [[nodiscard]] Status wait(const Ticket& ticket) const;
    /// append and wait.
    [[nodiscard]] Status write(const RowBatch& batch);

    [[nodiscard]] std::shared_ptr<const kql::TableSource> find(std::string_view name) const override;
    [[nodiscard]] std::vector<std::string> tableNames() const override;

    /// The tables whose rows belong to this resource or to one below it; the others look empty.
    [[nodiscard]] std::unique_ptr<kql::Catalog> scopedTo(std::string_view resourceId) const;

    [[nodiscard]] const WorkspaceIdentity& identity() const;
    /// Rows of a table that are held now.
    [[nodiscard]] std::size_t rowCount(TableId table) const;
    /// Grows with every commit; what a cached answer is compared with.
    [[nodiscard]] std::uint64_t revision() const;
    /// How often history could not be read from the file; a query that sees it grow has missed rows.
    [[nodiscard]] std::uint64_t readFailures() const;
    /// Gathers the many small commits into large chunks; done by itself when the store is idle. Blocks.
    [[nodiscard]] Status compact();

private:
    class Parts;
    explicit LogStore(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> m_parts;
};

} // namespace gatehouse::local
