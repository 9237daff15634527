// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/quotarig.h"
#include "ui/models/recordproxy.h"
#include "ui/pages/quotas/quotamodel.h"
#include "ui/pages/quotas/quotaspage.h"
#include "ui/theme/theme.h"
#include "ui/widgets/tableview.h"

#include <QtGui/QClipboard>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollBar>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;
using Rig = QuotaRig;

/// The sheet of limits as a person sees it: its table and the page around it.
class TestQuotasPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QLocale::setDefault(QLocale::c()); }

    void theModelHoldsItsContract();
    void aCellIsEditedUndoneAndProposedOnThePage();
    void aRefusedEntryIsToldWithItsField();
    void aFragmentThatNobodyIncludesShowsTheLine();
    void theSheetFitsTheUsualScreens_data();
    void theSheetFitsTheUsualScreens();
    void spareColumnsGoOnlyWhereThatSparesTheScrolling();
};

void TestQuotasPage::theModelHoldsItsContract()
{
    Rig rig;
    Theme theme(*qApp, false);
    QuotaModel model([](const std::string&, QuotaField, const QString&) { return Status(); });
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.show(*rig.presenter.state(), theme.tokens());
    QCOMPARE(model.rowCount(), 5);
    const QModelIndex limit = model.index(1, QuotaModel::TokensPerMinute);
    QCOMPARE(limit.data(Qt::EditRole).toString(), u"12000"_s);
    QVERIFY(limit.flags().testFlag(Qt::ItemIsEditable));
    QVERIFY(!model.index(1, QuotaModel::TokensNow).flags().testFlag(Qt::ItemIsEditable));
    QCOMPARE(
        model.index(1, QuotaModel::TokensNow).data(QuotaModel::GaugeRole).value<QuotaGauge>().share.value(),
        0.95);
    rig.board->rows[0].use = {};
    rig.board->logsUnknown = "No logs here.";
    rig.presenter.refresh();
    model.show(*rig.presenter.state(), theme.tokens());
    QCOMPARE(model.index(0, QuotaModel::TokensNow).data().toString(), u"–"_s); // unknown is never 0
    QVERIFY(
        model.index(0, QuotaModel::TokensNow).data(Qt::ToolTipRole).toString().contains("No logs here"_L1));
    rig.lock.lock();
    model.show(*rig.presenter.state(), theme.tokens());
    QVERIFY(!limit.flags().testFlag(Qt::ItemIsEditable));
    QVERIFY(limit.data(Qt::ToolTipRole).toString().contains(rig.lock.whyNot().left(10)));
}

void TestQuotasPage::aCellIsEditedUndoneAndProposedOnThePage()
{
    Rig rig;
    Theme theme(*qApp, false);
    QuotasPage page(theme, rig.presenter);
    page.resize(1264, 820);
    page.show();
    QApplication::setActiveWindow(&page);
    auto* const table = page.findChild<TableView*>(u"quotaTable"_s);
    const QModelIndex cell = table->model()->index(0, QuotaModel::TokensPerMinute);
    table->setFocus();
    table->setCurrentIndex(cell);
    QTest::keyClick(table, Qt::Key_F2);
    auto* const editor = table->findChild<QLineEdit*>(u"quotaEditor"_s);
    QVERIFY(editor);
    QTest::keyClicks(editor, u"6k"_s);
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(rig.rowOf("billing").limits.tokensPerMinute->text, std::string("6000"));
    QCOMPARE(page.findChild<QLabel*>(u"draftTitle"_s)->text(), u"Draft of one rule"_s);
    QTest::keyClick(table, Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY(rig.presenter.state()->drafts.empty());
    QTest::keyClick(table, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_COMPARE(rig.presenter.state()->drafts.size(), 1U);
    auto* const review = page.findChild<QPushButton*>(u"draftReview"_s);
    QVERIFY(review->isEnabled());
    QTest::mouseClick(review, Qt::LeftButton);
    QCOMPARE(rig.writes.changes.reviewed.at(0).changes.size(), 1U);
    page.findChild<QLineEdit*>(u"quotaFilter"_s)->setText(u"check"_s);
    QCOMPARE(table->model()->rowCount(), 1);
}

void TestQuotasPage::aRefusedEntryIsToldWithItsField()
{
    Rig rig;
    Theme theme(*qApp, false);
    QuotasPage page(theme, rig.presenter);
    page.resize(1264, 820);
    page.show();
    auto* const table = page.findChild<TableView*>(u"quotaTable"_s);
    const QModelIndex cell = table->model()->index(0, QuotaModel::Calls);
    QVERIFY(!table->model()->setData(cell, u"-3"_s, Qt::EditRole));
    bool told = false;
    for (const QLabel* const label : page.findChildren<QLabel*>())
        told = told || (label->toolTip() + label->text()).contains("Calls: a limit cannot be negative"_L1);
    QVERIFY(told);
    QVERIFY(table->model()->setData(cell, u"3"_s, Qt::EditRole));
    rig.lock.lock();
    QVERIFY(!page.findChild<QPushButton*>(u"draftReview"_s)->isEnabled());
    QVERIFY(!page.findChild<QPushButton*>(u"quotaRaise"_s)->isEnabled());
}

void TestQuotasPage::aFragmentThatNobodyIncludesShowsTheLine()
{
    Rig rig;
    Theme theme(*qApp, false);
    QuotasPage page(theme, rig.presenter);
    page.show();
    auto* const include = page.findChild<QFrame*>(u"quotaInclude"_s);
    QVERIFY(!include->isVisible());
    rig.board->included = std::nullopt; // not known is not "no"
    rig.presenter.refresh();
    QVERIFY(!include->isVisible());
    rig.board->included = false;
    rig.presenter.refresh();
    QVERIFY(include->isVisible());
}

void TestQuotasPage::theSheetFitsTheUsualScreens_data()
{
    QTest::addColumn<int>("width"); // of the page beside the navigation
    QTest::addColumn<bool>("peakShown");
    QTest::newRow("1440") << 1'264 << false;
    QTest::newRow("1920") << 1'744 << true;
    QTest::newRow("2560") << 2'384 << true;
}

void TestQuotasPage::theSheetFitsTheUsualScreens()
{
    QFETCH(int, width);
    QFETCH(bool, peakShown);
    Rig rig;
    Theme theme(*qApp, false);
    // The longest words: used up, raised, lasting, draft, suspended.
    rig.board->rows[3].use.tokensInPeriod[gateway::QuotaPeriod::Daily] = 2'400'000;
    rig.presenter.refresh();
    QVERIFY(rig.presenter.edit("search", QuotaField::TokenQuota, u"2m"_s));
    QVERIFY(rig.presenter.edit("billing", QuotaField::TokenQuota, u"90m"_s));
    gateway::ServiceQuota checkout = *rig.board->rows[1].quota;
    checkout.raise = gateway::TemporaryRaise{rig.clock.now() + std::chrono::hours(30), checkout.limits};
    checkout.limits.tokensPerMinute = gateway::LimitValue::of(11'000);
    rig.changeOutside(checkout);
    QuotasPage page(theme, rig.presenter);
    page.resize(width, 820);
    page.show();
    QCoreApplication::sendPostedEvents();
    auto* const table = page.findChild<TableView*>(u"quotaTable"_s);
    QCOMPARE(table->horizontalScrollBar()->maximum(), 0);
    QCOMPARE(!table->isColumnHidden(QuotaModel::Peak), peakShown);
    const QFontMetrics metrics(theme.font(Theme::Type::Body));
    for (int row = 0; row < table->model()->rowCount(); ++row) {
        for (const int column :
             {QuotaModel::State, QuotaModel::TokensNow, QuotaModel::TokenQuota, QuotaModel::Period,
              QuotaModel::QuotaUsed, QuotaModel::RunsOut, QuotaModel::CallsNow, QuotaModel::Owner}) {
            const QString text = table->model()->index(row, column).data().toString();
            QVERIFY2(metrics.horizontalAdvance(text) + 2 * metric::Space3 <= table->columnWidth(column),
                     qPrintable(text));
        }
    }
    const QModelIndex lasts = table->model()->index(0, QuotaModel::RunsOut);
    QCOMPARE(lasts.data().toString(), u"● lasts"_s);
    QVERIFY(lasts.data(Qt::ToolTipRole).toString().contains("Not before the reset"_L1));
    QCOMPARE(table->model()->index(1, QuotaModel::State).data().toString(), u"● raised"_s);
    QVERIFY(table->model()->index(1, 0).data(Qt::ToolTipRole).toString().contains("AI platform"_L1));
    // What is hidden is copied all the same.
    table->clearSelection();
    table->copyAs(TextFormat::Csv);
    QVERIFY(QApplication::clipboard()->text().section(u'\n', 0, 0).contains("peak_tokens_per_minute"_L1));
}

void TestQuotasPage::spareColumnsGoOnlyWhereThatSparesTheScrolling()
{
    Rig rig;
    Theme theme(*qApp, false);
    QuotasPage page(theme, rig.presenter);
    page.show();
    auto* const table = page.findChild<TableView*>(u"quotaTable"_s);
    const auto hidden = [&](int width) {
        page.resize(width, 820);
        QCoreApplication::sendPostedEvents();
        int count = 0;
        for (int column = 0; column < table->model()->columnCount(); ++column)
            count += table->isColumnHidden(column) ? 1 : 0;
        return count;
    };
    QCOMPARE(hidden(2'384), 0);
    QCOMPARE(hidden(1'264), 3);
    QCOMPARE(hidden(900), 0); // it has to be scrolled anyway
    QCOMPARE(hidden(2'384), 0);
}

GATEHOUSE_WINDOW_TEST_MAIN(TestQuotasPage)
#include "tst_quotaspage.moc"
