// SPDX-License-Identifier: GPL-3.0-or-later
// The questions themselves, run by the query engine over rows whose answer a plain loop knows too.
// First, since moc cannot read <compare> before a Qt header.
#include "tests/support/testmain.h"

#include "core/jobs/healthquestions.h"
#include "core/jobs/usagequestions.h"
#include "tests/support/manualclock.h"
#include "tests/unit/jobs/memorycatalog.h"
#include "tests/unit/jobs/scriptedworkspace.h"

#include <array>
#include <cmath>
#include <random>

using namespace gatehouse;
using namespace gatehouse::test;
using std::chrono::minutes;
using std::chrono::seconds;
using usage::Dimension;
using usage::Totals;

namespace {

const DateTime Noon = DateTime::fromCivil(2026, 6, 1) + Ticks(std::chrono::hours(12));
const TimeRange Hour{Noon - Ticks(std::chrono::hours(1)), Noon};

class NoNames final : public jobs::ServiceDirectory
{
public:
    QFuture<Result<usage::ServiceNames>> serviceNames(std::stop_token) override
    {
        return QtFuture::makeReadyFuture(Result<usage::ServiceNames>(usage::ServiceNames()));
    }
};

class TwoBackends final : public jobs::BackendDirectory
{
public:
    QFuture<Result<jobs::GatewayLayout>> layout(std::stop_token) override
    {
        jobs::GatewayLayout layout;
        layout.backends.resize(2);
        layout.backends[0].name = "east";
        layout.backends[1].name = "west";
        for (gateway::Backend& backend : layout.backends)
            backend.failureStatuses = {{408, 408}, {500, 599}};
        return QtFuture::makeReadyFuture(Result<jobs::GatewayLayout>(layout));
    }
};

/// A workspace that runs every query for real.
ScriptedWorkspace::Answer engineOver(const MemoryCatalog& catalog)
{
    return [&catalog](const jobs::Ask& ask) -> Result<QueryAnswerPtr> {
        kql::QueryOptions options;
        options.now = Noon;
        options.timespan = ask.timespan;
        auto execution = kql::execute(ask.kql, catalog, options);
        if (!execution)
            return fail(execution.error());
        return std::make_shared<const QueryAnswer>(std::move(execution->answer));
    };
}

std::shared_ptr<const usage::Report> usageOf(const MemoryCatalog& catalog, Dimension dimension,
                                             const std::vector<usage::Filter>& filters = {})
{
    ScriptedWorkspace workspace(engineOver(catalog));
    NoNames names;
    jobs::UsageQuestions questions(workspace, names);
    auto future = questions.report(dimension, Hour, filters, {});
    if (!finished(future))
        return nullptr;
    const auto report = future.result();
    if (!report)
        qInfo("%s (%s)", report.error().message.c_str(), report.error().serviceCode.c_str());
    return report ? *report : nullptr;
}

std::shared_ptr<const gateway::HealthReport> healthOf(const MemoryCatalog& catalog,
                                                      const TimeRange& range = Hour)
{
    ScriptedWorkspace workspace(engineOver(catalog));
    TwoBackends backends;
    const ManualClock clock(Noon);
    jobs::HealthQuestions questions({workspace, backends, nullptr, clock});
    auto future = questions.report(range, {});
    if (!finished(future))
        return nullptr;
    const auto report = future.result();
    if (!report)
        qInfo("%s (%s)", report.error().message.c_str(), report.error().serviceCode.c_str());
    return report ? *report : nullptr;
}

/// What a call adds, by the rules of contracts §5, told without KQL.
Totals totalsOf(const LoggedCall& call)
{
    Totals totals;
    totals.requests = 1;
    const bool failed = !call.status || *call.status < 200 || *call.status >= 400;
    totals.failed = failed ? 1 : 0;
    totals.throttled = call.status == 429 ? 1 : 0;
    std::optional<int> total;
    if (call.usage)
        total = call.usage->total    ? call.usage->total
                : call.usage->prompt ? std::optional(*call.usage->prompt + call.usage->completion.value_or(0))
                                     : std::nullopt;
    std::string source = call.tokenSource;
    if (source != "measured" && source != "estimated")
        source = !total && failed                          ? "none"
                 : !total || call.tokenSource == "unknown" ? "unknown"
                 : call.usage->stream                      ? "estimated"
                                                           : "measured";
    if (source == "unknown")
        totals.unknownUsage = 1;
    if ((source == "measured" || source == "estimated") && total) {
        totals.totalTokens = *total;
        totals.promptTokens = call.usage->prompt.value_or(0);
        totals.completionTokens = call.usage->completion.value_or(0);
        totals.estimatedTokens = source == "estimated" ? *total : 0;
    }
    return totals;
}

void compare(const Totals& got, const Totals& wanted)
{
    QCOMPARE(got.requests, wanted.requests);
    QCOMPARE(got.failed, wanted.failed);
    QCOMPARE(got.throttled, wanted.throttled);
    QCOMPARE(got.promptTokens, wanted.promptTokens);
    QCOMPARE(got.completionTokens, wanted.completionTokens);
    QCOMPARE(got.totalTokens, wanted.totalTokens);
    QCOMPARE(got.estimatedTokens, wanted.estimatedTokens);
    QCOMPARE(got.unknownUsage, wanted.unknownUsage);
}

} // namespace

class TestQuestionsOnRows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oneCall_data();
    void oneCall();
    void randomCallsMatchAPlainLoop_data();
    void randomCallsMatchAPlainLoop();
    void filtersKeepOnlyTheirRows();
    void edgesOfTheRange();
    void workspaceWithoutLlmLog();
    void emptyWorkspace();
    void endpointFigures();
    void sampledAttemptsCountWhatTheyStandFor();
    void finalAttemptsWhereNoOthersAre();
    void attemptsFarFromTroubleAreThinned();
};

void TestQuestionsOnRows::oneCall_data()
{
    QTest::addColumn<int>("shape");
    int shape = 0;
    for (const char* name : {"measured", "streamed", "said measured though streamed", "said unknown",
                             "no usage row", "failed without usage", "failed with usage", "throttled",
                             "no answer at all", "embedding without total", "null tokens", "message rows",
                             "repeated header rows", "redirect", "failed and said unknown"})
        QTest::newRow(name) << shape++;
}

void TestQuestionsOnRows::oneCall()
{
    QFETCH(int, shape);
    LoggedCall call{Noon - Ticks(minutes(5)), "c1"};
    LoggedCall::Usage& usage = *call.usage;
    switch (shape) {
    case 1:
        usage.stream = true;
        break;
    case 2:
        usage.stream = true;
        call.tokenSource = "measured";
        break;
    case 3:
        call.tokenSource = "unknown";
        break;
    case 4:
        call.usage.reset();
        break;
    case 5:
        call.usage.reset();
        call.status = 500;
        break;
    case 6:
        call.status = 502;
        break;
    case 7:
        call.usage.reset();
        call.status = 429;
        break;
    case 8:
        call.usage.reset();
        call.status.reset();
        break;
    case 9:
        usage.total.reset();
        usage.completion.reset();
        break;
    case 10:
        usage.total.reset();
        usage.completion.reset();
        usage.prompt.reset();
        break;
    case 11:
        call.messageRows = 3;
        break;
    case 12:
        call.repeatedRows = 2;
        break;
    case 13:
        call.status = 302;
        call.usage.reset();
        break;
    case 14:
        call.usage.reset();
        call.status = 503;
        call.tokenSource = "unknown";
        break;
    default:
        break;
    }
    MemoryCatalog catalog;
    catalog.addCall(call);
    const auto report = usageOf(catalog, Dimension::Service);
    QVERIFY(report);
    QCOMPARE(report->rows.size(), std::size_t(1));
    QCOMPARE(report->rows[0].key, std::string("billing"));
    compare(report->totals, totalsOf(call));
    QCOMPARE(report->totals.p95Ms, std::optional(100.0));
}

void TestQuestionsOnRows::randomCallsMatchAPlainLoop_data()
{
    QTest::addColumn<int>("dimension");
    QTest::newRow("service") << int(Dimension::Service);
    QTest::newRow("model") << int(Dimension::Model);
    QTest::newRow("backend") << int(Dimension::Backend);
}

void TestQuestionsOnRows::randomCallsMatchAPlainLoop()
{
    QFETCH(int, dimension);
    const unsigned seed = qEnvironmentVariableIsSet("SEED") ? qEnvironmentVariableIntValue("SEED") : 20260601;
    qInfo("SEED=%u", seed);
    std::mt19937 random(seed);
    const auto below = [&random](int limit) {
        return static_cast<int>(random() % static_cast<unsigned>(limit));
    };
    const std::array<std::string, 4> services{"billing", "search", "", "Billing"};
    const std::array<std::string, 3> backends{"east", "west", ""};
    const std::array<std::string, 4> sources{"", "measured", "estimated", "unknown"};
    const std::array<int, 6> statuses{200, 200, 200, 429, 500, 404};

    MemoryCatalog catalog;
    std::map<std::string, Totals> wanted;
    Totals wantedBefore;
    double wantedInSeries = 0;
    for (int i = 0; i < 1500; ++i) {
        LoggedCall call;
        call.time = Noon - Ticks(std::chrono::milliseconds(1 + below(2 * 3'600'000)));
        call.id = std::to_string(i);
        call.service = services[std::size_t(below(4))];
        call.backend = backends[std::size_t(below(3))];
        call.status = statuses[std::size_t(below(6))];
        call.tokenSource = sources[std::size_t(below(4))];
        call.usage->prompt = below(5000);
        call.usage->completion = below(800);
        call.usage->total = *call.usage->prompt + *call.usage->completion;
        call.usage->stream = below(3) == 0;
        call.usage->model = below(4) == 0 ? "" : "gpt-4o-mini";
        call.messageRows = below(3);
        // Earlier rows of a call at the edge would fall out of the period with it, so keep those apart.
        call.repeatedRows = call.time - Hour.start > Ticks(seconds(1)) ? below(2) : 0;
        if (below(5) == 0)
            call.usage.reset();
        catalog.addCall(call);

        const std::string model = !call.usage ? "" : call.usage->model.empty() ? "gpt-4o" : call.usage->model;
        const std::string key = dimension == int(Dimension::Service) ? call.service
                                : dimension == int(Dimension::Model) ? model
                                                                     : call.backend;
        if (call.time >= Hour.start) {
            wanted[key] += totalsOf(call);
            wantedInSeries += static_cast<double>(totalsOf(call).totalTokens);
        } else {
            wantedBefore += totalsOf(call);
        }
    }

    const auto report = usageOf(catalog, Dimension(dimension));
    QVERIFY(report);
    QCOMPARE(report->rows.size(), wanted.size());
    Totals all;
    for (const usage::Row& row : report->rows) {
        QVERIFY(wanted.count(row.key) == 1);
        compare(row.totals, wanted[row.key]);
        all += row.totals;
    }
    compare(report->totals, all);
    compare(report->before, wantedBefore);
    double inSeries = 0;
    for (const usage::Series& series : report->tokens.series) {
        for (const double value : series.values)
            inSeries += std::isnan(value) ? 0 : value;
    }
    QCOMPARE(inSeries, wantedInSeries);
}

void TestQuestionsOnRows::filtersKeepOnlyTheirRows()
{
    MemoryCatalog catalog;
    const DateTime time = Noon - Ticks(minutes(5));
    int id = 0;
    for (const char* service : {"billing", "search", ""}) {
        for (const char* backend : {"east", "west"}) {
            LoggedCall call{time, std::to_string(++id)};
            call.service = service;
            call.backend = backend;
            catalog.addCall(call);
        }
    }
    const auto requests = [&catalog](const std::vector<usage::Filter>& filters) {
        const auto report = usageOf(catalog, Dimension::Backend, filters);
        return report ? report->totals.requests : -1;
    };
    QCOMPARE(requests({}), std::int64_t(6));
    QCOMPARE(requests({{Dimension::Service, "billing"}}), std::int64_t(2));
    QCOMPARE(requests({{Dimension::Service, ""}}), std::int64_t(2));
    QCOMPARE(requests({{Dimension::Service, "billing"}, {Dimension::Backend, "west"}}), std::int64_t(1));
    QCOMPARE(requests({{Dimension::Service, "billing"}, {Dimension::Service, "search"}}), std::int64_t(0));
    QCOMPARE(requests({{Dimension::Model, "gpt-4o-2024-11-20"}}), std::int64_t(6));
    QCOMPARE(requests({{Dimension::Model, "x\" or true //"}}), std::int64_t(0));
}

void TestQuestionsOnRows::edgesOfTheRange()
{
    MemoryCatalog catalog;
    catalog.addCall({Hour.start, "first"});
    catalog.addCall({Hour.end - Ticks(1), "last"});
    catalog.addCall({Hour.end, "too late"});
    catalog.addCall({Hour.start - Ticks(1), "before"});
    catalog.addCall({Hour.start - Hour.length(), "first before"});
    catalog.addCall({Hour.start - Hour.length() - Ticks(1), "too early"});
    const auto report = usageOf(catalog, Dimension::Service);
    QVERIFY(report);
    QCOMPARE(report->totals.requests, std::int64_t(2));
    QCOMPARE(report->before.requests, std::int64_t(2));
    QCOMPARE(report->totals.totalTokens, std::int64_t(30));
}

void TestQuestionsOnRows::workspaceWithoutLlmLog()
{
    MemoryCatalog catalog;
    catalog.addCall({Noon - Ticks(minutes(5)), "a"});
    LoggedCall failed{Noon - Ticks(minutes(4)), "b"};
    failed.status = 503;
    catalog.addCall(failed);
    catalog.remove("ApiManagementGatewayLlmLog");
    const auto report = usageOf(catalog, Dimension::Service);
    QVERIFY(report);
    QCOMPARE(report->totals.requests, std::int64_t(2));
    QCOMPARE(report->totals.unknownUsage, std::int64_t(1));
    QVERIFY(!report->totals.tokensKnown());
}

void TestQuestionsOnRows::emptyWorkspace()
{
    const MemoryCatalog catalog;
    const auto report = usageOf(catalog, Dimension::Service);
    QVERIFY(report);
    QVERIFY(report->rows.empty());
    QVERIFY(!report->totals.p95Ms);
    const auto health = healthOf(catalog);
    QVERIFY(health);
    QCOMPARE(health->endpoints.size(), std::size_t(2));
}

void TestQuestionsOnRows::endpointFigures()
{
    MemoryCatalog catalog;
    for (int i = 0; i < 100; ++i) {
        const char* code = i < 5 ? "503" : i < 7 ? "429" : i < 8 ? "0" : i < 9 ? "404" : "200";
        catalog.addAttempt({Noon - Ticks(seconds(600 + i)), "east", code, 1.0 + i, 1});
    }
    catalog.addAttempt(
        {Noon - Ticks(minutes(62)), "east", "503", 1000, 1}); // read for the circuit, not for the figures
    catalog.addAttempt({Noon - Ticks(minutes(5)), "sql-server", "503", 5, 1});
    const auto report = healthOf(catalog);
    QVERIFY(report);
    QVERIFY(!report->finalAttemptsOnly);
    QCOMPARE(report->endpoints.size(), std::size_t(2));
    const gateway::EndpointHealth& east = report->endpoints[0];
    QCOMPARE(east.requests, std::int64_t(100));
    QCOMPARE(east.errorShare, std::optional(0.06));
    QCOMPARE(east.throttledShare, std::optional(0.02));
    QVERIFY(east.p50Ms && std::abs(*east.p50Ms - 50.5) <= 1);
    QVERIFY(east.p95Ms && std::abs(*east.p95Ms - 95.5) <= 1);
    QVERIFY(east.p99Ms && std::abs(*east.p99Ms - 99.5) <= 1);
}

void TestQuestionsOnRows::sampledAttemptsCountWhatTheyStandFor()
{
    MemoryCatalog catalog;
    catalog.addAttempt({Noon - Ticks(minutes(5)), "east", "200", 10, 9});
    catalog.addAttempt({Noon - Ticks(minutes(4)), "east", "500", 10, std::nullopt});
    const auto report = healthOf(catalog);
    QVERIFY(report);
    QCOMPARE(report->endpoints[0].requests, std::int64_t(10));
    QCOMPARE(report->endpoints[0].errorShare, std::optional(0.1));
}

void TestQuestionsOnRows::finalAttemptsWhereNoOthersAre()
{
    MemoryCatalog catalog;
    for (int i = 0; i < 5; ++i) {
        LoggedCall call{Noon - Ticks(seconds(60 - i)), std::to_string(i)};
        call.status = 503;
        catalog.addCall(call);
    }
    catalog.remove("AppDependencies");
    const auto report = healthOf(catalog);
    QVERIFY(report);
    QVERIFY(report->finalAttemptsOnly);
    QCOMPARE(report->endpoints[0].requests, std::int64_t(5));
    QCOMPARE(report->endpoints[0].p50Ms, std::optional(90.0));
    // What a retry hid may have changed the circuit.
    QVERIFY(report->endpoints[0].inferred.source == gateway::StateSource::Unknown);
    QVERIFY(report->endpoints[0].inferred.lastThrough == Noon - Ticks(seconds(56)));
}

void TestQuestionsOnRows::attemptsFarFromTroubleAreThinned()
{
    MemoryCatalog catalog;
    // A call each second for an hour, five failures in a row in its middle, and the half minute that they
    // cost.
    for (int i = 0; i < 3600; ++i) {
        if (i >= 1805 && i < 1835)
            continue;
        const bool failed = i >= 1800 && i < 1805;
        catalog.addAttempt({Hour.start + Ticks(seconds(i)), "east", failed ? "500" : "200", 20, 1});
    }
    std::size_t fetched = 0;
    ScriptedWorkspace counting([&](const jobs::Ask& ask) {
        auto answer = engineOver(catalog)(ask);
        if (answer && (*answer)->primary().find("Status") != nullptr)
            fetched = (*answer)->primary().rowCount();
        return answer;
    });
    TwoBackends backends;
    const ManualClock clock(Noon);
    jobs::HealthQuestions questions({counting, backends, nullptr, clock});
    auto future = questions.report(Hour, {});
    QVERIFY(finished(future));
    QVERIFY(future.result());
    // Three slots of five minutes in full and one attempt of each of the nine others.
    QCOMPARE(fetched, std::size_t(3 * 300 - 30 + 9));
    const auto& timeline = (*future.result())->endpoints[0].timeline;
    QVERIFY(timeline.size() >= 3);
    QVERIFY(timeline[0].state == gateway::CircuitState::Closed);
    QVERIFY(timeline[1].state == gateway::CircuitState::Open);
    QVERIFY(timeline.back().state == gateway::CircuitState::Closed);
}

GATEHOUSE_TEST_MAIN(TestQuestionsOnRows)
#include "tst_questionsonrows.moc"
