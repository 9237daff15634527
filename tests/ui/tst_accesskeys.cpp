// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/controlworld.h"
#include "tests/ui/fakes/guitestmain.h"
#include "ui/pages/keys/keysdialog.h"

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QPushButton>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;
using World = ControlWorld;
using std::chrono::seconds;

/// A key from its drawing to the clipboard and out of it.
class TestAccessKeys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theClipboardIsClearedAfterThirtySeconds();
    void whatSomebodyElseCopiedStays();
    void theClipboardIsClearedWhenTheGuardGoes();
    void aSecondCopyStartsTheThirtySecondsAgain();
    void noKeyIsDrawnBeforeTheCallersAreAcknowledged();
    void whoMayNotWriteIsToldTheRole();
    void anotherSubscriptionTakesTheAcknowledgementBack();
    void callersThatAreNotKnownAreSaidToBe();
    void aKeyThatWasRefusedSaysWhy();
    void theNewKeyIsHiddenUntilItIsAskedForAndForgottenWhenTheDialogCloses();
    void anotherProfileForgetsTheKey();
    void theDialogNamesTheCallersFirst();
};

void TestAccessKeys::theClipboardIsClearedAfterThirtySeconds()
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

void TestAccessKeys::whatSomebodyElseCopiedStays()
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

void TestAccessKeys::theClipboardIsClearedWhenTheGuardGoes()
{
    FakeClipboard clipboard;
    ManualClock clock;
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

void TestAccessKeys::aSecondCopyStartsTheThirtySecondsAgain()
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

void TestAccessKeys::noKeyIsDrawnBeforeTheCallersAreAcknowledged()
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

void TestAccessKeys::whoMayNotWriteIsToldTheRole()
{
    World world;
    world.writes.access.answers.always(
        jobs::Access{true, false, "Microsoft.ApiManagement/service/subscriptions/regeneratePrimaryKey/action",
                     "API Management Service Contributor"});
    world.hand();
    world.lock.unlock();
    world.keys.refresh();
    world.keys.select("checkout-assistant");
    world.keys.acknowledge(true);
    QVERIFY(world.keys.whyNot().contains(u"API Management Service Contributor"_s));
    world.keys.regenerate(jobs::KeySlot::Primary);
    QVERIFY(world.keyService.drawn.empty());
}

void TestAccessKeys::anotherSubscriptionTakesTheAcknowledgementBack()
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

void TestAccessKeys::callersThatAreNotKnownAreSaidToBe()
{
    World world;
    jobs::KeyReport report = sampleKeys(world.clock.now());
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

void TestAccessKeys::aKeyThatWasRefusedSaysWhy()
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

void TestAccessKeys::theNewKeyIsHiddenUntilItIsAskedForAndForgottenWhenTheDialogCloses()
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

void TestAccessKeys::anotherProfileForgetsTheKey()
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

void TestAccessKeys::theDialogNamesTheCallersFirst()
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

GATEHOUSE_WINDOW_TEST_MAIN(TestAccessKeys)
#include "tst_accesskeys.moc"
