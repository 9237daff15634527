// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/counterstore.h"

#include "core/base/sqlite/database.h"

#include <algorithm>
#include <tuple>

namespace gatehouse::local {

namespace {

using gateway::LimitKind;
using gateway::SavedCounter;

constexpr const char* Schema =
    "CREATE TABLE IF NOT EXISTS counters (kind INTEGER NOT NULL, identity TEXT NOT NULL, counterKey TEXT NOT "
    "NULL, windowStart INTEGER NOT NULL, windowEnd INTEGER, tokens INTEGER NOT NULL, calls INTEGER NOT NULL, "
    "bytes INTEGER NOT NULL, PRIMARY KEY (kind, identity, counterKey)) WITHOUT ROWID";

Status insertAll(Database& database, const std::vector<SavedCounter>& counters)
{
    auto insert = database.prepare("INSERT INTO counters VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    if (!insert)
        return fail(insert.error());
    for (const SavedCounter& counter : counters) {
        insert->bind(1, static_cast<std::int64_t>(counter.kind))
            .bind(2, std::string_view(counter.identity))
            .bind(3, std::string_view(counter.counterKey))
            .bind(4, std::int64_t{counter.state.window.start.sinceYearOne.count()});
        if (counter.state.window.end)
            insert->bind(5, std::int64_t{counter.state.window.end->sinceYearOne.count()});
        else
            insert->bindNull(5);
        insert->bind(6, counter.state.tokens).bind(7, counter.state.calls).bind(8, counter.state.bytes);
        if (Status done = insert->run(); !done)
            return done;
    }
    return {};
}

} // namespace

CounterStore::CounterStore(std::unique_ptr<Database> database)
    : m_database(std::move(database))
{}

CounterStore::~CounterStore() = default;

Result<std::unique_ptr<CounterStore>> CounterStore::open(const std::string& path)
{
    auto database = Database::open(path);
    if (!database)
        return fail(database.error());
    if (Status made = (*database)->execute(Schema); !made)
        return fail(made.error());
    return std::unique_ptr<CounterStore>(new CounterStore(std::move(*database)));
}

Result<std::vector<SavedCounter>> CounterStore::load()
{
    auto select = m_database->prepare(
        "SELECT kind, identity, counterKey, windowStart, windowEnd, tokens, calls, bytes FROM counters");
    if (!select)
        return fail(select.error());
    std::vector<SavedCounter> counters;
    for (;;) {
        const auto more = select->step();
        if (!more)
            return fail(more.error());
        if (!*more)
            return counters;
        SavedCounter counter;
        const std::int64_t kind = select->integer(0);
        if (kind != static_cast<std::int64_t>(LimitKind::TokenQuota) &&
            kind != static_cast<std::int64_t>(LimitKind::CallQuota))
            continue;
        counter.kind = static_cast<LimitKind>(kind);
        counter.identity = select->text(1);
        counter.counterKey = select->text(2);
        counter.state.window.start = DateTime{Ticks(select->integer(3))};
        counter.state.window.end.reset();
        if (!select->isNull(4))
            counter.state.window.end = DateTime{Ticks(select->integer(4))};
        counter.state.tokens = select->integer(5);
        counter.state.calls = select->integer(6);
        counter.state.bytes = select->integer(7);
        counters.push_back(std::move(counter));
    }
}

Status CounterStore::save(const std::vector<SavedCounter>& counters)
{
    if (Status begun = m_database->execute("BEGIN IMMEDIATE; DELETE FROM counters"); !begun)
        return begun;
    Status done = insertAll(*m_database, counters);
    if (done)
        done = m_database->execute("COMMIT");
    if (!done)
        static_cast<void>(m_database->execute("ROLLBACK"));
    return done;
}

CounterSaver::CounterSaver(CounterStore& store, Source source, std::chrono::milliseconds interval)
    : m_store(store)
    , m_source(std::move(source))
    , m_interval(interval)
    , m_thread([this] { run(); })
{}

CounterSaver::~CounterSaver()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopped = true;
    }
    m_wake.notify_all();
    m_thread.join();
    saveChanged();
}

void CounterSaver::run()
{
    std::unique_lock lock(m_mutex);
    while (!m_wake.wait_for(lock, m_interval, [this] { return m_stopped; })) {
        lock.unlock();
        saveChanged();
        lock.lock();
    }
}

/// What cannot be written now is tried again with the next interval: a full disk must not end the gateway.
void CounterSaver::saveChanged()
{
    std::vector<SavedCounter> counters = m_source();
    std::ranges::sort(counters, {}, [](const SavedCounter& one) {
        return std::tie(one.kind, one.identity, one.counterKey);
    });
    if (counters != m_saved && m_store.save(counters))
        m_saved = std::move(counters);
}

} // namespace gatehouse::local
