// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/jobs/connectionchecks.h"
#include "tests/support/fakehttp.h"
#include "tests/support/faketokens.h"
#include "tests/support/futures.h"
#include "tests/support/manualclock.h"
#include "tests/unit/jobs/scriptedworkspace.h"
#endif
#include "tests/support/testmain.h"

using namespace gatehouse;
using namespace gatehouse::jobs;
using namespace gatehouse::test;

namespace {

QueryAnswerPtr countOf(std::int64_t rows)
{
    auto answer = std::make_shared<QueryAnswer>();
    Table table("PrimaryResult");
    table.addColumn("Rows", ColumnType::Long).appendInteger(rows);
    answer->tables.push_back(std::move(table));
    return answer;
}

tl::unexpected<Error> noSuchTable(const std::string& name)
{
    Error error;
    error.kind = Error::Kind::InvalidInput;
    error.serviceCode = "SEM0100";
    error.message = "'where' operator: Failed to resolve table or column expression named '" + name + "'";
    return fail(std::move(error));
}

struct Rig
{
    Rig(ScriptedWorkspace::Answer answer, FakeHttp::Handler handler)
        : http(std::move(handler))
        , authorized(http, tokens, clock)
        , arm(authorized, "https://arm.example", "arm")
        , apim(arm)
        , permissions(arm)
        , workspace(std::move(answer))
        , checks({workspace, apim, permissions,
                  "/subscriptions/s/resourceGroups/r/providers/Microsoft.ApiManagement/service/a", ""})
    {}
    [[nodiscard]] std::map<std::string, Check> run()
    {
        std::map<std::string, Check> byName;
        const auto found = await(checks.run({}));
        if (found) {
            for (const Check& check : *found)
                byName[check.name] = check;
        }
        return byName;
    }
    ManualClock clock;
    FakeHttp http;
    FakeTokens tokens;
    azure::AuthorizedClient authorized;
    azure::ArmClient arm;
    azure::ApimClient apim;
    azure::PermissionsClient permissions;
    ScriptedWorkspace workspace;
    ConnectionChecks checks;
};

http::HttpResponse everythingAllowed(const http::HttpRequest& request)
{
    if (request.url.find("permissions") != std::string::npos)
        return response(200, R"({"value":[{"actions":["*"],"notActions":[]}]})");
    return response(
        200, R"({"value":[{"name":"azuremonitor","properties":{"largeLanguageModel":{"logs":"enabled"}}}]})");
}

bool holds(const Check& check)
{
    return check.verdict == Check::Verdict::Holds;
}

} // namespace

class TestConnectionChecks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void allHolds();
    void namesTheTelemetryThatIsOff();
    void namesTheMissingPermission();
    void aDeniedWorkspaceNamesTheRole();
    void unknownIsNotFailed();
    void stopsWhenNobodyIsSignedIn();
};

void TestConnectionChecks::allHolds()
{
    Rig rig([](const Ask&) { return countOf(10); }, &everythingAllowed);
    const auto checks = rig.run();
    QCOMPARE(checks.size(), 8U);
    for (const auto& [name, check] : checks)
        QVERIFY2(holds(check), name.c_str());
}

void TestConnectionChecks::namesTheTelemetryThatIsOff()
{
    Rig rig(
        [](const Ask& ask) -> Result<QueryAnswerPtr> {
            if (ask.kql.starts_with("AppDependencies"))
                return noSuchTable("AppDependencies");
            if (ask.kql.starts_with("ApiManagementGatewayLlmLog"))
                return countOf(0);
            return countOf(5);
        },
        [](const http::HttpRequest& request) {
            if (request.url.find("permissions") != std::string::npos)
                return response(200, R"({"value":[{"actions":["*/read"],"notActions":[]}]})");
            return response(200, R"({"value":[{"name":"azuremonitor","properties":{}}]})");
        });
    auto checks = rig.run();
    const Check& attempts = checks["Each attempt at a backend is logged"];
    QVERIFY(attempts.verdict == Check::Verdict::Fails);
    QVERIFY(attempts.detail.find("AppDependencies") != std::string::npos);
    QVERIFY(attempts.remedy.find("Application Insights") != std::string::npos);
    const Check& tokens = checks["Tokens of the models are logged"];
    QVERIFY(tokens.verdict == Check::Verdict::Unknown); // perhaps only no traffic
    QVERIFY(tokens.remedy.find("Log LLM messages") != std::string::npos);
    QVERIFY(checks["The gateway logs what models are asked"].verdict == Check::Verdict::Fails);
    QVERIFY(holds(checks["Gateway requests are logged"]));
}

void TestConnectionChecks::namesTheMissingPermission()
{
    Rig rig([](const Ask&) { return countOf(1); },
            [](const http::HttpRequest& request) {
                if (request.url.find("permissions") != std::string::npos) {
                    return response(200,
                                    R"({"value":[{"actions":["Microsoft.ApiManagement/service/backends/read"],
                                             "notActions":[]}]})");
                }
                return response(403, R"({"error":{"code":"AuthorizationFailed","message":"Not allowed."}})");
            });
    auto checks = rig.run();
    QVERIFY(holds(checks["Read the backends and their circuit rules"]));
    const Check& names = checks["Read the names of the microservices"];
    QVERIFY(names.verdict == Check::Verdict::Fails);
    QVERIFY(names.detail.find("Microsoft.ApiManagement/service/subscriptions/read") != std::string::npos);
    QVERIFY(names.remedy.find("Reader Role") != std::string::npos);
}

void TestConnectionChecks::aDeniedWorkspaceNamesTheRole()
{
    Rig rig([](const Ask&) -> Result<QueryAnswerPtr> { return fail(Error::Kind::Denied, "No access."); },
            &everythingAllowed);
    auto checks = rig.run();
    QVERIFY(checks["Query the workspace"].verdict == Check::Verdict::Fails);
    QVERIFY(checks["Query the workspace"].remedy.find("Log Analytics Reader") != std::string::npos);
    QVERIFY(checks["Gateway requests are logged"].verdict == Check::Verdict::Unknown);
    QCOMPARE(rig.workspace.asks.size(), 1U);
}

void TestConnectionChecks::unknownIsNotFailed()
{
    Rig rig(
        [](const Ask& ask) -> Result<QueryAnswerPtr> {
            if (ask.kql.starts_with("print"))
                return countOf(1);
            return fail(Error::Kind::Throttled, "busy");
        },
        [](const http::HttpRequest&) -> FakeHttp::Answer { return networkFailure(); });
    const auto checks = rig.run();
    for (const auto& [name, check] : checks) {
        if (name != "Query the workspace")
            QVERIFY2(check.verdict == Check::Verdict::Unknown, name.c_str());
    }
}

void TestConnectionChecks::stopsWhenNobodyIsSignedIn()
{
    Rig rig([](const Ask&) -> Result<QueryAnswerPtr> { return fail(Error::Kind::SignInRequired, "Nobody."); },
            &everythingAllowed);
    QVERIFY(await(rig.checks.run({})).error().kind == Error::Kind::SignInRequired);
    QVERIFY(rig.http.requests.empty());
}

GATEHOUSE_TEST_MAIN(TestConnectionChecks)
#include "tst_connectionchecks.moc"
