// SPDX-License-Identifier: GPL-3.0-or-later
// What the ledger's questions answer, the slices in which the log is read, and the notes beside the ledger.
// First, since moc cannot read <compare> before a Qt header.
#include "tests/support/testmain.h"

#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/jobs/cost/costnotes.h"
#include "core/jobs/cost/costrows.h"
#endif

#include <random>

using namespace gatehouse;
using namespace gatehouse::jobs;
using std::chrono::hours;

namespace {

const DateTime Midnight = DateTime::fromCivil(2026, 6, 10);

Table callsTable(const std::string& leftOut = {})
{
    Table table;
    const auto add = [&](const char* name, ColumnType type) {
        if (name != leftOut)
            table.addColumn(name, type);
    };
    for (const char* name : {"TimeGenerated", "Seen"})
        add(name, ColumnType::DateTime);
    for (const char* name : {"CorrelationId", "Service", "Model", "Backend", "Region", "Application",
                             "Feature", "Environment", "Owner", "Source"})
        add(name, ColumnType::String);
    for (const char* name : {"Status", "Attempts", "Prompt", "Completion"})
        add(name, ColumnType::Long);
    return table;
}

void addRow(Table& table, const std::string& id, const std::string& feature, std::int64_t prompt,
            const std::string& source = "measured")
{
    const std::vector<std::string> texts = {id,     "billing", "gpt-4o", "east", "eastus",
                                            "shop", feature,   "prod",   "ann",  source};
    std::size_t column = 0;
    for (int i = 0; i < 2; ++i)
        table.column(column++).appendInteger(Midnight.sinceYearOne.count());
    for (const std::string& text : texts)
        table.column(column++).appendText(text);
    for (const std::int64_t number : {std::int64_t{200}, std::int64_t{2}, prompt, std::int64_t{5}})
        table.column(column++).appendInteger(number);
}

} // namespace

class TestCostRows : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aMissingColumnIsNamed_data();
    void aMissingColumnIsNamed();
    void rowsThatCannotBeBookedAreCountedAndNoOthersLost();
    void longTextsAreCutBetweenCharacters();
    void slicesCoverTheRangeOnceAndEndWithDays();
    void notesSurviveTheirFile();
    void aNewOwnerHoldsFromTodayOn();
};

void TestCostRows::aMissingColumnIsNamed_data()
{
    QTest::addColumn<QString>("name");
    const Table all = callsTable();
    for (std::size_t i = 0; i < all.columnCount(); ++i)
        QTest::newRow(all.column(i).name().c_str()) << QString::fromStdString(all.column(i).name());
}

void TestCostRows::aMissingColumnIsNamed()
{
    QFETCH(QString, name);
    const auto rows = costRowsFrom(callsTable(name.toStdString()));
    QVERIFY(!rows);
    QVERIFY(rows.error().kind == Error::Kind::Protocol);
    QVERIFY(rows.error().message.find(name.toStdString()) != std::string::npos);
}

void TestCostRows::rowsThatCannotBeBookedAreCountedAndNoOthersLost()
{
    Table table = callsTable();
    addRow(table, "a", "", 10);
    addRow(table, "", "", 10);
    addRow(table, "b", "", -10);
    addRow(table, "c", "", 10, "unknown");
    addRow(table, "d", "", 0, "a later word");
    const auto rows = costRowsFrom(table);
    QVERIFY(rows);
    QCOMPARE(rows->rows.size(), std::size_t{1});
    QCOMPARE(rows->rows.front().id, std::string("a"));
    QCOMPARE(rows->rows.front().tokens[0], std::int64_t{10});
    QCOMPARE(rows->rows.front().tokens[2], std::int64_t{5});
    QCOMPARE(rows->rows.front().attempts, 2);
    QCOMPARE(rows->unusable, std::int64_t{4});
}

void TestCostRows::longTextsAreCutBetweenCharacters()
{
    Table table = callsTable();
    std::string text(511, 'x');
    addRow(table, "a", text + "é", 10); // its second byte would be the 513th
    const auto rows = costRowsFrom(table);
    QVERIFY(rows);
    QCOMPARE(rows->rows.front().feature, text);
}

void TestCostRows::slicesCoverTheRangeOnceAndEndWithDays()
{
    const auto seed = qEnvironmentVariableIsSet("SEED") ? qEnvironmentVariableIntValue("SEED") : 7;
    qInfo("SEED=%d", seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    for (int round = 0; round < 2'000; ++round) {
        const std::int64_t most = 1 + static_cast<std::int64_t>(random() % 50);
        const TimeRange range{Midnight + Ticks(hours(random() % 30)),
                              Midnight + Ticks(hours(31 + random() % 200))};
        std::map<DateTime, std::int64_t> counts;
        std::int64_t calls = 0;
        for (Ticks hour{0}; Midnight + hour < range.end; hour += hours(1)) {
            if (Midnight + hour < range.start || random() % 4 == 0)
                continue;
            counts[Midnight + hour] = static_cast<std::int64_t>(random() % 40);
            calls += counts[Midnight + hour];
        }
        const auto slices = costSlices(counts, range, most);
        QVERIFY(!slices.empty());
        QVERIFY(slices.back().endsDay);
        QVERIFY(slices.back().range.end == range.end);
        DateTime last = range.start;
        for (const CostSlice& slice : slices) {
            QVERIFY(slice.range.start >= last);
            QVERIFY(slice.range.end > slice.range.start);
            last = slice.range.end;
            const bool atMidnight = (slice.range.end - Midnight).count() % Ticks(hours(24)).count() == 0;
            QVERIFY(!slice.endsDay || atMidnight || slice.range.end == range.end);
        }
        for (const auto& [hour, count] : counts) {
            const auto holds =
                std::count_if(slices.begin(), slices.end(), [at = hour](const CostSlice& slice) {
                    return slice.range.start <= at && at < slice.range.end;
                });
            QCOMPARE(holds, 1);
        }
    }
}

void TestCostRows::notesSurviveTheirFile()
{
    CostNotes notes;
    notes.readFrom = Midnight;
    notes.readTo = Midnight + Ticks(12'345);
    notes.budgets.push_back({cost::BudgetScope::Team, "commerce \"x\"", 1'500'000'000'001,
                             *cost::Currency::parse("USD"), *cost::parseMonth("2026-06"),
                             cost::parseMonth("2027-01")});
    notes.snoozes.push_back({"billing", Midnight});
    gateway::ServiceDirectory directory;
    directory.set({"Billing", "shop", "", "prod", "ann", "CC-1", ""});
    QVERIFY(notes.learn(directory, {{"billing", "Billing service"}}, *cost::parseDay("2026-06-10")));
    const auto read = CostNotes::fromJson(notes.toJson());
    QVERIFY(read);
    QCOMPARE(read->toJson(), notes.toJson());
    QVERIFY(read->budgets == notes.budgets);
    QVERIFY(read->snoozes == notes.snoozes);
    QVERIFY(read->terms == notes.terms);
    QVERIFY(read->readTo == notes.readTo);
    for (const char* bad : {"", "[]", "{}", R"({"version":2})", R"({"version":1,"budgets":[{}]})",
                            R"({"version":1,"services":{"a":[["2026-13-01"]]}})"})
        QVERIFY2(!CostNotes::fromJson(bad), bad);
}

void TestCostRows::aNewOwnerHoldsFromTodayOn()
{
    CostNotes notes;
    gateway::ServiceDirectory directory;
    directory.set({"billing", "", "", "", "ann", "", ""});
    const cost::Day first = *cost::parseDay("2026-06-10");
    QVERIFY(notes.learn(directory, {}, first));
    QVERIFY(!notes.learn(directory, {}, first + std::chrono::days{1}));
    directory.set({"billing", "", "", "", "ben", "", ""});
    QVERIFY(notes.learn(directory, {}, first + std::chrono::days{5}));
    directory.set({"billing", "", "", "", "cyd", "", ""}); // a slip, mended on the same day
    QVERIFY(notes.learn(directory, {}, first + std::chrono::days{5}));
    const cost::ServiceFacts facts = notes.facts();
    QCOMPARE(facts.find("BILLING", first - std::chrono::days{100})->owner, std::string("ann"));
    QCOMPARE(facts.find("billing", first + std::chrono::days{4})->owner, std::string("ann"));
    QCOMPARE(facts.find("billing", first + std::chrono::days{5})->owner, std::string("cyd"));
    QCOMPARE(facts.all("billing")->size(), std::size_t{2});
}

GATEHOUSE_TEST_MAIN(TestCostRows)
#include "tst_costrows.moc"
