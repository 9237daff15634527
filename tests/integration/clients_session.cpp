// SPDX-License-Identifier: GPL-3.0-or-later
// The whole client side against the embedded stack in this process: sign-in, queries, discovery, the
// connection test, faults, sign-out, and what all that leaves on the disk.
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "app/session/session.h"
#include "core/base/encoding.h"
#include "tests/support/futures.h"
#endif
#include "tests/support/testmain.h"

#include <QtCore/QDirIterator>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>

using namespace gatehouse;
using namespace gatehouse::test;

namespace {

settings::Profile thisComputer()
{
    settings::Profile profile;
    profile.name = std::string(settings::LocalProfileName);
    profile.cloudId = "local";
    return profile;
}

} // namespace

class ClientsSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void signsInByItself();
    void queries();
    void syntaxErrorsHaveTheirPosition();
    void discoversWithoutAGuid();
    void connectionTestHolds();
    void faultsAreSetAndHealed();
    void reportsUsageAndHealth();
    void signsOut();
    void anAzureProfileIsSignedOut();
    void leavesNoSecret();

private:
    QTemporaryDir m_directory;
    SystemClock m_clock;
    std::string m_logged;
    std::unique_ptr<Log> m_log;
    std::unique_ptr<app::Session> m_session;
};

void ClientsSession::initTestCase()
{
    m_log = std::make_unique<Log>(m_clock,
                                  [this](Log::Level, const std::string& line) { m_logged += line + "\n"; });
    m_session = std::make_unique<app::Session>(
        app::Environment{m_directory.path().toStdString(), false, 1, &m_clock, m_log.get()}, thisComputer());
    m_session->start();
    QTRY_VERIFY_WITH_TIMEOUT(m_session->state() != app::Session::State::Starting, 120'000);
    QVERIFY2(m_session->state() == app::Session::State::Ready,
             m_session->error() ? m_session->error()->details().c_str() : "no error");
}

void ClientsSession::signsInByItself()
{
    QVERIFY(m_session->account().has_value());
    QVERIFY(isGuid(m_session->profile().workspaceId));
    QVERIFY(m_session->keychainNote().isEmpty());
    QVERIFY(m_session->services().faults != nullptr);
}

void ClientsSession::queries()
{
    const auto answer = await(m_session->services().workspace->ask(
        {"ApiManagementGatewayLogs | summarize Rows = count()", std::nullopt, true}, {}));
    QVERIFY2(answer.has_value(), answer ? "" : answer.error().details().c_str());
    QVERIFY((*answer)->primary().find("Rows")->integerAt(0) > 0);
}

void ClientsSession::syntaxErrorsHaveTheirPosition()
{
    const auto refused =
        await(m_session->services().workspace->ask({"print 1\n| whre x ==", std::nullopt, true}, {}));
    QVERIFY(refused.error().kind == Error::Kind::InvalidInput);
    QVERIFY(refused.error().position.has_value());
    QCOMPARE(refused.error().position->line, 2);
}

void ClientsSession::discoversWithoutAGuid()
{
    const auto tenants = await(m_session->discovery().tenants({}));
    QVERIFY2(tenants.has_value() && !tenants->empty(), tenants ? "none" : tenants.error().details().c_str());
    const auto subscriptions = await(m_session->discovery().subscriptions(tenants->front().id, {}));
    QVERIFY2(subscriptions.has_value() && !subscriptions->empty(),
             subscriptions ? "none" : subscriptions.error().details().c_str());
    const auto resources =
        await(m_session->discovery().resources(tenants->front().id, subscriptions->front().id, {}));
    QVERIFY2(resources.has_value(), resources ? "" : resources.error().details().c_str());
    QCOMPARE(resources->workspaces.size(), 1U);
    QCOMPARE(resources->workspaces[0].workspaceGuid, m_session->profile().workspaceId);
    QCOMPARE(resources->apimServices.size(), 1U);
    QCOMPARE(toLower(resources->apimServices[0].id), toLower(m_session->profile().apimResourceId));
    QCOMPARE(resources->aiAccounts.size(), 3U);
}

void ClientsSession::connectionTestHolds()
{
    const auto checks = await(m_session->services().connectionTest->run({}));
    QVERIFY2(checks.has_value(), checks ? "" : checks.error().details().c_str());
    for (const jobs::Check& check : *checks)
        QVERIFY2(check.verdict != jobs::Check::Verdict::Fails, (check.name + ": " + check.detail).c_str());
}

void ClientsSession::faultsAreSetAndHealed()
{
    jobs::FaultService& faults = *m_session->services().faults;
    jobs::Fault down;
    down.backend = "aoai-eastus";
    down.down = true;
    down.forSeconds = 30;
    const auto set = await(faults.set({down}, {}));
    QVERIFY2(set.has_value(), set ? "" : set.error().details().c_str());
    const auto current = await(faults.current({}));
    QCOMPARE(current->size(), 1U);
    QVERIFY(await(faults.set({}, {})).has_value());
    QVERIFY(await(faults.current({}))->empty());
}

void ClientsSession::reportsUsageAndHealth()
{
    const DateTime now = m_clock.now();
    const TimeRange day{now - std::chrono::hours(24), now};
    const auto usage = await(m_session->services().usage->report(usage::Dimension::Service, day, {}, {}));
    QVERIFY2(usage.has_value(), usage ? "" : usage.error().details().c_str());
    QVERIFY((*usage)->totals.requests > 0);
    const auto health = await(m_session->services().health->report(day, {}));
    QVERIFY2(health.has_value(), health ? "" : health.error().details().c_str());
    QVERIFY((*health)->endpoints.size() >= 3U);
}

void ClientsSession::signsOut()
{
    m_session->signOut();
    QVERIFY(m_session->state() == app::Session::State::SignedOut);
    QVERIFY(!m_session->account());
    QVERIFY(m_session->services().workspace == nullptr);
    QVERIFY(await(m_session->discovery().tenants({})).error().kind == Error::Kind::SignInRequired);
    // And in again, by hand.
    m_session->signIn().startDeviceCode();
    QTRY_VERIFY_WITH_TIMEOUT(m_session->state() == app::Session::State::Ready, 30'000);
}

void ClientsSession::anAzureProfileIsSignedOut()
{
    const QTemporaryDir directory;
    settings::Profile azure;
    azure.name = "Production";
    azure.tenantId = "organizations";
    azure.clientId = "11111111-2222-3333-4444-555555555555";
    app::Session session({directory.path().toStdString(), false, 0, &m_clock, m_log.get()}, azure);
    session.start();
    QVERIFY(session.state() == app::Session::State::SignedOut);
    azure.clientId = "not a guid";
    app::Session bad({directory.path().toStdString(), false, 0, &m_clock, m_log.get()}, azure);
    bad.start();
    QVERIFY(bad.state() == app::Session::State::Failed);
    QVERIFY(bad.error()->kind == Error::Kind::InvalidInput);
}

/// Tokens of the embedded identity are JWTs: none may be on the disk or in the log, in any usual writing.
void ClientsSession::leavesNoSecret()
{
    m_session.reset();
    std::vector<QByteArray> needles = {"eyJ", "refresh_token", "device_code=", "Bearer "};
    for (const char* plain : {"eyJhbGciOi", "{\"alg\":\"RS256\""})
        needles.push_back(QByteArray(plain).toBase64().left(12));
    QDirIterator files(m_directory.path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    int scanned = 0;
    while (files.hasNext()) {
        QFile file(files.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        ++scanned;
        for (QByteArray needle : needles) {
            // Three letters stand in one of some hundred random keys, too: there it is a token's whole
            // beginning.
            if (needle == "eyJ" && file.fileName().endsWith(QLatin1String("/signing-key.pem")))
                needle = "eyJhbGciOi";
            QVERIFY2(!bytes.contains(needle),
                     qPrintable(file.fileName() + QLatin1String(": ") + QString::fromLatin1(needle)));
        }
    }
    QVERIFY(scanned > 0);
    for (const QByteArray& needle : needles)
        QVERIFY(m_logged.find(needle.toStdString()) == std::string::npos);
}

GATEHOUSE_TEST_MAIN(ClientsSession)
#include "clients_session.moc"
