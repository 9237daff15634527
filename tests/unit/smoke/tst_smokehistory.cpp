// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/base/files.h"
#include "core/rag/smoke/history.h"
#endif

#include <QtCore/QDir>
#include <QtCore/QTemporaryDir>

#include <thread>

using namespace gatehouse;
using namespace gatehouse::rag::smoke;

namespace {

Run runAt(std::int64_t minute, const std::vector<Outcome>& outcomes, const std::string& suite = "nightly")
{
    Run run;
    run.suite = suite;
    run.profile = "this computer";
    run.at = DateTime::fromUnixSeconds(1'780'000'000 + 60 * minute);
    run.backends = {"east"};
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        CaseResult result;
        result.name = "case " + std::to_string(i);
        result.backend = "east";
        result.outcome = outcomes[i];
        result.why = outcomes[i] == Outcome::Passed ? "" : "contains “x”: It says “y\n”.";
        result.answeredBy = "east";
        result.total = std::chrono::milliseconds(1'200);
        result.firstToken = std::chrono::milliseconds(90);
        result.usage = {rag::TokenUsage::Source::Measured, 10, 2};
        run.results.push_back(std::move(result));
    }
    return run;
}

struct Folder
{
    QTemporaryDir directory;
    std::string path = directory.path().toStdString();
    History history{path};
    [[nodiscard]] std::string file() const { return history.pathOf("nightly"); }
    [[nodiscard]] QStringList files() const
    {
        return QDir(directory.path() + QStringLiteral("/smoke")).entryList(QDir::Files, QDir::Name);
    }
};

} // namespace

/// The runs of a suite are kept; what is damaged is put aside and never lost.
class TestSmokeHistory : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aRunIsReadBackAsItWasKept()
    {
        const Folder folder;
        QVERIFY(folder.history.load("nightly")->runs.empty());
        QVERIFY(folder.history.append(runAt(0, {Outcome::Passed, Outcome::Failed})).has_value());
        QVERIFY(folder.history.append(runAt(1, {Outcome::Unknown, Outcome::Broken})).has_value());
        const auto past = folder.history.load("nightly");
        QVERIFY(past && past->runs.size() == 2 && past->setAside.empty());
        const Run& first = past->runs[0];
        QVERIFY(first.at == runAt(0, {}).at);
        QCOMPARE(first.profile, std::string("this computer"));
        QCOMPARE(first.backends, std::vector<std::string>{"east"});
        QVERIFY(first.results[1].outcome == Outcome::Failed);
        QCOMPARE(first.results[1].why, std::string("contains “x”: It says “y\n”."));
        QCOMPARE(first.results[0].total.count(), 1'200);
        QCOMPARE(first.results[0].firstToken->count(), 90);
        QVERIFY(past->runs[1].results[0].outcome == Outcome::Unknown);
        QVERIFY(past->runs[1].results[1].outcome == Outcome::Broken);
    }

    void suitesHaveFilesOfTheirOwn()
    {
        const Folder folder;
        QStringList names;
        for (const std::string& suite : {std::string("nightly"), std::string("Nightly"), std::string("a/b"),
                                         std::string("a b"), std::string("../x"), std::string("ü"),
                                         std::string(300, 'n'), std::string(301, 'n'), std::string()}) {
            const QString path = QString::fromStdString(folder.history.pathOf(suite));
            QVERIFY(path.startsWith(folder.directory.path() + QStringLiteral("/smoke/")));
            const QString name = path.mid(folder.directory.path().size() + 7);
            QVERIFY2(!name.contains(u'/') && name.size() < 100, qPrintable(name));
            QVERIFY2(!names.contains(name), qPrintable(name));
            names.append(name);
        }
    }

    void onlyTheLast500RunsAreKept()
    {
        const Folder folder;
        QVERIFY(folder.history.append(runAt(0, {Outcome::Passed})).has_value());
        const auto line = readFile(folder.file());
        std::string many;
        for (int i = 0; i < 700; ++i)
            many += *line;
        QVERIFY(atomicWrite(folder.file(), many).has_value());
        QVERIFY(folder.history.append(runAt(9, {Outcome::Failed})).has_value());
        const auto past = folder.history.load("nightly");
        QCOMPARE(past->runs.size(), History::MaxRuns);
        QVERIFY(past->runs.back().results[0].outcome == Outcome::Failed);
    }

    void largeRunsAreBoundedInBytes()
    {
        const Folder folder;
        Run large = runAt(0, std::vector<Outcome>(2'000, Outcome::Failed));
        for (CaseResult& result : large.results)
            result.why = std::string(1'500, 'w');
        for (int i = 0; i < 6; ++i)
            QVERIFY(folder.history.append(large).has_value());
        const auto past = folder.history.load("nightly");
        QVERIFY(past && past->setAside.empty() && past->runs.size() >= 3 && past->runs.size() < 6);
        QVERIFY(QFileInfo(QString::fromStdString(folder.file())).size() <= qint64(History::MaxBytes));
    }

    void damagedLinesAreLeftOutAndTheirFileIsKept_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("no JSON") << QByteArray("{\"version\":1,\"at\":");
        QTest::newRow("empty line") << QByteArray("");
        QTest::newRow("zeros") << QByteArray(100, '\0');
        QTest::newRow("another thing") << QByteArray("[1,2]");
        QTest::newRow("no version") << QByteArray(
            R"({"at":"2026-06-01T00:00:00Z","backends":[],"results":[]})");
        QTest::newRow("no time") << QByteArray(R"({"version":1,"at":"noon","backends":[],"results":[]})");
        QTest::newRow("unknown outcome") << QByteArray(
            R"({"version":1,"at":"2026-06-01T00:00:00Z","backends":[],"results":[{"case":"a","outcome":"x"}]})");
        QTest::newRow("result is a text")
            << QByteArray(R"({"version":1,"at":"2026-06-01T00:00:00Z","backends":[],"results":["x"]})");
        QTest::newRow("backend is a number")
            << QByteArray(R"({"version":1,"at":"2026-06-01T00:00:00Z","backends":[7],"results":[]})");
    }
    void damagedLinesAreLeftOutAndTheirFileIsKept()
    {
        QFETCH(QByteArray, line);
        const Folder folder;
        QVERIFY(folder.history.append(runAt(0, {Outcome::Passed})).has_value());
        const std::string damaged = line.toStdString() + "\n" + *readFile(folder.file());
        QVERIFY(atomicWrite(folder.file(), damaged).has_value());
        const auto past = folder.history.load("nightly");
        QVERIFY(past && past->runs.size() == 1);
        QCOMPARE(*readFile(past->setAside), damaged);
        QVERIFY(folder.history.load("nightly")->setAside.empty()); // mended
        QCOMPARE(folder.files().size(), 2);
    }

    void aTornLastLineCostsNoOtherRun()
    {
        const Folder folder;
        for (int i = 0; i < 3; ++i)
            QVERIFY(folder.history.append(runAt(i, {Outcome::Passed})).has_value());
        const std::string whole = *readFile(folder.file());
        QVERIFY(atomicWrite(folder.file(), whole.substr(0, whole.size() - 20)).has_value());
        QVERIFY(folder.history.append(runAt(9, {Outcome::Failed})).has_value());
        const auto past = folder.history.load("nightly");
        QCOMPARE(past->runs.size(), 3U);
        QVERIFY(past->runs.back().results[0].outcome == Outcome::Failed);
    }

    void aNewerVersionsFileStaysUntouched()
    {
        const Folder folder;
        QVERIFY(folder.history.append(runAt(0, {Outcome::Passed})).has_value());
        const std::string newer = *readFile(folder.file()) + "{\"version\":2,\"new\":true}\n";
        QVERIFY(atomicWrite(folder.file(), newer).has_value());
        QVERIFY(!folder.history.append(runAt(1, {Outcome::Passed})).has_value());
        QVERIFY(folder.history.load("nightly").error().kind == Error::Kind::Storage);
        QCOMPARE(*readFile(folder.file()), newer);
    }

    void severalProcessesLoseNoRun()
    {
        const Folder folder;
        QVERIFY(folder.history.append(runAt(0, {Outcome::Passed})).has_value());
        std::vector<std::thread> writers;
        std::atomic<int> refused = 0;
        for (int writer = 0; writer < 4; ++writer)
            writers.emplace_back([&folder, &refused] {
                const History history(folder.path); // a descriptor of its own, as another process has
                for (int i = 0; i < 10; ++i)
                    refused += history.append(runAt(i, {Outcome::Passed})).has_value() ? 0 : 1;
            });
        for (std::thread& writer : writers)
            writer.join();
        QCOMPARE(refused.load(), 0);
        QCOMPARE(folder.history.load("nightly")->runs.size(), 41U);
    }

    void aFolderThatCannotBeWrittenIsAnError()
    {
        const Folder folder;
        QVERIFY(atomicWrite(folder.path + "/smoke", "a file").has_value());
        QVERIFY(!folder.history.append(runAt(0, {Outcome::Passed})).has_value());
        QVERIFY(QFile::exists(folder.directory.path() + QStringLiteral("/smoke")));
    }

    void overTimeEachCaseIsCountedOncePerRun()
    {
        std::vector<Run> runs = {runAt(0, {Outcome::Passed, Outcome::Failed}),
                                 runAt(1, {Outcome::Failed, Outcome::Failed}), runAt(2, {Outcome::Passed})};
        // A second round of the same case: the worse one tells.
        runs[2].results.push_back(runs[2].results[0]);
        runs[2].results[1].outcome = Outcome::Unknown;
        const auto all = caseHistories(runs);
        QCOMPARE(all.size(), 2U);
        QCOMPARE(all[0].name, std::string("case 0"));
        QVERIFY((all[0].outcomes == std::vector{Outcome::Passed, Outcome::Failed, Outcome::Unknown}));
        QCOMPARE(all[0].changes, 1);
        QCOMPARE(all[0].tally.passed, 1);
        QVERIFY((all[1].outcomes == std::vector{Outcome::Failed, Outcome::Failed}));
        QCOMPARE(all[1].changes, 0);
    }
};

GATEHOUSE_TEST_MAIN(TestSmokeHistory)
#include "tst_smokehistory.moc"
