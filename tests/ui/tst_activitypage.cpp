// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/guitestmain.h"

#include "tests/ui/changestage.h"
#include "ui/models/format.h"
#include "ui/pages/activity/activitypage.h"
#include "ui/pages/changes/diffview.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/tableview.h"

#include <QtCore/QFile>
#include <QtGui/QClipboard>
#include <QtTest/QAbstractItemModelTester>
#include <QtWidgets/QLabel>

using namespace gatehouse;
using namespace gatehouse::ui;
using namespace gatehouse::test;
using namespace Qt::StringLiterals;

/// What a person sees of what was written: the journal, what a change did, and how it is taken back.
class TestActivityPage : public QObject, protected ChangeStage
{
    Q_OBJECT

private Q_SLOTS:
    void init() { setStage(); }
    void cleanup() { clearStage(); }

    void thePageShowsTheJournal()
    {
        openActivity();
        auto* const table = find<TableView>(u"activityTable"_s);
        const QAbstractItemModelTester tester(table->model());
        QCOMPARE(table->model()->rowCount(), 6);
        QCOMPARE(table->model()->index(0, 4).data().toString(), u"● Applied"_s);
        QCOMPARE(table->model()->index(0, 5).data().toString(), u"apim-ai"_s);
        QCOMPARE(table->model()->index(2, 4).data().toString(), u"▼ Taken back"_s);
        QCOMPARE(text(u"activityVerdict"_s), u"● The chain of 6 entries holds"_s);
        QCOMPARE(text(u"entryResult"_s), u"● Applied"_s);
        QCOMPARE(text(u"entryBeforeRequests"_s), formatAmount(1'240));
        QCOMPARE(text(u"entryAfterThrottled"_s), u"3"_s);
        QVERIFY(text(u"entryAfterTokens"_s).startsWith(u"≥"_s));
        QVERIFY(find<DiffView>(u"entryDiff"_s)->toPlainText().contains(u"calls=\"450\""_s));
        table->setCurrentIndex(table->model()->index(5, 0));
        QVERIFY(text(u"entryStepCaption"_s).contains(u"Created"_s));
        QVERIFY(text(u"entryHash"_s).startsWith(u"Hash 9f86d081884c"_s));
        button(u"entryCopyHash"_s)->click();
        QVERIFY(QApplication::clipboard()->text().endsWith(u"a01"_s));
        QTest::keyClick(&window(), Qt::Key_Slash);
        QTest::keyClicks(QApplication::focusWidget(), u"drain"_s);
        QCOMPARE(table->model()->rowCount(), 1);
        const QString path = m_fixture->directory.filePath(u"activity.csv"_s);
        QVERIFY(find<ActivityPage>(u"activityPage"_s)->exportTo(path).startsWith(u"Exported 1"_s));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().contains("Drain East US"));
    }

    void anEmptyJournalSaysWhatWouldAppear()
    {
        m_fixture->open(u"activity"_s);
        QCOMPARE(text(u"activityStateTitle"_s), u"Nothing was changed yet"_s);
        QVERIFY(!button(u"activityStateAction"_s)->isVisible());
        m_fixture->world.extend = nullptr;
        m_fixture->open(u"activity"_s);
        QCOMPARE(text(u"activityStateTitle"_s), u"Nothing to change here"_s);
    }

    void undoAsksForTheLockAndOpensTheReview()
    {
        openActivity();
        changes().undoAnswer = sampleSet();
        QVERIFY(!button(u"entryUndo"_s)->isEnabled());
        QVERIFY(button(u"entryUndo"_s)->toolTip().contains(u"locked"_s));
        workbench().editLock().unlock();
        QVERIFY(button(u"entryUndo"_s)->isEnabled());
        button(u"entryUndo"_s)->click();
        QVERIFY(reviewIsOpen());
        QVERIFY(changes().written.empty());
    }

    void aBrokenChainIsNamed()
    {
        openActivity();
        m_writes->journal.verdicts.always(jobs::JournalVerdict{false, 6, 4, "Entry 4 does not hold."});
        button(u"activityVerify"_s)->click();
        QCOMPARE(text(u"activityVerdict"_s), u"▲ Entry 4 was changed after it was written"_s);
        m_writes->journal.verdicts.always(fail(Error::Kind::Storage, "The journal could not be read."));
        button(u"activityVerify"_s)->click();
        QVERIFY(text(u"activityVerdict"_s).contains(u"Not verified"_s));
    }

    void anUnfinishedChangeStandsAboveAll()
    {
        const auto entries = sampleJournal(m_fixture->clock.now());
        changes().unfinishedAnswers.always(std::vector<jobs::JournalEntry>{entries[3]});
        openActivity();
        QVERIFY(find<QWidget>(u"activityUnfinished"_s)->isVisible());
        QVERIFY(find<ElidedLabel>(u"activityUnfinishedText"_s)->fullText().contains(u"1 of 2 steps"_s));
        QVERIFY(!button(u"activityResume"_s)->isEnabled());
        QVERIFY(button(u"activityResume"_s)->toolTip().contains(u"locked"_s));
        workbench().editLock().unlock();
        changes().unfinishedAnswers.always(std::vector<jobs::JournalEntry>());
        button(u"activityRollBack"_s)->click();
        QCOMPARE(changes().rolledBack, std::vector<std::int64_t>{3});
        QVERIFY(!find<QWidget>(u"activityUnfinished"_s)->isVisible());
    }

    void theHourAfterIsNotClaimedEarly()
    {
        m_effects->real = false;
        jobs::ChangeEffect early = sampleEffect(m_fixture->clock.now());
        early.tooEarly = true;
        early.hourAfter.reset();
        m_effects->answers.always(early);
        openActivity();
        QCOMPARE(text(u"entryAfterRequests"_s), u"–"_s);
        QVERIFY(text(u"entryEffectNote"_s).contains(u"not yet known"_s));
        m_effects->answers.always(fail(Error::Kind::Network, "The workspace does not answer."));
        m_fixture->workbench->activity().select(5);
        QVERIFY(text(u"entryEffectNote"_s).contains(u"does not answer"_s));
    }

    void hostileNamesStayText()
    {
        openActivity(true);
        window().grab();
        workbench().editLock().unlock();
        jobs::ChangeSet set = sampleSet();
        set.title = "<img src=file:///canary><b>x</b>";
        set.changes.front().title = set.title;
        workbench().changes().propose(set);
        find<ReviewDialog>(u"reviewDialog"_s)->grab();
        for (const QLabel* const label : window().findChildren<QLabel*>())
            QCOMPARE(label->textFormat(), Qt::PlainText);
        for (const QWidget* const widget : window().findChildren<QWidget*>()) {
            if (widget->toolTip().contains(u"canary"_s))
                QVERIFY2(!widget->toolTip().contains(u"<img"_s), qPrintable(widget->objectName()));
        }
    }

    void everyWidgetHasItsNames()
    {
        openActivity();
        workbench().changes().propose(sampleSet());
        QStringList nameless;
        for (const QWidget* const widget : window().findChildren<QWidget*>()) {
            const QByteArray kind = widget->metaObject()->className();
            const bool inner = widget->objectName().startsWith(u"qt_"_s) || kind.startsWith("QScroll") ||
                               kind == "QLineEditIconButton" || kind == "QTableCornerButton" ||
                               kind == "QHeaderView" || kind.startsWith("QComboBox");
            const bool label = qobject_cast<const QLabel*>(widget) != nullptr;
            if (!inner && (widget->objectName().isEmpty() ||
                           (!label && widget->accessibleName().isEmpty() && widget->isVisible())))
                nameless.append(QString::fromLatin1(kind) + u' ' + widget->objectName() + u" in "_s +
                                widget->parentWidget()->objectName());
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u", "_s)));
    }
};

GATEHOUSE_WINDOW_TEST_MAIN(TestActivityPage)
#include "tst_activitypage.moc"
