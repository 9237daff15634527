// SPDX-License-Identifier: GPL-3.0-or-later
// LibreOffice opens the workbooks, computes every formula anew and comes to the report's totals.
#include "core/report/shown.h"
#include "core/report/xlsxreport.h"
#include "core/report/xlsxsheet.h"
#include "tests/unit/report/csvlines.h"
#include "tests/unit/report/examplereport.h"

#include <QtCore/QProcess>
#include <QtCore/QRegularExpression>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <cmath>

using namespace gatehouse;
using namespace gatehouse::report;

class TestReportInterop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        for (const char* const program : {"soffice", "python3"}) {
            if (QStandardPaths::findExecutable(QLatin1StringView(program)).isEmpty())
                QSKIP((QByteArray(program) + " is not installed").constData());
        }
    }

    void libreOfficeComputesTheSameTotals_data()
    {
        QTest::addColumn<QString>("name");
        for (const std::string& name : test::exampleNames())
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }

    void libreOfficeComputesTheSameTotals()
    {
        QFETCH(QString, name);
        const Report report = test::exampleReport(name.toStdString());
        const QTemporaryDir directory;
        const auto sheets = converted(report, directory);
        std::size_t at = 1; // behind the summary
        std::vector<const Table*> tables;
        for (const Table& table : report.tables)
            tables.push_back(&table);
        if (report.rows)
            tables.push_back(&*report.rows);
        QCOMPARE(sheets.size(), tables.size() + 3);
        for (const Table* const table : tables) {
            const auto& lines = sheets.at(at++);
            QCOMPARE(lines.size(), table->rows.size() + 2);
            for (std::size_t column = 0; column < table->columns.size(); ++column)
                holds(lines, *table, column);
        }
    }

private:
    static bool near(const std::string& text, double wanted, double size)
    {
        return std::abs(std::strtod(text.c_str(), nullptr) - wanted) <= 1e-12 * std::max(size, 1e-3);
    }

    static void holds(const std::vector<std::vector<std::string>>& lines, const Table& table,
                      std::size_t column)
    {
        const Column& about = table.columns[column];
        const bool whole = about.type == ColumnType::Integer;
        if (about.summed) {
            double size = 0;
            for (const std::vector<Cell>& row : table.rows)
                size += std::abs(nearest(amountOf(row[column]).value_or(0), whole));
            const std::string& total = lines.back()[column];
            QVERIFY2(near(total, nearest(sumOf(table, column), whole), size), total.c_str());
        }
        if (about.shareOf && sumOf(table, *about.shareOf) != 0) {
            const double total = nearest(sumOf(table, *about.shareOf), false);
            for (std::size_t row = 0; row < table.rows.size(); ++row) {
                const Amount amount = amountOf(table.rows[row][*about.shareOf]);
                const std::string& text = lines[row + 1][column];
                // "32.76…%"
                QVERIFY2(amount ? std::abs(std::strtod(text.c_str(), nullptr) / 100 -
                                           nearest(*amount, false) / total) < 1e-9
                                : text == "unknown",
                         text.c_str());
            }
        }
    }

    /// The sheets in their order, as LibreOffice shows them: exact values, formulas computed.
    static std::vector<std::vector<std::vector<std::string>>> converted(const Report& report,
                                                                        const QTemporaryDir& directory)
    {
        const auto bytes = xlsxReport(report);
        const QString full = directory.filePath(QStringLiteral("full.xlsx"));
        const QString bare = directory.filePath(QStringLiteral("bare.xlsx"));
        QFile file(full);
        if (!bytes || !file.open(QIODevice::WriteOnly) ||
            file.write(bytes->data(), qint64(bytes->size())) < 0)
            return {};
        file.close();
        QProcess process;
        process.start(QStringLiteral("python3"),
                      {QStringLiteral(REPORT_TEST_DIR "/stripvalues.py"), full, bare});
        if (!process.waitForFinished() || process.exitCode() != 0)
            return {};
        process.start(
            QStringLiteral("soffice"),
            {QStringLiteral("-env:UserInstallation=file://") + directory.filePath(QStringLiteral("profile")),
             QStringLiteral("--headless"), QStringLiteral("--convert-to"),
             QStringLiteral("csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"),
             QStringLiteral("--outdir"), directory.path(), bare});
        if (!process.waitForFinished(180'000) || process.exitCode() != 0)
            return {};
        std::vector<std::vector<std::vector<std::string>>> sheets;
        // "Writing sheet Rows -> /…/bare-Rows.csv", in the order of the sheets.
        static const QRegularExpression line(QStringLiteral("^Writing sheet .* -> (.*\\.csv)$"),
                                             QRegularExpression::MultilineOption);
        const QString said = QString::fromUtf8(process.readAllStandardOutput());
        for (auto each = line.globalMatch(said); each.hasNext();) {
            QFile sheet(each.next().captured(1));
            if (!sheet.open(QIODevice::ReadOnly))
                return {};
            sheets.push_back(test::csvLines(sheet.readAll().replace("\n", "\r\n").toStdString()));
        }
        return sheets;
    }
};

QTEST_GUILESS_MAIN(TestReportInterop)
#include "tst_reportinterop.moc"
