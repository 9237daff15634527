// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/palette.h"
#include "core/report/pdfreport.h"
#include "core/report/shown.h"
#include "tests/unit/report/examplereport.h"
#include "ui/theme/tokens.h"

#include <QtCore/QProcess>
#include <QtCore/QRegularExpression>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtCore/QThread>
#include <QtTest/QtTest>

#include <array>
#include <memory>

using namespace gatehouse;
using namespace gatehouse::report;

namespace {

QByteArray run(const QString& program, const QStringList& arguments,
               const QProcessEnvironment& environment = QProcessEnvironment::systemEnvironment())
{
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(program, arguments);
    if (!process.waitForFinished(120'000) || process.exitCode() != 0)
        return "failed: " + process.readAllStandardError();
    return process.readAllStandardOutput();
}

QString squeezed(QString text)
{
    return text.removeIf([](QChar c) { return c.isSpace(); });
}

/// A word on a page, as poppler finds it; points from the upper left.
struct Word
{
    QString text;
    QRectF box;
};

std::vector<std::vector<Word>> wordsOf(const QString& file)
{
    static const QRegularExpression line(
        QStringLiteral("<page |<word xMin=\"([-0-9.]+)\" yMin=\"([-0-9.]+)\" xMax=\"([-0-9.]+)\" "
                       "yMax=\"([-0-9.]+)\">([^<]*)"));
    const QString xml = QString::fromUtf8(
        run(QStringLiteral("pdftotext"), {QStringLiteral("-bbox"), file, QStringLiteral("-")}));
    std::vector<std::vector<Word>> pages;
    for (auto each = line.globalMatch(xml); each.hasNext();) {
        const auto match = each.next();
        if (match.captured(1).isEmpty()) {
            pages.emplace_back();
            continue;
        }
        const auto number = [&match](int i) { return match.captured(i).toDouble(); };
        pages.back().push_back(
            {match.captured(5), QRectF(QPointF(number(1), number(2)), QPointF(number(3), number(4)))});
    }
    return pages;
}

} // namespace

class TestPdfReport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        QVERIFY(m_directory->isValid());
    }

    void theSameReportIsTheSameBytes_data() { examples(); }
    void theSameReportIsTheSameBytes()
    {
        QFETCH(QString, name);
        const Report report = test::exampleReport(name.toStdString());
        const auto once = pdfReport(report);
        QVERIFY2(once.has_value(), once ? "" : once.error().message.c_str());
        QVERIFY(*once == *pdfReport(report));
        // Other processes draw other hash seeds, and live in other zones and languages.
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("TZ"), QStringLiteral("Asia/Tokyo"));
        environment.insert(QStringLiteral("LANG"), QStringLiteral("de_DE.UTF-8"));
        for (int i = 0; i < 3; ++i) {
            const QString file = m_directory->filePath(QStringLiteral("other.pdf"));
            const QByteArray said =
                run(QStringLiteral(TEST_BIN_DIR "/report-example"), {name, file}, environment);
            QVERIFY2(said.isEmpty(), said.constData());
            QFile other(file);
            QVERIFY(other.open(QIODevice::ReadOnly));
            QVERIFY(other.readAll().toStdString() == *once);
        }
    }

    void anotherAsOfTimeIsAnotherDocument()
    {
        Report report = test::exampleReport("onerow");
        const auto once = pdfReport(report);
        report.asOf += std::chrono::hours(1);
        const auto later = pdfReport(report);
        QVERIFY(once && later && *once != *later);
    }

    void threadsWriteTheSameBytes()
    {
        const Report report = test::exampleReport("full");
        const auto expected = pdfReport(report);
        QVERIFY(expected);
        std::array<std::string, 3> made;
        std::vector<std::unique_ptr<QThread>> threads;
        for (std::string& each : made) {
            threads.emplace_back(QThread::create([&each, &report] {
                for (int i = 0; i < 3; ++i)
                    each = pdfReport(report).value_or("");
            }));
            threads.back()->start();
        }
        for (const auto& thread : threads)
            QVERIFY(thread->wait());
        for (const std::string& each : made)
            QVERIFY(each == *expected);
    }

    void datesAreTheReports()
    {
        if (!tools())
            return;
        const QString file = written(test::exampleReport("full"), PaperSize::A4);
        const QByteArray info = run(QStringLiteral("pdfinfo"), {QStringLiteral("-isodates"), file});
        QVERIFY2(info.contains("CreationDate:    2026-11-26T14:21:00Z"), info.constData());
        QVERIFY2(info.contains("ModDate:         2026-11-26T14:21:00Z"), info.constData());
        QVERIFY(info.contains("Title:           AI spend, November 2026"));
    }

    void everyFontIsEmbedded()
    {
        if (!tools())
            return;
        const QByteArray fonts =
            run(QStringLiteral("pdffonts"), {written(test::exampleReport("hostile"), PaperSize::A4)});
        const QList<QByteArray> lines = fonts.trimmed().split('\n');
        QVERIFY(lines.size() > 3);
        for (const QByteArray& line : lines.mid(2))
            QVERIFY2(line.contains(" yes yes yes "), line.constData());
    }

    void everyFigureIsOnPaper_data() { examples(); }
    void everyFigureIsOnPaper()
    {
        QFETCH(QString, name);
        if (!tools())
            return;
        const Report report = test::exampleReport(name.toStdString());
        const QString text = squeezed(QString::fromUtf8(
            run(QStringLiteral("pdftotext"),
                {QStringLiteral("-layout"), written(report, PaperSize::A4), QStringLiteral("-")})));
        const auto holds = [&text](const std::string& figure) {
            return text.contains(squeezed(QString::fromStdString(figure)));
        };
        std::vector<const Table*> tables;
        for (const Table& table : report.tables)
            tables.push_back(&table);
        for (const Page& page : report.pages) {
            for (const Table& table : page.tables)
                tables.push_back(&table);
        }
        for (const Table* const table : tables) {
            for (std::size_t column = 0; column < table->columns.size(); ++column) {
                if (table->columns[column].type == ColumnType::Text && name == QLatin1StringView("hostile"))
                    continue; // names are shortened and turned; figures never
                for (const std::string& figure : shownColumn(*table, column, report.currency))
                    QVERIFY2(holds(figure), figure.c_str());
            }
        }
        for (const Figure& figure : report.figures) {
            if (name != QLatin1StringView("hostile"))
                QVERIFY2(holds(figureText(figure, report.tables, report.currency)), figure.label.c_str());
        }
        QVERIFY(holds(momentText(report.asOf)));
        QVERIFY(holds(periodText(report.period)));
        QVERIFY(holds(report.currency.code));
    }

    void nothingIsClippedAndNothingOverlaps_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("letter");
        for (const std::string& name : test::exampleNames()) {
            QTest::addRow("%s on A4", name.c_str()) << QString::fromStdString(name) << false;
            QTest::addRow("%s on Letter", name.c_str()) << QString::fromStdString(name) << true;
        }
    }

    void nothingIsClippedAndNothingOverlaps()
    {
        QFETCH(QString, name);
        QFETCH(bool, letter);
        if (!tools())
            return;
        const QRectF sheet = letter ? QRectF(0, 0, 612, 792) : QRectF(0, 0, 595, 842);
        // Half a letter's side bearing may stand out of the margin.
        const QRectF inside = sheet.adjusted(38, 24, -38, -24);
        const auto pages = wordsOf(
            written(test::exampleReport(name.toStdString()), letter ? PaperSize::Letter : PaperSize::A4));
        QVERIFY(!pages.empty());
        int number = 0;
        for (const auto& words : pages) {
            ++number;
            QVERIFY(!words.empty());
            for (std::size_t i = 0; i < words.size(); ++i) {
                const QByteArray where =
                    QStringLiteral("page %1: %2").arg(number).arg(words[i].text).toUtf8();
                QVERIFY2(inside.contains(words[i].box), where.constData());
                for (std::size_t j = 0; j < i; ++j) {
                    // The boxes of lines reach into each other, letters do not.
                    const QRectF a = words[i].box.adjusted(0.3, words[i].box.height() * 0.25, -0.3,
                                                           -words[i].box.height() * 0.25);
                    const QRectF b = words[j].box.adjusted(0.3, words[j].box.height() * 0.25, -0.3,
                                                           -words[j].box.height() * 0.25);
                    QVERIFY2(!a.intersects(b), (where + " on " + words[j].text.toUtf8()).constData());
                }
            }
        }
    }

    void everySheetSaysWhichItIs()
    {
        if (!tools())
            return;
        const Report report = test::exampleReport("teams200");
        const auto pages = wordsOf(written(report, PaperSize::A4));
        QVERIFY(pages.size() > report.pages.size());
        for (std::size_t i = 0; i < pages.size(); ++i) {
            QString text;
            for (const Word& word : pages[i])
                text += word.text + QLatin1Char(' ');
            const QString wanted = QStringLiteral("Page %1 of %2").arg(i + 1).arg(pages.size());
            QVERIFY2(text.contains(wanted), qPrintable(wanted));
            QVERIFY(text.contains(QStringLiteral("Sample data")));
            QVERIFY(text.contains(QStringLiteral("USD")));
        }
    }

    void anEmptyReportSaysSo()
    {
        if (!tools())
            return;
        const QByteArray text =
            run(QStringLiteral("pdftotext"),
                {written(test::exampleReport("empty"), PaperSize::A4), QStringLiteral("-")});
        QVERIFY(text.contains("There is no usage in this period"));
        QVERIFY(text.contains("Completeness: Not known."));
    }

    void aReportThatDoesNotHoldTogetherIsNoPdf()
    {
        Report report = test::exampleReport("full");
        std::get<Money>(report.tables[0].total->at(3)).pico += 1;
        const auto refused = pdfReport(report);
        QVERIFY(!refused);
        QVERIFY(refused.error().kind == Error::Kind::Internal);
    }

    void coloursAreTheWindows()
    {
        QVERIFY(palette::Series == ui::SeriesPalette);
        const ui::Tokens& tokens = ui::lightTokens();
        QCOMPARE(palette::Panel, tokens.window.rgb());
        QCOMPARE(palette::Line, tokens.line.rgb());
        QCOMPARE(palette::LineStrong, tokens.lineStrong.rgb());
        QCOMPARE(palette::Text, tokens.text.rgb());
        QCOMPARE(palette::Muted, tokens.muted.rgb());
        QCOMPARE(palette::Warn, tokens.warn.rgb());
        QCOMPARE(palette::Unknown, tokens.unknown.rgb());
    }

private:
    static void examples()
    {
        QTest::addColumn<QString>("name");
        for (const std::string& name : test::exampleNames())
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }

    static bool tools()
    {
        if (!QStandardPaths::findExecutable(QStringLiteral("pdftotext")).isEmpty())
            return true;
        QTest::qSkip("pdftotext (poppler-utils) is not installed", __FILE__, __LINE__);
        return false;
    }

    QString written(const Report& report, PaperSize paper)
    {
        const auto pdf = pdfReport(report, paper);
        const QString path = m_directory->filePath(QStringLiteral("report.pdf"));
        QFile file(path);
        if (!pdf || !file.open(QIODevice::WriteOnly) ||
            file.write(pdf->data(), static_cast<qint64>(pdf->size())) != static_cast<qint64>(pdf->size()))
            return {};
        return path;
    }

    std::unique_ptr<QTemporaryDir> m_directory;
};

QTEST_MAIN(TestPdfReport)
#include "tst_pdfreport.moc"
