// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/guitestmain.h"
#include "ui/charts/axes.h"
#include "ui/models/exporter.h"
#include "ui/models/format.h"
#include "ui/models/recordmodel.h"
#include "ui/models/recordproxy.h"
#include "ui/models/schemamodel.h"
#include "ui/theme/seriescolors.h"
#include "ui/theme/tokens.h"

#include <QtTest/QAbstractItemModelTester>

#include <cmath>

using namespace gatehouse;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

class TestModels : public QObject
{
    Q_OBJECT

    static std::vector<ColumnSpec> columns()
    {
        return {{u"Name"_s, u"name"_s, false, 100, {}}, {u"Tokens"_s, u"total_tokens"_s, true, 80, {}}};
    }
    static Record record(const QString& name, std::optional<qint64> tokens)
    {
        const QVariant raw = tokens ? QVariant::fromValue(*tokens) : QVariant();
        return {
            name, {}, {{name, name, {}, {}}, {raw, tokens ? formatExact(*tokens) : unknownText(), {}, {}}}};
    }
    static QStringList namesOf(const QAbstractItemModel& model)
    {
        QStringList names;
        for (int row = 0; row < model.rowCount(); ++row)
            names.append(model.index(row, 0).data().toString());
        return names;
    }

private Q_SLOTS:
    void aRefreshOfTheSameShapeChangesOnlyWhatDiffers()
    {
        RecordModel model(columns());
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRecords({record(u"a"_s, 1), record(u"b"_s, 2), record(u"c"_s, 3)});
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        model.setRecords({record(u"a"_s, 1), record(u"b"_s, 20), record(u"c"_s, 3)});
        QCOMPARE(changed.count(), 1);
        QCOMPARE(changed[0][0].toModelIndex().row(), 1);
        QCOMPARE(reset.count(), 0);
        QCOMPARE(inserted.count(), 0);
    }

    void rowsComeAndGoByKey()
    {
        RecordModel model(columns());
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        RecordProxy proxy;
        proxy.setSourceModel(&model);
        const QAbstractItemModelTester proxyTester(&proxy,
                                                   QAbstractItemModelTester::FailureReportingMode::QtTest);
        proxy.sort(1, Qt::DescendingOrder);
        model.setRecords({record(u"a"_s, 1), record(u"b"_s, 2), record(u"c"_s, 3), record(u"d"_s, 4)});
        const QPersistentModelIndex kept = proxy.index(1, 0); // c
        model.setRecords({record(u"e"_s, 9), record(u"c"_s, 3), record(u"a"_s, 5)});
        QCOMPARE(namesOf(proxy), (QStringList{u"e"_s, u"a"_s, u"c"_s}));
        QVERIFY(kept.isValid());
        QCOMPARE(kept.data().toString(), u"c"_s);
        model.setRecords({});
        QCOMPARE(model.rowCount(), 0);
    }

    void aSchemaIsATreeThatCanBeSearched()
    {
        SchemaModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto schema = std::make_shared<kql::language::Schema>();
        schema->tables.push_back({"Heartbeat", "", {{"Computer", ColumnType::String}}});
        schema->tables.push_back({"Usage",
                                  "What is used",
                                  {{"Quantity", ColumnType::Real}, {"Quantity Unit", ColumnType::String}}});
        schema->tables.push_back({"Empty", "", {}});
        model.setSchema(schema);
        QCOMPARE(model.rowCount(), 3);
        const QModelIndex usage = model.index(1, SchemaModel::NameColumn);
        QCOMPARE(model.rowCount(usage), 2);
        QCOMPARE(model.index(0, SchemaModel::TypeColumn, usage).data().toString(), u"real"_s);
        QCOMPARE(model.index(1, 0, usage).data(SchemaModel::InsertRole).toString(), u"[\"Quantity Unit\"]"_s);
        QVERIFY(usage.data(Qt::ToolTipRole).toString().contains(u"What is used"_s));
        model.setSearch(u"UNIT"_s);
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.rowCount(model.index(0, 0)), 1); // the column that fits
        model.setSearch(u"usag"_s);
        QCOMPARE(model.rowCount(model.index(0, 0)), 2); // a table that fits keeps its columns
        model.setSearch(u"nothing"_s);
        QCOMPARE(model.rowCount(), 0);
    }

    void unknownIsLastInBothDirections()
    {
        RecordModel model(columns());
        RecordProxy proxy;
        proxy.setSourceModel(&model);
        model.setRecords({record(u"a"_s, {}), record(u"b"_s, 2), record(u"c"_s, 10)});
        proxy.sort(1, Qt::AscendingOrder);
        QCOMPARE(namesOf(proxy), (QStringList{u"b"_s, u"c"_s, u"a"_s}));
        proxy.sort(1, Qt::DescendingOrder);
        QCOMPARE(namesOf(proxy), (QStringList{u"c"_s, u"b"_s, u"a"_s}));
    }

    void tokensBeyondDoublePrecisionSortRight()
    {
        RecordModel model(columns());
        RecordProxy proxy;
        proxy.setSourceModel(&model);
        model.setRecords(
            {record(u"small"_s, 9'007'199'254'740'992), record(u"large"_s, 9'007'199'254'740'993)});
        proxy.sort(1, Qt::DescendingOrder);
        QCOMPARE(namesOf(proxy), (QStringList{u"large"_s, u"small"_s}));
    }

    void filterKeepsAndHides()
    {
        RecordModel model(columns());
        RecordProxy proxy;
        proxy.setSourceModel(&model);
        model.setRecords({record(u"West US"_s, 1), record(u"East US"_s, 2), record(u"West Europe"_s, 3)});
        proxy.setFilterText(u"WEST"_s);
        QCOMPARE(proxy.rowCount(), 2);
        proxy.setFilterText(u"! west"_s);
        QCOMPARE(namesOf(proxy), QStringList{u"East US"_s});
        proxy.setFilterText({});
        QCOMPARE(proxy.rowCount(), 3);
    }

    void csvIsFormulaSafe_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("field");
        QTest::newRow("plain") << u"checkout"_s << u"checkout"_s;
        QTest::newRow("equals") << u"=1+1"_s << u"\"'=1+1\""_s;
        QTest::newRow("plus") << u"+cmd"_s << u"\"'+cmd\""_s;
        QTest::newRow("minus") << u"-2"_s << u"\"'-2\""_s;
        QTest::newRow("at") << u"@SUM(A1)"_s << u"\"'@SUM(A1)\""_s;
        QTest::newRow("tab") << u"\t=x"_s << u"\"'\t=x\""_s;
        QTest::newRow("full width") << u"＝x"_s << u"\"'＝x\""_s;
        QTest::newRow("comma") << u"a,b"_s << u"\"a,b\""_s;
        QTest::newRow("quote") << u"say \"hi\""_s << u"\"say \"\"hi\"\"\""_s;
        QTest::newRow("line") << u"a\nb"_s << u"\"a\nb\""_s;
    }
    void csvIsFormulaSafe()
    {
        QFETCH(QString, name);
        QFETCH(QString, field);
        RecordModel model(columns());
        model.setRecords({record(name, 5)});
        QCOMPARE(exportText(model, TextFormat::Csv), u"name,total_tokens\r\n"_s + field + u",5\r\n"_s);
    }

    void copiesKeepExactValues()
    {
        RecordModel model(columns());
        model.setRecords({record(u"a|b"_s, 9'007'199'254'740'993), record(u"none"_s, {})});
        QVERIFY(exportText(model, TextFormat::Json).contains(u"9007199254740993"_s));
        QVERIFY(exportText(model, TextFormat::Json).contains(u"null"_s));
        const QString markdown = exportText(model, TextFormat::Markdown);
        QVERIFY(markdown.contains(u"| a\\|b |"_s));
        QVERIFY(markdown.startsWith(u"| Name | Tokens |\n|---|---:|\n"_s));
    }

    void selectionIsSummed()
    {
        RecordModel model(columns());
        model.setRecords({record(u"a"_s, 100), record(u"b"_s, 300), record(u"c"_s, {})});
        QCOMPARE(selectionSummary({model.index(0, 1)}), QString());
        const QString text =
            selectionSummary({model.index(0, 0), model.index(0, 1), model.index(1, 1), model.index(2, 1)});
        QCOMPARE(text, u"Sum 400 · average 200 · 2 cells"_s);
    }

    void aSumIsOfOneColumnAndKeepsItsFraction()
    {
        RecordModel model({{u"Name"_s, u"name"_s, false, 100, {}},
                           {u"Tokens"_s, u"tokens"_s, true, 80, {}},
                           {u"Time"_s, u"time"_s, true, 80, {}}});
        const auto row = [](const QString& name, double tokens, double time) {
            return Record{name, {}, {{name, name, {}, {}}, {tokens, {}, {}, {}}, {time, {}, {}, {}}}};
        };
        model.setRecords({row(u"a"_s, 120.25, 7), row(u"b"_s, 130.5, 9)});
        QCOMPARE(selectionSummary({model.index(0, 1), model.index(0, 2)}), QString());
        QCOMPARE(selectionSummary({model.index(0, 1), model.index(1, 1)}),
                 u"Sum 250.75 · average 125.38 · 2 cells"_s);
    }

    void amounts_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("text");
        QTest::newRow("zero") << 0.0 << u"0"_s;
        QTest::newRow("small") << 987.0 << u"987"_s;
        QTest::newRow("thousands") << 1240.0 << u"1.24 k"_s;
        QTest::newRow("never 1000 k") << 999'600.0 << u"1.00 M"_s;
        QTest::newRow("rounds up a digit") << 9'996.0 << u"10.0 k"_s;
        QTest::newRow("millions") << 48'400'000.0 << u"48.4 M"_s;
        QTest::newRow("negative") << -1500.0 << u"−1.50 k"_s;
        QTest::newRow("unknown") << std::nan("") << u"–"_s;
    }
    void amounts()
    {
        QFETCH(double, value);
        QFETCH(QString, text);
        QCOMPARE(formatAmount(value).replace(QChar(0x202F), u' '), text);
    }

    void unknownIsNeverZero()
    {
        QCOMPARE(formatShare(std::nullopt), u"–"_s);
        QCOMPARE(formatMilliseconds(std::nullopt), u"–"_s);
        QVERIFY(formatShare(0.0000001).startsWith(u'<'));
        QCOMPARE(formatShare(0.0), QString(u"0"_s + QChar(0x202F) + u'%'));
    }

    void valueAxisEndsAboveTheLargest_data()
    {
        QTest::addColumn<double>("largest");
        for (const double largest : {0.0, 0.003, 1.0, 7.0, 99.0, 1'070'000.0, 2.5e12})
            QTest::addRow("%g", largest) << largest;
    }
    void valueAxisEndsAboveTheLargest()
    {
        QFETCH(double, largest);
        const ValueAxis axis = valueAxis(largest, 5, [](double value) { return QString::number(value); });
        QVERIFY(axis.top >= largest);
        QVERIFY(largest == 0 || axis.top <= largest * 2.6);
        QVERIFY(axis.ticks.back().value <= axis.top);
        QVERIFY(axis.ticks.size() >= 2 && axis.ticks.size() <= 8);
        QCOMPARE(axis.ticks.front().value, 0.0);
    }

    void timeTicksAreRound()
    {
        const DateTime start = DateTime::fromCivil(2026, 6, 3) + std::chrono::minutes(7);
        const auto ticks = timeTicks({start, start + std::chrono::hours(24)}, 9);
        QVERIFY(ticks.size() >= 5 && ticks.size() <= 10);
        for (const AxisTick& tick : ticks)
            QCOMPARE(std::fmod(tick.value, 3 * 3600e3), 0.0);
        QVERIFY(std::any_of(ticks.begin(), ticks.end(),
                            [](const AxisTick& tick) { return tick.label == u"4 Jun"_s; }));
        QVERIFY(timeTicks({start, start}, 9).empty());
    }

    void aKeyKeepsItsColour()
    {
        SeriesColors colors;
        colors.learn(u"service"_s, {u"b"_s, u"a"_s});
        const QColor a = colors.color(u"service"_s, u"a"_s, Qt::black);
        const QColor b = colors.color(u"service"_s, u"b"_s, Qt::black);
        QVERIFY(a != b);
        colors.learn(u"service"_s, {u"0-first"_s, u"b"_s});
        QCOMPARE(colors.color(u"service"_s, u"a"_s, Qt::black), a);
        QCOMPARE(colors.color(u"service"_s, u"b"_s, Qt::black), b);
        QCOMPARE(colors.color(u"service"_s, u"unheard"_s, Qt::black), QColor(Qt::black));
        SeriesColors again;
        again.learn(u"service"_s, {u"a"_s, u"b"_s});
        QCOMPARE(again.color(u"service"_s, u"a"_s, Qt::black), a);
    }
};

GATEHOUSE_WINDOW_TEST_MAIN(TestModels)
#include "tst_models.moc"
