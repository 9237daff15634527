// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/manualclock.h"
#include "tests/ui/fakes/fakecontrol.h"
#include "tests/ui/fakes/guitestmain.h"
#include "ui/models/recordmodel.h"
#include "ui/pages/health/healthpage.h"
#include "ui/pages/health/posturepanel.h"
#include "ui/pages/keys/keysdialog.h"
#include "ui/pages/routing/paritypanel.h"
#include "ui/theme/theme.h"
#include "ui/widgets/tableview.h"

#include <QtCore/QDir>
#include <QtGui/QClipboard>
#include <QtTest/QAbstractItemModelTester>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDateTimeEdit>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

using namespace gatehouse;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;
using std::chrono::seconds;

namespace {

constexpr const char* Canary = "5f3c9d1e7ab84c6f9e2d0b4a6c8e1f37";

class FakeAccess final : public jobs::AccessService
{
public:
    jobs::Access answer{true, true, {}, {}};
    QFuture<Result<jobs::Access>> access(std::stop_token stop) override
    {
        test::Answers<Result<jobs::Access>> answers;
        answers.always(answer);
        return answers.ask(std::move(stop));
    }
};

/// All that the panels stand on.
struct World
{
    World()
        : theme(*qApp, false)
        , context(clock)
        , lock(clock)
        , flow(lock)
        , keys(lock)
        , posture(context)
        , parity(context, flow)
        , guard(clipboard, clock)
    {
        keyService.reports.always(test::sampleKeys(clock.now()));
        keyService.keys.always(jobs::NewKey{jobs::SecretText(Canary), true});
        postureService.reports.always(test::samplePosture(clock.now()));
        services.changes = &changes;
        services.access = &access;
        services.keys = &keyService;
        services.posture = &postureService;
        hand();
    }
    ~World()
    {
        keys.setServices(nullptr);
        posture.setServices(nullptr);
        parity.setServices(nullptr);
        flow.setServices(nullptr);
        lock.setServices(nullptr);
    }
    void hand()
    {
        lock.setServices(&services);
        flow.setServices(&services);
        keys.setServices(&services);
        posture.setServices(&services);
        parity.setServices(&services);
    }
    void loadParity()
    {
        parity.setActive(true);
        QCOMPARE(parity.status().phase, Phase::Data);
    }

    test::ManualClock clock;
    Theme theme;
    FakeAccess access;
    test::RecordingChanges changes;
    test::FakeKeys keyService;
    test::FakePosture postureService;
    test::FakeClipboard clipboard;
    jobs::Services services;
    ViewContext context;
    EditLock lock;
    ChangeFlow flow;
    KeysPresenter keys;
    PosturePresenter posture;
    ParityPresenter parity;
    ClipboardGuard guard;
};

template <typename T>
T* find(const QWidget& in, const QString& name)
{
    T* const found = in.findChild<T*>(name);
    if (found == nullptr)
        qFatal("no %s", qPrintable(name));
    return found;
}

QStringList column(const QWidget& in, const QString& table, int column)
{
    QStringList texts;
    const QAbstractItemModel& model = *find<TableView>(in, table)->model();
    for (int row = 0; row < model.rowCount(); ++row)
        texts.append(model.index(row, column).data().toString());
    return texts;
}

DateTime inDays(const World& world, int days)
{
    return world.clock.now() + Ticks(std::chrono::hours(24 * days));
}

/// Every text that a widget shows.
QString shown(const QWidget& widget)
{
    QString text;
    for (const QLabel* const label : widget.findChildren<QLabel*>())
        text += label->text() + label->toolTip();
    for (const QLineEdit* const line : widget.findChildren<QLineEdit*>())
        text += line->text();
    return text;
}

} // namespace

/// Keys, posture and failover parity on fake services.
class TestControl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Clipboard
    void theClipboardIsClearedAfterThirtySeconds();
    void whatSomebodyElseCopiedStays();
    void theClipboardIsClearedWhenTheGuardGoes();
    void aSecondCopyStartsTheThirtySecondsAgain();
    // Keys
    void noKeyIsDrawnBeforeTheCallersAreAcknowledged();
    void whoMayNotWriteIsToldTheRole();
    void anotherSubscriptionTakesTheAcknowledgementBack();
    void callersThatAreNotKnownAreSaidToBe();
    void aKeyThatWasRefusedSaysWhy();
    void theNewKeyIsHiddenUntilItIsAskedForAndForgottenWhenTheDialogCloses();
    void anotherProfileForgetsTheKey();
    void theDialogNamesTheCallersFirst();
    // Posture
    void whatDiffersStandsFirst();
    void theRemedyIsCopiedAndNothingIsDone();
    void theRangeDoesNotMakeThePostureAskAgain();
    void aPostureThatCannotBeReadSaysWhy();
    void aProfileWithoutAGatewaySaysSo();
    void healthHasBothViews();
    // Parity
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
    void modelsKeepTheirRules();
    void pictures();
};

void TestControl::theClipboardIsClearedAfterThirtySeconds()
{
    World world;
    world.guard.copy(Canary);
    QCOMPARE(world.clipboard.held, QString::fromLatin1(Canary));
    QCOMPARE(world.guard.remaining(), seconds(30));
    world.clock.advance(seconds(30) - std::chrono::nanoseconds(1));
    world.guard.tick();
    QCOMPARE(world.clipboard.held, QString::fromLatin1(Canary));
    QCOMPARE(world.guard.remaining(), seconds(1));
    world.clock.advance(std::chrono::nanoseconds(1));
    world.guard.tick();
    QCOMPARE(world.clipboard.held, QString());
    QCOMPARE(world.guard.remaining(), seconds(0));
}

void TestControl::whatSomebodyElseCopiedStays()
{
    World world;
    world.guard.copy(Canary);
    world.clipboard.held = u"something else"_s;
    world.clock.advance(seconds(31));
    world.guard.tick();
    QCOMPARE(world.clipboard.held, u"something else"_s);
    world.clock.jumpWall(std::chrono::hours(2)); // a wall clock that jumps changes nothing
    world.guard.copy(Canary);
    world.clock.jumpWall(std::chrono::hours(2));
    world.guard.tick();
    QCOMPARE(world.clipboard.held, QString::fromLatin1(Canary));
}

void TestControl::theClipboardIsClearedWhenTheGuardGoes()
{
    test::FakeClipboard clipboard;
    test::ManualClock clock;
    {
        ClipboardGuard guard(clipboard, clock);
        guard.copy(Canary);
    }
    QCOMPARE(clipboard.held, QString());
    {
        ClipboardGuard guard(clipboard, clock);
        guard.copy(Canary);
        clipboard.held = u"mine"_s;
    }
    QCOMPARE(clipboard.held, u"mine"_s);
}

void TestControl::aSecondCopyStartsTheThirtySecondsAgain()
{
    World world;
    world.guard.copy(Canary);
    world.clock.advance(seconds(20));
    world.guard.copy("another");
    world.clock.advance(seconds(20));
    world.guard.tick();
    QCOMPARE(world.clipboard.held, u"another"_s);
    world.clock.advance(seconds(10));
    world.guard.tick();
    QCOMPARE(world.clipboard.held, QString());
}

void TestControl::noKeyIsDrawnBeforeTheCallersAreAcknowledged()
{
    World world;
    world.keys.refresh();
    world.keys.regenerate(jobs::KeySlot::Primary);
    QVERIFY(world.keys.whyNot().contains(u"locked"_s));
    world.lock.unlock();
    QVERIFY(world.keys.whyNot().contains(u"Choose"_s));
    world.keys.select("checkout-assistant");
    QVERIFY(world.keys.whyNot().contains(u"who used it"_s));
    QVERIFY(world.keys.consequence().startsWith(u"3 callers used it"_s));
    world.keys.regenerate(jobs::KeySlot::Primary);
    QVERIFY(world.keyService.drawn.empty());
    world.keys.acknowledge(true);
    QCOMPARE(world.keys.whyNot(), QString());
    world.keys.regenerate(jobs::KeySlot::Secondary);
    QCOMPARE(world.keyService.drawn.size(), 1U);
    QVERIFY(world.keyService.drawn[0] ==
            std::pair(std::string("checkout-assistant"), jobs::KeySlot::Secondary));
    QCOMPARE(world.keys.state()->drawn->key.key.view(), std::string_view(Canary));
    // Once for each key.
    world.keys.regenerate(jobs::KeySlot::Primary);
    QCOMPARE(world.keyService.drawn.size(), 1U);
}

void TestControl::whoMayNotWriteIsToldTheRole()
{
    World world;
    world.access.answer = {true, false,
                           "Microsoft.ApiManagement/service/subscriptions/regeneratePrimaryKey/action",
                           "API Management Service Contributor"};
    world.hand();
    world.lock.unlock();
    world.keys.refresh();
    world.keys.select("checkout-assistant");
    world.keys.acknowledge(true);
    QVERIFY(world.keys.whyNot().contains(u"API Management Service Contributor"_s));
    world.keys.regenerate(jobs::KeySlot::Primary);
    QVERIFY(world.keyService.drawn.empty());
}

void TestControl::anotherSubscriptionTakesTheAcknowledgementBack()
{
    World world;
    world.keys.refresh();
    world.lock.unlock();
    world.keys.select("checkout-assistant");
    world.keys.acknowledge(true);
    world.keys.select("document-search");
    QVERIFY(!world.keys.state()->acknowledged);
    QVERIFY(world.keys.consequence().startsWith(u"Nobody used it"_s));
    world.keys.acknowledge(true);
    world.clock.advance(EditLock::Unlocked);
    world.lock.lock();
    QVERIFY(!world.keys.whyNot().isEmpty());
}

void TestControl::callersThatAreNotKnownAreSaidToBe()
{
    World world;
    jobs::KeyReport report = test::sampleKeys(world.clock.now());
    report.callersKnown = false;
    report.callersUnknownBecause = "This workspace holds no gateway logs.";
    for (jobs::KeySubscription& one : report.subscriptions)
        one.callers.clear();
    world.keyService.reports.always(report);
    AccessKeysDialog dialog(world.theme, world.keys, world.guard, world.clock, nullptr);
    world.keys.select("checkout-assistant");
    QVERIFY(world.keys.consequence().contains(u"not known"_s));
    QVERIFY(find<QLabel>(dialog, u"accessKeysLastUsed"_s)->text().contains(u"no gateway logs"_s));
    QCOMPARE(column(dialog, u"accessKeysList"_s, 3), QStringList(3, u"–"_s));
}

void TestControl::aKeyThatWasRefusedSaysWhy()
{
    World world;
    world.keyService.keys.always(
        fail(Error::Kind::Network, "Whether the primary key was changed is not known.", "Look at the keys."));
    AccessKeysDialog dialog(world.theme, world.keys, world.guard, world.clock, nullptr);
    world.lock.unlock();
    world.keys.select("checkout-assistant");
    world.keys.acknowledge(true);
    world.keys.regenerate(jobs::KeySlot::Primary);
    QVERIFY(!world.keys.state()->drawn);
    QVERIFY(!world.keys.state()->acknowledged);
    QVERIFY(shown(dialog).contains(u"not known"_s));
}

void TestControl::theNewKeyIsHiddenUntilItIsAskedForAndForgottenWhenTheDialogCloses()
{
    World world;
    auto dialog =
        std::make_unique<AccessKeysDialog>(world.theme, world.keys, world.guard, world.clock, nullptr);
    dialog->show();
    world.lock.unlock();
    world.keys.select("checkout-assistant");
    auto* const primary = find<QPushButton>(*dialog, u"regeneratePrimary"_s);
    QVERIFY(!primary->isEnabled());
    QTest::mouseClick(find<QCheckBox>(*dialog, u"accessKeysAcknowledge"_s), Qt::LeftButton, {}, QPoint(8, 8));
    QVERIFY(world.keys.state()->acknowledged);
    QVERIFY(primary->isEnabled());
    primary->click();
    QVERIFY(world.keys.state()->drawn.has_value());
    QVERIFY(find<QWidget>(*dialog, u"newKeyPanel"_s)->isVisible());
    QVERIFY(!shown(*dialog).contains(QLatin1StringView(Canary)));
    auto* const show = find<QPushButton>(*dialog, u"newKeyShow"_s);
    show->click();
    QCOMPARE(find<QLabel>(*dialog, u"newKey"_s)->text(), QString::fromLatin1(Canary));
    show->click();
    QVERIFY(!shown(*dialog).contains(QLatin1StringView(Canary)));
    find<QPushButton>(*dialog, u"newKeyCopy"_s)->click();
    QCOMPARE(world.clipboard.held, QString::fromLatin1(Canary));
    QVERIFY(find<QLabel>(*dialog, u"newKeyNote"_s)->text().contains(u"30 s"_s));
    dialog.reset();
    QVERIFY(!world.keys.state()->drawn);
    // The guard has outlived the dialog.
    world.clock.advance(seconds(30));
    world.guard.tick();
    QCOMPARE(world.clipboard.held, QString());
}

void TestControl::anotherProfileForgetsTheKey()
{
    World world;
    world.keys.refresh();
    world.lock.unlock();
    world.keys.select("checkout-assistant");
    world.keys.acknowledge(true);
    world.keys.regenerate(jobs::KeySlot::Primary);
    QVERIFY(world.keys.state()->drawn);
    world.keys.setServices(nullptr);
    QVERIFY(!world.keys.state()->drawn && !world.keys.state()->report);
    world.keys.refresh();
    QVERIFY(world.keys.state()->phase == KeysState::Phase::Failed);
}

void TestControl::theDialogNamesTheCallersFirst()
{
    World world;
    AccessKeysDialog dialog(world.theme, world.keys, world.guard, world.clock, nullptr);
    dialog.show();
    find<TableView>(dialog, u"accessKeysList"_s)->selectRow(0);
    QCOMPARE(find<QLabel>(dialog, u"accessKeysHeading"_s)->text(), u"Checkout assistant"_s);
    const QString last = find<QLabel>(dialog, u"accessKeysLastUsed"_s)->text();
    QVERIFY2(last.startsWith(u"Last used by shop-frontend, 3"_s), qPrintable(last));
    QVERIFY(last.contains(u"not in the log"_s));
    QCOMPARE(column(dialog, u"accessKeysCallers"_s, 0).size(), 3);
    const auto top = [&](const QString& name) {
        return find<QWidget>(dialog, name)->mapTo(&dialog, QPoint()).y();
    };
    QVERIFY(top(u"accessKeysCallers"_s) < top(u"regeneratePrimary"_s));
}

void TestControl::whatDiffersStandsFirst()
{
    World world;
    PosturePanel panel(world.theme, world.posture);
    panel.show();
    QCOMPARE(world.posture.status().phase, Phase::Data);
    const QStringList verdicts = column(panel, u"postureTable"_s, 3);
    const QStringList resources = column(panel, u"postureTable"_s, 0);
    QVERIFY(verdicts.first().contains(u"Differs"_s));
    QVERIFY(verdicts.last().contains(u"Holds"_s));
    for (int row = 1; row < resources.size(); ++row) {
        // One block a resource.
        if (resources[row] != resources[row - 1])
            QVERIFY(!resources.first(row).contains(resources[row]));
    }
    QVERIFY(find<QLabel>(panel, u"postureCounts"_s)->text().contains(u"differ"_s));
}

void TestControl::theRemedyIsCopiedAndNothingIsDone()
{
    World world;
    PosturePanel panel(world.theme, world.posture);
    panel.show();
    QSignalSpy told(&panel, &PosturePanel::told);
    const QString remedy = find<QLabel>(panel, u"postureRemedy"_s)->text();
    QVERIFY2(remedy.startsWith(u"az resource update --ids /subscriptions/"_s), qPrintable(remedy));
    find<QPushButton>(panel, u"postureRemedyCopy"_s)->click();
    QCOMPARE(QGuiApplication::clipboard()->text(), remedy);
    QCOMPARE(told.count(), 1);
    QVERIFY(world.changes.proposed.empty());
}

void TestControl::theRangeDoesNotMakeThePostureAskAgain()
{
    World world;
    PosturePanel panel(world.theme, world.posture);
    panel.show();
    const int asked = world.postureService.reports.calls();
    world.context.setRelative(std::chrono::hours(1));
    world.context.toggle({{usage::Dimension::Service, "x"}, u"x"_s});
    QCOMPARE(world.postureService.reports.calls(), asked);
    panel.hide();
    panel.show();
    QCOMPARE(world.postureService.reports.calls(), asked);
    world.posture.refresh();
    QCOMPARE(world.postureService.reports.calls(), asked + 1);
}

void TestControl::aPostureThatCannotBeReadSaysWhy()
{
    World world;
    world.postureService.reports.always(
        fail(Error::Kind::Denied, "You may not read the gateway.", "Ask for Reader."));
    PosturePanel panel(world.theme, world.posture);
    ParityPanel parity(world.theme, world.parity);
    for (QWidget* const widget : {static_cast<QWidget*>(&panel), static_cast<QWidget*>(&parity)}) {
        widget->show();
        QVERIFY(shown(*widget).contains(u"You may not read the gateway."_s));
    }
}

void TestControl::aProfileWithoutAGatewaySaysSo()
{
    World world;
    world.services.posture = nullptr;
    world.hand();
    PosturePanel panel(world.theme, world.posture);
    panel.show();
    QVERIFY(shown(panel).contains(u"no API Management service"_s));
}

void TestControl::healthHasBothViews()
{
    World world;
    HealthPresenter health(world.context);
    HealthPage page(world.theme, health, world.posture);
    page.show();
    auto* const panel = find<PosturePanel>(page, u"posturePanel"_s);
    QVERIFY(!panel->isVisible());
    QCOMPARE(world.postureService.reports.calls(), 0); // a view that is hidden does not ask
    page.showPosture(true);
    QVERIFY(panel->isVisible());
    QCOMPARE(world.postureService.reports.calls(), 1);
    page.refresh();
    QCOMPARE(world.postureService.reports.calls(), 2);
    QSignalSpy keys(&page, &HealthPage::accessKeysRequested);
    find<QPushButton>(page, u"postureKeys"_s)->click();
    QCOMPARE(keys.count(), 1);
    page.showPosture(false);
    QVERIFY(!panel->isVisible());
    QVERIFY(!world.posture.active());
    QCOMPARE(page.commands().size(), 1U);
    page.commands().front().run();
    QVERIFY(panel->isVisible());
}

void TestControl::continuityAndExceptionRoutesAreApart()
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

void TestControl::theChecklistShowsBothValuesOfEachPoint()
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

void TestControl::certifyingProposesOneChangeOfTheNamedValue()
{
    World world;
    world.loadParity();
    world.lock.unlock();
    QCOMPARE(world.parity.whyNotCertify(), QString());
    QVERIFY(world.parity.certify(u"  Cid Example "_s, inDays(world, 30)).has_value());
    QCOMPARE(world.changes.proposed.size(), 1U);
    const jobs::ChangeSet& set = world.changes.proposed[0];
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

void TestControl::whatIsTypedWrongIsRefusedBeforeAnythingIsProposed_data()
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

void TestControl::whatIsTypedWrongIsRefusedBeforeAnythingIsProposed()
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
    QVERIFY(world.changes.proposed.empty());
}

void TestControl::anExceptionAndADeclarationAreProposed()
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
    QCOMPARE(world.changes.proposed.size(), 2U);
    const auto granted =
        gateway::readParityRegister(textAt(*world.changes.proposed[0].changes[0].wanted, "value"));
    QCOMPARE(granted->exceptions.size(), 3U);
    QCOMPARE(granted->exceptions.back().candidate, std::string("aoai-westeurope"));
    const auto declared =
        gateway::readParityRegister(textAt(*world.changes.proposed[1].changes[0].wanted, "value"));
    QCOMPARE(declared->declarations.size(), 4U);
}

void TestControl::nothingIsCertifiedWhileLockedOrDifferent()
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

void TestControl::aRegisterThatCannotBeReadLocksTheActions()
{
    World world;
    jobs::PostureReport report = *test::samplePosture(world.clock.now());
    report.entriesError = fail(Error::Kind::Parse, "The named value is none of ours.").value();
    world.postureService.reports.always(std::make_shared<const jobs::PostureReport>(report));
    ParityPanel panel(world.theme, world.parity);
    panel.show();
    world.lock.unlock();
    for (const QString& name : {u"parityCertify"_s, u"parityGrant"_s, u"parityDeclare"_s})
        QVERIFY(!find<QPushButton>(panel, name)->isEnabled());
    QVERIFY(shown(panel).contains(u"none of ours"_s));
    QVERIFY(!world.parity.declareTools("a", u"none"_s, u"Ann"_s).has_value());
    QVERIFY(world.changes.proposed.empty());
}

void TestControl::afterAnApplyTheFallbacksAreComparedAgain()
{
    World world;
    world.loadParity();
    const int asked = world.postureService.reports.calls();
    Q_EMIT world.flow.applied(jobs::JournalEntry{});
    QCOMPARE(world.postureService.reports.calls(), asked + 1);
}

void TestControl::theDialogProposesWhatWasTyped()
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
        gateway::readParityRegister(textAt(*world.changes.proposed.at(0).changes[0].wanted, "value"));
    QCOMPARE(entries->exceptions.back().expiry, inDays(world, 30));
    QCOMPARE(entries->exceptions.back().reason, std::string("outage"));
}

void TestControl::modelsKeepTheirRules()
{
    World world;
    PosturePanel posture(world.theme, world.posture);
    ParityPanel parity(world.theme, world.parity);
    AccessKeysDialog keys(world.theme, world.keys, world.guard, world.clock, nullptr);
    std::vector<std::unique_ptr<QAbstractItemModelTester>> testers;
    for (const QWidget* const widget : std::initializer_list<QWidget*>{&posture, &parity, &keys}) {
        for (RecordModel* const model : widget->findChildren<RecordModel*>())
            testers.push_back(std::make_unique<QAbstractItemModelTester>(
                model, QAbstractItemModelTester::FailureReportingMode::QtTest));
    }
    QCOMPARE(testers.size(), 6U);
    posture.show();
    parity.show();
    jobs::PostureReport fewer = *test::samplePosture(world.clock.now());
    fewer.parity.pop_back();
    fewer.resources.pop_back();
    world.postureService.reports.always(std::make_shared<const jobs::PostureReport>(fewer));
    world.posture.refresh();
    world.parity.refresh();
    world.keys.select("checkout-assistant");
    world.keys.select("document-search");
}

/// With GALLERY=DIR: the panels as pictures in both themes, for looking at.
void TestControl::pictures()
{
    const QString directory = qEnvironmentVariable("GALLERY");
    if (directory.isEmpty())
        QSKIP("GALLERY=DIR draws them");
    QDir().mkpath(directory);
    for (const auto mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
        World world;
        world.theme.setMode(mode);
        world.lock.unlock();
        const auto save = [&](QWidget& widget, const QString& name, QSize size) {
            widget.resize(size);
            widget.show();
            QCoreApplication::processEvents();
            QVERIFY(widget.grab().save(directory + u'/' + name +
                                       (mode == Theme::Mode::Dark ? u"-dark.png"_s : u"-light.png"_s)));
        };
        PosturePanel posture(world.theme, world.posture);
        save(posture, u"posture"_s, {1230, 780});
        ParityPanel parity(world.theme, world.parity);
        save(parity, u"parity"_s, {1230, 780});
        world.parity.select(u"overflow/aoai-eastus/aoai-westeurope"_s);
        save(parity, u"parity-exception"_s, {1230, 780});
        world.parity.select(u"aoai-pool/aoai-eastus/aoai-westeurope"_s);
        save(parity, u"parity-differs"_s, {1066, 620});
        ParityDialog certify(ParityDialog::Kind::Exception, world.parity, nullptr);
        save(certify, u"parity-dialog"_s, certify.sizeHint());
        AccessKeysDialog keys(world.theme, world.keys, world.guard, world.clock, nullptr);
        save(keys, u"keys-start"_s, keys.size());
        find<TableView>(keys, u"accessKeysList"_s)->selectRow(0);
        save(keys, u"keys-callers"_s, keys.size());
        world.keys.acknowledge(true);
        world.keys.regenerate(jobs::KeySlot::Primary);
        find<QPushButton>(keys, u"newKeyCopy"_s)->click();
        save(keys, u"keys-new"_s, keys.size());
    }
}

GATEHOUSE_WINDOW_TEST_MAIN(TestControl)
#include "tst_control.moc"
