// SPDX-License-Identifier: GPL-3.0-or-later
// Sixteen clients at once against the limits of the policy: the gateway never lets one too many through.
#include "core/local/gateway/gatewayservice.h"
#include "tests/support/seed.h"
#include "tests/support/testmain.h"
#include "tests/unit/local/gatewayharness.h"

#include <algorithm>
#include <mutex>
#include <thread>

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;

namespace {

constexpr int Clients = 16;
constexpr std::int64_t PromptTokens = 2; ///< less than the gateway's estimate of the message below
constexpr const char* Message =
    R"({"messages":[{"role":"user","content":"Tell me about the delivery of my order"}])";

/// Used tokens with the time at which they were known.
struct Use
{
    DateTime at;
    std::int64_t tokens;
};

/// Answers at once, from any thread, with as many tokens as the test wants.
class CountingEndpoint final : public Endpoint
{
public:
    CountingEndpoint(ManualClock& clock, std::function<std::int64_t()> completion)
        : m_clock(clock)
        , m_completion(std::move(completion))
    {}
    [[nodiscard]] UpstreamAnswer call(const UpstreamRequest& /*request*/) override
    {
        const std::int64_t completion = m_completion();
        UpstreamAnswer answer;
        answer.status = 200;
        answer.contentType = "application/json";
        answer.body =
            R"({"choices":[{"index":0,"message":{"role":"assistant","content":"x"}}],"usage":{"prompt_tokens":)" +
            std::to_string(PromptTokens) + R"(,"completion_tokens":)" + std::to_string(completion) +
            R"(,"total_tokens":)" + std::to_string(PromptTokens + completion) + "}}";
        const std::lock_guard lock(m_mutex);
        uses.push_back({m_clock.now(), PromptTokens + completion});
        return answer;
    }
    std::vector<Use> uses;

private:
    ManualClock& m_clock;
    std::function<std::int64_t()> m_completion;
    std::mutex m_mutex;
};

/// The seeded gateway with one limit, and an endpoint that all backends share.
struct Limited final : EndpointDirectory
{
    Limited(const std::string& policy, std::function<std::int64_t()> completion)
        : endpoint(std::make_shared<CountingEndpoint>(clock, std::move(completion)))
        , sleeper(clock)
    {
        const std::string path = directory.path().toStdString();
        resources = *ResourceStore::open(path + "/resources.sqlite");
        seeded = seedResources(*resources);
        const auto put = resources->put(
            apimResourceId() + "/apis/" + std::string(seed::ApiId) + "/policies/policy",
            "Microsoft.ApiManagement/service/apis/policies",
            Json{{"properties",
                  {{"format", "xml"},
                   {"value", "<policies><inbound><base/>" + policy + "</inbound></policies>"}}}});
        ready = seeded.has_value() && put.has_value();
        logs = *LogStore::open(
            {path + "/logs.sqlite", GatewayHarness::identity(), std::chrono::hours(24 * 90), 4'000'000});
        gateway = std::make_unique<GatewayService>(GatewayParts{*resources, *logs, *this, clock, sleeper});
    }
    [[nodiscard]] std::shared_ptr<Endpoint> endpointFor(const gateway::Backend& /*backend*/) override
    {
        return endpoint;
    }
    [[nodiscard]] int call(const std::string& body) const
    {
        GatewayCall one;
        one.deployment = "gpt-4o";
        one.apiVersion = "2024-10-21";
        one.body = body;
        one.caller.subscriptionId = "checkout-assistant";
        return gateway->handle(one).status;
    }

    QTemporaryDir directory;
    ManualClock clock;
    std::shared_ptr<CountingEndpoint> endpoint;
    ManualSleeper sleeper;
    Status seeded;
    bool ready = false;
    std::unique_ptr<ResourceStore> resources;
    std::unique_ptr<LogStore> logs;
    std::unique_ptr<GatewayService> gateway;
};

void together(const std::function<void(int client)>& run)
{
    std::vector<std::jthread> clients;
    for (int i = 0; i < Clients; ++i)
        clients.emplace_back([&run, i] { run(i); });
}

/// The most that lies within 60 s; what is 60 s old has left the window.
std::int64_t mostInAMinute(std::vector<Use> uses)
{
    std::ranges::sort(uses, {}, &Use::at);
    std::int64_t most = 0;
    std::int64_t inside = 0;
    std::size_t first = 0;
    for (const Use& use : uses) {
        inside += use.tokens;
        while (use.at - uses[first].at >= Ticks(std::chrono::seconds(60)))
            inside -= uses[first++].tokens;
        most = std::max(most, inside);
    }
    return most;
}

} // namespace

class TestGatewayLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aThousandCallsAMinuteAndNotOneMore();
    void callsStayWithinTheLimitWhileTimePasses();
    void tokensStayWithinTheLimitAndRefundsAreUsed();
    void withoutMaxTokensItIsOverByWhatWasInFlight();
};

void TestGatewayLimits::aThousandCallsAMinuteAndNotOneMore()
{
    Limited limited(
        R"x(<rate-limit-by-key calls="1000" renewal-period="60" counter-key="@(context.Subscription.Id)"/>)x",
        [] { return 1; });
    QVERIFY(limited.ready);
    std::atomic<int> through{0};
    std::atomic<int> refused{0};
    together([&](int) {
        for (int i = 0; i < 100; ++i)
            ++(limited.call(std::string(Message) + "}") == 200 ? through : refused);
    });
    QCOMPARE(through.load(), 1'000);
    QCOMPARE(refused.load(), Clients * 100 - 1'000);
    // At 59.999 s the window is as it was, at 60 s it is empty.
    limited.clock.advance(std::chrono::milliseconds(59'999));
    QCOMPARE(limited.call(std::string(Message) + "}"), 429);
    limited.clock.advance(std::chrono::milliseconds(1));
    QCOMPARE(limited.call(std::string(Message) + "}"), 200);
}

void TestGatewayLimits::callsStayWithinTheLimitWhileTimePasses()
{
    Limited limited(
        R"x(<rate-limit-by-key calls="100" renewal-period="60" counter-key="@(context.Subscription.Id)"/>)x",
        [] { return 1; });
    QVERIFY(limited.ready);
    std::mutex mutex;
    std::vector<std::pair<DateTime, DateTime>> passed;
    together([&](int) {
        for (int i = 0; i < 150; ++i) {
            limited.clock.advance(std::chrono::milliseconds(73));
            const DateTime before = limited.clock.now();
            if (limited.call(std::string(Message) + "}") != 200)
                continue;
            const std::lock_guard lock(mutex);
            passed.emplace_back(before, limited.clock.now());
        }
    });
    QVERIFY(passed.size() > 200); // some windows' worth
    for (const auto& [start, unused] : passed) {
        const DateTime end = start + Ticks(std::chrono::seconds(60));
        const auto inside = std::ranges::count_if(
            passed, [&](const auto& call) { return call.first >= start && call.second < end; });
        QVERIFY2(inside <= 100, std::to_string(inside).c_str());
    }
}

void TestGatewayLimits::tokensStayWithinTheLimitAndRefundsAreUsed()
{
    const std::uint64_t seed = gatehouse::test::seed();
    std::atomic<std::uint64_t> step{seed};
    const auto completion = [&step] {
        std::mt19937_64 random(step.fetch_add(1));
        return static_cast<std::int64_t>(1 + random() % 800); // of at most 800
    };
    Limited limited(
        R"x(<llm-token-limit counter-key="@(context.Subscription.Id)" tokens-per-minute="100000" estimate-prompt-tokens="true"/>)x",
        completion);
    QVERIFY(limited.ready);
    std::atomic<int> refused{0};
    together([&](int) {
        for (int i = 0; i < 60; ++i) {
            limited.clock.advance(std::chrono::milliseconds(100));
            if (limited.call(std::string(Message) + R"(,"max_tokens":800})") != 200)
                ++refused;
        }
    });
    const std::int64_t most = mostInAMinute(limited.endpoint->uses);
    qInfo("%zu calls through, %d refused, at most %lld tokens in a minute", limited.endpoint->uses.size(),
          refused.load(), static_cast<long long>(most));
    QVERIFY(most <= 100'000);
    QVERIFY(refused > 0);
    // Without refunds 124 reservations fill a minute; what was not used went to others.
    QVERIFY(most > 85'000);
    QVERIFY(limited.endpoint->uses.size() > 150);
}

void TestGatewayLimits::withoutMaxTokensItIsOverByWhatWasInFlight()
{
    constexpr std::int64_t Limit = 10'000;
    constexpr std::int64_t Answer = 900;
    Limited limited(
        R"x(<llm-token-limit counter-key="@(context.Subscription.Id)" tokens-per-minute="10000" estimate-prompt-tokens="true"/>)x",
        [] { return Answer; });
    QVERIFY(limited.ready);
    together([&](int) {
        for (int i = 0; i < 20; ++i)
            static_cast<void>(limited.call(std::string(Message) + "}"));
    });
    const std::int64_t over = mostInAMinute(limited.endpoint->uses) - Limit;
    qInfo("over by %lld tokens", static_cast<long long>(over));
    QVERIFY(over > 0); // 10,000 is no multiple of an answer
    QVERIFY(over <= Clients * (Answer + PromptTokens));
    const Json status = parseJson(limited.gateway->status()).value_or(Json());
    const Json& limits = memberAt(status, "limits");
    QVERIFY(limits.is_array() && !limits.empty());
    QCOMPARE(limits.at(0).value("overshootPeak", std::int64_t(0)), over);
}

GATEHOUSE_TEST_MAIN(TestGatewayLimits)
#include "tst_gatewaylimits.moc"
