// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/money/shown.h"
#include "tests/ui/budgetrig.h"
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/fakes/names.h"
#include "ui/charts/forecastchart.h"
#include "ui/charts/hovercard.h"
#include "ui/models/format.h"
#include "ui/models/recordmodel.h"
#include "ui/pages/cost/budgetdialog.h"
#include "ui/pages/cost/budgetpanel.h"
#include "ui/pages/cost/budgetrecords.h"
#include "ui/pages/cost/budgettext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/stateview.h"
#include "ui/widgets/tableview.h"

#include <QtGui/QClipboard>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;
using cost::BudgetScope;
using Rig = BudgetRig;

namespace {

QString textOf(QWidget& parent, const QString& name)
{
    return find<QLabel>(parent, name)->text();
}

} // namespace

/// How the budgets stand, and what their forecast says.
class TestCostBudgets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachBudgetShowsHowItStands();
    void statesHaveAShapeAndAWord_data();
    void statesHaveAShapeAndAWord();
    void theChosenBudgetIsAskedForByItsOwnCalls();
    void aLateAnswerOfAnotherBudgetIsNotShown();
    void theCourseEndsWhereTheForecastDoes();
    void causesSumToTheChangeAsShown();
    void theBackTestIsSaidWhicheverDidBetter();
    void withoutBudgetsTheForecastIsShownAllTheSame();
    void anExampleSaysThatItIsOne();
    void aProfileThatIsClosedLeavesNothing();
    void theChartIsReadWithoutEyes();
    void theTableIsCopied();
    void hostileNamesStayText();
    void everythingHasAName();
};

void TestCostBudgets::eachBudgetShowsHowItStands()
{
    Rig rig;
    Theme theme(*qApp, false);
    BudgetPanel panel(theme, rig.presenter);
    auto* const table = find<TableView>(panel, u"budgetTable"_s);
    const QAbstractItemModelTester tester(table->model(),
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    panel.show();
    QCOMPARE(table->model()->rowCount(), 4);
    const auto sample = sampleCost();
    for (int row = 0; row < 4; ++row) {
        const BudgetLine& line = panel.desk().lines()[static_cast<std::size_t>(row)];
        QVERIFY(line.status.has_value());
        const auto cell = [&](int column) { return table->model()->index(row, column).data().toString(); };
        QCOMPARE(cell(BudgetColumn::Name), titleOf(line));
        const cost::BudgetStatus* status = nullptr;
        for (const cost::BudgetStatus& one : sample->budgets) {
            if (one.budget == line.budget)
                status = &one;
        }
        QVERIFY(status != nullptr);
        QCOMPARE(cell(BudgetColumn::Spent), amountText(status->spent, 2));
        QCOMPARE(cell(BudgetColumn::Limit), amountText(status->limit, 2));
        QCOMPARE(cell(BudgetColumn::Forecast), amountText(status->forecast->total, 2));
        QCOMPARE(cell(BudgetColumn::State), lookOf(status->state, theme.tokens()).text());
        QCOMPARE(cell(BudgetColumn::RunsOut),
                 status->runsOut ? dayName(*status->runsOut) : u"not this month"_s);
    }
    // A service is shown by its name, and its id is in the tool tip.
    QVERIFY(table->model()->index(3, 0).data().toString() == u"support-copilot"_s);
    QVERIFY(table->model()->index(3, 0).data(Qt::ToolTipRole).toString().contains(u"sub-support"_s));
    // The first is chosen, and its month is drawn.
    QCOMPARE(textOf(panel, u"budgetTitle"_s), u"Everything"_s);
    QVERIFY(find<ForecastChart>(panel, u"budgetChart"_s)->course().limit.has_value());
    QVERIFY(textOf(panel, u"budgetProof"_s).contains(u"straight line"_s));
    QVERIFY(!panel.property("reading").toBool());
}

void TestCostBudgets::statesHaveAShapeAndAWord_data()
{
    QTest::addColumn<int>("since");
    QTest::addColumn<int>("until");
    QTest::addColumn<int>("state");
    QTest::addColumn<QString>("text");
    QTest::newRow("within") << -3 << 0 << 0 << u"● Within"_s;
    QTest::newRow("at risk") << -3 << 0 << 1 << u"◐ At risk"_s;
    QTest::newRow("exceeds") << -3 << 0 << 2 << u"▲ Exceeds"_s;
    QTest::newRow("over") << -3 << 0 << 3 << u"○ Over"_s;
    QTest::newRow("later") << 1 << 0 << -1 << u"– From July 2026"_s;
    QTest::newRow("ended") << -5 << -1 << -1 << u"– Ended"_s;
    QTest::newRow("no rate") << -5 << 0 << -1 << u"– Unknown"_s;
}

void TestCostBudgets::statesHaveAShapeAndAWord()
{
    QFETCH(int, since);
    QFETCH(int, until);
    QFETCH(int, state);
    QFETCH(QString, text);
    BudgetLine line;
    line.budget = budget(BudgetScope::Everything, "", June + std::chrono::months{since});
    if (until != 0)
        line.budget.until = June + std::chrono::months{until};
    if (state >= 0) {
        line.status.emplace();
        line.status->state = static_cast<cost::BudgetState>(state);
    }
    QCOMPARE(lookOf(line, June, lightTokens()).text(), text);
    // Also where most is not known there is a cell for every column.
    QCOMPARE(budgetRecord(line, June, lightTokens()).cells.size(), budgetColumns().size());
}

void TestCostBudgets::theChosenBudgetIsAskedForByItsOwnCalls()
{
    Rig rig;
    BudgetDesk desk(rig.presenter);
    desk.setActive(true);
    for (const BudgetLine& line : std::vector<BudgetLine>(desk.lines())) {
        desk.select({});
        desk.select(line.key);
        QCOMPARE(desk.selected()->key, line.key);
        QVERIFY(rig.ledger.lastQuestion.filters == cost::filtersOf(line.budget));
        QVERIFY(!rig.ledger.lastQuestion.fresh);
        QCOMPARE(rig.ledger.lastQuestion.range.length(), 28);
        QVERIFY(rig.ledger.lastQuestion.range.end == sampleCostDay());
    }
}

void TestCostBudgets::aLateAnswerOfAnotherBudgetIsNotShown()
{
    Rig rig;
    BudgetDesk desk(rig.presenter);
    desk.setActive(true);
    rig.ledger.make = nullptr;
    rig.ledger.views.hold();
    desk.select(desk.lines()[1].key);
    QVERIFY(desk.detail() == nullptr);
    QVERIFY(desk.reading());
    desk.select(desk.lines()[2].key);
    QVERIFY(rig.ledger.views.stopped(0));
    rig.ledger.views.release(sampleCost());
    QVERIFY(desk.detail() == nullptr);
    const auto right = sampleCost();
    rig.ledger.views.release(right);
    QVERIFY(desk.detail() == right);
}

void TestCostBudgets::theCourseEndsWhereTheForecastDoes()
{
    const auto view = sampleCost();
    const MonthCourse course = courseOf(*view, &view->budgets.front());
    QCOMPARE(course.spent.size() + course.expected.size(), std::size_t{30});
    QCOMPARE(course.spent.size(), std::size_t{2});
    QVERIFY(std::abs(course.spent.back() - view->forecast->spent) < 1e-6);
    QVERIFY(std::abs(course.expected.back() - view->forecast->total) < 1e-6);
    QVERIFY(std::abs(course.low.back() - view->forecast->low) < 1e-6);
    QVERIFY(std::abs(course.high.back() - view->forecast->high) < 1e-6);
    for (std::size_t i = 0; i < course.expected.size(); ++i)
        QVERIFY(course.low[i] <= course.expected[i] && course.expected[i] <= course.high[i]);
    QVERIFY(course.straight == view->straightLine);
    QVERIFY(courseOf(*view, nullptr).limit == std::nullopt);
}

void TestCostBudgets::causesSumToTheChangeAsShown()
{
    jobs::CostView view = *sampleCost();
    view.causes = {333'333'333'333, 333'333'333'333, 333'333'333'334, -7'777'777'777, 5'555'555'555};
    const auto lines = causeLines(view);
    QCOMPARE(lines.size(), static_cast<std::size_t>(causeCount()));
    double sum = 0;
    for (const CauseLine& line : lines)
        sum += QString(line.amount).replace(QChar(0x2212), u'-').toDouble();
    const int digits = digitsFor(view.grouping.currency, view.causes.sum());
    QCOMPARE(amountText(sum, digits), amountText(view.causes.sum(), digits));
    view.causes.rest = 0;
    QCOMPARE(causeLines(view).size(), std::size_t{4});
}

void TestCostBudgets::theBackTestIsSaidWhicheverDidBetter()
{
    jobs::ForecastProof proof{10, {6, 0.021, 0.143, 5.0 / 6}};
    const QString better = proofText(proof);
    QVERIFY2(better.contains(u"day 10"_s) && better.contains(formatShare(0.021)) &&
                 better.contains(formatShare(0.143)) && better.contains(formatShare(5.0 / 6)),
             qPrintable(better));
    std::swap(proof.summary.medianError, proof.summary.medianStraightError);
    QVERIFY(proofText(proof) != better);
    QVERIFY(proofText(std::nullopt).contains(u"Not tested yet"_s));
}

void TestCostBudgets::withoutBudgetsTheForecastIsShownAllTheSame()
{
    Rig rig;
    rig.ledger.budgetLists.always(std::vector<cost::Budget>());
    Theme theme(*qApp, false);
    BudgetPanel panel(theme, rig.presenter);
    panel.show();
    auto* const empty = find<StateView>(panel, u"budgetEmpty"_s);
    QVERIFY(empty->isVisible());
    QCOMPARE(empty->content().title, u"No budget yet"_s);
    QVERIFY(!find<ForecastChart>(panel, u"budgetChart"_s)->course().expected.empty());
    QVERIFY(!find<ForecastChart>(panel, u"budgetChart"_s)->course().limit.has_value());
    QVERIFY(!find<QPushButton>(panel, u"budgetEdit"_s)->isEnabled());
    QVERIFY(!find<QPushButton>(panel, u"budgetRemove"_s)->isEnabled());
    Q_EMIT empty->actionRequested();
    QVERIFY(panel.findChild<BudgetDialog*>() != nullptr);
}

void TestCostBudgets::anExampleSaysThatItIsOne()
{
    Rig rig;
    rig.ledger.budgetLists.always(std::vector<cost::Budget>());
    Theme theme(*qApp, false);
    BudgetPanel panel(theme, rig.presenter);
    panel.show();
    panel.showExample();
    QCOMPARE(find<TableView>(panel, u"budgetTable"_s)->model()->rowCount(), 1);
    QVERIFY(find<NoticeBar>(panel, u"budgetNotice"_s)->text().contains(u"example"_s));
    QVERIFY(!find<QPushButton>(panel, u"budgetRemove"_s)->isEnabled());
    QCOMPARE(rig.ledger.changes.calls(), 0);
    // Never in the place of a real one.
    rig.ledger.budgetLists.always(sampleBudgets());
    rig.presenter.showAgain();
    QCOMPARE(find<TableView>(panel, u"budgetTable"_s)->model()->rowCount(), 4);
    QVERIFY(!find<NoticeBar>(panel, u"budgetNotice"_s)->text().contains(u"example"_s));
}

void TestCostBudgets::aProfileThatIsClosedLeavesNothing()
{
    Rig rig;
    BudgetDesk desk(rig.presenter);
    desk.setActive(true);
    rig.ledger.changes = Answers<Status>();
    rig.ledger.changes.hold();
    QSignalSpy done(&desk, &BudgetDesk::done);
    desk.remove(desk.lines()[0].key);
    QVERIFY(desk.busy());
    rig.presenter.setServices(nullptr);
    QVERIFY(desk.lines().empty() && desk.detail() == nullptr && !desk.busy() && !desk.known());
    rig.ledger.changes.release(Status());
    QCOMPARE(done.count(), 0);
    QVERIFY(desk.undoable().isEmpty());
}

void TestCostBudgets::theChartIsReadWithoutEyes()
{
    const auto view = sampleCost();
    Theme theme(*qApp, false);
    ForecastChart chart(theme);
    chart.resize(600, 240);
    const auto exact = [](double amount) { return amountText(amount, 2); };
    chart.setCourse(courseOf(*view, &view->budgets.front()), exact);
    const QString said = chart.accessibleDescription();
    for (const QString& part :
         {u"June 2026"_s, u"USD"_s, u"2 June"_s, exact(view->forecast->total), exact(view->forecast->low),
          exact(*view->straightLine), amountText(view->budgets.front().limit, 2)})
        QVERIFY2(said.contains(part), qPrintable(part + u" in "_s + said));
    chart.show();
    QTest::keyClick(&chart, Qt::Key_End);
    QVERIFY(chart.hoverCard().isVisible());
    QCOMPARE(chart.hoverCard().title(), u"Tue 30 Jun"_s);
    QCOMPARE(chart.hoverCard().lines().front().value, exact(view->forecast->total));
    QTest::keyClick(&chart, Qt::Key_Home);
    QCOMPARE(chart.hoverCard().title(), u"Mon 1 Jun"_s);
    QTest::keyClick(&chart, Qt::Key_Left); // no day before the first
    QCOMPARE(chart.hoverCard().title(), u"Mon 1 Jun"_s);
    QTest::keyClick(&chart, Qt::Key_Right);
    QCOMPARE(chart.hoverCard().title(), u"Tue 2 Jun"_s);
    QTest::mouseMove(&chart, QPoint(chart.width() - 14, 120));
    // The hover never leaves the chart.
    QVERIFY(chart.rect().contains(chart.hoverCard().geometry().topRight()));
    chart.setCourse({}, exact);
    QVERIFY(!chart.hoverCard().isVisible());
    QVERIFY(!chart.grab().isNull());
}

void TestCostBudgets::theTableIsCopied()
{
    Rig rig;
    Theme theme(*qApp, false);
    BudgetPanel panel(theme, rig.presenter);
    panel.show();
    auto* const table = find<TableView>(panel, u"budgetTable"_s);
    table->clearSelection();
    QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
    const QStringList lines = QGuiApplication::clipboard()->text().split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 5);
    QVERIFY(lines.front().startsWith(u"budget,for,spent,limit,used,forecast"_s));
    table->sortByColumn(BudgetColumn::Limit, Qt::AscendingOrder);
    QCOMPARE(table->model()->index(0, 0).data().toString(), u"support-copilot"_s);
}

void TestCostBudgets::hostileNamesStayText()
{
    Rig rig(true);
    Theme theme(*qApp, false);
    BudgetPanel panel(theme, rig.presenter);
    panel.show();
    panel.desk().select(panel.desk().lines().back().key);
    auto* const title = find<QLabel>(panel, u"budgetTitle"_s);
    QVERIFY(title->text().contains(u"<b>"_s));
    for (const QLabel* const label : panel.findChildren<QLabel*>())
        QVERIFY2(label->textFormat() == Qt::PlainText, qPrintable(label->objectName()));
}

void TestCostBudgets::everythingHasAName()
{
    Rig rig;
    Theme theme(*qApp, false);
    BudgetPanel panel(theme, rig.presenter);
    panel.show();
    panel.openEdit();
    QVERIFY(panel.findChild<BudgetDialog*>() != nullptr);
    QCOMPARE(namelessIn(panel), QString());
}

GATEHOUSE_WINDOW_TEST_MAIN(TestCostBudgets)
#include "tst_costbudgets.moc"
