// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/controlworld.h"
#include "tests/ui/fakes/guitestmain.h"
#include "ui/pages/routing/paritypanel.h"

#include <QtWidgets/QComboBox>
#include <QtWidgets/QPushButton>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;
using World = ControlWorld;

/// Which fallbacks are equal, and what may be certified or granted of them.
class TestParityPanel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void continuityAndExceptionRoutesAreApart();
    void theChecklistShowsBothValuesOfEachPoint();
    void certifyingProposesOneChangeOfTheNamedValue();
    void whatIsTypedWrongIsRefusedBeforeAnythingIsProposed_data();
    void whatIsTypedWrongIsRefusedBeforeAnythingIsProposed();
    void anExceptionAndADeclarationAreProposed();
    void nothingIsCertifiedWhileLockedOrDifferent();
    void aRegisterThatCannotBeReadLocksTheActions();
    void afterAnApplyTheFallbacksAreComparedAgain();
    void theDialogProposesWhatWasTyped();
};

void TestParityPanel::continuityAndExceptionRoutesAreApart()
{
    World world;
    ParityPanel panel(world.theme, world.parity);
    panel.show();
    QCOMPARE(column(panel, u"continuityRoutes"_s, 1),
             QStringList({u"aoai-westus"_s, u"aoai-westeurope"_s, u"aoai-eastus2"_s}));
    QCOMPARE(column(panel, u"exceptionRoutes"_s, 1), QStringList({u"aoai-westeurope"_s}));
    const QStringList states = column(panel, u"continuityRoutes"_s, 3);
    QVERIFY(states[0].contains(u"● Certified"_s));
    QVERIFY(states[1].contains(u"○ Not certified"_s));
    QVERIFY(states[2].contains(u"– Not known"_s));
}

void TestParityPanel::theChecklistShowsBothValuesOfEachPoint()
{
    World world;
    ParityPanel panel(world.theme, world.parity);
    panel.show();
    QCOMPARE(column(panel, u"parityChecklist"_s, 0).size(), int(gateway::AllParityPoints.size()));
    QVERIFY(find<QLabel>(panel, u"parityBadge"_s)->text().contains(u"● Certified"_s));
    find<TableView>(panel, u"continuityRoutes"_s)->selectRow(1);
    QVERIFY(column(panel, u"parityChecklist"_s, 2)[0].contains(u"eastus"_s));
    QVERIFY(column(panel, u"parityChecklist"_s, 3)[0].contains(u"westeurope"_s));
    QVERIFY(column(panel, u"parityChecklist"_s, 1)[0].contains(u"▲ Differs"_s));
    QVERIFY(find<QLabel>(panel, u"parityVerdict"_s)->text().contains(u"Region and residency"_s));
    find<TableView>(panel, u"exceptionRoutes"_s)->selectRow(0);
    QVERIFY(column(panel, u"parityChecklist"_s, 1)[0].contains(u"By exception"_s));
    QVERIFY(column(panel, u"parityChecklist"_s, 4)[0].contains(u"Bob Example"_s));
}

void TestParityPanel::certifyingProposesOneChangeOfTheNamedValue()
{
    World world;
    world.loadParity();
    world.lock.unlock();
    QCOMPARE(world.parity.whyNotCertify(), QString());
    QVERIFY(world.parity.certify(u"  Cid Example "_s, inDays(world, 30)).has_value());
    QCOMPARE(world.writes.changes.reviewed.size(), 1U);
    const jobs::ChangeSet& set = world.writes.changes.reviewed[0];
    QCOMPARE(set.changes.size(), 1U);
    QVERIFY(set.changes[0].resourceId.ends_with("/namedValues/gatehouse-parity"));
    QVERIFY(set.changes[0].base == world.parity.state()->report->entriesBase);
    const auto entries = gateway::readParityRegister(textAt(*set.changes[0].wanted, "value"));
    QVERIFY(entries.has_value());
    QCOMPARE(entries->certificates.size(), 1U); // it takes the place of Ann's
    QCOMPARE(entries->certificates[0].owner, std::string("Cid Example"));
    QCOMPARE(entries->certificates[0].facts, world.parity.selected()->facts);
    QCOMPARE(entries->certificates[0].expiry, inDays(world, 30));
    QCOMPARE(entries->exceptions.size(), 2U);
}

void TestParityPanel::whatIsTypedWrongIsRefusedBeforeAnythingIsProposed_data()
{
    QTest::addColumn<QString>("owner");
    QTest::addColumn<int>("days");
    QTest::addColumn<QString>("reason");
    QTest::newRow("no owner") << u" "_s << 30 << u"why"_s;
    QTest::newRow("long owner") << QString(61, u'x') << 30 << u"why"_s;
    QTest::newRow("ends now") << u"Ann"_s << 0 << u"why"_s;
    QTest::newRow("ended") << u"Ann"_s << -1 << u"why"_s;
    QTest::newRow("ends after a year") << u"Ann"_s << 367 << u"why"_s;
    QTest::newRow("no reason") << u"Ann"_s << 30 << u""_s;
    QTest::newRow("long reason") << u"Ann"_s << 30 << QString(121, u'x');
}

void TestParityPanel::whatIsTypedWrongIsRefusedBeforeAnythingIsProposed()
{
    QFETCH(QString, owner);
    QFETCH(int, days);
    QFETCH(QString, reason);
    World world;
    world.loadParity();
    world.lock.unlock();
    const Status granted =
        world.parity.grant(gateway::ParityPoint::Models, owner, reason, inDays(world, days));
    QVERIFY(!granted.has_value());
    QVERIFY(!granted.error().message.empty());
    if (reason == u"why"_s)
        QVERIFY(!world.parity.certify(owner, inDays(world, days)).has_value());
    QVERIFY(world.writes.changes.reviewed.empty());
}

void TestParityPanel::anExceptionAndADeclarationAreProposed()
{
    World world;
    world.loadParity();
    world.lock.unlock();
    world.parity.select(u"aoai-pool/aoai-eastus/aoai-westeurope"_s);
    QVERIFY(!world.parity.certify(u"Ann"_s, inDays(world, 30)).has_value()); // it differs
    QVERIFY(world.parity.grant(gateway::ParityPoint::Residency, u"Ann"_s, u"outage"_s, inDays(world, 3))
                .has_value());
    QVERIFY(world.parity.declareTools("aoai-westus", u"file search"_s, u"Ann"_s).has_value());
    QVERIFY(!world.parity.declareTools("aoai-westus", u" "_s, u"Ann"_s).has_value());
    QCOMPARE(world.writes.changes.reviewed.size(), 2U);
    const auto granted =
        gateway::readParityRegister(textAt(*world.writes.changes.reviewed[0].changes[0].wanted, "value"));
    QCOMPARE(granted->exceptions.size(), 3U);
    QCOMPARE(granted->exceptions.back().candidate, std::string("aoai-westeurope"));
    const auto declared =
        gateway::readParityRegister(textAt(*world.writes.changes.reviewed[1].changes[0].wanted, "value"));
    QCOMPARE(declared->declarations.size(), 4U);
}

void TestParityPanel::nothingIsCertifiedWhileLockedOrDifferent()
{
    World world;
    ParityPanel panel(world.theme, world.parity);
    panel.show();
    auto* const certify = find<QPushButton>(panel, u"parityCertify"_s);
    auto* const grant = find<QPushButton>(panel, u"parityGrant"_s);
    QVERIFY(!certify->isEnabled());
    QVERIFY(certify->toolTip().contains(u"locked"_s));
    world.lock.unlock();
    QVERIFY(certify->isEnabled());
    QVERIFY(!grant->isEnabled()); // it differs in nothing
    world.parity.select(u"aoai-pool/aoai-eastus/aoai-westeurope"_s);
    QVERIFY(!certify->isEnabled());
    QVERIFY(certify->toolTip().contains(u"differs"_s));
    QVERIFY(grant->isEnabled());
    world.lock.lock();
    QVERIFY(!grant->isEnabled());
}

void TestParityPanel::aRegisterThatCannotBeReadLocksTheActions()
{
    World world;
    jobs::PostureReport report = *samplePosture(world.clock.now());
    report.entriesError = fail(Error::Kind::Parse, "The named value is none of ours.").value();
    world.postureService.reports.always(std::make_shared<const jobs::PostureReport>(report));
    ParityPanel panel(world.theme, world.parity);
    panel.show();
    world.lock.unlock();
    for (const QString& name : {u"parityCertify"_s, u"parityGrant"_s, u"parityDeclare"_s})
        QVERIFY(!find<QPushButton>(panel, name)->isEnabled());
    QVERIFY(shown(panel).contains(u"none of ours"_s));
    QVERIFY(!world.parity.declareTools("a", u"none"_s, u"Ann"_s).has_value());
    QVERIFY(world.writes.changes.reviewed.empty());
}

void TestParityPanel::afterAnApplyTheFallbacksAreComparedAgain()
{
    World world;
    world.loadParity();
    const int asked = world.postureService.reports.calls();
    Q_EMIT world.flow.applied(jobs::JournalEntry{});
    QCOMPARE(world.postureService.reports.calls(), asked + 1);
}

void TestParityPanel::theDialogProposesWhatWasTyped()
{
    World world;
    world.loadParity();
    world.lock.unlock();
    world.parity.select(u"aoai-pool/aoai-eastus/aoai-westeurope"_s);
    ParityDialog dialog(ParityDialog::Kind::Exception, world.parity, nullptr);
    dialog.show();
    QCOMPARE(find<QComboBox>(dialog, u"parityChoice"_s)->count(), 2); // residency and identity differ
    find<QPushButton>(dialog, u"parityReview"_s)->click();
    QVERIFY(dialog.isVisible());
    QVERIFY(find<QLabel>(dialog, u"parityProblem"_s)->text().contains(u"answers for it"_s));
    find<QLineEdit>(dialog, u"parityOwner"_s)->setText(u"Ann"_s);
    find<QLineEdit>(dialog, u"parityWords"_s)->setText(u"outage"_s);
    find<QPushButton>(dialog, u"parityReview"_s)->click();
    QVERIFY(!dialog.isVisible());
    const auto entries =
        gateway::readParityRegister(textAt(*world.writes.changes.reviewed.at(0).changes[0].wanted, "value"));
    QCOMPARE(entries->exceptions.back().expiry, inDays(world, 30));
    QCOMPARE(entries->exceptions.back().reason, std::string("outage"));
}

GATEHOUSE_WINDOW_TEST_MAIN(TestParityPanel)
#include "tst_paritypanel.moc"
