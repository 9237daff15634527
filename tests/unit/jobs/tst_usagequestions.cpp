// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/usagequestions.h"
#include "tests/support/testmain.h"
#include "tests/unit/jobs/scriptedworkspace.h"

#include <algorithm>

using namespace gatehouse;
using namespace gatehouse::test;
using jobs::UsageQuestions;
using usage::Dimension;
using ReportResult = Result<std::shared_ptr<const usage::Report>>;

namespace {

const DateTime Noon = DateTime::fromCivil(2026, 6, 1) + Ticks(std::chrono::hours(12));
const TimeRange Hour{Noon - Ticks(std::chrono::hours(1)), Noon};

class Names final : public jobs::ServiceDirectory
{
public:
    QFuture<Result<usage::ServiceNames>> serviceNames(std::stop_token) override
    {
        return QtFuture::makeReadyFuture(names);
    }
    Result<usage::ServiceNames> names = usage::ServiceNames{{"billing", "Billing bot"}};
};

Table figures(bool withKey)
{
    Table table("PrimaryResult");
    if (withKey)
        table.addColumn("Key", ColumnType::String).appendText("billing");
    table.addColumn("Period", ColumnType::String).appendText("now");
    std::int64_t value = 10;
    for (const char* name : {"Requests", "Failed", "Throttled", "PromptTokens", "CompletionTokens",
                             "TotalTokens", "EstimatedTokens", "UnknownUsage", "P95Ms"})
        table.addColumn(name, ColumnType::Long).appendInteger(value++);
    return table;
}

Table overTime()
{
    Table table("PrimaryResult");
    table.addColumn("Key", ColumnType::String).appendText("billing");
    table.addColumn("Bucket", ColumnType::DateTime).appendInteger(Hour.start.sinceYearOne.count());
    for (const char* name : {"Requests", "TotalTokens", "EstimatedTokens", "UnknownUsage"})
        table.addColumn(name, ColumnType::Long).appendInteger(7);
    return table;
}

Table extent()
{
    Table table("PrimaryResult");
    table.addColumn("FirstSeen", ColumnType::DateTime).appendInteger(Hour.start.sinceYearOne.count());
    table.addColumn("LastSeen", ColumnType::DateTime).appendInteger(Hour.end.sinceYearOne.count());
    return table;
}

bool asks(const jobs::Ask& ask, const char* text)
{
    return ask.kql.find(text) != std::string::npos;
}

Result<QueryAnswerPtr> answerTo(const jobs::Ask& ask)
{
    if (asks(ask, "by Key, Period"))
        return answerOf(figures(true));
    if (asks(ask, "by Period"))
        return answerOf(figures(false));
    if (asks(ask, "Bucket = bin"))
        return answerOf(overTime());
    return answerOf(extent());
}

} // namespace

class TestUsageQuestions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fourQueriesMakeAReport();
    void bothPeriodsAreAskedAndTheSeriesOnlyForTheRange();
    void filtersTravelAsLists_data();
    void filtersTravelAsLists();
    void namesThatCannotBeReadLeaveIds();
    void partialAnswerIsSaid();
    void withoutLlmLogUsageIsUnknown();
    void withoutGatewayLogTheRemedyIsNamed();
    void otherErrorsPass();
    void stoppedCallEndsAsCancelled();
    void twoRefreshesKeepTheirOwnAnswers();
};

void TestUsageQuestions::fourQueriesMakeAReport()
{
    ScriptedWorkspace workspace(answerTo);
    Names names;
    UsageQuestions questions(workspace, names);
    auto future = questions.report(Dimension::Service, Hour, {}, {});
    QVERIFY(finished(future));
    const ReportResult report = future.result();
    QVERIFY(report);
    QCOMPARE(workspace.asks.size(), std::size_t(4));
    QCOMPARE((*report)->queries.size(), std::size_t(4));
    QCOMPARE((*report)->rows.size(), std::size_t(1));
    QCOMPARE((*report)->rows[0].label, std::string("Billing bot"));
    QCOMPARE((*report)->totals.requests, std::int64_t(10));
    QCOMPARE((*report)->totals.p95Ms, std::optional(18.0));
    QCOMPARE((*report)->tokens.series.at(0).values.at(0), 7.0);
    QVERIFY(!(*report)->partial);
}

void TestUsageQuestions::bothPeriodsAreAskedAndTheSeriesOnlyForTheRange()
{
    ScriptedWorkspace workspace(answerTo);
    Names names;
    UsageQuestions questions(workspace, names);
    QVERIFY(finished(questions.report(Dimension::Model, Hour, {}, {})));
    for (const jobs::Ask& ask : workspace.asks) {
        QVERIFY(ask.timespan);
        QVERIFY(ask.timespan->start == Noon - Ticks(std::chrono::hours(2)));
        QVERIFY(ask.timespan->end == Noon);
        QVERIFY(asks(ask, "let rangeEnd = datetime(2026-06-01T12:00:00Z);"));
        const bool series = asks(ask, "Bucket = bin");
        QVERIFY(asks(ask, series ? "let scanStart = datetime(2026-06-01T11:00:00Z);"
                                 : "let scanStart = datetime(2026-06-01T10:00:00Z);"));
        if (series)
            QVERIFY(asks(ask, "let bucket = timespan(00:01:00);"));
        if (!asks(ask, "FirstSeen"))
            QVERIFY(asks(ask, "let splitBy = \"model\";"));
    }
}

void TestUsageQuestions::filtersTravelAsLists_data()
{
    QTest::addColumn<QByteArrayList>("keys");
    QTest::addColumn<QString>("prelude");
    QTest::newRow("none") << QByteArrayList() << "let allModels = true;\nlet models = dynamic([]);\n";
    QTest::newRow("one") << QByteArrayList{"gpt-4o"}
                         << "let allModels = false;\nlet models = dynamic([\"gpt-4o\"]);\n";
    QTest::newRow("the same twice") << QByteArrayList{"gpt-4o", "gpt-4o"}
                                    << "let allModels = false;\nlet models = dynamic([\"gpt-4o\"]);\n";
    // Joined by "and": no row is of two models.
    QTest::newRow("two") << QByteArrayList{"gpt-4o", "gpt-4o-mini"}
                         << "let allModels = false;\nlet models = dynamic([]);\n";
    QTest::newRow("three") << QByteArrayList{"a", "b", "a"}
                           << "let allModels = false;\nlet models = dynamic([]);\n";
    QTest::newRow("empty key") << QByteArrayList{""}
                               << "let allModels = false;\nlet models = dynamic([\"\"]);\n";
}

void TestUsageQuestions::filtersTravelAsLists()
{
    QFETCH(QByteArrayList, keys);
    QFETCH(QString, prelude);
    ScriptedWorkspace workspace(answerTo);
    Names names;
    UsageQuestions questions(workspace, names);
    std::vector<usage::Filter> filters;
    for (const QByteArray& key : keys)
        filters.push_back({Dimension::Model, key.toStdString()});
    QVERIFY(finished(questions.report(Dimension::Service, Hour, filters, {})));
    for (const jobs::Ask& ask : workspace.asks) {
        if (!asks(ask, "FirstSeen")) {
            QVERIFY2(asks(ask, qPrintable(prelude)), ask.kql.c_str());
            QVERIFY(asks(ask, "let allServices = true;"));
        }
    }
}

void TestUsageQuestions::namesThatCannotBeReadLeaveIds()
{
    ScriptedWorkspace workspace(answerTo);
    Names names;
    names.names = fail(Error::Kind::Denied, "You may not read the subscriptions.");
    UsageQuestions questions(workspace, names);
    auto future = questions.report(Dimension::Service, Hour, {}, {});
    QVERIFY(finished(future));
    QVERIFY(future.result());
    QCOMPARE((*future.result())->rows.at(0).label, std::string("billing"));
}

void TestUsageQuestions::partialAnswerIsSaid()
{
    ScriptedWorkspace workspace([](const jobs::Ask& ask) -> Result<QueryAnswerPtr> {
        auto answer = std::make_shared<QueryAnswer>(**answerTo(ask));
        if (asks(ask, "Bucket = bin")) {
            answer->partial = Error();
            answer->partial->message = "The result is too large.";
            answer->age = std::chrono::seconds(40);
        }
        return answer;
    });
    Names names;
    UsageQuestions questions(workspace, names);
    auto future = questions.report(Dimension::Service, Hour, {}, {});
    QVERIFY(finished(future));
    const ReportResult report = future.result();
    QVERIFY(report);
    QVERIFY((*report)->partial);
    QCOMPARE((*report)->partialReason, std::string("The result is too large."));
    QCOMPARE((*report)->age.count(), 40);
}

void TestUsageQuestions::withoutLlmLogUsageIsUnknown()
{
    ScriptedWorkspace workspace([](const jobs::Ask& ask) -> Result<QueryAnswerPtr> {
        if (asks(ask, "ApiManagementGatewayLlmLog\n"))
            return fail(missingTable("ApiManagementGatewayLlmLog"));
        return answerTo(ask);
    });
    Names names;
    UsageQuestions questions(workspace, names);
    auto future = questions.report(Dimension::Service, Hour, {}, {});
    QVERIFY(finished(future));
    QVERIFY(future.result());
    QCOMPARE(workspace.asks.size(), std::size_t(8));
    QVERIFY(asks(workspace.asks.back(), "FirstSeen"));
    QVERIFY(asks(workspace.asks[4], "iff(Failed, 'none', 'unknown')"));
}

void TestUsageQuestions::withoutGatewayLogTheRemedyIsNamed()
{
    ScriptedWorkspace workspace([](const jobs::Ask&) -> Result<QueryAnswerPtr> {
        return fail(missingTable("ApiManagementGatewayLogs"));
    });
    Names names;
    UsageQuestions questions(workspace, names);
    auto future = questions.report(Dimension::Service, Hour, {}, {});
    QVERIFY(finished(future));
    const ReportResult report = future.result();
    QVERIFY(!report);
    QVERIFY(report.error().kind == Error::Kind::NotFound);
    QVERIFY(report.error().advice.find("diagnostic setting") != std::string::npos);
    QCOMPARE(report.error().serviceCode, std::string("SEM0100"));
    QCOMPARE(workspace.asks.size(), std::size_t(4));
}

void TestUsageQuestions::otherErrorsPass()
{
    ScriptedWorkspace workspace([](const jobs::Ask& ask) -> Result<QueryAnswerPtr> {
        if (asks(ask, "Bucket = bin"))
            return fail(Error::Kind::Throttled, "Too many queries.", "Wait a little.");
        return answerTo(ask);
    });
    Names names;
    UsageQuestions questions(workspace, names);
    auto future = questions.report(Dimension::Service, Hour, {}, {});
    QVERIFY(finished(future));
    QVERIFY(!future.result());
    QVERIFY(future.result().error().kind == Error::Kind::Throttled);
}

void TestUsageQuestions::stoppedCallEndsAsCancelled()
{
    ScriptedWorkspace workspace(answerTo);
    workspace.hold = true;
    Names names;
    UsageQuestions questions(workspace, names);
    std::stop_source stop;
    auto future = questions.report(Dimension::Service, Hour, {}, stop.get_token());
    QCOMPARE(workspace.inFlight(), 4);
    stop.request_stop();
    workspace.answerAll();
    QVERIFY(finished(future));
    QVERIFY(!future.result());
    QVERIFY(future.result().error().cancelled());
}

void TestUsageQuestions::twoRefreshesKeepTheirOwnAnswers()
{
    ScriptedWorkspace workspace(answerTo);
    Names names;
    UsageQuestions questions(workspace, names);
    workspace.hold = true;
    auto old = questions.report(Dimension::Service, Hour, {}, {});
    workspace.hold = false;
    auto held = questions.report(Dimension::Model, Hour, {}, {});
    QVERIFY(finished(held));
    QVERIFY(finished(old));
    QVERIFY((*held.result())->dimension == Dimension::Model);
    QVERIFY((*old.result())->dimension == Dimension::Service);
}

GATEHOUSE_TEST_MAIN(TestUsageQuestions)
#include "tst_usagequestions.moc"
