// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/inference.h"
#include "core/local/sample/incidents.h"
#include "core/local/sample/profiles.h"
#include "core/local/sample/sample.h"
#include "tests/support/testmain.h"
#include "tests/unit/local/gatewayharness.h"

#include <map>
#include <set>

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;

namespace {

/// A Friday; the outage of the history is on the Thursday eight days before.
const DateTime End = DateTime::fromCivil(2026, 6, 19) + Ticks(std::chrono::hours(16));

SampleOptions options(int days, std::uint64_t seed = 1)
{
    SampleOptions options;
    options.days = days;
    options.seed = seed;
    options.end = End;
    return options;
}

std::vector<gateway::LoggedAttempt> attemptsAt(const GatewayHarness& h, const std::string& backend)
{
    const Table rows = h.rows("AppDependencies", {"TimeGenerated", "DurationMs", "ResultCode", "Target"});
    std::vector<gateway::LoggedAttempt> attempts;
    for (std::size_t row = 0; row < rows.rowCount(); ++row) {
        if (rows.find("Target")->textAt(row) != backend)
            continue;
        gateway::LoggedAttempt attempt;
        attempt.start = DateTime{Ticks(rows.find("TimeGenerated")->integerAt(row))};
        attempt.duration = Ticks(static_cast<std::int64_t>(rows.find("DurationMs")->realAt(row) * 10'000));
        attempt.status = std::stoi(std::string(rows.find("ResultCode")->textAt(row)));
        attempts.push_back(attempt);
    }
    return attempts;
}

} // namespace

class TestSample : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void sameSeedSameRows();
    void endsWhereItShould();
    void everyServiceIsThere();
    void workdaysAreBusier();
    void someUsageIsEstimated();
    void oneModelHasNoPrice();
    void someCallsFail();
    void outageTripsAndHeals();
    void spikeIsThere();
    void podRestartsInTheLastHour();

private:
    std::unique_ptr<GatewayHarness> m_h; // nine days
};

void TestSample::initTestCase()
{
    m_h = std::make_unique<GatewayHarness>();
    QVERIFY(makeHistory(options(9), *m_h->resources, *m_h->logs));
}

void TestSample::sameSeedSameRows()
{
    GatewayHarness a;
    GatewayHarness b;
    GatewayHarness other;
    QVERIFY(makeHistory(options(1), *a.resources, *a.logs));
    QVERIFY(makeHistory(options(1), *b.resources, *b.logs));
    QVERIFY(makeHistory(options(1, 2), *other.resources, *other.logs));
    for (const char* column : {"CorrelationId", "TimeGenerated", "TotalTime", "BackendId", "ResponseCode"})
        QCOMPARE(a.column("ApiManagementGatewayLogs", column), b.column("ApiManagementGatewayLogs", column));
    QVERIFY(a.column("ApiManagementGatewayLogs", "TimeGenerated") !=
            other.column("ApiManagementGatewayLogs", "TimeGenerated"));
}

void TestSample::endsWhereItShould()
{
    const Table rows = m_h->rows("ApiManagementGatewayLogs", {"TimeGenerated"});
    const auto times = rows.column(0).integers();
    QVERIFY(rows.rowCount() > 5'000);
    QCOMPARE(rows.rowCount(), m_h->logs->rowCount(TableId::LlmLog));
    QVERIFY(*std::ranges::max_element(times) < End.sinceYearOne.count());
    QVERIFY(*std::ranges::min_element(times) >=
            (End - Ticks(std::chrono::hours(24 * 9))).sinceYearOne.count());
}

void TestSample::everyServiceIsThere()
{
    std::map<std::string, int> calls;
    for (const std::string& service : m_h->column("ApiManagementGatewayLogs", "ApimSubscriptionId"))
        ++calls[service];
    for (const SeedService& service : seedServices())
        QVERIFY2(calls[service.id] > 0, service.id.c_str());
    QVERIFY(calls[""] > 0); // callers with a token only
}

void TestSample::workdaysAreBusier()
{
    const DateTime wednesday = DateTime::fromCivil(2026, 6, 17);
    const DateTime sunday = DateTime::fromCivil(2026, 6, 14);
    const Ticks ten = std::chrono::hours(10);
    const Ticks three = std::chrono::hours(3);
    QVERIFY(activityAt(wednesday + ten, 0.1) > 4 * activityAt(sunday + ten, 0.1));
    QVERIFY(activityAt(wednesday + ten, 0.1) > 4 * activityAt(wednesday + three, 0.1));
}

void TestSample::someUsageIsEstimated()
{
    int estimated = 0;
    int measured = 0;
    for (const std::string& headers : m_h->column("ApiManagementGatewayLogs", "ResponseHeaders")) {
        estimated += headers.find("\"estimated\"") != std::string::npos ? 1 : 0;
        measured += headers.find("\"measured\"") != std::string::npos ? 1 : 0;
    }
    QVERIFY(estimated > 100);
    QVERIFY(measured > estimated);
}

void TestSample::oneModelHasNoPrice()
{
    const auto models = m_h->column("ApiManagementGatewayLlmLog", "ModelName");
    QVERIFY(std::ranges::count(models, "Phi-4") > 10);
}

void TestSample::someCallsFail()
{
    const auto codes = m_h->column("ApiManagementGatewayLogs", "ResponseCode");
    for (const char* code : {"400", "401", "404"})
        QVERIFY2(std::ranges::count(codes, code) > 0, code);
    const auto attempts = m_h->column("AppDependencies", "ResultCode");
    QVERIFY(std::ranges::count(attempts, "429") > 20);
    QVERIFY(static_cast<double>(std::ranges::count(codes, "200")) > 0.95 * static_cast<double>(codes.size()));
}

void TestSample::outageTripsAndHeals()
{
    const IncidentPlan plan(End - Ticks(std::chrono::hours(24 * 9)), End);
    const Incident& outage = plan.incidents().front();
    QVERIFY(outage.when.start > End - Ticks(std::chrono::hours(24 * 9)));
    const auto resource = m_h->resources->get(apimResourceId() + "/backends/" + outage.backend);
    const auto backend = gateway::backendFromArm(resource->body);
    QVERIFY(backend);
    const TimeRange range{outage.when.start - Ticks(std::chrono::minutes(10)),
                          outage.when.end + Ticks(std::chrono::minutes(20))};
    const auto circuit = gateway::inferCircuit(*backend, attemptsAt(*m_h, outage.backend), range);
    std::set<gateway::CircuitState> seen;
    for (const auto& span : circuit.timeline)
        seen.insert(span.state);
    QCOMPARE(seen.size(), std::size_t{3}); // closed, open, half-open
    QVERIFY(circuit.timeline.front().state == gateway::CircuitState::Closed);
    QVERIFY(circuit.timeline.back().state == gateway::CircuitState::Closed);
    // While East US was out, the others served.
    const Table rows = m_h->rows("ApiManagementGatewayLogs", {"TimeGenerated", "BackendId", "ResponseCode"});
    int elsewhere = 0;
    for (std::size_t row = 0; row < rows.rowCount(); ++row) {
        const DateTime moment{Ticks(rows.find("TimeGenerated")->integerAt(row))};
        if (moment >= outage.when.start && moment < outage.when.end &&
            rows.find("ResponseCode")->integerAt(row) == 200)
            elsewhere += rows.find("BackendId")->textAt(row) != outage.backend ? 1 : 0;
    }
    QVERIFY(elsewhere > 100);
}

void TestSample::spikeIsThere()
{
    const IncidentPlan plan(End - Ticks(std::chrono::hours(24 * 9)), End);
    const auto spike = std::ranges::find(plan.surges(), "document-search", &Surge::service);
    QVERIFY(spike != plan.surges().end());
    const Table logs = m_h->rows("ApiManagementGatewayLlmLog", {"TimeGenerated", "TotalTokens"});
    std::int64_t during = 0;
    std::int64_t dayBefore = 0;
    for (std::size_t row = 0; row < logs.rowCount(); ++row) {
        const DateTime moment{Ticks(logs.find("TimeGenerated")->integerAt(row))};
        const DateTime nextDay = moment + Ticks(std::chrono::hours(24));
        if (moment >= spike->when.start && moment < spike->when.end)
            during += logs.find("TotalTokens")->integerAt(row);
        if (nextDay >= spike->when.start && nextDay < spike->when.end)
            dayBefore += logs.find("TotalTokens")->integerAt(row);
    }
    QVERIFY2(during > 4 * dayBefore, (std::to_string(during) + " " + std::to_string(dayBefore)).c_str());
}

void TestSample::podRestartsInTheLastHour()
{
    const Table rows = m_h->rows("KubePodInventory", {"ServiceName", "PodRestartCount"});
    std::int64_t most = 0;
    for (std::size_t row = 0; row < rows.rowCount(); ++row)
        most = std::max(most, rows.find("PodRestartCount")->integerAt(row));
    QVERIFY(most >= 4);
}

GATEHOUSE_TEST_MAIN(TestSample)
#include "tst_sample.moc"
