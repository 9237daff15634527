// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "tests/support/testmain.h"
#include "tests/unit/local/gatewayharness.h"

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;

using Texts = std::vector<std::string>;
using Waits = std::vector<std::int64_t>;

/// Retry, parking, breakers and the rows of plain calls.
class TestGateway : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void firstChoiceAnswers();
    void secondAttemptGoesAtOnceToTheNext();
    void thirdAttemptWaitsTwoSeconds();
    void neverMoreThanThreeAttempts();
    void clientErrorsAreNotRetried();
    void retryAfterParksTheBackendOnly();
    void retryAfterDelaysOnlyWithNoOtherLeft();
    void tooLongRetryAfterIsHandedOn();
    void fiveFailuresOpenTheCircuit();
    void openCircuitHalfOpensAndCloses();
    void allOpenSaysWhen();
    void stopEndsAWait();
    void unknownDeploymentIsAzures404();
    void missingApiVersionIsAzures404();
    void armChangeIsSeenByTheNextCall();
    void everyCallIsLogged();
    void attemptsAreLogged();
    void keysNeverReachTheLog();
    void refusedCallIsLogged();
    void metricsNameWhatIsPromised();
};

void TestGateway::firstChoiceAnswers()
{
    GatewayHarness h;
    const GatewayAnswer answer = h.chat();
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.body, std::string(ChatBody));
    QCOMPARE(headerOf(answer, "x-gh-backend"), std::string("aoai-eastus"));
    QCOMPARE(headerOf(answer, "x-gh-attempts"), std::string("1"));
    QCOMPARE(headerOf(answer, "x-gh-route"), std::string("aoai-pool"));
    QCOMPARE(h.east()->lastBody, std::string(ChatRequest));
    QCOMPARE(h.east()->lastQuery, std::string("api-version=2024-10-21"));
    QCOMPARE(h.column("ApiManagementGatewayLogs", "CorrelationId"),
             Texts{headerOf(answer, "x-ms-request-id")});
}

void TestGateway::secondAttemptGoesAtOnceToTheNext()
{
    for (const int status : {0, 429, 500, 503}) {
        GatewayHarness h;
        h.east()->replies = {Reply::failing(status)};
        const GatewayAnswer answer = h.chat();
        QCOMPARE(answer.status, 200);
        QCOMPARE(headerOf(answer, "x-gh-backend"), std::string("aoai-westus"));
        QCOMPARE(headerOf(answer, "x-gh-attempts"), std::string("2"));
        QVERIFY(h.sleeper.waited.empty());
    }
}

void TestGateway::thirdAttemptWaitsTwoSeconds()
{
    GatewayHarness h;
    h.east()->replies = {Reply::failing(500)};
    h.west()->replies = {Reply::failing(503)};
    const GatewayAnswer answer = h.chat();
    QCOMPARE(headerOf(answer, "x-gh-backend"), std::string("aoai-westeurope"));
    QCOMPARE(headerOf(answer, "x-gh-attempts"), std::string("3"));
    QCOMPARE(h.sleeper.waited, Waits{2'000});
}

void TestGateway::neverMoreThanThreeAttempts()
{
    GatewayHarness h;
    for (const char* name : {"aoai-eastus", "aoai-westus", "aoai-westeurope"})
        h.at(name)->fallback = Reply::failing(500);
    const GatewayAnswer answer = h.chat();
    QCOMPARE(answer.status, 500);
    QCOMPARE(headerOf(answer, "x-gh-attempts"), std::string("3"));
    QCOMPARE(h.east()->calls + h.west()->calls + h.europe()->calls, 3);
}

void TestGateway::clientErrorsAreNotRetried()
{
    for (const int status : {400, 401, 404, 422}) {
        GatewayHarness h;
        h.east()->replies = {Reply::failing(status)};
        const GatewayAnswer answer = h.chat();
        QCOMPARE(answer.status, status);
        QCOMPARE(headerOf(answer, "x-gh-attempts"), std::string("1"));
        QCOMPARE(answer.body, std::string(R"({"error":{"code":"x"}})"));
    }
}

void TestGateway::retryAfterParksTheBackendOnly()
{
    GatewayHarness h;
    h.east()->replies = {Reply::failing(429, 7)};
    QCOMPARE(headerOf(h.chat(), "x-gh-backend"), std::string("aoai-westus"));
    QCOMPARE(headerOf(h.chat(), "x-gh-attempts"), std::string("1"));
    QCOMPARE(h.east()->calls, 1);
    h.clock.advance(std::chrono::seconds(8));
    QCOMPARE(headerOf(h.chat(), "x-gh-backend"), std::string("aoai-eastus"));
    QVERIFY(h.sleeper.waited.empty());
}

void TestGateway::retryAfterDelaysOnlyWithNoOtherLeft()
{
    GatewayHarness h;
    h.east()->replies = {Reply::failing(429, 4)};
    h.west()->replies = {Reply::failing(429, 6)};
    h.europe()->replies = {Reply::failing(429, 5)};
    QCOMPARE(h.chat().status, 429);
    h.sleeper.waited.clear();
    const GatewayAnswer answer = h.chat(); // all are parked; the first in the pool comes back within the 10 s
    QCOMPARE(answer.status, 200);
    QCOMPARE(headerOf(answer, "x-gh-backend"), std::string("aoai-eastus"));
    QCOMPARE(h.sleeper.waited.size(), std::size_t{1});
    QVERIFY(h.sleeper.waited.front() <= 4'000);
}

void TestGateway::tooLongRetryAfterIsHandedOn()
{
    GatewayHarness h;
    for (const char* name : {"aoai-eastus", "aoai-westus", "aoai-westeurope"})
        h.at(name)->fallback = Reply::failing(429, 60);
    const GatewayAnswer first = h.chat();
    QCOMPARE(first.status, 429);
    QCOMPARE(headerOf(first, "Retry-After"), std::string("60"));
    const GatewayAnswer second = h.chat(); // everybody is parked for longer than a call may wait
    QCOMPARE(second.status, 503);
    QVERIFY(std::stoi(headerOf(second, "Retry-After")) >= 50);
    QCOMPARE(headerOf(second, "x-gh-attempts"), std::string("0"));
}

void TestGateway::fiveFailuresOpenTheCircuit()
{
    GatewayHarness h;
    h.east()->fallback = Reply::failing(503);
    for (int i = 0; i < 8; ++i)
        QCOMPARE(h.chat().status, 200);
    QCOMPARE(h.east()->calls, 5);
    const auto transitions = h.gateway->recorder().transitions("aoai-eastus");
    QCOMPARE(transitions.size(), std::size_t{1});
    QCOMPARE(gateway::toString(transitions[0].to), std::string("open"));
    QVERIFY(h.gateway->metrics().find("gatehouse_circuit_state{backend=\"aoai-eastus\"} 2") !=
            std::string::npos);
    const auto status = parseJson(h.gateway->status());
    QVERIFY(status);
    QCOMPARE(textAt(memberAt(*status, "backends")[0], "state"), std::string("open"));
}

void TestGateway::openCircuitHalfOpensAndCloses()
{
    GatewayHarness h;
    h.east()->fallback = Reply::failing(503);
    for (int i = 0; i < 5; ++i)
        QCOMPARE(h.chat().status, 200);
    h.east()->fallback.reset();
    h.clock.advance(std::chrono::seconds(29));
    QCOMPARE(headerOf(h.chat(), "x-gh-backend"), std::string("aoai-westus"));
    h.clock.advance(std::chrono::seconds(2));
    for (int i = 0; i < 3; ++i)
        QCOMPARE(headerOf(h.chat(), "x-gh-backend"), std::string("aoai-eastus"));
    const auto transitions = h.gateway->recorder().transitions("aoai-eastus");
    QCOMPARE(transitions.size(), std::size_t{3});
    QCOMPARE(gateway::toString(transitions[1].to), std::string("half_open"));
    QCOMPARE(gateway::toString(transitions[2].to), std::string("closed"));
}

void TestGateway::allOpenSaysWhen()
{
    GatewayHarness h;
    for (const char* name : {"aoai-eastus", "aoai-westus", "aoai-westeurope"})
        h.at(name)->fallback = Reply::failing(500);
    for (int i = 0; i < 5; ++i)
        QVERIFY(h.chat().status >= 500);
    const GatewayAnswer answer = h.chat();
    QCOMPARE(answer.status, 503);
    QCOMPARE(headerOf(answer, "x-gh-backend"), std::string("none"));
    const int seconds = std::stoi(headerOf(answer, "Retry-After"));
    QVERIFY(seconds >= 1 && seconds <= 30);
    const Texts reasons = h.column("ApiManagementGatewayLogs", "LastErrorReason");
    QCOMPARE(reasons.back(), std::string("PoolIsInactive"));
}

void TestGateway::stopEndsAWait()
{
    GatewayHarness h;
    h.east()->replies = {Reply::failing(500)};
    h.west()->replies = {Reply::failing(500)};
    h.sleeper.stopped = true;
    QCOMPARE(h.chat().status, 503);
    QCOMPARE(h.europe()->calls, 0);
}

void TestGateway::unknownDeploymentIsAzures404()
{
    GatewayHarness h;
    const GatewayAnswer answer = h.chat(ChatRequest, "gpt-5-nowhere");
    QCOMPARE(answer.status, 404);
    QVERIFY(answer.body.find("\"DeploymentNotFound\"") != std::string::npos);
    QVERIFY(h.gateway->metrics().find("nowhere") == std::string::npos); // callers cannot make labels
}

void TestGateway::missingApiVersionIsAzures404()
{
    GatewayHarness h;
    GatewayCall call;
    call.deployment = "gpt-4o";
    call.body = ChatRequest;
    QCOMPARE(h.gateway->handle(call).status, 404);
    QCOMPARE(h.east()->calls, 0);
}

void TestGateway::armChangeIsSeenByTheNextCall()
{
    GatewayHarness h;
    QCOMPARE(headerOf(h.chat(), "x-gh-backend"), std::string("aoai-eastus"));
    const std::string pool = apimResourceId() + "/backends/aoai-pool";
    Json body = h.resources->get(pool)->body;
    body["properties"]["pool"]["services"][0]["priority"] = 9;
    QVERIFY(h.resources->put(pool, "Microsoft.ApiManagement/service/backends", body));
    QCOMPARE(headerOf(h.chat(), "x-gh-backend"), std::string("aoai-westus"));
}

void TestGateway::everyCallIsLogged()
{
    GatewayHarness h;
    const GatewayAnswer answer = h.chat();
    const Table row =
        h.rows("ApiManagementGatewayLogs",
               {"ResponseCode", "BackendId", "BackendResponseCode", "ApimSubscriptionId", "ApiId",
                "IsRequestSuccess", "TotalTime", "BackendTime", "RequestHeaders", "ResponseHeaders", "Region",
                "OperationName", "_ResourceId", "TenantId", "Type"});
    QCOMPARE(row.rowCount(), std::size_t{1});
    const auto text = [&row](const char* name) { return row.find(name)->displayAt(0); };
    QCOMPARE(text("ResponseCode"), std::string("200"));
    QCOMPARE(text("BackendId"), std::string("aoai-eastus"));
    QCOMPARE(text("BackendResponseCode"), std::string("200"));
    QCOMPARE(text("ApimSubscriptionId"), std::string("checkout-assistant"));
    QCOMPARE(text("ApiId"), std::string("azure-openai"));
    QCOMPARE(text("IsRequestSuccess"), std::string("true"));
    QCOMPARE(text("TotalTime"), std::string("10"));
    QCOMPARE(text("BackendTime"), std::string("10"));
    QCOMPARE(text("RequestHeaders"), std::string(R"({"x-gh-application":"checkout"})"));
    QVERIFY(text("ResponseHeaders").find(R"("x-gh-token-source":"measured")") != std::string::npos);
    QCOMPARE(text("Region"), std::string("East US"));
    QCOMPARE(text("OperationName"), std::string("Microsoft.ApiManagement/GatewayLogs"));
    QCOMPARE(text("TenantId"), std::string(seed::WorkspaceId));
    QCOMPARE(text("Type"), std::string("ApiManagementGatewayLogs"));
    const Table llm =
        h.rows("ApiManagementGatewayLlmLog", {"CorrelationId", "DeploymentName", "ModelName", "PromptTokens",
                                              "CompletionTokens", "TotalTokens", "IsStreamCompletion"});
    QCOMPARE(llm.rowCount(), std::size_t{1});
    QCOMPARE(llm.find("CorrelationId")->displayAt(0), headerOf(answer, "x-ms-request-id"));
    QCOMPARE(llm.find("ModelName")->displayAt(0), std::string("gpt-4o"));
    QCOMPARE(llm.find("PromptTokens")->integerAt(0), 11);
    QCOMPARE(llm.find("CompletionTokens")->integerAt(0), 7);
    QCOMPARE(llm.find("TotalTokens")->integerAt(0), 18);
    QCOMPARE(llm.find("IsStreamCompletion")->displayAt(0), std::string("false"));
}

void TestGateway::attemptsAreLogged()
{
    GatewayHarness h;
    h.east()->replies = {Reply::failing(429, 3)};
    h.west()->replies = {Reply::failing(0)};
    const GatewayAnswer answer = h.chat();
    QCOMPARE(h.column("AppDependencies", "Target"), (Texts{"aoai-eastus", "aoai-westus", "aoai-westeurope"}));
    QCOMPARE(h.column("AppDependencies", "ResultCode"), (Texts{"429", "0", "200"}));
    QCOMPARE(h.column("AppDependencies", "Success"), (Texts{"false", "false", "true"}));
    QCOMPARE(h.column("AppDependencies", "OperationId"), Texts(3, headerOf(answer, "x-ms-request-id")));
    QCOMPARE(h.column("AppDependencies", "ItemCount"), Texts(3, "1"));
    QCOMPARE(h.column("AppDependencies", "DurationMs"), Texts(3, "10"));
    const Texts properties = h.column("AppDependencies", "Properties");
    QVERIFY(properties[0].find(R"("attempt":"1")") != std::string::npos);
    QVERIFY(properties[0].find(R"("retryAfter":"3")") != std::string::npos);
    QCOMPARE(h.column("ApiManagementGatewayLogs", "BackendId"), Texts{"aoai-westeurope"});
}

void TestGateway::keysNeverReachTheLog()
{
    GatewayHarness h;
    GatewayCall call;
    call.deployment = "gpt-4o";
    call.apiVersion = "2024-10-21&api-key=canary";
    call.body = ChatRequest;
    QCOMPARE(h.gateway->handle(call).status, 200);
    QCOMPARE(h.east()->lastQuery,
             std::string("api-version=2024-10-21%26api-key%3Dcanary")); // one value, not two
}

void TestGateway::refusedCallIsLogged()
{
    GatewayHarness h;
    GatewayCall call;
    call.deployment = "gpt-4o";
    const GatewayAnswer answer = h.gateway->refuse(call, 401, "401", "Access denied.");
    QCOMPARE(answer.status, 401);
    QVERIFY(!headerOf(answer, "x-ms-request-id").empty());
    QCOMPARE(h.column("ApiManagementGatewayLogs", "ResponseCode"), Texts{"401"});
    QCOMPARE(h.column("ApiManagementGatewayLogs", "IsRequestSuccess"), Texts{"false"});
}

void TestGateway::metricsNameWhatIsPromised()
{
    GatewayHarness h;
    h.east()->replies = {Reply::failing(500)};
    QCOMPARE(h.chat().status, 200);
    const std::string text = h.gateway->metrics();
    for (const char* line :
         {"gatehouse_requests_total{backend=\"aoai-westus\",deployment=\"gpt-4o\",code=\"200\"} 1",
          "gatehouse_tokens_total{service=\"checkout-assistant\",deployment=\"gpt-4o\",direction=\"prompt\"} "
          "11",
          "gatehouse_tokens_total{service=\"checkout-assistant\",deployment=\"gpt-4o\",direction="
          "\"completion\"} 7",
          "gatehouse_attempts_total{backend=\"aoai-eastus\"} 1",
          "gatehouse_attempts_total{backend=\"aoai-westus\"} 1",
          "gatehouse_request_duration_seconds_bucket{backend=\"aoai-westus\",le=\"+Inf\"} 1",
          "gatehouse_request_duration_seconds_count{backend=\"aoai-westus\"} 1",
          "gatehouse_circuit_state{backend=\"aoai-eastus\"} 0"})
        QVERIFY2(text.find(line) != std::string::npos, line);
}

GATEHOUSE_TEST_MAIN(TestGateway)
#include "tst_gateway.moc"
