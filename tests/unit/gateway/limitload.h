// SPDX-License-Identifier: GPL-3.0-or-later
// Threads that go at one LimitKeeper together. Without Qt, so that it can be run by itself under a sanitizer.
#pragma once

#include "core/gateway/quota/limitkeeper.h"
#include "tests/unit/gateway/windowpeak.h"

#include <barrier>
#include <random>
#include <thread>

namespace gatehouse::test {

struct LoadPlan
{
    std::uint64_t seed = 0;
    int threads = 16;
    int seconds = 200;      ///< of the injected clock
    int triesPerSecond = 6; ///< of each thread
    int keys = 1;
    std::optional<gateway::CallRate> calls;
    std::optional<gateway::TokenRate> tokens;
    bool saysMaxTokens = true;
};

/// One admitted call, by its own times, which the threads do not hand in in order.
struct LoadCall
{
    int key = 0;
    Ticks entered{0};
    Ticks ended{0};
    std::int64_t tokens = 0;
    bool refunded = false; ///< cancelled, so that it counts nowhere
};

struct LoadHistory
{
    std::vector<LoadCall> calls;
    std::int64_t refusals = 0;
};

/// One thread: tries, holds some reservations for later seconds, settles, cancels or drops them.
class LoadThread
{
public:
    LoadThread(const LoadPlan& plan, gateway::LimitKeeper& keeper, std::uint64_t seed)
        : m_plan(plan)
        , m_keeper(keeper)
        , m_random(seed)
    {}

    /// All within this second of the clock, at times in no order.
    void second(int number)
    {
        const Ticks start = std::chrono::seconds(number);
        for (int i = 0; i < m_plan.triesPerSecond; ++i) {
            enter(start + Ticks(below(10'000'000)));
            if (!m_running.empty() && below(3) != 0)
                end(static_cast<std::size_t>(below(static_cast<std::int64_t>(m_running.size()))), start);
        }
    }

    void endAll(int number)
    {
        while (!m_running.empty())
            end(m_running.size() - 1, std::chrono::seconds(number));
    }

    [[nodiscard]] const LoadHistory& history() const { return m_history; }

private:
    struct Running
    {
        gateway::LimitReservation reservation;
        LoadCall call;
        std::int64_t mostTokens = 0;
    };

    [[nodiscard]] std::int64_t below(std::int64_t bound)
    {
        return static_cast<std::int64_t>(m_random() % static_cast<std::uint64_t>(bound));
    }

    static gateway::Instant at(Ticks time) { return {DateTime::fromCivil(2026, 11, 21) + time, time}; }

    void enter(Ticks time)
    {
        LoadCall call;
        call.key = static_cast<int>(below(m_plan.keys));
        call.entered = time;
        gateway::LimitedRequest request;
        request.tokens.prompt = 1 + below(400);
        const std::int64_t answer = 1 + below(1200);
        if (m_plan.saysMaxTokens)
            request.tokens.maxTokens = answer;
        const std::string key = std::to_string(call.key);
        if (m_plan.calls)
            request.limits.push_back({"calls", key, *m_plan.calls});
        if (m_plan.tokens)
            request.limits.push_back({"tokens", key, *m_plan.tokens});
        gateway::LimitAdmission admission = m_keeper.admit(at(time), request);
        if (!admission.allowed) {
            ++m_history.refusals;
            return;
        }
        m_running.push_back({std::move(admission.reservation), call, request.tokens.prompt + answer});
    }

    void end(std::size_t index, Ticks start)
    {
        Running running = std::move(m_running[index]);
        m_running.erase(m_running.begin() + static_cast<std::ptrdiff_t>(index));
        running.call.ended = std::max(running.call.entered, start + Ticks(below(10'000'000)));
        running.call.refunded = below(10) == 0;
        running.call.tokens = running.call.refunded ? 0 : below(running.mostTokens + 1);
        if (!running.call.refunded)
            running.reservation.settle(at(running.call.ended), {running.call.tokens, 0});
        else if (below(2) == 0)
            running.reservation.cancel();
        m_history.calls.push_back(running.call);
    }

    const LoadPlan& m_plan;
    gateway::LimitKeeper& m_keeper;
    std::mt19937_64 m_random;
    std::vector<Running> m_running;
    LoadHistory m_history;
};

/// Runs the plan. The threads wait for each other after each second of the clock, so that their times differ
/// by less than a second however the machine schedules them.
inline LoadHistory runLoad(const LoadPlan& plan, gateway::LimitKeeper& keeper)
{
    std::vector<LoadThread> workers;
    for (int i = 0; i < plan.threads; ++i)
        workers.emplace_back(plan, keeper, plan.seed + static_cast<std::uint64_t>(i));
    std::barrier meet(plan.threads);
    std::vector<std::thread> threads;
    for (LoadThread& worker : workers) {
        threads.emplace_back([&plan, &meet, &worker] {
            for (int second = 0; second < plan.seconds; ++second) {
                worker.second(second);
                meet.arrive_and_wait();
            }
            worker.endAll(plan.seconds);
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    LoadHistory all;
    for (const LoadThread& worker : workers) {
        all.calls.insert(all.calls.end(), worker.history().calls.begin(), worker.history().calls.end());
        all.refusals += worker.history().refusals;
    }
    return all;
}

/// The most calls of one key in any window; refunded ones were never there.
inline std::int64_t peakOfCalls(const LoadHistory& history, int key, Ticks length)
{
    std::vector<CountedAt> events;
    for (const LoadCall& call : history.calls) {
        if (call.key == key && !call.refunded)
            events.push_back({call.entered, 1});
    }
    return peakOfAnyWindow(std::move(events), length);
}

/// The most tokens of one key in any 60 s, each call's thought of as used at this part of its run (0 its
/// start, 1 its end).
inline std::int64_t peakOfTokens(const LoadHistory& history, int key, double part)
{
    std::vector<CountedAt> events;
    for (const LoadCall& call : history.calls) {
        const auto run = static_cast<double>((call.ended - call.entered).count());
        if (call.key == key)
            events.push_back({call.entered + Ticks(static_cast<std::int64_t>(run * part)), call.tokens});
    }
    return peakOfAnyWindow(std::move(events), std::chrono::seconds(60));
}

} // namespace gatehouse::test
