// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/changes/actionlog.h"

namespace gatehouse::jobs {

ActionLog::ActionLog(JournalStore& journal, std::function<ChangeEngine::Who()> who, QObject* parent)
    : QObject(parent)
    , m_journal(journal)
    , m_who(std::move(who))
{}

QFuture<Result<std::int64_t>> ActionLog::begin(const JournalEntry& entry)
{
    JournalEntry signedEntry = entry;
    const ChangeEngine::Who who = m_who();
    signedEntry.objectId = who.objectId;
    signedEntry.name = who.name;
    return m_journal.begin(std::move(signedEntry))
        .then(this, [](const Result<JournalEntry>& begun) -> Result<std::int64_t> {
            if (!begun)
                return fail(begun.error());
            return begun->number;
        });
}

QFuture<Status> ActionLog::end(std::int64_t number, JournalEntry::Result result, std::string message)
{
    return m_journal.finish(number, result, std::move(message))
        .then(this, [](const Result<JournalEntry>& ended) -> Status {
            if (!ended)
                return fail(ended.error());
            return {};
        });
}

} // namespace gatehouse::jobs
