// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/askrig.h"
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/fakes/samplerouting.h"
#include "ui/pages/ask/comparepresenter.h"

using namespace gatehouse;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;
using test::errorOf;
using Rig = test::AskRig;

/// What Ask knows and does, over a document service under control.
class TestAskPresenter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aProfileWithoutAServiceIsNoError()
    {
        Rig rig;
        rig.services.ask = nullptr;
        rig.open();
        QVERIFY(!rig.state()->offered);
        QVERIFY(rig.state()->status.settled());
        QVERIFY(!rig.state()->status.error);
        QVERIFY(!rig.presenter.ask(u"q"_s).has_value());
    }

    void aHiddenPageDoesNotAsk()
    {
        Rig rig;
        rig.presenter.setServices(&rig.services);
        rig.presenter.refresh();
        QCOMPARE(rig.ask.healths.calls(), 0);
        rig.presenter.setActive(true);
        QCOMPARE(rig.ask.healths.calls(), 1);
    }

    void problemsOfTheServiceAreTold_data()
    {
        QTest::addColumn<int>("kind");
        for (int kind = 0; kind < static_cast<int>(Error::Kind::Cancelled); ++kind)
            QTest::newRow(toString(Error::Kind(kind)).c_str()) << kind;
    }
    void problemsOfTheServiceAreTold()
    {
        QFETCH(int, kind);
        Rig rig;
        rig.ask.healths.always(fail(errorOf(Error::Kind(kind))));
        rig.open();
        QVERIFY(rig.state()->status.error.has_value());
        QVERIFY(!askProblemTitle(*rig.state()->status.error).isEmpty());
        rig.ask.healths.always(rag::Health{true, "ok", {}, {}, {}, {}});
        rig.presenter.refresh();
        QVERIFY(!rig.state()->status.error);
    }

    void anAnswerStreamsInAndIsKept()
    {
        Rig rig;
        rig.open();
        QSignalSpy grew(&rig.presenter, &AskPresenter::answerGrew);
        QVERIFY(rig.presenter.ask(u"  How long is the notice period?  "_s).has_value());
        QVERIFY(rig.state()->answering());
        QCOMPARE(rig.ask.last().question.text, std::string("How long is the notice period?"));
        QVERIFY(rig.ask.last().question.history.empty());
        test::FakeAnswer& answer = rig.ask.last();
        Q_EMIT answer.grounded(test::sampleGrounding());
        QCOMPARE(rig.state()->selectedTurn()->grounding.passages.size(), std::size_t(4));
        Q_EMIT answer.delta(u"Three months"_s);
        QCOMPARE(grew.count(), 1);
        QCOMPARE(rig.state()->running->answer, std::string("Three months"));
        Q_EMIT answer.finished(test::sampleFacts(), std::nullopt);
        QVERIFY(!rig.state()->answering());
        QCOMPARE(rig.lastTurn().answer, std::string("Three months"));
        QCOMPARE(rig.lastTurn().facts.backend, std::string("aoai-eastus"));
        QVERIFY(rig.presenter.listing()); // whoever draws the page waits for its list
        QTRY_VERIFY(!rig.presenter.listing());
        QCOMPARE(rig.state()->conversations.size(), std::size_t(1));
        QCOMPARE(rig.files().size(), 1);
    }

    void aRefusalIsAnAnswer()
    {
        Rig rig;
        rig.open();
        QSignalSpy draft(&rig.presenter, &AskPresenter::draftReturned);
        QVERIFY(rig.presenter.ask(u"Who won?"_s).has_value());
        rag::AnswerFacts facts = test::sampleFacts();
        facts.grounded = false;
        facts.citations.clear();
        test::answerWhole(rig.ask.last(), u"The documents do not say."_s, facts);
        QVERIFY(rig.lastTurn().refused());
        QVERIFY(!rig.lastTurn().error);
        QCOMPARE(draft.count(), 0);
    }

    void aFailureKeepsTheQuestionAndWhatCame_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<bool>("text");
        for (int kind = 0; kind < static_cast<int>(Error::Kind::Cancelled); ++kind) {
            const std::string name = toString(Error::Kind(kind));
            QTest::newRow((name + ", nothing came").c_str()) << kind << false;
            QTest::newRow((name + ", cut off").c_str()) << kind << true;
        }
    }
    void aFailureKeepsTheQuestionAndWhatCame()
    {
        QFETCH(int, kind);
        QFETCH(bool, text);
        Rig rig;
        rig.open();
        QSignalSpy draft(&rig.presenter, &AskPresenter::draftReturned);
        QVERIFY(rig.presenter.ask(u"How long?"_s).has_value());
        if (text)
            Q_EMIT rig.ask.last().delta(u"Three"_s);
        rag::AnswerFacts facts;
        facts.requestId = "r-1";
        Q_EMIT rig.ask.last().finished(facts, errorOf(Error::Kind(kind)));
        QCOMPARE(draft.count(), 1);
        QCOMPARE(draft.front().front().toString(), u"How long?"_s);
        QVERIFY(rig.lastTurn().error->kind == Error::Kind(kind));
        QCOMPARE(rig.lastTurn().answer, std::string(text ? "Three" : ""));
        QCOMPARE(rig.lastTurn().facts.requestId, std::string("r-1"));
        // It can be asked again in its place, and what failed is no history.
        QVERIFY(rig.presenter.askAgain().has_value());
        QVERIFY(rig.ask.last().question.history.empty());
        test::answerWhole(rig.ask.last());
        QCOMPARE(rig.state()->conversation->turns.size(), std::size_t(1));
        QVERIFY(!rig.lastTurn().error);
    }

    void questionsAreRefusedAtTheDoor()
    {
        Rig rig;
        rig.open();
        for (const QString& bad : {QString(), u"  \n "_s, QString(AskPresenter::MaxQuestion + 1, u'x')})
            QVERIFY(rig.presenter.ask(bad).error().kind == Error::Kind::InvalidInput);
        QVERIFY(rig.ask.answers.empty());
        QVERIFY(rig.presenter.ask(QString(AskPresenter::MaxQuestion, u'x')).has_value());
        QVERIFY(rig.presenter.ask(u"second"_s).error().kind == Error::Kind::InvalidInput); // one at a time
        QCOMPARE(rig.ask.answers.size(), std::size_t(1));
    }

    void stopWorksAtOnce_data()
    {
        QTest::addColumn<bool>("deaf");
        QTest::newRow("it says so") << false;
        QTest::newRow("it never says so") << true;
    }
    void stopWorksAtOnce()
    {
        QFETCH(bool, deaf);
        AnswerBounds bounds;
        bounds.farewell = std::chrono::milliseconds(20);
        Rig rig(bounds);
        rig.open();
        QSignalSpy grew(&rig.presenter, &AskPresenter::answerGrew);
        QSignalSpy draft(&rig.presenter, &AskPresenter::draftReturned);
        QVERIFY(rig.presenter.ask(u"q"_s).has_value());
        const QPointer<test::FakeAnswer> answer = rig.ask.answers.back();
        answer->deaf = deaf;
        Q_EMIT answer->delta(u"one"_s);
        rig.presenter.stopAnswer();
        QVERIFY(answer->stopped);
        QVERIFY(rig.state()->stopping);
        Q_EMIT answer->delta(u"two"_s);
        QCOMPARE(grew.count(), 1);
        QTRY_VERIFY(!rig.state()->answering());
        QVERIFY(rig.lastTurn().error->cancelled());
        QCOMPARE(rig.lastTurn().answer, std::string("one"));
        QCOMPARE(draft.count(), 0);
        QTRY_VERIFY(answer.isNull());
    }

    void anAnswerThatTakesTooLongIsStopped()
    {
        AnswerBounds bounds;
        bounds.longest = std::chrono::milliseconds(20);
        Rig rig(bounds);
        rig.open();
        QVERIFY(rig.presenter.ask(u"q"_s).has_value());
        QTRY_VERIFY(!rig.state()->answering());
        QVERIFY(rig.lastTurn().error->kind == Error::Kind::Timeout);
    }

    void anAnswerThatNeverEndsIsCut()
    {
        AnswerBounds bounds;
        bounds.mostBytes = 1000;
        Rig rig(bounds);
        rig.open();
        QVERIFY(rig.presenter.ask(u"q"_s).has_value());
        const QPointer<test::FakeAnswer> answer = rig.ask.answers.back();
        for (int i = 0; i < 100 && answer; ++i)
            Q_EMIT answer->delta(QString(100, u'x'));
        QTRY_VERIFY(!rig.state()->answering());
        QVERIFY(rig.lastTurn().error->kind == Error::Kind::Protocol);
        QVERIFY(rig.lastTurn().answer.size() <= 1100);
    }

    void historyGoesAlongAndIsBounded()
    {
        Rig rig;
        rig.open();
        for (int i = 0; i < 28; ++i) {
            QVERIFY(rig.presenter.ask(u"question %1"_s.arg(i)).has_value());
            QCOMPARE(rig.ask.last().question.history.size(), std::min<std::size_t>(50, 2 * i));
            test::answerWhole(rig.ask.last());
        }
        QCOMPARE(rig.ask.answers.size(), std::size_t(28));
    }

    void anotherConversationGoesOnMeanwhile()
    {
        Rig rig;
        rig.open();
        QVERIFY(rig.presenter.ask(u"first"_s).has_value());
        const std::string first = rig.state()->conversation->id;
        const QPointer<test::FakeAnswer> answer = rig.ask.answers.back();
        rig.presenter.startConversation();
        QVERIFY(!rig.state()->answering());
        QVERIFY(rig.presenter.ask(u"second"_s).has_value());
        QSignalSpy grew(&rig.presenter, &AskPresenter::answerGrew);
        Q_EMIT answer->delta(u"of the first"_s);
        QCOMPARE(grew.count(), 0);
        rig.presenter.openConversation(first);
        QCOMPARE(rig.state()->running->answer, std::string("of the first"));
        test::answerWhole(*answer);
        QCOMPARE(rig.lastTurn().question, std::string("first"));
        test::answerWhole(rig.ask.last());
        QTRY_COMPARE(rig.state()->conversations.size(), std::size_t(2));
    }

    void theConversationOpenedLastIsShown()
    {
        Rig rig;
        rig.open();
        std::vector<std::string> ids;
        for (const QString& question : {u"alpha"_s, u"beta"_s}) {
            rig.presenter.startConversation();
            QVERIFY(rig.presenter.ask(question).has_value());
            test::answerWhole(rig.ask.last());
            ids.push_back(rig.state()->conversation->id);
        }
        rig.presenter.startConversation();
        rig.presenter.openConversation(ids[0]);
        rig.presenter.openConversation(ids[1]);
        QTRY_COMPARE(rig.state()->conversation->id, ids[1]);
        QTRY_COMPARE(rig.state()->conversations.size(), std::size_t(2));
        QCOMPARE(rig.state()->conversation->id, ids[1]);
        QCOMPARE(rig.lastTurn().question, std::string("beta"));
    }

    void conversationsAreSearchedRenamedExportedAndDeleted()
    {
        Rig rig;
        rig.open();
        for (const QString& question : {u"Über den Urlaub"_s, u"Notice period"_s}) {
            rig.presenter.startConversation();
            QVERIFY(rig.presenter.ask(question).has_value());
            test::answerWhole(rig.ask.last());
        }
        const std::string id = rig.state()->conversation->id;
        QTRY_COMPARE(rig.state()->conversations.size(), std::size_t(2));
        rig.presenter.search(u"ÜBER"_s);
        QTRY_COMPARE(rig.state()->conversations.size(), std::size_t(1));
        const std::string other = rig.state()->conversations.front().id;
        rig.presenter.search({});
        QTRY_COMPARE(rig.state()->conversations.size(), std::size_t(2));
        rig.presenter.renameConversation(id, u"  Leaving \n the firm "_s);
        rig.presenter.renameConversation(other, u"Holidays"_s);
        rig.presenter.renameConversation(other, u"  "_s);
        const auto titles = [&] {
            QStringList all;
            const std::shared_ptr<const AskState> state = rig.state();
            for (const auto& summary : state->conversations)
                all.append(QString::fromStdString(summary.title));
            all.sort();
            return all;
        };
        QTRY_COMPARE(titles(), (QStringList{u"Holidays"_s, u"Leaving the firm"_s}));
        QSignalSpy exported(&rig.presenter, &AskPresenter::exported);
        rig.presenter.exportConversation(id, true);
        rig.presenter.exportConversation(other, false);
        QTRY_COMPARE(exported.count(), 2);
        QCOMPARE(exported[0][0].toString(), u"Leaving-the-firm.md"_s);
        QVERIFY(exported[0][1].toByteArray().startsWith("# Conversation"));
        QVERIFY(exported[1][1].toByteArray().startsWith("{"));
        rig.presenter.removeConversation(id);
        QTRY_COMPARE(rig.files().size(), 1);
        QVERIFY(rig.state()->conversation->turns.empty());
        rig.presenter.removeConversation(other);
        QTRY_COMPARE(rig.files().size(), 0);
        QTRY_VERIFY(rig.state()->conversations.empty());
    }

    void aDeletedConversationStaysDeletedWhenItsAnswerComes()
    {
        Rig rig;
        rig.open();
        QVERIFY(rig.presenter.ask(u"q"_s).has_value());
        const QPointer<test::FakeAnswer> answer = rig.ask.answers.back();
        rig.presenter.removeConversation(rig.state()->conversation->id);
        QVERIFY(answer.isNull()); // deleting it stops it
        QTRY_COMPARE(rig.files().size(), 0);
        QVERIFY(!rig.state()->answering());
    }

    void signingOutKeepsWhatCame()
    {
        Rig rig;
        rig.open();
        QVERIFY(rig.presenter.ask(u"q"_s).has_value());
        Q_EMIT rig.ask.last().delta(u"half"_s);
        rig.presenter.setServices(nullptr);
        QVERIFY(rig.ask.answers.back().isNull());
        QVERIFY(rig.state()->documents.empty());
        QCOMPARE(rig.lastTurn().answer, std::string("half"));
        QVERIFY(rig.lastTurn().error->cancelled());
        QTRY_COMPARE(rig.files().size(), 1);
    }

    void conversationsBelongToTheirProfile()
    {
        Rig rig;
        rig.open();
        QVERIFY(rig.presenter.ask(u"q"_s).has_value());
        test::answerWhole(rig.ask.last());
        QTRY_COMPARE(rig.state()->conversations.size(), std::size_t(1));
        settings::Profile other;
        other.name = "Contoso";
        rig.presenter.setProfile(other);
        rig.presenter.refresh();
        QVERIFY(rig.state()->conversation->turns.empty());
        QTRY_VERIFY(rig.state()->conversations.empty());
    }

    void comparingAsksEachTarget()
    {
        Rig rig;
        test::FakeRouting routing;
        auto view = std::make_shared<jobs::RoutingView>();
        for (const char* const name : {"aoai-eastus", "aoai-westus"}) {
            gateway::Backend backend;
            backend.name = name;
            view->backends.push_back(backend);
        }
        routing.answers.always(std::shared_ptr<const jobs::RoutingView>(view));
        rig.services.routing = &routing;
        ComparePresenter compare(rig.context);
        compare.setServices(&rig.services);
        compare.loadTargets();
        QCOMPARE(compare.targets().size(), std::size_t(3));
        const CompareTarget east = compare.targetOf(u"aoai-eastus"_s);
        QCOMPARE(east.task, std::string("gatehouse-test:aoai-eastus"));
        const CompareTarget mini = compare.targetOf(u"gpt-4o-mini"_s);
        QCOMPARE(mini.deployment, std::string("gpt-4o-mini"));
        QVERIFY(compare.compare(u"q"_s, {east}).error().kind == Error::Kind::InvalidInput);
        QVERIFY(compare.compare(u"q"_s, {east, east}).error().kind == Error::Kind::InvalidInput);
        QVERIFY(compare.compare(u" "_s, {east, mini}).error().kind == Error::Kind::InvalidInput);
        QVERIFY(compare.compare(u"How long?"_s, {east, mini}).has_value());
        QCOMPARE(rig.ask.answers.size(), std::size_t(2));
        QCOMPARE(rig.ask.answers[0]->question.task, east.task);
        QCOMPARE(rig.ask.answers[0]->question.feature, std::string(rag::SmokeFeature));
        rag::AnswerFacts facts = test::sampleFacts();
        facts.backend = "aoai-westus";
        test::answerWhole(*rig.ask.answers[0], u"three months notice"_s, facts);
        test::answerWhole(*rig.ask.answers[1], u"Three MONTHS, in writing"_s, facts);
        QVERIFY(!compare.running());
        QVERIFY(compare.columns()[0].answeredElsewhere());
        QVERIFY(!compare.columns()[1].answeredElsewhere()); // any endpoint will do
        QCOMPARE(*compare.columns()[1].sameWords, 0.5);
        QVERIFY(compare.compare(u"again"_s, {east, mini}).has_value());
        const QPointer<test::FakeAnswer> old = rig.ask.answers[2];
        QVERIFY(compare.compare(u"and again"_s, {east, mini}).has_value()); // the latest wins
        QVERIFY(old.isNull());
        compare.stop();
        QTRY_VERIFY(!compare.running());
    }

    void wordsInCommonAreCountedEachOnce()
    {
        QCOMPARE(shareOfWords({}, {}), 1.0);
        QCOMPARE(shareOfWords(u"a"_s, {}), 0.0);
        QCOMPARE(shareOfWords(u"a a a b"_s, u"A, b!"_s), 0.5);
    }
};

GATEHOUSE_WINDOW_TEST_MAIN(TestAskPresenter)
#include "tst_askpresenter.moc"
