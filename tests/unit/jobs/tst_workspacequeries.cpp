// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/jobs/workspacequeries.h"
#include "tests/support/fakehttp.h"
#include "tests/support/faketokens.h"
#include "tests/support/futures.h"
#include "tests/support/manualclock.h"
#endif
#include "tests/support/testmain.h"

using namespace gatehouse;
using namespace gatehouse::jobs;
using namespace gatehouse::test;

namespace {

struct Rig
{
    Rig()
        : authorized(http, tokens, clock)
        , client(authorized, "https://logs.example", "logs/.default")
        , workspace(client, "aaaaaaaa-2222-3333-4444-555555555555")
    {
        QObject::connect(&workspace, &Workspace::inFlightChanged, &workspace,
                         [this](int queries) { most = std::max(most, queries); });
    }
    ManualClock clock;
    FakeHttp http;
    FakeTokens tokens;
    azure::AuthorizedClient authorized;
    azure::LogAnalyticsClient client;
    WorkspaceQueries workspace;
    int most = 0;
};

http::HttpResponse rows()
{
    return response(200, R"({"tables":[{"name":"P","columns":[{"name":"n","type":"long"}],"rows":[[1]]}]})");
}

Ask ask(const std::string& kql, bool fresh = false)
{
    return {kql, std::nullopt, fresh};
}

} // namespace

class TestWorkspaceQueries : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fiveAtATime();
    void equalQuestionsAreAskedOnce();
    void differentQuestionsAreNot();
    void theLatestWins();
    void aWaitingOneLeavesWithoutARequest();
    void goesWithQuestionsOpen();
};

void TestWorkspaceQueries::fiveAtATime()
{
    Rig rig;
    std::vector<QFuture<Result<QueryAnswerPtr>>> answers;
    for (int i = 0; i < 12; ++i)
        answers.push_back(rig.workspace.ask(ask("print " + std::to_string(i)), {}));
    QCOMPARE(rig.http.open.size(), 5U);
    QCOMPARE(rig.workspace.inFlight(), 5);
    for (int i = 0; i < 12; ++i) {
        QTRY_VERIFY(!rig.http.open.empty()); // the next one goes when an answer was decoded
        rig.http.answer(rows());
    }
    for (const auto& answer : answers)
        QVERIFY(await(answer).has_value());
    QTRY_COMPARE(rig.workspace.inFlight(), 0);
    QCOMPARE(rig.most, 5);
    for (std::size_t i = 0; i < 12; ++i)
        QVERIFY(rig.http.requests[i].body.find("\"print " + std::to_string(i) + "\"") != std::string::npos);
}

void TestWorkspaceQueries::equalQuestionsAreAskedOnce()
{
    Rig rig;
    const auto a = rig.workspace.ask(ask("T"), {});
    const auto b = rig.workspace.ask(ask("T"), {});
    QCOMPARE(rig.http.requests.size(), 1U);
    rig.http.answer(rows());
    QVERIFY(await(a).value() == await(b).value()); // the very same answer
}

void TestWorkspaceQueries::differentQuestionsAreNot()
{
    Rig rig;
    Ask timed = ask("T");
    timed.timespan = TimeRange{DateTime::fromCivil(2026, 6, 1), DateTime::fromCivil(2026, 6, 2)};
    const auto a = rig.workspace.ask(ask("T"), {});
    const auto b = rig.workspace.ask(ask("T", true), {});
    const auto c = rig.workspace.ask(timed, {});
    const auto d = rig.workspace.ask(ask("t"), {});
    QCOMPARE(rig.http.requests.size(), 4U);
}

void TestWorkspaceQueries::theLatestWins()
{
    Rig rig;
    std::stop_source page;
    const auto old = rig.workspace.ask(ask("T | take 1"), page.get_token());
    page.request_stop();
    page = {};
    const auto fresh = rig.workspace.ask(ask("T | take 2"), page.get_token());
    settleEvents();
    QVERIFY(old.result().error().cancelled());
    QVERIFY(rig.http.stops[0].stop_requested()); // the network call is told too
    QVERIFY(!rig.http.stops[1].stop_requested());
    rig.http.open.pop_front();
    rig.http.answer(rows());
    QVERIFY(await(fresh).has_value());
}

void TestWorkspaceQueries::aWaitingOneLeavesWithoutARequest()
{
    Rig rig;
    std::vector<QFuture<Result<QueryAnswerPtr>>> held;
    for (int i = 0; i < 5; ++i)
        held.push_back(rig.workspace.ask(ask(std::to_string(i)), {}));
    std::stop_source stop;
    const auto waiting = rig.workspace.ask(ask("later"), stop.get_token());
    stop.request_stop();
    settleEvents();
    QVERIFY(waiting.result().error().cancelled());
    while (!rig.http.open.empty())
        rig.http.answer(rows());
    for (const auto& one : held)
        QVERIFY(await(one).has_value());
    QCOMPARE(rig.http.requests.size(), 5U);
}

void TestWorkspaceQueries::goesWithQuestionsOpen()
{
    auto rig = std::make_unique<Rig>();
    std::vector<QFuture<Result<QueryAnswerPtr>>> open;
    for (int i = 0; i < 8; ++i)
        open.push_back(rig->workspace.ask(ask(std::to_string(i)), {}));
    rig.reset();
    for (const auto& one : open) {
        QVERIFY(one.isFinished());
        QVERIFY(one.result().error().cancelled());
    }
}

GATEHOUSE_TEST_MAIN(TestWorkspaceQueries)
#include "tst_workspacequeries.moc"
