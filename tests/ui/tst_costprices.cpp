// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/fakes/names.h"
#include "tests/ui/fakes/samplecost.h"
#include "tests/ui/fakes/windowfixture.h"
#include "tests/ui/pricevalues.h"
#include "ui/pages/cost/costpage.h"
#include "ui/pages/cost/pricepanel.h"
#include "ui/pages/cost/pricerecords.h"
#include "ui/pages/cost/pricereviewdialog.h"
#include "ui/widgets/tableview.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtTest/QAbstractItemModelTester>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

namespace {

PriceDesk::Edit adding(const cost::Price& price)
{
    return [price](const cost::PriceBook& book) { return book.with({price}); };
}

Error conflict()
{
    return fail(Error::Kind::Conflict, "The prices were changed meanwhile.", "Import again.").value();
}

} // namespace

/// The Prices view on a ledger under the test's control. With GATEHOUSE_PICTURES=DIR the view is drawn there.
class TestCostPrices : public QObject
{
    Q_OBJECT

    std::unique_ptr<WindowFixture> m_fixture;
    QTemporaryDir m_files;

    CostPresenter& presenter() { return m_fixture->workbench->cost(); }
    FakeCost& ledger() { return m_fixture->world.cost; }
    PricePanel& panel() { return *m_fixture->window->findChild<PricePanel*>(); }
    PriceDesk& desk() { return panel().desk(); }
    template <typename T>
    T* find(const QString& name)
    {
        return test::find<T>(*m_fixture->window, name);
    }
    void showPrices()
    {
        qobject_cast<CostPage*>(&m_fixture->window->currentPage())->showExampleView(u"prices"_s);
        QTRY_VERIFY(desk().state().prices && !desk().working());
    }
    /// The next version of the sample's prices.
    void makeVersion(const cost::PriceBook& book)
    {
        jobs::CostPrices prices = *desk().state().prices;
        cost::PriceVersions versions = *prices.versions;
        prices.inForce = *versions.add(book, m_fixture->clock.now(), "Somebody else");
        prices.versions = std::make_shared<const cost::PriceVersions>(std::move(versions));
        ledger().priceAnswers.always(prices);
    }
    QString written(const QString& name, const QByteArray& content)
    {
        QFile file(m_files.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("no file");
        return file.fileName();
    }
    void draw(const QString& name, QWidget* widget = nullptr)
    {
        const QString directory = qEnvironmentVariable("GATEHOUSE_PICTURES");
        if (directory.isEmpty())
            return;
        QDir().mkpath(directory);
        for (const auto mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
            m_fixture->theme.setMode(mode);
            QWidget& drawn = widget != nullptr ? *widget : *m_fixture->window;
            drawn.grab().save(
                QDir(directory).filePath(name + u'-' + QString::fromStdString(toString(mode)) + u".png"_s));
        }
        m_fixture->theme.setMode(Theme::Mode::Light);
    }

private Q_SLOTS:
    void init()
    {
        m_fixture = std::make_unique<WindowFixture>(*qApp);
        m_fixture->answerWithSamples();
        m_fixture->open(u"cost"_s);
        QTRY_VERIFY(presenter().state()->view);
        showPrices();
    }
    void cleanup() { m_fixture.reset(); }

    void recordsSayWhatIsInForce();
    void anEditIsReviewedBeforeItIsApplied();
    void whatChangesNothingIsRefused();
    void aConflictIsComparedAgainAndLosesNoEdit();
    void anImportIsReviewed();
    void anImportThatFailsChangesNothing_data();
    void anImportThatFailsChangesNothing();
    void aCancelledImportIsForgotten();
    void anOlderVersionComesBackAsANewOne();
    void aMonthIsClosedOnlyWhenSure();
    void aModelWithoutAPriceComesFirst();
    void aPriceIsEditedInTheWindow();
    void everythingHasItsName();
};

void TestCostPrices::recordsSayWhatIsInForce()
{
    const cost::PriceBook book = *cost::PriceBook(dollars()).with(
        {priced("gpt-4o", "3", "2026-01-01"), priced("gpt-4o", "2.50", "2026-06-01"),
         priced("gpt-4o", "2", "2026-07-01"), priced("later", "2", "2026-07-01")});
    RecordModel model(priceColumns());
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setRecords(priceRecords(book, day("2026-06-03"), m_fixture->theme.tokens()));
    QStringList states;
    for (int row = 0; row < model.rowCount(); ++row)
        states << model.index(row, 7).data(RecordModel::RawRole).toString();
    QCOMPARE(states, QStringList({u"Over"_s, u"In force"_s, u"Later"_s, u"Later"_s}));
    model.setRecords(priceRecords(*book.without(book.prices().front().key, day("2026-01-01")),
                                  day("2026-06-03"), m_fixture->theme.tokens()));
    QCOMPARE(model.rowCount(), 3);
    for (const auto& columns : {termColumns(), versionColumns(), changeColumns(), notTakenColumns()})
        QVERIFY(!columns.empty());
    RecordModel versions(versionColumns());
    QAbstractItemModelTester versionTester(&versions, QAbstractItemModelTester::FailureReportingMode::QtTest);
    versions.setRecords(versionRecords(*desk().state().prices, m_fixture->theme.tokens()));
    QCOMPARE(static_cast<std::size_t>(versions.rowCount()), desk().state().prices->versions->all().size());
    RecordModel unpriced(unpricedColumns());
    QAbstractItemModelTester unpricedTester(&unpriced,
                                            QAbstractItemModelTester::FailureReportingMode::QtTest);
    unpriced.setRecords(unpricedRecords(*presenter().state()->view));
}

void TestCostPrices::anEditIsReviewedBeforeItIsApplied()
{
    const int views = ledger().views.calls();
    const int readings = ledger().priceAnswers.calls();
    QVERIFY(desk().propose(adding(priced("o4-preview", "5", "2026-05-01")), u"Price"_s, u"Agreed"_s));
    QVERIFY(desk().state().review);
    QCOMPARE(desk().state().review->lines.size(), std::size_t{1});
    QCOMPARE(ledger().repriced.calls(), 0);
    ledger().repriced.hold();
    desk().apply(u"  Agreed with the vendor "_s);
    desk().apply(u"twice"_s); // one at a time
    QCOMPARE(ledger().repriced.calls(), 1);
    QCOMPARE(ledger().lastNote, std::string("Agreed with the vendor"));
    QCOMPARE(ledger().lastDraft->base, desk().state().prices->versions->newest().number);
    QVERIFY(ledger().lastDraft->book.find("o4-preview", "", cost::Direction::Input, day("2026-06-01")));
    QSignalSpy told(&desk(), &PriceDesk::told);
    ledger().repriced.release(cost::Repriced{2, 3, {{"o4-preview", 0, cost::PicoPerUnit, -7}}});
    QTRY_VERIFY(!desk().state().review);
    QCOMPARE(told.size(), 1);
    QVERIFY(told.front().front().toString().contains(u"version 3"_s));
    QVERIFY(ledger().views.calls() > views);
    QVERIFY(ledger().priceAnswers.calls() > readings);
}

void TestCostPrices::whatChangesNothingIsRefused()
{
    const cost::PriceBook book = *desk().book();
    QVERIFY(!book.prices().empty());
    const Status same = desk().propose(adding(book.prices().front()), u"Same"_s, {});
    QVERIFY(!same && same.error().kind == Error::Kind::InvalidInput);
    cost::Price euros = priced("gpt-4o", "1", "2026-06-01");
    euros.currency = *cost::Currency::parse("XTS");
    QVERIFY(!desk().propose(adding(euros), u"No rate"_s, {}));
    QVERIFY(!desk().state().review);
    QVERIFY(!desk().proposeVersion(77));
}

void TestCostPrices::aConflictIsComparedAgainAndLosesNoEdit()
{
    QVERIFY(desk().propose(adding(priced("o4-preview", "5", "2026-05-01")), u"Price"_s, u"Mine"_s));
    auto* const dialog = m_fixture->window->findChild<PriceReviewDialog*>();
    QVERIFY(dialog != nullptr);
    const int base = desk().state().review->draft.base;
    makeVersion(*desk().book()->with({priced("gpt-9", "1", "2026-05-01")}));
    ledger().repriced.always(fail(conflict()));
    auto* const apply = find<QPushButton>(u"priceApply"_s);
    apply->click();
    QTRY_VERIFY(desk().state().review->error);
    QTRY_VERIFY(!desk().working());
    QCOMPARE(apply->text(), u"Compare again"_s);
    QVERIFY(find<QLabel>(u"priceReviewError"_s)->isVisible());
    draw(u"prices-conflict"_s, dialog);
    apply->click();
    QVERIFY(!desk().state().review->error);
    QCOMPARE(desk().state().review->draft.base, base + 1);
    QVERIFY(desk().state().review->draft.book.find("gpt-9", "", cost::Direction::Input, day("2026-06-01")));
    QCOMPARE(desk().state().review->lines.size(), std::size_t{1});
    ledger().repriced.always(cost::Repriced{base + 1, base + 2, {}});
    QCOMPARE(apply->text(), u"Apply"_s);
    apply->click();
    QTRY_VERIFY(!desk().state().review);
    QCOMPARE(ledger().lastNote, std::string("Mine"));
}

void TestCostPrices::anImportIsReviewed()
{
    const QByteArray csv =
        "model,direction,price,unit,currency,validFrom\no4-preview,input,5,1M,USD,2026-05-01\n";
    const QString file = written(u"prices.csv"_s, csv);
    const cost::PriceVersion& newest = desk().state().prices->versions->newest();
    jobs::PriceDraft draft{
        newest.number, *newest.book.with({priced("o4-preview", "5", "2026-05-01")}), {}, {}, true};
    draft.changes = cost::diff(newest.book, draft.book);
    draft.notTaken = {{"gpt-4o-mini-batch", "It is a price of batches."}, {"<b>line 7</b>", "no price"}};
    ledger().drafts.always(draft);
    panel().setFileChooser([file](QWidget*) { return file; });
    find<QPushButton>(u"priceImport"_s)->click();
    QTRY_VERIFY(desk().state().review);
    QCOMPARE(ledger().lastImport, csv.toStdString());
    QCOMPARE(ledger().repriced.calls(), 0);
    auto* const dialog = m_fixture->window->findChild<PriceReviewDialog*>();
    QVERIFY(dialog != nullptr && dialog->isVisible());
    QCOMPARE(find<QTableView>(u"priceChanges"_s)->model()->rowCount(), 1);
    QCOMPARE(find<QTableView>(u"priceNotTaken"_s)->model()->rowCount(), 2);
    QVERIFY(find<QLabel>(u"priceReviewSummary"_s)->text().contains(u"another page"_s));
    QCOMPARE(find<QLineEdit>(u"priceNote"_s)->text(), u"Imported from prices.csv"_s);
    draw(u"prices-import"_s, dialog);
    find<QPushButton>(u"priceReviewCancel"_s)->click();
    QVERIFY(!desk().state().review);
    QCOMPARE(ledger().repriced.calls(), 0);
}

void TestCostPrices::anImportThatFailsChangesNothing_data()
{
    QTest::addColumn<bool>("exists");
    QTest::newRow("a list that is wrong") << true;
    QTest::newRow("a file that is not there") << false;
}

void TestCostPrices::anImportThatFailsChangesNothing()
{
    QFETCH(bool, exists);
    ledger().drafts.always(
        fail(Error::Kind::InvalidInput, "line 2: “1 Hour” is no unit.", "Write 1K or 1M."));
    desk().importFile(exists ? written(u"wrong.csv"_s, "model\n") : m_files.filePath(u"nowhere.csv"_s));
    QTRY_VERIFY(desk().state().problem);
    QVERIFY(!desk().state().importing);
    QVERIFY(!desk().state().review);
    QVERIFY(!exists || desk().state().problem->message.find("line 2") != std::string::npos);
    QCOMPARE(ledger().repriced.calls(), 0);
}

void TestCostPrices::aCancelledImportIsForgotten()
{
    ledger().drafts.hold();
    desk().importFile(written(u"slow.csv"_s, "model\n"));
    QTRY_COMPARE(ledger().drafts.waiting(), std::size_t{1});
    QVERIFY(find<QPushButton>(u"priceCancelImport"_s)->isVisible());
    find<QPushButton>(u"priceCancelImport"_s)->click();
    QVERIFY(ledger().drafts.stopped(0));
    ledger().drafts.release(fail(Error::Kind::Cancelled, "Stopped."));
    QCoreApplication::processEvents();
    QVERIFY(!desk().state().problem && !desk().state().review && !desk().state().importing);
}

void TestCostPrices::anOlderVersionComesBackAsANewOne()
{
    const jobs::CostPrices prices = *desk().state().prices;
    QVERIFY(prices.versions->all().size() >= 2);
    panel().showTab(PricePanel::Tab::Versions);
    draw(u"prices-versions"_s);
    auto* const table = find<TableView>(u"priceVersions"_s);
    table->selectRow(table->model()->rowCount() - 1); // the oldest
    QVERIFY(find<QPushButton>(u"priceRestore"_s)->isEnabled());
    find<QPushButton>(u"priceRestore"_s)->click();
    QVERIFY(desk().state().review);
    QVERIFY(desk().state().review->draft.book == prices.versions->find(1)->book);
    QCOMPARE(desk().state().review->draft.base, prices.versions->newest().number);
    desk().dropReview();
    table->selectRow(0);
    QVERIFY(!find<QPushButton>(u"priceRestore"_s)->isEnabled()); // it is the newest
}

void TestCostPrices::aMonthIsClosedOnlyWhenSure()
{
    // May is closed in the sample, and June is not over.
    QVERIFY(desk().closable().empty());
    QVERIFY(!find<QPushButton>(u"priceCloseMonth"_s)->isEnabled());
    jobs::CostPrices prices = *desk().state().prices;
    prices.closedThrough = std::chrono::year{2026} / 3;
    ledger().priceAnswers.always(prices);
    ledger().make = [](const jobs::CostQuestion& question) {
        auto view = std::make_shared<jobs::CostView>(*sampleCost(question));
        view->closedThrough = std::chrono::year{2026} / 3;
        return CostAnswer(std::shared_ptr<const jobs::CostView>(view));
    };
    presenter().showAgain();
    QTRY_COMPARE(desk().closable().size(), std::size_t{2});
    QVERIFY(desk().closable().front() == std::chrono::year{2026} / 5);
    find<QPushButton>(u"priceCloseMonth"_s)->click();
    auto* const accept = find<QPushButton>(u"closeMonthAccept"_s);
    QVERIFY(!accept->isEnabled());
    QCOMPARE(find<QComboBox>(u"closeMonthChoice"_s)->count(), 2);
    find<QCheckBox>(u"closeMonthSure"_s)->click();
    draw(u"prices-close"_s, find<QDialog>(u"closeMonth"_s));
    ledger().changes.always(fail(Error::Kind::InvalidInput, "2026-05 is not over.", "Wait."));
    accept->click();
    QTRY_VERIFY(desk().state().problem);
    QVERIFY(ledger().lastClosed == std::chrono::year{2026} / 5);
    ledger().changes.always(Status());
    QSignalSpy told(&desk(), &PriceDesk::told);
    desk().closeMonth(std::chrono::year{2026} / 5);
    QTRY_COMPARE(told.size(), 1);
    QVERIFY(!desk().state().problem);
}

void TestCostPrices::aModelWithoutAPriceComesFirst()
{
    QVERIFY(!presenter().state()->view->unpriced.empty());
    draw(u"prices"_s);
    auto* const table = find<TableView>(u"unpricedTable"_s);
    QVERIFY(table->isVisible());
    QVERIFY(table->model()->index(0, 0).data().toString().contains(u"o4-preview"_s));
    find<QPushButton>(u"priceAddFor"_s)->click();
    QCOMPARE(find<QLineEdit>(u"priceModel"_s)->text(), u"o4-preview"_s);
    QVERIFY(find<QDialog>(u"priceDialog"_s)->isVisible());
    find<QPushButton>(u"priceAccept"_s)->click();
    auto* const error = find<QLabel>(u"priceError"_s);
    QVERIFY(error->isVisible() && !error->text().isEmpty());
    QVERIFY(!desk().state().review);
    draw(u"prices-dialog"_s, find<QDialog>(u"priceDialog"_s));
    find<QLineEdit>(u"priceAmount"_s)->setText(u"5"_s);
    find<QPushButton>(u"priceAccept"_s)->click();
    QVERIFY(desk().state().review);
    QCOMPARE(desk().state().review->lines.size(), std::size_t{1});
}

void TestCostPrices::aPriceIsEditedInTheWindow()
{
    auto* const table = find<TableView>(u"priceTable"_s);
    const std::size_t count = desk().book()->prices().size();
    QCOMPARE(static_cast<std::size_t>(table->model()->rowCount()), count);
    find<QLineEdit>(u"priceFilter"_s)->setText(u"no such model"_s);
    QCOMPARE(table->model()->rowCount(), 0);
    find<QLineEdit>(u"priceFilter"_s)->clear();
    QVERIFY(!find<QPushButton>(u"priceEdit"_s)->isEnabled());
    table->selectRow(0);
    QVERIFY(find<QPushButton>(u"priceEdit"_s)->isEnabled());
    find<QPushButton>(u"priceEdit"_s)->click();
    // Another day: the price moves, and no second one is made.
    find<QLineEdit>(u"priceSince"_s)->setText(u"2026-06-15"_s);
    find<QPushButton>(u"priceAccept"_s)->click();
    QVERIFY(desk().state().review);
    QCOMPARE(desk().state().review->draft.book.prices().size(), count);
    QCOMPARE(desk().state().review->lines.size(), std::size_t{2});
    desk().dropReview();
    find<QPushButton>(u"priceRemove"_s)->click();
    QVERIFY(desk().state().review);
    QCOMPARE(desk().state().review->draft.book.prices().size(), count - 1);
}

void TestCostPrices::everythingHasItsName()
{
    panel().addPriceFor("gpt-4o", "", cost::Direction::Input);
    QVERIFY(desk().propose(adding(priced("o4-preview", "5", "2026-05-01")), u"Price"_s, {}));
    QCOMPARE(namelessIn(panel()), QString());
}

GATEHOUSE_WINDOW_TEST_MAIN(TestCostPrices)
#include "tst_costprices.moc"
