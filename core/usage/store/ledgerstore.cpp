// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/store/ledgerstore.h"

#include "core/usage/store/ledgerbytes.h"

#include <limits>

namespace gatehouse::cost {

namespace {

constexpr std::int64_t Version = 1;
constexpr const char* Schema = R"(
CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS text(id INTEGER PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS booking(number INTEGER PRIMARY KEY, day INTEGER NOT NULL, bytes BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS booking_day ON booking(day);
CREATE TABLE IF NOT EXISTS fingerprints(first INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS withdrawn(number INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS cell(number INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
INSERT OR IGNORE INTO meta VALUES('version', 1), ('generation', 0);
PRAGMA cache_size=-65536;
)";

Error damaged()
{
    Error error;
    error.kind = Error::Kind::Storage;
    error.serviceCode = "corrupt";
    error.message = "The store of costs is damaged.";
    error.advice = "Set the file aside; the ledger is made anew from the logs.";
    return error;
}

std::int64_t numberOf(Day day)
{
    return day.time_since_epoch().count();
}

/// Runs a query without parameters and gives each row to a function.
template <typename Each>
Status eachRow(Database& database, const char* sql, Each each)
{
    auto statement = database.prepare(sql);
    if (!statement)
        return fail(statement.error());
    for (;;) {
        const auto row = statement->step();
        if (!row)
            return fail(row.error());
        if (!*row)
            return {};
        if (Status done = each(*statement); !done)
            return done;
    }
}

} // namespace

LedgerStore::LedgerStore(std::unique_ptr<Database> database)
    : m_database(std::move(database))
{}

Result<std::unique_ptr<LedgerStore>> LedgerStore::open(const std::string& path)
{
    auto database = Database::open(path);
    if (!database)
        return fail(database.error());
    std::unique_ptr<LedgerStore> store(new LedgerStore(std::move(*database)));
    if (const Status ready = store->prepare(); !ready)
        return fail(ready.error());
    return store;
}

Status LedgerStore::prepare()
{
    if (const Status made = m_database->execute(Schema); !made)
        return made;
    std::int64_t version = 0;
    Status read =
        eachRow(*m_database, "SELECT value FROM meta WHERE name='version'", [&](const Statement& row) {
            version = row.integer(0);
            return Status{};
        });
    if (read && version != Version)
        return fail(Error::Kind::InvalidInput,
                    "The store of costs was written by another version of Gatehouse.",
                    "Update Gatehouse, or set the file aside.");
    if (read)
        read = eachRow(*m_database, "SELECT coalesce(max(number), -1) + 1 FROM booking",
                       [&](const Statement& row) {
                           m_size = static_cast<std::size_t>(row.integer(0));
                           return Status{};
                       });
    const auto make = [&](const char* sql, std::unique_ptr<Statement>& out) {
        if (!read)
            return;
        auto statement = m_database->prepare(sql);
        if (statement)
            out = std::make_unique<Statement>(std::move(*statement));
        else
            read = fail(statement.error());
    };
    make("INSERT INTO booking VALUES(?, ?, ?)", m_addBooking);
    make("UPDATE booking SET day=?2, bytes=?3 WHERE number=?1", m_replaceBooking);
    make("INSERT OR REPLACE INTO cell VALUES(?, ?)", m_putCell);
    make("SELECT bytes FROM booking WHERE number=?", m_readBooking);
    return read;
}

Result<Booking> LedgerStore::at(std::size_t number)
{
    m_readBooking->bind(1, static_cast<std::int64_t>(number));
    const auto row = m_readBooking->step();
    std::optional<Booking> booking;
    if (row && *row)
        booking = readBooking(m_readBooking->text(0));
    m_readBooking->reset();
    if (!row)
        return fail(row.error());
    if (!booking)
        return fail(damaged());
    return *booking;
}

Status LedgerStore::visit(Day from, const Visitor& visitor)
{
    const std::int64_t first = from == Day::min() ? std::numeric_limits<std::int32_t>::min() : numberOf(from);
    const std::string sql = "SELECT number, bytes FROM booking WHERE day >= " + std::to_string(first);
    return eachRow(*m_database, sql.c_str(), [&](const Statement& row) -> Status {
        const std::optional<Booking> booking = readBooking(row.text(1));
        if (!booking)
            return fail(damaged());
        return visitor(static_cast<std::size_t>(row.integer(0)), *booking);
    });
}

Status LedgerStore::checkGeneration()
{
    std::int64_t generation = -1;
    Status read =
        eachRow(*m_database, "SELECT value FROM meta WHERE name='generation'", [&](const Statement& row) {
            generation = row.integer(0);
            return Status{};
        });
    if (read && generation != m_generation)
        return fail(Error::Kind::Conflict, "Another window of Gatehouse changed the ledger of costs.",
                    "It is loaded again.");
    return read;
}

Status LedgerStore::writeBookings(const LedgerChange& change)
{
    const auto put = [&](Statement& statement, std::size_t number, const Booking& booking) {
        m_buffer.clear();
        writeBooking(booking, m_buffer);
        return statement.bind(1, static_cast<std::int64_t>(number))
            .bind(2, numberOf(booking.booked))
            .bindBlob(3, m_buffer)
            .run();
    };
    for (const auto& [number, booking] : change.replaced) {
        if (const Status done = put(*m_replaceBooking, number, booking); !done)
            return done;
    }
    std::vector<std::uint64_t> prints;
    for (std::size_t i = 0; i < change.added.size(); ++i) {
        if (const Status done = put(*m_addBooking, m_size + i, change.added[i]); !done)
            return done;
        prints.push_back(fingerprint(change.added[i].id));
    }
    if (prints.empty())
        return {};
    auto statement = m_database->prepare("INSERT INTO fingerprints VALUES(?, ?)");
    if (!statement)
        return fail(statement.error());
    return statement->bind(1, static_cast<std::int64_t>(m_size)).bindBlob(2, writeNumbers(prints)).run();
}

Status LedgerStore::writeAll(const LedgerChange& change)
{
    Status done = checkGeneration();
    if (done)
        done = writeBookings(change);
    for (std::size_t i = 0; done && i < change.cells.size(); ++i) {
        m_buffer.clear();
        writeCell(change.cells[i].second, m_buffer);
        done =
            m_putCell->bind(1, static_cast<std::int64_t>(change.cells[i].first)).bindBlob(2, m_buffer).run();
    }
    const auto insert = [&](const char* sql, auto bind) {
        if (!done)
            return;
        auto statement = m_database->prepare(sql);
        done = statement ? bind(*statement).run() : Status(fail(statement.error()));
    };
    for (const auto& [id, text] : change.texts)
        insert("INSERT INTO text VALUES(?, ?)", [&id = id, &text = text](Statement& s) -> Statement& {
            return s.bind(1, std::int64_t{id}).bind(2, std::string_view(text));
        });
    for (const std::size_t number : change.withdrawn)
        insert("INSERT INTO withdrawn VALUES(?)",
               [&](Statement& s) -> Statement& { return s.bind(1, static_cast<std::int64_t>(number)); });
    if (change.state)
        insert("INSERT OR REPLACE INTO meta VALUES('state', ?)", [&](Statement& s) -> Statement& {
            return s.bind(1, std::string_view(writeState(*change.state)));
        });
    insert("UPDATE meta SET value=? WHERE name='generation'",
           [&](Statement& s) -> Statement& { return s.bind(1, m_generation + 1); });
    return done;
}

Status LedgerStore::write(const LedgerChange& change)
{
    if (const Status begun = m_database->execute("BEGIN IMMEDIATE;"); !begun)
        return begun;
    Status done = writeAll(change);
    if (done)
        done = m_database->execute("COMMIT;");
    if (!done) {
        (void)m_database->execute("ROLLBACK;");
        return done;
    }
    ++m_generation;
    m_size += change.added.size();
    return {};
}

Result<std::optional<LedgerState>> LedgerStore::state()
{
    std::optional<LedgerState> state;
    const Status read = eachRow(*m_database, "SELECT value FROM meta WHERE name='state'",
                                [&](const Statement& row) -> Status {
                                    state = readState(row.text(0));
                                    return state ? Status{} : Status(fail(damaged()));
                                });
    if (!read)
        return fail(read.error());
    return state;
}

Result<std::string> LedgerStore::zone()
{
    const auto kept = state();
    if (!kept)
        return fail(kept.error());
    return *kept ? (*kept)->zone : std::string();
}

Status LedgerStore::readImage(LedgerImage& image)
{
    image.texts = {""};
    Status read =
        eachRow(*m_database, "SELECT id, value FROM text ORDER BY id", [&](const Statement& row) -> Status {
            if (row.integer(0) != static_cast<std::int64_t>(image.texts.size()))
                return fail(damaged());
            image.texts.emplace_back(row.text(1));
            return {};
        });
    if (read)
        read = eachRow(*m_database, "SELECT number, bytes FROM cell ORDER BY number",
                       [&](const Statement& row) -> Status {
                           const std::optional<Cell> cell = readCell(row.text(1));
                           if (!cell || row.integer(0) != static_cast<std::int64_t>(image.cells.size()))
                               return fail(damaged());
                           image.cells.push_back(*cell);
                           return {};
                       });
    image.fingerprints.reserve(m_size);
    if (read)
        read = eachRow(*m_database, "SELECT first, bytes FROM fingerprints ORDER BY first",
                       [&](const Statement& row) -> Status {
                           if (row.integer(0) != static_cast<std::int64_t>(image.fingerprints.size()))
                               return fail(damaged());
                           readNumbers(row.text(1), image.fingerprints);
                           return {};
                       });
    if (read)
        read = eachRow(*m_database, "SELECT number FROM withdrawn", [&](const Statement& row) {
            image.withdrawn.push_back(static_cast<std::uint32_t>(row.integer(0)));
            return Status{};
        });
    if (read)
        read =
            eachRow(*m_database, "SELECT value FROM meta WHERE name='generation'", [&](const Statement& row) {
                m_generation = row.integer(0);
                return Status{};
            });
    return read;
}

Result<Ledger> LedgerStore::load(const Days& days, const PriceVersions& first)
{
    // One view of the file, whatever another program writes meanwhile.
    if (const Status begun = m_database->execute("BEGIN;"); !begun)
        return fail(begun.error());
    auto kept = state();
    LedgerImage image;
    Status read = kept ? readImage(image) : Status(fail(kept.error()));
    if (const Status ended = m_database->execute("COMMIT;"); read && !ended)
        read = ended;
    if (!read)
        return fail(read.error());
    m_size = image.fingerprints.size();
    if (*kept) {
        image.state = std::move(**kept);
        return Ledger::restore(*this, days, std::move(image));
    }
    Ledger ledger(*this, days, first);
    LedgerChange change;
    change.state = ledger.state();
    if (const Status written = write(change); !written)
        return fail(written.error());
    return ledger;
}

} // namespace gatehouse::cost
