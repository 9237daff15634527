// SPDX-License-Identifier: GPL-3.0-or-later
// The service that explains and replays, over a workspace that runs its real questions on the embedded log.
#include "core/jobs/explain/explainquestions.h"

#include "core/http/deferred.h"
#include "tests/support/testmain.h"
#include "tests/unit/jobs/scriptedworkspace.h"
#include "tests/unit/local/explainworld.h"

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;
using gatehouse::test::finished;
using gatehouse::test::ScriptedWorkspace;
using jobs::ExplainQuestions;

namespace {

class FixedSetups final : public jobs::SetupDirectory
{
public:
    QFuture<Result<jobs::SetupHistory>> history(std::stop_token) override
    {
        return http::settledFuture<jobs::SetupHistory>(is);
    }
    jobs::SetupHistory is;
};

struct Desk
{
    Desk()
        : workspace([this](const jobs::Ask& ask) { return answer(ask); })
        , questions({workspace, setups, h.clock, true})
    {
        setups.is.now = setupResources(*h.resources);
        setups.is.retryKnown = true;
    }

    Result<QueryAnswerPtr> answer(const jobs::Ask& ask) const
    {
        for (const std::string& table : missing) {
            if (ask.kql.find(table + "\n") != std::string::npos)
                return fail(gatehouse::test::missingTable(table));
        }
        kql::QueryOptions options;
        options.now = h.clock.now();
        options.timespan = ask.timespan;
        auto execution = kql::execute(ask.kql, *h.logs, options);
        if (!execution)
            return fail(execution.error());
        return std::make_shared<const QueryAnswer>(std::move(execution->answer));
    }

    std::string call(std::string_view deployment = "gpt-4o")
    {
        return headerOf(h.chat(ChatRequest, deployment), "x-ms-request-id");
    }

    Result<jobs::ExplainService::ExplanationPtr> told(const std::string& id)
    {
        auto future = questions.explain(id, {});
        return finished(future) ? future.result() : fail(Error::Kind::Timeout, "never");
    }
    Result<jobs::ExplainService::ReplayPtr> replayed(std::optional<gateway::ExplainSetup> draft,
                                                     std::stop_token stop = {})
    {
        auto future = questions.replay(
            std::move(draft), {h.clock.now() - Ticks(std::chrono::hours(24)), h.clock.now() + Ticks(1)},
            [this](const jobs::ReplayProgress& progress) { seen.push_back(progress); }, stop);
        return finished(future) ? future.result() : fail(Error::Kind::Timeout, "never");
    }

    GatewayHarness h;
    std::vector<std::string> missing;
    FixedSetups setups;
    ScriptedWorkspace workspace;
    ExplainQuestions questions;
    std::vector<jobs::ReplayProgress> seen;
};

} // namespace

class TestExplainQuestions : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aRequestIsToldWithItsAttempts()
    {
        Desk desk;
        for (int i = 0; i < 4; ++i)
            desk.call(); // so that the log shows a closed circuit
        desk.h.clock.advance(std::chrono::minutes(2));
        desk.h.east()->replies = {Reply::failing(500)};
        const std::string id = desk.call();
        const auto told = desk.told(id);
        QVERIFY2(told.has_value(), told ? "" : told.error().message.c_str());
        const gateway::Explanation& story = **told;
        QCOMPARE(story.correlationId, id);
        QCOMPARE(story.attempts.size(), std::size_t{2});
        QCOMPARE(story.attempts[0].backend, std::string("aoai-eastus"));
        QCOMPARE(story.attempts[0].status, 500);
        QCOMPARE(story.backend, std::string("aoai-westus"));
        QCOMPARE(story.attempts[1].candidates[0].sentence, std::string("The request had tried it already."));
        QVERIFY(story.attempts[1].candidates[2].reason == gateway::NotTaken::LowerPriority);
        QVERIFY(story.everyAttempt);
    }

    void anUnknownIdIsNotFound()
    {
        Desk desk;
        desk.call();
        const auto told = desk.told("no-such-request");
        QVERIFY(!told && told.error().kind == Error::Kind::NotFound);
        QVERIFY(told.error().message.find("no-such-request") != std::string::npos);
        QVERIFY(!desk.told("") && desk.told("").error().kind == Error::Kind::InvalidInput);
        // Whatever an id holds, it stays one literal.
        QCOMPARE(desk.told("x' or true //").error().kind == Error::Kind::NotFound, true);
    }

    void withoutAttemptRowsTheFinalAttemptIsToldAlone()
    {
        Desk desk;
        desk.h.east()->replies = {Reply::failing(500)};
        const std::string id = desk.call();
        desk.missing = {"AppDependencies", "ApiManagementGatewayLlmLog"};
        const auto told = desk.told(id);
        QVERIFY2(told.has_value(), told ? "" : told.error().message.c_str());
        QVERIFY(!(*told)->everyAttempt);
        QCOMPARE((*told)->attempts.size(), std::size_t{1});
        QCOMPARE((*told)->attempts[0].backend, std::string("aoai-westus"));
        QVERIFY((*told)->attempts[0].candidates[0].reason == gateway::NotTaken::Unknown);
        const auto replay = desk.replayed({});
        QVERIFY(replay.has_value());
        QVERIFY((*replay)->finalAttemptsOnly);
    }

    void eachRequestIsToldByTheSetupOfItsTime()
    {
        Desk desk;
        const std::string before = desk.call();
        const Json old = desk.h.resources->get(apimResourceId() + "/backends/aoai-pool")->properties();
        desk.h.clock.advance(std::chrono::minutes(5));
        jobs::JournalEntry entry;
        entry.at = desk.h.clock.now();
        entry.name = "Anna Ek";
        entry.steps = {
            {apimResourceId() + "/backends/aoai-pool", "pool", old, {}, jobs::JournalStep::Outcome::Done}};
        putPool(desk.h, {"aoai-pool", {{"aoai-westeurope", 1, 1}}});
        desk.setups.is.now = setupResources(*desk.h.resources);
        desk.setups.is.changes = {entry};
        desk.h.clock.advance(std::chrono::minutes(5));
        const std::string after = desk.call();
        QCOMPARE((*desk.told(before))->attempts.at(0).candidates.size(), std::size_t{3});
        QVERIFY((*desk.told(before))->attempts.at(0).candidates.at(2).reason ==
                gateway::NotTaken::LowerPriority);
        const auto told = desk.told(after);
        QCOMPARE((*told)->backend, std::string("aoai-westeurope"));
        QVERIFY((*told)->remarks.back().sentence.find("Anna Ek") != std::string::npos);
        const auto replay = desk.replayed({});
        QCOMPARE((*replay)->replay.same, std::int64_t{2});
        QCOMPARE((*replay)->replay.moved, std::int64_t{0});
    }

    void aDraftIsReplayedWithProgressAndCanBeStopped()
    {
        Desk desk;
        for (int i = 0; i < 20; ++i)
            desk.call();
        auto now = desk.questions.setup({});
        QVERIFY(finished(now) && now.result());
        gateway::ExplainSetup draft = now.result()->setup;
        draft.routing.plan.defaultPool = "aoai-westus";
        const auto replay = desk.replayed(draft);
        QVERIFY2(replay.has_value(), replay ? "" : replay.error().message.c_str());
        QCOMPARE((*replay)->replay.moved, std::int64_t{20});
        QCOMPARE(desk.seen.back().fraction, 1.0);
        QCOMPARE(desk.seen.back().requests, std::int64_t{20});
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = desk.replayed(draft, stop.get_token());
        QVERIFY(!stopped && stopped.error().cancelled());
    }

    void aHypotheticalRequestIsAsked()
    {
        Desk desk;
        gateway::RequestFacts facts;
        for (auto& text : facts.texts)
            text = "";
        facts.of(gateway::RoutingField::Model) = "gpt-4o";
        auto future = desk.questions.hypothetical(facts, {});
        QVERIFY(finished(future) && future.result());
        QCOMPARE((*future.result())->backend, std::string("aoai-eastus"));
    }

    void slicesStayUnderTheLimitsOfTheService()
    {
        const DateTime start = DateTime::fromCivil(2026, 6, 1);
        const Ticks hour = std::chrono::hours(1);
        const TimeRange range{start, start + hour * 10};
        const auto slices = jobs::slicesOf(
            {{start, 40}, {start + hour, 50}, {start + hour * 3, 60}, {start + hour * 5, 250}}, range, 100);
        QCOMPARE(slices.size(), std::size_t{5});
        QVERIFY(slices[0] == (TimeRange{start, start + hour * 2}));
        QVERIFY(slices[1] == (TimeRange{start + hour * 3, start + hour * 4}));
        QVERIFY(slices[2].start == start + hour * 5 && slices[4].end == start + hour * 6);
        QVERIFY(slices[2].end == slices[3].start && slices[3].end == slices[4].start);
    }
};

GATEHOUSE_TEST_MAIN(TestExplainQuestions)
#include "tst_explainquestions.moc"
