// SPDX-License-Identifier: GPL-3.0-or-later
// The command line as a script sees it: real processes, the embedded stack behind them.
#include "tests/support/testmain.h"

#include <QtCore/QDateTime>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>

#include <array>

namespace {

struct Run
{
    int status = -1;
    QByteArray out;
    QByteArray err;
};

QString program(const char* name)
{
    return QStringLiteral(TEST_BIN_DIR "/") + QLatin1String(name);
}

} // namespace

class CliTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_data.isValid());
        m_stack.setProgram(program("gatehouse-local"));
        m_stack.setArguments({QStringLiteral("--data"), m_data.path(), QStringLiteral("--sample-days"),
                              QStringLiteral("2"), QStringLiteral("--approve"), QStringLiteral("admin")});
        m_stack.setStandardErrorFile(QProcess::nullDevice());
        m_stack.start();
        QVERIFY(m_stack.waitForStarted());
        while (!m_stack.canReadLine())
            QVERIFY2(m_stack.waitForReadyRead(60'000), "the stack is not ready");
        QVERIFY(QJsonDocument::fromJson(m_stack.readLine()).isObject());
    }

    void cleanupTestCase()
    {
        m_stack.terminate();
        QVERIFY(m_stack.waitForFinished(10'000));
        QCOMPARE(m_stack.exitCode(), 0);
    }

    void exitStatuses_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status");
        const auto row = [](const char* name, int status, const QStringList& arguments) {
            QTest::newRow(name) << arguments << status;
        };
        row("whoami", 0, {QStringLiteral("whoami")});
        row("login on this computer", 0, {QStringLiteral("login")});
        row("query", 0, {QStringLiteral("query"), QStringLiteral("print 1")});
        row("no command", 2, {});
        row("unknown command", 2, {QStringLiteral("frobnicate")});
        row("cost", 0, {QStringLiteral("cost"), QStringLiteral("--by"), QStringLiteral("team")});
        row("cost by what is no dimension", 2,
            {QStringLiteral("cost"), QStringLiteral("--by"), QStringLiteral("moon")});
        row("price list", 0, {QStringLiteral("price"), QStringLiteral("list")});
        row("price list that is missing", 2,
            {QStringLiteral("price"), QStringLiteral("import"), QStringLiteral("/nonexistent.csv")});
        row("report of no known kind", 2,
            {QStringLiteral("report"), QStringLiteral("--out"), QStringLiteral("/tmp/report.doc")});
        row("unknown option", 2,
            {QStringLiteral("query"), QStringLiteral("print 1"), QStringLiteral("--nope")});
        row("bad format", 2, {QStringLiteral("--format"), QStringLiteral("xml"), QStringLiteral("whoami")});
        row("bad timespan", 2,
            {QStringLiteral("--timespan"), QStringLiteral("yesterday"), QStringLiteral("usage")});
        row("unknown profile", 2,
            {QStringLiteral("--profile"), QStringLiteral("no such"), QStringLiteral("whoami")});
        row("missing query file", 2, {QStringLiteral("query"), QStringLiteral("@/nonexistent.kql")});
        row("broken query", 2, {QStringLiteral("query"), QStringLiteral("print (")});
        row("missing suite", 2, {QStringLiteral("smoke"), QStringLiteral("/nonexistent.yaml")});
        row("unknown table", 2, {QStringLiteral("query"), QStringLiteral("NoSuchTable | take 1")});
        row("cut answer", 1,
            {QStringLiteral("--format"), QStringLiteral("csv"), QStringLiteral("query"),
             QStringLiteral("range x from 1 to 500001 step 1")});
        row("help", 0, {QStringLiteral("--help")});
        row("version", 0, {QStringLiteral("--version")});
    }
    void exitStatuses()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, status);
        const Run run = cli(arguments);
        QVERIFY2(run.status == status, run.err.constData());
        if (status > 1)
            QVERIFY2(run.err.count('\n') == 1, run.err.constData());
    }

    void aWrongCommandLineIsOneJsonObject()
    {
        const Run run = cli({QStringLiteral("--format"), QStringLiteral("json"), QStringLiteral("--nope")});
        QCOMPARE(run.status, 2);
        const QJsonObject error =
            QJsonDocument::fromJson(run.err).object()[QStringLiteral("error")].toObject();
        QCOMPARE(error[QStringLiteral("kind")].toString(), QStringLiteral("invalid_input"));
    }

    void testRulesComeAndGoThroughTheJournal()
    {
        const QString suite = m_data.filePath(QStringLiteral("suite.yaml"));
        QFile file(suite);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("pool: aoai-pool\nquestion: x\nexpect: [answers]\n");
        file.close();
        const auto rules = [this] {
            const Run list = cli({QStringLiteral("--format"), QStringLiteral("json"), QStringLiteral("route"),
                                  QStringLiteral("list")});
            return list.out.count("\"test aoai-");
        };
        QCOMPARE(rules(), 0);
        const Run prepared = cli({QStringLiteral("smoke"), suite, QStringLiteral("--prepare"),
                                  QStringLiteral("--ticket"), QStringLiteral("CHG-5")});
        QVERIFY2(prepared.status == 0 && prepared.out.contains("of the journal"), prepared.err.constData());
        QVERIFY(rules() >= 3); // one for each member
        const Run again = cli({QStringLiteral("smoke"), suite, QStringLiteral("--prepare")});
        QVERIFY2(again.status == 0 && again.out.contains("as wanted already"), again.out.constData());
        const Run removed = cli({QStringLiteral("smoke"), suite, QStringLiteral("--unprepare")});
        QVERIFY2(removed.status == 0, removed.err.constData());
        QCOMPARE(rules(), 0);
        QVERIFY(cli({QStringLiteral("journal"), QStringLiteral("list")}).out.contains("CHG-5"));
    }

    void queryAsJson()
    {
        const Run run =
            cli({QStringLiteral("--format"), QStringLiteral("json"), QStringLiteral("query"),
                 QStringLiteral("print big = 9007199254740993, text = 'a', nothing = int(null)")});
        QVERIFY2(run.status == 0, run.err.constData());
        QVERIFY(run.out.contains("9007199254740993"));
        const QJsonObject row = QJsonDocument::fromJson(run.out).array().at(0).toObject();
        QCOMPARE(row.value(QLatin1String("text")).toString(), QStringLiteral("a"));
        QVERIFY(row.value(QLatin1String("nothing")).isNull());
    }

    void queryFromStandardInput()
    {
        const Run run = cli(
            {QStringLiteral("--format"), QStringLiteral("csv"), QStringLiteral("query"), QStringLiteral("-")},
            "print x = '=1+1'");
        QVERIFY2(run.status == 0, run.err.constData());
        QCOMPARE(run.out, QByteArray("x\r\n'=1+1\r\n"));
    }

    void errorSaysItsPositionInOneLine()
    {
        const Run run =
            cli({QStringLiteral("query"), QStringLiteral("ApiManagementGatewayLogs\n| where Nonsense == 1")});
        QCOMPARE(run.status, 2);
        QVERIFY2(run.err.contains("SEM0100, line 2 column 9"), run.err.constData());
        QCOMPARE(run.err.count('\n'), 1); // the line that underlines is for a terminal
    }

    void errorAsOneJsonObject()
    {
        const Run run = cli({QStringLiteral("--format"), QStringLiteral("json"), QStringLiteral("query"),
                             QStringLiteral("NoSuchTable | take 1")});
        QCOMPARE(run.status, 2);
        const QJsonObject error =
            QJsonDocument::fromJson(run.err).object().value(QLatin1String("error")).toObject();
        QVERIFY2(error.value(QLatin1String("code")).toString().startsWith(QLatin1String("SEM")),
                 run.err.constData());
        QVERIFY(run.out.isEmpty());
    }

    /// usage counts what a query of the raw rows counts.
    void usageAgreesWithTheRows()
    {
        const QString span = QStringLiteral("P1D");
        const Run usage =
            cli({QStringLiteral("--format"), QStringLiteral("json"), QStringLiteral("--timespan"), span,
                 QStringLiteral("usage"), QStringLiteral("--by"), QStringLiteral("service")});
        QVERIFY2(usage.status == 0, usage.err.constData());
        QVERIFY2(QJsonDocument::fromJson(usage.out).isObject() ||
                     QJsonDocument::fromJson(usage.out).isArray(),
                 usage.out.constData());
        const Run models =
            cli({QStringLiteral("--format"), QStringLiteral("csv"), QStringLiteral("--timespan"), span,
                 QStringLiteral("usage"), QStringLiteral("--by"), QStringLiteral("model")});
        QVERIFY2(models.status == 0, models.err.constData());
        QVERIFY(models.out.contains("gpt-4o"));
        const Run unknown = cli({QStringLiteral("usage"), QStringLiteral("--by"), QStringLiteral("moon")});
        QCOMPARE(unknown.status, 2);
    }

    /// The ledger counts every token that usage counts, and its rows make its whole.
    void costCountsWhatUsageCounts()
    {
        const QDateTime today(QDateTime::currentDateTimeUtc().date(), QTime(0, 0), Qt::UTC);
        const QString span =
            today.addDays(-1).toString(Qt::ISODate) + QLatin1Char('/') + today.toString(Qt::ISODate);
        const auto totals = [&](const char* command) {
            const Run run = cli({QStringLiteral("--format"), QStringLiteral("json"),
                                 QStringLiteral("--timespan"), span, QLatin1String(command)});
            if (run.status != 0)
                qInfo("%s", run.err.constData());
            return QJsonDocument::fromJson(run.out).object();
        };
        const QJsonObject usage = totals("usage")[QStringLiteral("totals")].toObject();
        const QJsonObject cost = totals("cost");
        const QJsonObject whole = cost[QStringLiteral("totals")].toObject();
        QVERIFY(usage[QStringLiteral("requests")].toInt() > 0);
        for (const char* figure : {"requests", "failed", "totalTokens"})
            QCOMPARE(whole[QLatin1String(figure)].toInt(), usage[QLatin1String(figure)].toInt());
        qint64 cents = 0;
        for (const auto& row : cost[QStringLiteral("rows")].toArray())
            cents += qRound64(row.toObject()[QStringLiteral("cost")].toString().toDouble() * 100);
        QCOMPARE(cents, qRound64(whole[QStringLiteral("cost")].toString().toDouble() * 100));
    }

    void aReportIsTheSameBytesForTheSameMoment_data()
    {
        QTest::addColumn<QString>("ending");
        for (const char* ending : {"pdf", "xlsx", "csv"})
            QTest::newRow(ending) << QString::fromLatin1(ending);
    }
    void aReportIsTheSameBytesForTheSameMoment()
    {
        QFETCH(QString, ending);
        const QString asOf = QDateTime::currentDateTimeUtc().date().toString(Qt::ISODate);
        const auto bytes = [&](const QString& name) {
            const QString path = m_data.path() + QLatin1Char('/') + name + QLatin1Char('.') + ending;
            const Run run = cli(
                {QStringLiteral("report"), QStringLiteral("--out"), path, QStringLiteral("--as-of"), asOf});
            if (run.status != 0)
                qInfo("%s", run.err.constData());
            QFile file(path);
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        const QByteArray first = bytes(QStringLiteral("one"));
        QVERIFY(first.size() > 1'000);
        QVERIFY(bytes(QStringLiteral("two")) == first);
    }

    void aPriceListIsShownFirstAndTakenWithApply()
    {
        QFile file(m_data.path() + QStringLiteral("/prices.csv"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("model,direction,price,unit,currency,validFrom\nmoon-1,input,3,1M,USD,2026-01-01\n");
        file.close();
        const QStringList import{QStringLiteral("price"), QStringLiteral("import"), file.fileName()};
        const auto listed = [this] {
            return cli({QStringLiteral("price"), QStringLiteral("list")}).out.contains("moon-1");
        };
        const Run shown = cli(import);
        QVERIFY2(shown.status == 0 && shown.out.contains("moon-1"), shown.err.constData());
        QVERIFY(!listed());
        const Run applied = cli(import + QStringList{QStringLiteral("--apply")});
        QVERIFY2(applied.status == 0, applied.err.constData());
        QVERIFY(listed());
    }

    void quotasAreSetListedAndRemoved()
    {
        const auto json = [this](const QStringList& arguments) {
            return cli(
                QStringList{QStringLiteral("--format"), QStringLiteral("json"), QStringLiteral("quota")} +
                arguments);
        };
        const Run set =
            json({QStringLiteral("set"), QStringLiteral("checkout-assistant"), QStringLiteral("--calls"),
                  QStringLiteral("60"), QStringLiteral("--token-quota"), QStringLiteral("2000000"),
                  QStringLiteral("--period"), QStringLiteral("Monthly"), QStringLiteral("--owner"),
                  QStringLiteral("Ann")});
        QVERIFY2(set.status == 0, set.err.constData());
        const QJsonObject row = rowOf(set.out);
        QCOMPARE(row[QStringLiteral("service")].toString(), QStringLiteral("checkout-assistant"));
        QCOMPARE(row[QStringLiteral("calls")].toInt(), 60);
        QCOMPARE(row[QStringLiteral("tokenQuotaPeriod")].toString(), QStringLiteral("Monthly"));
        // What is not named stays, 0 takes a limit away.
        const QJsonObject less = rowOf(json({QStringLiteral("set"), QStringLiteral("checkout-assistant"),
                                             QStringLiteral("--calls"), QStringLiteral("0")})
                                           .out);
        QVERIFY(less[QStringLiteral("calls")].isNull());
        QCOMPARE(less[QStringLiteral("owner")].toString(), QStringLiteral("Ann"));
        const Run wrong = json({QStringLiteral("set"), QStringLiteral("checkout-assistant"),
                                QStringLiteral("--token-quota"), QStringLiteral("5"),
                                QStringLiteral("--period"), QStringLiteral("Fortnightly")});
        QCOMPARE(wrong.status, 2);
        const Run removed = json({QStringLiteral("remove"), QStringLiteral("checkout-assistant")});
        QVERIFY2(removed.status == 0, removed.err.constData());
        QVERIFY(rowOf(removed.out).isEmpty());
    }

    void everyChangeIsInTheJournalWhichIsVerified()
    {
        const QStringList json{QStringLiteral("--format"), QStringLiteral("json"), QStringLiteral("journal")};
        QVERIFY(cli({QStringLiteral("quota"), QStringLiteral("set"), QStringLiteral("search"),
                     QStringLiteral("--calls"), QStringLiteral("7"), QStringLiteral("--ticket"),
                     QStringLiteral("CHG-77")})
                    .status == 0);
        const Run listed = cli(json + QStringList{QStringLiteral("list")});
        QVERIFY2(listed.status == 0, listed.err.constData());
        const QJsonObject newest = QJsonDocument::fromJson(listed.out)
                                       .object()[QStringLiteral("entries")]
                                       .toArray()
                                       .at(0)
                                       .toObject();
        QCOMPARE(newest[QStringLiteral("title")].toString(), QStringLiteral("Limits of search"));
        QCOMPARE(newest[QStringLiteral("ticket")].toString(), QStringLiteral("CHG-77"));
        QCOMPARE(newest[QStringLiteral("result")].toString(), QStringLiteral("applied"));
        QVERIFY(!newest[QStringLiteral("oid")].toString().isEmpty());
        const Run holds = cli(json + QStringList{QStringLiteral("verify")});
        QVERIFY2(holds.status == 0, holds.err.constData());
        QVERIFY(holds.out.contains("\"holds\":true") || holds.out.contains("\"holds\": true"));
        // Somebody edits it.
        QFile file(m_data.path() + QStringLiteral("/journal.jsonl"));
        QVERIFY(file.open(QIODevice::ReadWrite));
        const QByteArray whole = file.readAll();
        QByteArray edited = whole;
        edited.replace("CHG-77", "CHG-78");
        file.seek(0);
        file.write(edited);
        file.flush();
        const Run broken = cli({QStringLiteral("journal"), QStringLiteral("verify")});
        QCOMPARE(broken.status, 1);
        QVERIFY(broken.out.contains("does not hold"));
        QVERIFY(cli({QStringLiteral("quota"), QStringLiteral("remove"), QStringLiteral("search")}).status !=
                0);
        file.seek(0);
        file.write(whole);
        file.flush();
        QVERIFY(cli({QStringLiteral("quota"), QStringLiteral("remove"), QStringLiteral("search")}).status ==
                0);
    }

    void aDirectoryIsImportedWholeOrNotAtAll()
    {
        const auto import = [this](const QByteArray& csv, const QStringList& more = {}) {
            QFile file(m_data.path() + QStringLiteral("/services.csv"));
            if (!file.open(QIODevice::WriteOnly) || file.write(csv) != csv.size())
                qFatal("the CSV was not written");
            file.close();
            return cli(QStringList{QStringLiteral("directory"), QStringLiteral("import"), file.fileName()} +
                       more);
        };
        const auto list = [this] {
            return cli({QStringLiteral("--format"), QStringLiteral("csv"), QStringLiteral("directory"),
                        QStringLiteral("list")})
                .out;
        };
        const QByteArray before = list();
        QVERIFY2(before.contains("checkout-assistant"), before.constData());
        const Run wrong = import("subscription,owner\nnew-service,Ann\n,Nobody\n");
        QCOMPARE(wrong.status, 2);
        QVERIFY2(wrong.err.contains("line 3"), wrong.err.constData());
        QCOMPARE(list(), before);
        const Run one = import("subscription,owner,costCentre\nnew-service,Ann,CC-9\n",
                               {QStringLiteral("--ticket"), QStringLiteral("CHG-9")});
        QVERIFY2(one.status == 0, one.err.constData());
        QVERIFY(list().contains("new-service,,,,Ann,CC-9,"));
        QVERIFY(list().contains("checkout-assistant"));
        const Run again = import("subscription,owner,costCentre\nnew-service,Ann,CC-9\n");
        QVERIFY2(again.out.contains("as wanted already"), again.out.constData());
        QVERIFY2(import("subscription,owner\nnew-service,Bo\n").status == 0, "owners alone");
        QVERIFY(list().contains("new-service,,,,Bo,CC-9,"));
        // What was listed can be imported, and takes the new one away again.
        const Run back = import(before, {QStringLiteral("--replace")});
        QVERIFY2(back.status == 0, back.err.constData());
        QCOMPARE(list(), before);
        QVERIFY(cli({QStringLiteral("journal"), QStringLiteral("list")}).out.contains("Service directory"));
    }

    /// Several drafts for the same weight at once: whoever comes too late is told so and writes nothing.
    void draftsAtOnceAreConflictsOfStatusFive()
    {
        constexpr int Drafts = 6;
        constexpr int MostRounds = 20; // that all of them happen to come one after another is rare
        int conflicts = 0;
        for (int round = 0; round < MostRounds && conflicts == 0; ++round) {
            std::array<QProcess, Drafts> running;
            for (int i = 0; i < Drafts; ++i) {
                const QString file = m_data.path() + QStringLiteral("/draft%1.json").arg(i);
                QFile draft(file);
                QVERIFY(draft.open(QIODevice::WriteOnly));
                draft.write(R"({"pools":{"aoai-pool":[{"backend":"aoai-eastus","priority":1,"weight":)" +
                            QByteArray::number(10 * round + i + 2) + "}]}}");
                draft.close();
                running[i].start(program("gatehouse-cli"),
                                 {QStringLiteral("--local"), QStringLiteral("--data"), m_data.path(),
                                  QStringLiteral("route"), QStringLiteral("apply"), file});
            }
            for (QProcess& one : running) {
                QVERIFY(one.waitForFinished(120'000));
                const QByteArray said = one.readAllStandardError();
                QVERIFY2(one.exitCode() == 0 || one.exitCode() == 5, said.constData());
                if (one.exitCode() == 0)
                    continue;
                ++conflicts;
                QVERIFY2(said.contains("Somebody else") && said.contains("weight of aoai-eastus"),
                         said.constData());
            }
            QVERIFY(conflicts < Drafts); // one at least was there first
        }
        QVERIFY(conflicts > 0);
    }

    void healthNamesEveryBackend()
    {
        const Run run = cli({QStringLiteral("--format"), QStringLiteral("json"), QStringLiteral("health")});
        QVERIFY2(run.status == 0, run.err.constData());
        for (const char* backend : {"aoai-eastus", "aoai-westus", "aoai-westeurope"})
            QVERIFY2(run.out.contains(backend), run.out.constData());
        QVERIFY(run.out.contains("\"closed\""));
    }

private:
    /// The first row of a list of quotas.
    static QJsonObject rowOf(const QByteArray& json)
    {
        return QJsonDocument::fromJson(json).object()[QStringLiteral("services")].toArray().at(0).toObject();
    }

    Run cli(const QStringList& arguments, const QByteArray& input = {})
    {
        QProcess process;
        process.setProgram(program("gatehouse-cli"));
        process.setArguments(QStringList{QStringLiteral("--local"), QStringLiteral("--data"), m_data.path()} +
                             arguments);
        if (arguments.contains(QLatin1String("--profile")))
            process.setArguments(QStringList{QStringLiteral("--data"), m_data.path()} + arguments);
        process.start();
        process.write(input);
        process.closeWriteChannel();
        Run run;
        if (!process.waitForFinished(120'000)) {
            process.kill();
            process.waitForFinished();
            run.err = "did not finish";
            return run;
        }
        run.status = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2;
        run.out = process.readAllStandardOutput();
        run.err = process.readAllStandardError();
        return run;
    }

    QTemporaryDir m_data;
    QProcess m_stack;
};

GATEHOUSE_TEST_MAIN(CliTest)
#include "tst_cli.moc"
