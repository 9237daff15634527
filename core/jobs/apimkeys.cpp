// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/apimkeys.h"

#include "core/usage/columns.h"

#include <algorithm>
#include <map>

namespace gatehouse::jobs {

namespace {

constexpr std::chrono::hours LookBack{24};

/// "…/products/ai-platform" → "product ai-platform".
std::string scopeText(const std::string& scope)
{
    const std::string last(gateway::lastSegment(scope));
    const auto under = [&](const char* collection) {
        return scope.find("/" + std::string(collection) + "/" + last) != std::string::npos;
    };
    if (under("products"))
        return "product " + last;
    if (under("apis"))
        return "API " + last;
    return last == "apis" ? "all APIs" : last;
}

Result<std::map<std::string, std::vector<KeyCaller>>> readCallers(const Table& table)
{
    usage::Columns columns(table);
    const Column* const service = columns.text("Service");
    const Column* const application = columns.text("Application");
    const Column* const agent = columns.text("Agent");
    const Column* const calls = columns.number("Calls");
    const Column* const addresses = columns.number("Addresses");
    const Column* const lastSeen = columns.moment("LastSeen");
    if (const Status there = columns.check(); !there)
        return fail(there.error());
    std::map<std::string, std::vector<KeyCaller>> callers;
    for (std::size_t row = 0; row < table.rowCount(); ++row) {
        KeyCaller caller;
        caller.application = application->textAt(row);
        caller.agent = agent->textAt(row);
        caller.calls = usage::countAt(*calls, row);
        caller.addresses = usage::countAt(*addresses, row);
        caller.lastSeen = DateTime{Ticks(lastSeen->integerAt(row))};
        callers[toLower(service->textAt(row))].push_back(std::move(caller));
    }
    return callers;
}

/// The request may have been carried out although no answer says so.
bool mayBeDone(const Error& error)
{
    switch (error.kind) {
    case Error::Kind::Network:
    case Error::Kind::Timeout:
    case Error::Kind::Protocol:
    case Error::Kind::Parse:
    case Error::Kind::Cancelled:
    case Error::Kind::Unavailable:
        return true;
    default:
        return error.httpStatus >= 500;
    }
}

void wipe(std::string& text)
{
    for (volatile char& byte : text)
        byte = '\0';
    text.clear();
}

} // namespace

/// One key on its way.
struct ApimKeyService::Regeneration
{
    std::string subscription;
    KeySlot slot = KeySlot::Primary;
    std::stop_token stop;
    std::string before; ///< the key that is to end
    std::int64_t entry = 0;
    http::Deferred<NewKey> done;

    Regeneration() = default;
    Regeneration(const Regeneration&) = delete;
    Regeneration& operator=(const Regeneration&) = delete;
    ~Regeneration() { wipe(before); }

    [[nodiscard]] std::string slotName() const
    {
        return slot == KeySlot::Primary ? "primary key" : "secondary key";
    }
    /// The key of the slot; the other one is overwritten at once.
    [[nodiscard]] std::string take(azure::ApimKeys keys) const
    {
        std::string& wanted = slot == KeySlot::Primary ? keys.primary : keys.secondary;
        wipe(slot == KeySlot::Primary ? keys.secondary : keys.primary);
        return std::move(wanted);
    }
};

ApimKeyService::ApimKeyService(Parts parts, QObject* parent)
    : QObject(parent)
    , m_parts(std::move(parts))
{}

QFuture<Result<KeyReport>> ApimKeyService::report(std::stop_token stop)
{
    const http::Deferred<KeyReport> done;
    m_parts.subscriptions.list(m_parts.serviceId, stop)
        .then(this, [this, done, stop](const Result<std::vector<azure::KeyedSubscription>>& found) {
            if (!found)
                return done.settle(fail(found.error()));
            KeyReport report;
            const DateTime now = m_parts.clock.now();
            report.seen = {now - Ticks(LookBack), now};
            for (const azure::KeyedSubscription& one : *found)
                report.subscriptions.push_back({one.id, one.name, scopeText(one.scope), one.state, {}});
            std::ranges::stable_sort(report.subscriptions, {}, &KeySubscription::name);
            askCallers(done, std::move(report), stop);
        });
    return done.future();
}

void ApimKeyService::askCallers(const http::Deferred<KeyReport>& done, KeyReport report, std::stop_token stop)
{
    Question question({"key-callers"});
    question.with("scanStart", Literal::moment(report.seen.start))
        .with("scanEnd", Literal::moment(report.seen.end));
    askAll(m_parts.workspace, {std::move(question)}, report.seen, std::move(stop), this)
        .then(this, [done, report](const Result<Answers>& answers) mutable {
            if (!answers) {
                if (answers.error().cancelled())
                    return done.settle(fail(answers.error()));
                report.callersUnknownBecause = isMissingTable(answers.error(), "ApiManagementGatewayLogs")
                                                   ? "This workspace holds no gateway logs."
                                                   : answers.error().message;
                return done.settle(std::move(report));
            }
            const auto callers = readCallers(answers->table(0));
            if (!callers) {
                report.callersUnknownBecause = callers.error().message;
                return done.settle(std::move(report));
            }
            report.callersKnown = true;
            report.partial = answers->partial;
            report.queries = answers->queries;
            for (KeySubscription& subscription : report.subscriptions) {
                const auto found = callers->find(toLower(subscription.id));
                if (found != callers->end())
                    subscription.callers = found->second;
            }
            done.settle(std::move(report));
        });
}

QFuture<Result<NewKey>> ApimKeyService::regenerate(std::string subscription, KeySlot slot,
                                                   std::stop_token stop)
{
    auto run = std::make_shared<Regeneration>();
    run->subscription = std::move(subscription);
    run->slot = slot;
    run->stop = stop;
    QFuture<Result<NewKey>> future = run->done.future();
    m_parts.subscriptions.keys(m_parts.serviceId, run->subscription, stop)
        .then(this, [this, run](const Result<azure::ApimKeys>& keys) {
            if (!keys)
                return run->done.settle(fail(keys.error()));
            run->before = run->take(*keys);
            writeDown(run);
        });
    return future;
}

void ApimKeyService::writeDown(const RegenerationPtr& run)
{
    if (m_parts.journal == nullptr)
        return send(run);
    JournalEntry entry;
    entry.at = m_parts.clock.now();
    entry.title = "Regenerate the " + run->slotName() + " of " + run->subscription;
    entry.scope = m_parts.serviceId;
    m_parts.journal->begin(entry).then(this, [this, run](const Result<std::int64_t>& number) {
        if (!number)
            return run->done.settle(fail(number.error()));
        run->entry = *number;
        send(run);
    });
}

void ApimKeyService::send(const RegenerationPtr& run)
{
    if (run->stop.stop_requested())
        return settle(run, JournalEntry::Result::Failed, fail(http::cancelledError()));
    m_parts.subscriptions.regenerate(m_parts.serviceId, run->subscription, run->slot == KeySlot::Primary)
        .then(this, [this, run](const Status& sent) {
            if (!sent && !mayBeDone(sent.error()))
                return settle(run, JournalEntry::Result::Failed, fail(sent.error()));
            readBack(run, sent);
        });
}

void ApimKeyService::readBack(const RegenerationPtr& run, const Status& sent)
{
    // Not stopped by whoever asked: what was sent is brought to its end.
    m_parts.subscriptions.keys(m_parts.serviceId, run->subscription, {})
        .then(this, [this, run, sent](const Result<azure::ApimKeys>& keys) {
            using Outcome = JournalEntry::Result;
            if (!keys) {
                Error error = sent ? keys.error() : sent.error();
                error.message =
                    sent ? "The " + run->slotName() + " was changed, but the new one could not be read."
                         : "Whether the " + run->slotName() + " was changed is not known.";
                error.advice = "Look at the keys in the portal, Subscriptions, before you try again.";
                return settle(run, sent ? Outcome::Applied : Outcome::Partial, fail(std::move(error)));
            }
            std::string now = run->take(*keys);
            const bool changed = now != run->before;
            const SecretText key(now);
            wipe(now);
            if (changed)
                return settle(run, Outcome::Applied, NewKey{key, m_parts.journal != nullptr});
            Error error = sent ? Error{} : sent.error();
            if (sent)
                error.kind = Error::Kind::Protocol;
            error.message = "The " + run->slotName() + " is still the old one.";
            error.advice = "Try again; services that use it go on working.";
            settle(run, sent ? Outcome::Partial : Outcome::Failed, fail(std::move(error)));
        });
}

void ApimKeyService::settle(const RegenerationPtr& run, JournalEntry::Result outcome, Result<NewKey> result)
{
    if (m_parts.journal == nullptr || run->entry == 0)
        return run->done.settle(std::move(result));
    m_parts.journal->end(run->entry, outcome, result ? std::string() : result.error().message)
        .then(this, [run, result](const Status& written) {
            // The key is out in any case; that its end is missing in the journal must not lose it.
            Result<NewKey> told = result;
            if (told && !written)
                told->journalled = false;
            run->done.settle(std::move(told));
        });
}

} // namespace gatehouse::jobs
