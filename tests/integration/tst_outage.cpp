// SPDX-License-Identifier: GPL-3.0-or-later
// All of East US fails for a while under load, over real HTTP. Time is the test's own: it moves in steps of
// 20 ms while the callers work, so that two minutes take seconds and every recorded time can be compared.
#include "core/base/json.h"
#include "core/base/log.h"
#include "core/gateway/inference.h"
#include "core/local/arm/resourcestore.h"
#include "core/local/arm/seed.h"
#include "core/local/gateway/circuit.h"
#include "core/local/gateway/faults.h"
#include "core/local/gateway/gatewayservice.h"
#include "core/local/gateway/routes.h"
#include "core/local/logs/logstore.h"
#include "core/local/upstream/upstream.h"
#include "tests/support/manualclock.h"
#include "tests/support/testmain.h"
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/local/http/httpserver.h"

#include <thread>
#endif

#include <QtCore/QTemporaryDir>

#include <condition_variable>
#include <mutex>

using namespace gatehouse;
using namespace gatehouse::local;

namespace {

constexpr std::chrono::milliseconds Step{20};
constexpr int Callers = 6;
/// Between the moment that a circuit notes and the one that the log allows to infer.
constexpr Ticks Tolerance = std::chrono::milliseconds(500);

/// Wakes its sleepers when the test has moved the clock far enough.
class SteppedSleeper final : public Sleeper
{
public:
    explicit SteppedSleeper(gatehouse::test::ManualClock& clock)
        : m_clock(clock)
    {}
    bool sleep(std::chrono::nanoseconds span) override
    {
        const auto until = m_clock.monotonic() + span;
        std::unique_lock lock(m_mutex);
        m_wake.wait(lock, [&] { return m_stopped || m_clock.monotonic() >= until; });
        return !m_stopped;
    }
    void step()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_clock.advance(Step);
        }
        m_wake.notify_all();
    }
    void stop()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_stopped = true;
        }
        m_wake.notify_all();
    }

private:
    gatehouse::test::ManualClock& m_clock;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_stopped = false;
};

/// Lets everybody in as one microservice; who may call is tested elsewhere.
class OpenDoor final : public Authenticator
{
public:
    [[nodiscard]] Result<Caller> authenticate(const httplib::Request&, Access) const override
    {
        Caller caller;
        caller.subscriptionId = "checkout-assistant";
        return caller;
    }
};

struct Load
{
    std::atomic<int> calls{0};
    std::atomic<int> failed{0};
    std::atomic<int> cut{0};
    std::atomic<bool> over{false};
};

double secondsFrom(DateTime start, DateTime moment)
{
    return static_cast<double>((moment - start).count()) / 1e7;
}

/// For a person who has to find out where they part.
void printBoth(const std::vector<RecordedTransition>& truth, const gateway::InferredCircuit& circuit,
               DateTime start)
{
    for (const RecordedTransition& one : truth)
        std::printf("true     %8.3f s %s: %s\n", secondsFrom(start, one.at),
                    gateway::toString(one.to).c_str(), one.reason.c_str());
    for (const gateway::CircuitSpan& one : circuit.timeline)
        std::printf("inferred %8.3f s %s: %s\n", secondsFrom(start, one.start),
                    gateway::toString(one.state).c_str(), one.reason.c_str());
}

void callUntilOver(const std::string& origin, Load& load, int caller)
{
    httplib::Client client(origin);
    client.set_keep_alive(true);
    client.set_tcp_nodelay(true); // head and body are two writes
    client.set_read_timeout(60, 0);
    const std::string path = "/openai/deployments/gpt-4o-mini/chat/completions?api-version=2024-10-21";
    for (int i = 0; !load.over; ++i) {
        const bool stream = (i + caller) % 3 == 0;
        const std::string body = std::string(R"({"messages":[{"role":"user","content":"call )") +
                                 std::to_string(i) + R"("}],"max_tokens":40)" +
                                 (stream ? R"(,"stream":true})" : "}");
        const auto answer = client.Post(path, body, "application/json");
        ++load.calls;
        if (!answer || answer->status != 200)
            ++load.failed;
        else if (stream && answer->body.find("data: [DONE]") == std::string::npos)
            ++load.cut;
    }
}

} // namespace

class TestOutage : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void outageEndToEnd();

private:
    void pass(std::chrono::seconds span);
    [[nodiscard]] std::string reportedState(const std::string& backend) const;
    void putFaults(const std::string& document) const;
    [[nodiscard]] gateway::InferredCircuit inferred(const std::string& backend, TimeRange range) const;

    QTemporaryDir m_directory;
    gatehouse::test::ManualClock m_clock;
    SteppedSleeper m_sleeper{m_clock};
    Log m_log{m_clock};
    OpenDoor m_door;
    FaultBoard m_faults{m_clock};
    std::unique_ptr<ResourceStore> m_resources;
    std::unique_ptr<LogStore> m_logs;
    std::unique_ptr<EndpointDirectory> m_endpoints;
    std::unique_ptr<GatewayService> m_gateway;
    Router m_router;
    std::unique_ptr<HttpServer> m_server;
};

void TestOutage::initTestCase()
{
    const std::string path = m_directory.path().toStdString();
    auto resources = ResourceStore::open(path + "/resources.sqlite");
    QVERIFY(resources);
    m_resources = std::move(*resources);
    QVERIFY(seedResources(*m_resources));
    LogStoreOptions options;
    options.path = path + "/logs.sqlite";
    options.identity = {std::string(seed::WorkspaceId),
                        "log",
                        workspaceResourceId(),
                        "eastus",
                        std::string(seed::SubscriptionId),
                        apimResourceId(),
                        resourceGroupId()};
    auto logs = LogStore::open(std::move(options));
    QVERIFY(logs);
    m_logs = std::move(*logs);
    m_endpoints = makeSimulatedEndpoints(*m_resources, m_faults, m_clock, m_sleeper, 1);
    m_gateway = std::make_unique<GatewayService>(
        GatewayParts{*m_resources, *m_logs, *m_endpoints, m_clock, m_sleeper});
    addGatewayRoutes(m_router, *m_gateway, m_faults);
    auto server = HttpServer::bind({});
    QVERIFY(server);
    m_server = std::move(*server);
    m_server->start(m_router, m_door, m_log);
}

void TestOutage::cleanupTestCase()
{
    m_sleeper.stop();
    if (m_server)
        m_server->stop();
}

/// Lets so much time pass while the callers work.
void TestOutage::pass(std::chrono::seconds span)
{
    const auto until = m_clock.monotonic() + span;
    while (m_clock.monotonic() < until) {
        m_sleeper.step();
        // The callers need real time to take their turn between two steps.
        std::this_thread::sleep_for(std::chrono::microseconds(300));
    }
}

std::string TestOutage::reportedState(const std::string& backend) const
{
    httplib::Client client(m_server->origin());
    const auto answer = client.Get("/status");
    const auto json = answer ? parseJson(answer->body) : Result<Json>(Json());
    if (json)
        for (const Json& one : memberAt(*json, "backends"))
            if (textAt(one, "name") == backend)
                return textAt(one, "state");
    return {};
}

void TestOutage::putFaults(const std::string& document) const
{
    httplib::Client client(m_server->origin());
    const auto answer = client.Put("/faults", document, "application/json");
    QVERIFY(answer);
    QCOMPARE(answer->status, 200);
}

gateway::InferredCircuit TestOutage::inferred(const std::string& backend, TimeRange range) const
{
    std::vector<gateway::LoggedAttempt> attempts;
    const std::vector<std::string> wanted = {"TimeGenerated", "DurationMs", "ResultCode", "Target"};
    for (const auto& rows : m_logs->find("AppDependencies")->scan(std::nullopt, wanted)) {
        for (std::size_t row = 0; row < rows->rowCount(); ++row) {
            if (rows->find("Target")->textAt(row) != backend)
                continue;
            gateway::LoggedAttempt attempt;
            attempt.start = DateTime{Ticks(rows->find("TimeGenerated")->integerAt(row))};
            attempt.duration =
                Ticks(static_cast<std::int64_t>(rows->find("DurationMs")->realAt(row) * 10'000));
            attempt.status = std::stoi(std::string(rows->find("ResultCode")->textAt(row)));
            attempts.push_back(attempt);
        }
    }
    const auto resource = m_resources->get(apimResourceId() + "/backends/" + backend);
    return gateway::inferCircuit(*gateway::backendFromArm(resource->body), std::move(attempts), range);
}

void TestOutage::outageEndToEnd()
{
    const std::string east = "aoai-eastus";
    const DateTime start = m_clock.now();
    Load load;
    std::vector<std::thread> callers;
    for (int i = 0; i < Callers; ++i)
        callers.emplace_back([&, i] { callUntilOver(m_server->origin(), load, i); });
    pass(std::chrono::seconds(10));
    const std::string before = reportedState(east);
    const int callsBefore = load.calls;
    putFaults(R"({"aoai-eastus":{"status":503,"latencyMs":200}})"); // long enough that a probe can be seen
    pass(std::chrono::seconds(20));
    const std::string during = reportedState(east);
    pass(std::chrono::seconds(50));
    putFaults("{}");
    pass(std::chrono::seconds(45));
    const std::string after = reportedState(east);
    const DateTime end = m_clock.now();
    load.over = true;
    std::thread clock([&] { pass(std::chrono::seconds(30)); }); // lets the last calls come to their end
    for (std::thread& caller : callers)
        caller.join();
    clock.join();

    QVERIFY2(callsBefore > 20, std::to_string(callsBefore).c_str());
    QVERIFY(load.calls > 10 * Callers);
    QCOMPARE(load.failed.load(), 0); // another region was up all the time
    QCOMPARE(load.cut.load(), 0);
    QCOMPARE(before, std::string("closed"));
    QCOMPARE(during, std::string("open"));
    QCOMPARE(after, std::string("closed"));

    const auto truth = m_gateway->recorder().transitions(east);
    QVERIFY(truth.size() >= 5); // open, half-open, open again at least once, half-open, closed
    const auto circuit = inferred(east, {start, end});
    if (circuit.timeline.size() != truth.size() + 1)
        printBoth(truth, circuit, start);
    QCOMPARE(circuit.timeline.size(), truth.size() + 1); // it begins closed
    QVERIFY(circuit.timeline.front().state == gateway::CircuitState::Closed);
    for (std::size_t i = 0; i < truth.size(); ++i) {
        const gateway::CircuitSpan& span = circuit.timeline[i + 1];
        QCOMPARE(gateway::toString(span.state), gateway::toString(truth[i].to));
        const Ticks apart = span.start > truth[i].at ? span.start - truth[i].at : truth[i].at - span.start;
        QVERIFY2(apart <= Tolerance, std::to_string(apart.count()).c_str());
    }
    for (const char* other : {"aoai-westus", "aoai-westeurope"})
        QVERIFY(m_gateway->recorder().transitions(other).empty());
    std::printf("outage: %d calls, %zu transitions, none failed\n", load.calls.load(), truth.size());
}

GATEHOUSE_TEST_MAIN(TestOutage)
#include "tst_outage.moc"
