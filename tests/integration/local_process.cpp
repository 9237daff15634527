// SPDX-License-Identifier: GPL-3.0-or-later
// gatehouse-local as scripts see it: its ready line, its exit statuses, one owner a directory, damaged files.
#include "tests/support/testmain.h"
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "tests/support/stackprocess.h"
#endif

#include <QtCore/QDir>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>

using namespace gatehouse;
using gatehouse::test::queryRows;
using gatehouse::test::StackProcess;

namespace {

const QString Binary = QStringLiteral(TEST_BIN_DIR "/gatehouse-local");

/// One run to its end, for what does not become ready.
struct Run
{
    explicit Run(const QStringList& arguments)
    {
        QProcess process;
        process.start(Binary, arguments);
        process.waitForFinished(60'000);
        status = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
        output = process.readAllStandardOutput();
        complaint = process.readAllStandardError();
    }
    int status = -1;
    QByteArray output;
    QByteArray complaint;
};

} // namespace

class TestLocalProcess : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_directory = std::make_unique<QTemporaryDir>(); }
    void readyLine();
    void doorsOnTheWire();
    void usageErrors_data();
    void usageErrors();
    void portInUse();
    void directoryThatCannotBe();
    void secondProcessAttaches();
    void attachedProcessEndsWithTheOwner();
    void damagedStoresAreSetAside();
    void resourcesSurviveAKill();
    void historyThatWasCutIsMadeAnew();
    void tlsCertificateIsWritten();

private:
    [[nodiscard]] std::string data() const { return m_directory->path().toStdString(); }
    [[nodiscard]] QStringList with(const QStringList& more) const
    {
        return QStringList{QStringLiteral("--data"), m_directory->path(), QStringLiteral("--sample-days"),
                           QStringLiteral("0")} +
               more;
    }
    [[nodiscard]] std::unique_ptr<StackProcess> start(const std::vector<std::string>& more = {}) const
    {
        return std::make_unique<StackProcess>(Binary.toStdString(), data(), more);
    }

    std::unique_ptr<QTemporaryDir> m_directory;
};

void TestLocalProcess::readyLine()
{
    const auto stack = start();
    QVERIFY(stack->ready());
    for (const char* name :
         {"tenantId", "clientId", "subscriptionId", "resourceGroup", "apimService", "workspaceId"})
        QVERIFY2(!textAt(stack->info, name).empty(), name);
    QCOMPARE(textAt(stack->info, "gateway"), stack->origin + "/openai");
    QCOMPARE(textAt(stack->info, "rag"), stack->origin + "/rag");
    QCOMPARE(integerAt(stack->info, "pid"), stack->process().pid());
    for (const char* name : {"arm", "logs", "gateway", "rag"}) {
        const std::string audience = textAt(memberAt(stack->info, "audiences"), name);
        QVERIFY2(audience.find("://") != std::string::npos && audience.back() != '/', name);
    }
    QVERIFY(isGuid(textAt(stack->info, "workspaceId")));
    const int status = stack->process().end(SIGTERM);
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 0);
}

void TestLocalProcess::doorsOnTheWire()
{
    const auto stack = start();
    QVERIFY(stack->ready());
    httplib::Client client(stack->origin);
    const std::string workspace = "/v1/workspaces/" + textAt(stack->info, "workspaceId") + "/query";
    const std::string chat = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21";
    for (const std::string& path : {workspace, chat}) {
        const auto answer = client.Post(path, "{}", "application/json");
        QCOMPARE(answer->status, 401);
        QVERIFY(answer->get_header_value("WWW-Authenticate").find("Bearer") == 0);
    }
    for (const char* path : {"/subscriptions?api-version=2022-12-01", "/metrics", "/status", "/faults"})
        QCOMPARE(client.Get(path)->status, 401);
    QCOMPARE(client.Get("/devicelogin", {{"Host", "rebind.example"}})->status, 421);
    const httplib::Headers bearer = {{"Authorization", "Bearer " + stack->token("gateway")}};
    QCOMPARE(client.Post(chat, bearer, std::string(std::size_t{32} << 20U, 'x'), "application/json")->status,
             413);
    const auto empty = client.Post(chat, bearer, R"({"messages":[]})", "application/json");
    QCOMPARE(empty->status, 400);
    for (const char* name : {"x-gh-backend", "x-gh-attempts", "x-gh-route", "x-ms-request-id"})
        QVERIFY2(empty->has_header(name), name);
}

void TestLocalProcess::usageErrors_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("unknown flag") << QStringList{QStringLiteral("--nonsense")};
    QTest::newRow("port") << QStringList{QStringLiteral("--port"), QStringLiteral("70000")};
    QTest::newRow("persona") << QStringList{QStringLiteral("--approve"), QStringLiteral("root")};
    QTest::newRow("days") << QStringList{QStringLiteral("--sample-days"), QStringLiteral("-1")};
    QTest::newRow("time") << QStringList{QStringLiteral("--time"), QStringLiteral("yesterday")};
    QTest::newRow("upstream file") << QStringList{QStringLiteral("--upstream"),
                                                  QStringLiteral("/no/such/file")};
}

void TestLocalProcess::usageErrors()
{
    QFETCH(QStringList, arguments);
    const Run run(QStringList{QStringLiteral("--data"), m_directory->path()} + arguments);
    QCOMPARE(run.status, 2);
    QVERIFY(run.output.isEmpty());
    QVERIFY(!run.complaint.isEmpty());
    QCOMPARE(Run({QStringLiteral("--help")}).status, 0);
    QVERIFY(Run({QStringLiteral("--version")}).output.startsWith("gatehouse-local "));
}

void TestLocalProcess::portInUse()
{
    const auto stack = start();
    QVERIFY(stack->ready());
    const QTemporaryDir other;
    const std::string port = stack->origin.substr(stack->origin.rfind(':') + 1);
    const Run run(
        {QStringLiteral("--data"), other.path(), QStringLiteral("--port"), QString::fromStdString(port)});
    QCOMPARE(run.status, 2);
    QVERIFY(run.complaint.contains("Port " + QByteArray::fromStdString(port) + " is in use"));
    QCOMPARE(run.complaint.count('\n'), 1);
}

void TestLocalProcess::directoryThatCannotBe()
{
    QFile file(m_directory->filePath(QStringLiteral("file")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const Run run({QStringLiteral("--data"), file.fileName() + QStringLiteral("/below")});
    QCOMPARE(run.status, 4);
    QVERIFY(run.complaint.contains("--data"));
}

void TestLocalProcess::secondProcessAttaches()
{
    const auto first = start();
    const auto second = start();
    QVERIFY(first->ready() && second->ready());
    QCOMPARE(dumpJson(second->info), dumpJson(first->info));
    QCOMPARE(second->process().end(SIGTERM), 0);
    QVERIFY(!first->token("arm").empty()); // the owner serves on
    const Run otherPort(with({QStringLiteral("--port"), QStringLiteral("1")}));
    QCOMPARE(otherPort.status, 2);
    QVERIFY(otherPort.complaint.contains("Another process"));
}

void TestLocalProcess::attachedProcessEndsWithTheOwner()
{
    const auto first = start();
    QProcess second;
    second.start(Binary, with({}));
    QVERIFY(second.waitForReadyRead(60'000));
    first->process().end(SIGKILL);
    QVERIFY(second.waitForFinished(60'000));
    QCOMPARE(second.exitCode(), 4);
    QVERIFY(second.readAllStandardError().contains("has ended"));
    QVERIFY(start()->ready()); // the directory is free for the next owner
}

void TestLocalProcess::damagedStoresAreSetAside()
{
    QVERIFY(start()->ready());
    for (const char* name : {"resources.sqlite", "logs.sqlite"}) {
        for (const QString& entry :

             QDir(m_directory->path()).entryList({QString::fromLatin1(name) + QStringLiteral("-*")}))
            QVERIFY(QFile::remove(m_directory->filePath(entry)));
        QFile file(m_directory->filePath(QString::fromLatin1(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(10'000, 'x'));
    }
    QFile key(m_directory->filePath(QStringLiteral("identity/signing-key.pem")));
    QVERIFY(key.open(QIODevice::WriteOnly));
    key.write("x");
    key.close();
    QProcess process;
    process.start(Binary, with({}));
    QVERIFY(process.waitForReadyRead(60'000));
    QVERIFY(process.readAllStandardOutput().contains("\"origin\""));
    process.terminate();
    QVERIFY(process.waitForFinished(60'000));
    const QByteArray notices = process.readAllStandardError();
    QCOMPARE(notices.count("set aside"), 3);
    for (const char* name : {"resources.sqlite.bad-1", "logs.sqlite.bad-1", "identity/signing-key.pem.bad-1"})
        QVERIFY2(QFile::exists(m_directory->filePath(QString::fromLatin1(name))), name);
}

void TestLocalProcess::resourcesSurviveAKill()
{
    const auto path = [](const Json& info) {
        return "/subscriptions/" + textAt(info, "subscriptionId") + "/resourceGroups/" +
               textAt(info, "resourceGroup") + "/providers/Microsoft.ApiManagement/service/" +
               textAt(info, "apimService") + "/backends/aoai-eastus?api-version=2024-05-01";
    };
    std::string etag;
    {
        const auto stack = start();
        const httplib::Headers headers = {{"Authorization", "Bearer " + stack->token("arm")},
                                          {"If-Match", "*"}};
        httplib::Client client(stack->origin);
        const auto answer = client.Patch(path(stack->info), headers, R"({"properties":{"title":"kept"}})",
                                         "application/json");
        QCOMPARE(answer->status, 200);
        etag = answer->get_header_value("ETag");
        stack->process().end(SIGKILL);
    }
    const auto stack = start();
    httplib::Client client(stack->origin);
    const auto answer = client.Get(path(stack->info), {{"Authorization", "Bearer " + stack->token("arm")}});
    QCOMPARE(answer->get_header_value("ETag"), etag);
    QVERIFY(answer->body.find("\"kept\"") != std::string::npos);
}

void TestLocalProcess::historyThatWasCutIsMadeAnew()
{
    const auto rows = [](const StackProcess& stack) {
        const Json answer = queryRows(stack.origin, textAt(stack.info, "workspaceId"), stack.token("logs"),
                                      "ApiManagementGatewayLogs | count");
        return answer.is_array() && !answer.empty() ? answer[0][0].get<std::int64_t>() : -1;
    };
    std::int64_t whole = 0;
    {
        const auto stack = start({"--sample-days", "1", "--time", "2026-06-01T00:00:00Z"});
        QVERIFY(stack->ready());
        whole = rows(*stack);
        QVERIFY(whole > 0);
    }
    // What a kill in the middle of it leaves.
    QVERIFY(QFile(m_directory->filePath(QStringLiteral("history.part"))).open(QIODevice::WriteOnly));
    const auto stack = start({"--sample-days", "1", "--time", "2026-06-01T00:00:00Z"});
    QVERIFY(stack->ready());
    QCOMPARE(rows(*stack), whole); // and not twice as many
    QVERIFY(!QFile::exists(m_directory->filePath(QStringLiteral("history.part"))));
}

void TestLocalProcess::tlsCertificateIsWritten()
{
    const auto stack = start({"--tls"});
    QVERIFY(stack->ready());
    QCOMPARE(stack->origin.substr(0, 8), std::string("https://"));
    httplib::SSLClient client("localhost", std::stoi(stack->origin.substr(stack->origin.rfind(':') + 1)));
    client.set_ca_cert_path(data() + "/tls/cert.pem");
    client.enable_server_certificate_verification(true);
    const auto answer = client.Get("/common/v2.0/.well-known/openid-configuration");
    QVERIFY(answer);
    QCOMPARE(answer->status, 200);
}

GATEHOUSE_TEST_MAIN(TestLocalProcess)
#include "local_process.moc"
