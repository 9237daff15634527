// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "tests/support/manualclock.h"
#include "tests/ui/fakes/samplejournal.h"
#include "ui/models/changetext.h"
#include "ui/pages/activity/activitypresenter.h"
#include "ui/pages/changes/changeflow.h"

#include <QtTest/QSignalSpy>

using namespace gatehouse;
using namespace gatehouse::ui;
using namespace gatehouse::test;
using namespace Qt::StringLiterals;
using FlowPhase = ChangeState::Phase;
using Ending = jobs::JournalEntry::Result;

/// The write path of the window without any widget: the lock, the flow, the page's presenter.
class TestChanges : public QObject
{
    Q_OBJECT

    struct Bench
    {
        ManualClock clock{DateTime::fromCivil(2026, 6, 3) + std::chrono::hours(15)};
        ViewContext context{clock};
        FakeWrites writes;
        FakeEffects effects;
        jobs::Services services;
        EditLock lock{clock};
        ChangeFlow flow{lock};
        ActivityPresenter activity{context, flow};

        Bench()
        {
            writes.addTo(services);
            services.changeEffect = &effects;
        }
        void open()
        {
            lock.setServices(&services);
            flow.setServices(&services);
            activity.setServices(&services);
            activity.setActive(true);
        }
        void openWith(std::vector<jobs::JournalEntry> entries)
        {
            writes.journal.entryAnswers.always(std::move(entries));
            open();
        }
        std::vector<jobs::JournalEntry> journal(bool hostile = false) const
        {
            return sampleJournal(clock.now(), hostile);
        }
        FakeChanges& changes() { return writes.changes; }
        FlowPhase phase() const { return flow.state()->phase; }
    };

    static Result<std::vector<jobs::JournalEntry>> none() { return std::vector<jobs::JournalEntry>(); }

private Q_SLOTS:
    // The lock

    void editingLocksItselfAfterFifteenMinutes()
    {
        Bench bench;
        bench.open();
        QVERIFY(!bench.lock.unlocked());
        QVERIFY(bench.lock.whyNot().contains(u"locked"_s));
        bench.lock.unlock();
        QVERIFY(bench.lock.whyNot().isEmpty());
        QVERIFY(bench.lock.remaining() == std::chrono::minutes(15));
        bench.lock.findChild<QTimer*>()->setInterval(0); // the test's clock, not the wall's
        bench.clock.advance(std::chrono::minutes(14) + std::chrono::seconds(59));
        QSignalSpy changed(&bench.lock, &EditLock::changed);
        QVERIFY(changed.wait());
        QVERIFY(bench.lock.unlocked());
        QVERIFY(bench.lock.remaining() == std::chrono::seconds(1));
        bench.clock.advance(std::chrono::seconds(1));
        QVERIFY(!bench.lock.unlocked()); // from that moment on, not from the next tick
        QVERIFY(changed.wait());
        QVERIFY(!bench.lock.whyNot().isEmpty());
        QVERIFY(!bench.lock.findChild<QTimer*>()->isActive());
    }

    void whoMayOnlyReadStaysLockedAndIsToldWhichRoleIsMissing()
    {
        Bench bench;
        bench.writes.access.mayOnlyRead();
        bench.open();
        bench.lock.unlock();
        QVERIFY(!bench.lock.unlocked());
        QVERIFY(bench.lock.whyNot().contains(u"API Management Service Contributor"_s));
        QVERIFY(bench.lock.whyNot().contains(u"policyFragments/write"_s));
    }

    void anotherProfileLocks()
    {
        Bench bench;
        bench.open();
        bench.lock.unlock();
        bench.lock.setServices(&bench.services);
        QVERIFY(!bench.lock.unlocked());
        bench.lock.setServices(nullptr);
        bench.lock.unlock();
        QVERIFY(!bench.lock.unlocked());
        QVERIFY(bench.lock.whyNot().contains(u"Sign in"_s));
        jobs::Services without;
        bench.lock.setServices(&without);
        QVERIFY(!bench.lock.mayUnlock());
    }

    void anUnknownPermissionDoesNotLockOut()
    {
        Bench bench;
        bench.writes.access.answers.always(fail(Error::Kind::Network, "No answer."));
        bench.open();
        bench.lock.unlock();
        QVERIFY(bench.lock.unlocked());
    }

    // The flow

    void aProposalIsReviewedAndWrittenOnceWithItsTicket()
    {
        Bench bench;
        bench.open();
        QSignalSpy proposed(&bench.flow, &ChangeFlow::proposed);
        QSignalSpy applied(&bench.flow, &ChangeFlow::applied);
        bench.flow.propose(sampleSet());
        QCOMPARE(proposed.size(), 1);
        QCOMPARE(bench.phase(), FlowPhase::Reviewed);
        bench.flow.apply("CHG-1");
        QVERIFY(bench.changes().written.empty()); // locked
        bench.lock.unlock();
        bench.changes().applies.hold();
        bench.flow.apply("CHG-1");
        bench.flow.apply("CHG-1"); // the second click
        QCOMPARE(bench.changes().written.size(), std::size_t(1));
        QCOMPARE(bench.changes().written.front().set.ticket, std::string("CHG-1"));
        QCOMPARE(bench.phase(), FlowPhase::Applying);
        bench.flow.dismiss();
        bench.flow.propose(sampleSet());
        bench.flow.reviewAgain();
        bench.flow.proposeUndo({});
        QCOMPARE(bench.phase(), FlowPhase::Applying); // nothing takes the place of what is under way
        bench.changes().applies.release(sampleJournal(bench.clock.now()).front());
        QCOMPARE(bench.phase(), FlowPhase::Applied);
        QCOMPARE(applied.size(), 1);
        bench.flow.apply("CHG-1");
        QCOMPARE(bench.changes().written.size(), std::size_t(1));
    }

    void aConflictIsSettledByAChoice()
    {
        Bench bench;
        bench.open();
        bench.lock.unlock();
        Json theirs = fragmentOf(sampleFragment(100));
        bench.changes().make = [&](const jobs::ChangeSet& set) { return conflictReview(set, theirs); };
        bench.flow.propose(sampleSet());
        bench.flow.apply({});
        QVERIFY(bench.changes().written.empty());
        const std::string first = sampleSet().changes.front().resourceId;
        bench.flow.takeMine(first);
        QCOMPARE(bench.changes().reviewed.back().changes.front().overrides, std::string("\"2\""));
        QVERIFY(bench.flow.state()->review->hasConflict()); // of the other one
        bench.flow.takeTheirs(sampleSet().changes.back().resourceId);
        QCOMPARE(bench.changes().reviewed.back().changes.size(), std::size_t(1));
        QVERIFY(!bench.flow.state()->review->hasConflict());
        // A version that was not seen is a conflict again.
        bench.changes().make = [&](const jobs::ChangeSet& set) {
            return conflictReview(set, theirs, "\"3\"");
        };
        bench.flow.reviewAgain();
        QVERIFY(bench.flow.state()->review->hasConflict());
    }

    void aFailureKeepsTheSet()
    {
        Bench bench;
        bench.open();
        bench.lock.unlock();
        bench.flow.propose(sampleSet());
        bench.changes().applies.always(fail(Error::Kind::Network, "The connection was cut."));
        bench.flow.apply({});
        QCOMPARE(bench.phase(), FlowPhase::Failed);
        bench.flow.reviewAgain();
        QCOMPARE(bench.phase(), FlowPhase::Reviewed);
        QCOMPARE(bench.flow.state()->set.changes.size(), std::size_t(2));
        bench.flow.dismiss();
        QCOMPARE(bench.phase(), FlowPhase::Idle);
        bench.flow.reviewAgain(); // nothing is proposed
        QCOMPARE(bench.phase(), FlowPhase::Idle);
    }

    void aConflictThatIsMetWhileWritingIsReviewedAtOnce()
    {
        Bench bench;
        bench.open();
        bench.lock.unlock();
        bench.flow.propose(sampleSet());
        const std::size_t reviews = bench.changes().reviewed.size();
        bench.changes().applies.always(fail(Error::Kind::Conflict, "Somebody changed the same."));
        bench.flow.apply({});
        QCOMPARE(bench.phase(), FlowPhase::Reviewed);
        QCOMPARE(bench.changes().reviewed.size(), reviews + 1);
        QCOMPARE(bench.flow.state()->set.changes.size(), std::size_t(2));
    }

    void theLatestReviewCounts()
    {
        Bench bench;
        bench.changes().make = nullptr;
        bench.changes().reviews.hold();
        bench.open();
        bench.flow.propose(sampleSet());
        jobs::ChangeSet other = sampleSet();
        other.title = "Another";
        bench.flow.propose(other);
        QVERIFY(bench.changes().reviews.stopped(0));
        bench.changes().reviews.release(plainReview(sampleSet()));
        QCOMPARE(bench.phase(), FlowPhase::Reviewing);
        bench.changes().reviews.release(plainReview(other));
        QCOMPARE(bench.flow.state()->review->set.title, std::string("Another"));
    }

    // The page's presenter

    void theJournalIsShownVerifiedAndItsNewestEntryMeasured()
    {
        Bench bench;
        bench.writes.journal.verdicts.always(jobs::JournalVerdict{true, 6, 0, "All hold."});
        bench.openWith(bench.journal());
        const auto state = bench.activity.state();
        QCOMPARE(state->status.phase, Phase::Data);
        QCOMPARE(state->entries.size(), std::size_t(6));
        QCOMPARE(state->selected, 6);
        QVERIFY(state->verdict && state->verdict->holds);
        QVERIFY(state->effect && state->effect->hourBefore);
        QCOMPARE(bench.effects.asked.size(), std::size_t(1));
        bench.activity.refresh();
        QCOMPARE(bench.writes.journal.verdicts.calls(), 1); // nothing came since
        QCOMPARE(bench.effects.asked.size(), std::size_t(1));
        bench.activity.select(4);
        QCOMPARE(bench.effects.asked.size(), std::size_t(2));
        QVERIFY(bench.effects.asked.back() == bench.activity.state()->selectedEntry()->at);
    }

    void whatIsNotMeasuredYetIsAskedAgain()
    {
        Bench bench;
        bench.effects.real = false;
        jobs::ChangeEffect early = sampleEffect(bench.clock.now());
        early.tooEarly = true;
        early.hourAfter.reset();
        bench.effects.answers.always(early);
        bench.openWith(bench.journal());
        bench.activity.refresh();
        QCOMPARE(bench.effects.asked.size(), std::size_t(2));
    }

    void anEmptyJournalAndAProfileWithoutOneAreEmpty()
    {
        Bench bench;
        bench.openWith({});
        QCOMPARE(bench.activity.status().phase, Phase::Empty);
        QVERIFY(bench.activity.state()->hasJournal);
        QCOMPARE(bench.writes.journal.verdicts.calls(), 0);
        jobs::Services without;
        bench.activity.setServices(&without);
        QCOMPARE(bench.activity.status().phase, Phase::Empty);
        QVERIFY(!bench.activity.state()->hasJournal);
        bench.activity.verify();
        bench.activity.undo();
        bench.activity.resume(1);
        QVERIFY(bench.changes().resumed.empty());
    }

    void undoIsProposedLikeEveryOtherChange_data()
    {
        QTest::addColumn<int>("number");
        QTest::addColumn<bool>("possible");
        QTest::newRow("applied") << 6 << true;
        QTest::newRow("applied, itself an undo") << 5 << true;
        QTest::newRow("taken back") << 4 << false;
        QTest::newRow("partly applied") << 3 << false;
        QTest::newRow("failed") << 2 << false;
    }
    void undoIsProposedLikeEveryOtherChange()
    {
        QFETCH(int, number);
        QFETCH(bool, possible);
        Bench bench;
        bench.openWith(bench.journal());
        bench.changes().undoAnswer = sampleSet();
        bench.activity.select(number);
        bench.activity.undo();
        QVERIFY(bench.changes().reviewed.empty()); // locked
        bench.lock.unlock();
        QCOMPARE(bench.activity.whyNoUndo().isEmpty(), possible);
        bench.activity.undo();
        QCOMPARE(bench.changes().reviewed.size(), std::size_t(possible ? 1 : 0));
        QVERIFY(bench.changes().written.empty()); // before somebody looked at it
    }

    void anUndoThatCannotBeMadeIsTold()
    {
        Bench bench;
        bench.openWith(bench.journal());
        bench.lock.unlock();
        bench.activity.undo();
        QCOMPARE(bench.phase(), FlowPhase::Failed);
        QCOMPARE(bench.flow.state()->error->message, std::string("Not in this test."));
    }

    void anUnfinishedEntryIsFinishedOneWayOrTheOther()
    {
        Bench bench;
        const auto entries = bench.journal();
        bench.changes().unfinishedAnswers.always(std::vector<jobs::JournalEntry>{entries[3]});
        bench.openWith(entries);
        QCOMPARE(bench.activity.state()->unfinished.size(), std::size_t(1));
        bench.activity.resume(3);
        QVERIFY(bench.changes().resumed.empty()); // locked
        bench.lock.unlock();
        bench.changes().resumes.hold();
        bench.activity.resume(3);
        bench.activity.resume(3);
        bench.activity.rollBack(3);
        QCOMPARE(bench.changes().resumed, std::vector<std::int64_t>{3});
        QVERIFY(bench.changes().rolledBack.empty());
        QVERIFY(bench.activity.state()->finishing);
        bench.changes().unfinishedAnswers.always(none());
        bench.changes().resumes.release(fail(Error::Kind::Network, "No answer."));
        QVERIFY(bench.activity.state()->finishError);
        bench.activity.rollBack(3);
        QCOMPARE(bench.changes().rolledBack, std::vector<std::int64_t>{3});
        QVERIFY(bench.activity.state()->unfinished.empty());
        QVERIFY(!bench.activity.state()->finishError);
    }

    void whatWasWrittenAppearsAtOnce()
    {
        Bench bench;
        bench.open();
        const int before = bench.writes.journal.entryAnswers.calls();
        bench.lock.unlock();
        bench.flow.propose(sampleSet());
        bench.writes.journal.entryAnswers.always(bench.journal());
        bench.flow.apply({});
        QCOMPARE(bench.writes.journal.entryAnswers.calls(), before + 1);
        QCOMPARE(bench.activity.status().phase, Phase::Data);
    }

    void signingOutForgetsEverything()
    {
        Bench bench;
        bench.openWith(bench.journal());
        bench.lock.unlock();
        bench.changes().applies.hold();
        bench.flow.propose(sampleSet());
        bench.flow.apply({});
        bench.activity.setServices(nullptr);
        bench.flow.setServices(nullptr);
        bench.lock.setServices(nullptr);
        QVERIFY(bench.activity.state()->entries.empty());
        QCOMPARE(bench.phase(), FlowPhase::Idle);
        bench.changes().applies.release(fail(Error::Kind::Cancelled, "Stopped."));
        QCOMPARE(bench.phase(), FlowPhase::Idle);
    }

    // How versions are compared

    void documentsAreComparedAsPeopleReadThem()
    {
        const Json before = fragmentOf("<a>\r\n  <b/>\r\n</a>");
        QCOMPARE(documentText(before), std::string("<a>\n  <b/>\n</a>"));
        QVERIFY(documentDiff(before, fragmentOf("<a>\n  <b/>\n</a>")).empty());
        QCOMPARE(documentText(Json{{"weight", 1}, {"url", "x"}}),
                 std::string("{\n  \"url\": \"x\",\n  \"weight\": 1\n}"));
        QCOMPARE(documentText(Json{{"displayName", "d"}, {"value", "{\"a\":[1]}"}}),
                 std::string("{\n  \"displayName\": \"d\"\n}\n{\n  \"a\": [\n    1\n  ]\n}"));
        QCOMPARE(documentText(std::nullopt), std::string());
        const auto created = documentDiff(std::nullopt, before);
        QCOMPARE(created.size(), std::size_t(3));
        for (const DiffLine& line : created)
            QCOMPARE(line.kind, DiffLine::Kind::Added);
        QCOMPARE(documentDiff(before, std::nullopt).size(), std::size_t(3));
        QCOMPARE(changeWord(std::nullopt, before), u"Created"_s);
        QCOMPARE(shortResource("/subscriptions/x/policyFragments/f"), u"policyFragments/f"_s);
    }
};

GATEHOUSE_TEST_MAIN(TestChanges)
#include "tst_changes.moc"
