// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/changes/changerun.h"

#include "core/gateway/merge/resourcemerge.h"
#include "core/http/deferred.h"
#include "core/journal/withhold.h"

#include <algorithm>

namespace gatehouse::jobs {

namespace {

/// How often others may come in between before a step gives up.
constexpr int MaxRounds = 5;
/// How often a busy service is asked again: after 1, 2, 4, 8 and 16 s.
constexpr int MaxBusy = 5;
/// How long an operation is followed: two minutes.
constexpr int MaxPolls = 60;
constexpr std::chrono::milliseconds PollEvery{2'000};
constexpr std::chrono::milliseconds FirstBusyWait{1'000};
constexpr std::chrono::milliseconds LongestBusyWait{30'000};

/// It may have been written although the answer says otherwise, or none came.
bool mayBeWritten(const Error& error)
{
    switch (error.kind) {
    case Error::Kind::Network:
    case Error::Kind::Timeout:
    case Error::Kind::Protocol:
    case Error::Kind::Parse:
    case Error::Kind::Cancelled:
        return true;
    default:
        return error.httpStatus >= 500;
    }
}

bool hasDone(const JournalEntry& entry)
{
    return std::any_of(entry.steps.begin(), entry.steps.end(),
                       [](const JournalStep& step) { return step.outcome == JournalStep::Outcome::Done; });
}

Error notKept()
{
    return fail(Error::Kind::InvalidInput,
                "This would write a secret that the journal does not keep, so it cannot be taken back from "
                "it.",
                "Set the secret by hand.")
        .value();
}

Error vanished()
{
    return fail(Error::Kind::Conflict,
                "The service took the change, but it is not there any more: somebody else has taken it back.",
                "Look at the current state, then decide again.")
        .value();
}

Error tooSlow()
{
    return fail(Error::Kind::Timeout, "The service has not finished the change in time.").value();
}

Error stoppedError()
{
    Error error = http::cancelledError();
    error.message = "It was stopped before everything was written.";
    return error;
}

/// What an operation that failed says about it.
Error operationError(const Json& status)
{
    Error error;
    error.kind = Error::Kind::Http;
    error.serviceCode = textAt(memberAt(status, "error"), "code");
    error.message = textAt(memberAt(status, "error"), "message", "The service could not finish the change.");
    error.advice = "Try again; if it lasts, copy the details for support.";
    return error;
}

} // namespace

bool isFresh(DateTime readAt, const Clock& clock)
{
    const Ticks age = clock.now() - readAt;
    return age <= Ticks(MaxReviewAge) && age >= Ticks(0);
}

Error conflictError(const std::vector<std::string>& conflicts)
{
    std::string what;
    for (const std::string& conflict : conflicts)
        what += (what.empty() ? "" : ", ") + conflict;
    Error error;
    error.kind = Error::Kind::Conflict;
    error.message = "Somebody else has changed the same meanwhile: " + what + ".";
    error.advice = "It was not written. Look at both versions, then decide again.";
    return error;
}

ChangeRun::ChangeRun(RunTools tools, JournalEntry intent, std::vector<PlannedStep> steps,
                     std::stop_token stop, Finished finished, QObject* parent)
    : QObject(parent)
    , m_tools(tools)
    , m_entry(std::move(intent))
    , m_steps(std::move(steps))
    , m_stop(std::move(stop))
    , m_finished(std::move(finished))
    , m_resumed(m_entry.number != 0)
{}

void ChangeRun::start()
{
    // Before anything is on its way: what the journal would not give back must not be sent.
    for (const PlannedStep& step : m_steps) {
        if (step.result && journal::holdsMark(*step.result))
            return finish(fail(notKept()));
    }
    m_attempt = m_resumed;
    if (m_resumed)
        return nextStep();
    m_tools.journal.begin(m_entry).then(this, [this](const Result<JournalEntry>& begun) {
        if (!begun)
            return finish(fail(begun.error())); // nothing was sent
        m_entry = *begun;
        nextStep();
    });
}

void ChangeRun::nextStep()
{
    m_rounds = 0;
    m_busy = 0;
    m_polls = 0;
    m_readTwice = false;
    m_attempt = m_resumed;
    if (m_at == m_steps.size())
        return end(JournalEntry::Result::Applied, std::nullopt);
    if (m_stop.stop_requested())
        return stopWith(stoppedError());
    const PlannedStep& step = m_steps[m_at];
    if (!isFresh(step.readAt, m_tools.clock) || ArmResources::needsEnvelope(step.change.resourceId))
        return readAgain();
    note();
}

void ChangeRun::readAgain()
{
    m_tools.resources.read(m_steps[m_at].change.resourceId, m_stop)
        .then(this, [this](const Result<SeenResource>& now) { plan(now); });
}

void ChangeRun::plan(const Result<SeenResource>& now)
{
    if (!now)
        return stopWith(now.error());
    PlannedStep& step = m_steps[m_at];
    const bool wins = !step.change.overrides.empty() && step.change.overrides == now->version;
    const gateway::ResourceMerge merged = gateway::mergeResource(
        step.change.resourceId, {step.change.base, step.change.wanted, now->properties}, wins);
    if (!merged.conflicts.empty())
        return stopWith(conflictError(merged.conflicts));
    m_attempt = m_attempt || !gateway::sameProperties(now->properties, step.seen.properties) ||
                !gateway::sameProperties(merged.result, step.result);
    step.seen = *now;
    step.result = merged.result;
    step.readAt = m_tools.clock.now();
    if (gateway::sameProperties(step.result, step.seen.properties))
        return doneStep(); // it is so already
    if (step.result && journal::holdsMark(*step.result))
        return stopWith(notKept());
    note();
}

/// What is sent stands in the journal before.
void ChangeRun::note()
{
    if (!std::exchange(m_attempt, false))
        return send();
    const PlannedStep& step = m_steps[m_at];
    afterJournal(m_tools.journal.attempt(m_entry.number, step.step, step.seen.properties, step.result),
                 &ChangeRun::send);
}

void ChangeRun::send()
{
    const PlannedStep& step = m_steps[m_at];
    m_tools.resources.write(step.change.resourceId, step.seen, step.result, m_stop)
        .then(this, [this](const Result<azure::ArmResource>& written) { take(written); });
}

void ChangeRun::take(const Result<azure::ArmResource>& written)
{
    const PlannedStep& step = m_steps[m_at];
    if (written && written->accepted)
        return follow(written->operation);
    if (written) {
        const bool replaced = step.seen.properties && step.result;
        return replaced ? doneStep() : confirm();
    }
    const Error& error = written.error();
    if (error.httpStatus == 409)
        return wait(error);
    if (error.kind == Error::Kind::Conflict || (error.kind == Error::Kind::NotFound && step.seen.properties))
        return another(error);
    if (mayBeWritten(error))
        return resolve(error);
    stopWith(error);
}

/// Another version stands there: nothing was written.
void ChangeRun::another(const Error& error)
{
    if (++m_rounds >= MaxRounds)
        return stopWith(error);
    readAgain();
}

/// The service works on this resource for somebody else: nothing was written.
void ChangeRun::wait(const Error& error)
{
    if (++m_busy > MaxBusy || m_stop.stop_requested())
        return stopWith(error);
    const auto pause = error.retryAfter.value_or(FirstBusyWait * (1 << (m_busy - 1)));
    m_wait = m_tools.scheduler.callAfter(std::min(pause, LongestBusyWait), [this] { readAgain(); });
}

void ChangeRun::follow(const std::string& operation)
{
    if (operation.empty())
        return watch();
    m_tools.resources.operation(operation, {}).then(this, [this, operation](const Result<Json>& status) {
        followed(operation, status);
    });
}

void ChangeRun::followed(const std::string& operation, const Result<Json>& status)
{
    if (!status)
        return watch();
    const std::string word = toLower(textAt(*status, "status"));
    if (word.find("succeeded") != std::string::npos)
        return confirm();
    if (word.find("fail") != std::string::npos || word.find("cancel") != std::string::npos)
        return resolve(operationError(*status));
    if (++m_polls > MaxPolls)
        return leaveUnknown(tooSlow());
    m_wait = m_tools.scheduler.callAfter(PollEvery, [this, operation] {
        const std::string next = operation; // the new wait drops this closure
        follow(next);
    });
}

/// An operation that nobody says anything about is seen by what it does to the resource.
void ChangeRun::watch()
{
    m_tools.resources.read(m_steps[m_at].change.resourceId, {})
        .then(this, [this](const Result<SeenResource>& now) {
            if (now && now->version != m_steps[m_at].seen.version)
                return resolved(tooSlow(), *now);
            if (++m_polls > MaxPolls)
                return leaveUnknown(tooSlow());
            m_wait = m_tools.scheduler.callAfter(PollEvery, [this] { watch(); });
        });
}

/// The service says that it is written; it is looked at once more.
void ChangeRun::confirm()
{
    const PlannedStep& step = m_steps[m_at];
    m_tools.resources.read(step.change.resourceId, {}).then(this, [this](const Result<SeenResource>& now) {
        const PlannedStep& sent = m_steps[m_at];
        const bool gone =
            now && gateway::standingOf(sent.change.resourceId, sent.seen.properties, sent.result,
                                       now->properties) == gateway::Standing::NotWritten;
        if (!gone)
            return doneStep(); // as it was said; whoever changed it since has seen it
        if (now->version != sent.seen.version || ++m_polls > MaxPolls)
            return stopWith(vanished());
        // A removal that goes on, or a read from a copy that lags behind.
        m_wait = m_tools.scheduler.callAfter(PollEvery, [this] { confirm(); });
    });
}

/// Without m_stop: whoever stops wants to know what became of it all the same.
void ChangeRun::resolve(const Error& lost)
{
    m_tools.resources.read(m_steps[m_at].change.resourceId, {})
        .then(this, [this, lost](const Result<SeenResource>& now) {
            if (now)
                resolved(lost, *now);
            else
                leaveUnknown(lost);
        });
}

void ChangeRun::resolved(const Error& lost, const SeenResource& now)
{
    const PlannedStep& step = m_steps[m_at];
    Error error = lost;
    const bool untouched = now.version == step.seen.version;
    if (untouched && mayBeWritten(lost) && !std::exchange(m_readTwice, true)) {
        // The request may be on its way still.
        m_wait = m_tools.scheduler.callAfter(PollEvery, [this, lost] {
            const Error why = lost; // the new wait drops this closure
            resolve(why);
        });
        return;
    }
    const auto standing = untouched ? gateway::Standing::NotWritten
                                    : gateway::standingOf(step.change.resourceId, step.seen.properties,
                                                          step.result, now.properties);
    switch (standing) {
    case gateway::Standing::Written:
        return doneStep();
    case gateway::Standing::NotWritten:
        error.advice = "It was read again and is not changed. Try again.";
        return stopWith(error);
    case gateway::Standing::Other:
        error.kind = Error::Kind::Conflict;
        error.message = "No answer came, and somebody else has changed the same since.";
        error.advice = "What this change asked for is not there. Look at both versions, then decide again.";
        return stopWith(error);
    }
}

void ChangeRun::doneStep()
{
    const std::size_t step = m_steps[m_at].step;
    m_entry.steps[step].outcome = JournalStep::Outcome::Done;
    ++m_at;
    afterJournal(m_tools.journal.settle(m_entry.number, step, JournalStep::Outcome::Done),
                 &ChangeRun::nextStep);
}

void ChangeRun::afterJournal(QFuture<Status> written, void (ChangeRun::*next)())
{
    written.then(this, [this, next](const Status& done) {
        if (done)
            return (this->*next)();
        Error error = done.error();
        error.advice += " What was done so far is found again when Gatehouse starts next.";
        finish(fail(std::move(error)));
    });
}

void ChangeRun::stopWith(const Error& error)
{
    end(hasDone(m_entry) ? JournalEntry::Result::Partial : JournalEntry::Result::Failed, error);
}

/// The entry stays open: it is settled by reading when the service can be reached again.
void ChangeRun::leaveUnknown(const Error& lost)
{
    Error error = lost;
    error.advice = "Whether it was changed is not known. Activity shows it until it is settled.";
    m_tools.journal.settle(m_entry.number, m_steps[m_at].step, JournalStep::Outcome::Unknown)
        .then(this, [this, error](const Status&) { finish(fail(error)); });
}

void ChangeRun::end(JournalEntry::Result result, const std::optional<Error>& error)
{
    m_tools.journal.finish(m_entry.number, result, error ? error->message : std::string())
        .then(this, [this, result, error](const Result<JournalEntry>& entry) {
            if (!entry || !error || result == JournalEntry::Result::Partial)
                finish(entry);
            else
                finish(fail(*error));
        });
}

void ChangeRun::finish(Result<JournalEntry> result)
{
    deleteLater();
    const Finished finished = std::move(m_finished);
    finished(std::move(result));
}

} // namespace gatehouse::jobs
