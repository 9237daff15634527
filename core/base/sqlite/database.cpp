// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sqlite/database.h"

#include <sqlite3.h>

#include <sys/stat.h>
#include <utility>

namespace gatehouse {

namespace {

constexpr int BusyTimeoutMs = 5'000;

/// SQLite's code as an Error a person can act on. The text of SQLite may quote SQL, never data.
Error storageError(sqlite3* db, int code)
{
    Error error;
    error.kind = Error::Kind::Storage;
    switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        error.serviceCode = "corrupt";
        error.message = "The store's file is damaged.";
        error.advice = "Set the file aside and start again; what it held is made anew from the logs.";
        break;
    case SQLITE_FULL:
        error.serviceCode = "full";
        error.message = "The disk is full.";
        error.advice = "Free some space; the store goes on by itself.";
        break;
    case SQLITE_IOERR:
        error.serviceCode = "io";
        error.message = "The store's file cannot be read or written.";
        error.advice = "Check the disk, its free space and the directory's permissions.";
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        error.serviceCode = "busy";
        error.message = "Another program holds the store's file.";
        error.advice = "Close the other program and try again.";
        break;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
        error.serviceCode = "access";
        error.message = "The store's file cannot be opened for writing.";
        error.advice = "Check the permissions of the data directory.";
        break;
    default:
        error.serviceCode = "sqlite";
        error.message = std::string("The store refused: ") +
                        (db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code)) + ".";
        break;
    }
    return error;
}

} // namespace

Statement::Statement(sqlite3* db, sqlite3_stmt* statement)
    : m_db(db)
    , m_statement(statement)
{}

Statement::Statement(Statement&& other) noexcept
    : m_db(other.m_db)
    , m_statement(std::exchange(other.m_statement, nullptr))
{}

Statement::~Statement()
{
    sqlite3_finalize(m_statement);
}

// A bind fails only for a wrong index or without memory; the step that follows then fails with it.
Statement& Statement::bind(int index, std::int64_t value)
{
    sqlite3_bind_int64(m_statement, index, value);
    return *this;
}

Statement& Statement::bind(int index, double value)
{
    sqlite3_bind_double(m_statement, index, value);
    return *this;
}

Statement& Statement::bind(int index, std::string_view value)
{
    sqlite3_bind_text64(m_statement, index, value.data() != nullptr ? value.data() : "", value.size(),
                        SQLITE_TRANSIENT, SQLITE_UTF8);
    return *this;
}

Statement& Statement::bindBlob(int index, std::string_view value)
{
    sqlite3_bind_blob64(m_statement, index, value.data() != nullptr ? value.data() : "", value.size(),
                        SQLITE_TRANSIENT);
    return *this;
}

Statement& Statement::bindNull(int index)
{
    sqlite3_bind_null(m_statement, index);
    return *this;
}

Result<bool> Statement::step()
{
    const int code = sqlite3_step(m_statement);
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE)
        return false;
    return fail(storageError(m_db, code));
}

Status Statement::run()
{
    Status done;
    for (;;) {
        const auto row = step();
        if (!row)
            done = fail(row.error());
        if (!row || !*row)
            break;
    }
    reset();
    return done;
}

void Statement::reset()
{
    sqlite3_reset(m_statement);
}

bool Statement::isNull(int column) const
{
    return sqlite3_column_type(m_statement, column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

double Statement::real(int column) const
{
    return sqlite3_column_double(m_statement, column);
}

std::string_view Statement::text(int column) const
{
    // The blob accessor gives the bytes of a text too, without a conversion.
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(m_statement, column));
    return bytes == nullptr
               ? std::string_view{}
               : std::string_view(bytes, static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column)));
}

Database::Database(sqlite3* db)
    : m_db(db)
{}

Database::~Database()
{
    sqlite3_close_v2(m_db);
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, Sync sync)
{
    sqlite3* db = nullptr;
    const int code = sqlite3_open_v2(
        path.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    std::unique_ptr<Database> database(new Database(db));
    if (code != SQLITE_OK)
        return fail(storageError(db, code));
    ::chmod(path.c_str(), S_IRUSR | S_IWUSR); // what SQLite keeps beside it gets the same bits
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, BusyTimeoutMs);
    const std::string set =
        std::string("PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; PRAGMA synchronous=") +
        (sync == Sync::Full ? "FULL;" : "NORMAL;");
    if (auto done = database->execute(set); !done)
        return fail(done.error());
    // A damaged file often opens well and fails at its first page: read the schema now.
    if (auto done = database->execute("SELECT count(*) FROM sqlite_schema;"); !done)
        return fail(done.error());
    return database;
}

Result<Statement> Database::prepare(std::string_view sql)
{
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(m_db, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK)
        return fail(storageError(m_db, code));
    return Statement(m_db, statement);
}

Status Database::execute(const std::string& sql)
{
    const int code = sqlite3_exec(m_db, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        return fail(storageError(m_db, code));
    return {};
}

void Database::countLogPages(std::atomic<std::size_t>& pages)
{
    sqlite3_wal_hook(
        m_db,
        [](void* target, sqlite3* /*db*/, const char* /*name*/, int held) {
            static_cast<std::atomic<std::size_t>*>(target)->store(static_cast<std::size_t>(held));
            return SQLITE_OK;
        },
        &pages);
}

} // namespace gatehouse
