// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/csvreport.h"
#include "core/report/xlsxreport.h"
#include "core/usage/ledger/costwords.h"
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/fakes/samplecost.h"
#include "tests/ui/fakes/windowfixture.h"
#include "ui/pages/cost/costpage.h"
#include "ui/pages/cost/reportpanel.h"
#include "ui/pages/cost/reportsheet.h"
#include "ui/widgets/stateview.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QSemaphore>
#include <QtGui/QClipboard>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

using namespace gatehouse;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

namespace {

cost::Day day(const char* text)
{
    return *cost::parseDay(text);
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QByteArray bytesOf(const std::string& text)
{
    return QByteArray::fromStdString(text);
}

Error refusal()
{
    return fail(Error::Kind::Storage, "The ledger is on a disk that is full.", "Make room.").value();
}

} // namespace

/// The Reports view on a ledger under the test's control. With GATEHOUSE_PICTURES=DIR the view is drawn
/// there.
class TestCostReports : public QObject
{
    Q_OBJECT

    std::unique_ptr<test::WindowFixture> m_fixture;
    QTemporaryDir m_files;

    CostPresenter& presenter() { return m_fixture->workbench->cost(); }
    test::FakeCost& ledger() { return m_fixture->world.cost; }
    QString path(const QString& name) { return m_files.filePath(name); }

    template <typename T>
    T* find(const QString& name)
    {
        T* const found = m_fixture->window->findChild<T*>(name);
        if (found == nullptr)
            qFatal("no %s", qPrintable(name));
        return found;
    }
    ReportPanel& panel() { return *m_fixture->window->findChild<ReportPanel*>(); }
    void showReports()
    {
        qobject_cast<CostPage*>(&m_fixture->window->currentPage())->showExampleView(u"reports"_s);
        QTRY_VERIFY(panel().desk().state().preview && !panel().desk().working());
    }
    void draw(const QString& name)
    {
        const QString directory = qEnvironmentVariable("GATEHOUSE_PICTURES");
        if (directory.isEmpty())
            return;
        QDir().mkpath(directory);
        for (const auto mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
            m_fixture->theme.setMode(mode);
            m_fixture->window->grab().save(
                QDir(directory).filePath(name + u'-' + QString::fromStdString(toString(mode)) + u".png"_s));
        }
        m_fixture->theme.setMode(Theme::Mode::Light);
    }

private Q_SLOTS:
    void init()
    {
        m_fixture = std::make_unique<test::WindowFixture>(*qApp);
        m_fixture->answerWithSamples();
        m_fixture->open(u"cost"_s);
        QTRY_VERIFY(presenter().state()->view);
    }
    void cleanup() { m_fixture.reset(); }

    void reportsCoverWholeDays_data();
    void reportsCoverWholeDays();
    void theCommandSaysTheSameQuestion_data();
    void theCommandSaysTheSameQuestion();
    void filtersAreReadAsTheyAreWritten();
    void aReportIsAskedForOnlyOnScreenAndOnce();
    void anotherGroupingOrAnotherVersionOfPricesIsAnotherReport();
    void thePreviewHasTheSheetsOfThePdf();
    void aFileHoldsWhatIsShown_data();
    void aFileHoldsWhatIsShown();
    void aFileThatCannotBeWrittenIsSaid();
    void aCancelledFileIsNotWritten();
    void aFailedReportOffersAnother();
    void signingOutTakesTheReportAway();
    void everythingHasItsName();
    void thePanelSavesAndCopies();
};

void TestCostReports::reportsCoverWholeDays_data()
{
    QTest::addColumn<int>("period");
    QTest::addColumn<QString>("first");
    QTest::addColumn<QString>("end");
    const auto row = [](const char* name, CostPeriod period, const char* first, const char* end) {
        QTest::newRow(name) << static_cast<int>(period) << QString::fromLatin1(first)
                            << QString::fromLatin1(end);
    };
    row("this month", CostPeriod::ThisMonth, "2026-06-01", "2026-06-03");
    row("last month", CostPeriod::LastMonth, "2026-05-01", "2026-06-01");
    row("7 days", CostPeriod::Days7, "2026-05-27", "2026-06-03");
    row("30 days", CostPeriod::Days30, "2026-05-04", "2026-06-03");
    row("90 days", CostPeriod::Days90, "2026-03-05", "2026-06-03");
    row("12 months", CostPeriod::Year, "2025-07-01", "2026-06-03");
    row("chosen days", CostPeriod::Custom, "2026-02-03", "2026-02-05");
}

void TestCostReports::reportsCoverWholeDays()
{
    QFETCH(int, period);
    QFETCH(QString, first);
    QFETCH(QString, end);
    const cost::DayRange days = reportDays(static_cast<CostPeriod>(period),
                                           {day("2026-02-03"), day("2026-02-05")}, day("2026-06-03"));
    QCOMPARE(QString::fromStdString(cost::dayText(days.first)), first);
    QCOMPARE(QString::fromStdString(cost::dayText(days.end)), end);
    // On the first of a month, "this month" is the one that has just ended.
    QVERIFY(reportDays(CostPeriod::ThisMonth, {}, day("2026-06-01")).first == day("2026-05-01"));
}

void TestCostReports::theCommandSaysTheSameQuestion_data()
{
    QTest::addColumn<int>("period");
    QTest::addColumn<int>("by");
    QTest::addColumn<QString>("filter");
    QTest::addColumn<QString>("line");
    const QString start = u"gatehouse-cli --profile Contoso report --out spend.pdf"_s;
    const auto row = [&start](const char* name, CostPeriod period, cost::CostDimension by,
                              const QString& filter, const QString& rest) {
        QTest::newRow(name) << static_cast<int>(period) << static_cast<int>(by) << filter << start + rest;
    };
    using cost::CostDimension;
    row("what it begins with", CostPeriod::ThisMonth, CostDimension::Service, {}, {});
    row("last month by team", CostPeriod::LastMonth, CostDimension::Team, {},
        u" --of last-month --by team"_s);
    row("a filter", CostPeriod::Days30, CostDimension::Service, u"service=sub-fraud"_s,
        u" --of 30-days --filter service=sub-fraud"_s);
    row("a filter with blanks", CostPeriod::ThisMonth, CostDimension::Service, u"team=It's us"_s,
        u" --filter 'team=It'\\''s us'"_s);
    row("a row that is no value", CostPeriod::ThisMonth, CostDimension::CostCentre, u"team:unattributed"_s,
        u" --by costCentre --filter team:unattributed"_s);
    row("chosen days", CostPeriod::Custom, CostDimension::Service, {},
        u" --timespan 2026-05-03/2026-05-08"_s);
}

void TestCostReports::theCommandSaysTheSameQuestion()
{
    QFETCH(int, period);
    QFETCH(int, by);
    QFETCH(QString, filter);
    QFETCH(QString, line);
    const auto chosen = static_cast<CostPeriod>(period);
    if (chosen == CostPeriod::Custom)
        presenter().setRange({day("2026-05-03"), day("2026-05-08")});
    else
        presenter().setPeriod(chosen);
    presenter().setDimension(static_cast<cost::CostDimension>(by));
    if (!filter.isEmpty())
        presenter().toggleFilter(*cost::filterOf(filter.toStdString()));
    ReportDesk desk(presenter());
    QCOMPARE(desk.commandLine(ReportFormat::Pdf), QString());
    desk.setActive(true);
    QTRY_VERIFY(desk.state().phase == ReportState::Phase::Ready);
    QCOMPARE(desk.commandLine(ReportFormat::Pdf), line);
    QVERIFY(desk.commandLine(ReportFormat::Xlsx).contains(u"spend.xlsx"_s));
}

void TestCostReports::filtersAreReadAsTheyAreWritten()
{
    using cost::RowKind;
    for (int dimension = 0; dimension < 10; ++dimension) {
        for (const cost::CostFilter& filter :
             {cost::CostFilter{static_cast<cost::CostDimension>(dimension), "a=b:c", RowKind::Value},
              cost::CostFilter{static_cast<cost::CostDimension>(dimension), "", RowKind::Value},
              cost::CostFilter{static_cast<cost::CostDimension>(dimension), "", RowKind::Unattributed},
              cost::CostFilter{static_cast<cost::CostDimension>(dimension), "", RowKind::UnknownUsage}}) {
            const auto read = cost::filterOf(cost::wordOf(filter));
            QVERIFY2(read, cost::wordOf(filter).c_str());
            QVERIFY2(*read == filter, cost::wordOf(filter).c_str());
        }
    }
    for (const char* wrong : {"", "service", "planet=earth", "team:somebody", "=x", ":unpriced"})
        QVERIFY2(!cost::filterOf(wrong), wrong);
}

void TestCostReports::aReportIsAskedForOnlyOnScreenAndOnce()
{
    const int before = ledger().reports.calls();
    ReportDesk desk(presenter());
    presenter().setPeriod(CostPeriod::LastMonth);
    QCOMPARE(ledger().reports.calls(), before);
    desk.setActive(true);
    QCOMPARE(ledger().reports.calls(), before + 1);
    QVERIFY(!ledger().lastQuestion.fresh);
    QVERIFY(ledger().lastQuestion.range.end == day("2026-06-01"));
    presenter().showAgain();
    desk.setActive(true);
    QCOMPARE(ledger().reports.calls(), before + 1);
    desk.makeAgain();
    QCOMPARE(ledger().reports.calls(), before + 2);
    QTRY_VERIFY(!desk.working());
}

void TestCostReports::anotherGroupingOrAnotherVersionOfPricesIsAnotherReport()
{
    ReportDesk desk(presenter());
    desk.setActive(true);
    const int before = ledger().reports.calls();
    presenter().setDimension(cost::CostDimension::Model);
    QCOMPARE(ledger().reports.calls(), before + 1);
    QVERIFY(ledger().lastQuestion.by == cost::CostDimension::Model);
    QTRY_VERIFY(desk.state().report && desk.state().report->tables.front().title == "Spend by model");
    ledger().make = [](const jobs::CostQuestion& question) {
        auto view = std::make_shared<jobs::CostView>(*test::sampleCost(question));
        view->priceVersion = 99;
        return test::CostAnswer(std::shared_ptr<const jobs::CostView>(view));
    };
    presenter().showAgain();
    QCOMPARE(ledger().reports.calls(), before + 2);
    QTRY_VERIFY(!desk.working());
}

void TestCostReports::thePreviewHasTheSheetsOfThePdf()
{
    ReportDesk desk(presenter());
    desk.setActive(true);
    QTRY_VERIFY(desk.state().preview && !desk.working());
    const auto pdf = report::pdfReport(*desk.state().report);
    QVERIFY(pdf);
    const QByteArray bytes = bytesOf(*pdf);
    const auto pages = bytes.count("/Type /Page") - bytes.count("/Type /Pages");
    QCOMPARE(static_cast<qsizetype>(desk.state().preview->sheets), pages);
    const QImage first = desk.state().preview->image;
    desk.showSheet(1);
    QTRY_VERIFY(desk.state().preview->sheet == 1);
    QVERIFY(desk.state().preview->image != first);
    desk.showSheet(1'000);
    QTRY_COMPARE(static_cast<qsizetype>(desk.state().preview->sheet), pages - 1);
    desk.setResolution(48);
    QTRY_VERIFY(desk.state().preview->image.width() < first.width());
    QTRY_VERIFY(!desk.working());
}

void TestCostReports::aFileHoldsWhatIsShown_data()
{
    QTest::addColumn<int>("format");
    QTest::newRow("PDF") << static_cast<int>(ReportFormat::Pdf);
    QTest::newRow("XLSX") << static_cast<int>(ReportFormat::Xlsx);
    QTest::newRow("CSV") << static_cast<int>(ReportFormat::Csv);
}

void TestCostReports::aFileHoldsWhatIsShown()
{
    QFETCH(int, format);
    const auto kind = static_cast<ReportFormat>(format);
    ReportDesk desk(presenter());
    desk.save(kind, path(u"none"_s)); // nothing is shown yet
    QVERIFY(!desk.state().saving);
    desk.setActive(true);
    QTRY_VERIFY(desk.state().phase == ReportState::Phase::Ready);
    const QString file = path(desk.fileName(kind));
    QVERIFY2(file.contains(u"2026-06-01-2026-06-02"_s), qPrintable(file));
    desk.save(kind, file);
    QVERIFY(desk.state().saving == kind);
    QTRY_VERIFY(!desk.state().saving);
    QCOMPARE(desk.state().saved, file);
    const report::Report& report = *desk.state().report;
    const auto wanted = kind == ReportFormat::Pdf    ? report::pdfReport(report)
                        : kind == ReportFormat::Xlsx ? report::xlsxReport(report)
                                                     : report::csvReport(report);
    QVERIFY(wanted);
    QVERIFY(contentOf(file) == bytesOf(*wanted));
    QTRY_VERIFY(!desk.working());
}

void TestCostReports::aFileThatCannotBeWrittenIsSaid()
{
    QFile blocking(path(u"file"_s));
    QVERIFY(blocking.open(QIODevice::WriteOnly));
    blocking.write("kept");
    blocking.close();
    showReports();
    panel().setFileChooser([this](QWidget*, const QString&, const QString& suggested) {
        return path(u"file/"_s + suggested); // below a file there are no files
    });
    find<QPushButton>(u"reportSaveCsv"_s)->click();
    QTRY_VERIFY(panel().desk().state().saveError);
    QVERIFY(find<QLabel>(u"reportResult"_s)->isVisible());
    QVERIFY(!find<QLabel>(u"reportResult"_s)->text().isEmpty());
    QCOMPARE(contentOf(blocking.fileName()), QByteArray("kept"));
    QVERIFY(find<QPushButton>(u"reportSaveCsv"_s)->isEnabled());
}

void TestCostReports::aCancelledFileIsNotWritten()
{
    QSemaphore begun;
    QSemaphore goOn;
    showReports();
    const QString file = path(u"cancelled.csv"_s);
    panel().setFileChooser([file](QWidget*, const QString&, const QString&) { return file; });
    panel().desk().setWriter([&](const report::Report&, ReportFormat) -> Result<std::string> {
        begun.release();
        goOn.acquire();
        return std::string("late");
    });
    find<QPushButton>(u"reportSaveCsv"_s)->click();
    begun.acquire();
    QVERIFY(find<QProgressBar>(u"reportProgress"_s)->isVisible());
    QVERIFY(!find<QPushButton>(u"reportSavePdf"_s)->isEnabled());
    find<QPushButton>(u"reportCancel"_s)->click();
    QVERIFY(!panel().desk().state().saving);
    QVERIFY(find<QLabel>(u"reportResult"_s)->text().contains(u"Cancelled"_s));
    goOn.release();
    QVERIFY(QThreadPool::globalInstance()->waitForDone(10'000));
    QCoreApplication::processEvents();
    QVERIFY(!QFile::exists(file));
    QVERIFY(panel().desk().state().saved.isEmpty());
    QVERIFY(find<QPushButton>(u"reportSavePdf"_s)->isEnabled());
}

void TestCostReports::aFailedReportOffersAnother()
{
    ledger().makeReport = nullptr;
    ledger().reports.always(fail(refusal()));
    qobject_cast<CostPage*>(&m_fixture->window->currentPage())->showExampleView(u"reports"_s);
    auto* const state = find<StateView>(u"reportState"_s);
    QTRY_VERIFY(state->isVisible() && state->content().error);
    QVERIFY(state->content().text.contains(u"full"_s));
    QVERIFY(!find<QPushButton>(u"reportSavePdf"_s)->isEnabled());
    draw(u"reports-failed"_s);
    ledger().reports.always(test::sampleCostReport({}));
    Q_EMIT state->actionRequested();
    QTRY_VERIFY(!state->isVisible());
    QVERIFY(find<QPushButton>(u"reportSavePdf"_s)->isEnabled());
    QTRY_VERIFY(!panel().desk().working());
}

void TestCostReports::signingOutTakesTheReportAway()
{
    ReportDesk desk(presenter());
    desk.setActive(true);
    QTRY_VERIFY(desk.state().preview && !desk.working());
    presenter().setServices(nullptr);
    QVERIFY(!desk.state().report);
    QVERIFY(!desk.state().preview);
    QVERIFY(desk.state().phase == ReportState::Phase::None);
}

void TestCostReports::everythingHasItsName()
{
    showReports();
    for (QWidget* const widget : panel().findChildren<QWidget*>()) {
        const bool used = qobject_cast<QAbstractButton*>(widget) != nullptr ||
                          qobject_cast<QComboBox*>(widget) != nullptr ||
                          qobject_cast<QPlainTextEdit*>(widget) != nullptr ||
                          qobject_cast<ReportSheet*>(widget) != nullptr;
        if (!used)
            continue;
        QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
        QVERIFY2(!widget->objectName().isEmpty(), qPrintable(widget->accessibleName()));
    }
}

void TestCostReports::thePanelSavesAndCopies()
{
    showReports();
    draw(u"reports"_s);
    auto* const grouping = find<QComboBox>(u"reportGrouping"_s);
    grouping->setCurrentIndex(static_cast<int>(cost::CostDimension::Team));
    Q_EMIT grouping->activated(grouping->currentIndex());
    presenter().toggleFilter({cost::CostDimension::Model, "gpt-4o", cost::RowKind::Value});
    QTRY_VERIFY(panel().desk().state().report->tables.front().title == "Spend by team");
    auto* const chip = find<QPushButton>(u"reportFilter0"_s);
    QVERIFY(chip->text().contains(u"gpt-4o"_s));
    QVERIFY(find<QLabel>(u"reportNotes"_s)->text().contains(u"model gpt-4o"_s));
    find<QPushButton>(u"reportCopy"_s)->click();
    QCOMPARE(QGuiApplication::clipboard()->text(),
             u"gatehouse-cli --profile Contoso report --out spend.pdf --by team --filter model=gpt-4o"_s);
    const QString file = path(u"panel.pdf"_s);
    QString suggested;
    panel().setFileChooser([&](QWidget*, const QString&, const QString& name) {
        suggested = name;
        return file;
    });
    QTRY_VERIFY(find<QPushButton>(u"reportSavePdf"_s)->isEnabled());
    find<QPushButton>(u"reportSavePdf"_s)->click();
    QTRY_COMPARE(panel().desk().state().saved, file);
    QVERIFY(suggested.endsWith(u".pdf"_s));
    QVERIFY(find<QLabel>(u"reportResult"_s)->text().contains(u"panel.pdf"_s));
    QVERIFY(contentOf(file).startsWith("%PDF-1.6"));
    draw(u"reports-saved"_s);
    chip->click();
    QTRY_VERIFY(presenter().state()->question.filters.empty());
    QTRY_VERIFY(!panel().desk().working());
}

GATEHOUSE_WINDOW_TEST_MAIN(TestCostReports)
#include "tst_costreports.moc"
