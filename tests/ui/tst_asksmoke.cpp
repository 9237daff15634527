// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/fakeask.h"
#include "tests/ui/fakes/guitestmain.h"
#include "tests/ui/fakes/windowfixture.h"
#include "ui/models/recordmodel.h"
#include "ui/pages/ask/asklist.h"
#include "ui/pages/ask/askpage.h"
#include "ui/pages/ask/smokepanel.h"
#include "ui/widgets/noticebar.h"
#include "ui/widgets/stateview.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtTest/QAbstractItemModelTester>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>

using namespace gatehouse;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

namespace {

class FakeSetup final : public jobs::ExplainService
{
public:
    test::Answers<Result<jobs::SetupNow>> setups;

    QFuture<Result<ExplanationPtr>> explain(std::string, std::stop_token stop) override
    {
        return m_stories.ask(stop);
    }
    QFuture<Result<ExplanationPtr>> hypothetical(gateway::RequestFacts, std::stop_token stop) override
    {
        return m_stories.ask(stop);
    }
    QFuture<Result<jobs::SetupNow>> setup(std::stop_token stop) override { return setups.ask(stop); }
    QFuture<Result<ReplayPtr>> replay(std::optional<gateway::ExplainSetup>, TimeRange,
                                      std::function<void(const jobs::ReplayProgress&)>,
                                      std::stop_token stop) override
    {
        return m_replays.ask(stop);
    }

private:
    test::Answers<Result<ExplanationPtr>> m_stories;
    test::Answers<Result<ReplayPtr>> m_replays;
};

/// Two members, aoai-eastus first; a policy includes the routing rules.
jobs::SetupNow sampleSetup()
{
    jobs::SetupNow now;
    now.serviceId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/a";
    Json services = Json::array();
    int priority = 1;
    for (const char* name : {"aoai-eastus", "aoai-westus"}) {
        now.resources.backends[name] = {{"name", name},
                                        {"properties", {{"url", "https://x.example"}, {"protocol", "http"}}}};
        services.push_back(
            {{"id", now.serviceId + "/backends/" + name}, {"priority", priority++}, {"weight", 1}});
    }
    now.resources.backends["aoai-pool"] = {
        {"name", "aoai-pool"}, {"properties", {{"type", "Pool"}, {"pool", {{"services", services}}}}}};
    now.resources.policies = {R"(<policies><include-fragment fragment-id="gatehouse-routing" /></policies>)"};
    return now;
}

constexpr const char* Suite = R"(name: Notice
documents: [terms.txt]
pool: aoai-pool
maxParallel: 1
cases:
  - name: notice period
    question: How long is the notice period?
    expect: [contains: three months, answers]
  - name: the cup
    question: Who won the cup?
    expect: [refuses]
)";

} // namespace

/// Smoke tests in the whole window, on a scripted document service. With GATEHOUSE_PICTURES=DIR each state is
/// drawn there in both themes.
class TestAskSmoke : public QObject
{
    Q_OBJECT

    std::unique_ptr<test::FakeAsk> m_ask;
    std::unique_ptr<FakeSetup> m_setup;
    std::unique_ptr<QTemporaryDir> m_files;
    std::unique_ptr<test::WindowFixture> m_fixture;

    AskPage& page() { return *qobject_cast<AskPage*>(&m_fixture->window->currentPage()); }
    SmokePanel& panel() { return page().smokeTests(); }
    SmokePresenter& presenter() { return m_fixture->workbench->smoke(); }
    template <typename T>
    T* find(const QString& name)
    {
        T* const found = m_fixture->window->findChild<T*>(name);
        if (found == nullptr)
            qFatal("no %s", qPrintable(name));
        return found;
    }
    QString write(const QString& name, const QByteArray& text)
    {
        QFile file(m_files->filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("cannot write %s", qPrintable(name));
        return file.fileName();
    }
    void open()
    {
        m_fixture->open(u"ask"_s);
        page().showMode(AskPage::Mode::SmokeTests);
    }
    void openSuite(const QByteArray& text = Suite)
    {
        write(u"terms.txt"_s, "The notice period is three months.");
        presenter().open(write(u"suite.yaml"_s, text));
        QTRY_VERIFY(!presenter().reading());
    }
    void sendDocument()
    {
        rag::Document document;
        document.id = "doc-1";
        document.name = "terms.txt";
        document.chunks = 1;
        m_ask->uploads.back()->done(document);
    }
    void answer(const QString& text, const std::string& backend, bool grounded = true)
    {
        rag::AnswerFacts facts = test::sampleFacts();
        facts.backend = backend;
        facts.grounded = grounded;
        if (!grounded)
            facts.citations.clear();
        test::answerWhole(m_ask->last(), text, facts);
    }
    /// The first run: the fallback guesses where it should refuse.
    void runOnce()
    {
        QVERIFY(presenter().start().has_value());
        sendDocument();
        const std::size_t before = m_ask->answers.size();
        answer(u"It is three months [1]."_s, "aoai-eastus");
        QTRY_COMPARE(m_ask->answers.size(), before + 1);
        answer(u"Three months [1]."_s, "aoai-westus");
        QTRY_COMPARE(m_ask->answers.size(), before + 2);
        answer(u"The documents do not say."_s, "aoai-eastus", false);
        QTRY_COMPARE(m_ask->answers.size(), before + 3);
        answer(u"The reds won [1]."_s, "aoai-westus");
        QTRY_VERIFY(!presenter().running());
    }
    void draw(const QString& name, const QList<QSize>& sizes = {QSize(1440, 900)})
    {
        const QString directory = qEnvironmentVariable("GATEHOUSE_PICTURES");
        if (directory.isEmpty())
            return;
        for (const Theme::Mode mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
            m_fixture->theme.setMode(mode);
            for (const QSize size : sizes) {
                m_fixture->window->resize(size);
                for (int turn = 0; turn < 5; ++turn)
                    QCoreApplication::processEvents();
                m_fixture->window->grab().save(QDir(directory).filePath(
                    u"%1-%2-%3.png"_s.arg(name, QString::number(size.width()),
                                          mode == Theme::Mode::Dark ? u"dark"_s : u"light"_s)));
            }
        }
        m_fixture->theme.setMode(Theme::Mode::Light);
        m_fixture->window->resize(1440, 900);
    }
    QString resultText(int row, int column) { return panel().results().index(row, column).data().toString(); }

private Q_SLOTS:
    void init()
    {
        m_ask = std::make_unique<test::FakeAsk>();
        m_setup = std::make_unique<FakeSetup>();
        m_setup->setups.always(sampleSetup());
        m_files = std::make_unique<QTemporaryDir>();
        m_fixture = std::make_unique<test::WindowFixture>(*qApp);
        m_fixture->answerWithSamples();
        m_fixture->world.extend = [this](jobs::Services& services) {
            services.ask = m_ask.get();
            services.explain = m_setup.get();
        };
    }
    void cleanup()
    {
        m_fixture.reset();
        m_ask.reset();
        m_setup.reset();
        m_files.reset();
    }

    void anEmptyPanelTeaches()
    {
        open();
        QVERIFY(find<StateView>(u"smokeState"_s)->isVisible());
        QVERIFY(!find<QPushButton>(u"smokeRun"_s)->isEnabled());
        draw(u"smoke-empty"_s);
        panel().trySample();
        QTRY_VERIFY(presenter().suite().has_value());
        QVERIFY(!presenter().documentProblem());
        QCOMPARE(presenter().documents().size(), std::size_t(3));
        QVERIFY(m_ask->uploads.empty()); // nothing is sent before it is run
    }

    void eachMemberIsAskedAndJudged()
    {
        open();
        openSuite();
        QCOMPARE(presenter().members(), (std::vector<std::string>{"aoai-eastus", "aoai-westus"}));
        QCOMPARE(presenter().whyNotStart(), QString());
        find<QPushButton>(u"smokeRun"_s)->click();
        QCOMPARE(find<QPushButton>(u"smokeRun"_s)->text(), u"Cancel"_s);
        QCOMPARE(m_ask->uploads.size(), std::size_t(1));
        sendDocument();
        QCOMPARE(m_ask->last().question.task, std::string("gatehouse-test:aoai-eastus"));
        QCOMPARE(m_ask->last().question.feature, std::string(rag::SmokeFeature));
        answer(u"It is three months [1]."_s, "aoai-eastus");
        QTRY_COMPARE(m_ask->answers.size(), std::size_t(2));
        QCOMPARE(panel().results().rowCount(), 1);
        QVERIFY(find<QLabel>(u"smokeProgressText"_s)->text().contains(u"1 of 4"_s));
        draw(u"smoke-running"_s);
        QCOMPARE(m_ask->last().question.task, std::string("gatehouse-test:aoai-westus"));
        answer(u"Three months [1]."_s, "aoai-westus");
        QTRY_COMPARE(m_ask->answers.size(), std::size_t(3));
        answer(u"The documents do not say."_s, "aoai-eastus", false);
        QTRY_COMPARE(m_ask->answers.size(), std::size_t(4));
        answer(u"The reds won [1]."_s, "aoai-westus");
        QTRY_VERIFY(!presenter().running());
        QCOMPARE(panel().results().rowCount(), 4);
        QCOMPARE(resultText(0, 2), u"● passed"_s);
        QCOMPARE(resultText(3, 1), u"aoai-westus"_s);
        QCOMPARE(resultText(3, 2), u"▲ failed"_s);
        QVERIFY(!resultText(3, 3).isEmpty());
        const QString members = find<QLabel>(u"smokeMembers"_s)->text();
        QVERIFY2(members.contains(u"aoai-westus: 1 of 2 passed · 1 failed"_s), qPrintable(members));
        QVERIFY2(members.contains(u"does not answer as aoai-eastus does"_s), qPrintable(members));
        QVERIFY(find<QLabel>(u"smokeBadge"_s)->isVisible());
        QVERIFY(panel().detail().toPlainText().contains(u"How long is the notice period?"_s));
        draw(u"smoke-results"_s, {QSize(1440, 900), QSize(1280, 720), QSize(2560, 1440)});
    }

    void anotherMemberThatAnswersProvesNothing()
    {
        open();
        openSuite();
        QVERIFY(presenter().start().has_value());
        sendDocument();
        answer(u"Three months [1]."_s, "aoai-westus");
        QTRY_COMPARE(panel().results().rowCount(), 1);
        QCOMPARE(resultText(0, 2), u"○ unknown"_s);
        QVERIFY(resultText(0, 3).contains(u"aoai-westus"_s));
    }

    void aRunIsStoppedAndNotKept()
    {
        open();
        openSuite();
        QVERIFY(presenter().start().has_value());
        sendDocument();
        answer(u"Three months [1]."_s, "aoai-eastus");
        QTRY_COMPARE(panel().results().rowCount(), 1);
        QVERIFY(page().stopWork());
        QVERIFY(presenter().stopping());
        QTRY_VERIFY(!presenter().running());
        QVERIFY(presenter().runs().empty());
        QVERIFY(!page().stopWork());
    }

    void historyStaysBetweenWindows()
    {
        open();
        openSuite();
        runOnce();
        runOnce();
        QCOMPARE(presenter().runs().size(), std::size_t(2));
        panel().showTrend(true);
        QCOMPARE(panel().trend().rowCount(), 4);
        draw(u"smoke-trend"_s);
        open();
        openSuite();
        QCOMPARE(presenter().runs().size(), std::size_t(2));
        QCOMPARE(find<AskList>(u"smokeRuns"_s)->rows().rowCount(), 2);
        QCOMPARE(panel().results().rowCount(), 4);
        // What was answered is not kept, and so nothing is said of it.
        QVERIFY(panel().detail().toPlainText().contains(u"not kept"_s));
        QVERIFY(!find<QLabel>(u"smokeMembers"_s)->text().contains(u"answers as"_s));
        find<AskList>(u"smokeRuns"_s)->setCurrentKey(u"0"_s);
        QCOMPARE(presenter().shownIndex(), std::size_t(0));
    }

    void resultsAreSavedForABuildServer()
    {
        open();
        openSuite();
        runOnce();
        const QString path = m_files->filePath(u"out.xml"_s);
        QSignalSpy told(&presenter(), &SmokePresenter::told);
        presenter().saveJUnit(path);
        QTRY_COMPARE(told.count(), 1);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray xml = file.readAll();
        QVERIFY(xml.contains("<testsuite"));
        QCOMPARE(xml.count("<failure"), 1);
    }

    void whatIsWrongIsSaid_data()
    {
        QTest::addColumn<QByteArray>("suite");
        QTest::addColumn<QString>("said");
        QTest::newRow("yaml") << QByteArray("cases: [") << u"no YAML"_s;
        QTest::newRow("key") << QByteArray("cases:\n  - question: q\n    expect: [answers]\n    wants: x\n")
                             << u"wants"_s;
        QTest::newRow("pool") << QByteArray("pool: nobody\ncases: [{question: q, expect: [answers]}]\n")
                              << u"nobody"_s;
        QTest::newRow("document") << QByteArray(
                                         "documents: [gone.txt]\ncases: [{question: q, expect: [answers]}]\n")
                                  << u"gone.txt"_s;
        QTest::newRow("outside")
            << QByteArray("documents: [../../etc/passwd]\ncases: [{question: q, expect: [answers]}]\n")
            << u"passwd"_s;
    }
    void whatIsWrongIsSaid()
    {
        QFETCH(QByteArray, suite);
        QFETCH(QString, said);
        open();
        openSuite(suite);
        const QString text = find<StateView>(u"smokeState"_s)->isVisible()
                                 ? find<StateView>(u"smokeState"_s)->content().text
                                 : find<NoticeBar>(u"smokeNotice"_s)->text();
        QVERIFY2(text.contains(said), qPrintable(text));
        QVERIFY(!find<QPushButton>(u"smokeRun"_s)->isEnabled());
        QVERIFY(!presenter().start().has_value());
        QVERIFY(m_ask->uploads.empty());
        draw(u"smoke-wrong-"_s + QString::fromLatin1(QTest::currentDataTag()));
    }

    void aDocumentThatIsRefusedEndsTheRun()
    {
        open();
        openSuite();
        QVERIFY(presenter().start().has_value());
        m_ask->uploads.back()->failed(
            fail(Error::Kind::InvalidInput, "The document is encrypted.", "Remove its password.").value());
        QTRY_VERIFY(!presenter().running());
        QVERIFY(find<NoticeBar>(u"smokeNotice"_s)->text().contains(u"encrypted"_s));
        QVERIFY(m_ask->answers.empty());
        QCOMPARE(presenter().whyNotStart(), QString()); // it can be tried again
    }

    void testRulesAreProposedAndNeverWrittenByThePanel()
    {
        open();
        openSuite();
        QVERIFY(!find<QPushButton>(u"smokeRules"_s)->isEnabled()); // locked
        QVERIFY(!presenter().whyNotAddRules().isEmpty());
    }

    void signingOutStopsTheRun()
    {
        open();
        openSuite();
        QVERIFY(presenter().start().has_value());
        presenter().setServices(nullptr);
        QVERIFY(!presenter().running());
        QVERIFY(!presenter().offered());
        QVERIFY(!presenter().whyNotStart().isEmpty());
    }

    void everyNameIsPlainText()
    {
        const QByteArray evil = "'<img src=file:///canary><b>x</b>'";
        open();
        openSuite("name: " + evil + "\nbackends: [" + evil + "]\ncases:\n  - name: " + evil +
                  "\n    question: " + evil + "\n    expect: [contains: " + evil + "]\n");
        QVERIFY(presenter().suite().has_value());
        QVERIFY(presenter().start().has_value());
        answer(u"<img src=file:///canary>"_s, "<img src=x>");
        QTRY_VERIFY(!presenter().running());
        for (const QLabel* const label : panel().findChildren<QLabel*>())
            QVERIFY2(label->textFormat() == Qt::PlainText, qPrintable(label->objectName()));
        for (const QWidget* const widget : panel().findChildren<QWidget*>())
            QVERIFY2(!widget->toolTip().contains(u"<img"_s), qPrintable(widget->objectName()));
        const QAbstractItemModelTester tester(&panel().results(),
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
    }
};

GATEHOUSE_WINDOW_TEST_MAIN(TestAskSmoke)
#include "tst_asksmoke.moc"
