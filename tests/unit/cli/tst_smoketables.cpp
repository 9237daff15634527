// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "app/cli/smoketables.h"
#endif

using namespace gatehouse;
using namespace gatehouse::rag::smoke;

namespace {

CaseResult resultOf(const std::string& name, const std::string& backend, Outcome outcome,
                    const std::string& why = {})
{
    CaseResult result;
    result.name = name;
    result.backend = backend;
    result.outcome = outcome;
    result.why = why;
    result.total = std::chrono::milliseconds(120);
    result.checks = {
        {"contains “x”", {outcome == Outcome::Passed ? Verdict::Holds : Verdict::Fails, "It says “y”."}}};
    if (outcome == Outcome::Broken) {
        result.checks.clear();
        result.error = fail(Error::Kind::Unavailable, why).value();
    }
    return result;
}

Run twoMembers()
{
    Run run;
    run.suite = "S";
    run.profile = "this computer";
    run.backends = {"east", "west"};
    run.results = {resultOf("a", "east", Outcome::Passed),
                   resultOf("a", "west", Outcome::Failed, "contains “x”: It says “y”."),
                   resultOf("b", "east", Outcome::Passed),
                   resultOf("b", "west", Outcome::Broken, "The model failed.")};
    return run;
}

std::string joined(const std::vector<std::string>& lines)
{
    std::string text;
    for (const std::string& line : lines)
        text += line + "\n";
    return text;
}

std::string cell(const Table& table, std::size_t column, std::size_t row)
{
    return table.column(column).displayAt(row);
}

} // namespace

/// What `smoke` shows of a run.
class TestSmokeTables : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void casesStandDownAndMembersAcross()
    {
        const Run run = twoMembers();
        const Table table = cli::smokeMatrix(run);
        QCOMPARE(table.rowCount(), 2U);
        QCOMPARE(table.columnCount(), 3U);
        QCOMPARE(table.column(2).name(), std::string("west"));
        QCOMPARE(cell(table, 0, 0), std::string("a"));
        QCOMPARE(cell(table, 1, 0), std::string("passed, 120 ms"));
        QCOMPARE(cell(table, 2, 0), std::string("failed"));
        QCOMPARE(cell(table, 2, 1), std::string("error"));
    }

    void roundsAreCounted()
    {
        Run run = twoMembers();
        run.results.insert(run.results.begin() + 1, resultOf("a", "east", Outcome::Unknown, "why"));
        run.results[1].round = 2;
        QCOMPARE(cell(cli::smokeMatrix(run), 1, 0), std::string("unknown (1 of 2 passed)"));
        QCOMPARE(cli::smokeRows(run).rowCount(), 5U);
    }

    void whatWasNotAskedIsNoPass()
    {
        Run run = twoMembers();
        run.results.pop_back();
        QCOMPARE(cell(cli::smokeMatrix(run), 2, 1), std::string("not asked"));
    }

    void notesSayWhyAndHowTheMembersCompare()
    {
        const std::string notes = joined(cli::smokeNotes(twoMembers()));
        for (const char* part :
             {"failed: a on west: contains “x”: It says “y”.", "error: b on west: The model failed.",
              "west does not answer as east does:", "a: contains “x” holds for the primary and fails here.",
              "2 of 4 passed, 1 failed, 1 with an error."})
            QVERIFY2(notes.find(part) != std::string::npos, notes.c_str());
        Run same = twoMembers();
        same.results = {resultOf("a", "east", Outcome::Passed), resultOf("a", "west", Outcome::Passed)};
        same.results[1].simulated = true;
        const std::string good = joined(cli::smokeNotes(same));
        QVERIFY2(good.find("west answers as east does.") != std::string::npos, good.c_str());
        QVERIFY2(good.find("2 of 2 passed. The model is simulated.") != std::string::npos, good.c_str());
    }

    void jsonHoldsEveryCheck()
    {
        const Json json = cli::smokeJson(twoMembers());
        QCOMPARE(json["passed"], Json(2));
        QCOMPARE(json["errors"], Json(1));
        QCOMPARE(json["results"].size(), 4U);
        QCOMPARE(json["results"][1]["checks"][0]["verdict"], Json("fails"));
        QCOMPARE(json["results"][3]["error"]["kind"], Json("unavailable"));
        QCOMPARE(json["results"][0]["grounded"], Json());
        QCOMPARE(json["comparison"][0]["answer"], Json("differs"));
        QCOMPARE(json["comparison"][0]["cases"][1]["answer"], Json("unknown"));
    }

    void theHistoryShowsTheLastTwentyRuns()
    {
        std::vector<Run> runs(30, twoMembers());
        runs.back().results[0].outcome = Outcome::Unknown;
        const Table table = cli::historyTable(runs);
        QCOMPARE(table.rowCount(), 4U);
        QCOMPARE(cell(table, 0, 0), std::string("a"));
        QCOMPARE(cell(table, 5, 0), std::string(19, 'p') + "u");
        QCOMPARE(cell(table, 5, 3), std::string(20, 'e'));
        QCOMPARE(cli::historyTable({}).rowCount(), 0U);
    }
};

GATEHOUSE_TEST_MAIN(TestSmokeTables)
#include "tst_smoketables.moc"
