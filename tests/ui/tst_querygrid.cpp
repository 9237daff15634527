// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/output.h"
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/fakes/queryanswers.h"
#include "ui/models/resultmodel.h"
#include "ui/models/rowworker.h"
#include "ui/pages/query/result/chartplan.h"
#include "ui/pages/query/result/gridview.h"
#include "ui/pages/query/result/tableexport.h"
#include "ui/theme/theme.h"

#include <QtCore/QTemporaryDir>
#include <QtGui/QClipboard>
#include <QtTest/QAbstractItemModelTester>

#include <cmath>
#include <limits>
#include <sstream>

using namespace gatehouse;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

/// The rows of an answer: model, worker, grid, export, and how an answer is drawn.
class TestQueryGrid : public QObject
{
    Q_OBJECT

    static std::shared_ptr<const Table> numbered(int rows)
    {
        return std::make_shared<const Table>(test::numberedTable(rows));
    }
    /// A row of what is easily written in two ways, and one of nulls.
    static Table awkwardTable()
    {
        Table table("PrimaryResult");
        table.addColumn("Text", ColumnType::String).appendText("a \"b\"\t\\ größe 😀 </script>\x01");
        table.addColumn("Real", ColumnType::Real).appendReal(0.1);
        table.addColumn("Not a number", ColumnType::Real).appendReal(std::nan(""));
        table.addColumn("Whole", ColumnType::Real).appendReal(3.0);
        table.addColumn("Long", ColumnType::Long).appendInteger(std::numeric_limits<std::int64_t>::max());
        table.addColumn("Yes", ColumnType::Bool).appendBool(true);
        table.addColumn("Bag", ColumnType::Dynamic).appendText(R"({"z":1,"a":[1.50,null,"x"]})");
        table.addColumn("Decimal", ColumnType::Decimal).appendText("1.10");
        table.addColumn("When", ColumnType::DateTime)
            .appendInteger(DateTime::fromCivil(2026, 6, 1).sinceYearOne.count() + 1);
        table.addColumn("Span", ColumnType::Timespan).appendInteger(-15);
        for (std::size_t i = 0; i < table.columnCount(); ++i)
            table.column(i).appendNull();
        return table;
    }
    static QString shown(const GridView& grid, int row, int column = 0)
    {
        return grid.model()->index(row, column).data().toString();
    }

    struct Rig
    {
        Theme theme{*qobject_cast<QApplication*>(QApplication::instance()), false};
        GridView grid{theme};
        QSignalSpy told{&grid, &GridView::summaryChanged};
    };

private Q_SLOTS:
    void theModelHoldsWhatModelsPromise()
    {
        ResultModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTable(numbered(50));
        QCOMPARE(model.rowCount(), 50);
        QCOMPARE(model.columnCount(), 4);
        model.setRows(std::make_shared<const RowNumbers>(RowNumbers{3, 1, 2}), false);
        QCOMPARE(model.rowCount(), 3);
        model.setTable(numbered(0));
        QCOMPARE(model.rowCount(), 0);
    }

    void aNewOrderKeepsTheSelection()
    {
        ResultModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTable(numbered(4));
        const QPersistentModelIndex kept = model.index(1, 2);
        model.setRows(std::make_shared<const RowNumbers>(RowNumbers{3, 2, 1, 0}), true);
        QCOMPARE(kept.row(), 2);
        QCOMPARE(kept.data().toString(), u"request-1"_s);
    }

    void theGridSortsAndFiltersOffTheWindowsThread()
    {
        Rig rig;
        rig.grid.setTable(numbered(1000));
        rig.grid.sortByColumn(0, Qt::DescendingOrder);
        QTRY_COMPARE(shown(rig.grid, 0), u"999"_s);
        QVERIFY(rig.grid.worker().setFilter(std::size_t(1), "= East US"));
        QTRY_COMPARE(rig.grid.model()->rowCount(), 334);
        QCOMPARE(shown(rig.grid, 0, 1), u"East US"_s);
        QVERIFY(shown(rig.grid, 0).toInt() > shown(rig.grid, 1).toInt()); // still sorted
        QVERIFY(!rig.grid.worker().setFilter(std::size_t(0), "> x"));
        QVERIFY(rig.grid.worker().setFilter(std::nullopt, "request-99"));
        QTRY_COMPARE(rig.grid.model()->rowCount(), 5); // 99, 990, 993, 996, 999
        rig.grid.worker().clearFilters();
        QTRY_COMPARE(rig.grid.model()->rowCount(), 1000);
        rig.grid.setTable(numbered(5));
        QCOMPARE(shown(rig.grid, 0), u"0"_s); // another table starts in its own order
    }

    void facetsLeaveTheirOwnFilterOut()
    {
        RowWorker worker;
        worker.setTable(numbered(300));
        std::shared_ptr<const Facets> facets;
        connect(&worker, &RowWorker::facetsReady, this,
                [&](std::size_t, const std::shared_ptr<const Facets>& found) { facets = found; });
        QVERIFY(worker.setFilter(std::size_t(1), "= East US"));
        worker.askFacets(1, 10);
        QTRY_VERIFY(facets);
        QCOMPARE(facets->distinct, std::size_t(2));
        QCOMPARE(facets->top.front().count, 200U);
        facets.reset();
        worker.askFacets(2, 10);
        QTRY_VERIFY(facets);
        QCOMPARE(facets->distinct, std::size_t(100));
    }

    void theLatestWishWins()
    {
        RowWorker worker;
        worker.setTable(numbered(20'000));
        std::size_t rows = 0;
        connect(&worker, &RowWorker::rowsReady, this,
                [&](const std::shared_ptr<const RowNumbers>& found, bool) { rows = found->size(); });
        for (const char* const typed : {"request-1", "request-12", "request-123"})
            QVERIFY(worker.setFilter(std::size_t(2), typed));
        QTRY_VERIFY(!worker.busy());
        QCOMPARE(rows, std::size_t(111)); // nothing overtaken comes behind it: 123, 1230…1239, 12300…12399
    }

    void selectedCellsAreSummed()
    {
        Rig rig;
        rig.grid.setTable(numbered(10));
        rig.grid.selectionModel()->select(rig.grid.model()->index(0, 0), QItemSelectionModel::Select);
        QCOMPARE(rig.told.back().front().toString(), QString()); // one cell is no sum
        rig.grid.selectAll();
        const QString text = rig.told.back().front().toString();
        QVERIFY2(text.contains(u"Sum 45"_s) && text.contains(u"average 4.5"_s) && text.contains(u"min 0"_s) &&
                     text.contains(u"max 9"_s) && text.contains(u"40 cells"_s),
                 qPrintable(text));
    }

    void copiesTheSelectionInEveryForm()
    {
        Rig rig;
        rig.grid.setTable(numbered(3));
        QItemSelection selection(rig.grid.model()->index(0, 0), rig.grid.model()->index(1, 1));
        rig.grid.selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
        const auto copied = [&](TableFormat format) {
            rig.grid.copyAs(format);
            return QGuiApplication::clipboard()->text();
        };
        QCOMPARE(copied(TableFormat::Csv), u"Id,Region\r\n0,East US\r\n2,West US\r\n"_s);
        QCOMPARE(copied(TableFormat::Tsv), u"Id\tRegion\r\n0\tEast US\r\n2\tWest US\r\n"_s);
        QVERIFY(copied(TableFormat::JsonText)
                    .startsWith(u"[\n  {\n    \"Id\": 0,\n    \"Region\": \"East US\""_s));
        QVERIFY(copied(TableFormat::Markdown).contains(u"| 2 | West US |"_s));
        QCOMPARE(copied(TableFormat::Datatable),
                 u"datatable(Id:long, Region:string)\n[\n    0, \"East US\",\n    2, \"West US\"\n]\n"_s);
    }

    void theJsonIsTheCommandLinesByteForByte()
    {
        const auto table = std::make_shared<const Table>(awkwardTable());
        std::ostringstream printed;
        std::ostringstream errors;
        cli::Output(printed, errors, cli::Format::Json).table(*table);
        const std::string expected = printed.str();
        QVERIFY(expected.size() > 100 && errors.str().empty());

        Rig rig;
        rig.grid.setTable(table);
        rig.grid.copyAs(TableFormat::JsonText);
        QCOMPARE(QGuiApplication::clipboard()->text().toStdString(), expected);

        const QTemporaryDir directory;
        const QString path = directory.filePath(u"answer.json"_s);
        TableExport exporter;
        QSignalSpy finished(&exporter, &TableExport::finished);
        exporter.start(rig.grid.cut(false), formatOfFile(path), path);
        QTRY_COMPARE(finished.count(), 1);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll().toStdString(), expected);
    }

    void emptyColumnsCanBeHidden()
    {
        Rig rig;
        rig.grid.setTable(numbered(3));
        QVERIFY(rig.grid.hasEmptyColumns());
        rig.grid.setEmptyColumnsHidden(true);
        QVERIFY(rig.grid.isColumnHidden(3) && !rig.grid.isColumnHidden(0));
        QCOMPARE(rig.grid.cut(false).columns.size(), std::size_t(3));
        rig.grid.setEmptyColumnsHidden(false);
        QCOMPARE(rig.grid.cut(false).columns.size(), std::size_t(4));
    }

    void cellsAskForAWhere()
    {
        Rig rig;
        rig.grid.setTable(numbered(6));
        QSignalSpy wanted(&rig.grid, &GridView::whereRequested);
        rig.grid.setCurrentIndex(rig.grid.model()->index(1, 1));
        QTest::keyClick(&rig.grid, Qt::Key_Space, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(wanted.back().front().toString(), u"| where Region == \"West US\""_s);
        QTest::keyClick(&rig.grid, Qt::Key_Space, Qt::ControlModifier | Qt::ShiftModifier | Qt::AltModifier);
        QCOMPARE(wanted.back().front().toString(), u"| where Region != \"West US\""_s);
        rig.grid.clearSelection();
        QTest::keyClick(&rig.grid, Qt::Key_Space, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(wanted.count(), 2);
    }

    void anExportIsWholeOrNotThere()
    {
        const QTemporaryDir directory;
        TableExport exporter;
        QSignalSpy finished(&exporter, &TableExport::finished);
        QSignalSpy failed(&exporter, &TableExport::failed);
        const QString path = directory.filePath(u"rows.tsv"_s);
        QVERIFY(formatOfFile(path) == TableFormat::Tsv);
        const auto table = numbered(5000);
        exporter.start({table, allRows(*table), {0, 1}}, formatOfFile(path), path);
        QVERIFY(exporter.running());
        QTRY_COMPARE(finished.count(), 1);
        QCOMPARE(finished[0][0].toInt(), 5000);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll().count('\n'), 5001);

        const QString other = directory.filePath(u"stopped.csv"_s);
        exporter.start({table, allRows(*table), {0, 1}}, TableFormat::Csv, other);
        exporter.cancel();
        QTRY_COMPARE(finished.count() + failed.count(), 2);
        QCOMPARE(QFile::exists(other), failed.isEmpty());
    }

    void cells_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("text");
        QTest::newRow("whole") << 12345.0 << u"12 345"_s;
        QTest::newRow("three decimals") << 3.14159 << u"3.142"_s;
        QTest::newRow("rounds up") << 2.9999 << u"3"_s;
        QTest::newRow("small") << 0.01234 << u"0.01234"_s;
        QTest::newRow("tiny") << 0.00001234 << u"1.234e-05"_s;
        QTest::newRow("negative") << -0.5 << u"−0.5"_s;
        QTest::newRow("huge") << 1e18 << u"1e+18"_s;
        QTest::newRow("not a number") << std::nan("") << u"NaN"_s;
    }
    void cells()
    {
        QFETCH(double, value);
        QFETCH(QString, text);
        Table table("T");
        Column& column = table.addColumn("R", ColumnType::Real);
        column.appendReal(value);
        QCOMPARE(cellText(column, 0).replace(QChar(0x202F), u' '), text);
    }

    void charts_data()
    {
        QTest::addColumn<QString>("render");
        QTest::addColumn<int>("kind");
        QTest::addColumn<bool>("stacked");
        using Kind = ChartPlan::Kind;
        QTest::newRow("none") << u""_s << int(Kind::None) << false;
        QTest::newRow("table") << uR"({"visualization":"table"})"_s << int(Kind::None) << false;
        QTest::newRow("timechart") << uR"({"visualization":"timechart"})"_s << int(Kind::Lines) << false;
        QTest::newRow("linechart") << uR"({"visualization":"linechart"})"_s << int(Kind::Lines) << false;
        QTest::newRow("areachart") << uR"({"visualization":"areachart"})"_s << int(Kind::Areas) << false;
        QTest::newRow("stacked area")
            << uR"({"visualization":"areachart","kind":"stacked"})"_s << int(Kind::Stacked) << false;
        QTest::newRow("barchart") << uR"({"visualization":"barchart"})"_s << int(Kind::Bars) << false;
        QTest::newRow("stacked columns")
            << uR"({"visualization":"columnchart","kind":"stacked"})"_s << int(Kind::Bars) << true;
        QTest::newRow("pie") << uR"({"visualization":"piechart"})"_s << int(Kind::Bars) << false;
        QTest::newRow("scatter") << uR"({"visualization":"scatterchart"})"_s << int(Kind::None) << false;
        QTest::newRow("no json") << u"{"_s << int(Kind::None) << false;
    }
    void charts()
    {
        QFETCH(QString, render);
        QFETCH(int, kind);
        QFETCH(bool, stacked);
        const ChartPlan plan = planChart(test::tokenTable(), render.toStdString());
        QCOMPARE(int(plan.kind), kind);
        QCOMPARE(plan.bars.stacked, stacked);
        if (plan.kind == ChartPlan::Kind::Lines) {
            QCOMPARE(plan.lines.moments.size(), std::size_t(24));
            QCOMPARE(plan.series().size(), std::size_t(3));
            QCOMPARE(plan.series().front().name, u"document-search"_s); // the largest first
            QCOMPARE(plan.series().front().values.front(), 120'000.0);
            QCOMPARE(plan.seriesKind, u"service"_s);
        }
    }

    void manySeriesAreTenAndOther()
    {
        Table table("T");
        Column& time = table.addColumn("T", ColumnType::DateTime);
        Column& name = table.addColumn("Name", ColumnType::String);
        Column& value = table.addColumn("V", ColumnType::Long);
        for (int i = 0; i < 30; ++i) {
            time.appendInteger(DateTime::fromCivil(2026, 6, 1).sinceYearOne.count());
            name.appendText("n" + std::to_string(i));
            value.appendInteger(i);
        }
        const ChartPlan stacked = planChart(table, R"({"visualization":"areachart","kind":"stacked"})");
        QCOMPARE(stacked.series().size(), std::size_t(11));
        double sum = 0;
        for (const ChartSeries& series : stacked.series())
            sum += series.values.front();
        QCOMPARE(sum, 435.0); // nothing is lost
        QVERIFY(!stacked.note.isEmpty());
        QCOMPARE(planChart(table, R"({"visualization":"timechart"})").series().size(), std::size_t(10));
    }

    void aPieIsBarsByValueWithANote()
    {
        Table table("T");
        Column& name = table.addColumn("Name", ColumnType::String);
        Column& value = table.addColumn("V", ColumnType::Real);
        for (const double number : {1.0, 5.0, 3.0}) {
            name.appendText("n" + std::to_string(static_cast<int>(number)));
            value.appendReal(number);
        }
        const ChartPlan plan = planChart(table, R"({"visualization":"piechart"})");
        QVERIFY(plan.bars.horizontal && !plan.note.isEmpty());
        QCOMPARE(plan.bars.categories.front(), u"n5"_s);
        QVERIFY(plan.bars.series.front().values == (std::vector<double>{5, 3, 1}));
    }
};

GATEHOUSE_WINDOW_TEST_MAIN(TestQueryGrid)
#include "tst_querygrid.moc"
