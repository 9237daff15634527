// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "tests/ui/anomalyrig.h"
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/fakes/names.h"
#include "ui/models/format.h"
#include "ui/models/recordmodel.h"
#include "ui/pages/cost/anomalypanel.h"
#include "ui/pages/cost/anomalyrule.h"
#include "ui/pages/cost/anomalyruledialog.h"
#include "ui/pages/cost/anomalytext.h"
#include "ui/theme/theme.h"
#include "ui/widgets/stateview.h"
#include "ui/widgets/tableview.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtGui/QClipboard>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;
using cost::AnomalyKind;
using std::chrono::hours;
using Rig = AnomalyRig;

namespace {

constexpr auto Workspace = "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/"
                           "workspaces/w"_L1;

} // namespace

/// What stood out, as the page shows it, and the rule that watches for it in Azure.
class TestCostAnomalies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theNewestComesFirst();
    void kindsAreToldApart_data();
    void kindsAreToldApart();
    void theCallsAreThoseOfTheBuckets();
    void silenceHasNoCalls();
    void aCallIsExplained();
    void theTrafficIsShownInUsage();
    void aSnoozeIsShownAndEnded();
    void aSnoozeThatIsRefusedChangesNothing();
    void theRuleIsCheckedAtTheDoor_data();
    void theRuleIsCheckedAtTheDoor();
    void theRuleIsCopiedAndSaved();
    void nothingThatStandsOutIsSaid();
    void everythingHasAName();
};

void TestCostAnomalies::theNewestComesFirst()
{
    Rig rig;
    rig.presenter.setActive(true);
    Theme theme(*qApp, false);
    AnomalyPanel panel(theme, rig.presenter, {});
    auto* const table = find<TableView>(panel, u"anomalyTable"_s);
    const QAbstractItemModelTester tester(table->model(),
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    panel.show();
    QCOMPARE(table->model()->rowCount(), 5);
    QStringList kinds;
    QStringList states;
    for (int row = 0; row < 5; ++row) {
        kinds.append(table->model()->index(row, AlertColumn::Kind).data().toString());
        states.append(table->model()->index(row, AlertColumn::State).data().toString());
    }
    QCOMPARE(kinds, QStringList({u"No data"_s, u"Launch"_s, u"Retry storm"_s, u"Model switch"_s,
                                 u"Longer prompts"_s}));
    QCOMPARE(states, QStringList({u"▲ Goes on"_s, u"▲ Goes on"_s, u"– Over"_s, u"– Over"_s, u"– Over"_s}));
    QCOMPARE(table->model()->index(0, 0).data().toString(), u"All services"_s);
    QCOMPARE(table->model()->index(1, 0).data().toString(), u"support-copilot"_s);
    QCOMPARE(table->model()->index(1, AlertColumn::Times).data().toString(), QLocale().toString(3.1, 'f', 1));
    // One that is found later comes to the top.
    rig.list.alerts.push_back(alert(AnomalyKind::RetryStorm, "sub-fraud", 0));
    rig.presenter.showAgain();
    QCOMPARE(table->model()->index(0, 0).data().toString(), u"fraud-review"_s);
    // What was chosen stays chosen.
    QVERIFY(panel.desk().selected()->alert.first.kind == AnomalyKind::NoData);
}

void TestCostAnomalies::kindsAreToldApart_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("means");
    QTest::newRow("launch") << static_cast<int>(AnomalyKind::Launch) << u"More calls came"_s;
    QTest::newRow("retry storm") << static_cast<int>(AnomalyKind::RetryStorm) << u"again and again"_s;
    QTest::newRow("longer prompts") << static_cast<int>(AnomalyKind::LongerPrompts)
                                    << u"carried more tokens"_s;
    QTest::newRow("model switch") << static_cast<int>(AnomalyKind::ModelSwitch) << u"Another model"_s;
    QTest::newRow("no data") << static_cast<int>(AnomalyKind::NoData) << u"no call came"_s;
}

void TestCostAnomalies::kindsAreToldApart()
{
    QFETCH(int, kind);
    QFETCH(QString, means);
    cost::Alert one = alert(static_cast<AnomalyKind>(kind), "sub-x", 3);
    one.first.newCaller = true;
    const QString said = sentenceOf(one, u"Chat %2 of <b>x</b>"_s, u"USD"_s);
    QVERIFY2(said.contains(means), qPrintable(said));
    QVERIFY2(said.contains(u"Chat %2 of <b>x</b>"_s), qPrintable(said)); // a name is never a place to fill
    if (one.first.kind == AnomalyKind::NoData)
        return;
    for (const QString& part : {u"gpt-4o"_s, u"bulk-import"_s, u"did not call before"_s,
                                formatAmount(930'000), formatAmount(300'000)})
        QVERIFY2(said.contains(part), qPrintable(part + u" in "_s + said));
    one.first.byCost = true;
    one.peak = 12.3;
    one.first.expected = 0;
    const QString dear = sentenceOf(one, u"x"_s, u"USD"_s);
    QVERIFY2(dear.contains(u"12.30 USD"_s) && !dear.contains(u"times"_s) && !dear.contains(u"inf"_s),
             qPrintable(dear));
    one.first.model.clear();
    one.first.caller.clear();
    QVERIFY(sentenceOf(one, u"x"_s, u"USD"_s).contains(u"neither"_s));
}

void TestCostAnomalies::theCallsAreThoseOfTheBuckets()
{
    Rig rig;
    rig.presenter.setActive(true);
    AnomalyDesk desk(rig.presenter);
    desk.setActive(true);
    // From the evening of one day into the next.
    rig.list.alerts = {alert(AnomalyKind::Launch, "sub-support", 17, 4)};
    rig.presenter.showAgain();
    const jobs::CostQuestion& asked = rig.ledger.lastCalls;
    QVERIFY((asked.moments == TimeRange{at(17), at(13)}));
    QVERIFY(asked.range.first == sampleCostDay() - std::chrono::days{1});
    QVERIFY(asked.range.end == sampleCostDay() + std::chrono::days{1});
    QCOMPARE(asked.filters.size(), std::size_t{1});
    QCOMPARE(asked.filters.front().value, std::string("sub-support"));
    QVERIFY(desk.calls() != nullptr && !desk.calls()->empty());
    for (const jobs::BookedCall& call : *desk.calls()) {
        QVERIFY(call.row.time >= at(17) && call.row.time < at(13));
        QCOMPARE(call.row.service, std::string("sub-support"));
    }
    const auto records = alertCallRecords(*desk.calls(), {});
    QCOMPARE(callIdOf(records.front().key), QString::fromStdString(desk.calls()->front().row.id));
}

void TestCostAnomalies::silenceHasNoCalls()
{
    Rig rig;
    rig.presenter.setActive(true);
    AnomalyDesk desk(rig.presenter);
    desk.setActive(true);
    QVERIFY(desk.selected()->alert.first.kind == AnomalyKind::NoData);
    QCOMPARE(rig.ledger.callLists.calls(), 0);
    QVERIFY(desk.calls() != nullptr && desk.calls()->empty());
    QVERIFY(!desk.reading());
}

void TestCostAnomalies::aCallIsExplained()
{
    Rig rig;
    rig.list.alerts = {alert(AnomalyKind::Launch, "sub-support", 5, 2)};
    rig.presenter.setActive(true);
    Theme theme(*qApp, false);
    AnomalyPanel panel(theme, rig.presenter, {});
    panel.show();
    auto* const calls = find<TableView>(panel, u"anomalyCalls"_s);
    const QAbstractItemModelTester tester(calls->model(),
                                          QAbstractItemModelTester::FailureReportingMode::Fatal);
    QVERIFY(calls->model()->rowCount() > 0);
    QSignalSpy explained(&panel, &AnomalyPanel::explainRequested);
    auto* const button = find<QPushButton>(panel, u"anomalyExplain"_s);
    QVERIFY(!button->isEnabled());
    calls->selectRow(0);
    QVERIFY(button->isEnabled());
    QTest::keyClick(calls, Qt::Key_Return);
    button->click();
    QCOMPARE(explained.count(), 2);
    const QString id = calls->model()->index(0, CallColumn::Id).data(RecordModel::RawRole).toString();
    QVERIFY(!id.isEmpty());
    QCOMPARE(explained[0].front().toString(), id);
    QCOMPARE(explained[1].front().toString(), id);
}

void TestCostAnomalies::theTrafficIsShownInUsage()
{
    Rig rig;
    rig.list.alerts = {alert(AnomalyKind::Launch, "sub-support", 5, 2)};
    rig.presenter.setActive(true);
    Theme theme(*qApp, false);
    AnomalyPanel panel(theme, rig.presenter, {});
    panel.show();
    QSignalSpy asked(&panel, &AnomalyPanel::usageRequested);
    auto* const button = find<QPushButton>(panel, u"anomalyUsage"_s);
    button->click();
    button->click(); // twice takes no filter away
    QCOMPARE(asked.count(), 2);
    QVERIFY((rig.context.range() == TimeRange{at(5), at(3)}));
    QCOMPARE(rig.context.chips().size(), std::size_t{1});
    QCOMPARE(rig.context.chips().front().filter.key, std::string("sub-support"));
    QCOMPARE(rig.context.chips().front().label, u"support-copilot"_s);
}

void TestCostAnomalies::aSnoozeIsShownAndEnded()
{
    Rig rig;
    rig.list.alerts = {alert(AnomalyKind::Launch, "sub-support", 3, 2)};
    rig.presenter.setActive(true);
    Theme theme(*qApp, false);
    AnomalyPanel panel(theme, rig.presenter, {});
    panel.show();
    auto* const menu = find<QMenu>(panel, u"anomalySnoozeMenu"_s);
    Q_EMIT menu->aboutToShow();
    QStringList texts;
    for (const QAction* const action : menu->actions())
        texts.append(action->text());
    QCOMPARE(texts.size(), 9); // four lengths of one and of all, and a line between
    QVERIFY(texts.front().startsWith(u"support-copilot"_s) && texts.back().startsWith(u"All services"_s));
    // The ledger keeps it: the next view has it.
    QSignalSpy told(&panel, &AnomalyPanel::told);
    rig.list.snoozes = {{"SUB-SUPPORT", rig.clock.now() + Ticks(hours(8))},
                        {"sub-hr", rig.clock.now() - Ticks(hours(1))}};
    menu->actions()[1]->trigger();
    QCOMPARE(rig.ledger.lastSnooze->service, std::string("sub-support"));
    QVERIFY(rig.ledger.lastSnooze->until == rig.clock.now() + Ticks(hours(8)));
    QVERIFY(told.last().front().toString().contains(u"support-copilot"_s));
    QCOMPARE(panel.desk().snoozes().size(), std::size_t{1}); // the other one is over
    QCOMPARE(
        find<TableView>(panel, u"anomalyTable"_s)->model()->index(0, AlertColumn::State).data().toString(),
        u"◐ Snoozed"_s);
    rig.list.snoozes.clear();
    find<QPushButton>(panel, u"anomalySnoozeEnd0"_s)->click();
    QVERIFY(rig.ledger.lastSnooze->until == rig.clock.now());
    QVERIFY(panel.desk().snoozes().empty());
    Q_EMIT menu->aboutToShow();
    menu->actions().back()->trigger();
    QVERIFY(rig.ledger.lastSnooze->service.empty());
    QVERIFY(rig.ledger.lastSnooze->until == rig.clock.now() + Ticks(hours(7 * 24)));
}

void TestCostAnomalies::aSnoozeThatIsRefusedChangesNothing()
{
    Rig rig;
    rig.presenter.setActive(true);
    rig.ledger.changes.always(fail(Error::Kind::Storage, "The disk is full."));
    Theme theme(*qApp, false);
    AnomalyPanel panel(theme, rig.presenter, {});
    panel.show();
    QSignalSpy told(&panel, &AnomalyPanel::told);
    panel.desk().snooze({}, hours(1));
    QCOMPARE(told.last().front().toString(), u"The disk is full."_s);
    QVERIFY(!panel.desk().busy() && panel.desk().snoozes().empty());
    QVERIFY(find<QPushButton>(panel, u"anomalySnooze"_s)->isEnabled());
}

void TestCostAnomalies::theRuleIsCheckedAtTheDoor_data()
{
    QTest::addColumn<QString>("workspace");
    QTest::addColumn<QString>("location");
    QTest::addColumn<QString>("group");
    QTest::addColumn<QString>("error");
    const QString right(Workspace);
    const QString group =
        u"/subscriptions/s/resourceGroups/g/providers/microsoft.insights/actionGroups/ops"_s;
    QTest::newRow("nobody is told") << right << u"westeurope"_s << QString() << QString();
    QTest::newRow("a name with a blank") << right << u" West Europe"_s << group << QString();
    QTest::newRow("a name alone") << u"logs"_s << u"westeurope"_s << QString() << u"workspace"_s;
    QTest::newRow("another resource")
        << u"/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/w"_s << u"westeurope"_s
        << QString() << u"workspace"_s;
    QTest::newRow("a part of it") << right + u"/tables/t"_s << u"westeurope"_s << QString() << u"workspace"_s;
    QTest::newRow("no region") << right << u""_s << QString() << u"region"_s;
    QTest::newRow("a region with a quote") << right << u"west\"europe"_s << QString() << u"region"_s;
    QTest::newRow("no action group") << right << u"westeurope"_s << u"ops@contoso.com"_s << u"action group"_s;
}

void TestCostAnomalies::theRuleIsCheckedAtTheDoor()
{
    QFETCH(QString, workspace);
    QFETCH(QString, location);
    QFETCH(QString, group);
    QFETCH(QString, error);
    const auto rule = azureRule({workspace, location, group});
    QCOMPARE(rule.has_value(), error.isEmpty());
    if (!rule) {
        QVERIFY2(QString::fromStdString(rule.error().message).contains(error), rule.error().message.c_str());
        return;
    }
    const auto json = parseJson(*rule);
    QVERIFY(json.has_value());
    QCOMPARE(std::string(textAt(*json, "location")), std::string("westeurope"));
    QCOMPARE(memberAt(memberAt(*json, "properties"), "scopes").at(0).get<std::string>(),
             workspace.toStdString());
}

void TestCostAnomalies::theRuleIsCopiedAndSaved()
{
    Rig rig;
    rig.presenter.setActive(true);
    Theme theme(*qApp, false);
    AnomalyPanel panel(theme, rig.presenter, [] { return QString(Workspace); });
    panel.show();
    find<QPushButton>(panel, u"anomalyRule"_s)->click();
    auto* const dialog = find<AnomalyRuleDialog>(panel, u"anomalyRuleDialog"_s);
    QCOMPARE(find<QLineEdit>(*dialog, u"ruleWorkspace"_s)->text(), QString(Workspace));
    auto* const copy = find<QPushButton>(*dialog, u"ruleCopy"_s);
    QVERIFY(!copy->isEnabled()); // the region is not known
    find<QLineEdit>(*dialog, u"ruleLocation"_s)->setText(u"westeurope"_s);
    QVERIFY(copy->isEnabled());
    copy->click();
    const QString copied = QGuiApplication::clipboard()->text();
    QCOMPARE(copied, find<QPlainTextEdit>(*dialog, u"ruleText"_s)->toPlainText());
    QVERIFY(parseJson(copied.toStdString()).has_value());
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"rule.json"_s);
    QVERIFY(dialog->saveTo(path).contains(u"rule.json"_s));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(QString::fromUtf8(file.readAll()), copied);
    QVERIFY(dialog->saveTo(folder.filePath(u"no/such/place.json"_s)).startsWith(u"Not saved"_s));
    QVERIFY(find<QLabel>(*dialog, u"ruleError"_s)->isVisible());
}

void TestCostAnomalies::nothingThatStandsOutIsSaid()
{
    Rig rig;
    rig.list = {};
    rig.presenter.setActive(true);
    Theme theme(*qApp, false);
    AnomalyPanel panel(theme, rig.presenter, {});
    panel.show();
    auto* const empty = find<StateView>(panel, u"anomalyEmpty"_s);
    QVERIFY(empty->isVisible());
    QCOMPARE(empty->content().title, u"Nothing stands out"_s);
    QVERIFY(!find<QPushButton>(panel, u"anomalyUsage"_s)->isEnabled());
    QVERIFY(find<QLabel>(panel, u"anomalyNoData"_s)->text().contains(u"20"_s));
    Q_EMIT find<QMenu>(panel, u"anomalySnoozeMenu"_s)->aboutToShow();
    QCOMPARE(find<QMenu>(panel, u"anomalySnoozeMenu"_s)->actions().size(), 4); // of all
}

void TestCostAnomalies::everythingHasAName()
{
    Rig rig;
    rig.list.snoozes = {{"sub-support", rig.clock.now() + Ticks(hours(8))}};
    rig.presenter.setActive(true);
    Theme theme(*qApp, false);
    AnomalyPanel panel(theme, rig.presenter, {});
    panel.show();
    panel.openRule();
    QVERIFY(panel.findChild<QPushButton*>(u"anomalySnoozeEnd0"_s) != nullptr);
    QCOMPARE(namelessIn(panel), QString());
}

GATEHOUSE_WINDOW_TEST_MAIN(TestCostAnomalies)
#include "tst_costanomalies.moc"
