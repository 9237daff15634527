// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/routing/replay.h"

#include <QtTest/QTest>

#include <string>
#include <vector>

/// Small setups and what a log says of them.
namespace gatehouse::test {

using namespace gateway;

/// When the requests begin.
inline const DateTime Start = DateTime::fromCivil(2026, 6, 1);

inline DateTime at(Millis offset)
{
    return Start + std::chrono::duration_cast<Ticks>(offset);
}

inline Ticks ticks(Millis span)
{
    return std::chrono::duration_cast<Ticks>(span);
}

/// One pool "pool" over the named backends, of ascending priority; all requests go there.
inline ReplaySetup small(const std::vector<std::string>& names)
{
    ReplaySetup setup;
    setup.pools.push_back({"pool", {}});
    for (const std::string& name : names) {
        Backend backend;
        backend.name = name;
        backend.breaker.rule = ConsecutiveRule{3};
        backend.failureStatuses = {{500, 599}};
        setup.backends.push_back(backend);
        setup.pools[0].members.push_back({name, static_cast<int>(setup.pools[0].members.size()) + 1, 1});
    }
    setup.plan.defaultPool = "pool";
    return setup;
}

inline BackendAttempt attempt(const std::string& backend, Millis offset, int status,
                              Millis retryAfter = Millis{0})
{
    return {backend, {at(offset), ticks(Millis{100}), status, ticks(retryAfter)}};
}

inline LoggedRequest logged(const std::vector<BackendAttempt>& attempts, Millis offset = Millis{0})
{
    LoggedRequest request;
    for (std::optional<std::string>& text : request.facts.texts)
        text = "";
    request.facts.of(RoutingField::Model) = "gpt-4o";
    request.deployment = "gpt-4o";
    request.facts.budgetUsed = 0;
    request.time = attempts.empty() ? at(offset) : attempts.front().attempt.start;
    request.attempts = attempts;
    request.status = attempts.empty() ? 503 : attempts.back().attempt.status;
    request.backend = attempts.empty() ? "" : attempts.back().backend;
    request.tokens = request.status == 200 ? 100 : 0;
    return request;
}

inline ReplayReport run(const ReplaySetup& setup, const std::vector<LoggedRequest>& requests)
{
    auto report = replay(setup, requests);
    if (!report) {
        QTest::qFail(report.error().message.c_str(), __FILE__, __LINE__);
        return {};
    }
    return std::move(*report);
}

inline std::string nameOf(const ReplayReport& report, const ReplayedRequest& request)
{
    return request.backend < 0 ? "" : report.backends[static_cast<std::size_t>(request.backend)].backend;
}

inline const ReplayShare& shareOf(const ReplayReport& report, const std::string& backend)
{
    static const ReplayShare None;
    for (const ReplayShare& share : report.backends) {
        if (share.backend == backend)
            return share;
    }
    return None;
}

} // namespace gatehouse::test
