// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/directoryrig.h"
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/fakes/names.h"
#include "ui/pages/directory/directorydialog.h"
#include "ui/pages/directory/directorymodel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/stateview.h"
#include "ui/widgets/tableview.h"

#include <QtGui/QClipboard>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;
using Rig = DirectoryRig;

/// The directory as a person sees it: its table and the dialog around it.
class TestDirectoryDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theModelHoldsItsContract();
    void placesOfTheDialog_data();
    void placesOfTheDialog();
    void aCellIsEditedClearedUndoneAndSaved();
    void theDialogFiltersSortsAndCopies();
    void theWantedServiceIsSelectedOnceItIsThere();
    void closingWithADraftAsks();
    void lockedSaysWhyAndUnlocks();
    void everyWidgetHasItsNames();
    void pictures();
};

void TestDirectoryDialog::theModelHoldsItsContract()
{
    Rig rig;
    Theme theme(*qApp, false);
    rig.presenter.refresh();
    DirectoryModel model([&](const std::string& service, std::size_t field, const QString& typed) {
        return rig.presenter.edit(service, field, typed);
    });
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto show = [&] { model.show(*rig.presenter.state(), theme.tokens()); };
    connect(&rig.presenter, &DirectoryPresenter::changed, &model, show);
    show();
    QCOMPARE(model.rowCount(), 5);
    QCOMPARE(model.index(2, DirectoryModel::State).data().toString(), u"○ not described"_s);
    const QModelIndex owner = model.index(0, DirectoryModel::Owner);
    QCOMPARE(owner.data(Qt::EditRole).toString(), u"Anna Ek"_s);
    QVERIFY(owner.flags().testFlag(Qt::ItemIsEditable));
    QVERIFY(!model.index(0, DirectoryModel::Service).flags().testFlag(Qt::ItemIsEditable));
    QVERIFY(!model.setData(model.index(0, DirectoryModel::Service), u"x"_s, Qt::EditRole));
    QVERIFY(model.setData(owner, QString(), Qt::EditRole));
    QCOMPARE(model.index(0, DirectoryModel::State).data().toString(), u"◐ draft"_s);
    QCOMPARE(owner.data().toString(), u"(cleared)"_s); // a text that is to go is not just absent
    QCOMPARE(owner.data(Qt::EditRole).toString(), QString());
    QSignalSpy refused(&model, &DirectoryModel::refused);
    QVERIFY(!model.setData(owner, QString(300, u'x'), Qt::EditRole));
    QCOMPARE(refused.size(), 1);
    rig.changeOutside([](gateway::ServiceDirectory& now) {
        now.services.erase(now.services.begin() + 1);
        gateway::ServiceFacts facts = *now.find("billing");
        facts.owner = "Theirs";
        now.set(facts);
    });
    QCOMPARE(model.index(0, DirectoryModel::State).data().toString(), u"▲ changed"_s);
    rig.presenter.include("aaa");
    QCOMPARE(model.rowCount(), 6);
    rig.lock.lock();
    show();
    QVERIFY(!model.index(0, DirectoryModel::Owner).flags().testFlag(Qt::ItemIsEditable));
    QVERIFY(model.index(0, DirectoryModel::Owner).data(Qt::ToolTipRole).toString().contains("locked"_L1));
}

void TestDirectoryDialog::placesOfTheDialog_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("title");
    QTest::newRow("loading") << u"loading"_s << u"Loading the service directory"_s;
    QTest::newRow("empty") << u"empty"_s << u"No services yet"_s;
    QTest::newRow("denied") << u"denied"_s << u"You may not see this"_s;
    QTest::newRow("error") << u"error"_s << u"The directory could not be loaded"_s;
    QTest::newRow("no gateway") << u"none"_s << u"No API Management service"_s;
}

void TestDirectoryDialog::placesOfTheDialog()
{
    QFETCH(QString, kind);
    QFETCH(QString, title);
    Rig rig;
    Theme theme(*qApp, false);
    if (kind == u"loading"_s)
        rig.facts.answers.hold();
    if (kind == u"empty"_s) {
        rig.facts.answers.always(jobs::FactsNow{{}, FactsResource, {}});
        rig.quotas.boards.always(std::make_shared<const jobs::QuotaBoard>());
    }
    if (kind == u"denied"_s)
        rig.facts.answers.always(fail(Error::Kind::Denied, "Not you.", "Ask for Reader."));
    if (kind == u"error"_s)
        rig.facts.answers.always(fail(Error::Kind::InvalidInput, "It is no directory."));
    if (kind == u"none"_s)
        rig.services.facts = nullptr;
    DirectoryDialog dialog(theme, rig.presenter, nullptr);
    dialog.show();
    auto* const state = find<StateView>(dialog, u"directoryState"_s);
    QVERIFY(state->isVisible());
    QCOMPARE(state->content().title, title);
    QVERIFY(!find<QPushButton>(dialog, u"directorySave"_s)->isEnabled());
    QCOMPARE(find<QPushButton>(dialog, u"directoryImport"_s)->isEnabled(), kind == u"empty"_s);
    if (kind == u"loading"_s) {
        rig.facts.answers.release(factsNow(sampleDirectory()));
        QVERIFY(find<TableView>(dialog, u"directoryTable"_s)->isVisible());
    }
    if (kind == u"error"_s || kind == u"denied"_s) {
        rig.facts.answers.always(factsNow(sampleDirectory()));
        find<QPushButton>(dialog, u"directoryStateAction"_s)->click();
        QVERIFY(find<TableView>(dialog, u"directoryTable"_s)->isVisible());
    }
}

void TestDirectoryDialog::aCellIsEditedClearedUndoneAndSaved()
{
    Rig rig;
    Theme theme(*qApp, false);
    DirectoryDialog dialog(theme, rig.presenter, nullptr);
    dialog.show();
    QApplication::setActiveWindow(&dialog);
    auto* const table = find<TableView>(dialog, u"directoryTable"_s);
    auto* const save = find<QPushButton>(dialog, u"directorySave"_s);
    QVERIFY(!save->isEnabled());
    QVERIFY(save->toolTip().contains("no draft"_L1));
    table->setFocus();
    table->setCurrentIndex(table->model()->index(0, DirectoryModel::Owner));
    QTest::keyClick(table, Qt::Key_F2);
    auto* editor = find<QLineEdit>(*table, u"directoryEditor"_s);
    QCOMPARE(editor->text(), u"Anna Ek"_s);
    editor->setText(u"Cia"_s);
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(rig.row("billing").facts.owner, std::string("Cia"));
    QVERIFY(save->isEnabled());
    // Delete clears the cells that are selected, and one undo brings them back.
    table->clearSelection();
    for (const int column : {DirectoryModel::Service, DirectoryModel::Application, DirectoryModel::Feature})
        table->selectionModel()->select(table->model()->index(1, column), QItemSelectionModel::Select);
    QTest::keyClick(table, Qt::Key_Delete);
    QCOMPARE(rig.row("checkout").facts.application, std::string());
    QCOMPARE(rig.row("checkout").facts.feature, std::string());
    QTest::keyClick(table, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(rig.row("checkout").facts.feature, std::string("cart help"));
    QTest::keyClick(table, Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(rig.presenter.state()->drafts, 0U);
    QTest::keyClick(table, Qt::Key_Y, Qt::ControlModifier);
    QCOMPARE(rig.presenter.state()->drafts, 1U);
    QSignalSpy proposed(&rig.flow, &ChangeFlow::proposed);
    save->click();
    QCOMPARE(proposed.size(), 1);
    QCOMPARE(rig.wanted().find("billing")->owner, std::string("Cia"));
}

void TestDirectoryDialog::theDialogFiltersSortsAndCopies()
{
    Rig rig;
    Theme theme(*qApp, false);
    DirectoryDialog dialog(theme, rig.presenter, nullptr);
    dialog.show();
    auto* const table = find<TableView>(dialog, u"directoryTable"_s);
    auto* const filter = find<QLineEdit>(dialog, u"directoryFilter"_s);
    filter->setText(u"not described"_s);
    QCOMPARE(table->model()->rowCount(), 2);
    filter->setText(u"anna"_s);
    QCOMPARE(table->model()->rowCount(), 1);
    filter->clear();
    table->sortByColumn(DirectoryModel::CostCentre, Qt::DescendingOrder);
    QCOMPARE(table->model()->index(0, 0).data().toString(), u"legacy-bot"_s);
    table->clearSelection();
    table->copyAs(TextFormat::Csv);
    QVERIFY(QApplication::clipboard()->text().startsWith(u"subscription,state,application,"_s));
}

void TestDirectoryDialog::theWantedServiceIsSelectedOnceItIsThere()
{
    Rig rig;
    Theme theme(*qApp, false);
    rig.facts.answers.hold();
    DirectoryDialog dialog(theme, rig.presenter, nullptr);
    dialog.show();
    dialog.select(u"Search"_s); // ids compare without case
    rig.facts.answers.release(factsNow(sampleDirectory()));
    auto* const table = find<TableView>(dialog, u"directoryTable"_s);
    QCOMPARE(table->currentIndex().siblingAtColumn(0).data().toString(), u"search"_s);
    QCOMPARE(table->currentIndex().column(), int(DirectoryModel::Owner));
    find<QLineEdit>(dialog, u"directoryFilter"_s)->setText(u"billing"_s);
    dialog.select(u"only-logged"_s);
    QCOMPARE(table->currentIndex().siblingAtColumn(0).data().toString(), u"only-logged"_s);
}

void TestDirectoryDialog::closingWithADraftAsks()
{
    Rig rig;
    Theme theme(*qApp, false);
    DirectoryDialog dialog(theme, rig.presenter, nullptr);
    dialog.show();
    QVERIFY(rig.presenter.edit("billing", Owner, u"Mine"_s));
    const auto answer = [&](const QString& name) {
        dialog.close();
        QVERIFY(dialog.isVisible());
        find<QPushButton>(dialog, name)->click();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    };
    answer(u"directoryStay"_s);
    QVERIFY(dialog.isVisible());
    answer(u"directoryKeep"_s);
    QVERIFY(!dialog.isVisible());
    QCOMPARE(rig.presenter.state()->drafts, 1U);
    dialog.show();
    answer(u"directoryDiscard"_s);
    QVERIFY(!dialog.isVisible());
    QCOMPARE(rig.presenter.state()->drafts, 0U);
    dialog.show();
    dialog.close();
    QVERIFY(!dialog.isVisible());
}

void TestDirectoryDialog::lockedSaysWhyAndUnlocks()
{
    Rig rig;
    Theme theme(*qApp, false);
    rig.lock.lock();
    DirectoryDialog dialog(theme, rig.presenter, nullptr);
    dialog.show();
    auto* const save = find<QPushButton>(dialog, u"directorySave"_s);
    auto* const unlock = find<QPushButton>(dialog, u"directoryUnlock"_s);
    QVERIFY(!save->isEnabled());
    QVERIFY(save->toolTip().contains("locked"_L1));
    QVERIFY(!find<QPushButton>(dialog, u"directoryImport"_s)->isEnabled());
    QVERIFY(find<QPushButton>(dialog, u"directoryExport"_s)->isEnabled()); // looking is not writing
    QVERIFY(unlock->isVisible());
    unlock->click();
    QVERIFY(!unlock->isVisible());
    QVERIFY(find<QPushButton>(dialog, u"directoryImport"_s)->isEnabled());
    rig.lock.lock();
    rig.writes.access.mayOnlyRead();
    rig.lock.setServices(&rig.services);
    QVERIFY(!unlock->isVisible());
    QVERIFY(save->toolTip().contains("API Management Service Contributor"_L1));
}

void TestDirectoryDialog::everyWidgetHasItsNames()
{
    Rig rig;
    Theme theme(*qApp, false);
    DirectoryDialog dialog(theme, rig.presenter, nullptr);
    dialog.show();
    for (const QWidget* const widget : dialog.findChildren<QWidget*>()) {
        const QByteArray type(widget->metaObject()->className());
        const bool inner = widget->objectName().startsWith(u"qt_"_s) || type.startsWith("QScroll") ||
                           type == "QLineEditIconButton" || type == "QTableCornerButton" ||
                           type == "QHeaderView";
        const bool label = qobject_cast<const QLabel*>(widget) != nullptr;
        if (!inner)
            QVERIFY2(!widget->objectName().isEmpty() &&
                         (label || !widget->isVisible() || !widget->accessibleName().isEmpty()),
                     type.constData());
    }
}

/// With GALLERY=DIR: the dialog as pictures in both themes, for looking at.
void TestDirectoryDialog::pictures()
{
    const QString directory = qEnvironmentVariable("GALLERY");
    if (directory.isEmpty())
        QSKIP("GALLERY=DIR draws them");
    for (const auto mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
        Theme theme(*qApp, false);
        theme.setMode(mode);
        Rig rig;
        DirectoryDialog dialog(theme, rig.presenter, nullptr);
        dialog.show();
        const auto save = [&](const QString& name) {
            QCoreApplication::processEvents();
            QVERIFY(dialog.grab().save(directory + u"/directory-"_s + name +
                                       (mode == Theme::Mode::Dark ? u"-dark.png"_s : u"-light.png"_s)));
        };
        save(u"shown"_s);
        QVERIFY(rig.presenter.edit("search", Owner, u"Cia Berg"_s));
        QVERIFY(rig.presenter.edit("billing", Owner, u"Mine"_s));
        QVERIFY(rig.presenter.clear({{"checkout", CostCentre}}));
        rig.changeOutside([](gateway::ServiceDirectory& now) {
            gateway::ServiceFacts facts = *now.find("billing");
            facts.owner = "Theirs";
            now.set(facts);
        });
        save(u"draft"_s);
        rig.lock.lock();
        save(u"locked"_s);
        QSignalSpy failed(&rig.presenter, &DirectoryPresenter::importFailed);
        rig.lock.unlock();
        rig.presenter.importFile(rig.file("subscription,owner\nhr\n"));
        QTRY_COMPARE(failed.size(), 1);
        save(u"import-error"_s);
        rig.facts.answers.always(fail(Error::Kind::Denied, "Your account may not read named values.",
                                      "Ask for the role API Management Service Reader."));
        rig.presenter.setServices(&rig.services);
        rig.presenter.refresh();
        save(u"denied"_s);
        rig.presenter.discard();
    }
}

GATEHOUSE_WINDOW_TEST_MAIN(TestDirectoryDialog)
#include "tst_directorydialog.moc"
