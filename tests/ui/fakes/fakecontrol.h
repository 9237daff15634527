// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/changes.h"
#include "core/jobs/keys.h"
#include "core/jobs/posture.h"
#include "tests/ui/fakes/fakeservices.h"
#include "ui/pages/keys/clipboardguard.h"

/// Keys, posture and the write path under a test's control.
namespace gatehouse::test {

class FakeKeys final : public jobs::KeyService
{
public:
    Answers<Result<jobs::KeyReport>> reports;
    Answers<Result<jobs::NewKey>> keys;
    std::vector<std::pair<std::string, jobs::KeySlot>> drawn;

    QFuture<Result<jobs::KeyReport>> report(std::stop_token stop) override
    {
        return reports.ask(std::move(stop));
    }
    QFuture<Result<jobs::NewKey>> regenerate(std::string subscription, jobs::KeySlot slot,
                                             std::stop_token stop) override
    {
        drawn.emplace_back(std::move(subscription), slot);
        return keys.ask(std::move(stop));
    }
};

class FakePosture final : public jobs::PostureService
{
public:
    Answers<Result<std::shared_ptr<const jobs::PostureReport>>> reports;

    QFuture<Result<std::shared_ptr<const jobs::PostureReport>>> report(std::stop_token stop) override
    {
        return reports.ask(std::move(stop));
    }
};

/// Remembers what was proposed; every review finds the service as the draft did.
class RecordingChanges final : public jobs::ChangeService
{
public:
    std::vector<jobs::ChangeSet> proposed;

    QFuture<Result<jobs::Review>> review(jobs::ChangeSet set, std::stop_token stop) override
    {
        proposed.push_back(set);
        Answers<Result<jobs::Review>> answers;
        answers.always(jobs::Review{std::move(set), {}, {}});
        return answers.ask(std::move(stop));
    }
    QFuture<Result<jobs::JournalEntry>> apply(jobs::Review, std::stop_token stop) override
    {
        Answers<Result<jobs::JournalEntry>> answers;
        answers.always(jobs::JournalEntry{});
        return answers.ask(std::move(stop));
    }
    Result<jobs::ChangeSet> undo(const jobs::JournalEntry&) const override { return jobs::ChangeSet{}; }
    QFuture<Result<std::vector<jobs::JournalEntry>>> unfinished(std::stop_token stop) override
    {
        Answers<Result<std::vector<jobs::JournalEntry>>> answers;
        answers.always(std::vector<jobs::JournalEntry>{});
        return answers.ask(std::move(stop));
    }
    QFuture<Result<jobs::JournalEntry>> resume(std::int64_t, std::stop_token stop) override
    {
        return apply({}, std::move(stop));
    }
    QFuture<Result<jobs::JournalEntry>> rollBack(std::int64_t, std::stop_token stop) override
    {
        return apply({}, std::move(stop));
    }
};

class FakeClipboard final : public ui::Clipboard
{
public:
    QString held;
    QString text() const override { return held; }
    void setSecret(const QString& text) override { held = text; }
    void clear() override { held.clear(); }
};

/// Three subscriptions: used by three callers, by none, and suspended.
[[nodiscard]] inline jobs::KeyReport sampleKeys(DateTime now)
{
    const auto ago = [now](int minutes) { return now - Ticks(std::chrono::minutes(minutes)); };
    jobs::KeyReport report;
    report.seen = {now - Ticks(std::chrono::hours(24)), now};
    report.callersKnown = true;
    report.subscriptions = {{"checkout-assistant",
                             "Checkout assistant",
                             "product ai-platform",
                             "active",
                             {{"shop-frontend", "python-openai/1.51.0", 4, 18'230, ago(3)},
                              {"refund-batch", "azsdk-net-OpenAI/2.1.0", 1, 960, ago(95)},
                              {"", "curl/8.5.0", 1, 4, ago(600)}}},
                            {"document-search", "Document search", "product ai-platform", "active", {}},
                            {"forecast-notes", "Forecast notes", "API openai", "suspended", {}}};
    return report;
}

/// East with a certified fallback, one that is not certified, and one by exception; none is real.
[[nodiscard]] std::shared_ptr<const jobs::PostureReport> samplePosture(DateTime now);

} // namespace gatehouse::test
