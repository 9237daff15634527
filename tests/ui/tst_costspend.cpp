// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/money/shown.h"
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/fakes/names.h"
#include "tests/ui/fakes/samplecost.h"
#include "tests/ui/fakes/windowfixture.h"
#include "ui/charts/ranking.h"
#include "ui/charts/timechart.h"
#include "ui/models/format.h"
#include "ui/models/recordproxy.h"
#include "ui/pages/cost/completenessbadge.h"
#include "ui/pages/cost/completenessdialog.h"
#include "ui/pages/cost/costbreakdown.h"
#include "ui/pages/cost/costcallsdialog.h"
#include "ui/pages/cost/costpage.h"
#include "ui/pages/cost/costtext.h"
#include "ui/pages/cost/pricepanel.h"
#include "ui/pages/cost/spendpanel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/stateview.h"
#include "ui/widgets/tableview.h"
#include "ui/widgets/tile.h"

#include <QtGui/QClipboard>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>

#include <cmath>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

class TestCostSpend : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();

    void whatIsShownSumsToTheWhole_data();
    void whatIsShownSumsToTheWhole();
    void anUnknownAmountIsNeverZero();
    void everyKindOfRowHasItsButton_data();
    void everyKindOfRowHasItsButton();
    void buttonsStayWithTheirRows();
    void aRowIsAFilterAndItsChipTakesItAway();
    void theTableFiltersCopiesAndExports();
    void selectedAmountsAreSummedToTheCent();
    void theBadgeSaysWhatIsMissing_data();
    void theBadgeSaysWhatIsMissing();
    void aCallLeadsToItsExplanation();
    void callsHaveTheirStates_data();
    void callsHaveTheirStates();
    void theChartZoomsToDaysAndBack();
    void escapeTakesTheNewestFilterThenTheZoomAway();
    void theFirstReadingShowsHowFarItIsAndCanBeStopped();
    void aLaterReadingStandsAboveTheFigures();
    void statesHaveTheirWords_data();
    void statesHaveTheirWords();
    void oneDayIsDrawnToo();
    void infrastructureIsBesideTheTotal();
    void everythingHasItsNames();
    void namesAreNeverMarkup();
    void theModelHolds();

private:
    CostPage& page() { return dynamic_cast<CostPage&>(m_fixture->window->currentPage()); }
    CostPresenter& presenter() { return m_fixture->workbench->cost(); }
    template <typename T>
    T* find(const QString& name)
    {
        T* const found = m_fixture->window->findChild<T*>(name);
        if (found == nullptr)
            qFatal("no %s", qPrintable(name));
        return found;
    }
    void open(bool hostile = false)
    {
        m_fixture->answerWithSamples(hostile);
        m_fixture->open(u"cost"_s);
        QTRY_VERIFY(presenter().state()->view);
        QApplication::processEvents();
    }
    /// Shows another answer from now on.
    void serve(std::shared_ptr<const jobs::CostView> view)
    {
        m_fixture->world.cost.make = nullptr;
        m_fixture->world.cost.views.always(CostAnswer(std::move(view)));
        presenter().refresh();
        QTRY_VERIFY(presenter().status().settled());
        QApplication::processEvents();
    }
    std::shared_ptr<const jobs::CostView> view() { return presenter().state()->view; }
    QModelIndex cell(const QString& key, int column)
    {
        const QAbstractItemModel& model = page().spend().table().proxy();
        for (int row = 0; row < model.rowCount(); ++row) {
            if (model.index(row, 0).data(RecordModel::KeyRole) == key)
                return model.index(row, column);
        }
        return {};
    }
    QString kindKey(cost::RowKind kind) { return u"k:"_s + QString::number(static_cast<int>(kind)); }

    std::unique_ptr<WindowFixture> m_fixture;
};

void TestCostSpend::init()
{
    m_fixture = std::make_unique<WindowFixture>(*qobject_cast<QApplication*>(QApplication::instance()));
}

void TestCostSpend::cleanup()
{
    m_fixture.reset();
}

void TestCostSpend::whatIsShownSumsToTheWhole_data()
{
    QTest::addColumn<int>("by");
    QTest::addColumn<int>("step");
    QTest::addColumn<int>("period");
    for (int by = 0; by < 10; ++by) {
        for (int step = 0; step < 3; ++step) {
            const QString name =
                QString::fromStdString(std::string(cost::toString(static_cast<cost::CostDimension>(by))));
            QTest::newRow(qPrintable(name + u' ' + QString::number(step)))
                << by << step << static_cast<int>(step == 0 ? CostPeriod::ThisMonth : CostPeriod::Year);
        }
    }
}

void TestCostSpend::whatIsShownSumsToTheWhole()
{
    QFETCH(int, by);
    QFETCH(int, step);
    QFETCH(int, period);
    open();
    presenter().setPeriod(static_cast<CostPeriod>(period));
    presenter().setStep(static_cast<cost::Step>(step));
    presenter().setDimension(static_cast<cost::CostDimension>(by));
    QTRY_COMPARE(static_cast<int>(view()->grouping.question.by), by);
    QTRY_COMPARE(static_cast<int>(view()->grouping.question.step), step);
    QApplication::processEvents();
    const double scale = std::pow(10.0, view()->digits);
    const auto total = static_cast<qint64>(view()->shown.total);
    const qint64 before = static_cast<qint64>(cost::shownWhole(view()->grouping.before.pico, view()->digits));

    qint64 rows = 0;
    qint64 earlier = 0;
    qint64 changes = 0;
    const QAbstractItemModel& table = page().spend().table().proxy();
    for (int row = 0; row < table.rowCount(); ++row) {
        const auto amount = [&](int column) {
            const QVariant raw = table.index(row, column).data(RecordModel::RawRole);
            return raw.isValid() ? std::llround(raw.toDouble() * scale) : 0;
        };
        rows += amount(SpendAmount);
        earlier += amount(SpendBefore);
        changes += amount(SpendChange);
    }
    QCOMPARE(rows, total);
    // A year back nothing was read, which is not the same as nothing spent.
    const bool compared = static_cast<CostPeriod>(period) == CostPeriod::ThisMonth;
    QCOMPARE(beforeIsKnown(*view()), compared);
    QCOMPARE(earlier, compared ? before : 0);
    QCOMPARE(changes, compared ? total - before : 0);

    qint64 listed = 0;
    for (const Ranking::Row& row : page().spend().breakdown().ranking().rows())
        listed += std::llround(row.value * scale);
    QCOMPARE(listed, total);

    qint64 drawn = 0;
    const ChartData& data = page().spend().breakdown().chart().data();
    QVERIFY(data.moments.size() > 1);
    for (const ChartSeries& series : data.series) {
        for (const double value : series.values)
            drawn += std::isnan(value) ? 0 : std::llround(value * scale);
    }
    QCOMPARE(drawn, total);
    QVERIFY(find<QLabel>(u"costTableTotal"_s)
                ->text()
                .contains(formatMoney(view()->shown.total, view()->digits, view()->grouping.currency)));
}

void TestCostSpend::anUnknownAmountIsNeverZero()
{
    open();
    for (const cost::RowKind kind : {cost::RowKind::Unpriced, cost::RowKind::UnknownUsage}) {
        const QModelIndex amount = cell(kindKey(kind), SpendAmount);
        QVERIFY(amount.isValid());
        QCOMPARE(amount.data().toString(), u"–"_s);
        QVERIFY(!amount.data(RecordModel::RawRole).isValid());
    }
    QCOMPARE(cell(kindKey(cost::RowKind::UnknownUsage), SpendTokens).data().toString(), u"–"_s);
    for (const Ranking::Row& row : page().spend().breakdown().ranking().rows()) {
        if (row.key == kindKey(cost::RowKind::Unpriced))
            QCOMPARE(row.text, u"–"_s);
    }
}

void TestCostSpend::everyKindOfRowHasItsButton_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("by");
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("opens"); ///< a dialog, or "price", "directory", "prices"
    const auto row = [](const char* name, cost::RowKind kind, cost::CostDimension by, const char* word,
                        const char* opens) {
        QTest::newRow(name) << static_cast<int>(kind) << static_cast<int>(by) << QString::fromUtf8(word)
                            << QString::fromLatin1(opens);
    };
    using cost::CostDimension;
    using cost::RowKind;
    row("unpriced", RowKind::Unpriced, CostDimension::Service, "Add a price…", "price");
    row("unknown usage", RowKind::UnknownUsage, CostDimension::Team, "Say what is missing…",
        "completenessDialog");
    row("late", RowKind::AfterClose, CostDimension::Service, "Show the calls…", "costCallsDialog");
    row("test traffic", RowKind::TestTraffic, CostDimension::Model, "Show the calls…", "costCallsDialog");
    row("without a team", RowKind::Unattributed, CostDimension::Team, "Assign an owner…", "directory");
    row("without an owner", RowKind::Unattributed, CostDimension::Owner, "Assign an owner…", "directory");
    row("without an application", RowKind::Unattributed, CostDimension::Application, "Assign an owner…",
        "directory");
    row("without a service", RowKind::Unattributed, CostDimension::Service, "Show the calls…",
        "costCallsDialog");
    row("nobody used it", RowKind::UnusedReservation, CostDimension::Service, "See reservations…", "prices");
}

void TestCostSpend::everyKindOfRowHasItsButton()
{
    QFETCH(int, kind);
    QFETCH(int, by);
    QFETCH(QString, word);
    QFETCH(QString, opens);
    open();
    const auto* const prices = find<PricePanel>(u"pricePanel"_s);
    const QSignalSpy directory(&page(), &CostPage::serviceDirectoryRequested);
    const QSignalSpy price(&page(), &CostPage::priceRequested);
    presenter().setDimension(static_cast<cost::CostDimension>(by));
    QTRY_COMPARE(static_cast<int>(view()->grouping.question.by), by);
    QApplication::processEvents();
    const QString key = u"k:"_s + QString::number(kind);
    const QModelIndex place = cell(key, SpendFix);
    QVERIFY(place.isValid());
    auto* const button = qobject_cast<QPushButton*>(page().spend().table().indexWidget(place));
    QVERIFY(button != nullptr);
    QCOMPARE(button->text(), word);
    QVERIFY(button->accessibleName().contains(kindWord(static_cast<cost::RowKind>(kind))));
    QCOMPARE(place.data(RecordModel::RawRole).toString(), word);
    QTest::mouseClick(button, Qt::LeftButton);
    if (opens == u"price"_s) {
        QCOMPARE(price.size(), 1);
        QCOMPARE(price[0][0].toString(), u"o4-preview"_s);
        QVERIFY(prices->isVisible());
    } else if (opens == u"directory"_s) {
        QCOMPARE(directory.size(), 1);
        QCOMPARE(directory[0][0].toString(), u"sub-crm"_s);
    } else if (opens == u"prices"_s) {
        QVERIFY(prices->isVisible());
        QCOMPARE(price.size(), 0);
    } else {
        QVERIFY(find<QDialog>(opens)->isVisible());
    }
}

void TestCostSpend::buttonsStayWithTheirRows()
{
    open();
    TableView& table = page().spend().table();
    const auto check = [&] {
        int buttons = 0;
        for (int row = 0; row < table.model()->rowCount(); ++row) {
            const QModelIndex place = table.model()->index(row, SpendFix);
            const auto* const button = qobject_cast<QPushButton*>(table.indexWidget(place));
            QCOMPARE(button != nullptr, place.data(RecordModel::KeyRole).toString().startsWith(u"k:"_s));
            if (button == nullptr)
                continue;
            ++buttons;
            QCOMPARE(button->text(), place.data(RecordModel::RawRole).toString());
        }
        QVERIFY(buttons > 0);
    };
    check();
    table.sortByColumn(SpendName, Qt::AscendingOrder);
    check();
    page().spend().filterField().setText(u"un"_s);
    check();
    page().spend().filterField().clear();
    check();
    presenter().setDimension(cost::CostDimension::Region);
    QTRY_VERIFY(view()->grouping.question.by == cost::CostDimension::Region);
    QApplication::processEvents();
    check();
}

void TestCostSpend::aRowIsAFilterAndItsChipTakesItAway()
{
    open();
    TableView& table = page().spend().table();
    const QModelIndex row = cell(u"v:sub-support"_s, 0);
    table.setCurrentIndex(row);
    QTest::keyClick(&table, Qt::Key_Return);
    QTRY_COMPARE(m_fixture->world.cost.lastQuestion.filters.size(), std::size_t{1});
    QTRY_COMPARE(view()->grouping.question.filters.size(), std::size_t{1});
    QApplication::processEvents();
    auto* const chip = find<QPushButton>(u"costChip0"_s);
    QVERIFY(chip->isVisible());
    QCOMPARE(chip->text(), u"Service: support-copilot"_s);
    for (const Ranking::Row& one : page().spend().breakdown().ranking().rows())
        QCOMPARE(one.selected, one.key == u"v:sub-support"_s);
    // The filter stays while the grouping changes, and keeps its name.
    presenter().setDimension(cost::CostDimension::Model);
    QTRY_VERIFY(view()->grouping.question.by == cost::CostDimension::Model);
    QCOMPARE(find<QPushButton>(u"costChip0"_s)->text(), u"Service: support-copilot"_s);
    QTest::mouseClick(find<QPushButton>(u"costChip0"_s), Qt::LeftButton);
    QTRY_VERIFY(view()->grouping.question.filters.empty());
    QVERIFY(!find<QWidget>(u"costChips"_s)->isVisible());
}

void TestCostSpend::theTableFiltersCopiesAndExports()
{
    auto changed = std::make_shared<jobs::CostView>(*sampleCost());
    changed->grouping.rows[0].label = "=HYPERLINK(\"http://x\")";
    open();
    serve(changed);
    TableView& table = page().spend().table();
    const int all = table.model()->rowCount();
    page().spend().filterField().setText(u"!un"_s);
    QVERIFY(table.model()->rowCount() < all);
    page().spend().filterField().setText(u"HYPERLINK"_s);
    QCOMPARE(table.model()->rowCount(), 1);
    table.clearSelection();
    for (QAction* const action : find<QMenu>(u"costCopyMenu"_s)->actions()) {
        QGuiApplication::clipboard()->clear();
        action->trigger();
        QVERIFY2(QGuiApplication::clipboard()->text().contains(u"HYPERLINK"_s), qPrintable(action->text()));
    }
    const QString path = m_fixture->directory.filePath(u"spend.csv"_s);
    QVERIFY(page().spend().exportTo(path).contains(u"1 rows"_s));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray bytes = file.readAll();
    QVERIFY(bytes.startsWith("\xEF\xBB\xBFname,spent,share,before,change,calls"));
    QVERIFY2(bytes.contains("\"'=HYPERLINK"), bytes.constData());
    QVERIFY(page()
                .spend()
                .exportTo(m_fixture->directory.filePath(u"no/such/folder.csv"_s))
                .contains(u"Not exported"_s));
}

void TestCostSpend::selectedAmountsAreSummedToTheCent()
{
    open();
    const QSignalSpy told(&page(), &Page::summaryChanged);
    TableView& table = page().spend().table();
    QItemSelection all;
    all.select(table.model()->index(0, SpendAmount),
               table.model()->index(table.model()->rowCount() - 1, SpendAmount));
    table.selectionModel()->select(all, QItemSelectionModel::ClearAndSelect);
    QVERIFY(!told.isEmpty());
    const QString sum = formatMoney(view()->shown.total, view()->digits, view()->grouping.currency);
    QVERIFY2(told.last()[0].toString().contains(sum), qPrintable(told.last()[0].toString()));
    // Calls are no money.
    all.clear();
    all.select(table.model()->index(0, SpendCalls), table.model()->index(2, SpendCalls));
    table.selectionModel()->select(all, QItemSelectionModel::ClearAndSelect);
    QVERIFY(!told.last()[0].toString().contains(u"USD"_s));
}

void TestCostSpend::theBadgeSaysWhatIsMissing_data()
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

void TestCostSpend::theBadgeSaysWhatIsMissing()
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

void TestCostSpend::aCallLeadsToItsExplanation()
{
    open();
    TableView& table = page().spend().table();
    table.setCurrentIndex(cell(u"v:sub-fraud"_s, 0));
    table.setFocus();
    const QSignalSpy asked(&page(), &Page::explainRequested);
    QTest::keyClick(&table, Qt::Key_Return, Qt::ControlModifier);
    auto* const calls = find<TableView>(u"costCallsTable"_s);
    QTRY_VERIFY(calls->model()->rowCount() > 0);
    QCOMPARE(m_fixture->world.cost.lastCalls.filters.back().value, std::string("sub-fraud"));
    const QString id = calls->model()->index(0, 11).data().toString();
    QVERIFY(!id.isEmpty());
    calls->setCurrentIndex(calls->model()->index(0, 0));
    QTest::keyClick(calls, Qt::Key_Return);
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked[0][0].toString(), id);
}

void TestCostSpend::callsHaveTheirStates_data()
{
    QTest::addColumn<int>("what");
    QTest::addColumn<QString>("title");
    QTest::newRow("reading") << 0 << u"Reading the calls…"_s;
    QTest::newRow("failed") << 1 << u"The calls could not be read"_s;
    QTest::newRow("none") << 2 << u"No calls"_s;
}

void TestCostSpend::callsHaveTheirStates()
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

void TestCostSpend::theChartZoomsToDaysAndBack()
{
    open();
    presenter().setPeriod(CostPeriod::Days30);
    QTRY_COMPARE(view()->grouping.question.range.length(), 30);
    QApplication::processEvents();
    TimeChart& chart = page().spend().breakdown().chart();
    const auto midday = [](int day) { return fromLocal(QDateTime(QDate(2026, 5, day), QTime(12, 0))); };
    Q_EMIT chart.zoomed(TimeRange{midday(10), midday(12)});
    QCOMPARE(QString::fromStdString(cost::dayText(m_fixture->world.cost.lastQuestion.range.first)),
             u"2026-05-10"_s);
    QCOMPARE(QString::fromStdString(cost::dayText(m_fixture->world.cost.lastQuestion.range.end)),
             u"2026-05-13"_s);
    Q_EMIT chart.zoomReset();
    QCOMPARE(presenter().state()->period, CostPeriod::Days30);
}

void TestCostSpend::escapeTakesTheNewestFilterThenTheZoomAway()
{
    open();
    presenter().setRange({sampleCostDay(), sampleCostDay() + std::chrono::days{1}});
    presenter().toggleFilter({cost::CostDimension::Model, "gpt-4o", cost::RowKind::Value});
    presenter().toggleFilter({cost::CostDimension::Service, "sub-docs", cost::RowKind::Value});
    QTRY_VERIFY(presenter().status().settled());
    const auto escape = [this] {
        QTest::keyClick(m_fixture->window.get(), Qt::Key_Escape);
        QTRY_VERIFY(presenter().status().settled());
    };
    escape();
    QCOMPARE(presenter().state()->chips.size(), std::size_t{1});
    QCOMPARE(presenter().state()->chips[0].filter.value, std::string("gpt-4o"));
    escape();
    QVERIFY(presenter().state()->chips.empty());
    QCOMPARE(presenter().state()->period, CostPeriod::Custom);
    escape();
    QCOMPARE(presenter().state()->period, CostPeriod::ThisMonth);
}

void TestCostSpend::theFirstReadingShowsHowFarItIsAndCanBeStopped()
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

void TestCostSpend::aLaterReadingStandsAboveTheFigures()
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

void TestCostSpend::statesHaveTheirWords_data()
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

void TestCostSpend::statesHaveTheirWords()
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

void TestCostSpend::oneDayIsDrawnToo()
{
    open();
    presenter().setRange({sampleCostDay(), sampleCostDay() + std::chrono::days{1}});
    QTRY_COMPARE(view()->grouping.question.range.length(), 1);
    QApplication::processEvents();
    const ChartData& data = page().spend().breakdown().chart().data();
    QCOMPARE(data.moments.size(), std::size_t{2});
    QVERIFY(data.range.length().count() > 0);
    QVERIFY(!data.series.empty());
    for (const ChartSeries& series : data.series)
        QCOMPARE(series.values.size(), std::size_t{2});
}

void TestCostSpend::infrastructureIsBesideTheTotal()
{
    open();
    const QAbstractItemModel& lines = *find<TableView>(u"costRunningTable"_s)->model();
    QCOMPARE(lines.rowCount(), 2);
    double sum = 0;
    for (int row = 0; row < lines.rowCount(); ++row)
        sum += lines.index(row, 1).data(RecordModel::RawRole).toDouble();
    QVERIFY(sum > 0);
    QVERIFY(find<QLabel>(u"costRunningSum"_s)->text().contains(u"not in the total"_s));
    auto without = std::make_shared<jobs::CostView>(*view());
    without->running.clear();
    const QString total = find<Tile>(u"costTotal"_s)->figure();
    serve(without);
    QCOMPARE(find<Tile>(u"costTotal"_s)->figure(), total);
}

void TestCostSpend::everythingHasItsNames()
{
    open();
    page().spend().openCompleteness();
    page().spend().openCalls({});
    QApplication::processEvents();
    for (const QWidget* const root : {static_cast<const QWidget*>(&page()),
                                      static_cast<const QWidget*>(find<QDialog>(u"completenessDialog"_s)),
                                      static_cast<const QWidget*>(find<QDialog>(u"costCallsDialog"_s))})
        QCOMPARE(namelessIn(*root), QString());
}

void TestCostSpend::namesAreNeverMarkup()
{
    open(true);
    presenter().setDimension(cost::CostDimension::Team);
    QTRY_VERIFY(view()->grouping.question.by == cost::CostDimension::Team);
    QApplication::processEvents();
    TableView& table = page().spend().table();
    table.setCurrentIndex(table.model()->index(0, 0));
    QVERIFY(table.currentIndex().data().toString().contains(u"<img"_s));
    QTest::keyClick(&table, Qt::Key_Return);
    QTRY_VERIFY(!view()->grouping.question.filters.empty());
    page().spend().openCalls(table.model()->index(0, 0).data(RecordModel::KeyRole).toString());
    QApplication::processEvents();
    for (const QWidget* const widget : m_fixture->window->findChildren<QWidget*>()) {
        QVERIFY2(!widget->toolTip().contains(u"<img"_s), qPrintable(widget->objectName()));
        if (const auto* const label = qobject_cast<const QLabel*>(widget))
            QVERIFY2(label->textFormat() == Qt::PlainText || !label->text().contains(u"<img"_s),
                     qPrintable(widget->objectName()));
    }
}

void TestCostSpend::theModelHolds()
{
    open();
    const QAbstractItemModelTester tester(page().spend().table().model(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    for (int by = 0; by < 10; ++by) {
        presenter().setDimension(static_cast<cost::CostDimension>(by));
        QTRY_COMPARE(static_cast<int>(view()->grouping.question.by), by);
        QApplication::processEvents();
    }
    serve(std::make_shared<jobs::CostView>());
}

GATEHOUSE_WINDOW_TEST_MAIN(TestCostSpend)
#include "tst_costspend.moc"
