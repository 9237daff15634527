// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/csvreport.h"
#include "core/report/pdfreport.h"
#include "core/report/shown.h"
#include "tests/unit/report/csvlines.h"
#include "tests/unit/report/examplereport.h"

#include <QtTest/QtTest>

#include <random>

using namespace gatehouse;
using namespace gatehouse::report;

namespace {

/// "-1234.5" in pico units.
Int128 picoOf(const std::string& text)
{
    const std::size_t point = std::min(text.find('.'), text.size());
    std::string digits = text.substr(0, point) + (point < text.size() ? text.substr(point + 1) : "");
    digits += std::string(12 - (point < text.size() ? text.size() - point - 1 : 0), '0');
    Int128 value = 0;
    for (const char c : digits) {
        if (c >= '0' && c <= '9')
            value = value * 10 + (c - '0');
    }
    return text.starts_with('-') ? -value : value;
}

} // namespace

class TestCsvReport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyLineHasEveryColumn_data()
    {
        QTest::addColumn<QString>("name");
        for (const std::string& name : test::exampleNames())
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }

    void everyLineHasEveryColumn()
    {
        QFETCH(QString, name);
        const Report report = test::exampleReport(name.toStdString());
        const auto csv = csvReport(report);
        QVERIFY(csv);
        QVERIFY(*csv == *csvReport(report));
        const auto lines = test::csvLines(*csv);
        QVERIFY(!lines.empty());
        for (const auto& line : lines)
            QCOMPARE(line.size(), lines.front().size());
        std::size_t rows = report.rows ? report.rows->rows.size() : 0;
        for (const Table& table : report.tables)
            rows += table.rows.size();
        for (const Page& page : report.pages) {
            for (const Table& table : page.tables)
                rows += table.rows.size();
        }
        QCOMPARE(lines.size(), 1 + 8 + report.notes.size() + report.figures.size() + rows);
    }

    void noCellIsAFormula()
    {
        const auto csv = csvReport(test::exampleReport("hostile"));
        QVERIFY(csv);
        int quoted = 0;
        for (const auto& line : test::csvLines(*csv)) {
            for (const std::string& cell : line) {
                if (cell.empty())
                    continue;
                const bool number = cell.find_first_not_of("-.0123456789e") == std::string::npos;
                QVERIFY2(number || std::string("=+-@\t\r").find(cell.front()) == std::string::npos,
                         cell.c_str());
                quoted += cell.starts_with("'=") ? 1 : 0;
            }
        }
        QVERIFY(quoted > 10);
    }

    void aTableSumsToItsTotalToTheLastDigit()
    {
        const std::uint64_t seed = qEnvironmentVariableIsSet("SEED")
                                       ? qEnvironmentVariable("SEED").toULongLong()
                                       : std::random_device()();
        qInfo("SEED=%llu", static_cast<unsigned long long>(seed));
        for (std::uint64_t i = 0; i < 500; ++i) {
            const Report report = test::randomReport(seed + i);
            const auto csv = csvTable(report, "t");
            QVERIFY(csv);
            const auto lines = test::csvLines(*csv);
            QCOMPARE(lines.size(), report.tables[0].rows.size() + 1);
            QCOMPARE(lines[0][2], "Spend (" + report.currency.code + ")");
            Int128 sum = 0;
            for (std::size_t row = 1; row < lines.size(); ++row)
                sum += picoOf(lines[row][2]);
            QVERIFY2(sum == sumOf(report.tables[0], 2), std::to_string(seed + i).c_str());
        }
    }

    void amountsBeyondADoubleKeepEveryDigit()
    {
        const auto csv = csvTable(test::exampleReport("huge"), "by-service");
        QVERIFY(csv);
        QVERIFY(csv->find("4000000000000000001,1234567890123.987654321987,") != std::string::npos);
        QVERIFY(csv->find("beta,1,0.000000000001,0.000000") != std::string::npos);
    }

    void theRawRowsAreATable()
    {
        const Report report = test::exampleReport("full");
        const auto csv = csvTable(report, "rows");
        QVERIFY(csv);
        const auto lines = test::csvLines(*csv);
        QCOMPARE(lines.size(), report.rows->rows.size() + 1);
        QCOMPARE(lines[1][0], std::string("2026-11-01"));
        QCOMPARE(lines[4][5], std::string()); // unknown
    }

    void anUnknownTableIsNotFound()
    {
        const auto csv = csvTable(test::exampleReport("full"), "nothing");
        QVERIFY(!csv);
        QVERIFY(csv.error().kind == Error::Kind::NotFound);
    }

    void sampleDataIsSaidInTheFile()
    {
        const auto csv = csvReport(test::exampleReport("full"));
        QVERIFY(csv);
        QVERIFY(csv->find("Sample data: simulated requests") != std::string::npos);
        QVERIFY(csv->find("Europe/Zurich") != std::string::npos);
    }

    void aPdfWithoutFontsIsRefusedInsteadOfEndingTheProgram()
    {
        const auto pdf = pdfReport(test::exampleReport("full"));
        QVERIFY(!pdf);
        QVERIFY(pdf.error().kind == Error::Kind::Internal);
    }
};

QTEST_GUILESS_MAIN(TestCsvReport)
#include "tst_csvreport.moc"
