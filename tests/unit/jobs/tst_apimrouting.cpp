// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/jobs/apimrouting.h"
#include "tests/support/fakehttp.h"
#include "tests/support/faketokens.h"
#include "tests/support/futures.h"
#include "tests/support/manualclock.h"
#include "tests/unit/jobs/scriptedworkspace.h"
#endif
#include "tests/support/testmain.h"

#include <map>

using namespace gatehouse;
using namespace gatehouse::jobs;
using namespace gatehouse::test;

namespace {

constexpr const char* FragmentPath = "/svc/policyFragments/gatehouse-routing";

class FakeHealth final : public HealthService
{
public:
    std::optional<Error> error;
    gateway::HealthReport made;

    QFuture<Result<std::shared_ptr<const gateway::HealthReport>>> report(TimeRange range,
                                                                         std::stop_token /*stop*/) override
    {
        using Answer = std::shared_ptr<const gateway::HealthReport>;
        if (error)
            return http::settledFuture<Answer>(fail(*error));
        made.range = range;
        return http::settledFuture<Answer>(std::make_shared<const gateway::HealthReport>(made));
    }
};

/// A Resource Manager that serves what is put into it, by path; anything else is not there.
struct Arm
{
    std::map<std::string, Json> resources;
    int status = 0; ///< of every answer, where not 0

    FakeHttp::Answer answer(const http::HttpRequest& request) const
    {
        if (status != 0)
            return response(status, R"({"error":{"code":"AuthorizationFailed","message":"no"}})");
        for (const auto& [path, body] : resources) {
            if (request.url.find("https://arm.example" + path + "?") == 0)
                return response(200, dumpJson(body));
        }
        return response(404, R"({"error":{"code":"ResourceNotFound","message":"gone"}})");
    }
};

Json listOf(Json items)
{
    return {{"value", std::move(items)}};
}

Json policy(const std::string& xml)
{
    return {{"properties", {{"format", "xml"}, {"value", xml}}}};
}

Table seenTable()
{
    Table table("PrimaryResult");
    for (const char* const name : {"Task", "Sensitivity", "Geography", "Environment", "Application", "Model"})
        table.addColumn(name, ColumnType::String);
    table.addColumn("Requests", ColumnType::Long);
    const auto row = [&](const char* task, const char* tier, std::int64_t requests) {
        for (std::size_t i = 0; i < 6; ++i)
            table.column(i).appendText(i == 0 ? task : i == 1 ? tier : i == 5 ? "gpt-4o" : "");
        table.column(6).appendInteger(requests);
    };
    row("chat", "public", 70);
    row("", "secret", 30);
    return table;
}

struct Bench
{
    Arm service;
    FakeHealth health;
    ScriptedWorkspace workspace{[](const Ask&) -> Result<QueryAnswerPtr> { return answerOf(seenTable()); }};
    ManualClock clock;
    FakeHttp http{[this](const http::HttpRequest& request) { return service.answer(request); }};
    FakeTokens tokens;
    azure::AuthorizedClient authorized{http, tokens, clock};
    azure::ArmClient arm{authorized, "https://arm.example", "arm"};
    azure::ApimClient apim{arm};
    ApimRouting routing{ApimRouting::Sources{apim, health, workspace, clock, "/svc"}};

    Bench()
    {
        const Json members =
            Json::array({Json{{"id", "/svc/backends/east"}, {"priority", 1}, {"weight", "70"}},
                         Json{{"id", "/svc/backends/west"}, {"priority", 2}, {"weight", 30}}});
        const Json pool = {{"type", "Pool"}, {"pool", {{"services", members}}}};
        service.resources["/svc/backends"] = listOf(Json::array(
            {Json{{"name", "east"}, {"properties", {{"type", "Single"}, {"url", "https://east.example"}}}},
             Json{{"name", "west"}, {"properties", {{"type", "Single"}, {"url", "https://west.example"}}}},
             Json{{"name", "odd"}, {"properties", {{"type", "Single"}}}},
             Json{{"name", "all"}, {"properties", *gateway::drained(pool, "west")}}}));
        gateway::RoutingRule rule;
        rule.name = "one";
        rule.pool = "east";
        service.resources[FragmentPath] = {
            {"properties",
             {{"description", "mine"}, {"value", *gateway::writeRoutingFragment({{{rule}, ""}, {}})}}}};
        service.resources["/svc/apis"] =
            listOf(Json::array({Json{{"name", "openai"}, {"properties", {{"displayName", "Azure OpenAI"}}}},
                                Json{{"name", "old"}, {"properties", {{"isCurrent", false}}}}}));
        service.resources["/svc/policies/policy"] = policy(
            "<policies><inbound /><backend><retry condition=\"@(context.Response.StatusCode &gt;= 400)\" "
            "count=\"2\" interval=\"1\"><forward-request /></retry></backend></policies>");
        service.resources["/svc/apis/openai/policies/policy"] =
            policy("<policies><inbound><base /><set-backend-service backend-id=\"all\" />"
                   "<include-fragment fragment-id=\"Gatehouse-Routing\" /></inbound></policies>");
        gateway::EndpointHealth east;
        east.backend = "east";
        east.region = "East US";
        east.requests = 12;
        health.made.endpoints.push_back(east);
        health.made.queries = {"health"};
    }

    Result<std::shared_ptr<const RoutingView>> view()
    {
        return await(routing.view({clock.now() - std::chrono::hours(1), clock.now()}, {}));
    }
};

} // namespace

class TestApimRouting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theViewIsWhatTheServiceAndTheLogSay()
    {
        Bench bench;
        const auto answer = bench.view();
        QVERIFY(answer);
        const RoutingView& view = **answer;
        QCOMPARE(view.backends.size(), 2U);
        QCOMPARE(view.backends[0].region, std::string("East US"));
        QCOMPARE(view.pools.size(), 1U);
        QCOMPARE(view.pools[0].members.size(), 1U);
        QCOMPARE(view.drained.at("all").front().member.backend, std::string("west"));
        QCOMPARE(view.unreadable, std::vector<std::string>{"odd"});
        QCOMPARE(view.fragment.plan.rules.size(), 1U);
        QCOMPARE(textAt(*view.fragmentProperties, "description"), std::string("mine"));
        QCOMPARE(view.policies.size(), 2U);
        QVERIFY(view.including() != nullptr);
        QCOMPARE(view.including()->name, std::string("Azure OpenAI"));
        QCOMPARE(view.including()->backend, std::string("all"));
        QCOMPARE(view.policies[0].retries.size(), 1U);
        QVERIFY(view.policies[0].retries[0].sentence.find("All APIs") != std::string::npos);
        QCOMPARE(view.queries.size(), 2U);
        for (const http::HttpRequest& request : bench.http.requests)
            QCOMPARE(request.method, std::string("GET"));
    }

    void aHeaderThatNobodyHasIsUnknownNotAbsent()
    {
        Bench bench;
        const auto answer = bench.view();
        QVERIFY(answer);
        const std::vector<SeenRequests>& seen = (*answer)->seen;
        QCOMPARE(seen.size(), 2U);
        QCOMPARE(seen[0].requests, std::int64_t(70));
        QVERIFY(seen[1].facts.of(gateway::RoutingField::Task) == std::optional<std::string>(""));
        QVERIFY(!seen[0].facts.of(gateway::RoutingField::Geography));
        QVERIFY(!seen[0].facts.budgetUsed);
    }

    void whatIsMissingIsSaidAndTheRestIsThere()
    {
        Bench bench;
        bench.service.resources.erase(FragmentPath);
        bench.service.resources.erase("/svc/apis");
        bench.health.error = fail(Error::Kind::Network, "no log").value();
        bench.workspace.hold = false;
        const auto answer = bench.view();
        QVERIFY(answer);
        QVERIFY(!(*answer)->fragmentProperties);
        QVERIFY(!(*answer)->fragmentProblem);
        QVERIFY(!(*answer)->policiesProblem.empty());
        QVERIFY((*answer)->health == nullptr);
        QCOMPARE((*answer)->healthProblem, std::string("no log"));
    }

    void aFragmentThatIsNoFragmentIsAProblem()
    {
        Bench bench;
        bench.service.resources[FragmentPath] = policy("<policies />");
        const auto answer = bench.view();
        QVERIFY(answer);
        QVERIFY((*answer)->fragmentProblem);
        QVERIFY((*answer)->fragment.plan.rules.empty());
    }

    void whoMayNotReadTheBackendsIsTold()
    {
        Bench bench;
        bench.service.status = 403;
        const auto answer = bench.view();
        QVERIFY(!answer);
        QVERIFY(answer.error().kind == Error::Kind::Denied);
    }

    void aStoppedQuestionIsCancelled()
    {
        Bench bench;
        std::stop_source stop;
        stop.request_stop();
        const auto answer = await(bench.routing.view(
            {bench.clock.now() - std::chrono::hours(1), bench.clock.now()}, stop.get_token()));
        QVERIFY(!answer);
        QVERIFY(answer.error().cancelled());
    }
};

GATEHOUSE_TEST_MAIN(TestApimRouting)
#include "tst_apimrouting.moc"
