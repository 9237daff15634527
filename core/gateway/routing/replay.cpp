// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/routing/replay.h"

#include "core/gateway/routing/replaywalk.h"

#include <algorithm>
#include <tuple>

namespace gatehouse::gateway {

namespace {

using Replayed = ReplayedRequest::Outcome;
using Cause = ReplayedRequest::Cause;

constexpr std::size_t MaxMembers = 30; // of the service (contracts §4.2)
constexpr int MaxAttempts = 50;

Status check(const ReplaySetup& setup)
{
    for (const Pool& pool : setup.pools) {
        if (pool.members.size() > MaxMembers)
            return fail(Error::Kind::InvalidInput, "The pool “" + pool.name + "” has more than 30 members.",
                        "Remove some, as the service takes no more.");
    }
    if (setup.retry.maxAttempts < 1 || setup.retry.maxAttempts > MaxAttempts ||
        setup.retry.pause < Millis(0) || setup.retry.maxPause < Millis(0))
        return fail(Error::Kind::InvalidInput,
                    "The retry rule must make 1 to 50 attempts and no negative pause.", "Correct it.");
    return {};
}

void count(ReplayRefusals& refusals, int status)
{
    if (status == 429)
        ++refusals.throttled;
    else if (status == 0 || status >= 500)
        ++refusals.failed;
}

class ReportMaker
{
public:
    ReportMaker(const ReplaySetup& setup, const std::vector<LoggedRequest>& requests, ReplayWalk& walk)
        : m_setup(setup)
        , m_requests(requests)
        , m_walk(walk)
    {}

    [[nodiscard]] ReplayReport run()
    {
        m_report.requests = m_walk.results();
        m_report.backends.resize(m_walk.backends().count());
        for (std::size_t i = 0; i < m_report.backends.size(); ++i)
            m_report.backends[i].backend = m_walk.backends().name(static_cast<int>(i));
        for (std::size_t i = 0; i < m_requests.size(); ++i)
            add(m_requests[i], m_report.requests[i]);
        addExamples();
        return std::move(m_report);
    }

private:
    void add(const LoggedRequest& logged, const ReplayedRequest& result)
    {
        switch (result.outcome) {
        case Replayed::Same:
            ++m_report.same;
            break;
        case Replayed::Moved:
            ++m_report.moved;
            break;
        case Replayed::Unproven:
            ++m_report.unproven;
            break;
        case Replayed::NotRouted:
            ++m_report.notRouted;
            break;
        }
        count(m_report.before, logged.status);
        count(m_report.after, result.status);
        const bool serves = result.status > 0 && result.status < 400;
        const bool served = logged.status > 0 && logged.status < 400;
        const bool moved = result.outcome == Replayed::Moved;
        if (!logged.backend.empty()) {
            ReplayShare& before = share(m_walk.indexOf(logged.backend));
            ++before.requestsBefore;
            before.tokensBefore += logged.tokens;
        }
        if (result.backend >= 0) {
            ReplayShare& after = share(result.backend);
            ++after.requestsAfter;
            after.tokensAfter += !moved || serves ? logged.tokens : 0;
        }
        if (moved && serves && !served)
            ++m_report.tokensUnknown;
    }

    [[nodiscard]] ReplayShare& share(int backend)
    {
        return m_report.backends[static_cast<std::size_t>(backend)];
    }

    void addExamples()
    {
        std::vector<std::size_t> moved;
        for (std::size_t i = 0; i < m_requests.size(); ++i) {
            if (m_report.requests[i].outcome == Replayed::Moved)
                moved.push_back(i);
        }
        const std::size_t shown = std::min(m_setup.examples, moved.size());
        std::partial_sort(moved.begin(), moved.begin() + static_cast<std::ptrdiff_t>(shown), moved.end(),
                          [this](std::size_t a, std::size_t b) {
                              return std::tie(m_requests[a].time, a) < std::tie(m_requests[b].time, b);
                          });
        for (std::size_t i = 0; i < shown; ++i)
            m_report.examples.push_back(
                {moved[i], sentence(m_requests[moved[i]], m_report.requests[moved[i]])});
    }

    [[nodiscard]] std::string sentence(const LoggedRequest& logged, const ReplayedRequest& result) const
    {
        const auto where = [](const std::string& backend) {
            return backend.empty() ? std::string("no backend") : "“" + backend + "”";
        };
        const std::string after = result.backend < 0
                                      ? std::string{}
                                      : m_report.backends[static_cast<std::size_t>(result.backend)].backend;
        std::string text = formatDateTime(logged.time) + ": from " + where(logged.backend) + " (" +
                           std::to_string(logged.status) + ") to " + where(after) + " (" +
                           std::to_string(result.status) + ")";
        if (result.rule >= 0)
            text += " by the rule “" + m_setup.plan.rules[static_cast<std::size_t>(result.rule)].name + "”";
        return text + ": " + whyMoved(result.cause) + ".";
    }

    const ReplaySetup& m_setup;
    const std::vector<LoggedRequest>& m_requests;
    ReplayWalk& m_walk;
    ReplayReport m_report;
};

} // namespace

std::string whyMoved(ReplayedRequest::Cause cause)
{
    using Cause = ReplayedRequest::Cause;
    switch (cause) {
    case Cause::NotInPool:
        return "the backend that served it is not among those that the route may use";
    case Cause::CircuitOpen:
        return "the circuit of the backend that served it would be open";
    case Cause::Parked:
        return "the backend that served it would wait for its Retry-After";
    case Cause::Tried:
        return "another backend would be tried first";
    case Cause::LowerPriority:
        return "a backend of higher priority could serve";
    case Cause::ZeroWeight:
        return "the backend that served it has the weight 0";
    case Cause::Deployment:
        return "the rule names another deployment";
    case Cause::MoreToTry:
        return "another backend could be tried after the last failure";
    case Cause::CouldServe:
        return "a backend could serve what was refused";
    case Cause::None:
        break;
    }
    return "it would end otherwise";
}

Result<ReplayReport> replay(const ReplaySetup& setup, const std::vector<LoggedRequest>& requests)
{
    if (const Status valid = check(setup); !valid)
        return fail(valid.error());
    ReplayWalk walk(setup, requests);
    walk.run();
    return ReportMaker(setup, requests, walk).run();
}

} // namespace gatehouse::gateway
