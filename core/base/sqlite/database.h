// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace gatehouse {

class Database;

/// A prepared statement. Bind from 1, step, read from 0; one thread.
class Statement
{
public:
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&&) = delete;
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement();

    Statement& bind(int index, std::int64_t value);
    Statement& bind(int index, double value);
    Statement& bind(int index, std::string_view value);
    Statement& bindBlob(int index, std::string_view value);
    Statement& bindNull(int index);

    /// True with a row, false at the end.
    [[nodiscard]] Result<bool> step();
    /// Runs to the end and resets, for what answers no rows.
    [[nodiscard]] Status run();
    void reset();

    [[nodiscard]] bool isNull(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double real(int column) const;
    /// Valid until the next step or reset.
    [[nodiscard]] std::string_view text(int column) const;

private:
    friend class Database;
    Statement(sqlite3* db, sqlite3_stmt* statement);
    sqlite3* m_db;
    sqlite3_stmt* m_statement;
};

/// One SQLite connection, WAL, foreign keys on, busy timeout 5 s. One thread at a time.
/// Corrupt files are reported as Storage with serviceCode "corrupt", so that the owner can set them aside.
class Database
{
public:
    enum class Sync { Normal, Full };

    [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::string& path,
                                                                Sync sync = Sync::Normal);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    [[nodiscard]] Result<Statement> prepare(std::string_view sql);
    /// One or several statements without parameters.
    [[nodiscard]] Status execute(const std::string& sql);
    /// From now on pages says after each commit of this connection how many pages the write-ahead log holds,
    /// and SQLite makes no checkpoints of its own. pages must outlive the database.
    void countLogPages(std::atomic<std::size_t>& pages);

private:
    explicit Database(sqlite3* db);
    sqlite3* m_db;
};

} // namespace gatehouse
