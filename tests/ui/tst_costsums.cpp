// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/money/shown.h"
#include "tests/ui/costspendstage.h"
#include "tests/ui/fakes/guitestmain.h"
#include "ui/charts/ranking.h"
#include "ui/charts/timechart.h"
#include "ui/models/format.h"
#include "ui/pages/cost/costbreakdown.h"
#include "ui/pages/cost/costtext.h"
#include "ui/widgets/tile.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>

#include <cmath>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

/// Whatever is shown, table, ranking and chart have the same sum, and what is not known is no 0.
class TestCostSums : public QObject, protected CostSpendStage
{
    Q_OBJECT

private Q_SLOTS:
    void init() { setStage(); }
    void cleanup() { clearStage(); }

    void whatIsShownSumsToTheWhole_data();
    void whatIsShownSumsToTheWhole();
    void anUnknownAmountIsNeverZero();
    void selectedAmountsAreSummedToTheCent();
    void oneDayIsDrawnToo();
    void infrastructureIsBesideTheTotal();
    void theModelHolds();
};

void TestCostSums::whatIsShownSumsToTheWhole_data()
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

void TestCostSums::whatIsShownSumsToTheWhole()
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

void TestCostSums::anUnknownAmountIsNeverZero()
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

void TestCostSums::selectedAmountsAreSummedToTheCent()
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

void TestCostSums::oneDayIsDrawnToo()
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

void TestCostSums::infrastructureIsBesideTheTotal()
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

void TestCostSums::theModelHolds()
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

GATEHOUSE_WINDOW_TEST_MAIN(TestCostSums)
#include "tst_costsums.moc"
