// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/draw.h"
#include "core/local/gateway/faults.h"
#include "core/local/gateway/gatewayservice.h"
#include "core/local/logs/logstore.h"
#include "core/local/sample/callmaker.h"
#include "core/local/sample/cluster.h"
#include "core/local/sample/incidents.h"
#include "core/local/sample/sample.h"
#include "core/local/upstream/upstream.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace gatehouse::local {

namespace {

constexpr double RequestsPerBusyMinute = 2.7; ///< with all services at their height; about 1,300 a day
constexpr SimulatedNoise Noise{0.006, 0.002};
constexpr std::int64_t MinutesBetweenCompactions = 3 * 24 * 60;
constexpr Ticks Minute = std::chrono::minutes(1);

/// Time that passes only when somebody waits, or when the next request comes.
class HistoryClock final : public Clock
{
public:
    explicit HistoryClock(DateTime start)
        : m_start(start)
        , m_now(start)
    {}
    [[nodiscard]] DateTime now() const override { return m_now; }
    [[nodiscard]] std::chrono::nanoseconds monotonic() const override
    {
        // From one, not from zero: zero means "never" to some.
        return std::chrono::seconds(1) + std::chrono::nanoseconds(m_now - m_start);
    }
    void advance(std::chrono::nanoseconds span) { m_now += std::chrono::duration_cast<Ticks>(span); }
    void advanceTo(DateTime moment) { m_now = std::max(m_now, moment); }

private:
    DateTime m_start;
    DateTime m_now;
};

class HistorySleeper final : public Sleeper
{
public:
    explicit HistorySleeper(HistoryClock& clock)
        : m_clock(clock)
    {}
    bool sleep(std::chrono::nanoseconds span) override
    {
        m_clock.advance(span);
        return true;
    }

private:
    HistoryClock& m_clock;
};

/// GUIDs of a sequence, so that the same history has the same ids.
class IdSequence
{
public:
    explicit IdSequence(std::uint64_t seed)
        : m_random(seed)
    {}
    std::string next()
    {
        const std::uint64_t high = nextRandom(m_random);
        const std::uint64_t low = nextRandom(m_random);
        std::array<char, 40> text{};
        std::snprintf(text.data(), text.size(), "%08x-%04x-4%03x-%04x-%012llx",
                      static_cast<unsigned>(high >> 32U), static_cast<unsigned>(high >> 16U & 0xffffU),
                      static_cast<unsigned>(high & 0xfffU),
                      static_cast<unsigned>(0x8000U | (low >> 48U & 0x3fffU)),
                      static_cast<unsigned long long>(low & 0xffffffffffffU));
        return text.data();
    }

private:
    std::uint64_t m_random;
};

class HistoryMaker
{
public:
    HistoryMaker(const SampleOptions& options, const ResourceStore& resources, LogStore& logs);

    Status run(const std::function<void(double)>& progress);

private:
    void minute(DateTime start);
    void request(DateTime moment, const Surge* surge);
    static GatewayOptions optionsFor(std::uint64_t seed);

    SampleOptions m_options;
    LogStore& m_logs;
    DateTime m_start;
    HistoryClock m_clock;
    HistorySleeper m_sleeper;
    FaultBoard m_faults;
    std::unique_ptr<EndpointDirectory> m_endpoints;
    GatewayService m_gateway;
    IncidentPlan m_incidents;
    CallMaker m_calls;
    SampleCall m_call;
    std::string m_chunk;
    std::size_t m_requests = 0;
};

HistoryMaker::HistoryMaker(const SampleOptions& options, const ResourceStore& resources, LogStore& logs)
    : m_options(options)
    , m_logs(logs)
    , m_start(options.end - Ticks(std::chrono::hours(24 * options.days)))
    , m_clock(m_start)
    , m_sleeper(m_clock)
    , m_faults(m_clock, options.seed + 1)
    , m_endpoints(makeSimulatedEndpoints(resources, m_faults, m_clock, m_sleeper, options.seed + 2, Noise))
    , m_gateway({resources, logs, *m_endpoints, m_clock, m_sleeper}, optionsFor(options.seed))
    , m_incidents(m_start, options.end)
    , m_calls(options.seed + 3)
{}

GatewayOptions HistoryMaker::optionsFor(std::uint64_t seed)
{
    GatewayOptions options;
    options.seed = seed + 4;
    options.makeId = [ids = IdSequence(seed + 5)]() mutable { return ids.next(); };
    options.waitForCommit = false;
    return options;
}

Status HistoryMaker::run(const std::function<void(double)>& progress)
{
    const std::size_t before = m_logs.rowCount(TableId::GatewayLogs);
    const auto minutes = (m_options.end - m_start) / Minute;
    for (std::int64_t i = 0; i < minutes; ++i) {
        minute(m_start + Minute * i);
        if (progress && i % 720 == 0)
            progress(static_cast<double>(i) / static_cast<double>(minutes));
        // Now and then, so that the file's journal stays short and its pages are used again.
        if (i % MinutesBetweenCompactions == MinutesBetweenCompactions - 1)
            if (auto done = m_logs.compact(); !done)
                return done;
    }
    RowBatch cluster;
    addClusterRows({m_start, m_options.end}, m_options.seed, m_logs.identity().clusterResourceId, cluster);
    if (auto done = m_logs.write(cluster); !done)
        return done;
    if (auto done = m_logs.compact(); !done)
        return done;
    // The requests did not wait for their rows one by one, so they are counted now.
    if (m_logs.rowCount(TableId::GatewayLogs) - before != m_requests)
        return fail(Error::Kind::Storage, "The sample history could not be stored.",
                    "Free some disk space and start again.");
    return {};
}

void HistoryMaker::minute(DateTime start)
{
    m_incidents.apply(start, m_faults);
    const Surge* surge = m_incidents.surgeAt(start);
    double total = 0;
    double weights = 0;
    for (const ServiceProfile& service : serviceProfiles()) {
        total += service.weight * activityAt(start, service.nightShare);
        weights += service.weight;
    }
    const double expected =
        RequestsPerBusyMinute * total / weights + (surge != nullptr ? surge->extraPerMinute : 0.0);
    // About as many as expected, spread over the minute.
    const int count = static_cast<int>(expected * (0.5 + m_calls.unit()) + m_calls.unit());
    std::vector<double> moments;
    for (int i = 0; i < count; ++i)
        moments.push_back(m_calls.unit());
    std::ranges::sort(moments);
    for (const double part : moments) {
        const DateTime moment =
            start + Ticks(static_cast<std::int64_t>(part * static_cast<double>(Minute.count())));
        if (std::max(moment, m_clock.now()) < m_options.end)
            request(moment, surge);
    }
}

void HistoryMaker::request(DateTime moment, const Surge* surge)
{
    m_clock.advanceTo(moment);
    const ServiceProfile* service = &m_calls.pickService(moment);
    double promptFactor = 1;
    if (surge != nullptr && !surge->service.empty() && m_calls.unit() < surge->share) {
        const auto named =
            std::ranges::find(serviceProfiles(), surge->service, &ServiceProfile::subscription);
        if (named != serviceProfiles().end()) {
            service = &*named;
            promptFactor = surge->promptFactor;
        }
    }
    m_calls.make(*service, promptFactor, m_call);
    ++m_requests;
    if (m_call.unauthorized) {
        m_call.call.caller = {};
        static_cast<void>(
            m_gateway.refuse(m_call.call, 401, "401", "Access denied due to an invalid token or key."));
        return;
    }
    const GatewayAnswer answer = m_gateway.handle(m_call.call);
    if (answer.stream != nullptr)
        while (answer.stream->next(m_chunk) == AnswerStream::Step::More) {
        }
}

} // namespace

Status makeHistory(const SampleOptions& options, const ResourceStore& resources, LogStore& logs,
                   const std::function<void(double fraction)>& progress)
{
    if (options.days <= 0)
        return {};
    return HistoryMaker(options, resources, logs).run(progress);
}

} // namespace gatehouse::local
