// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/deferred.h"
#include "core/jobs/changes/changerun.h"

#include <deque>
#include <functional>
#include <memory>

namespace gatehouse::jobs {

/// ChangeService over ARM and the journal of this computer. One change is applied at a time, here and in all
/// processes that share the journal; the others wait. Main thread.
class ChangeEngine final : public ChangeService
{
public:
    struct Who
    {
        std::string objectId;
        std::string name;
    };

    /// All must outlive this; who is asked when a change begins.
    ChangeEngine(azure::ArmClient& arm, JournalStore& journal, const Clock& clock, http::Scheduler& scheduler,
                 std::function<Who()> who, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<Review>> review(ChangeSet set, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<JournalEntry>> apply(Review review, std::stop_token stop) override;
    [[nodiscard]] Result<ChangeSet> undo(const JournalEntry& entry) const override;
    [[nodiscard]] QFuture<Result<std::vector<JournalEntry>>> unfinished(std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<JournalEntry>> resume(std::int64_t number, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<JournalEntry>> rollBack(std::int64_t number, std::stop_token stop) override;

private:
    /// What has its turn, alone, from the first read to the end in the journal.
    struct Turn
    {
        std::function<void()> run;
        http::Deferred<JournalEntry> done;
        std::stop_token stop;
    };
    struct Settling;

    void enqueue(Turn turn);
    void takeTurn(int triesLeft);
    void endTurn(const http::Deferred<JournalEntry>& done, Result<JournalEntry> result);

    void applyFresh(const Review& review, const Turn& turn);
    void applyReviewed(const Review& review, const Turn& turn);
    void runEntry(JournalEntry entry, std::vector<PlannedStep> steps, const Turn& turn);
    void withUnfinished(std::int64_t number, const Turn& turn, std::function<void(const JournalEntry&)> next);
    void resumeEntry(const JournalEntry& entry, const Turn& turn);
    void rollBackEntry(const JournalEntry& entry, const Turn& turn);

    [[nodiscard]] QFuture<Result<std::vector<JournalEntry>>> settle(std::vector<JournalEntry> entries,
                                                                    std::stop_token stop);
    void settleNext(const std::shared_ptr<Settling>& settling);
    void settleStep(const std::shared_ptr<Settling>& settling, const SeenResource& now);

    ArmResources m_resources;
    JournalStore& m_journal;
    const Clock& m_clock;
    http::Scheduler& m_scheduler;
    std::function<Who()> m_who;
    std::deque<Turn> m_turns; ///< the first has its turn
    std::shared_ptr<void> m_held;
    http::Scheduler::Wait m_wait;
};

} // namespace gatehouse::jobs
