// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/apimkeys.h"
#include "core/jobs/changes/changeengine.h"

namespace gatehouse::jobs {

/// Writes actions into the same journal as changes, in the name of whoever is signed in. The journal outlives
/// it. Main thread.
class ActionLog final : public QObject, public ActionJournal
{
public:
    ActionLog(JournalStore& journal, std::function<ChangeEngine::Who()> who, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<std::int64_t>> begin(const JournalEntry& entry) override;
    [[nodiscard]] QFuture<Status> end(std::int64_t number, JournalEntry::Result result,
                                      std::string message) override;

private:
    JournalStore& m_journal;
    std::function<ChangeEngine::Who()> m_who;
};

} // namespace gatehouse::jobs
