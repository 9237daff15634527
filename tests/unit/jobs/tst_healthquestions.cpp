// SPDX-License-Identifier: GPL-3.0-or-later
// First, since moc cannot read <compare> before a Qt header.
#include "tests/support/testmain.h"

#include "core/jobs/healthquestions.h"
#include "tests/support/manualclock.h"
#include "tests/unit/jobs/scriptedworkspace.h"

using namespace gatehouse;
using namespace gatehouse::test;
using gateway::CircuitState;
using gateway::StateSource;
using jobs::HealthQuestions;

namespace {

const DateTime Noon = DateTime::fromCivil(2026, 6, 1) + Ticks(std::chrono::hours(12));
const TimeRange Range{Noon - Ticks(std::chrono::minutes(15)), Noon};

class Layout final : public jobs::BackendDirectory
{
public:
    Layout()
    {
        jobs::GatewayLayout layout;
        for (const char* name : {"east", "west"}) {
            gateway::Backend backend;
            backend.name = name;
            backend.url = std::string("https://").append(name).append(".example.com/openai");
            backend.failureStatuses = {{408, 408}, {500, 599}};
            layout.backends.push_back(std::move(backend));
        }
        layout.pools.push_back({"pool", {{"west", 2, 1}, {"east", 1, 1}}});
        answer = layout;
    }
    QFuture<Result<jobs::GatewayLayout>> layout(std::stop_token) override
    {
        return QtFuture::makeReadyFuture(answer);
    }
    Result<jobs::GatewayLayout> answer;
};

class Reporter final : public jobs::CircuitReporter
{
public:
    QFuture<Result<std::vector<gateway::ReportedCircuit>>> circuits(std::stop_token) override
    {
        return QtFuture::makeReadyFuture(answer);
    }
    Result<std::vector<gateway::ReportedCircuit>> answer;
};

Table figures(const std::vector<std::string>& backends)
{
    Table table("PrimaryResult");
    table.addColumn("Backend", ColumnType::String);
    for (const char* name : {"Requests", "Errors", "Throttled"})
        table.addColumn(name, ColumnType::Long);
    for (const char* name : {"P50Ms", "P95Ms", "P99Ms"})
        table.addColumn(name, ColumnType::Real);
    for (const std::string& backend : backends) {
        table.column(0).appendText(backend);
        for (std::size_t column = 1; column <= 3; ++column)
            table.column(column).appendInteger(12 / std::int64_t(column));
        for (std::size_t column = 4; column <= 6; ++column)
            table.column(column).appendReal(double(column) * 10);
    }
    return table;
}

/// Five failures in a row at each, two minutes before noon.
Table attempts(const std::vector<std::string>& backends)
{
    Table table("PrimaryResult");
    table.addColumn("TimeGenerated", ColumnType::DateTime);
    table.addColumn("Backend", ColumnType::String);
    table.addColumn("Status", ColumnType::Int);
    table.addColumn("DurationMs", ColumnType::Real);
    table.addColumn("RetryAfter", ColumnType::String);
    table.addColumn("Instance", ColumnType::String);
    for (const std::string& backend : backends) {
        for (int i = 0; i < 5; ++i) {
            const DateTime at = Noon - Ticks(std::chrono::seconds(120 - i));
            table.column(0).appendInteger(at.sinceYearOne.count());
            table.column(1).appendText(backend);
            table.column(2).appendInteger(503);
            table.column(3).appendReal(25.5);
            table.column(4).appendText("");
            table.column(5).appendText("East US");
        }
    }
    return table;
}

bool asks(const jobs::Ask& ask, const char* text)
{
    return ask.kql.find(text) != std::string::npos;
}

/// Answers both questions for the backends that the table of attempts knows.
ScriptedWorkspace::Answer answersFor(const std::vector<std::string>& attempted,
                                     const std::vector<std::string>& final)
{
    return [=](const jobs::Ask& ask) -> Result<QueryAnswerPtr> {
        const auto& backends = asks(ask, "let attempts = AppDependencies") ? attempted : final;
        return answerOf(asks(ask, "P99Ms") ? figures(backends) : attempts(backends));
    };
}

struct Setup
{
    explicit Setup(ScriptedWorkspace::Answer answer)
        : workspace(std::move(answer))
    {}

    std::shared_ptr<const gateway::HealthReport> report(bool withReporter = false)
    {
        HealthQuestions questions({workspace, layout, withReporter ? &reporter : nullptr, clock});
        auto future = questions.report(Range, {});
        if (!finished(future) || !future.result())
            return nullptr;
        return *future.result();
    }

    ScriptedWorkspace workspace;
    Layout layout;
    Reporter reporter;
    ManualClock clock{Noon};
};

} // namespace

class TestHealthQuestions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void twoQueriesMakeAReport();
    void hostsAreKnownAsTheirBackends();
    void sharedHostNamesNobody();
    void missingAttemptsFallBackToFinalOnes_data();
    void missingAttemptsFallBackToFinalOnes();
    void quietWorkspaceIsNotCalledFinalOnly();
    void withoutAnyLogTheReportedStateStands();
    void unreadableBackendsArePartial();
    void silentReporterIsNoFailure();
    void gaugeIsDatedByWhenItWasSeen();
    void longTripsWidenTheSlot();
    void errorsPass();
};

void TestHealthQuestions::twoQueriesMakeAReport()
{
    Setup setup(answersFor({"west", "east"}, {}));
    const auto report = setup.report();
    QVERIFY(report);
    QCOMPARE(setup.workspace.asks.size(), std::size_t(2));
    QCOMPARE(report->queries.size(), std::size_t(2));
    QCOMPARE(report->endpoints.size(), std::size_t(2));
    const gateway::EndpointHealth& east = report->endpoints[0];
    QCOMPARE(east.backend, std::string("east"));
    QCOMPARE(east.requests, std::int64_t(12));
    QCOMPARE(east.errorShare, std::optional(0.5));
    QCOMPARE(east.p99Ms, std::optional(60.0));
    QVERIFY(east.inferred.source == StateSource::Inferred);
    QVERIFY(east.inferred.state == CircuitState::Open);
    QVERIFY(!report->finalAttemptsOnly);
    QVERIFY(!report->partial);
    for (const jobs::Ask& ask : setup.workspace.asks) {
        QVERIFY(asks(ask, "let allBackends = false;"));
        QVERIFY(asks(ask, "let scanStart = datetime(2026-06-01T11:40:00Z);"));
        QVERIFY(ask.timespan && ask.timespan->start == Noon - Ticks(std::chrono::minutes(20)));
    }
}

void TestHealthQuestions::hostsAreKnownAsTheirBackends()
{
    Setup setup(answersFor({"east.example.com", "west"}, {}));
    const auto report = setup.report();
    QVERIFY(report);
    QVERIFY(asks(setup.workspace.asks[0], "\"east.example.com\""));
    QCOMPARE(report->endpoints.size(), std::size_t(2));
    QCOMPARE(report->endpoints[0].requests, std::int64_t(12));
    QVERIFY(report->endpoints[0].inferred.state == CircuitState::Open);
}

void TestHealthQuestions::sharedHostNamesNobody()
{
    Setup setup(answersFor({"east"}, {}));
    for (gateway::Backend& backend : setup.layout.answer->backends)
        backend.url = "https://same.example.com/" + backend.name;
    QVERIFY(setup.report());
    QVERIFY(!asks(setup.workspace.asks[0], "same.example.com"));
}

void TestHealthQuestions::missingAttemptsFallBackToFinalOnes_data()
{
    QTest::addColumn<bool>("tableExists");
    QTest::newRow("no table") << false;
    QTest::newRow("no rows") << true;
}

void TestHealthQuestions::missingAttemptsFallBackToFinalOnes()
{
    QFETCH(bool, tableExists);
    const auto answer = answersFor({}, {"east"});
    Setup setup([=](const jobs::Ask& ask) -> Result<QueryAnswerPtr> {
        if (!tableExists && asks(ask, "let attempts = AppDependencies"))
            return fail(missingTable("AppDependencies"));
        return answer(ask);
    });
    const auto report = setup.report();
    QVERIFY(report);
    QCOMPARE(setup.workspace.asks.size(), std::size_t(4));
    QVERIFY(report->finalAttemptsOnly);
    QVERIFY(!report->partial);
    // Two minutes after the last failure final attempts prove nothing.
    QVERIFY(report->endpoints[0].inferred.source == StateSource::Unknown);
    QVERIFY(report->endpoints[0].inferred.lastThrough);
}

void TestHealthQuestions::quietWorkspaceIsNotCalledFinalOnly()
{
    Setup setup(answersFor({}, {}));
    const auto report = setup.report();
    QVERIFY(report);
    QVERIFY(!report->finalAttemptsOnly);
    QCOMPARE(report->endpoints.size(), std::size_t(2));
    QVERIFY(report->endpoints[0].inferred.source == StateSource::Unknown);
}

void TestHealthQuestions::withoutAnyLogTheReportedStateStands()
{
    Setup setup([](const jobs::Ask& ask) -> Result<QueryAnswerPtr> {
        const bool attempts = asks(ask, "let attempts = AppDependencies");
        return fail(missingTable(attempts ? "AppDependencies" : "ApiManagementGatewayLogs"));
    });
    setup.reporter.answer =
        std::vector<gateway::ReportedCircuit>{{"east", CircuitState::Open, Noon, {}, "tripped"}};
    const auto report = setup.report(true);
    QVERIFY(report);
    QVERIFY(report->partial);
    QVERIFY(!report->partialReason.empty());
    QVERIFY(report->endpoints[0].circuit().source == StateSource::Reported);
    QVERIFY(report->endpoints[0].circuit().state == CircuitState::Open);
}

void TestHealthQuestions::unreadableBackendsArePartial()
{
    Setup setup(answersFor({"east"}, {}));
    setup.layout.answer = fail(Error::Kind::Denied, "You may not read the backends.");
    const auto report = setup.report();
    QVERIFY(report);
    QVERIFY(report->partial);
    QCOMPARE(report->partialReason, std::string("You may not read the backends."));
    QVERIFY(asks(setup.workspace.asks[0], "let allBackends = true;"));
    QCOMPARE(report->endpoints.size(), std::size_t(1));
    QVERIFY(report->endpoints[0].inferred.source == StateSource::Unknown);
}

void TestHealthQuestions::silentReporterIsNoFailure()
{
    Setup setup(answersFor({"east"}, {}));
    setup.reporter.answer = fail(Error::Kind::NotFound, "There is no /status.");
    const auto report = setup.report(true);
    QVERIFY(report);
    QVERIFY(!report->partial);
    QVERIFY(report->endpoints[0].circuit().source == StateSource::Inferred);
}

void TestHealthQuestions::gaugeIsDatedByWhenItWasSeen()
{
    Setup setup(answersFor({"east"}, {}));
    setup.reporter.answer = std::vector<gateway::ReportedCircuit>{{"east", CircuitState::Closed, {}, {}, {}}};
    HealthQuestions questions(
        {setup.workspace, setup.layout, &setup.reporter, setup.clock, Ticks(std::chrono::seconds(10))});
    const auto disagrees = [&] {
        const DateTime now = setup.clock.now();
        auto future = questions.report({now - Ticks(std::chrono::minutes(15)), now}, {});
        return finished(future) && future.result() && (*future.result())->endpoints[0].disagree;
    };
    // The log says open since two minutes. The gateway says closed; it may have closed just now.
    QVERIFY(!disagrees());
    setup.clock.advance(std::chrono::seconds(9));
    QVERIFY(!disagrees());
    setup.clock.advance(std::chrono::seconds(2));
    QVERIFY(disagrees());
    // A change starts the count again.
    setup.reporter.answer->front().state = CircuitState::HalfOpen;
    QVERIFY(!disagrees());
}

void TestHealthQuestions::longTripsWidenTheSlot()
{
    Setup setup(answersFor({"east"}, {}));
    gateway::Backend& east = setup.layout.answer->backends[0];
    east.breaker.recovery = std::chrono::minutes(20);
    gateway::WindowedRule rule;
    rule.count = 3;
    rule.interval = std::chrono::minutes(10);
    east.breaker.rule = rule;
    QVERIFY(setup.report());
    QVERIFY(asks(setup.workspace.asks[0], "let slot = timespan(01:00:00);"));
    QVERIFY(asks(setup.workspace.asks[0], "let scanStart = datetime(2026-06-01T10:45:00Z);"));
}

void TestHealthQuestions::errorsPass()
{
    Setup setup([](const jobs::Ask&) -> Result<QueryAnswerPtr> {
        return fail(Error::Kind::Denied, "You may not query this workspace.");
    });
    HealthQuestions questions({setup.workspace, setup.layout, nullptr, setup.clock});
    auto future = questions.report(Range, {});
    QVERIFY(finished(future));
    QVERIFY(!future.result());
    QVERIFY(future.result().error().kind == Error::Kind::Denied);
}

GATEHOUSE_TEST_MAIN(TestHealthQuestions)
#include "tst_healthquestions.moc"
