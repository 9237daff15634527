// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/keys.h"
#include "core/jobs/posture.h"
#include "tests/ui/fakes/fakeservices.h"
#include "ui/pages/keys/clipboardguard.h"

/// Keys and posture under a test's control.
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
