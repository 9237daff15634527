// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/guitestmain.h"

#include "tests/ui/changestage.h"
#include "ui/pages/changes/diffview.h"
#include "ui/shell/commandpalette.h"
#include "ui/shell/lockbutton.h"
#include "ui/widgets/noticebar.h"

#include <QtGui/QClipboard>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>

using namespace gatehouse;
using namespace gatehouse::ui;
using namespace gatehouse::test;
using namespace Qt::StringLiterals;
using FlowPhase = ChangeState::Phase;

/// What a person sees before something is written: the lock in the header, and the review.
class TestReview : public QObject, protected ChangeStage
{
    Q_OBJECT

private Q_SLOTS:
    void init() { setStage(); }
    void cleanup() { clearStage(); }

    // The lock

    void theLockSaysItsStateInWords()
    {
        m_fixture->open(u"overview"_s);
        auto* const lock = find<LockButton>(u"editLock"_s);
        QCOMPARE(lock->text(), u"Locked"_s);
        QVERIFY(lock->accessibleName().contains(u"locked"_s));
        lock->click();
        QCOMPARE(lock->text(), u"Unlocked, 15 min"_s);
        QVERIFY(lock->accessibleName().contains(u"15 minutes left"_s));
        m_fixture->clock.advance(std::chrono::minutes(13) + std::chrono::seconds(30));
        Q_EMIT workbench().editLock().changed();
        QCOMPARE(lock->text(), u"Unlocked, 2 min"_s);
        lock->click();
        QVERIFY(!workbench().editLock().unlocked());
        QTest::keyClick(&window(), Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(workbench().editLock().unlocked());
        for (const Command& command : window().commands()) {
            if (command.text == u"Lock editing"_s)
                command.run();
        }
        QVERIFY(!workbench().editLock().unlocked());
    }

    void whoMayOnlyReadCannotUnlock()
    {
        m_writes->access.mayOnlyRead();
        m_fixture->open(u"overview"_s);
        auto* const lock = find<LockButton>(u"editLock"_s);
        QVERIFY(!lock->isEnabled());
        QVERIFY(lock->toolTip().contains(u"API Management Service Contributor"_s));
        QVERIFY(lock->accessibleName().contains(u"API Management Service Contributor"_s));
        QTest::keyClick(&window(), Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(!workbench().editLock().unlocked());
        for (const Command& command : window().commands())
            QVERIFY(command.text != u"Unlock editing"_s);
    }

    // The review

    void aLockedWindowReviewsButDoesNotWrite()
    {
        propose(false);
        QVERIFY(reviewIsOpen());
        QCOMPARE(find<QListWidget>(u"reviewChanges"_s)->count(), 2);
        QVERIFY(!button(u"reviewApply"_s)->isEnabled());
        QVERIFY(text(u"reviewWhy"_s).contains(u"locked"_s));
        QApplication::setActiveWindow(find<ReviewDialog>(u"reviewDialog"_s));
        QTest::keyClick(find<ReviewDialog>(u"reviewDialog"_s), Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(changes().written.empty());
        button(u"reviewUnlock"_s)->click();
        QVERIFY(button(u"reviewApply"_s)->isEnabled());
        QVERIFY(!button(u"reviewUnlock"_s)->isVisible());
        QVERIFY(text(u"reviewWhy"_s).isEmpty());
        workbench().editLock().lock();
        QVERIFY(!button(u"reviewApply"_s)->isEnabled());
    }

    void theDifferenceIsMarked()
    {
        propose();
        const QString diff = find<DiffView>(u"reviewDiff"_s)->toPlainText();
        QVERIFY2(diff.contains(u"\n-       <rate-limit-by-key calls=\"300\""_s), qPrintable(diff));
        QVERIFY(diff.contains(u"\n+       <rate-limit-by-key calls=\"450\""_s));
        QVERIFY(diff.contains(u"unchanged lines"_s));
        QVERIFY(!diff.contains(u"document-search"_s)); // far from any difference
        QVERIFY(text(u"reviewDiffCaption"_s).contains(u"+2 -2"_s));
        find<QListWidget>(u"reviewChanges"_s)->setCurrentRow(1);
        QVERIFY(find<DiffView>(u"reviewDiff"_s)->toPlainText().contains(u"+       <set-backend-service"_s));
        QCOMPARE(text(u"reviewWhat"_s), u"policyFragments/gatehouse-routing"_s);
    }

    void itIsWrittenOnceHoweverOftenItIsClicked()
    {
        propose();
        changes().applies.hold();
        find<QLineEdit>(u"reviewTicket"_s)->setText(u" CHG-1042 "_s);
        auto* const dialog = find<ReviewDialog>(u"reviewDialog"_s);
        QApplication::setActiveWindow(dialog);
        auto* const apply = button(u"reviewApply"_s);
        const QPoint middle = apply->rect().center(); // where it was, though it is out of use by then
        QTest::mouseClick(apply, Qt::LeftButton, {}, middle);
        QTest::mouseClick(apply, Qt::LeftButton, {}, middle);
        QTest::keyClick(dialog, Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(changes().written.size(), std::size_t(1));
        QCOMPARE(changes().written.front().set.ticket, std::string("CHG-1042"));
        QVERIFY(text(u"reviewStateTitle"_s).contains(u"Writing"_s));
        QTest::keyClick(dialog, Qt::Key_Escape);
        QVERIFY(dialog->isVisible()); // it tells how it ended
        changes().applies.release(sampleJournal(m_fixture->clock.now()).front());
        QCOMPARE(text(u"reviewStateTitle"_s), u"Applied"_s);
        QVERIFY(text(u"reviewStateText"_s).contains(u"entry 6"_s));
        QVERIFY(!button(u"reviewApply"_s)->isVisible());
        QCOMPARE(button(u"reviewCancel"_s)->text(), u"Close"_s);
        button(u"reviewCancel"_s)->click();
        QVERIFY(!reviewIsOpen());
        QCOMPARE(workbench().changes().state()->phase, FlowPhase::Idle);
    }

    void ctrlEnterWritesAndReturnInTheTicketDoesNot()
    {
        propose();
        QApplication::setActiveWindow(find<ReviewDialog>(u"reviewDialog"_s));
        auto* const ticket = find<QLineEdit>(u"reviewTicket"_s);
        ticket->setFocus();
        QTest::keyClicks(ticket, u"CHG-7"_s);
        QTest::keyClick(ticket, Qt::Key_Return);
        QVERIFY(changes().written.empty());
        QVERIFY(reviewIsOpen());
        QTest::keyClick(ticket, Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(changes().written.size(), std::size_t(1));
        QCOMPARE(changes().written.front().set.ticket, std::string("CHG-7"));
    }

    void escapeDropsTheProposal()
    {
        propose();
        QTest::keyClick(find<ReviewDialog>(u"reviewDialog"_s), Qt::Key_Escape);
        QVERIFY(!reviewIsOpen());
        QVERIFY(changes().written.empty());
        QCOMPARE(workbench().changes().state()->phase, FlowPhase::Idle);
    }

    void aConflictShowsBothVersionsAndAsks()
    {
        const Json theirs = fragmentOf(sampleFragment(100));
        changes().make = [theirs](const jobs::ChangeSet& set) {
            jobs::Review review = conflictReview(set, theirs);
            review.changes.back() = plainReview(set).changes.back(); // the first alone
            return review;
        };
        propose();
        QVERIFY(!button(u"reviewApply"_s)->isEnabled());
        QVERIFY(text(u"reviewWhy"_s).contains(u"Choose"_s));
        QVERIFY(
            find<NoticeBar>(u"reviewNote"_s)->text().contains(u"tokens per minute of checkout-assistant"_s));
        QVERIFY(find<DiffView>(u"reviewTheirDiff"_s)->toPlainText().contains(u"calls=\"100\""_s));
        QVERIFY(find<DiffView>(u"reviewDiff"_s)->toPlainText().contains(u"calls=\"450\""_s));
        QVERIFY(find<QListWidget>(u"reviewChanges"_s)->item(0)->text().contains(u"▲"_s));
        button(u"reviewUseMine"_s)->click();
        QCOMPARE(changes().reviewed.size(), std::size_t(2));
        QCOMPARE(changes().reviewed.back().changes.front().overrides, std::string("\"2\""));
        QVERIFY(changes().reviewed.back().changes.back().overrides.empty());
        QVERIFY(!find<DiffView>(u"reviewTheirDiff"_s)->isVisible());
        QVERIFY(!button(u"reviewUseMine"_s)->isVisible());
        QVERIFY(button(u"reviewApply"_s)->isEnabled());
        QVERIFY(changes().written.empty());
    }

    void keepingTheirsDropsTheChange()
    {
        const Json theirs = fragmentOf(sampleFragment(100));
        changes().make = [theirs](const jobs::ChangeSet& set) {
            return set.changes.size() < 2 ? plainReview(set) : conflictReview(set, theirs);
        };
        propose();
        button(u"reviewKeepTheirs"_s)->click();
        QCOMPARE(changes().reviewed.back().changes.size(), std::size_t(1));
        QCOMPARE(find<QListWidget>(u"reviewChanges"_s)->count(), 1);
        button(u"reviewApply"_s)->click();
        QCOMPARE(changes().written.front().changes.size(), std::size_t(1));
    }

    void whatOthersChangedElsewhereIsNoted()
    {
        changes().make = [](const jobs::ChangeSet& set) {
            jobs::Review review = plainReview(set);
            review.changes.front().merged = true;
            return review;
        };
        propose();
        QVERIFY(find<NoticeBar>(u"reviewNote"_s)->text().contains(u"both changes are kept"_s));
        find<QListWidget>(u"reviewChanges"_s)->setCurrentRow(1);
        QVERIFY(find<NoticeBar>(u"reviewNote"_s)->text().isEmpty());
    }

    void endingsAreTold_data()
    {
        QTest::addColumn<int>("ending");
        QTest::addColumn<QString>("title");
        QTest::newRow("partly") << 3 << u"Only a part was written"_s;
        QTest::newRow("failed") << 4 << u"Nothing was written"_s;
    }
    void endingsAreTold()
    {
        QFETCH(int, ending);
        QFETCH(QString, title);
        const jobs::JournalEntry entry = sampleJournal(m_fixture->clock.now())[std::size_t(ending)];
        changes().applies.always(entry);
        propose();
        button(u"reviewApply"_s)->click();
        QCOMPARE(text(u"reviewStateTitle"_s), title);
        QVERIFY(text(u"reviewStateText"_s).contains(QString::fromStdString(entry.message)));
        if (ending == 3) {
            QVERIFY(text(u"reviewStateText"_s).contains(u"● Done: Members of aoai-pool"_s));
            QVERIFY(text(u"reviewStateText"_s).contains(u"○ Not done: Routing of chat"_s));
        }
        button(u"reviewCopy"_s)->click();
        QVERIFY(QApplication::clipboard()->text().contains(QString::fromStdString(entry.hash)));
        button(u"reviewAgain"_s)->click();
        QCOMPARE(workbench().changes().state()->phase, FlowPhase::Reviewed);
        QVERIFY(button(u"reviewApply"_s)->isEnabled());
    }

    void anErrorIsToldWithItsDetails()
    {
        Error error = fail(Error::Kind::Denied, "You may not write this.", "Ask for the role.").value();
        error.requestId = "req-9";
        changes().make = [error](const jobs::ChangeSet&) -> Result<jobs::Review> { return fail(error); };
        propose();
        QCOMPARE(text(u"reviewStateTitle"_s), u"This did not work"_s);
        QVERIFY(text(u"reviewStateText"_s).contains(u"Ask for the role."_s));
        button(u"reviewCopy"_s)->click();
        QVERIFY(QApplication::clipboard()->text().contains(u"req-9"_s));
        changes().make = plainReview;
        button(u"reviewAgain"_s)->click();
        QVERIFY(button(u"reviewApply"_s)->isEnabled());
    }

    void aDraftThatChangesNothingSaysSo()
    {
        changes().make = [](const jobs::ChangeSet& set) {
            jobs::Review review = plainReview(set);
            review.changes.clear();
            return review;
        };
        propose();
        QCOMPARE(text(u"reviewStateTitle"_s), u"Nothing to change"_s);
        QVERIFY(!button(u"reviewApply"_s)->isVisible());
    }

    void signingOutClosesTheReview()
    {
        propose();
        m_fixture->factory.last->signOut();
        QVERIFY(!reviewIsOpen());
    }

    void longDocumentsAreBounded()
    {
        m_fixture->open(u"overview"_s);
        DiffView view(m_fixture->theme, u"diff"_s, u"Diff"_s);
        std::string before;
        std::string after;
        for (int i = 0; i < 10'000; ++i) {
            before += "<before n=\"" + std::to_string(i) + "\"/>\n";
            after += "<after n=\"" + std::to_string(i) + "\"/>\n";
        }
        QElapsedTimer timer;
        timer.start();
        view.setVersions(fragmentOf(before), fragmentOf(after));
        qInfo("10,000 lines against 10,000 others: %lld ms", timer.elapsed());
        QVERIFY(timer.elapsed() < 2'000);
        QCOMPARE(view.blockCount(), 2'001);
        QVERIFY2(view.toPlainText().endsWith(u"… 18001 more lines that differ"_s),
                 qPrintable(view.toPlainText().right(60)));
        view.setVersions(fragmentOf("a"), fragmentOf(std::string(1'000'000, 'x')));
        QVERIFY(view.toPlainText().size() < 3'000);
        view.setVersions(fragmentOf("a\r\nb"), fragmentOf("a\nb"));
        QCOMPARE(view.toPlainText(), u"  Only line ends differ."_s);
    }

    void everythingInTheReviewIsReachedByTab()
    {
        propose();
        auto* const dialog = find<ReviewDialog>(u"reviewDialog"_s);
        QApplication::setActiveWindow(dialog);
        find<QListWidget>(u"reviewChanges"_s)->setFocus();
        QStringList seen;
        for (int i = 0; i < 12; ++i) {
            seen.append(QApplication::focusWidget()->objectName());
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        }
        for (const QString& name : {u"reviewChanges"_s, u"reviewDiff"_s, u"reviewTicket"_s, u"reviewAgain"_s,
                                    u"reviewCancel"_s, u"reviewApply"_s})
            QVERIFY2(seen.contains(name), qPrintable(name + u" not in "_s + seen.join(u", "_s)));
        QVERIFY(dialog->minimumWidth() <= 900 && dialog->minimumHeight() <= 560);
        dialog->resize(900, 560);
        QCOMPARE(dialog->size(), QSize(900, 560));
    }
};

GATEHOUSE_WINDOW_TEST_MAIN(TestReview)
#include "tst_review.moc"
