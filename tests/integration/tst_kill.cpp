// SPDX-License-Identifier: GPL-3.0-or-later
// gatehouse-local is killed with SIGKILL at random moments under load; no row of an answer that arrived whole
// may be missing after the restart. GATEHOUSE_KILLS sets the number of rounds (default 5), SEED the moments.
#include "tests/support/testmain.h"
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "tests/bench/gateway_bench_support.h"
#include "tests/support/stackprocess.h"
#endif
#include "core/base/files.h"

#include <QtCore/QTemporaryDir>

#include <mutex>
#include <random>
#include <set>

using namespace gatehouse;
using gatehouse::test::StackProcess;

namespace {

constexpr int Clients = 8;
constexpr std::chrono::milliseconds ReadyWithin{2'000};
constexpr const char* Path = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21";
constexpr const char* Body = R"({"messages":[{"role":"user","content":"count me"}]})";
constexpr const char* Answer =
    R"({"id":"a","object":"chat.completion","model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}],"usage":{"prompt_tokens":2,"completion_tokens":1,"total_tokens":3}})";

/// The ids of the answers that arrived whole.
class Acknowledged
{
public:
    void add(const std::string& id)
    {
        const std::lock_guard lock(m_mutex);
        m_ids.insert(id);
    }
    [[nodiscard]] std::set<std::string> take()
    {
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_ids, {});
    }

private:
    std::mutex m_mutex;
    std::set<std::string> m_ids;
};

void callUntilKilled(const std::string& origin, const std::string& token, Acknowledged& acknowledged)
{
    httplib::Client client(origin);
    client.set_keep_alive(true);
    client.set_tcp_nodelay(true); // head and body are two writes
    for (;;) {
        const auto answer =
            client.Post(Path, {{"Authorization", "Bearer " + token}}, Body, "application/json");
        if (!answer || answer->status != 200)
            return;
        acknowledged.add(answer->get_header_value("x-ms-request-id"));
    }
}

int roundsWanted()
{
    const QByteArray text = qgetenv("GATEHOUSE_KILLS");
    return text.isEmpty() ? 5 : text.toInt();
}

} // namespace

class TestKill : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void noAcknowledgedRowIsLost();

private:
    void compare(const StackProcess& stack, std::set<std::string> ids);
};

/// Every id must be in each of the three tables.
void TestKill::compare(const StackProcess& stack, std::set<std::string> ids)
{
    const std::string token = stack.token("logs");
    const std::string workspace = textAt(stack.info, "workspaceId");
    const std::pair<const char*, const char*> tables[] = {{"ApiManagementGatewayLogs", "CorrelationId"},
                                                          {"ApiManagementGatewayLlmLog", "CorrelationId"},
                                                          {"AppDependencies", "OperationId"}};
    for (const auto& [table, column] : tables) {
        const Json rows = gatehouse::test::queryRows(
            stack.origin, workspace, token,
            std::string(table) + " | where TimeGenerated > ago(2m) | project " + column);
        QVERIFY2(rows.is_array(), table);
        std::set<std::string> missing = ids;
        for (const Json& row : rows)
            missing.erase(row[0].get<std::string>());
        QVERIFY2(missing.empty(), (std::string(table) + " lacks " + std::to_string(missing.size())).c_str());
    }
}

void TestKill::noAcknowledgedRowIsLost()
{
    const QByteArray given = qgetenv("SEED");
    const auto seed = given.isEmpty() ? std::random_device{}() : given.toUInt();
    std::printf("SEED=%u\n", seed);
    std::mt19937 random(seed);
    QTemporaryDir directory;
    const std::string data = directory.path().toStdString();
    const gatehouse::bench::SlowStreamServer upstream(Answer);
    const Json entry = {{"url", "http://127.0.0.1:" + std::to_string(upstream.port())}};
    QVERIFY(
        atomicWrite(data + "/upstream.json",
                    dumpJson({{"aoai-eastus", entry}, {"aoai-westus", entry}, {"aoai-westeurope", entry}})));
    const std::vector<std::string> more = {"--upstream", data + "/upstream.json"};
    const std::string binary = std::string(TEST_BIN_DIR) + "/gatehouse-local";

    std::size_t total = 0;
    std::chrono::milliseconds slowest{0};
    Acknowledged acknowledged;
    auto stack = std::make_unique<StackProcess>(binary, data + "/stack", more);
    QVERIFY(stack->ready());
    const int rounds = roundsWanted();
    for (int round = 0; round < rounds; ++round) {
        const std::string token = stack->token("gateway");
        QVERIFY(!token.empty());
        std::vector<std::thread> clients;
        for (int i = 0; i < Clients; ++i)
            clients.emplace_back([&] { callUntilKilled(stack->origin, token, acknowledged); });
        std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 400));
        stack->process().end(SIGKILL);
        for (std::thread& client : clients)
            client.join();
        const std::set<std::string> ids = acknowledged.take();
        total += ids.size();
        stack = std::make_unique<StackProcess>(binary, data + "/stack", more);
        QVERIFY(stack->ready());
        slowest = std::max(slowest, stack->readyAfter);
        compare(*stack, ids);
        if (QTest::currentTestFailed())
            return;
    }
    std::printf("kills: %d, acknowledged requests: %zu, lost: 0, slowest restart: %lld ms\n", rounds, total,
                static_cast<long long>(slowest.count()));
    QVERIFY(total > 0);
    // A bar for the long lane, on a quiet machine; a test of every commit asserts no duration.
    if (qEnvironmentVariableIsSet("GATEHOUSE_KILLS"))
        QVERIFY(slowest < ReadyWithin);
}

GATEHOUSE_TEST_MAIN(TestKill)
#include "tst_kill.moc"
