// SPDX-License-Identifier: GPL-3.0-or-later
// First, since moc cannot read <compare> before a Qt header.
#include "tests/support/testmain.h"

#include "core/gateway/health.h"

using namespace gatehouse;
using namespace gatehouse::gateway;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

const DateTime Noon = DateTime::fromCivil(2026, 6, 1) + Ticks(std::chrono::hours(12));
const TimeRange Range{Noon - Ticks(minutes(15)), Noon};

Backend backendNamed(const std::string& name, const std::string& region = "East US")
{
    Backend backend;
    backend.name = name;
    backend.region = region;
    backend.failureStatuses = {{408, 408}, {500, 599}};
    return backend; // no rule: five consecutive failures open it for 30 s
}

/// Failing or good attempts, a second apart.
std::vector<LoggedAttempt> attemptsFrom(DateTime start, const std::vector<int>& statuses)
{
    std::vector<LoggedAttempt> attempts;
    for (const int status : statuses) {
        attempts.push_back({start, Ticks(std::chrono::milliseconds(100)), status, Ticks(0)});
        start += Ticks(seconds(1));
    }
    return attempts;
}

HealthInput inputOf(const std::vector<std::string>& backends)
{
    HealthInput input;
    input.range = Range;
    input.now = Noon;
    input.attemptsRange = {Range.start - Ticks(minutes(5)), Range.end};
    for (const std::string& name : backends)
        input.backends.push_back(backendNamed(name));
    return input;
}

/// East fails five times in a row and nothing was tried since.
HealthInput inputWithTrip(DateTime trip = Noon - Ticks(minutes(10)))
{
    HealthInput input = inputOf({"east"});
    input.attempts["east"]["East US"] = attemptsFrom(trip, {200, 500, 500, 500, 500, 500});
    return input;
}

} // namespace

class TestHealth : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void endpointsStandInThePoolsOrder();
    void figuresBecomeShares();
    void noCallsAreUnknownAndNotZero();
    void unreadableRuleIsUnknown();
    void openCircuitIsInferred();
    void pastBeforeTheRangeCounts();
    void instancesThatDifferAreBothTold();
    void finalAttemptsTellOnlyWhatTheyProve();
    void reportedIsShownFirst();
    void disagreementNeedsToLast_data();
    void disagreementNeedsToLast();
    void statusIsRead();
    void statusOfAnotherShapeIsRefused_data();
    void statusOfAnotherShapeIsRefused();
    void gaugeIsRead();
};

void TestHealth::endpointsStandInThePoolsOrder()
{
    HealthInput input = inputOf({"alone", "East", "west", "europe"});
    input.pools.push_back({"pool", {{"europe", 3, 1}, {"west", 2, 1}, {"east", 1, 1}, {"deleted", 1, 1}}});
    for (const char* seen : {"zzz-gone", "west", "gone"})
        input.figures.push_back({seen, 1, 0, 0, {}, {}, {}});
    const HealthReport report = assembleHealth(input);
    std::vector<std::string> names;
    for (const EndpointHealth& endpoint : report.endpoints)
        names.push_back(endpoint.backend);
    QCOMPARE(names, (std::vector<std::string>{"East", "west", "europe", "alone", "gone", "zzz-gone"}));
}

void TestHealth::figuresBecomeShares()
{
    HealthInput input = inputOf({"east"});
    input.figures.push_back({"east", 200, 10, 4, 50.0, 300.0, 900.5});
    const EndpointHealth east = assembleHealth(input).endpoints.at(0);
    QCOMPARE(east.requests, std::int64_t(200));
    QCOMPARE(east.errorShare, std::optional(0.05));
    QCOMPARE(east.throttledShare, std::optional(0.02));
    QCOMPARE(east.p50Ms, std::optional(50.0));
    QCOMPARE(east.p95Ms, std::optional(300.0));
    QCOMPARE(east.p99Ms, std::optional(900.5));
    QCOMPARE(east.region, std::string("East US"));
}

void TestHealth::noCallsAreUnknownAndNotZero()
{
    const EndpointHealth east = assembleHealth(inputOf({"east"})).endpoints.at(0);
    QCOMPARE(east.requests, std::int64_t(0));
    QVERIFY(!east.errorShare);
    QVERIFY(!east.throttledShare);
    QVERIFY(!east.p95Ms);
    QVERIFY(east.inferred.source == StateSource::Unknown);
    QVERIFY(!east.inferred.reason.empty());
    QVERIFY(east.timeline.empty());
}

void TestHealth::unreadableRuleIsUnknown()
{
    HealthInput input = inputWithTrip();
    input.backends.clear();
    input.figures.push_back({"east", 6, 5, 0, {}, {}, {}});
    const EndpointHealth east = assembleHealth(input).endpoints.at(0);
    QVERIFY(east.inferred.source == StateSource::Unknown);
    QVERIFY(east.inferred.reason.find("rule") != std::string::npos);
    QVERIFY(east.errorShare);
}

void TestHealth::openCircuitIsInferred()
{
    const EndpointHealth east = assembleHealth(inputWithTrip()).endpoints.at(0);
    QVERIFY(east.inferred.source == StateSource::Inferred);
    QVERIFY(east.inferred.state == CircuitState::Open);
    QVERIFY(east.inferred.since);
    QVERIFY(*east.inferred.since >= Noon - Ticks(minutes(10)) + Ticks(seconds(5)));
    QVERIFY(*east.inferred.since <= Noon - Ticks(minutes(10)) + Ticks(seconds(6)));
    QVERIFY(east.inferred.retryAt);
    QVERIFY(*east.inferred.retryAt - *east.inferred.since == Ticks(seconds(30)));
    QVERIFY(&east.circuit() == &east.inferred);

    QCOMPARE(east.timeline.size(), std::size_t(2));
    QVERIFY(east.timeline.front().state == CircuitState::Closed);
    QVERIFY(east.timeline.front().start == Range.start);
    QVERIFY(east.timeline.back().end == Range.end);
}

void TestHealth::pastBeforeTheRangeCounts()
{
    // Opened before the range began: its first span is open, not closed.
    const EndpointHealth east =
        assembleHealth(inputWithTrip(Range.start - Ticks(minutes(1)))).endpoints.at(0);
    QCOMPARE(east.timeline.size(), std::size_t(1));
    QVERIFY(east.timeline.front().state == CircuitState::Open);
    QVERIFY(east.timeline.front().start == Range.start);
    QVERIFY(east.inferred.since && *east.inferred.since < Range.start);
}

void TestHealth::instancesThatDifferAreBothTold()
{
    HealthInput input = inputWithTrip();
    input.attempts["east"]["West Europe"] = attemptsFrom(Noon - Ticks(minutes(9)), {200, 200});
    const EndpointHealth east = assembleHealth(input).endpoints.at(0);
    QCOMPARE(east.instances.size(), std::size_t(2));
    QVERIFY(east.instances[0].circuit.state == CircuitState::Open);
    QVERIFY(east.instances[1].circuit.state == CircuitState::Closed);
    QVERIFY(east.inferred.state == CircuitState::Open); // the worse one
    QCOMPARE(east.inferred.reason, std::string("Instances differ: open in East US, closed in West Europe"));
    QVERIFY(east.inferred.lastThrough == Noon - Ticks(minutes(9)) + Ticks(seconds(1)));
    QVERIFY(east.timeline.back().state == CircuitState::Open);
    // One alone is not listed.
    QVERIFY(assembleHealth(inputWithTrip()).endpoints.at(0).instances.empty());
}

void TestHealth::finalAttemptsTellOnlyWhatTheyProve()
{
    WindowedRule rule;
    rule.count = 5;
    HealthInput input = inputWithTrip(Noon - Ticks(seconds(20)));
    input.finalAttemptsOnly = true;
    // Consecutive failures: a success that a retry hid may lie between them.
    const HealthReport unproven = assembleHealth(input);
    QVERIFY(unproven.finalAttemptsOnly);
    QVERIFY(unproven.endpoints.at(0).inferred.source == StateSource::Unknown);
    QVERIFY(unproven.endpoints.at(0).inferred.reason.find("final attempts only") != std::string::npos);
    QVERIFY(unproven.endpoints.at(0).inferred.lastThrough == Noon - Ticks(seconds(15)));
    QVERIFY(unproven.endpoints.at(0).timeline.empty());
    // By count the last one opens it, for at least one trip from its beginning.
    input.backends[0].breaker.rule = rule;
    const EndpointHealth proven = assembleHealth(input).endpoints.at(0);
    QVERIFY(proven.inferred.state == CircuitState::Open);
    QVERIFY(proven.inferred.source == StateSource::Inferred);
    QCOMPARE(proven.timeline.size(), std::size_t(1));
    QVERIFY(proven.timeline[0].start == Noon - Ticks(std::chrono::milliseconds(14'400)));
    // When the trip is over nobody knows.
    input.range.end = input.now = input.attemptsRange.end = Noon + Ticks(minutes(1));
    const EndpointHealth later = assembleHealth(input).endpoints.at(0);
    QVERIFY(later.inferred.source == StateSource::Unknown);
    QCOMPARE(later.timeline.size(), std::size_t(1));
}

void TestHealth::reportedIsShownFirst()
{
    HealthInput input = inputWithTrip();
    input.reported.push_back(
        {"EAST", CircuitState::HalfOpen, Noon - Ticks(seconds(5)), std::nullopt, "the first probe is out"});
    const EndpointHealth east = assembleHealth(input).endpoints.at(0);
    QVERIFY(&east.circuit() == &east.reported);
    QVERIFY(east.circuit().state == CircuitState::HalfOpen);
    QVERIFY(east.circuit().source == StateSource::Reported);
    QCOMPARE(east.circuit().reason, std::string("the first probe is out"));
    QVERIFY(east.inferred.state == CircuitState::Open);
}

void TestHealth::disagreementNeedsToLast_data()
{
    QTest::addColumn<int>("reportedState");
    QTest::addColumn<int>("reportedSecondsAgo");
    QTest::addColumn<int>("rangeEndedSecondsAgo");
    QTest::addColumn<bool>("disagree");
    // The log says open for some ten minutes; the delay is one minute.
    QTest::newRow("same state") << int(CircuitState::Open) << 300 << 0 << false;
    QTest::newRow("closed for long") << int(CircuitState::Closed) << 300 << 0 << true;
    QTest::newRow("closed just now") << int(CircuitState::Closed) << 30 << 0 << false;
    QTest::newRow("at the delay") << int(CircuitState::Closed) << 60 << 0 << false;
    QTest::newRow("beyond the delay") << int(CircuitState::Closed) << 61 << 0 << true;
    QTest::newRow("the range ended long ago") << int(CircuitState::Closed) << 300 << 61 << false;
}

void TestHealth::disagreementNeedsToLast()
{
    QFETCH(int, reportedState);
    QFETCH(int, reportedSecondsAgo);
    QFETCH(int, rangeEndedSecondsAgo);
    QFETCH(bool, disagree);
    HealthInput input = inputWithTrip();
    input.reportingDelay = minutes(1);
    input.now = Noon + Ticks(seconds(rangeEndedSecondsAgo));
    input.reported.push_back({"east",
                              CircuitState(reportedState),
                              input.now - Ticks(seconds(reportedSecondsAgo)),
                              std::nullopt,
                              {}});
    QCOMPARE(assembleHealth(input).endpoints.at(0).disagree, disagree);
}

void TestHealth::statusIsRead()
{
    const auto status = parseJson(R"({"backends": [
        {"name": "east", "state": "open", "since": "2026-06-01T11:59:00Z",
         "retryAt": "2026-06-01T11:59:30.5Z", "reason": "5 failures in a row"},
        {"name": "west", "state": "half_open", "since": null, "retryAt": null},
        {"name": "later", "state": "a state of another version"},
        {"name": "none"}]})");
    QVERIFY(status);
    const auto circuits = circuitsFromStatus(*status);
    QVERIFY(circuits);
    QCOMPARE(circuits->size(), std::size_t(2));
    const ReportedCircuit& east = circuits->at(0);
    QCOMPARE(east.backend, std::string("east"));
    QVERIFY(east.state == CircuitState::Open);
    QVERIFY(east.since == std::optional(Noon - Ticks(minutes(1))));
    QVERIFY(east.retryAt && *east.retryAt - *east.since == Ticks(std::chrono::milliseconds(30'500)));
    QCOMPARE(east.reason, std::string("5 failures in a row"));
    QVERIFY(circuits->at(1).state == CircuitState::HalfOpen);
    QVERIFY(!circuits->at(1).since);
}

void TestHealth::statusOfAnotherShapeIsRefused_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("array") << "[]";
    QTest::newRow("number") << "7";
    QTest::newRow("no backends") << R"({"ok": true})";
    QTest::newRow("backends are an object") << R"({"backends": {}})";
}

void TestHealth::statusOfAnotherShapeIsRefused()
{
    QFETCH(QString, text);
    const auto status = parseJson(text.toStdString());
    QVERIFY(status);
    const auto circuits = circuitsFromStatus(*status);
    QVERIFY(!circuits);
    QVERIFY(circuits.error().kind == Error::Kind::Protocol);
}

void TestHealth::gaugeIsRead()
{
    const auto circuits =
        circuitsFromMetrics("# HELP gatehouse_circuit_state 0 closed, 1 half-open, 2 open\n"
                            "# TYPE gatehouse_circuit_state gauge\n"
                            "gatehouse_circuit_state{backend=\"east\"} 2\n"
                            "gatehouse_circuit_state{region=\"x\",backend=\"we\\\"st\"} 1.0 17\r\n"
                            "gatehouse_circuit_state{backend=\"europe\"} 0\n"
                            "gatehouse_circuit_state{backend=\"odd\"} NaN\n"
                            "gatehouse_circuit_state{backend=\"cut\n"
                            "gatehouse_attempts_total{backend=\"east\"} 2\n"
                            "gatehouse_circuit_state{backend=\"last\"} 2");
    QCOMPARE(circuits.size(), std::size_t(4));
    QCOMPARE(circuits[0].backend, std::string("east"));
    QVERIFY(circuits[0].state == CircuitState::Open);
    QCOMPARE(circuits[1].backend, std::string("we\"st"));
    QVERIFY(circuits[1].state == CircuitState::HalfOpen);
    QVERIFY(circuits[2].state == CircuitState::Closed);
    QCOMPARE(circuits[3].backend, std::string("last"));
    QVERIFY(!circuits[0].since);
}

GATEHOUSE_TEST_MAIN(TestHealth)
#include "tst_health.moc"
