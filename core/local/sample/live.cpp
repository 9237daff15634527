// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/gatewayservice.h"
#include "core/local/gateway/sleeper.h"
#include "core/local/sample/callmaker.h"
#include "core/local/sample/sample.h"

#include <cmath>
#include <thread>
#include <vector>

namespace gatehouse::local {

namespace {

/// A model may answer for seconds, so several callers keep the rate.
constexpr int Callers = 4;
/// Calls per second at night and at the height of the day.
constexpr double QuietRate = 0.8;
constexpr double BusyRate = 2.2;
constexpr double DayNightShare = 0.2;

} // namespace

struct LiveTraffic::Parts
{
    Parts(GatewayService& given, const Clock& time)
        : gateway(given)
        , clock(time)
    {}

    void run(std::uint64_t seed)
    {
        CallMaker calls(seed);
        SampleCall call;
        std::string chunk;
        for (;;) {
            const double rate = QuietRate + (BusyRate - QuietRate) * activityAt(clock.now(), DayNightShare);
            // Gaps as between independent arrivals.
            const double seconds = -std::log(1 - calls.unit()) * Callers / rate;
            if (!sleeper.sleep(std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9))))
                return;
            calls.make(calls.pickService(clock.now()), 1, call);
            const GatewayAnswer answer = gateway.handle(call.call);
            if (answer.stream != nullptr)
                while (answer.stream->next(chunk) == AnswerStream::Step::More) {
                }
        }
    }

    GatewayService& gateway;
    const Clock& clock;
    SystemSleeper sleeper; // wakes the callers between two calls when the traffic ends
    std::vector<std::jthread> threads;
};

LiveTraffic::LiveTraffic(GatewayService& gateway, const Clock& clock, std::uint64_t seed)
    : m_parts(std::make_unique<Parts>(gateway, clock))
{
    for (int i = 0; i < Callers; ++i)
        m_parts->threads.emplace_back(
            [parts = m_parts.get(), seed, i] { parts->run(seed + 1'000 + static_cast<std::uint64_t>(i)); });
}

LiveTraffic::~LiveTraffic()
{
    m_parts->sleeper.stop();
    m_parts->threads.clear();
}

} // namespace gatehouse::local
