// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/manualclock.h"
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/fakes/samplecost.h"
#include "tests/ui/fakes/windowfixture.h"
#include "ui/models/format.h"
#include "ui/pages/cost/costcalls.h"
#include "ui/pages/cost/costpresenter.h"
#include "ui/pages/cost/costtext.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;
using std::chrono::days;

namespace {

cost::Day day(const char* text)
{
    return cost::parseDay(text).value_or(cost::Day());
}

cost::DayRange range(const char* first, const char* end)
{
    return {day(first), day(end)};
}

/// A presenter on screen with its ledger.
struct Rig
{
    Rig()
        : clock(sampleCostNow())
        , context(clock)
        , presenter(context)
    {
        services.cost = &ledger;
    }
    ~Rig() { presenter.setServices(nullptr); }

    void start()
    {
        presenter.setServices(&services);
        presenter.setActive(true);
    }
    /// With a reading in flight and nothing in the store.
    void startReading()
    {
        ledger.views.hold();
        start();
        ledger.views.release(CostAnswer(std::make_shared<jobs::CostView>()));
        QTRY_VERIFY(ledger.lastQuestion.fresh);
    }
    void answerWithSamples()
    {
        ledger.make = [](const jobs::CostQuestion& question) { return CostAnswer(sampleCost(question)); };
        ledger.makeCalls = [](const jobs::CostQuestion& question, int most) {
            return sampleCostCalls(question, most);
        };
    }

    ManualClock clock;
    ViewContext context;
    FakeCost ledger;
    jobs::Services services{};
    CostPresenter presenter;
};

} // namespace

class TestCostPresenter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aPeriodIsWholeDaysWithTodayInIt_data();
    void aPeriodIsWholeDaysWithTodayInIt();
    void theFirstAnswerReadsTheLogAndOtherViewsComeFromTheStore();
    void whatTheStoreHasIsShownWhileTheLogIsRead();
    void anEmptyStoreShowsNothingBeforeTheLogIsRead();
    void aFilterTakesThePlaceOfAnotherOfItsDimension();
    void aRangeOfDaysIsLeftForThePeriodBefore();
    void progressIsToldUntilTheAnswer();
    void aStoppedReadingShowsWhatTheLedgerHas();
    void whatIsShownHasItsPhase_data();
    void whatIsShownHasItsPhase();
    void theCallsOfARowAreItsOwn_data();
    void theCallsOfARowAreItsOwn();
    void aSecondQuestionForCallsWins();
    void amountsAreWrittenWhole_data();
    void amountsAreWrittenWhole();
    void daysAreWrittenShort_data();
    void daysAreWrittenShort();
    void everyFindingHasASentence();
    void theTopCauseIsTheLargest();
};

void TestCostPresenter::aPeriodIsWholeDaysWithTodayInIt_data()
{
    QTest::addColumn<int>("period");
    QTest::addColumn<QString>("today");
    QTest::addColumn<QString>("first");
    QTest::addColumn<QString>("end");
    const auto row = [](const char* name, CostPeriod period, const char* today, const char* first,
                        const char* end) {
        QTest::newRow(name) << static_cast<int>(period) << QString::fromLatin1(today)
                            << QString::fromLatin1(first) << QString::fromLatin1(end);
    };
    row("this month", CostPeriod::ThisMonth, "2026-06-03", "2026-06-01", "2026-06-04");
    row("the month's first day", CostPeriod::ThisMonth, "2026-06-01", "2026-06-01", "2026-06-02");
    row("last month", CostPeriod::LastMonth, "2026-06-03", "2026-05-01", "2026-06-01");
    row("last month in January", CostPeriod::LastMonth, "2026-01-31", "2025-12-01", "2026-01-01");
    row("a week", CostPeriod::Days7, "2026-03-02", "2026-02-24", "2026-03-03");
    row("30 days over a leap day", CostPeriod::Days30, "2028-03-10", "2028-02-10", "2028-03-11");
    row("90 days", CostPeriod::Days90, "2026-06-03", "2026-03-06", "2026-06-04");
    row("a year", CostPeriod::Year, "2026-06-03", "2025-07-01", "2026-06-04");
}

void TestCostPresenter::aPeriodIsWholeDaysWithTodayInIt()
{
    QFETCH(int, period);
    QFETCH(QString, today);
    QFETCH(QString, first);
    QFETCH(QString, end);
    const cost::DayRange answered =
        daysOf(static_cast<CostPeriod>(period), day(today.toLatin1().constData()));
    QCOMPARE(QString::fromStdString(cost::dayText(answered.first)), first);
    QCOMPARE(QString::fromStdString(cost::dayText(answered.end)), end);
}

void TestCostPresenter::theFirstAnswerReadsTheLogAndOtherViewsComeFromTheStore()
{
    Rig rig;
    rig.answerWithSamples();
    rig.start();
    QTRY_VERIFY(rig.presenter.state()->view);
    QVERIFY(rig.ledger.lastQuestion.fresh);
    rig.presenter.setDimension(cost::CostDimension::Team);
    QVERIFY(!rig.ledger.lastQuestion.fresh);
    QTRY_VERIFY(rig.presenter.state()->view->grouping.question.by == cost::CostDimension::Team);
    rig.presenter.setStep(cost::Step::Weekly);
    QVERIFY(!rig.ledger.lastQuestion.fresh);
    rig.presenter.setPeriod(CostPeriod::Year);
    QVERIFY(!rig.ledger.lastQuestion.fresh);
    QCOMPARE(rig.ledger.lastQuestion.range, range("2025-07-01", "2026-06-04"));
    rig.presenter.refresh();
    QVERIFY(rig.ledger.lastQuestion.fresh);
}

void TestCostPresenter::whatTheStoreHasIsShownWhileTheLogIsRead()
{
    Rig rig;
    rig.ledger.views.hold();
    rig.start();
    QVERIFY(!rig.ledger.lastQuestion.fresh && rig.ledger.lastQuestion.atOnce);
    auto kept = std::make_shared<jobs::CostView>(*sampleCost());
    kept->audited.reset();
    rig.ledger.views.release(CostAnswer(kept));
    QTRY_VERIFY(rig.presenter.state()->view == kept);
    QCOMPARE(rig.presenter.status().phase, Phase::Data);
    QVERIFY(rig.presenter.status().refreshing && !rig.presenter.status().settled());
    QVERIFY(rig.presenter.status().loadedAt == *kept->readTo);
    QVERIFY(rig.ledger.lastQuestion.fresh);
    rig.ledger.lastProgress({"Reading 3 June 2026", 1, 2});
    QVERIFY(rig.presenter.state()->progress);
    rig.ledger.views.release(CostAnswer(sampleCost()));
    QTRY_VERIFY(rig.presenter.state()->view != kept);
    QVERIFY(rig.presenter.status().settled());
    // The next one has something to show already.
    rig.presenter.refresh();
    QVERIFY(rig.ledger.lastQuestion.fresh);
    rig.ledger.views.release(CostAnswer(sampleCost()));
}

void TestCostPresenter::anEmptyStoreShowsNothingBeforeTheLogIsRead()
{
    Rig rig;
    rig.ledger.views.hold();
    rig.start();
    rig.ledger.views.release(CostAnswer(std::make_shared<jobs::CostView>()));
    QTRY_VERIFY(rig.ledger.lastQuestion.fresh);
    QVERIFY(!rig.presenter.state()->view);
    QCOMPARE(rig.presenter.status().phase, Phase::Loading);
    rig.ledger.views.release(CostAnswer(sampleCost()));
    QTRY_COMPARE(rig.presenter.status().phase, Phase::Data);
}

void TestCostPresenter::aFilterTakesThePlaceOfAnotherOfItsDimension()
{
    Rig rig;
    rig.answerWithSamples();
    rig.start();
    const cost::CostFilter shop{cost::CostDimension::Team, "Shop", cost::RowKind::Value};
    const cost::CostFilter risk{cost::CostDimension::Team, "Risk", cost::RowKind::Value};
    const cost::CostFilter large{cost::CostDimension::Model, "gpt-4o", cost::RowKind::Value};
    rig.presenter.toggleFilter(shop, u"The shop"_s);
    rig.presenter.toggleFilter(large);
    QCOMPARE(rig.presenter.state()->chips.size(), std::size_t{2});
    QCOMPARE(rig.presenter.state()->chips[0].label, u"The shop"_s);
    QCOMPARE(rig.presenter.state()->chips[1].label, u"gpt-4o"_s);
    rig.presenter.toggleFilter(risk);
    QCOMPARE(rig.ledger.lastQuestion.filters, (std::vector<cost::CostFilter>{large, risk}));
    rig.presenter.toggleFilter(risk);
    QCOMPARE(rig.ledger.lastQuestion.filters, std::vector<cost::CostFilter>{large});
    rig.presenter.clearFilters();
    QVERIFY(rig.ledger.lastQuestion.filters.empty());
    QVERIFY(rig.presenter.state()->chips.empty());
}

void TestCostPresenter::aRangeOfDaysIsLeftForThePeriodBefore()
{
    Rig rig;
    rig.answerWithSamples();
    rig.start();
    rig.presenter.setPeriod(CostPeriod::Days90);
    rig.presenter.setRange(range("2026-05-02", "2026-05-06"));
    rig.presenter.setRange(range("2026-05-03", "2026-05-04"));
    QCOMPARE(rig.presenter.state()->period, CostPeriod::Custom);
    QCOMPARE(rig.ledger.lastQuestion.range, range("2026-05-03", "2026-05-04"));
    rig.presenter.setRange(range("2026-05-03", "2026-05-03"));
    QCOMPARE(rig.ledger.lastQuestion.range, range("2026-05-03", "2026-05-04"));
    rig.presenter.leaveRange();
    QCOMPARE(rig.presenter.state()->period, CostPeriod::Days90);
}

void TestCostPresenter::progressIsToldUntilTheAnswer()
{
    Rig rig;
    rig.startReading();
    QVERIFY(!rig.presenter.state()->progress);
    rig.ledger.lastProgress({"Reading 14 March 2026", 12, 90});
    QCOMPARE(rig.presenter.state()->progress->done, 12);
    QCOMPARE(rig.presenter.state()->status.phase, Phase::Loading);
    rig.ledger.views.release(CostAnswer(sampleCost()));
    QTRY_VERIFY(rig.presenter.state()->view);
    QVERIFY(!rig.presenter.state()->progress);
    // What comes behind the answer is nobody's.
    rig.ledger.lastProgress({"Late", 1, 2});
    QCOMPARE(rig.presenter.state()->status.phase, Phase::Data);
}

void TestCostPresenter::aStoppedReadingShowsWhatTheLedgerHas()
{
    Rig rig;
    rig.startReading();
    rig.ledger.lastProgress({"Reading 14 March 2026", 12, 90});
    rig.presenter.stopReading();
    QVERIFY(rig.ledger.views.stopped(0));
    QVERIFY(!rig.ledger.lastQuestion.fresh);
    rig.ledger.views.release(fail(Error::Kind::Cancelled, "Stopped."));
    rig.ledger.views.release(CostAnswer(sampleCost()));
    QTRY_VERIFY(rig.presenter.state()->view);
    QCOMPARE(rig.presenter.state()->status.phase, Phase::Partial);
    QVERIFY(!rig.presenter.state()->status.notice.isEmpty());
    // The next refresh reads on, and nothing more is said.
    rig.presenter.refresh();
    QVERIFY(rig.ledger.lastQuestion.fresh);
    rig.ledger.views.release(CostAnswer(sampleCost()));
    QTRY_COMPARE(rig.presenter.state()->status.phase, Phase::Data);
}

void TestCostPresenter::whatIsShownHasItsPhase_data()
{
    QTest::addColumn<int>("what");
    QTest::addColumn<int>("phase");
    QTest::addColumn<QString>("notice");
    QTest::newRow("nothing was spent") << 0 << static_cast<int>(Phase::Empty) << QString();
    QTest::newRow("rows are missing") << 1 << static_cast<int>(Phase::Partial) << u"cut at 500 000"_s;
    QTest::newRow("the log was not read") << 2 << static_cast<int>(Phase::Partial) << u"no network"_s;
    QTest::newRow("refused") << 3 << static_cast<int>(Phase::Denied) << QString();
    QTest::newRow("failed") << 4 << static_cast<int>(Phase::Failed) << QString();
    QTest::newRow("nobody is signed in") << 5 << static_cast<int>(Phase::Failed) << QString();
    QTest::newRow("figures") << 6 << static_cast<int>(Phase::Data) << QString();
}

void TestCostPresenter::whatIsShownHasItsPhase()
{
    QFETCH(int, what);
    QFETCH(int, phase);
    QFETCH(QString, notice);
    Rig rig;
    auto view = std::make_shared<jobs::CostView>(*sampleCost());
    if (what == 0)
        view = std::make_shared<jobs::CostView>();
    view->partial = what == 1;
    view->partialReason = what == 1 ? "cut at 500 000" : "";
    view->notRead = what == 2 ? "no network" : "";
    rig.ledger.views.always(what == 3   ? CostAnswer(fail(Error::Kind::Denied, "You may not."))
                            : what == 4 ? CostAnswer(fail(Error::Kind::Network, "No answer."))
                                        : CostAnswer(view));
    if (what == 5)
        rig.services.cost = nullptr;
    rig.start();
    QTRY_VERIFY(rig.presenter.status().settled());
    QCOMPARE(static_cast<int>(rig.presenter.status().phase), phase);
    QCOMPARE(rig.presenter.status().notice, notice);
}

void TestCostPresenter::theCallsOfARowAreItsOwn_data()
{
    QTest::addColumn<int>("by");
    for (const auto by :
         {cost::CostDimension::Service, cost::CostDimension::Model, cost::CostDimension::Backend,
          cost::CostDimension::Region, cost::CostDimension::Feature})
        QTest::newRow(std::string(cost::toString(by)).c_str()) << static_cast<int>(by);
}

void TestCostPresenter::theCallsOfARowAreItsOwn()
{
    QFETCH(int, by);
    Rig rig;
    rig.answerWithSamples();
    jobs::CostQuestion question;
    question.by = static_cast<cost::CostDimension>(by);
    question.range = range("2026-06-01", "2026-06-04");
    const auto view = sampleCost(question);
    std::int64_t all = 0;
    for (const cost::CostRow& row : view->grouping.rows) {
        CostCalls calls;
        calls.load(&rig.ledger, question, &row);
        QTRY_VERIFY(calls.state().calls);
        const auto& listed = *calls.state().calls;
        const auto taken = std::count_if(listed.begin(), listed.end(),
                                         [](const jobs::BookedCall& call) { return call.reversal; });
        const std::int64_t count = static_cast<std::int64_t>(listed.size()) - 2 * taken;
        QVERIFY2(count == row.now.requests, row.label.c_str());
        QVERIFY(!calls.state().cut);
        all += count;
    }
    QCOMPARE(all, view->grouping.now.requests);
}

void TestCostPresenter::aSecondQuestionForCallsWins()
{
    FakeCost ledger;
    ledger.callLists.hold();
    CostCalls calls;
    calls.load(&ledger, {}, nullptr);
    calls.load(&ledger, {}, nullptr);
    QVERIFY(ledger.callLists.stopped(0));
    ledger.callLists.release(fail(Error::Kind::Cancelled, "Stopped."));
    QCoreApplication::processEvents();
    QVERIFY(calls.state().loading);
    ledger.callLists.release(std::vector<jobs::BookedCall>(CostCalls::Most + 1));
    QTRY_VERIFY(calls.state().calls);
    QVERIFY(calls.state().cut);
    QCOMPARE(calls.state().calls->size(), static_cast<std::size_t>(CostCalls::Most));
    calls.load(nullptr, {}, nullptr);
    QVERIFY(calls.state().error);
}

void TestCostPresenter::amountsAreWrittenWhole_data()
{
    QTest::addColumn<qint64>("shown");
    QTest::addColumn<int>("digits");
    QTest::addColumn<QString>("text");
    const QChar space(0x202F);
    QTest::newRow("zero") << qint64{0} << 2 << u"0.00"_s;
    QTest::newRow("cents") << qint64{7} << 2 << u"0.07"_s;
    QTest::newRow("hundreds") << qint64{99999} << 2 << u"999.99"_s;
    QTest::newRow("thousands") << qint64{123456789} << 2 << u"1"_s + space + u"234"_s + space + u"567.89"_s;
    QTest::newRow("without digits") << qint64{1234567} << 0 << u"1"_s + space + u"234"_s + space + u"567"_s;
    QTest::newRow("less than nothing") << qint64{-100050} << 2 << u"−1"_s + space + u"000.50"_s;
    QTest::newRow("many digits") << qint64{123456} << 6 << u"0.123456"_s;
}

void TestCostPresenter::amountsAreWrittenWhole()
{
    QFETCH(qint64, shown);
    QFETCH(int, digits);
    QFETCH(QString, text);
    QCOMPARE(formatMoney(shown, digits), text);
}

void TestCostPresenter::daysAreWrittenShort_data()
{
    QTest::addColumn<QString>("first");
    QTest::addColumn<QString>("end");
    QTest::addColumn<QString>("text");
    QTest::newRow("one") << u"2026-06-03"_s << u"2026-06-04"_s << u"3 Jun 2026"_s;
    QTest::newRow("in a month") << u"2026-06-01"_s << u"2026-06-04"_s << u"1 – 3 Jun 2026"_s;
    QTest::newRow("in a year") << u"2026-05-30"_s << u"2026-06-04"_s << u"30 May – 3 Jun 2026"_s;
    QTest::newRow("over years") << u"2025-12-31"_s << u"2026-01-02"_s << u"31 Dec 2025 – 1 Jan 2026"_s;
}

void TestCostPresenter::daysAreWrittenShort()
{
    QFETCH(QString, first);
    QFETCH(QString, end);
    QFETCH(QString, text);
    QCOMPARE(formatDays(range(first.toLatin1().constData(), end.toLatin1().constData())), text);
}

void TestCostPresenter::everyFindingHasASentence()
{
    for (std::size_t kind = 0; kind < cost::FaultKinds; ++kind) {
        cost::Fault fault;
        fault.kind = static_cast<cost::FaultKind>(kind);
        fault.subject = "gpt-4o";
        fault.other = "new-id";
        fault.calls = 12;
        QVERIFY(!faultWord(fault.kind).isEmpty());
        const QString sentence = faultSentence(fault);
        QVERIFY2(sentence.endsWith(u'.') && !sentence.contains(u'%'), qPrintable(sentence));
    }
}

void TestCostPresenter::theTopCauseIsTheLargest()
{
    cost::ChangeCauses causes;
    QVERIFY(!topCause(causes));
    causes.volume = 5;
    causes.price = -9;
    causes.rest = 8;
    QCOMPARE(topCause(causes)->pico == -9, true);
    QCOMPARE(topCause(causes)->word, u"Prices"_s);
}

GATEHOUSE_WINDOW_TEST_MAIN(TestCostPresenter)
#include "tst_costpresenter.moc"
