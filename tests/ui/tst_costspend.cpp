// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/costspendstage.h"
#include "tests/ui/fakes/guitestmain.h"
#include "ui/charts/ranking.h"
#include "ui/charts/timechart.h"
#include "ui/models/format.h"
#include "ui/pages/cost/costbreakdown.h"
#include "ui/pages/cost/costtext.h"
#include "ui/pages/cost/pricepanel.h"

#include <QtGui/QClipboard>
#include <QtTest/QSignalSpy>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

/// What can be done with the figures: chosen, filtered, zoomed, copied, followed to their calls.
class TestCostSpend : public QObject, protected CostSpendStage
{
    Q_OBJECT

private Q_SLOTS:
    void init() { setStage(); }
    void cleanup() { clearStage(); }

    void everyKindOfRowHasItsButton_data();
    void everyKindOfRowHasItsButton();
    void buttonsStayWithTheirRows();
    void aRowIsAFilterAndItsChipTakesItAway();
    void theTableFiltersCopiesAndExports();
    void aCallLeadsToItsExplanation();
    void theChartZoomsToDaysAndBack();
    void escapeTakesTheNewestFilterThenTheZoomAway();
    void everythingHasItsNames();
    void namesAreNeverMarkup();
};

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

GATEHOUSE_WINDOW_TEST_MAIN(TestCostSpend)
#include "tst_costspend.moc"
