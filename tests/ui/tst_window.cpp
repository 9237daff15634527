// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/fakecontrol.h"
#include "tests/ui/fakes/fakefacts.h"
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/fakes/samplereports.h"
#include "tests/ui/fakes/windowfixture.h"
#include "ui/charts/ranking.h"
#include "ui/charts/timechart.h"
#include "ui/models/recordproxy.h"
#include "ui/pages/page.h"
#include "ui/pages/usage/usagepage.h"
#include "ui/shell/commandpalette.h"
#include "ui/shell/navigation.h"
#include "ui/widgets/labels.h"
#include "ui/widgets/stateview.h"
#include "ui/widgets/tableview.h"
#include "ui/widgets/tile.h"

#include <QtCore/QFile>
#include <QtGui/QClipboard>
#include <QtGui/QScreen>
#include <QtWidgets/QDialog>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>

using namespace gatehouse;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

/// The whole window on fake services.
class TestWindow : public QObject
{
    Q_OBJECT

    std::unique_ptr<test::WindowFixture> m_fixture;

    MainWindow& window() { return *m_fixture->window; }
    template <typename T>
    T* find(const QString& name)
    {
        T* const found = window().findChild<T*>(name);
        if (found == nullptr)
            qFatal("no %s", qPrintable(name));
        return found;
    }
    QString text(const QString& label) { return find<QLabel>(label)->text(); }

private Q_SLOTS:
    void init()
    {
        m_fixture = std::make_unique<test::WindowFixture>(*qApp);
        m_fixture->answerWithSamples();
    }
    void cleanup() { m_fixture.reset(); }

    void pagesShowTheirFigures()
    {
        m_fixture->open(u"overview"_s);
        QVERIFY(window().currentPage().presenter().status().showsData());
        QVERIFY(find<Tile>(u"tileTokens"_s)->figure().contains(u'M'));
        QCOMPARE(find<TableView>(u"overviewTable"_s)->model()->rowCount(), 10);
        QTest::keyClick(&window(), Qt::Key_2, Qt::AltModifier);
        QCOMPARE(window().currentPage().id(), u"usage"_s);
        QTest::keyClick(&window(), Qt::Key_3, Qt::AltModifier);
        QCOMPARE(window().currentPage().id(), u"cost"_s);
        QTest::keyClick(&window(), Qt::Key_4, Qt::AltModifier);
        QCOMPARE(find<TableView>(u"healthTable"_s)->model()->rowCount(), 3);
        QCOMPARE(text(u"endpoint0State"_s), u"○ Open"_s);
        QCOMPARE(text(u"endpoint0Source"_s), u"reported"_s);
        QVERIFY(text(u"endpoint2Reason"_s).startsWith(u'▲'));
    }

    void statesReplaceTheFigures_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("title");
        QTest::newRow("denied") << int(Error::Kind::Denied) << u"You may not see this"_s;
        QTest::newRow("network") << int(Error::Kind::Network) << u"Overview could not be loaded"_s;
    }
    void statesReplaceTheFigures()
    {
        QFETCH(int, kind);
        QFETCH(QString, title);
        m_fixture->world.usage.make = nullptr;
        Error error = fail(Error::Kind(kind), "What happened.", "What to do.").value();
        error.requestId = "req-1";
        m_fixture->world.usage.answers.always(fail(error));
        m_fixture->open(u"overview"_s);
        QCOMPARE(text(u"overviewStateTitle"_s), title);
        QVERIFY(text(u"overviewStateText"_s).contains(u"What to do."_s));
        find<QPushButton>(u"overviewStateCopy"_s)->click();
        QVERIFY(QApplication::clipboard()->text().contains(u"req-1"_s));
        m_fixture->answerWithSamples();
        find<QPushButton>(u"overviewStateAction"_s)->click();
        QVERIFY(window().currentPage().presenter().status().showsData());
    }

    void aChosenRowFiltersEveryPage()
    {
        m_fixture->open(u"overview"_s);
        auto* const ranking = find<Ranking>(u"overviewBreakdownRanking"_s);
        const QString key = ranking->rows().front().key;
        Q_EMIT ranking->activated(key);
        QCOMPARE(m_fixture->workbench->context().chips().size(), std::size_t(1));
        QCOMPARE(find<TableView>(u"overviewTable"_s)->model()->rowCount(), 1);
        QTest::keyClick(&window(), Qt::Key_2, Qt::AltModifier);
        QCOMPARE(find<TableView>(u"usageTable"_s)->model()->rowCount(), 1);
        QVERIFY(find<QPushButton>(u"chip0"_s)->text().contains(u"checkout-assistant"_s));
        QTest::keyClick(&window(), Qt::Key_Escape);
        QVERIFY(m_fixture->workbench->context().chips().empty());
        QCOMPARE(find<TableView>(u"usageTable"_s)->model()->rowCount(), 10);
    }

    void tablesSortFilterSumAndExport()
    {
        m_fixture->open(u"usage"_s);
        auto* const table = find<TableView>(u"usageTable"_s);
        QCOMPARE(table->model()->index(0, 0).data().toString(), u"checkout-assistant"_s); // most tokens first
        table->sortByColumn(0, Qt::AscendingOrder);
        QCOMPARE(table->model()->index(0, 0).data().toString(), u"checkout-assistant"_s);
        table->sortByColumn(1, Qt::AscendingOrder);
        QCOMPARE(table->model()->index(0, 0).data().toString(), u"Unattributed"_s);
        QTest::keyClick(&window(), Qt::Key_Slash);
        auto* const field = find<QLineEdit>(u"usageFilter"_s);
        QCOMPARE(QApplication::focusWidget(), field);
        QTest::keyClicks(field, u"copilot"_s);
        QCOMPARE(table->model()->rowCount(), 1);
        field->clear();
        table->selectColumn(6);
        QVERIFY(text(u"statusSummary"_s).startsWith(u"Sum "_s));
        const QString path = m_fixture->directory.filePath(u"usage.csv"_s);
        const QString told = find<UsagePage>(u"usagePage"_s)->exportTo(path);
        QVERIFY2(told.startsWith(u"Exported 10"_s), qPrintable(told));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().startsWith("\xEF\xBB\xBFname,total_tokens,share,"));
        QVERIFY(find<UsagePage>(u"usagePage"_s)
                    ->exportTo(u"/proc/nowhere/x.csv"_s)
                    .startsWith(u"Not exported"_s));
    }

    void thePaletteFindsAndRuns()
    {
        m_fixture->open(u"overview"_s);
        window().openPalette();
        auto* const palette = window().findChild<CommandPalette*>();
        auto* const input = palette->findChild<QLineEdit*>(u"paletteInput"_s);
        QTest::keyClicks(input, u"7 days"_s);
        QCOMPARE(palette->matches().front()->text, u"Last 7 days"_s);
        QTest::keyClick(input, Qt::Key_Return);
        QVERIFY(m_fixture->workbench->context().relative() == Ticks(std::chrono::hours(168)));
        QVERIFY(fuzzyScore(u"Health"_s, u"hlt"_s) >= 0);
        QCOMPARE(fuzzyScore(u"Health"_s, u"xyz"_s), -1);
    }

    void dragOnTheChartZoomsEverything()
    {
        m_fixture->open(u"overview"_s);
        auto* const chart = window().currentPage().findChild<TimeChart*>();
        const TimeRange part{m_fixture->clock.now() - std::chrono::hours(3),
                             m_fixture->clock.now() - std::chrono::hours(2)};
        Q_EMIT chart->zoomed(part);
        QVERIFY(m_fixture->world.usage.lastRange == part);
        Q_EMIT chart->zoomReset();
        QVERIFY(!m_fixture->workbench->context().zoomed());
    }

    void themeAndPageAndRangeAreRemembered()
    {
        m_fixture->open(u"overview"_s);
        for (const Command& command : window().commands()) {
            if (command.text == u"Dark"_s)
                command.run();
        }
        QVERIFY(m_fixture->theme.tokens().dark);
        window().showPage(u"health"_s);
        m_fixture->workbench->context().setRelative(std::chrono::hours(6));
        m_fixture->close();
        m_fixture->theme.setMode(Theme::Mode::Light);
        m_fixture->open();
        QVERIFY(m_fixture->theme.tokens().dark);
        QCOMPARE(window().currentPage().id(), u"health"_s);
        QVERIFY(m_fixture->workbench->context().relative() == Ticks(std::chrono::hours(6)));
        m_fixture->theme.setMode(Theme::Mode::Light);
    }

    void theShellSaysWhatIsGoingOn()
    {
        m_fixture->world.stateAtStart = ProfileSession::State::Starting;
        m_fixture->world.progressText = u"Making sample traffic"_s;
        m_fixture->world.progressFraction = 0.5;
        m_fixture->open(u"overview"_s);
        QCOMPARE(window().shellState().content().text, u"Making sample traffic"_s);
        QCOMPARE(m_fixture->world.usage.answers.calls(), 0);
        m_fixture->world.error =
            fail(Error::Kind::Storage, "The disk is full.", "Make room and try again.").value();
        m_fixture->factory.last->setState(ProfileSession::State::Failed);
        QVERIFY(window().shellState().content().text.contains(u"Make room"_s));
        m_fixture->factory.last->setState(ProfileSession::State::Ready);
        QVERIFY(window().currentPage().presenter().status().showsData());
        QVERIFY(find<ElidedLabel>(u"statusAccount"_s)->fullText().contains(u"sample data"_s));
        m_fixture->world.account->stored = false;
        m_fixture->world.keychainNote = u"Kept in memory only."_s;
        Q_EMIT m_fixture->factory.last->accountChanged();
        QVERIFY(find<QLabel>(u"statusKeychain"_s)->isVisible());
    }

    void signingInShowsCodeErrorAndBrowser()
    {
        m_fixture->world.stateAtStart = ProfileSession::State::SignedOut;
        m_fixture->open(u"overview"_s);
        find<QPushButton>(u"shellStateAction"_s)->click();
        test::FakeSignIn& signIn = m_fixture->world.signIn;
        QCOMPARE(signIn.codes, 1);
        Q_EMIT signIn.codeReady({"GTHS-2917", "https://microsoft.com/devicelogin",
                                 m_fixture->clock.now() + std::chrono::minutes(15)});
        QCOMPARE(text(u"signInCode"_s), u"GTHS-2917"_s);
        QVERIFY(text(u"signInCountdown"_s).contains(u"15"_s));
        find<QPushButton>(u"signInCopy"_s)->click();
        QCOMPARE(QApplication::clipboard()->text(), u"GTHS-2917"_s);
        find<QPushButton>(u"signInOpen"_s)->click();
        QCOMPARE(m_fixture->opened, QStringList{u"https://microsoft.com/devicelogin"_s});
        Q_EMIT signIn.failed(fail(Error::Kind::Denied, "Codes are blocked here.", "Use the browser.").value(),
                             true);
        QVERIFY(text(u"signInText"_s).contains(u"Codes are blocked here."_s));
        QCOMPARE(find<QPushButton>(u"signInAgain"_s)->text(), u"Sign in with the browser"_s);
        find<QPushButton>(u"signInAgain"_s)->click();
        QCOMPARE(signIn.browsers, 1);
        Q_EMIT signIn.browserNeeded(u"https://login.microsoftonline.com/x"_s);
        QCOMPARE(m_fixture->opened.size(), 2);
        Q_EMIT signIn.signedIn(*m_fixture->world.account);
        QVERIFY(!find<QDialog>(u"signInDialog"_s)->isVisible());
    }

    void cancellingTheDialogCancelsTheSignIn()
    {
        m_fixture->world.stateAtStart = ProfileSession::State::SignedOut;
        m_fixture->open(u"overview"_s);
        window().openSignIn();
        find<QPushButton>(u"signInCancel"_s)->click();
        QCOMPARE(m_fixture->world.signIn.cancels, 1);
    }

    void theWizardAddsAProfileWithoutTypingAGuidButTheClientId()
    {
        test::FakeWorld& world = m_fixture->world;
        world.discovery.tenantAnswers.always(
            std::vector<jobs::Tenant>{{"11111111-0000-0000-0000-000000000001", "Contoso", "contoso.com"}});
        world.discovery.subscriptionAnswers.always(
            std::vector<jobs::Subscription>{{"11111111-0000-0000-0000-000000000002", "AI", ""}});
        jobs::FoundResources found;
        found.workspaces = {
            {"/subscriptions/11111111-0000-0000-0000-000000000002/resourceGroups/rg/providers/"
             "Microsoft.OperationalInsights/workspaces/law",
             "law", "rg", "eastus", "11111111-0000-0000-0000-000000000003"}};
        world.discovery.resourceAnswers.always(found);
        world.connectionTest.answers.always(std::vector<jobs::Check>{
            {"Query the workspace", jobs::Check::Verdict::Fails, "Refused.", "Ask for Reader."}});
        m_fixture->open(u"overview"_s);
        window().openProfileWizard();
        auto* const next = find<QPushButton>(u"wizardNext"_s);
        QVERIFY(!next->isEnabled());
        find<QLineEdit>(u"wizardClientId"_s)->setText(u" 9c1b6a51-0e5e-4e57-9a3a-0d8e0f3d5c11 "_s);
        next->click();
        Q_EMIT world.signIn.signedIn(*world.account);
        QVERIFY(next->isEnabled());
        next->click();
        QCOMPARE(text(u"check0Verdict"_s), u"▲ fails"_s);
        QVERIFY(text(u"check0Detail"_s).contains(u"Ask for Reader."_s));
        find<QLineEdit>(u"wizardName"_s)->setText(u"Production"_s);
        next->click();
        QCOMPARE(m_fixture->workbench->profile().name, std::string("Production"));
        QCOMPARE(m_fixture->workbench->profile().workspaceId,
                 std::string("11111111-0000-0000-0000-000000000003"));
        QCOMPARE(m_fixture->workbench->profiles().size(), std::size_t(2));
        m_fixture->open();
        QCOMPARE(m_fixture->workbench->profile().name, std::string("Production"));
    }

    void hostileNamesStayText()
    {
        m_fixture->answerWithSamples(true);
        m_fixture->world.account->name = "<img src=file:///canary><b>x</b>";
        m_fixture->open(u"overview"_s);
        for (const QString& page : {u"overview"_s, u"usage"_s, u"cost"_s, u"health"_s, u"routing"_s}) {
            window().showPage(page);
            QApplication::processEvents();
            window().grab();
        }
        int seen = 0;
        for (const QLabel* const label : window().findChildren<QLabel*>()) {
            QCOMPARE(label->textFormat(), Qt::PlainText);
            seen += label->text().contains(u"canary"_s) ? 1 : 0;
        }
        QVERIFY(seen >= 3);
        for (const QWidget* const widget : window().findChildren<QWidget*>()) {
            if (widget->toolTip().contains(u"canary"_s))
                QVERIFY2(!widget->toolTip().contains(u"<img"_s), qPrintable(widget->objectName()));
        }
        const auto* const model = find<TableView>(u"overviewTable"_s)->model();
        QVERIFY(!model->index(0, 0).data(Qt::ToolTipRole).toString().contains(u"<img"_s));
    }

    void everyWidgetHasItsNames()
    {
        m_fixture->open(u"overview"_s);
        for (const QString& page : {u"overview"_s, u"usage"_s, u"cost"_s, u"health"_s, u"quotas"_s,
                                    u"routing"_s, u"query"_s, u"activity"_s})
            window().showPage(page);
        QStringList nameless;
        for (const QWidget* const widget : window().findChildren<QWidget*>()) {
            // Parts that Qt makes inside its own widgets carry Qt's names.
            const bool inner = widget->objectName().startsWith(u"qt_"_s) ||
                               QByteArray(widget->metaObject()->className()).startsWith("QScroll") ||
                               QByteArray(widget->metaObject()->className()).startsWith("QComboBox") ||
                               QByteArray(widget->metaObject()->className()) == "QLineEditIconButton" ||
                               QByteArray(widget->metaObject()->className()) == "QTableCornerButton" ||
                               QByteArray(widget->metaObject()->className()) == "QHeaderView";
            const bool label =
                qobject_cast<const QLabel*>(widget) != nullptr; // its text is its accessible name
            if (!inner && (widget->objectName().isEmpty() ||
                           (!label && widget->accessibleName().isEmpty() && widget->isVisible())))
                nameless.append(QString::fromLatin1(widget->metaObject()->className()) + u' ' +
                                widget->objectName() + u" in "_s + widget->parentWidget()->objectName());
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u", "_s)));
    }

    void theFirstWindowFitsTheScreen()
    {
        m_fixture->open(u"overview"_s);
        const MainWindow first(m_fixture->theme, *m_fixture->workbench, u"overview"_s,
                               [](const QString&) { return false; });
        const QSize screen = first.screen()->availableSize(); // of the offscreen platform: a small one
        QVERIFY(screen.width() < 1440);
        QVERIFY(screen.height() < 900);
        QCOMPARE(first.size(), screen.expandedTo(first.minimumSize()));
    }

    void theNavigationCollapses()
    {
        m_fixture->open(u"overview"_s);
        window().resize(1300, 800);
        QApplication::processEvents();
        QVERIFY(!find<Navigation>(u"navigation"_s)->collapsed());
        window().resize(1000, 700);
        QApplication::processEvents();
        QVERIFY(find<Navigation>(u"navigation"_s)->collapsed());
    }

    void theQuotasPageOpensKeysAndDirectoryOfTheChosenService()
    {
        test::FakeFacts facts;
        test::FakeKeys keys;
        jobs::KeyReport report = test::sampleKeys(m_fixture->clock.now());
        report.subscriptions.push_back({"search", "Document search", "all APIs", "active", {}});
        keys.reports.always(report);
        m_fixture->world.extend = [&](jobs::Services& services) {
            services.facts = &facts;
            services.keys = &keys;
        };
        m_fixture->open(u"quotas"_s);
        auto* const table = find<TableView>(u"quotaTable"_s);
        auto* const button = find<QPushButton>(u"quotaKeys"_s);
        table->setCurrentIndex(table->model()->index(4, 0)); // everybody else has no key
        QVERIFY(!button->isEnabled());
        QVERIFY(button->toolTip().contains("subscription"_L1));
        table->setCurrentIndex(table->model()->index(3, 0));
        QVERIFY(button->isEnabled());
        button->click();
        auto* const dialog = find<QDialog>(u"accessKeysDialog"_s);
        QVERIFY(dialog->isVisible());
        QCOMPARE(m_fixture->workbench->keys().state()->selected, std::string("search"));
        QCOMPARE(find<QLabel>(u"accessKeysHeading"_s)->text(), u"Document search"_s);
        dialog->close();
        find<QPushButton>(u"quotaDirectory"_s)->click();
        QVERIFY(find<QDialog>(u"directoryDialog"_s)->isVisible());
        QCOMPARE(find<TableView>(u"directoryTable"_s)->currentIndex().siblingAtColumn(0).data().toString(),
                 u"search"_s);
    }

    void theQuotasToolsFitTheSmallestWindow()
    {
        m_fixture->open(u"quotas"_s);
        for (const QSize size : {QSize(800, 560), QSize(1000, 700), QSize(1440, 900)}) {
            window().resize(size);
            QApplication::processEvents();
            const QWidget* const tools = find<QWidget>(u"quotaTools"_s);
            int right = 0;
            for (const QWidget* const widget :
                 tools->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly)) {
                if (!widget->isVisible())
                    continue;
                QVERIFY2(widget->x() >= right, qPrintable(widget->objectName()));
                right = widget->x() + widget->width();
            }
            QVERIFY(right <= tools->width());
        }
        QVERIFY(find<QPushButton>(u"quotaDirectory"_s)->isVisible());
    }

    void theServiceDirectoryIsOpenedByNameAndFromElsewhere()
    {
        test::FakeFacts facts;
        test::FakeWrites writes;
        m_fixture->open(u"overview"_s);
        const auto offered = [this] {
            const std::vector<Command> all = window().commands();
            return std::find_if(all.begin(), all.end(), [](const Command& command) {
                       return command.text == u"Service directory…"_s;
                   }) != all.end();
        };
        QVERIFY(!offered()); // without an API Management service
        m_fixture->world.extend = [&](jobs::Services& services) {
            services.facts = &facts;
            writes.addTo(services);
        };
        m_fixture->open(u"overview"_s);
        QVERIFY(offered());
        window().openPalette();
        auto* const input = find<QLineEdit>(u"paletteInput"_s);
        QTest::keyClicks(input, u"service directory"_s);
        QTest::keyClick(input, Qt::Key_Return);
        QVERIFY(find<QDialog>(u"directoryDialog"_s)->isVisible());
        window().openServiceDirectory(u"checkout"_s); // the same dialog
        QCOMPARE(window().findChildren<QDialog*>(u"directoryDialog"_s).size(), 1);
        QCOMPARE(find<TableView>(u"directoryTable"_s)->currentIndex().siblingAtColumn(0).data().toString(),
                 u"checkout"_s);
        m_fixture->workbench->editLock().unlock();
        QVERIFY(m_fixture->workbench->serviceDirectory().edit("checkout", 4, u"Cia"_s));
        find<QPushButton>(u"directorySave"_s)->click();
        auto* const review = find<QDialog>(u"reviewDialog"_s);
        QVERIFY(review->isVisible());
        QCOMPARE(review->parentWidget()->objectName(), u"directoryDialog"_s); // above it, not beside it
        review->close();
        m_fixture->workbench->openProfile({}); // another session: the draft is not asked about
        QVERIFY(window().findChild<QDialog*>(u"directoryDialog"_s) == nullptr ||
                !find<QDialog>(u"directoryDialog"_s)->isVisible());
        QCOMPARE(m_fixture->workbench->serviceDirectory().state()->drafts, std::size_t(0));
    }

    void simulateIsOnlyOnThisComputer()
    {
        m_fixture->open(u"health"_s);
        auto* const button = find<QPushButton>(u"simulate"_s);
        QVERIFY(button->isVisible());
        auto* const menu = find<QMenu>(u"simulateMenu"_s);
        Q_EMIT menu->aboutToShow();
        auto* const east = find<QMenu>(u"simulate-aoai-eastus"_s);
        east->actions().front()->trigger();
        QCOMPARE(m_fixture->world.faults.inForce.size(), std::size_t(1));
        QVERIFY(m_fixture->world.faults.inForce.front().down);
        QCOMPARE(text(u"endpoint0Simulated"_s), u"▲ unplugged"_s);
    }
};

GATEHOUSE_WINDOW_TEST_MAIN(TestWindow)
#include "tst_window.moc"
