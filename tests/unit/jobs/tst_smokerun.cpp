// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/jobs/smokerun.h"
#include "tests/support/futures.h"
#include "tests/support/manualclock.h"
#include "tests/support/manualscheduler.h"
#include "tests/unit/jobs/fakeask.h"
#endif

using namespace gatehouse;
using namespace gatehouse::rag::smoke;
using gatehouse::test::FakeAsk;

namespace {

/// The member that the task names answers, from page 4, as the gateway's test rules have it.
FakeAsk::Script byTheMember(const rag::Question& question)
{
    FakeAsk::Script script;
    script.grounding.emplace();
    rag::Passage passage;
    passage.id = "p1";
    passage.documentId = "d1";
    passage.documentName = "handbook.pdf";
    passage.page = 4;
    script.grounding->passages = {passage};
    script.deltas = {QStringLiteral("three "), QStringLiteral("months [1]")};
    script.facts.grounded = true;
    script.facts.citations = {{1, "p1"}};
    script.facts.backend =
        question.task.empty() ? "somebody" : question.task.substr(question.task.find(':') + 1);
    script.facts.total = std::chrono::milliseconds(10);
    return script;
}

Result<rag::Document> taken(const QString& path)
{
    rag::Document document;
    document.id = "id of " + path.toStdString();
    return document;
}

Suite suiteOf(const std::string& rest, int cases = 2)
{
    std::string text = rest + "\ncases:\n";
    for (int i = 0; i < cases; ++i)
        text += "  - {question: q" + std::to_string(i) + ", expect: [contains: three months]}\n";
    const auto suite = readSuite(text, "S");
    if (!suite)
        qFatal("%s", suite.error().message.c_str());
    return *suite;
}

/// A run and what it said.
struct Bench
{
    explicit Bench(jobs::SmokePlan plan)
        : clock(DateTime::fromCivil(2026, 6, 1))
        , scheduler(clock)
    {
        ask.answer = byTheMember;
        ask.take = taken;
        run = std::make_unique<jobs::SmokeRun>(ask, clock, std::move(plan), &scheduler);
        QObject::connect(run.get(), &jobs::SmokeRun::finished, run.get(),
                         [this](const Run& result, const std::optional<Error>& problem) {
                             ++finished;
                             outcome = result;
                             error = problem;
                         });
        QObject::connect(run.get(), &jobs::SmokeRun::progress, run.get(), [this](int judged, int) {
            QCOMPARE(judged, last + 1);
            last = judged;
        });
    }
    void wait()
    {
        QVERIFY(QTest::qWaitFor([this] { return finished > 0; }, 20'000));
    }
    void runAll()
    {
        run->start();
        QCOMPARE(finished, 0); // nothing is said before a call returns
        wait();
    }

    test::ManualClock clock;
    test::ManualScheduler scheduler;
    FakeAsk ask;
    std::unique_ptr<jobs::SmokeRun> run;
    Run outcome;
    std::optional<Error> error;
    int finished = 0;
    int last = 0;
};

Error errorOf(Error::Kind kind, const std::string& message)
{
    return fail(kind, message).value();
}

} // namespace

/// A suite is run over a backend: who is asked what, at most how many at a time, and what comes of trouble.
class TestSmokeRun : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyCaseIsAskedOfEveryMemberInOrder();
    void everyQuestionIsMarkedAsTestTraffic();
    void documentsAreUploadedOnceBeforeTheFirstQuestion();
    void aBackendThatNamesNoDocumentsIsAskedAboutAll();
    void withoutMembersTheGatewayChooses();
    void atMostThreeQuestionsAreOpen_data();
    void atMostThreeQuestionsAreOpen();
    void anotherMembersAnswerIsUnknown();
    void anErrorIsTheCasesAlone();
    void aDocumentThatIsNotTakenEndsTheRun();
    void aBackendThatAsksToWaitIsWaitedFor();
    void aBackendThatAsksForEverIsGivenUp();
    void anEndlessAnswerIsStopped();
    void cancellingStopsEverything_data();
    void cancellingStopsEverything();
    void deletingItLeavesNothingBehind();
    void tooManyQuestionsAreRefused();
};

void TestSmokeRun::everyCaseIsAskedOfEveryMemberInOrder()
{
    Bench bench({suiteOf("repeat: 2"), {}, {"east", "west"}, "this computer"});
    QCOMPARE(bench.run->total(), 8);
    bench.runAll();
    QVERIFY(!bench.error);
    QCOMPARE(bench.last, 8);
    std::string order;
    for (const CaseResult& result : bench.outcome.results) {
        QVERIFY(result.outcome == Outcome::Passed);
        QCOMPARE(result.answer, std::string("three months [1]"));
        QCOMPARE(result.cited.at(0).page.value_or(0), 4);
        order += result.name + result.backend.front() + std::to_string(result.round) + " ";
    }
    QCOMPARE(order, std::string("q0e1 q0e2 q0w1 q0w2 q1e1 q1e2 q1w1 q1w2 "));
    QCOMPARE(bench.outcome.suite, std::string("S"));
    QCOMPARE(bench.outcome.profile, std::string("this computer"));
    QVERIFY(bench.outcome.at == DateTime::fromCivil(2026, 6, 1));
    QVERIFY(answersAsPrimary(compareWithPrimary(bench.outcome), "west") == MemberComparison::Answer::Same);
    QCOMPARE(bench.finished, 1);
}

void TestSmokeRun::everyQuestionIsMarkedAsTestTraffic()
{
    Bench bench({suiteOf("deployment: gpt-4o-mini"), {}, {"east", "west"}, ""});
    bench.runAll();
    for (const rag::Question& question : bench.ask.questions) {
        QCOMPARE(question.feature, std::string(rag::SmokeFeature));
        QCOMPARE(question.deployment, std::string("gpt-4o-mini"));
        QVERIFY(question.history.empty());
        QVERIFY(question.task == "gatehouse-test:east" || question.task == "gatehouse-test:west");
    }
}

void TestSmokeRun::documentsAreUploadedOnceBeforeTheFirstQuestion()
{
    Bench bench({suiteOf(""), {"/d/a.pdf", "/d/b.txt", "/d/copy.txt"}, {"east", "west"}, ""});
    bench.ask.take = [](const QString& path) {
        rag::Document document;
        document.id = path.endsWith(QStringLiteral(".txt")) ? "txt" : "pdf"; // the copy is the same bytes
        return Result<rag::Document>(document);
    };
    bench.ask.answer = [&bench](const rag::Question& question) {
        if (bench.ask.uploads.size() != 3)
            qFatal("asked too early");
        return byTheMember(question);
    };
    bench.runAll();
    QCOMPARE(bench.ask.uploads.size(), 3);
    for (const rag::Question& question : bench.ask.questions)
        QCOMPARE(question.documents, (std::vector<std::string>{"pdf", "txt"}));
}

void TestSmokeRun::aBackendThatNamesNoDocumentsIsAskedAboutAll()
{
    Bench bench({suiteOf(""), {"/d/a.pdf", "/d/b.txt"}, {}, ""});
    bench.ask.take = [](const QString& path) {
        rag::Document document;
        document.id = path.endsWith(QStringLiteral(".txt")) ? "txt" : "";
        return Result<rag::Document>(document);
    };
    bench.runAll();
    QVERIFY(bench.ask.questions.at(0).documents.empty());
}

void TestSmokeRun::withoutMembersTheGatewayChooses()
{
    Bench bench({suiteOf(""), {}, {}, ""});
    bench.runAll();
    QVERIFY(bench.ask.questions.at(0).task.empty());
    QCOMPARE(bench.outcome.backends, std::vector<std::string>{""});
    QVERIFY(bench.outcome.results.at(0).outcome == Outcome::Passed);
    QCOMPARE(bench.outcome.results.at(0).answeredBy, std::string("somebody"));
    QVERIFY(compareWithPrimary(bench.outcome).empty());
}

void TestSmokeRun::atMostThreeQuestionsAreOpen_data()
{
    QTest::addColumn<QString>("suite");
    QTest::addColumn<int>("most");
    QTest::newRow("by itself") << "" << 3;
    QTest::newRow("two") << "maxParallel: 2" << 2;
    QTest::newRow("one") << "maxParallel: 1" << 1;
}

void TestSmokeRun::atMostThreeQuestionsAreOpen()
{
    QFETCH(QString, suite);
    QFETCH(int, most);
    Bench bench({suiteOf(suite.toStdString(), 10), {}, {"east"}, ""});
    bench.ask.hold = true;
    bench.run->start();
    QCOMPARE(bench.ask.open, most);
    bench.ask.release();
    bench.wait();
    QCOMPARE(bench.ask.mostOpen, most);
    QCOMPARE(bench.outcome.results.size(), 10U);
    QCOMPARE(bench.ask.open, 0);
}

void TestSmokeRun::anotherMembersAnswerIsUnknown()
{
    Bench bench({suiteOf(""), {}, {"east", "west"}, ""});
    bench.ask.answer = [](const rag::Question& question) {
        FakeAsk::Script script = byTheMember(question);
        script.facts.backend = "east"; // no rule knows the task
        return script;
    };
    bench.runAll();
    for (const CaseResult& result : bench.outcome.results) {
        QVERIFY(result.outcome == (result.backend == "east" ? Outcome::Passed : Outcome::Unknown));
        if (result.backend == "west")
            QVERIFY2(result.why.starts_with(
                         "Answered by east. A routing rule for task gatehouse-test:west is needed"),
                     result.why.c_str());
    }
}

void TestSmokeRun::anErrorIsTheCasesAlone()
{
    Bench bench({suiteOf("", 3), {}, {"east"}, ""});
    bench.ask.answer = [](const rag::Question& question) {
        FakeAsk::Script script = byTheMember(question);
        if (question.text == "q1") {
            script.error = errorOf(Error::Kind::Unavailable, "The model failed\nhere.");
            script.deltas = {QStringLiteral("three mon")}; // cut on the way
        }
        return script;
    };
    bench.runAll();
    QVERIFY(!bench.error);
    QVERIFY(bench.outcome.results.at(0).outcome == Outcome::Passed);
    QVERIFY(bench.outcome.results.at(2).outcome == Outcome::Passed);
    const CaseResult& result = bench.outcome.results.at(1);
    QVERIFY(result.outcome == Outcome::Broken);
    QCOMPARE(result.why, std::string("The model failed here."));
    QVERIFY(result.error->kind == Error::Kind::Unavailable);
    QVERIFY(result.checks.empty()); // half an answer is not judged
}

void TestSmokeRun::aDocumentThatIsNotTakenEndsTheRun()
{
    Bench bench({suiteOf(""), {"/d/a.pdf", "/d/locked.pdf"}, {"east"}, ""});
    bench.ask.take = [](const QString& path) {
        if (!path.contains(QStringLiteral("locked")))
            return taken(path);
        Error error = errorOf(Error::Kind::InvalidInput, "It is encrypted.");
        error.serviceCode = "EncryptedDocument";
        return Result<rag::Document>(fail(error));
    };
    bench.runAll();
    QVERIFY(bench.error.has_value());
    QCOMPARE(bench.error->message, std::string("The document “locked.pdf” was not taken: It is encrypted."));
    QCOMPARE(bench.error->serviceCode, std::string("EncryptedDocument"));
    QVERIFY(bench.ask.questions.empty());
}

void TestSmokeRun::aBackendThatAsksToWaitIsWaitedFor()
{
    Bench bench({suiteOf("", 4), {}, {"east"}, ""});
    bool busy = true;
    bench.ask.answer = [&busy](const rag::Question& question) {
        FakeAsk::Script script = byTheMember(question);
        if (busy) {
            script.error = errorOf(Error::Kind::Throttled, "Too many.");
            script.error->retryAfter = std::chrono::milliseconds(7'000);
        }
        return script;
    };
    bench.run->start();
    QVERIFY(QTest::qWaitFor([&] { return bench.scheduler.pending() == 1 && bench.ask.open == 0; }, 10'000));
    QCOMPARE(bench.scheduler.untilNext().count(), 7'000);
    QCOMPARE(bench.ask.questions.size(), 3U);
    busy = false;
    bench.scheduler.advance(std::chrono::milliseconds(6'999));
    test::settleEvents();
    QCOMPARE(bench.ask.questions.size(), 3U);
    bench.scheduler.advance(std::chrono::milliseconds(1));
    bench.wait();
    QCOMPARE(tally(bench.outcome.results).passed, 4);
    QCOMPARE(bench.ask.questions.size(), 7U);
}

void TestSmokeRun::aBackendThatAsksForEverIsGivenUp()
{
    Bench bench({suiteOf("", 1), {}, {"east"}, ""});
    bench.ask.answer = [](const rag::Question& question) {
        FakeAsk::Script script = byTheMember(question);
        script.error = errorOf(Error::Kind::Throttled, "Too many.");
        script.error->retryAfter = std::chrono::hours(24);
        return script;
    };
    bench.run->start();
    while (bench.finished == 0) {
        QVERIFY(QTest::qWaitFor([&] { return bench.finished > 0 || bench.scheduler.pending() > 0; }, 10'000));
        QVERIFY(bench.scheduler.untilNext().count() <= 60'000);
        bench.scheduler.advanceToNext();
    }
    QVERIFY(bench.outcome.results.at(0).outcome == Outcome::Broken);
    QVERIFY(bench.ask.questions.size() < 10);
}

void TestSmokeRun::anEndlessAnswerIsStopped()
{
    Bench bench({suiteOf("", 1), {}, {"east"}, ""});
    bench.ask.answer = [](const rag::Question& question) {
        FakeAsk::Script script = byTheMember(question);
        script.deltas.clear();
        for (int i = 0; i < 40; ++i)
            script.deltas.append(QString(10'000, u'x'));
        return script;
    };
    bench.runAll();
    QCOMPARE(bench.ask.stopped, 1);
    QVERIFY(bench.outcome.results.at(0).outcome == Outcome::Broken);
    QVERIFY(bench.outcome.results.at(0).why.find("longer than 256 KB") != std::string::npos);
    QCOMPARE(bench.outcome.results.at(0).answer.size(), CaseResult::MaxAnswer);
}

void TestSmokeRun::cancellingStopsEverything_data()
{
    QTest::addColumn<int>("documents");
    QTest::addColumn<bool>("throttled");
    QTest::newRow("while it uploads") << 1 << false;
    QTest::newRow("while it asks") << 0 << false;
    QTest::newRow("while it waits") << 0 << true;
}

void TestSmokeRun::cancellingStopsEverything()
{
    QFETCH(int, documents);
    QFETCH(bool, throttled);
    std::vector<std::string> paths(static_cast<std::size_t>(documents), "/d/a.pdf");
    Bench bench({suiteOf("", 6), paths, {"east"}, ""});
    bench.ask.answer = [throttled](const rag::Question& question) {
        FakeAsk::Script script = byTheMember(question);
        if (throttled)
            script.error = errorOf(Error::Kind::Throttled, "Too many.");
        return script;
    };
    bench.ask.hold = !throttled;
    bench.run->start();
    if (throttled)
        QVERIFY(QTest::qWaitFor([&] { return bench.scheduler.pending() > 0; }, 10'000));
    bench.run->cancel();
    bench.run->cancel();
    QCOMPARE(bench.finished, 0);
    bench.wait();
    QVERIFY(bench.error && bench.error->cancelled());
    QVERIFY(bench.outcome.results.empty());
    bench.ask.release();
    test::settleEvents();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    QCOMPARE(bench.ask.open, 0);
    QCOMPARE(bench.scheduler.pending(), 0U);
    QCOMPARE(bench.finished, 1);
    QVERIFY(bench.ask.questions.size() <= 3);
}

void TestSmokeRun::deletingItLeavesNothingBehind()
{
    Bench bench({suiteOf("", 6), {}, {"east"}, ""});
    bench.ask.hold = true;
    bench.run->start();
    QCOMPARE(bench.ask.open, 3);
    bench.run.reset();
    QCOMPARE(bench.ask.open, 0);
    bench.ask.release();
    test::settleEvents();
    QCOMPARE(bench.finished, 0);
}

void TestSmokeRun::tooManyQuestionsAreRefused()
{
    std::vector<std::string> members;
    for (int i = 0; i < 11; ++i)
        members.push_back("m" + std::to_string(i));
    Bench bench({suiteOf("", 200), {}, members, ""});
    bench.runAll();
    QVERIFY(bench.error && bench.error->kind == Error::Kind::InvalidInput);
    QVERIFY(bench.ask.questions.empty());
}

GATEHOUSE_TEST_MAIN(TestSmokeRun)
#include "tst_smokerun.moc"
