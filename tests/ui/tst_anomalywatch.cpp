// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/anomalyrig.h"
#include "tests/ui/fakes/guitestmain.h"
#include "ui/shell/alertbell.h"
#include "ui/shell/desktopnotifier.h"

#include <QtDBus/QDBusContext>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;
using cost::AnomalyKind;
using Rig = AnomalyRig;

namespace {

class Told final : public Notifier
{
public:
    QStringList titles;
    QStringList texts;
    void notify(const QString& title, const QString& text) override
    {
        titles.append(title);
        texts.append(text);
    }
};

} // namespace

/// A desktop's server of notifications.
class FakeServer : public QObject
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
public:
    QStringList capabilities;
    QStringList bodies;
    QStringList actions;

public Q_SLOTS:
    QStringList GetCapabilities() { return capabilities; } // NOLINT(readability-identifier-naming)
    uint Notify(const QString& /*app*/, uint /*replaces*/, const QString& /*icon*/, const QString& /*title*/,
                const QString& body, const QStringList& offered, const QVariantMap& /*hints*/, int /*ms*/)
    {
        bodies.append(body);
        actions = offered;
        return static_cast<uint>(bodies.size()) + 6;
    }

Q_SIGNALS:
    void ActionInvoked(uint id, const QString& action);
};

/// What stands out is looked for where no page looks, and told once.
class TestAnomalyWatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theWatchLeavesAWorkspaceThatWasNeverReadAlone();
    void theWatchReadsAndTellsOnce();
    void theWatchIsQuietWhereThePageLooks();
    void theWatchForgetsAProfileThatIsClosed();
    void manyAreToldInOne_data();
    void manyAreToldInOne();
    void theDesktopIsGivenPlainText_data();
    void theDesktopIsGivenPlainText();
    void withoutADesktopNothingHappens();
};

void TestAnomalyWatch::theWatchLeavesAWorkspaceThatWasNeverReadAlone()
{
    Rig rig;
    rig.ledger.make = nullptr;
    rig.ledger.views.always(std::make_shared<const jobs::CostView>());
    AnomalyWatch watch(rig.presenter);
    watch.look();
    QCOMPARE(rig.ledger.views.calls(), 1);
    QVERIFY(!rig.ledger.lastQuestion.fresh);
    QCOMPARE(rig.ledger.untold.calls(), 0);
    watch.look(); // and it looks again the next time
    QCOMPARE(rig.ledger.views.calls(), 2);
}

void TestAnomalyWatch::theWatchReadsAndTellsOnce()
{
    Rig rig;
    AnomalyWatch watch(rig.presenter);
    std::vector<cost::Alert> found;
    int times = 0;
    connect(&watch, &AnomalyWatch::found, this, [&](const std::vector<cost::Alert>& alerts) {
        found = alerts;
        ++times;
    });
    rig.ledger.untold.always(std::vector<cost::Alert>{alert(AnomalyKind::RetryStorm, "sub-search", 1)});
    watch.look();
    QCOMPARE(rig.ledger.views.calls(), 2); // whether it was ever read, then what is new
    QVERIFY(rig.ledger.lastQuestion.fresh);
    QCOMPARE(times, 1);
    QCOMPARE(found.size(), std::size_t{1});
    // The ledger has told them by then.
    rig.ledger.untold.always(std::vector<cost::Alert>());
    watch.look();
    QCOMPARE(times, 1);
    // One look at a time.
    rig.ledger.untold = Answers<Result<std::vector<cost::Alert>>>();
    rig.ledger.untold.hold();
    watch.look();
    const int asked = rig.ledger.views.calls();
    watch.look();
    QCOMPARE(rig.ledger.views.calls(), asked);
    rig.ledger.untold.release(fail(Error::Kind::Storage, "The disk is full."));
    QCOMPARE(times, 1);
    watch.look();
    QVERIFY(rig.ledger.views.calls() > asked);
}

void TestAnomalyWatch::theWatchIsQuietWhereThePageLooks()
{
    Rig rig;
    AnomalyWatch watch(rig.presenter);
    int times = 0;
    connect(&watch, &AnomalyWatch::found, this, [&] { ++times; });
    rig.ledger.untold.always(std::vector<cost::Alert>{alert(AnomalyKind::Launch, "sub-support", 1)});
    rig.ledger.make = [](const jobs::CostQuestion& question) {
        auto view = std::make_shared<jobs::CostView>(*sampleCost(question));
        if (question.atOnce)
            view->audited.reset();
        return CostAnswer(view);
    };
    rig.presenter.setActive(true);
    QCOMPARE(rig.ledger.views.calls(), 2); // the page's own: of the store, then of the log
    QCOMPARE(times, 1);                    // what it found in the log is told
    watch.look();
    QCOMPARE(rig.ledger.views.calls(), 2);
}

void TestAnomalyWatch::theWatchForgetsAProfileThatIsClosed()
{
    Rig rig;
    rig.ledger.make = nullptr;
    rig.ledger.views.hold();
    AnomalyWatch watch(rig.presenter);
    watch.look();
    QCOMPARE(rig.ledger.views.waiting(), std::size_t{1});
    rig.presenter.setServices(nullptr);
    QVERIFY(rig.ledger.views.stopped(0));
    rig.ledger.views.release(sampleCost());
    QCOMPARE(rig.ledger.untold.calls(), 0);
    watch.look();
    QCOMPARE(rig.ledger.views.calls(), 1);
    rig.presenter.setServices(&rig.services);
    watch.look();
    QCOMPARE(rig.ledger.views.calls(), 2);
}

void TestAnomalyWatch::manyAreToldInOne_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("told");
    QTest::newRow("one") << 1 << 1;
    QTest::newRow("three") << 3 << 3;
    QTest::newRow("four") << 4 << 1;
    QTest::newRow("twenty") << 20 << 1;
}

void TestAnomalyWatch::manyAreToldInOne()
{
    QFETCH(int, count);
    QFETCH(int, told);
    Rig rig;
    Told notifier;
    AlertBell bell(rig.presenter, notifier);
    rig.ledger.untold.always(std::vector<cost::Alert>(static_cast<std::size_t>(count),
                                                      alert(AnomalyKind::RetryStorm, "SUB-support", 1)));
    bell.watch().look();
    QCOMPARE(notifier.titles.size(), told);
    QVERIFY((notifier.titles.front() + notifier.texts.front()).contains(u"Retry storm: support-copilot"_s));
    if (count >= 4)
        QVERIFY(notifier.titles.front().contains(QString::number(count)));
    else
        QVERIFY(notifier.texts.front().contains(u"bulk-import"_s));
}

void TestAnomalyWatch::theDesktopIsGivenPlainText_data()
{
    QTest::addColumn<QStringList>("capabilities");
    QTest::addColumn<QString>("body");
    QTest::newRow("markup") << QStringList{u"body"_s, u"body-markup"_s}
                            << u"&lt;b&gt;Chat&lt;/b&gt; &amp; more"_s;
    QTest::newRow("plain") << QStringList{u"body"_s} << u"<b>Chat</b> & more"_s;
}

void TestAnomalyWatch::theDesktopIsGivenPlainText()
{
    QFETCH(QStringList, capabilities);
    QFETCH(QString, body);
    QDBusConnection desktop = QDBusConnection::connectToBus(QDBusConnection::SessionBus, u"desktop"_s);
    if (!desktop.isConnected())
        QSKIP("There is no session bus.");
    FakeServer server;
    server.capabilities = capabilities;
    QVERIFY(desktop.registerObject(u"/org/freedesktop/Notifications"_s, &server,
                                   QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals));
    QVERIFY(desktop.registerService(u"org.freedesktop.Notifications"_s));
    {
        DesktopNotifier notifier({});
        QSignalSpy activated(&notifier, &Notifier::activated);
        notifier.notify(u"Launch"_s, u"<b>Chat</b> & more"_s);
        notifier.notify(u"Launch"_s, u"<b>Chat</b> & more"_s); // before the desktop has said what it can
        QTRY_COMPARE(server.bodies.size(), 2);
        QCOMPARE(server.bodies, QStringList({body, body}));
        QVERIFY(server.actions.contains(u"default"_s));
        Q_EMIT server.ActionInvoked(3, u"default"_s); // another program's
        Q_EMIT server.ActionInvoked(8, u"other"_s);
        Q_EMIT server.ActionInvoked(8, u"default"_s);
        QTRY_COMPARE(activated.count(), 1);
    }
    desktop.unregisterService(u"org.freedesktop.Notifications"_s);
    desktop.unregisterObject(u"/org/freedesktop/Notifications"_s);
    QDBusConnection::disconnectFromBus(u"desktop"_s);
}

void TestAnomalyWatch::withoutADesktopNothingHappens()
{
    DesktopNotifier unconnected({}, QDBusConnection(u"nowhere"_s));
    unconnected.notify(u"Launch"_s, u"Chat"_s);
    DesktopNotifier alone({});
    alone.notify(u"Launch"_s, u"Chat"_s);
    QCoreApplication::processEvents();
}

GATEHOUSE_WINDOW_TEST_MAIN(TestAnomalyWatch)
#include "tst_anomalywatch.moc"
