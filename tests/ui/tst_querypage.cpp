// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/manualclock.h"
#include "tests/ui/fakes/fakeservices.h"
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/fakes/queryanswers.h"
#include "ui/charts/ranking.h"
#include "ui/models/format.h"
#include "ui/models/resultmodel.h"
#include "ui/pages/query/editor/completionpopup.h"
#include "ui/pages/query/editor/kqleditor.h"
#include "ui/pages/query/querylist.h"
#include "ui/pages/query/querypage.h"
#include "ui/pages/query/result/facetpopup.h"
#include "ui/pages/query/result/gridview.h"
#include "ui/pages/query/result/resultchart.h"
#include "ui/pages/query/result/resultpanel.h"
#include "ui/pages/query/schematree.h"
#include "ui/theme/theme.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QAbstractItemModelTester>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>

using namespace gatehouse;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

/// The query page, offscreen: the editor's help, each state of the answer, and the way from a cell to a
/// query.
class TestQueryPage : public QObject
{
    Q_OBJECT

    struct Rig
    {
        QTemporaryDir directory;
        test::ManualClock clock;
        Theme theme{*qobject_cast<QApplication*>(QApplication::instance()), false};
        ViewContext context{clock};
        test::FakeWorkspace workspace;
        test::FakeSchema schema;
        jobs::Services services{&workspace, nullptr, nullptr, nullptr, nullptr, &schema};
        QueryLanguage language = test::tinyLanguage();
        QueryNotebook notebook{settings::QueryStore(directory.path().toStdString())};
        QueryPresenter presenter{context, notebook, language};
        QueryPage page{theme, presenter};

        explicit Rig(const QString& text = u"first | where a\n\nsecond"_s)
        {
            auto known = std::make_shared<kql::language::Schema>();
            known->tables.push_back(
                {"ApiManagementGatewayLogs", "Requests", {{"Response Code", ColumnType::Int}}});
            known->tables.push_back({"Heartbeat", "", {{"Computer", ColumnType::String}}});
            schema.answers.always(std::shared_ptr<const kql::language::Schema>(known));
            workspace.answers.always(test::queryAnswer(test::numberedTable(20)));
            notebook.change([&](settings::QueryMemory& memory) { memory.editor = text.toStdString(); });
            page.resize(1200, 700);
            page.show();
            QApplication::setActiveWindow(&page);
            presenter.setServices(&services);
            presenter.setActive(true);
        }
        void caretTo(int position)
        {
            QTextCursor cursor = page.editor().textCursor();
            cursor.setPosition(position);
            page.editor().setTextCursor(cursor);
        }
        const StateView::Content& state() { return page.stateView().content(); }
        bool showsRows() { return page.result().grid().isVisible(); }
    };

private Q_SLOTS:
    void theFirstVisitShowsTheExample()
    {
        Rig rig{QString()};
        QCOMPARE(rig.page.editor().toPlainText().toStdString(), shippedQueries().front().kql);
        QCOMPARE(rig.workspace.asks.size(), std::size_t(1));
        QVERIFY(rig.showsRows());
    }

    void theBlockAtTheCaretRuns()
    {
        Rig rig;
        QVERIFY(rig.workspace.asks.empty()); // what was left in the editor does not run by itself
        QCOMPARE(rig.state().title, u"Nothing has been run yet"_s);
        rig.caretTo(20);
        QTest::keyClick(&rig.page.editor(), Qt::Key_F5);
        QCOMPARE(rig.workspace.asks.back().kql, std::string("second"));
        rig.caretTo(0);
        QTest::keyClick(&rig.page.editor(), Qt::Key_Return, Qt::ShiftModifier);
        QCOMPARE(rig.workspace.asks.back().kql, std::string("first | where a"));
        QCOMPARE(rig.page.result().grid().grid().rowCount(), 20);
    }

    void eachState()
    {
        Rig rig;
        rig.workspace.answers.hold();
        rig.page.runBlock();
        QCOMPARE(rig.state().title, u"Running…"_s);
        QCOMPARE(rig.state().action, u"Cancel"_s);
        rig.presenter.cancel();
        QCOMPARE(rig.state().title, u"The query was stopped"_s);
        const auto shows = [&](Error::Kind kind) {
            rig.workspace.answers.always(fail(kind, "It did not work.", "Do this."));
            rig.page.runBlock();
            return rig.state().title;
        };
        QCOMPARE(shows(Error::Kind::Throttled), u"Throttled: the service asks to wait"_s);
        QCOMPARE(shows(Error::Kind::Timeout), u"The query did not work"_s);
        QVERIFY(rig.state().error.has_value()); // Copy details
        QCOMPARE(shows(Error::Kind::Denied), u"You may not see this"_s);
        rig.workspace.answers.always(test::queryAnswer(test::numberedTable(0)));
        rig.page.runBlock();
        QCOMPARE(rig.state().title, u"No rows"_s);
        QVERIFY(!rig.showsRows());
    }

    void anEmptyShippedQuerySaysWhatItNeeds()
    {
        Rig rig(fromText(shippedQueries().back().kql));
        rig.workspace.answers.always(test::queryAnswer(test::numberedTable(0)));
        rig.page.runBlock();
        QVERIFY(rig.state().text.contains(fromText(shippedQueries().back().needs)));
    }

    void whatAnAnswerIsNotStandsAboveIt()
    {
        Rig rig(u"T | where TimeGenerated > ago(1d)"_s);
        auto answer = std::make_shared<QueryAnswer>();
        answer->tables.push_back(test::numberedTable(5));
        answer->partial.emplace();
        answer->partial->message = "A shard did not answer.";
        answer->age = std::chrono::seconds(90);
        rig.workspace.answers.always(QueryAnswerPtr(answer));
        rig.page.runBlock();
        const QString notices = rig.page.result().notices().join(u'\n');
        QVERIFY(notices.contains(u"Partial: A shard did not answer."_s));
        QVERIFY(notices.contains(u"overrides the time range"_s));
        QVERIFY(notices.contains(u"cache, 1 min 30 s old"_s) ||
                notices.contains(u"From the service's cache"_s));
        QVERIFY(rig.showsRows());
        QTest::keyClick(&rig.page.editor(), Qt::Key_F8);
        QVERIFY(rig.page.result().notices().join(u'\n').contains(u"Recalled"_s));
    }

    void theServicesErrorIsUnderlinedWhereItIs()
    {
        Rig rig(u"one\n\nT\n| where whoops == 1"_s);
        rig.caretTo(8);
        Error error;
        error.kind = Error::Kind::InvalidInput;
        error.message = "No column 'whoops'.";
        error.position = TextPosition{0, 0, 2, 9};
        rig.workspace.answers.always(fail(error));
        rig.page.runBlock();
        const auto& problem = rig.page.editor().serviceProblem();
        QVERIFY(problem.has_value());
        QCOMPARE(rig.page.editor().toPlainText().mid(problem->span.start, problem->span.length), u"whoops"_s);
        QCOMPARE(rig.state().title, u"The service does not accept the query"_s);
        rig.caretTo(8);
        QTest::keyClicks(&rig.page.editor(), u"x"_s);
        QVERIFY(!rig.page.editor().serviceProblem());
    }

    void errorsAreUnderlinedWhileOneTypes()
    {
        Rig rig(u"größe bad x"_s);
        QTRY_COMPARE(rig.page.editor().problems().size(), std::size_t(1));
        QCOMPARE(rig.page.editor().problems().front().span.start, 6); // characters, not bytes
        QCOMPARE(rig.page.editor().problems().front().span.length, 3);
    }

    void suggestionsComeAndAreTaken()
    {
        Rig rig(u"x"_s);
        KqlEditor& editor = rig.page.editor();
        const QAbstractItemModelTester tester(editor.popup().findChild<QListView*>()->model(),
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        editor.clear();
        QTest::keyClicks(&editor, u"Api"_s);
        QVERIFY(editor.popup().isVisible());
        QTest::keyClick(&editor, Qt::Key_Tab);
        QCOMPARE(editor.toPlainText(), u"ApiManagementGatewayLogs"_s);
        QVERIFY(!editor.popup().isVisible());
        QTest::keyClick(&editor, Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(editor.toPlainText(), u"ApiManagementGatewayLogs\n| "_s);
        QTest::keyClick(&editor, Qt::Key_Space, Qt::ControlModifier);
        QVERIFY(editor.popup().isVisible());
        QTest::keyClick(&editor, Qt::Key_Escape);
        QVERIFY(!editor.popup().isVisible());
        QTest::keyClicks(&editor, u"wh"_s);
        QTest::keyClick(&editor, Qt::Key_Return);
        QVERIFY(editor.toPlainText().endsWith(u"| where"_s));
    }

    void formattingIsOneStep()
    {
        Rig rig(u"T| count\n\nbad"_s);
        rig.caretTo(0);
        rig.page.format();
        QCOMPARE(rig.page.editor().toPlainText(), u"T\n| count\n\nbad"_s);
        rig.page.editor().undo();
        QCOMPARE(rig.page.editor().toPlainText(), u"T| count\n\nbad"_s);
        rig.caretTo(12);
        QSignalSpy told(&rig.page, &Page::told);
        rig.page.format();
        QVERIFY(told.back().front().toString().contains(u"Not formatted"_s));
    }

    void commentsComeAndGo()
    {
        Rig rig(u"a\n  b\n\nc"_s);
        KqlEditor& editor = rig.page.editor();
        QTextCursor cursor = editor.textCursor();
        cursor.setPosition(0);
        cursor.setPosition(5, QTextCursor::KeepAnchor);
        editor.setTextCursor(cursor);
        QTest::keyClick(&editor, Qt::Key_Slash, Qt::ControlModifier);
        QCOMPARE(editor.toPlainText(), u"// a\n//   b\n\nc"_s);
        QTest::keyClick(&editor, Qt::Key_Slash, Qt::ControlModifier);
        QCOMPARE(editor.toPlainText(), u"a\n  b\n\nc"_s);
    }

    void aCellBecomesAWhereBeforeTheRender()
    {
        Rig rig(u"T\n| render timechart\n\nother"_s);
        rig.caretTo(0);
        rig.page.runBlock();
        rig.caretTo(25); // elsewhere meanwhile
        GridView& grid = rig.page.result().grid();
        grid.setCurrentIndex(grid.model()->index(0, 1));
        QTest::keyClick(&grid, Qt::Key_Space, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(rig.page.editor().toPlainText(),
                 u"T\n| where Region == \"East US\"\n| render timechart\n\nother"_s);
    }

    void theChartFollowsRender()
    {
        Rig rig;
        rig.workspace.answers.always(
            test::queryAnswer(test::tokenTable(), R"({"visualization":"timechart","title":"Tokens"})"));
        rig.page.runBlock();
        QVERIFY(rig.page.result().chart().isVisible() && rig.showsRows());
        QCOMPARE(rig.page.result().chart().plan().series().size(), std::size_t(3));
        rig.workspace.answers.always(test::queryAnswer(test::numberedTable(3)));
        rig.page.runBlock();
        QVERIFY(!rig.page.result().chart().isVisible() && rig.showsRows());
    }

    void aFacetFiltersAndItsChipTakesTheFilterAway()
    {
        Rig rig;
        rig.page.runBlock();
        GridView& grid = rig.page.result().grid();
        Q_EMIT grid.filterRequested(1);
        auto* const popup = grid.findChild<FacetPopup*>();
        QVERIFY(popup->isVisible());
        QTRY_COMPARE(popup->values().rows().size(), std::size_t(2));
        QCOMPARE(popup->values().rows().front().key, u"West US"_s);
        Q_EMIT popup->values().activated(u"East US"_s);
        QTRY_COMPARE(grid.model()->rowCount(), 7);
        auto* const chip = rig.page.findChild<QAbstractButton*>(u"queryFilter-Region"_s);
        QVERIFY(chip != nullptr);
        chip->click();
        QTRY_COMPARE(grid.model()->rowCount(), 20);
    }

    void theListSearchesRunsAndForgets()
    {
        Rig rig;
        rig.page.runBlock();
        QueryList& list = rig.page.list();
        list.search().setText(u"retry"_s);
        QCOMPARE(list.list().model()->rowCount(), 1);
        QTest::keyClick(&list.search(), Qt::Key_Return);
        QCOMPARE(rig.workspace.asks.back().kql, shippedQueries().back().kql);
        QVERIFY(rig.page.editor().toPlainText().endsWith(fromText(shippedQueries().back().kql)));
        list.search().clear();
        list.showTab(QueryList::History);
        QCOMPARE(list.list().model()->rowCount(), 2);
        list.list().setFocus();
        QTest::keyClick(&list.list(), Qt::Key_Delete);
        QCOMPARE(list.list().model()->rowCount(), 1);
    }

    void theTablesOfTheWorkspaceInsertTheirNames()
    {
        Rig rig(u"x"_s);
        QueryList& list = rig.page.list();
        list.showTab(QueryList::Tables);
        QVERIFY(list.tables().isVisible() && !list.list().isVisible());
        QCOMPARE(list.tables().model()->rowCount(), 2);
        list.search().setText(u"respon"_s);
        QCOMPARE(list.tables().model()->rowCount(), 1); // by the name of a column
        const QModelIndex table = list.tables().model()->index(0, 0);
        QVERIFY(list.tables().isExpanded(table));
        list.tables().setCurrentIndex(list.tables().model()->index(0, 0, table));
        rig.caretTo(0);
        list.tables().setFocus();
        QTest::keyClick(&list.tables(), Qt::Key_Return);
        QCOMPARE(rig.page.editor().toPlainText(), u"[\"Response Code\"]x"_s);
        QVERIFY(rig.workspace.asks.empty()); // a name is not run
        QTest::keyClick(&list.tables(), Qt::Key_Delete);
        QCOMPARE(list.tables().model()->rowCount(), 1);
    }

    void theTextIsRemembered()
    {
        Rig rig;
        rig.page.editor().setPlainText(u"kept"_s);
        rig.notebook.flush();
        QueryNotebook again(settings::QueryStore(rig.directory.path().toStdString()));
        QCOMPARE(again.memory().editor, std::string("kept"));
    }

    void everythingHasANameForReaders()
    {
        Rig rig;
        rig.page.runBlock();
        for (const QWidget* const widget : rig.page.findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() ||
                widget->objectName().startsWith(u"qt_"_s))
                continue;
            QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
        }
    }
};

GATEHOUSE_WINDOW_TEST_MAIN(TestQueryPage)
#include "tst_querypage.moc"
