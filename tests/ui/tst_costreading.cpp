// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/costspendstage.h"
#include "tests/ui/fakes/guitestmain.h"
#include "ui/pages/cost/completenessdialog.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/stateview.h"

#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

/// How far the ledger has read, what it could not read, and what is said of that.
class TestCostReading : public QObject, protected CostSpendStage
{
    Q_OBJECT

private Q_SLOTS:
    void init() { setStage(); }
    void cleanup() { clearStage(); }

    void theBadgeSaysWhatIsMissing_data();
    void theBadgeSaysWhatIsMissing();
    void callsHaveTheirStates_data();
    void callsHaveTheirStates();
    void theFirstReadingShowsHowFarItIsAndCanBeStopped();
    void aLaterReadingStandsAboveTheFigures();
    void statesHaveTheirWords_data();
    void statesHaveTheirWords();
};

void TestCostReading::theBadgeSaysWhatIsMissing_data()
{
    QTest::addColumn<int>("what");
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("text");
    QTest::newRow("complete") << 0 << u"● Complete"_s << u"100"_s;
    QTest::newRow("late") << 1 << u"▲ Something is missing"_s << u"3 late"_s;
    QTest::newRow("sampled") << 2 << u"▲ Something is missing"_s << u"7 sampled"_s;
    QTest::newRow("cut") << 3 << u"▲ Something is missing"_s << u"cut"_s;
    QTest::newRow("estimated") << 4 << u"● Complete"_s << u"estimated"_s;
    QTest::newRow("unknown") << 5 << u"▲ Something is missing"_s << u"unknown"_s;
    QTest::newRow("a finding") << 6 << u"▲ 1 finding"_s << u"measured"_s;
    QTest::newRow("not looked at") << 7 << u"– Not looked at yet"_s << u"began"_s;
}

void TestCostReading::theBadgeSaysWhatIsMissing()
{
    QFETCH(int, what);
    QFETCH(QString, word);
    QFETCH(QString, text);
    auto changed = std::make_shared<jobs::CostView>(*sampleCost());
    cost::Completeness& known = changed->completeness;
    known = {};
    changed->faults.clear();
    known.calls = known.measured = 1000;
    known.late = what == 1 ? 3 : 0;
    known.sampled = what == 2 ? 7 : 0;
    known.truncated = what == 3;
    known.estimated = what == 4 ? 250 : 0;
    known.unknown = what == 5 ? 20 : 0;
    if (what == 6)
        changed->faults.emplace_back();
    if (what == 7) {
        known = {};
        changed->audited.reset();
    }
    open();
    serve(changed);
    QCOMPARE(find<QLabel>(u"costCompletenessWord"_s)->text(), word);
    const QString said = find<ElidedLabel>(u"costCompletenessText"_s)->fullText();
    QVERIFY2(said.contains(text), qPrintable(said));
    QTest::mouseClick(find<QPushButton>(u"costCompletenessAsk"_s), Qt::LeftButton);
    const auto* const dialog = find<CompletenessDialog>(u"completenessDialog"_s);
    QVERIFY(dialog->isVisible());
    QCOMPARE(find<TableView>(u"completenessFaults"_s)->model()->rowCount(), what == 6 ? 1 : 0);
    QVERIFY(!find<QLabel>(u"completenessSummary"_s)->text().isEmpty());
}

void TestCostReading::callsHaveTheirStates_data()
{
    QTest::addColumn<int>("what");
    QTest::addColumn<QString>("title");
    QTest::newRow("reading") << 0 << u"Reading the calls…"_s;
    QTest::newRow("failed") << 1 << u"The calls could not be read"_s;
    QTest::newRow("none") << 2 << u"No calls"_s;
}

void TestCostReading::callsHaveTheirStates()
{
    QFETCH(int, what);
    QFETCH(QString, title);
    open();
    m_fixture->world.cost.makeCalls = nullptr;
    m_fixture->world.cost.callLists.hold();
    page().spend().openCalls({});
    if (what == 1)
        m_fixture->world.cost.callLists.release(fail(Error::Kind::Storage, "The file is damaged."));
    if (what == 2)
        m_fixture->world.cost.callLists.release(std::vector<jobs::BookedCall>());
    QTRY_COMPARE(find<StateView>(u"costCallsState"_s)->content().title, title);
    QVERIFY(!find<QPushButton>(u"costCallsExplain"_s)->isEnabled());
    find<QDialog>(u"costCallsDialog"_s)->close();
    if (what == 0)
        QTRY_VERIFY(m_fixture->world.cost.callLists.stopped(0));
}

void TestCostReading::theFirstReadingShowsHowFarItIsAndCanBeStopped()
{
    m_fixture->answerWithSamples();
    m_fixture->world.cost.make = nullptr;
    m_fixture->world.cost.views.hold();
    m_fixture->open(u"cost"_s);
    QTRY_VERIFY(m_fixture->world.cost.views.waiting() > 0);
    m_fixture->world.cost.views.release(CostAnswer(std::make_shared<jobs::CostView>())); // the store's
    QTRY_VERIFY(m_fixture->world.cost.lastQuestion.fresh);
    m_fixture->world.cost.lastProgress({"Reading 14 March 2026", 30, 120});
    auto* const reading = find<StateView>(u"costFirstReading"_s);
    QTRY_VERIFY(reading->isVisible());
    QCOMPARE(reading->content().progress, std::optional(0.25));
    QVERIFY(reading->content().text.contains(u"14 March"_s));
    QVERIFY(find<QWidget>(u"costPeriod"_s)->isVisible());
    Q_EMIT reading->actionRequested();
    QVERIFY(m_fixture->world.cost.views.stopped(0));
    m_fixture->world.cost.views.release(fail(Error::Kind::Cancelled, "Stopped."));
    m_fixture->world.cost.views.release(CostAnswer(sampleCost()));
    QTRY_VERIFY(page().spend().isVisible());
    QVERIFY(!reading->isVisible());
    QVERIFY(find<NoticeBar>(u"costNotice"_s)->text().contains(u"stopped"_s));
}

void TestCostReading::aLaterReadingStandsAboveTheFigures()
{
    open();
    m_fixture->world.cost.make = nullptr;
    m_fixture->world.cost.views.hold();
    presenter().refresh();
    m_fixture->world.cost.lastProgress({"Reading 2 June 2026", 1, 2});
    QVERIFY(find<QWidget>(u"costReadingBar"_s)->isVisible());
    QVERIFY(page().spend().isVisible());
    QCOMPARE(find<QProgressBar>(u"costReadingProgress"_s)->value(), 1);
    QTest::mouseClick(find<QPushButton>(u"costReadingCancel"_s), Qt::LeftButton);
    QVERIFY(m_fixture->world.cost.views.stopped(0));
    QTRY_VERIFY(!find<QWidget>(u"costReadingBar"_s)->isVisible());
}

void TestCostReading::statesHaveTheirWords_data()
{
    QTest::addColumn<int>("what");
    QTest::addColumn<bool>("figures");
    QTest::addColumn<QString>("words");
    QTest::newRow("empty") << 0 << false << u"Nothing was spent"_s;
    QTest::newRow("failed") << 1 << false << u"could not be loaded"_s;
    QTest::newRow("denied") << 2 << false << u"may not"_s;
    QTest::newRow("partial") << 3 << true << u"cut at 500 000"_s;
    QTest::newRow("not read") << 4 << true << u"The network is down"_s;
    QTest::newRow("stale") << 5 << true << u"last refresh did not work"_s;
    QTest::newRow("nothing fits") << 6 << true << QString();
}

void TestCostReading::statesHaveTheirWords()
{
    QFETCH(int, what);
    QFETCH(bool, figures);
    QFETCH(QString, words);
    m_fixture->answerWithSamples();
    auto answer = std::make_shared<jobs::CostView>(what == 0 || what == 6 ? jobs::CostView() : *sampleCost());
    answer->partial = what == 3;
    answer->partialReason = what == 3 ? "cut at 500 000" : "";
    answer->notRead = what == 4 ? "The network is down" : "";
    FakeCost& ledger = m_fixture->world.cost;
    ledger.make = nullptr;
    ledger.views.always(what == 1   ? CostAnswer(fail(Error::Kind::Network, "No answer."))
                        : what == 2 ? CostAnswer(fail(Error::Kind::Denied, "You may not query."))
                                    : CostAnswer(answer));
    m_fixture->open(u"cost"_s);
    QTRY_VERIFY(presenter().status().settled());
    if (what == 5) {
        ledger.views.always(CostAnswer(fail(Error::Kind::Network, "No answer.")));
        presenter().refresh();
        QTRY_COMPARE(presenter().status().phase, Phase::Stale);
    }
    if (what == 6) {
        presenter().toggleFilter({cost::CostDimension::Model, "none", cost::RowKind::Value});
        QTRY_COMPARE(presenter().status().phase, Phase::Data);
    }
    QApplication::processEvents();
    QCOMPARE(page().spend().isVisible(), figures);
    const QString said = figures ? find<NoticeBar>(u"costNotice"_s)->text()
                                 : page().stateView().content().title + page().stateView().content().text;
    QVERIFY2(said.contains(words), qPrintable(said));
    // Period and filters can be changed whatever is shown.
    QVERIFY(find<QWidget>(u"costPeriod"_s)->isVisible());
}

GATEHOUSE_WINDOW_TEST_MAIN(TestCostReading)
#include "tst_costreading.moc"
