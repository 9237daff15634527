// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/changes/journalstore.h"

#include "core/http/deferred.h"

#include <QtConcurrent/QtConcurrentRun>

namespace gatehouse::jobs {

JournalStore::JournalStore(std::unique_ptr<journal::Journal> journal, Where where, QObject* parent)
    : QObject(parent)
    , m_journal(std::move(journal))
    , m_where(where)
{
    m_thread.setMaxThreadCount(1);
}

template <typename Call>
auto JournalStore::run(Call call) -> QFuture<decltype(call(std::declval<journal::Journal&>()))>
{
    using Answer = decltype(call(std::declval<journal::Journal&>()));
    if (m_where == Where::Here)
        return http::settledFuture<typename Answer::value_type>(call(*m_journal));
    return QtConcurrent::run(&m_thread, [journal = m_journal, call]() -> Answer { return call(*journal); });
}

QFuture<Result<std::vector<JournalEntry>>> JournalStore::entries(std::stop_token)
{
    return run([](journal::Journal& journal) { return journal.entries(); });
}

QFuture<Result<JournalVerdict>> JournalStore::verify(std::stop_token)
{
    return run([](journal::Journal& journal) { return journal.verify(); });
}

QFuture<Result<JournalEntry>> JournalStore::entry(std::int64_t number)
{
    return run([number](journal::Journal& journal) { return journal.entry(number); });
}

QFuture<Result<JournalEntry>> JournalStore::begin(JournalEntry intent)
{
    return run([intent = std::move(intent)](journal::Journal& journal) { return journal.begin(intent); });
}

QFuture<Status> JournalStore::attempt(std::int64_t number, std::size_t step, std::optional<Json> before,
                                      std::optional<Json> after)
{
    return run([number, step, before = std::move(before), after = std::move(after)](
                   journal::Journal& journal) { return journal.attempt(number, step, before, after); });
}

QFuture<Status> JournalStore::settle(std::int64_t number, std::size_t step, JournalStep::Outcome outcome)
{
    return run(
        [number, step, outcome](journal::Journal& journal) { return journal.settle(number, step, outcome); });
}

QFuture<Result<JournalEntry>> JournalStore::finish(std::int64_t number, JournalEntry::Result result,
                                                   std::string message)
{
    return run([number, result, message = std::move(message)](journal::Journal& journal) {
        return journal.finish(number, result, message);
    });
}

Result<std::shared_ptr<void>> JournalStore::tryHoldApply()
{
    return m_journal->tryHoldApply();
}

} // namespace gatehouse::jobs
