// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/quotaboard.h"
#include "tests/ui/fakes/fakeservices.h"

namespace gatehouse::test {

/// A sheet with two rules over four services, its logs and its capacity.
[[nodiscard]] inline std::shared_ptr<jobs::QuotaBoard> sampleQuotaBoard(DateTime now)
{
    using gateway::LimitValue;
    auto board = std::make_shared<jobs::QuotaBoard>();
    board->at = now;
    board->range = {now - std::chrono::hours(24), now};
    board->minute = {now - std::chrono::seconds(70), now - std::chrono::seconds(10)};
    board->resourceId = "/svc/policyFragments/gatehouse-quotas";
    board->included = true;
    gateway::ServiceQuota checkout;
    checkout.service = "checkout";
    checkout.limits.tokensPerMinute = LimitValue::of(12'000);
    checkout.limits.tokenQuota = LimitValue::of(2'000'000);
    checkout.limits.tokenQuotaPeriod = LimitValue::of(std::string_view("Daily"));
    checkout.limits.calls = LimitValue::of(60);
    checkout.owner = "Anna Ek";
    checkout.ticket = "CHG-1";
    gateway::ServiceQuota everybody;
    everybody.limits.tokensPerMinute = LimitValue::of(5'000);
    const auto document = gateway::setServiceQuota(
        *gateway::setServiceQuota(gateway::emptyQuotaFragment(), checkout), everybody);
    board->fragment = Json{{"format", "xml"}, {"value", document->text()}};
    const auto row = [&](const char* id, const char* name, std::int64_t minute, std::int64_t day) {
        jobs::QuotaBoardRow made;
        made.service = id;
        made.displayName = name;
        made.product = "AI platform";
        made.state = "active";
        made.subscribed = true;
        made.use.tokensLastMinute = minute;
        made.use.callsLastMinute = minute / 400;
        made.use.peakTokensPerMinute = minute * 3;
        made.use.tokensInPeriod[gateway::QuotaPeriod::Hourly] = day / 12;
        made.use.tokensInPeriod[gateway::QuotaPeriod::Daily] = day;
        for (int i = 12; i > 0; --i)
            made.use.today.push_back({now - std::chrono::minutes(i * 30), day / 12});
        return made;
    };
    board->rows = {row("billing", "Billing", 1'900, 300'000),
                   row("checkout", "Checkout assistant", 11'400, 1'620'000), row("hr", "HR assistant", 0, 0),
                   row("search", "Document search", 5'300, 900'000)};
    board->rows[1].quota = checkout;
    board->rows[2].state = "suspended";
    jobs::QuotaBoardRow last;
    last.quota = everybody;
    last.use = board->rows[3].use;
    board->rows.push_back(last);
    for (const char* region : {"East US", "West Europe"}) {
        board->capacity.deployments.push_back(
            {"aoai", region, "gpt-4o", "gpt-4o", "Standard", 300, false, "q-4o"});
        board->capacity.deployments.push_back(
            {"aoai", region, "gpt-4o-mini", "gpt-4o-mini", "Standard", std::nullopt, false, {}});
        board->capacity.quotas.push_back(
            {region, "q-4o", "Tokens Per Minute (thousands) - gpt-4o", 300, 450});
    }
    return board;
}

[[nodiscard]] inline std::shared_ptr<jobs::QuotaImpact> sampleQuotaImpact(DateTime now)
{
    auto impact = std::make_shared<jobs::QuotaImpact>();
    impact->range = {now - std::chrono::hours(168), now};
    impact->calls = 52'300;
    for (const char* service : {"billing", "checkout"}) {
        gateway::ServiceImpact one;
        one.service = service;
        one.seen = {26'150, 31'000'000};
        if (std::string_view(service) == "checkout") {
            one.refused = {1'204, 2'400'000};
            one.refusedAnew = {1'190, 2'380'000};
            one.byLimit[1] = {1'204, 2'400'000};
            one.examples.push_back({"4e1c2b", now - std::chrono::hours(30), 1'800,
                                    gateway::LimitKind::TokenRate, Ticks(std::chrono::seconds(21)), 200});
        }
        impact->impact.services.push_back(one);
    }
    impact->impact.total.seen = {52'300, 62'000'000};
    impact->impact.total.refused = {1'204, 2'400'000};
    return impact;
}

} // namespace gatehouse::test
