// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/scheduler.h"
#include "core/jobs/changes/armresources.h"
#include "core/jobs/changes/journalstore.h"

#include "core/base/clock.h"

#include <functional>
#include <stop_token>
#include <vector>

namespace gatehouse::jobs {

/// One step of a run: what is to be written, over what was seen.
struct PlannedStep
{
    std::size_t step = 0; ///< of the journal's entry
    Change change;
    SeenResource seen;
    std::optional<Json> result;
    DateTime readAt;
};

/// What a run works with; all of it outlives the run.
struct RunTools
{
    ArmResources& resources;
    JournalStore& journal;
    const Clock& clock;
    http::Scheduler& scheduler;
};

/// How old a version may be that a write is based on.
inline constexpr std::chrono::seconds MaxReviewAge{10};
[[nodiscard]] bool isFresh(DateTime readAt, const Clock& clock);

/// Conflict for what both sides changed.
[[nodiscard]] Error conflictError(const std::vector<std::string>& conflicts);

/// Writes the steps of one entry of the journal, one after the other, and settles each before the next.
/// Another version is merged and tried again, a busy service is waited for, a lost reply is resolved by
/// reading; what may have been written is never sent again. Stops at the first step that fails. Main thread.
class ChangeRun final : public QObject
{
public:
    using Finished = std::function<void(Result<JournalEntry>)>;

    /// intent is begun in the journal unless it has a number already. finished is called once, last.
    ChangeRun(RunTools tools, JournalEntry intent, std::vector<PlannedStep> steps, std::stop_token stop,
              Finished finished, QObject* parent);
    void start();

private:
    void nextStep();
    void readAgain();
    void plan(const Result<SeenResource>& now);
    void note();
    void send();
    void take(const Result<azure::ArmResource>& written);
    void another(const Error& error);
    void wait(const Error& error);
    void follow(const std::string& operation);
    void followed(const std::string& operation, const Result<Json>& status);
    void watch();
    void confirm();
    void resolve(const Error& lost);
    void resolved(const Error& lost, const SeenResource& now);
    void doneStep();
    void stopWith(const Error& error);
    void leaveUnknown(const Error& error);
    void end(JournalEntry::Result result, const std::optional<Error>& error);
    void finish(Result<JournalEntry> result);

    /// The journal's answer comes first; a journal that fails ends the run, and its entry stays open.
    void afterJournal(QFuture<Status> written, void (ChangeRun::*next)());

    RunTools m_tools;
    JournalEntry m_entry;
    std::vector<PlannedStep> m_steps;
    std::stop_token m_stop;
    Finished m_finished;
    http::Scheduler::Wait m_wait;
    std::size_t m_at = 0;
    bool m_resumed = false;   ///< the entry was there already
    bool m_attempt = false;   ///< the journal does not say yet what is about to be sent
    int m_rounds = 0;         ///< in which others came in between
    int m_busy = 0;           ///< times that the service was busy
    int m_polls = 0;          ///< of an operation that is under way
    bool m_readTwice = false; ///< after a lost reply nothing had changed yet
};

} // namespace gatehouse::jobs
