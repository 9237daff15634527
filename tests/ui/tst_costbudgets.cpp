// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/money/shown.h"
#include "tests/support/manualclock.h"
#include "tests/ui/fakes/fakecost.h"
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/fakes/names.h"
#include "tests/ui/fakes/samplecost.h"
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
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;
using cost::BudgetScope;

namespace {

constexpr cost::Month June = std::chrono::year{2026} / 6;

const cost::Currency Dollars = cost::Currency::parse("USD").value_or(cost::Currency());

/// A presenter on the sample's ledger.
struct Rig
{
    explicit Rig(bool hostile = false)
        : clock(sampleCostNow())
        , context(clock)
        , presenter(context)
    {
        ledger.make = [hostile](const jobs::CostQuestion& question) {
            return CostAnswer(sampleCost(question, hostile));
        };
        ledger.budgetLists.always(sampleBudgets());
        ledger.changes.always(Status());
        services.cost = &ledger;
        presenter.setServices(&services);
        presenter.setActive(true);
    }
    ~Rig() { presenter.setServices(nullptr); }

    ManualClock clock;
    ViewContext context;
    FakeCost ledger;
    jobs::Services services;
    CostPresenter presenter;
};

template <typename Widget>
Widget* child(QWidget& parent, const QString& name)
{
    auto* const found = parent.findChild<Widget*>(name);
    if (found == nullptr)
        qFatal("no %s", qPrintable(name));
    return found;
}

QString textOf(QWidget& parent, const QString& name)
{
    return child<QLabel>(parent, name)->text();
}

cost::Budget budget(BudgetScope scope, const char* key, cost::Month since, std::int64_t units = 100)
{
    return {scope, key, units * cost::PicoPerUnit, Dollars, since, {}};
}

} // namespace

class TestCostBudgets : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void entriesAreCheckedAtTheDoor_data();
    void entriesAreCheckedAtTheDoor();
    void eachBudgetShowsHowItStands();
    void statesHaveAShapeAndAWord_data();
    void statesHaveAShapeAndAWord();
    void theChosenBudgetIsAskedForByItsOwnCalls();
    void aLateAnswerOfAnotherBudgetIsNotShown();
    void theCourseEndsWhereTheForecastDoes();
    void causesSumToTheChangeAsShown();
    void theBackTestIsSaidWhicheverDidBetter();
    void everyChangeCanBeUndone();
    void addingNeverReplaces();
    void aRefusalKeepsWhatWasTyped();
    void theDialogAsksForWhatIsThere();
    void withoutBudgetsTheForecastIsShownAllTheSame();
    void anExampleSaysThatItIsOne();
    void aProfileThatIsClosedLeavesNothing();
    void theChartIsReadWithoutEyes();
    void theTableIsCopied();
    void hostileNamesStayText();
    void everythingHasAName();
};

void TestCostBudgets::entriesAreCheckedAtTheDoor_data()
{
    QTest::addColumn<BudgetEntry>("entry");
    QTest::addColumn<QString>("error");
    const auto entry = [](const char* amount, const char* currency = "USD",
                          BudgetScope scope = BudgetScope::Everything, const char* key = "",
                          std::optional<cost::Month> until = {}) {
        return BudgetEntry{
            scope, QString::fromUtf8(key), QString::fromUtf8(amount), QString::fromUtf8(currency), June,
            until};
    };
    QTest::newRow("whole") << entry("1250") << QString();
    QTest::newRow("with a point") << entry(" 1250.50 ") << QString();
    QTest::newRow("lower case") << entry("10", "eur") << QString();
    QTest::newRow("a team") << entry("10", "USD", BudgetScope::Team, " Shop ") << QString();
    QTest::newRow("one month") << entry("10", "USD", BudgetScope::Everything, "",
                                        June + std::chrono::months{1})
                               << QString();
    QTest::newRow("nothing") << entry("  ") << u"amount"_s;
    QTest::newRow("a word") << entry("lots") << u"1250.50"_s;
    QTest::newRow("a comma") << entry("12,50") << u"with a point"_s;
    QTest::newRow("separators") << entry("1 250") << u"separators"_s;
    QTest::newRow("nought") << entry("0") << u"more than 0"_s;
    QTest::newRow("negative") << entry("-5") << u"more than 0"_s;
    QTest::newRow("too large") << entry("99999999999") << u"too large"_s;
    QTest::newRow("not a number") << entry("nan") << u"not a number"_s;
    QTest::newRow("no currency") << entry("5", "") << u"no currency"_s;
    QTest::newRow("half a currency") << entry("5", "US") << u"three letters"_s;
    QTest::newRow("a sign") << entry("5", "€") << u"no currency"_s;
    QTest::newRow("no service") << entry("5", "USD", BudgetScope::Service, " ") << u"Choose a service"_s;
    QTest::newRow("no team") << entry("5", "USD", BudgetScope::Team) << u"Choose a team"_s;
    QTest::newRow("ends first") << entry("5", "USD", BudgetScope::Everything, "", June)
                                << u"before it begins"_s;
}

void TestCostBudgets::entriesAreCheckedAtTheDoor()
{
    QFETCH(BudgetEntry, entry);
    QFETCH(QString, error);
    const Result<cost::Budget> made = budgetFrom(entry);
    QCOMPARE(made.has_value(), error.isEmpty());
    if (made) {
        QVERIFY(made->monthly > 0 && made->currency.known());
        QCOMPARE(QString::fromStdString(made->key), entry.key.trimmed());
        return;
    }
    QVERIFY(made.error().kind == Error::Kind::InvalidInput);
    const QString said = QString::fromStdString(made.error().message + " " + made.error().advice);
    QVERIFY2(said.contains(error), qPrintable(said));
    QVERIFY(!made.error().advice.empty());
}

void TestCostBudgets::eachBudgetShowsHowItStands()
{
    Rig rig;
    Theme theme(*qApp, false);
    BudgetPanel panel(theme, rig.presenter);
    auto* const table = child<TableView>(panel, u"budgetTable"_s);
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
    QVERIFY(child<ForecastChart>(panel, u"budgetChart"_s)->course().limit.has_value());
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

void TestCostBudgets::everyChangeCanBeUndone()
{
    Rig rig;
    BudgetDesk desk(rig.presenter);
    desk.setActive(true);
    QSignalSpy done(&desk, &BudgetDesk::done);
    QVERIFY(desk.undoable().isEmpty());

    const cost::Budget fresh = budget(BudgetScope::Service, "sub-fraud", June);
    const int before = rig.ledger.views.calls();
    desk.put(fresh, false);
    QVERIFY(rig.ledger.lastBudget == fresh);
    QVERIFY(rig.ledger.views.calls() > before); // the page shows it at once
    QVERIFY(done.last().front().toString().contains(u"fraud-review"_s));
    desk.undo();
    QVERIFY(rig.ledger.lastRemoved && rig.ledger.lastRemoved->key == "sub-fraud");
    QVERIFY(desk.undoable().isEmpty());

    const cost::Budget old = desk.lines()[1].budget;
    cost::Budget other = old;
    other.monthly *= 2;
    desk.put(other, true);
    QVERIFY(rig.ledger.lastBudget == other);
    desk.undo();
    QVERIFY(rig.ledger.lastBudget == old);

    rig.ledger.lastBudget.reset();
    desk.remove(desk.lines()[1].key);
    QVERIFY(rig.ledger.lastRemoved->scope == old.scope && rig.ledger.lastRemoved->key == old.key);
    QVERIFY(desk.undoable().contains(u"Removed"_s));
    desk.undo();
    QVERIFY(rig.ledger.lastBudget == old);
}

void TestCostBudgets::addingNeverReplaces()
{
    Rig rig;
    BudgetDesk desk(rig.presenter);
    desk.setActive(true);
    QSignalSpy refused(&desk, &BudgetDesk::refused);
    cost::Budget same = desk.lines()[1].budget;
    for (char& c : same.key)
        c = static_cast<char>(std::toupper(c)); // names compare without case
    desk.put(same, false);
    QCOMPARE(refused.count(), 1);
    QCOMPARE(rig.ledger.changes.calls(), 0);
    QVERIFY(!desk.busy());
}

void TestCostBudgets::aRefusalKeepsWhatWasTyped()
{
    Rig rig;
    Theme theme(*qApp, false);
    BudgetPanel panel(theme, rig.presenter);
    panel.show();
    panel.openAdd();
    auto* const dialog = child<BudgetDialog>(panel, u"budgetDialog"_s);
    auto* const amount = child<QLineEdit>(*dialog, u"budgetAmount"_s);
    auto* const error = child<QLabel>(*dialog, u"budgetError"_s);
    child<QComboBox>(*dialog, u"budgetSince"_s)->setCurrentText(u"August 2026"_s);
    // What is wrong by itself never reaches the ledger.
    amount->setText(u"12,5"_s);
    dialog->accept();
    QVERIFY(error->isVisible());
    QCOMPARE(rig.ledger.changes.calls(), 0);
    // What only the ledger knows comes from there.
    const std::string overlap = "There are two budgets of everything for 2026-08.";
    rig.ledger.changes.always(fail(Error::Kind::InvalidInput, overlap, "Nothing was changed."));
    amount->setText(u"12.5"_s);
    dialog->accept();
    QCOMPARE(rig.ledger.changes.calls(), 1);
    QVERIFY(dialog->isVisible());
    QVERIFY2(error->text().startsWith(QString::fromStdString(overlap)), qPrintable(error->text()));
    QCOMPARE(amount->text(), u"12.5"_s);
    QVERIFY(child<QPushButton>(*dialog, u"budgetSave"_s)->isEnabled());
    // And when it is right, the dialog closes.
    rig.ledger.changes.always(Status());
    dialog->accept();
    QVERIFY(!dialog->isVisible());
    QVERIFY(rig.ledger.lastBudget->since == std::chrono::year{2026} / 8);
    QCOMPARE(rig.ledger.lastBudget->monthly, cost::Pico{12'500'000'000'000});
}

void TestCostBudgets::theDialogAsksForWhatIsThere()
{
    Rig rig;
    BudgetDesk desk(rig.presenter);
    desk.setActive(true);
    BudgetDialog adding(desk, std::nullopt, nullptr);
    auto* const names = child<QComboBox>(adding, u"budgetName"_s);
    QVERIFY(!names->isEnabled()); // everything has no name
    QCOMPARE(child<QLineEdit>(adding, u"budgetCurrency"_s)->text(), u"USD"_s);
    adding.show();
    for (QPushButton* const button : adding.findChildren<QPushButton*>()) {
        if (button->text() == u"Service"_s)
            button->click();
    }
    QVERIFY(names->isEnabled());
    QCOMPARE(names->count(), 9);
    names->setCurrentText(u"fraud-review"_s);
    child<QLineEdit>(adding, u"budgetAmount"_s)->setText(u"7"_s);
    adding.accept();
    QCOMPARE(rig.ledger.lastBudget->key, std::string("sub-fraud"));

    BudgetLine line = desk.lines()[3];
    line.budget.until = June + std::chrono::months{4};
    BudgetDialog editing(desk, line, nullptr);
    QVERIFY(!child<QComboBox>(editing, u"budgetSince"_s)->isEnabled());
    QCOMPARE(child<QComboBox>(editing, u"budgetUntil"_s)->currentText(), u"September 2026"_s);
    child<QLineEdit>(editing, u"budgetAmount"_s)->setText(u"8"_s);
    editing.accept();
    QVERIFY(rig.ledger.lastBudget->key == line.budget.key &&
            rig.ledger.lastBudget->until == line.budget.until);
    QVERIFY(rig.ledger.lastBudget->since == line.budget.since);
}

void TestCostBudgets::withoutBudgetsTheForecastIsShownAllTheSame()
{
    Rig rig;
    rig.ledger.budgetLists.always(std::vector<cost::Budget>());
    Theme theme(*qApp, false);
    BudgetPanel panel(theme, rig.presenter);
    panel.show();
    auto* const empty = child<StateView>(panel, u"budgetEmpty"_s);
    QVERIFY(empty->isVisible());
    QCOMPARE(empty->content().title, u"No budget yet"_s);
    QVERIFY(!child<ForecastChart>(panel, u"budgetChart"_s)->course().expected.empty());
    QVERIFY(!child<ForecastChart>(panel, u"budgetChart"_s)->course().limit.has_value());
    QVERIFY(!child<QPushButton>(panel, u"budgetEdit"_s)->isEnabled());
    QVERIFY(!child<QPushButton>(panel, u"budgetRemove"_s)->isEnabled());
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
    QCOMPARE(child<TableView>(panel, u"budgetTable"_s)->model()->rowCount(), 1);
    QVERIFY(child<NoticeBar>(panel, u"budgetNotice"_s)->text().contains(u"example"_s));
    QVERIFY(!child<QPushButton>(panel, u"budgetRemove"_s)->isEnabled());
    QCOMPARE(rig.ledger.changes.calls(), 0);
    // Never in the place of a real one.
    rig.ledger.budgetLists.always(sampleBudgets());
    rig.presenter.showAgain();
    QCOMPARE(child<TableView>(panel, u"budgetTable"_s)->model()->rowCount(), 4);
    QVERIFY(!child<NoticeBar>(panel, u"budgetNotice"_s)->text().contains(u"example"_s));
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
    auto* const table = child<TableView>(panel, u"budgetTable"_s);
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
    auto* const title = child<QLabel>(panel, u"budgetTitle"_s);
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

Q_DECLARE_METATYPE(gatehouse::ui::BudgetEntry)

GATEHOUSE_WINDOW_TEST_MAIN(TestCostBudgets)
#include "tst_costbudgets.moc"
