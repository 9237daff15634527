// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/changes/changeengine.h"

#include "core/gateway/merge/resourcemerge.h"
#include "core/journal/withhold.h"

#include <algorithm>

namespace gatehouse::jobs {

namespace {

constexpr std::chrono::milliseconds AskEvery{200};
/// Another process may have many steps to write: a minute.
constexpr int MaxTries = 300;

/// "/subscriptions/…/providers/Microsoft.ApiManagement/service/name" of anything in it.
std::string scopeOf(const std::string& resourceId)
{
    const std::string lower = toLower(resourceId);
    const std::size_t provider = lower.find("/providers/");
    std::size_t end = provider == std::string::npos ? provider : provider + 1;
    for (int segments = 0; segments < 4 && end != std::string::npos; ++segments)
        end = resourceId.find('/', end + 1);
    return resourceId.substr(0, end);
}

ReviewedChange reviewOf(const Change& change, const SeenResource& now)
{
    const bool wins = !change.overrides.empty() && change.overrides == now.version;
    gateway::ResourceMerge merged =
        gateway::mergeResource(change.resourceId, {change.base, change.wanted, now.properties}, wins);
    return {change,      now.properties, std::move(merged.result),
            now.version, merged.merged,  std::move(merged.conflicts)};
}

/// One review on its way: the resources are read side by side.
struct Reviewing
{
    ChangeSet set;
    DateTime began;
    std::vector<std::optional<ReviewedChange>> changes;
    std::size_t left = 0;
    http::Deferred<Review> done;
};

void takeReviewed(Reviewing& reviewing, std::size_t index, const Result<SeenResource>& now)
{
    if (!now)
        return reviewing.done.settle(fail(now.error()));
    ReviewedChange change = reviewOf(reviewing.set.changes[index], *now);
    if (!change.conflicts.empty() || !gateway::sameProperties(change.result, change.now))
        reviewing.changes[index] = std::move(change);
    if (--reviewing.left > 0)
        return;
    Review review{reviewing.set, {}, reviewing.began};
    for (auto& reviewed : reviewing.changes) {
        if (reviewed)
            review.changes.push_back(std::move(*reviewed));
    }
    reviewing.done.settle(std::move(review));
}

std::vector<std::string> conflictsOf(const Review& review)
{
    std::vector<std::string> all;
    for (const ReviewedChange& change : review.changes)
        all.insert(all.end(), change.conflicts.begin(), change.conflicts.end());
    return all;
}

/// The set with what the reviewed changes say by now (overrides).
ChangeSet setOf(const Review& review)
{
    ChangeSet set = review.set;
    for (Change& change : set.changes) {
        for (const ReviewedChange& reviewed : review.changes) {
            if (reviewed.change.resourceId == change.resourceId)
                change = reviewed.change;
        }
    }
    return set;
}

ChangeSet takeBack(const JournalEntry& entry)
{
    ChangeSet set;
    set.title = "Undo: " + entry.title;
    set.ticket = entry.ticket;
    set.undoes = entry.number;
    for (auto step = entry.steps.rbegin(); step != entry.steps.rend(); ++step) {
        if (step->outcome == JournalStep::Outcome::Done)
            set.changes.push_back({step->resourceId, step->title, step->after, step->before, {}});
    }
    return set;
}

Error notUnfinished(std::int64_t number)
{
    return fail(Error::Kind::InvalidInput,
                "Entry " + std::to_string(number) + " of the journal is not unfinished.",
                "Look at the list of changes again.")
        .value();
}

} // namespace

/// The unknown steps of entries on their way to be settled.
struct ChangeEngine::Settling
{
    std::vector<JournalEntry> entries;
    std::stop_token stop;
    http::Deferred<std::vector<JournalEntry>> done;
    std::size_t entry = 0;
    std::size_t step = 0;
};

ChangeEngine::ChangeEngine(azure::ArmClient& arm, JournalStore& journal, const Clock& clock,
                           http::Scheduler& scheduler, std::function<Who()> who, QObject* parent)
    : ChangeService(parent)
    , m_resources(arm)
    , m_journal(journal)
    , m_clock(clock)
    , m_scheduler(scheduler)
    , m_who(std::move(who))
{}

QFuture<Result<Review>> ChangeEngine::review(ChangeSet set, std::stop_token stop)
{
    const auto reviewing = std::make_shared<Reviewing>();
    reviewing->began = m_clock.now();
    reviewing->left = set.changes.size();
    reviewing->changes.resize(set.changes.size());
    reviewing->set = std::move(set);
    if (reviewing->left == 0)
        reviewing->done.settle(Review{reviewing->set, {}, reviewing->began});
    for (std::size_t i = 0; i < reviewing->set.changes.size(); ++i) {
        m_resources.read(reviewing->set.changes[i].resourceId, stop)
            .then(this,
                  [reviewing, i](const Result<SeenResource>& now) { takeReviewed(*reviewing, i, now); });
    }
    return reviewing->done.future();
}

QFuture<Result<JournalEntry>> ChangeEngine::apply(Review review, std::stop_token stop)
{
    Turn turn;
    turn.stop = std::move(stop);
    QFuture<Result<JournalEntry>> future = turn.done.future();
    turn.run = [this, review = std::move(review)] { applyFresh(review, m_turns.front()); };
    enqueue(std::move(turn));
    return future;
}

void ChangeEngine::enqueue(Turn turn)
{
    m_turns.push_back(std::move(turn));
    if (m_turns.size() == 1)
        takeTurn(MaxTries);
}

void ChangeEngine::takeTurn(int triesLeft)
{
    const Turn turn = m_turns.front();
    if (turn.stop.stop_requested())
        return endTurn(turn.done, fail(http::cancelledError()));
    auto held = m_journal.tryHoldApply();
    if (!held)
        return endTurn(turn.done, fail(held.error()));
    if (*held) {
        m_held = std::move(*held);
        return turn.run();
    }
    if (triesLeft <= 1)
        return endTurn(turn.done,
                       fail(Error::Kind::Unavailable, "Another Gatehouse is still applying a change.",
                            "Wait until it is done, then try again. Nothing was written."));
    m_wait = m_scheduler.callAfter(AskEvery, [this, triesLeft] { takeTurn(triesLeft - 1); });
}

void ChangeEngine::endTurn(const http::Deferred<JournalEntry>& done, Result<JournalEntry> result)
{
    m_held.reset();
    m_turns.pop_front();
    const std::optional<JournalEntry> entry = result ? std::optional(*result) : std::nullopt;
    done.settle(std::move(result));
    const auto isDone = [](const JournalStep& step) { return step.outcome == JournalStep::Outcome::Done; };
    if (entry && std::any_of(entry->steps.begin(), entry->steps.end(), isDone))
        Q_EMIT applied(*entry);
    if (!m_turns.empty())
        takeTurn(MaxTries);
}

void ChangeEngine::applyFresh(const Review& review, const Turn& turn)
{
    if (isFresh(review.readAt, m_clock))
        return applyReviewed(review, turn);
    this->review(setOf(review), turn.stop).then(this, [this, turn](const Result<Review>& again) {
        if (again)
            applyReviewed(*again, turn);
        else
            endTurn(turn.done, fail(again.error()));
    });
}

void ChangeEngine::applyReviewed(const Review& review, const Turn& turn)
{
    if (review.hasConflict())
        return endTurn(turn.done, fail(conflictError(conflictsOf(review))));
    JournalEntry entry;
    entry.title = review.set.title;
    entry.ticket = review.set.ticket;
    entry.undoes = review.set.undoes;
    if (review.changes.empty()) {
        entry.at = m_clock.now();
        entry.result = JournalEntry::Result::Applied;
        entry.message = "It is so already: nothing had to be changed.";
        return endTurn(turn.done, entry);
    }
    const Who who = m_who();
    entry.objectId = who.objectId;
    entry.name = who.name;
    entry.scope = scopeOf(review.changes.front().change.resourceId);
    std::vector<PlannedStep> steps;
    for (const ReviewedChange& change : review.changes) {
        entry.steps.push_back({change.change.resourceId, change.change.title, change.now, change.result,
                               JournalStep::Outcome::NotDone});
        steps.push_back({steps.size(),
                         change.change,
                         {change.now, change.version, Json::object()},
                         change.result,
                         review.readAt});
    }
    runEntry(std::move(entry), std::move(steps), turn);
}

void ChangeEngine::runEntry(JournalEntry entry, std::vector<PlannedStep> steps, const Turn& turn)
{
    auto* run = new ChangeRun(
        {m_resources, m_journal, m_clock, m_scheduler}, std::move(entry), std::move(steps), turn.stop,
        [this, done = turn.done](Result<JournalEntry> result) { endTurn(done, std::move(result)); }, this);
    run->start();
}

Result<ChangeSet> ChangeEngine::undo(const JournalEntry& entry) const
{
    if (entry.result == JournalEntry::Result::Undone)
        return fail(Error::Kind::InvalidInput, "This change was taken back already.",
                    "To have it again, take back the entry that took it back.");
    if (entry.result == JournalEntry::Result::Pending)
        return fail(Error::Kind::InvalidInput, "This change is not finished.", "Resume it or roll it back.");
    ChangeSet set = takeBack(entry);
    if (set.changes.empty())
        return fail(Error::Kind::InvalidInput, "This entry has changed nothing.",
                    "There is nothing to undo.");
    for (const Change& change : set.changes) {
        const bool creates = !change.base && change.wanted && journal::holdsMark(*change.wanted);
        if (creates)
            return fail(Error::Kind::InvalidInput,
                        "“" + change.title + "” held a secret, which the journal does not keep.",
                        "Create it again by hand.");
    }
    return set;
}

QFuture<Result<std::vector<JournalEntry>>> ChangeEngine::unfinished(std::stop_token stop)
{
    // Whoever applies holds this; what is pending while nobody does was left behind.
    const auto held = m_held ? Result<std::shared_ptr<void>>(nullptr) : m_journal.tryHoldApply();
    if (!held)
        return http::settledFuture<std::vector<JournalEntry>>(fail(held.error()));
    if (!*held)
        return http::settledFuture<std::vector<JournalEntry>>(std::vector<JournalEntry>());
    http::Deferred<std::vector<JournalEntry>> done;
    m_journal.entries(stop).then(this, [this, stop, done,
                                        guard = *held](const Result<std::vector<JournalEntry>>& entries) {
        if (!entries)
            return done.settle(fail(entries.error()));
        std::vector<JournalEntry> open;
        for (const JournalEntry& entry : *entries) {
            // An action without steps (a key that was drawn) is neither resumed nor taken back.
            if (entry.result == JournalEntry::Result::Pending && !entry.steps.empty())
                open.push_back(entry);
        }
        settle(std::move(open), stop)
            .then(this,
                  [done, guard](const Result<std::vector<JournalEntry>>& settled) { done.settle(settled); });
    });
    return done.future();
}

QFuture<Result<std::vector<JournalEntry>>> ChangeEngine::settle(std::vector<JournalEntry> entries,
                                                                std::stop_token stop)
{
    const auto settling = std::make_shared<Settling>();
    settling->entries = std::move(entries);
    settling->stop = std::move(stop);
    settleNext(settling);
    return settling->done.future();
}

void ChangeEngine::settleNext(const std::shared_ptr<Settling>& settling)
{
    for (; settling->entry < settling->entries.size(); ++settling->entry, settling->step = 0) {
        const auto& steps = settling->entries[settling->entry].steps;
        while (settling->step < steps.size() &&
               steps[settling->step].outcome != JournalStep::Outcome::Unknown)
            ++settling->step;
        if (settling->step < steps.size()) {
            m_resources.read(steps[settling->step].resourceId, settling->stop)
                .then(this, [this, settling](const Result<SeenResource>& now) {
                    if (now)
                        return settleStep(settling, *now);
                    // Still not known; the entry is shown as it is.
                    ++settling->step;
                    settleNext(settling);
                });
            return;
        }
    }
    settling->done.settle(std::move(settling->entries));
}

void ChangeEngine::settleStep(const std::shared_ptr<Settling>& settling, const SeenResource& now)
{
    JournalEntry& entry = settling->entries[settling->entry];
    const std::size_t index = settling->step++;
    JournalStep& step = entry.steps[index];
    std::optional<Json> visible = now.properties;
    if (visible)
        visible = journal::withheld(*visible); // as the journal keeps the two others
    const auto standing = gateway::standingOf(step.resourceId, step.before, step.after, visible);
    if (standing == gateway::Standing::Other)
        return settleNext(settling); // somebody else changed the same: that stays unknown
    step.outcome =
        standing == gateway::Standing::Written ? JournalStep::Outcome::Done : JournalStep::Outcome::NotDone;
    m_journal.settle(entry.number, index, step.outcome).then(this, [this, settling](const Status& written) {
        if (written)
            settleNext(settling);
        else
            settling->done.settle(fail(written.error()));
    });
}

/// The entry, its unknown steps settled; ends the turn when it is not an unfinished one.
void ChangeEngine::withUnfinished(std::int64_t number, const Turn& turn,
                                  std::function<void(const JournalEntry&)> next)
{
    m_journal.entry(number).then(
        this, [this, number, turn, next = std::move(next)](const Result<JournalEntry>& entry) {
            if (!entry)
                return endTurn(turn.done, fail(entry.error()));
            if (entry->result != JournalEntry::Result::Pending || entry->steps.empty())
                return endTurn(turn.done, fail(notUnfinished(number)));
            settle({*entry}, turn.stop)
                .then(this, [this, turn, next](const Result<std::vector<JournalEntry>>& settled) {
                    if (settled)
                        next(settled->front());
                    else
                        endTurn(turn.done, fail(settled.error()));
                });
        });
}

QFuture<Result<JournalEntry>> ChangeEngine::resume(std::int64_t number, std::stop_token stop)
{
    Turn turn;
    turn.stop = std::move(stop);
    QFuture<Result<JournalEntry>> future = turn.done.future();
    turn.run = [this, number] {
        const Turn mine = m_turns.front();
        withUnfinished(number, mine, [this, mine](const JournalEntry& entry) { resumeEntry(entry, mine); });
    };
    enqueue(std::move(turn));
    return future;
}

void ChangeEngine::resumeEntry(const JournalEntry& entry, const Turn& turn)
{
    ChangeSet set;
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < entry.steps.size(); ++i) {
        const JournalStep& step = entry.steps[i];
        if (step.outcome == JournalStep::Outcome::Done)
            continue;
        set.changes.push_back({step.resourceId, step.title, step.before, step.after, {}});
        numbers.push_back(i);
    }
    review(set, turn.stop).then(this, [this, entry, turn, set, numbers](const Result<Review>& review) {
        if (!review)
            return endTurn(turn.done, fail(review.error()));
        if (review->hasConflict())
            return endTurn(turn.done, fail(conflictError(conflictsOf(*review))));
        // All of them, those that are so already too: the run settles each.
        std::vector<PlannedStep> steps;
        for (std::size_t i = 0; i < set.changes.size(); ++i)
            steps.push_back({numbers[i], set.changes[i], {}, {}, DateTime()});
        runEntry(entry, std::move(steps), turn);
    });
}

QFuture<Result<JournalEntry>> ChangeEngine::rollBack(std::int64_t number, std::stop_token stop)
{
    Turn turn;
    turn.stop = std::move(stop);
    QFuture<Result<JournalEntry>> future = turn.done.future();
    turn.run = [this, number] {
        const Turn mine = m_turns.front();
        withUnfinished(number, mine, [this, mine](const JournalEntry& entry) { rollBackEntry(entry, mine); });
    };
    enqueue(std::move(turn));
    return future;
}

void ChangeEngine::rollBackEntry(const JournalEntry& entry, const Turn& turn)
{
    const auto giveUp = [this, number = entry.number, turn](const char* why) {
        m_journal.finish(number, JournalEntry::Result::Failed, why)
            .then(this, [this, turn](const Result<JournalEntry>& ended) { endTurn(turn.done, ended); });
    };
    const ChangeSet set = takeBack(entry);
    if (set.changes.empty())
        return giveUp("It was given up before anything was written.");
    review(set, turn.stop).then(this, [this, turn, giveUp](const Result<Review>& review) {
        if (!review)
            endTurn(turn.done, fail(review.error()));
        else if (review->changes.empty())
            giveUp("It was given up; what it had written was taken back by somebody else.");
        else
            applyReviewed(*review, turn);
    });
}

} // namespace gatehouse::jobs
