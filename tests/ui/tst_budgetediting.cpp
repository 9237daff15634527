// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/budgetrig.h"
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/fakes/names.h"
#include "ui/pages/cost/budgetdialog.h"
#include "ui/pages/cost/budgetpanel.h"
#include "ui/pages/cost/budgettext.h"
#include "ui/theme/theme.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;
using cost::BudgetScope;
using Rig = BudgetRig;

/// What is typed as a budget, and what the ledger makes of it.
class TestBudgetEditing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void entriesAreCheckedAtTheDoor_data();
    void entriesAreCheckedAtTheDoor();
    void everyChangeCanBeUndone();
    void addingNeverReplaces();
    void aRefusalKeepsWhatWasTyped();
    void theDialogAsksForWhatIsThere();
};

void TestBudgetEditing::entriesAreCheckedAtTheDoor_data()
{
    QTest::addColumn<BudgetEntry>("entry");
    QTest::addColumn<QString>("error");
    const auto entry = [](const char* amount, const char* currency = "USD",
                          BudgetScope scope = BudgetScope::Everything, const char* key = "",
                          std::optional<cost::Month> until = {}) {
        return BudgetEntry{
            scope, QString::fromUtf8(key), QString::fromUtf8(amount), QString::fromUtf8(currency), June,
            until};
    };
    QTest::newRow("whole") << entry("1250") << QString();
    QTest::newRow("with a point") << entry(" 1250.50 ") << QString();
    QTest::newRow("lower case") << entry("10", "eur") << QString();
    QTest::newRow("a team") << entry("10", "USD", BudgetScope::Team, " Shop ") << QString();
    QTest::newRow("one month") << entry("10", "USD", BudgetScope::Everything, "",
                                        June + std::chrono::months{1})
                               << QString();
    QTest::newRow("nothing") << entry("  ") << u"amount"_s;
    QTest::newRow("a word") << entry("lots") << u"1250.50"_s;
    QTest::newRow("a comma") << entry("12,50") << u"with a point"_s;
    QTest::newRow("separators") << entry("1 250") << u"separators"_s;
    QTest::newRow("nought") << entry("0") << u"more than 0"_s;
    QTest::newRow("negative") << entry("-5") << u"more than 0"_s;
    QTest::newRow("too large") << entry("99999999999") << u"too large"_s;
    QTest::newRow("not a number") << entry("nan") << u"not a number"_s;
    QTest::newRow("no currency") << entry("5", "") << u"no currency"_s;
    QTest::newRow("half a currency") << entry("5", "US") << u"three letters"_s;
    QTest::newRow("a sign") << entry("5", "€") << u"no currency"_s;
    QTest::newRow("no service") << entry("5", "USD", BudgetScope::Service, " ") << u"Choose a service"_s;
    QTest::newRow("no team") << entry("5", "USD", BudgetScope::Team) << u"Choose a team"_s;
    QTest::newRow("ends first") << entry("5", "USD", BudgetScope::Everything, "", June)
                                << u"before it begins"_s;
}

void TestBudgetEditing::entriesAreCheckedAtTheDoor()
{
    QFETCH(BudgetEntry, entry);
    QFETCH(QString, error);
    const Result<cost::Budget> made = budgetFrom(entry);
    QCOMPARE(made.has_value(), error.isEmpty());
    if (made) {
        QVERIFY(made->monthly > 0 && made->currency.known());
        QCOMPARE(QString::fromStdString(made->key), entry.key.trimmed());
        return;
    }
    QVERIFY(made.error().kind == Error::Kind::InvalidInput);
    const QString said = QString::fromStdString(made.error().message + " " + made.error().advice);
    QVERIFY2(said.contains(error), qPrintable(said));
    QVERIFY(!made.error().advice.empty());
}

void TestBudgetEditing::everyChangeCanBeUndone()
{
    Rig rig;
    BudgetDesk desk(rig.presenter);
    desk.setActive(true);
    QSignalSpy done(&desk, &BudgetDesk::done);
    QVERIFY(desk.undoable().isEmpty());

    const cost::Budget fresh = budget(BudgetScope::Service, "sub-fraud", June);
    const int before = rig.ledger.views.calls();
    desk.put(fresh, false);
    QVERIFY(rig.ledger.lastBudget == fresh);
    QVERIFY(rig.ledger.views.calls() > before); // the page shows it at once
    QVERIFY(done.last().front().toString().contains(u"fraud-review"_s));
    desk.undo();
    QVERIFY(rig.ledger.lastRemoved && rig.ledger.lastRemoved->key == "sub-fraud");
    QVERIFY(desk.undoable().isEmpty());

    const cost::Budget old = desk.lines()[1].budget;
    cost::Budget other = old;
    other.monthly *= 2;
    desk.put(other, true);
    QVERIFY(rig.ledger.lastBudget == other);
    desk.undo();
    QVERIFY(rig.ledger.lastBudget == old);

    rig.ledger.lastBudget.reset();
    desk.remove(desk.lines()[1].key);
    QVERIFY(rig.ledger.lastRemoved->scope == old.scope && rig.ledger.lastRemoved->key == old.key);
    QVERIFY(desk.undoable().contains(u"Removed"_s));
    desk.undo();
    QVERIFY(rig.ledger.lastBudget == old);
}

void TestBudgetEditing::addingNeverReplaces()
{
    Rig rig;
    BudgetDesk desk(rig.presenter);
    desk.setActive(true);
    QSignalSpy refused(&desk, &BudgetDesk::refused);
    cost::Budget same = desk.lines()[1].budget;
    for (char& c : same.key)
        c = static_cast<char>(std::toupper(c)); // names compare without case
    desk.put(same, false);
    QCOMPARE(refused.count(), 1);
    QCOMPARE(rig.ledger.changes.calls(), 0);
    QVERIFY(!desk.busy());
}

void TestBudgetEditing::aRefusalKeepsWhatWasTyped()
{
    Rig rig;
    Theme theme(*qApp, false);
    BudgetPanel panel(theme, rig.presenter);
    panel.show();
    panel.openAdd();
    auto* const dialog = find<BudgetDialog>(panel, u"budgetDialog"_s);
    auto* const amount = find<QLineEdit>(*dialog, u"budgetAmount"_s);
    auto* const error = find<QLabel>(*dialog, u"budgetError"_s);
    find<QComboBox>(*dialog, u"budgetSince"_s)->setCurrentText(u"August 2026"_s);
    // What is wrong by itself never reaches the ledger.
    amount->setText(u"12,5"_s);
    dialog->accept();
    QVERIFY(error->isVisible());
    QCOMPARE(rig.ledger.changes.calls(), 0);
    // What only the ledger knows comes from there.
    const std::string overlap = "There are two budgets of everything for 2026-08.";
    rig.ledger.changes.always(fail(Error::Kind::InvalidInput, overlap, "Nothing was changed."));
    amount->setText(u"12.5"_s);
    dialog->accept();
    QCOMPARE(rig.ledger.changes.calls(), 1);
    QVERIFY(dialog->isVisible());
    QVERIFY2(error->text().startsWith(QString::fromStdString(overlap)), qPrintable(error->text()));
    QCOMPARE(amount->text(), u"12.5"_s);
    QVERIFY(find<QPushButton>(*dialog, u"budgetSave"_s)->isEnabled());
    // And when it is right, the dialog closes.
    rig.ledger.changes.always(Status());
    dialog->accept();
    QVERIFY(!dialog->isVisible());
    QVERIFY(rig.ledger.lastBudget->since == std::chrono::year{2026} / 8);
    QCOMPARE(rig.ledger.lastBudget->monthly, cost::Pico{12'500'000'000'000});
}

void TestBudgetEditing::theDialogAsksForWhatIsThere()
{
    Rig rig;
    BudgetDesk desk(rig.presenter);
    desk.setActive(true);
    BudgetDialog adding(desk, std::nullopt, nullptr);
    auto* const names = find<QComboBox>(adding, u"budgetName"_s);
    QVERIFY(!names->isEnabled()); // everything has no name
    QCOMPARE(find<QLineEdit>(adding, u"budgetCurrency"_s)->text(), u"USD"_s);
    adding.show();
    for (QPushButton* const button : adding.findChildren<QPushButton*>()) {
        if (button->text() == u"Service"_s)
            button->click();
    }
    QVERIFY(names->isEnabled());
    QCOMPARE(names->count(), 9);
    names->setCurrentText(u"fraud-review"_s);
    find<QLineEdit>(adding, u"budgetAmount"_s)->setText(u"7"_s);
    adding.accept();
    QCOMPARE(rig.ledger.lastBudget->key, std::string("sub-fraud"));

    BudgetLine line = desk.lines()[3];
    line.budget.until = June + std::chrono::months{4};
    BudgetDialog editing(desk, line, nullptr);
    QVERIFY(!find<QComboBox>(editing, u"budgetSince"_s)->isEnabled());
    QCOMPARE(find<QComboBox>(editing, u"budgetUntil"_s)->currentText(), u"September 2026"_s);
    find<QLineEdit>(editing, u"budgetAmount"_s)->setText(u"8"_s);
    editing.accept();
    QVERIFY(rig.ledger.lastBudget->key == line.budget.key &&
            rig.ledger.lastBudget->until == line.budget.until);
    QVERIFY(rig.ledger.lastBudget->since == line.budget.since);
}

Q_DECLARE_METATYPE(gatehouse::ui::BudgetEntry)

GATEHOUSE_WINDOW_TEST_MAIN(TestBudgetEditing)
#include "tst_budgetediting.moc"
