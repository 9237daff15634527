// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/explain/explain.h"
#include "core/gateway/explain/trafficreplay.h"
#include "tests/unit/gateway/simulatedgateway.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>

/// Explaining one request out of a busy two hours (50 ms), and replaying 200,000 requests (1 s).

namespace {

using namespace gatehouse;
using namespace gatehouse::gateway;

constexpr int Requests = 200'000;
constexpr int Runs = 5;

template <typename Work>
double bestSeconds(const Work& work)
{
    double best = 1e9;
    for (int run = 0; run < Runs; ++run) {
        const auto start = std::chrono::steady_clock::now();
        work();
        best =
            std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return best;
}

LoggedTraffic makeTraffic(const ReplaySetup& setup)
{
    test::Traffic traffic;
    traffic.requests = Requests;
    traffic.everyMilliseconds = 20;
    traffic.outages = test::simulatedOutages();
    LoggedTraffic logged;
    logged.requests = test::SimulatedGateway(setup, traffic, 1).run();
    logged.details.resize(logged.requests.size());
    for (std::size_t i = 0; i < logged.requests.size(); ++i) {
        CallDetails& details = logged.details[i];
        details.correlationId = std::to_string(i);
        details.service = "service-" + std::to_string(i % 10);
        details.attemptCount = static_cast<int>(logged.requests[i].attempts.size());
        details.total = std::chrono::milliseconds(300);
        if (logged.requests[i].status == 401)
            details.errorReason = "Unauthorized";
    }
    return logged;
}

void measureReplay(const ExplainSetup& setup, const LoggedTraffic& traffic)
{
    ReplayQuestion question;
    question.inForce = question.replayed = {{DateTime{}, setup}};
    question.range = {traffic.requests.front().time - Ticks(1), traffic.requests.back().time + Ticks(1)};
    for (int i = 0; i < 10; ++i)
        question.replayed[0].setup.limits.services["service-" + std::to_string(i)] = {
            CallRate{100'000, std::chrono::seconds(60)}, TokenRate{100'000'000}};
    std::int64_t judged = 0;
    const double seconds = bestSeconds([&] {
        const auto replay = replayTraffic(question, traffic);
        judged = replay ? replay->judged : 0;
    });
    std::printf("replay of %lld requests: %.3f s\n", static_cast<long long>(judged), seconds);
    if (judged != Requests)
        std::exit(1);
    std::printf("ratio replay_200k_1s %.3f\n", seconds);
}

void measureExplain(const ExplainSetup& setup, const LoggedTraffic& traffic)
{
    // The last request that was tried twice, so that nearly all of the log stands before it.
    std::size_t chosen = traffic.requests.size() - 1;
    while (chosen > 0 && traffic.requests[chosen].attempts.size() < 2)
        --chosen;
    ExplainInput input{traffic.requests[chosen], traffic.details[chosen], setup, {}};
    input.log.completeSince = traffic.requests.front().time;
    for (std::size_t i = 0; i < traffic.requests.size(); ++i) {
        for (const BackendAttempt& one : traffic.requests[i].attempts) {
            if (i != chosen && one.attempt.start > input.request.time - Ticks(std::chrono::hours(2)))
                input.log.attempts[one.backend].push_back(one.attempt);
        }
    }
    std::size_t attempts = 0;
    for (const auto& [backend, list] : input.log.attempts)
        attempts += list.size();
    bool told = false;
    const double seconds = bestSeconds([&] { told = !explain(input).attempts.empty(); });
    std::printf("explaining one request among %zu attempts: %.2f ms\n", attempts, seconds * 1e3);
    if (!told)
        std::exit(1);
    std::printf("ratio explain_50ms %.3f\n", seconds * 1e3 / 50);
}

} // namespace

int main()
{
    ExplainSetup setup;
    setup.routing = test::simulatedSetup();
    setup.retryKnown = true;
    const LoggedTraffic traffic = makeTraffic(setup.routing);
    measureExplain(setup, traffic);
    measureReplay(setup, traffic);
    return 0;
}
