// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/manualclock.h"
#include "tests/support/testmain.h"
#include "tests/ui/fakes/fakeservices.h"
#include "tests/ui/fakes/queryanswers.h"
#include "ui/pages/query/querypresenter.h"

#include <QtCore/QTemporaryDir>

using namespace gatehouse;
using namespace gatehouse::ui;

/// When the query page asks, what it shows, what it remembers; without any widget.
class TestQueryPresenter : public QObject
{
    Q_OBJECT

    struct Bench
    {
        QTemporaryDir directory;
        test::ManualClock clock;
        ViewContext context{clock};
        test::FakeWorkspace workspace;
        test::FakeSchema schema;
        jobs::Services services{&workspace, nullptr, nullptr, nullptr, nullptr, &schema};
        QueryLanguage language = test::tinyLanguage();
        QueryNotebook notebook{settings::QueryStore(directory.path().toStdString())};
        QueryPresenter presenter{context, notebook, language};

        void open()
        {
            presenter.setProfile("Contoso");
            presenter.setServices(&services);
            presenter.setActive(true);
        }
        void answer(int rows = 3) { workspace.answers.always(test::queryAnswer(test::numberedTable(rows))); }
        const QueryResult& result() { return *presenter.state()->result; }
    };

private Q_SLOTS:
    void nothingIsAskedByItself()
    {
        Bench bench;
        bench.open();
        QCOMPARE(bench.presenter.status().phase, Phase::Empty);
        QVERIFY(bench.presenter.status().settled());
        bench.context.setRelative(std::chrono::hours(1));
        QVERIFY(bench.workspace.asks.empty());
    }

    void blocksAreSeparatedByBlankLines_data()
    {
        QTest::addColumn<int>("caret");
        QTest::addColumn<QString>("block");
        QTest::newRow("start") << 0 << QStringLiteral("A\n| take 1");
        QTest::newRow("end of the first") << 10 << QStringLiteral("A\n| take 1");
        QTest::newRow("second") << 14 << QStringLiteral("B\n| count");
        QTest::newRow("end") << 23 << QStringLiteral("B\n| count");
    }
    void blocksAreSeparatedByBlankLines()
    {
        QFETCH(int, caret);
        QFETCH(QString, block);
        const std::string text = "A\n| take 1\n \t\nB\n| count";
        const kql::language::Span span = kqlLanguage().blockAt(text, static_cast<std::size_t>(caret));
        QCOMPARE(QString::fromStdString(text.substr(span.start, span.length)).trimmed(), block);
    }

    void whatWasRunBeforeAnybodySignedInRunsThen()
    {
        Bench bench;
        bench.answer();
        bench.presenter.run("T");
        bench.open();
        QCOMPARE(bench.workspace.asks.size(), std::size_t(1));
        QCOMPARE(bench.workspace.asks.front().kql, std::string("T"));
        QVERIFY(bench.workspace.asks.front().render);
        QCOMPARE(bench.presenter.status().phase, Phase::Data);
    }

    void theQueryFollowsTheRangeButNotTheFilters()
    {
        Bench bench;
        bench.answer();
        bench.open();
        bench.presenter.run("T");
        QVERIFY(bench.workspace.asks.back().timespan == bench.context.range());
        bench.context.toggle({{usage::Dimension::Service, "a"}, QStringLiteral("A")});
        QCOMPARE(bench.workspace.asks.size(), std::size_t(1));
        bench.context.setRelative(std::chrono::hours(6));
        QCOMPARE(bench.workspace.asks.size(), std::size_t(2));
        QVERIFY(bench.workspace.asks.back().timespan == bench.context.range());
        bench.presenter.setActive(false);
        bench.context.setRelative(std::chrono::hours(1));
        QCOMPARE(bench.workspace.asks.size(), std::size_t(2));
        bench.presenter.setActive(true);
        QCOMPARE(bench.workspace.asks.size(), std::size_t(3));
    }

    void aTimeFilterOfItsOwnOverridesThePicker()
    {
        Bench bench;
        bench.answer();
        bench.open();
        bench.presenter.run("T | where TimeGenerated > ago(7d)");
        QVERIFY(!bench.workspace.asks.back().timespan);
        QVERIFY(bench.result().overridesPicker);
    }

    void theSecondRunInARowWantsANewAnswer()
    {
        Bench bench;
        bench.answer();
        bench.open();
        bench.presenter.run("T");
        QVERIFY(!bench.workspace.asks.back().fresh);
        bench.presenter.run("T");
        QVERIFY(bench.workspace.asks.back().fresh);
        bench.presenter.run("U");
        QVERIFY(!bench.workspace.asks.back().fresh);
    }

    void anotherQueryTakesTheOldRowsAway()
    {
        Bench bench;
        bench.answer();
        bench.open();
        bench.presenter.run("T");
        bench.workspace.answers.hold();
        bench.presenter.run("T");
        QVERIFY(bench.presenter.state()->result); // the same query: its rows stay meanwhile
        bench.presenter.run("U");
        QVERIFY(!bench.presenter.state()->result);
        QCOMPARE(bench.presenter.status().phase, Phase::Loading);
        QVERIFY(bench.workspace.answers.stopped(0));
    }

    void cancelStopsAtOnce()
    {
        Bench bench;
        bench.workspace.answers.hold();
        bench.open();
        bench.presenter.run("T");
        bench.presenter.cancel();
        QVERIFY(bench.workspace.answers.stopped(0));
        QCOMPARE(bench.presenter.status().phase, Phase::Failed);
        QVERIFY(bench.presenter.status().error->cancelled());
        bench.workspace.answers.release(test::queryAnswer(test::numberedTable(1)));
        QCOMPARE(bench.presenter.status().phase, Phase::Failed);
    }

    void aFailureOfTheSameQueryKeepsItsRows()
    {
        Bench bench;
        bench.answer();
        bench.open();
        bench.presenter.run("T");
        bench.workspace.answers.always(fail(Error::Kind::Throttled, "Wait."));
        bench.presenter.run("T");
        QCOMPARE(bench.presenter.status().phase, Phase::Stale);
        bench.presenter.run("U");
        QCOMPARE(bench.presenter.status().phase, Phase::Failed);
        QCOMPARE(bench.presenter.state()->asked, std::string("U"));
    }

    void recallShowsAnOldAnswerWithItsAge()
    {
        Bench bench;
        bench.open();
        QVERIFY(!bench.presenter.recall("T"));
        bench.answer(3);
        bench.presenter.run("T");
        const DateTime then = bench.clock.now();
        bench.answer(5);
        bench.presenter.run("U");
        bench.clock.advance(std::chrono::minutes(4));
        QVERIFY(bench.presenter.recall("T"));
        QCOMPARE(bench.result().rows(), std::size_t(3));
        QVERIFY(bench.presenter.state()->recalled);
        QVERIFY(bench.presenter.status().loadedAt == then);
        QCOMPARE(bench.workspace.asks.size(), std::size_t(2));
        QVERIFY(bench.presenter.recall("never run"));
        QCOMPARE(bench.result().kql, std::string("U")); // the newest of all
        bench.presenter.setServices(nullptr);
        QVERIFY(!bench.presenter.recall("T")); // another workspace knows other rows
    }

    void partialAndTruncatedAreToldApart()
    {
        Bench bench;
        auto answer = std::make_shared<QueryAnswer>();
        answer->tables.push_back(test::numberedTable(2));
        answer->partial.emplace();
        answer->partial->message = "A shard did not answer.";
        bench.workspace.answers.always(QueryAnswerPtr(answer));
        bench.open();
        bench.presenter.run("T");
        QCOMPARE(bench.presenter.status().phase, Phase::Partial);
        QVERIFY(!bench.result().truncated());
        auto cut = std::make_shared<QueryAnswer>(*answer);
        cut->partial->message = "Result set too large (E_QUERY_RESULT_SET_TOO_LARGE)";
        bench.workspace.answers.always(QueryAnswerPtr(cut));
        bench.presenter.run("T");
        QVERIFY(bench.result().truncated());
    }

    void theHistoryKnowsWhatWasRun()
    {
        Bench bench;
        bench.answer(3);
        bench.open();
        bench.presenter.run("T");
        bench.workspace.answers.always(fail(Error::Kind::InvalidInput, "No."));
        bench.presenter.run("U");
        const auto& history = bench.notebook.memory().history;
        QCOMPARE(history.size(), std::size_t(2));
        QCOMPARE(history[0].rows, std::int64_t(-1));
        QCOMPARE(history[1].rows, std::int64_t(3));
        QCOMPARE(history[1].profile, std::string("Contoso"));
        bench.notebook.flush();
        QueryNotebook again(settings::QueryStore(bench.directory.path().toStdString()));
        QCOMPARE(again.memory().history.size(), std::size_t(2));
    }

    void theSchemaComesOnce()
    {
        Bench bench;
        auto schema = std::make_shared<kql::language::Schema>();
        schema->tables.push_back({"T", "", {}});
        bench.schema.answers.always(std::shared_ptr<const kql::language::Schema>(schema));
        bench.answer();
        QSignalSpy changed(&bench.presenter, &QueryPresenter::schemaChanged);
        bench.open();
        QCOMPARE(bench.presenter.schema()->tables.size(), std::size_t(1));
        bench.presenter.run("T");
        QCOMPARE(bench.schema.answers.calls(), 1);
        bench.presenter.setServices(nullptr);
        QVERIFY(bench.presenter.schema()->tables.empty());
    }

    void theShippedQueriesSayWhatTheyAnswerAndNeed()
    {
        QCOMPARE(shippedQueries().size(), std::size_t(8));
        for (const ShippedQuery& query : shippedQueries()) {
            QVERIFY2(!query.name.empty() && query.name.size() < 40, query.id.c_str());
            QVERIFY2(query.text.ends_with('.'), query.id.c_str());
            QVERIFY2(query.needs.starts_with("Needs "), query.id.c_str());
            QVERIFY2(query.kql.find("//") == std::string::npos, query.id.c_str());
            QVERIFY(shippedQueryOf("\n" + query.kql + "\n") == &query);
        }
    }
};

GATEHOUSE_TEST_MAIN(TestQueryPresenter)
#include "tst_querypresenter.moc"
