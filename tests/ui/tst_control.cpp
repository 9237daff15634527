// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/controlworld.h"
#include "tests/ui/fakes/guitestmain.h"
#include "ui/models/recordmodel.h"
#include "ui/pages/health/healthpage.h"
#include "ui/pages/health/posturepanel.h"
#include "ui/pages/keys/keysdialog.h"
#include "ui/pages/routing/paritypanel.h"

#include <QtCore/QDir>
#include <QtGui/QClipboard>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtWidgets/QPushButton>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;
using World = ControlWorld;

/// Posture, and what it has in common with keys and parity.
class TestControl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatDiffersStandsFirst();
    void theRemedyIsCopiedAndNothingIsDone();
    void theRangeDoesNotMakeThePostureAskAgain();
    void aPostureThatCannotBeReadSaysWhy();
    void aProfileWithoutAGatewaySaysSo();
    void healthHasBothViews();
    void modelsKeepTheirRules();
    void pictures();
};

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
    QVERIFY(world.writes.changes.reviewed.empty());
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
    jobs::PostureReport fewer = *samplePosture(world.clock.now());
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
