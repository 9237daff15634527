// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/shown.h"
#include "core/report/xlsxreport.h"
#include "core/report/xlsxsheet.h"
#include "tests/unit/report/examplereport.h"
#include "tests/unit/report/workbookreader.h"

#include <QtTest/QtTest>

#include <cmath>
#include <random>

using namespace gatehouse;
using namespace gatehouse::report;

namespace {

/// Of a cell.
constexpr std::size_t Type = 0;
constexpr std::size_t Value = 1;
constexpr std::size_t Formula = 2;

const Json* sheetNamed(const Json& book, const std::string& name)
{
    for (const Json& sheet : book) {
        if (sheet.at("name") == name)
            return &sheet;
    }
    return nullptr;
}

/// "C" and 44 → the cell C44 of a sheet; null where there is none.
const Json* cellAt(const Json& sheet, std::size_t row, std::size_t column)
{
    const auto found = sheet.at("cells").find(columnName(column) + std::to_string(row + 1));
    return found == sheet.at("cells").end() ? nullptr : &*found;
}

double valueOf(const Json* cell)
{
    return cell == nullptr ? std::nan("") : std::strtod(cell->at(Value).get<std::string>().c_str(), nullptr);
}

bool near(double a, double b)
{
    return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)});
}

} // namespace

class TestXlsxReport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theSameReportIsTheSameBytes_data() { examples(); }
    void theSameReportIsTheSameBytes()
    {
        QFETCH(QString, name);
        const Report report = test::exampleReport(name.toStdString());
        const auto once = xlsxReport(report);
        QVERIFY2(once.has_value(), once ? "" : once.error().message.c_str());
        QVERIFY(*once == *xlsxReport(report));
        const QTemporaryDir directory;
        const QString path = directory.filePath(QStringLiteral("other.xlsx"));
        QProcess process;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("TZ"), QStringLiteral("Asia/Tokyo"));
        environment.insert(QStringLiteral("LANG"), QStringLiteral("de_DE.UTF-8"));
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(TEST_BIN_DIR "/report-example"), {name, path});
        QVERIFY(process.waitForFinished(60'000));
        QFile other(path);
        QVERIFY(other.open(QIODevice::ReadOnly));
        QVERIFY(other.readAll().toStdString() == *once);
    }

    void sheetsAreInTheirOrderWithHeadsAndFilters()
    {
        const auto book = opened(test::exampleReport("full"));
        if (!book)
            return;
        std::vector<std::string> names;
        for (const Json& sheet : *book)
            names.push_back(sheet.at("name"));
        QCOMPARE(names, (std::vector<std::string>{"Summary", "By service", "By team", "Rows", "Definitions",
                                                  "Sources"}));
        const Json* const services = sheetNamed(*book, "By service");
        QCOMPARE(services->at("freeze").get<std::string>(), std::string("A2"));
        QCOMPARE(services->at("filter").get<std::string>(),
                 std::string("A1:G7")); // the total is not sorted away
        QCOMPARE(cellAt(*services, 0, 3)->at(Value).get<std::string>(), std::string("Spend (USD)"));
    }

    void totalsAreSumsWithTheirValues_data() { examples(); }
    void totalsAreSumsWithTheirValues()
    {
        QFETCH(QString, name);
        const Report report = test::exampleReport(name.toStdString());
        const auto book = opened(report);
        if (!book)
            return;
        std::size_t at = 1; // behind the summary
        for (const Table& table : report.tables)
            totalsHold(book->at(at++), table);
        if (report.rows)
            totalsHold(book->at(at++), *report.rows);
    }

    void randomTotalsAreSumsWithTheirValues()
    {
        const std::uint64_t seed = qEnvironmentVariableIsSet("SEED")
                                       ? qEnvironmentVariable("SEED").toULongLong()
                                       : std::random_device()();
        qInfo("SEED=%llu", static_cast<unsigned long long>(seed));
        for (std::uint64_t i = 0; i < 40; ++i) {
            const Report report = test::randomReport(seed + i);
            const auto book = opened(report);
            if (!book)
                return;
            totalsHold(book->at(1), report.tables.front());
        }
    }

    void sharesAreFormulas()
    {
        const Report report = test::exampleReport("full");
        const auto book = opened(report);
        if (!book)
            return;
        const Json* const cell = cellAt(*sheetNamed(*book, "By service"), 1, 4);
        QCOMPARE(cell->at(Formula).get<std::string>(),
                 std::string("IF(AND(ISNUMBER(D2),$D$8<>0),D2/$D$8,\"unknown\")"));
        const double share = static_cast<double>(*amountOf(report.tables[0].rows[0][3])) /
                             static_cast<double>(sumOf(report.tables[0], 3));
        QVERIFY(near(valueOf(cell), share));
    }

    void theSummaryPointsAtTheTotals()
    {
        const Report report = test::exampleReport("full");
        const auto book = opened(report);
        if (!book)
            return;
        const Json& summary = book->front();
        bool found = false;
        for (const auto& [place, cell] : summary.at("cells").items())
            found = found || (cell.at(Formula) == "'By service'!$D$8" &&
                              near(valueOf(&cell), static_cast<double>(sumOf(report.tables[0], 3)) / 1e12));
        QVERIFY(found);
        QVERIFY(summary.dump().find("Sample data: simulated requests") != std::string::npos);
    }

    void textIsNeverAFormula()
    {
        const Report report = test::exampleReport("hostile");
        const auto book = opened(report);
        if (!book)
            return;
        std::size_t names = 0;
        for (const Json& sheet : *book) {
            for (const auto& [place, cell] : sheet.at("cells").items()) {
                const auto value = cell.at(Value).get<std::string>();
                if (value.find("HYPERLINK") == std::string::npos && value.find("SUM(A1") == std::string::npos)
                    continue;
                ++names;
                QVERIFY(cell.at(Formula).is_null());
                QCOMPARE(cell.at(Type).get<std::string>(), std::string("inlineStr"));
            }
            for (const auto& [place, cell] : sheet.at("cells").items()) {
                if (cell.at(Formula).is_string()) {
                    const auto formula = cell.at(Formula).get<std::string>();
                    QVERIFY2(formula.starts_with("SUM(") || formula.starts_with("IF(") ||
                                 formula.starts_with("'"),
                             formula.c_str());
                    QVERIFY(formula.find("HYPERLINK") == std::string::npos);
                }
            }
        }
        QVERIFY(names > 40);
    }

    void amountsBeyondADoubleHaveTheirDigitsAsText()
    {
        QVERIFY(carriedExactly(Int128{123'456'789'012'345}, true));
        QVERIFY(!carriedExactly(Int128{1'234'567'890'123'456}, true));
        QVERIFY(carriedExactly(Int128{1'230'000'000'000'000'000}, true));
        const auto book = opened(test::exampleReport("huge"));
        if (!book)
            return;
        const Json& sheet = *sheetNamed(*book, "By service");
        QCOMPARE(cellAt(sheet, 0, 4)->at(Value).get<std::string>(), std::string("Tokens, exact"));
        QCOMPARE(cellAt(sheet, 0, 5)->at(Value).get<std::string>(), std::string("Spend (USD), exact"));
        QCOMPARE(cellAt(sheet, 1, 4)->at(Value).get<std::string>(), std::string("4000000000000000001"));
        QCOMPARE(cellAt(sheet, 1, 5)->at(Value).get<std::string>(),
                 std::string("1234567890123.987654321987"));
        QCOMPARE(cellAt(sheet, 2, 5)->at(Value).get<std::string>(), std::string("0.000000000001"));
        QCOMPARE(cellAt(sheet, 1, 5)->at(Type).get<std::string>(), std::string("inlineStr"));
        QVERIFY(near(valueOf(cellAt(sheet, 1, 2)), 1234567890123.9877));
        QVERIFY(sheetNamed(*book, "Definitions")->dump().find("15 significant digits") != std::string::npos);
    }

    void datesAreDates()
    {
        const auto book = opened(test::exampleReport("full"));
        if (!book)
            return;
        const Json* const first = cellAt(*sheetNamed(*book, "Rows"), 1, 0);
        QCOMPARE(first->at(Type).get<std::string>(), std::string("n"));
        QCOMPARE(valueOf(first), 46'327.0); // 2026-11-01
    }

    void unknownIsAWordAndNotZero()
    {
        const auto book = opened(test::exampleReport("full"));
        if (!book)
            return;
        const Json* const spend = cellAt(*sheetNamed(*book, "Rows"), 4, 5);
        QCOMPARE(spend->at(Value).get<std::string>(), std::string("unknown"));
        QVERIFY(book->front().dump().find("24 rows are unknown") != std::string::npos);
    }

    void aLongTableGoesOnInAnotherSheet()
    {
        const Report report = test::exampleReport("full");
        const auto bytes = xlsxReport(report, {.rowsPerSheet = 150});
        QVERIFY(bytes);
        const auto book = test::readWorkbook(*bytes);
        if (!test::hasPython())
            QSKIP("python3 is not installed");
        QVERIFY(book);
        QVERIFY(sheetNamed(*book, "Rows") != nullptr && sheetNamed(*book, "Rows 2") != nullptr);
        const Json* const last = sheetNamed(*book, "Rows 3");
        QVERIFY(last != nullptr);
        const Json* const total = cellAt(*last, 101, 4);
        QCOMPARE(total->at(Formula).get<std::string>(),
                 std::string("SUM('Rows'!E2:E151,'Rows 2'!E2:E151,E2:E101)"));
        QVERIFY(near(valueOf(total), static_cast<double>(sumOf(*report.rows, 4))));
    }

    void whatTakesTooManySheetsIsRefused()
    {
        const auto refused = xlsxReport(test::exampleReport("full"), {.rowsPerSheet = 1});
        QVERIFY(!refused);
        QVERIFY(refused.error().kind == Error::Kind::InvalidInput);
    }

private:
    static void examples()
    {
        QTest::addColumn<QString>("name");
        for (const std::string& name : test::exampleNames())
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }

    /// Empty after a failure or a skip, which the caller returns from.
    static std::optional<Json> opened(const Report& report)
    {
        if (!test::hasPython()) {
            QTest::qSkip("python3 is not installed", __FILE__, __LINE__);
            return std::nullopt;
        }
        const auto bytes = xlsxReport(report);
        auto book = bytes ? test::readWorkbook(*bytes) : std::nullopt;
        if (!book)
            QTest::qFail("the workbook cannot be read", __FILE__, __LINE__);
        return book;
    }

    static void totalsHold(const Json& sheet, const Table& table)
    {
        const std::size_t totalRow = table.rows.size() + 1;
        for (std::size_t column = 0; column < table.columns.size(); ++column) {
            if (!table.columns[column].summed)
                continue;
            const Json* const total = cellAt(sheet, totalRow, column);
            QVERIFY(total != nullptr);
            const std::string name = columnName(column);
            const std::string range =
                table.rows.empty() ? name + "1:" + name + "1" : name + "2:" + name + std::to_string(totalRow);
            QCOMPARE(total->at(Formula).get<std::string>(), "SUM(" + range + ")");
            double sum = 0;
            double size = 0;
            for (std::size_t row = 1; row < totalRow; ++row) {
                const Json* const cell = cellAt(sheet, row, column);
                sum += cell->at(Type) == "n" ? valueOf(cell) : 0;
                size += cell->at(Type) == "n" ? std::abs(valueOf(cell)) : 0;
            }
            const bool money = table.columns[column].type == ColumnType::Money;
            QCOMPARE(valueOf(total), nearest(sumOf(table, column), !money));
            QVERIFY(std::abs(valueOf(total) - sum) <= 1e-12 * size);
        }
    }
};

QTEST_GUILESS_MAIN(TestXlsxReport)
#include "tst_xlsxreport.moc"
