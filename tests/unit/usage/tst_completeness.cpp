// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/audit/completeness.h"
#include "tests/support/testmain.h"
#include "tests/unit/usage/ledgerdraw.h"

using namespace gatehouse;
using namespace gatehouse::cost;
using namespace gatehouse::test;

namespace {

/// One call a minute for an hour, in all three sources.
Evidence anHour()
{
    Evidence evidence;
    const DateTime start = moment("2026-06-03T10:00:00Z");
    for (int i = 0; i < 60; ++i) {
        UsageRow row = usageRow("call-" + std::to_string(i), "2026-06-03T10:00:00Z");
        row.time = start + std::chrono::minutes(i);
        row.seen = row.time + std::chrono::minutes(2);
        evidence.rows.push_back(row);
        evidence.gateway.push_back({row.id, row.time, row.seen, row.service, row.model, 200, 1});
        evidence.llm.push_back({row.id, row.time, row.model, row.tokens, row.seen});
        if (i % 5 == 0)
            evidence.metrics.push_back({row.time, row.model, 5, 5, 5'500});
    }
    return evidence;
}

} // namespace

class TestCompleteness : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aWholeHourIsComplete();
    void theSourcesOfTokensAreCounted();
    void lackingRowsOfTheLlmLogAreFound();
    void lackingRowsOfTheGatewayLogAreFound();
    void failuresLackNothing();
    void whatWasSampledOrCutIsNotComplete();
    void aShareOfNothingIsNone();
};

void TestCompleteness::aWholeHourIsComplete()
{
    const Completeness complete = completenessOf(anHour(), 0, false);
    QVERIFY(complete.complete() && complete.gaps.empty() && complete.metricsAsked);
    QCOMPARE(complete.calls, std::int64_t(60));
    QCOMPARE(*complete.measuredShare(), 1.0);
}

void TestCompleteness::theSourcesOfTokensAreCounted()
{
    Evidence evidence = anHour();
    evidence.rows[0].source = TokenSource::Estimated;
    evidence.rows[1].source = TokenSource::Unknown;
    evidence.rows[2].source = TokenSource::None;
    evidence.rows[3].seen = evidence.rows[3].time + std::chrono::hours(2);
    evidence.rows.push_back(evidence.rows[0]); // again
    const Completeness complete = completenessOf(evidence, 0, false);
    QCOMPARE(complete.calls, std::int64_t(60));
    QCOMPARE(complete.measured + complete.estimated + complete.unknown + complete.none, complete.calls);
    QCOMPARE(complete.estimated, std::int64_t(1));
    QCOMPARE(complete.unknown, std::int64_t(1));
    QCOMPARE(complete.late, std::int64_t(1));
    QCOMPARE(*complete.measuredShare(), 57.0 / 59);
    QVERIFY(!complete.complete());
}

void TestCompleteness::lackingRowsOfTheLlmLogAreFound()
{
    Evidence evidence = anHour();
    evidence.llm.erase(evidence.llm.begin() + 20, evidence.llm.begin() + 24);
    evidence.llm.push_back({"call-21", evidence.rows[21].time, "", {}, {}}); // a chunk has no tokens
    const Completeness complete = completenessOf(evidence, 0, false);
    QCOMPARE(complete.missingLlm, std::int64_t(4));
    QCOMPARE(complete.gaps.size(), std::size_t(1));
    QCOMPARE(formatDateTime(complete.gaps[0].start), std::string("2026-06-03T10:20:00Z"));
    QVERIFY(complete.gaps[0].llm == 1 && complete.gaps[0].expected == 5 && complete.gaps[0].metrics == 5);
}

void TestCompleteness::lackingRowsOfTheGatewayLogAreFound()
{
    Evidence evidence = anHour();
    evidence.metrics[3].succeeded = 9;
    const Completeness complete = completenessOf(evidence, 0, false);
    QCOMPARE(complete.missingGateway, std::int64_t(4));
    QCOMPARE(complete.gaps.size(), std::size_t(1));
    evidence.metrics.clear();
    QVERIFY(completenessOf(evidence, 0, false).gaps.empty());
}

void TestCompleteness::failuresLackNothing()
{
    Evidence evidence = anHour();
    evidence.gateway[7].status = 503;
    evidence.llm.erase(evidence.llm.begin() + 7);
    evidence.metrics[1].succeeded = 4;
    evidence.gateway.push_back({"refused", evidence.rows[9].time, {}, "checkout", "gpt-4o", 429, 0});
    QVERIFY(completenessOf(evidence, 0, false, 0).complete());
}

void TestCompleteness::whatWasSampledOrCutIsNotComplete()
{
    QVERIFY(!completenessOf(anHour(), 1, false).complete());
    QVERIFY(!completenessOf(anHour(), 0, true).complete());
}

void TestCompleteness::aShareOfNothingIsNone()
{
    QVERIFY(!completenessOf({}, 0, false).measuredShare());
}

GATEHOUSE_TEST_MAIN(TestCompleteness)
#include "tst_completeness.moc"
