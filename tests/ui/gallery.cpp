// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/queryanswers.h"
#include "tests/ui/fakes/samplejournal.h"
#include "tests/ui/fakes/windowfixture.h"
#include "ui/charts/ranking.h"
#include "ui/charts/timechart.h"
#include "ui/pages/changes/reviewdialog.h"
#include "ui/pages/cost/costpage.h"
#include "ui/pages/cost/spendpanel.h"
#include "ui/pages/page.h"
#include "ui/pages/query/editor/completionpopup.h"
#include "ui/pages/query/editor/kqleditor.h"
#include "ui/pages/query/querylist.h"
#include "ui/pages/query/querypage.h"
#include "ui/pages/query/result/facetpopup.h"
#include "ui/pages/query/result/gridview.h"
#include "ui/pages/query/result/resultpanel.h"
#include "ui/pages/query/schematree.h"
#include "ui/shell/commandpalette.h"
#include "ui/shell/profilewizard.h"
#include "ui/shell/signindialog.h"

#include <QtCore/QDir>
#include <QtGui/QMouseEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

#include <cstdio>

using namespace gatehouse;
using namespace Qt::StringLiterals;

namespace {

/// Draws pages, states and dialogs on sample data into PNG files, in both themes.
class Gallery
{
public:
    Gallery(QApplication& application, QString directory)
        : m_fixture(application)
        , m_directory(std::move(directory))
    {}

    /// only: one page, with what there is of it alone; "" everything.
    void drawAll(const QString& only)
    {
        for (const auto mode : {ui::Theme::Mode::Light, ui::Theme::Mode::Dark}) {
            m_mode = mode;
            if (!only.isEmpty()) {
                m_fixture.answerWithSamples();
                drawPage(only);
                if (only == u"cost"_s)
                    drawCosts();
                continue;
            }
            drawPages();
            drawCosts();
            drawStates();
            drawDialogs();
            drawQueries();
            drawChanges();
        }
    }

private:
    [[nodiscard]] QString name(const QString& what) const
    {
        return m_directory + u'/' + what +
               (m_mode == ui::Theme::Mode::Dark ? u"-dark.png"_s : u"-light.png"_s);
    }

    void settle()
    {
        QApplication::processEvents();
        QApplication::processEvents();
    }

    void open(const QString& page)
    {
        m_fixture.open(page);
        m_fixture.theme.setMode(m_mode);
        m_fixture.window->resize(1440, 900);
        settle();
    }

    void save(QWidget& widget, const QString& what)
    {
        settle();
        if (!widget.grab().save(name(what)))
            std::fprintf(stderr, "cannot write %s\n", qPrintable(name(what)));
    }

    void drawPage(const QString& page)
    {
        open(page);
        for (const QSize size : {QSize(1440, 900), QSize(1280, 720), QSize(2560, 1440), QSize(1000, 700)}) {
            m_fixture.window->resize(size);
            save(*m_fixture.window, page + u'-' + QString::number(size.width()));
        }
    }

    void drawPages()
    {
        m_fixture.answerWithSamples();
        for (const QString& page :
             {u"overview"_s, u"usage"_s, u"cost"_s, u"health"_s, u"quotas"_s, u"routing"_s, u"query"_s}) {
            drawPage(page);
        }
        open(u"overview"_s);
        m_fixture.workbench->context().toggle(
            {{usage::Dimension::Service, "sub-support"}, u"support-copilot"_s});
        hover();
        save(*m_fixture.window, u"hover"_s);
        m_fixture.workbench->context().clearFilters();
    }

    void drawCosts()
    {
        open(u"cost"_s);
        ui::CostPresenter& costs = m_fixture.workbench->cost();
        auto& page = dynamic_cast<ui::CostPage&>(m_fixture.window->currentPage());
        costs.setPeriod(ui::CostPeriod::Year);
        costs.setStep(cost::Step::Weekly);
        costs.setDimension(cost::CostDimension::Team);
        costs.toggleFilter({cost::CostDimension::Model, "gpt-4o", cost::RowKind::Value});
        save(*m_fixture.window, u"cost-filtered"_s);
        costs.clearFilters();
        page.spend().openCompleteness();
        save(*m_fixture.window->findChild<QDialog*>(u"completenessDialog"_s), u"cost-missing"_s);
        costs.setPeriod(ui::CostPeriod::ThisMonth);
        page.spend().openCalls({});
        save(*m_fixture.window->findChild<QDialog*>(u"costCallsDialog"_s), u"cost-calls"_s);
        m_fixture.world.cost.make = nullptr;
        m_fixture.world.cost.views.hold();
        costs.refresh();
        m_fixture.world.cost.lastProgress({"Reading 2 June 2026", 60, 185});
        save(*m_fixture.window, u"cost-reading"_s);
        open(u"cost"_s);
        m_fixture.world.cost.lastProgress({"Reading 14 March 2026", 60, 185});
        save(*m_fixture.window, u"cost-first"_s);
        m_fixture.answerWithSamples();
    }

    void hover()
    {
        settle();
        auto* const chart = m_fixture.window->currentPage().findChild<ui::TimeChart*>();
        const QPointF place(chart->width() * 0.45, chart->height() * 0.5);
        QMouseEvent move(QEvent::MouseMove, place, chart->mapToGlobal(place), Qt::NoButton, Qt::NoButton, {});
        QApplication::sendEvent(chart->viewport(), &move);
    }

    void drawStates()
    {
        const Error denied = fail(Error::Kind::Denied, "You may not query this workspace.",
                                  "Ask its owner for the role Log Analytics Reader.")
                                 .value();
        m_fixture.world.usage.make = nullptr;
        m_fixture.world.usage.answers.always(fail(denied));
        open(u"overview"_s);
        save(*m_fixture.window, u"denied"_s);
        m_fixture.world.usage.answers.always(std::make_shared<const usage::Report>());
        open(u"usage"_s);
        save(*m_fixture.window, u"empty"_s);
        m_fixture.world.stateAtStart = ui::ProfileSession::State::Starting;
        m_fixture.world.progressText = u"Making 30 days of sample traffic"_s;
        m_fixture.world.progressFraction = 0.4;
        open(u"overview"_s);
        save(*m_fixture.window, u"starting"_s);
        m_fixture.world.stateAtStart = ui::ProfileSession::State::Ready;
        m_fixture.answerWithSamples();
        m_fixture.world.account->stored = false;
        m_fixture.world.keychainNote = u"Without a keychain this sign-in ends with the program."_s;
        open(u"overview"_s);
        m_fixture.world.usage.make = nullptr;
        m_fixture.world.usage.answers.always(
            fail(Error::Kind::Network, "The workspace does not answer.", "Check the network and press F5."));
        m_fixture.workbench->overview().refresh();
        save(*m_fixture.window, u"stale"_s);
        m_fixture.world.account->stored = true;
        m_fixture.answerWithSamples();
    }

    void drawQueries()
    {
        test::FakeWorkspace& workspace = m_fixture.world.workspace;
        auto schema = std::make_shared<kql::language::Schema>();
        schema->tables.push_back({"ApiManagementGatewayLlmLog", "", {{"PromptTokens", ColumnType::Int}}});
        schema->tables.push_back({"ApiManagementGatewayLogs",
                                  "",
                                  {{"TimeGenerated", ColumnType::DateTime},
                                   {"BackendId", ColumnType::String},
                                   {"RequestHeaders", ColumnType::Dynamic}}});
        m_fixture.world.schema.answers.always(std::shared_ptr<const kql::language::Schema>(schema));
        open(u"query"_s);
        auto& page = dynamic_cast<ui::QueryPage&>(m_fixture.window->currentPage());
        const auto shows = [&](QueryAnswerPtr answer, const QString& what) {
            workspace.answers.always(std::move(answer));
            page.runBlock();
            save(*m_fixture.window, what);
        };
        page.editor().setPlainText(
            u"ApiManagementGatewayLogs\n| where TimeGenerated > ago(7d)\n| take 500000"_s);
        auto partial = std::make_shared<QueryAnswer>();
        partial->tables.push_back(test::numberedTable(500'000));
        partial->partial.emplace();
        partial->partial->message = "The answer was cut.";
        partial->age = std::chrono::seconds(95);
        shows(partial, u"query-banners"_s);
        ui::GridView& grid = page.result().grid();
        grid.selectionModel()->select(QItemSelection(grid.model()->index(1, 0), grid.model()->index(6, 1)),
                                      QItemSelectionModel::Select);
        save(*m_fixture.window, u"query-selected"_s);
        Q_EMIT grid.filterRequested(1);
        drawFacets(*grid.findChild<ui::FacetPopup*>());
        page.editor().setPlainText(
            u"ApiManagementGatewayLogs\n| summarize Tokens = sum(Tokens) by Service"_s);
        shows(test::queryAnswer(test::tokenTable(1), R"({"visualization":"barchart"})"), u"query-bars"_s);
        page.list().showTab(ui::QueryList::Tables);
        page.list().tables().expandAll();
        save(*m_fixture.window, u"query-tables"_s);
        page.list().showTab(ui::QueryList::History);
        shows(test::queryAnswer(test::tokenTable(), R"({"visualization":"columnchart","kind":"stacked"})"),
              u"query-columns"_s);
        shows(test::queryAnswer(test::tokenTable(), R"({"visualization":"areachart","kind":"stacked"})"),
              u"query-areas"_s);
        page.editor().setPlainText(u"ApiManagementGatewayLogs\n| wher ResponseCode >= 500\n| take 5"_s);
        Error refused =
            fail(Error::Kind::InvalidInput, "Query could not be parsed at 'wher'.", "Did you mean 'where'?")
                .value();
        refused.position = TextPosition{0, 4, 2, 3};
        workspace.answers.always(fail(refused));
        page.runBlock();
        save(*m_fixture.window, u"query-refused"_s);
        workspace.answers.hold();
        page.runBlock();
        m_fixture.clock.advance(std::chrono::seconds(7));
        save(*m_fixture.window, u"query-running"_s);
        page.editor().moveCursor(QTextCursor::End);
        page.editor().insertPlainText(u"\n| s"_s);
        page.editor().showSuggestions();
        save(const_cast<ui::CompletionPopup&>(page.editor().popup()), u"query-suggestions"_s);
        m_fixture.world.workspace.answers.always(fail(Error::Kind::Unavailable, "Not in this test."));
    }

    void drawFacets(ui::FacetPopup& popup)
    {
        while (popup.values().rows().empty())
            QApplication::processEvents(QEventLoop::WaitForMoreEvents, 20);
        save(popup, u"query-facets"_s);
        popup.hide();
    }

    void drawDialogs()
    {
        open(u"overview"_s);
        m_fixture.window->openPalette();
        save(*m_fixture.window->findChild<ui::CommandPalette*>(), u"palette"_s);
        m_fixture.window->openSignIn();
        auto* const dialog = m_fixture.window->findChild<ui::SignInDialog*>();
        Q_EMIT m_fixture.world.signIn.codeReady({"GTHS-2917", "https://microsoft.com/devicelogin",
                                                 m_fixture.clock.now() + std::chrono::minutes(14)});
        save(*dialog, u"signin-code"_s);
        Error blocked =
            fail(Error::Kind::Denied, "Your organisation does not allow signing in with a code here.",
                 "Sign in with the browser instead.")
                .value();
        Q_EMIT m_fixture.world.signIn.failed(blocked, true);
        save(*dialog, u"signin-blocked"_s);
        dialog->close();
        drawWizard();
        m_fixture.window->openKeys();
        save(*m_fixture.window->findChild<QDialog*>(u"keysDialog"_s), u"keys"_s);
    }

    void drawChanges()
    {
        test::FakeWrites writes;
        test::FakeEffects effects;
        m_fixture.world.extend = [&](jobs::Services& services) {
            writes.addTo(services);
            services.changeEffect = &effects;
        };
        open(u"activity"_s);
        save(*m_fixture.window, u"activity-empty"_s);
        const auto entries = test::sampleJournal(m_fixture.clock.now());
        writes.journal.entryAnswers.always(entries);
        writes.journal.verdicts.always(jobs::JournalVerdict{true, 6, 0, {}});
        open(u"activity"_s);
        for (const QSize size : {QSize(1440, 900), QSize(1280, 720), QSize(2560, 1440), QSize(1000, 700)}) {
            m_fixture.window->resize(size);
            save(*m_fixture.window, u"activity-"_s + QString::number(size.width()));
        }
        m_fixture.window->resize(1280, 720);
        writes.changes.unfinishedAnswers.always(std::vector<jobs::JournalEntry>{entries[3]});
        m_fixture.workbench->editLock().unlock();
        m_fixture.workbench->activity().refresh();
        m_fixture.workbench->activity().select(3);
        save(*m_fixture.window, u"activity-unfinished"_s);
        drawReviews(writes.changes);
        m_fixture.close();
        m_fixture.world.extend = nullptr;
    }

    void drawReviews(test::FakeChanges& changes)
    {
        ui::ChangeFlow& flow = m_fixture.workbench->changes();
        const auto draw = [&](const QString& what, const std::function<void(ui::ReviewDialog&)>& act) {
            flow.propose(test::sampleSet());
            auto* const dialog = m_fixture.window->findChild<ui::ReviewDialog*>();
            act(*dialog);
            save(*dialog, what);
            dialog->reject();
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        };
        draw(u"review"_s, [](ui::ReviewDialog&) {});
        m_fixture.workbench->editLock().lock();
        draw(u"review-locked"_s, [](ui::ReviewDialog& dialog) { dialog.resize(900, 560); });
        m_fixture.workbench->editLock().unlock();
        changes.make = [](const jobs::ChangeSet& set) {
            return test::conflictReview(set, test::fragmentOf(test::sampleFragment(100)));
        };
        draw(u"review-conflict"_s, [](ui::ReviewDialog&) {});
        changes.make = test::plainReview;
        changes.applies.always(test::sampleJournal(m_fixture.clock.now())[3]);
        draw(u"review-partial"_s, [&](ui::ReviewDialog&) { flow.apply("CHG-1042"); });
    }

    void drawWizard()
    {
        m_fixture.world.discovery.tenantAnswers.always(
            std::vector<jobs::Tenant>{{"t", "Contoso", "contoso.com"}});
        m_fixture.world.discovery.subscriptionAnswers.always(
            std::vector<jobs::Subscription>{{"s", "AI platform", "t"}});
        jobs::FoundResources found;
        found.workspaces = {{"/w", "law-ai-prod", "rg-ai", "eastus", "11111111-2222-3333-4444-555555555555"}};
        found.apimServices = {{"/a", "apim-ai-prod", "rg-ai", "eastus", ""}};
        m_fixture.world.discovery.resourceAnswers.always(found);
        m_fixture.world.connectionTest.answers.always(std::vector<jobs::Check>{
            {"Query the workspace", jobs::Check::Verdict::Holds, "12 rows in the last hour", ""},
            {"LLM logging of the gateway", jobs::Check::Verdict::Fails,
             "ApiManagementGatewayLlmLog has no rows.",
             "Turn on the diagnostic setting “Logs related to generative AI gateway” and log LLM messages of "
             "the API."},
            {"Endpoint metrics", jobs::Check::Verdict::Unknown, "No account was found.",
             "Ask for Reader on the resource group."}});
        m_fixture.window->openProfileWizard();
        auto* const wizard = m_fixture.window->findChild<ui::ProfileWizard*>();
        save(*wizard, u"wizard-1"_s);
        wizard->findChild<QLineEdit*>(u"wizardClientId"_s)
            ->setText(u"9c1b6a51-0e5e-4e57-9a3a-0d8e0f3d5c11"_s);
        auto* const next = wizard->findChild<QPushButton*>(u"wizardNext"_s);
        next->click();
        Q_EMIT m_fixture.world.signIn.signedIn(*m_fixture.world.account);
        save(*wizard, u"wizard-3"_s);
        next->click();
        save(*wizard, u"wizard-4"_s);
        wizard->close();
    }

    test::WindowFixture m_fixture;
    QString m_directory;
    ui::Theme::Mode m_mode = ui::Theme::Mode::Light;
};

} // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    if (argc != 2 && argc != 3) {
        std::fprintf(stderr, "usage: ui_gallery DIR [PAGE]\n");
        return 2;
    }
    QDir().mkpath(QString::fromLocal8Bit(argv[1]));
    Gallery(application, QString::fromLocal8Bit(argv[1]))
        .drawAll(argc == 3 ? QString::fromLocal8Bit(argv[2]) : QString());
    return 0;
}
