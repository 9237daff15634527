// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/auth/tokenbroker.h"
#include "core/http/retry.h"
#include "tests/support/fakeentra.h"
#include "tests/support/fakestore.h"
#include "tests/support/futures.h"
#include "tests/support/manualscheduler.h"
#endif
#include "tests/support/testmain.h"

#include <QtCore/QTemporaryDir>

using namespace gatehouse;
using namespace gatehouse::auth;
using namespace gatehouse::test;
using namespace std::chrono_literals;

namespace {

/// One process: a broker over a fake Entra and a store, which several rigs may share.
struct Rig
{
    Rig(ManualClock& sharedClock, FakeEntra& sharedEntra, FakeStore& sharedStore, const std::string& lockPath)
        : clock(sharedClock)
        , scheduler(clock)
        , retrying(sharedEntra.http, clock, scheduler)
        , entra(retrying, clock, {"https://login.example", TenantId, ClientId})
        , log(clock)
        , broker({entra, sharedStore, clock, scheduler, log, lockPath})
    {
        QObject::connect(&broker, &TokenBroker::signInRequired, &broker, [this](const Error& error) {
            ++prompts;
            lastPrompt = error;
        });
    }

    [[nodiscard]] Result<std::string> token(const TokenRequest& request = {.scope = "arm/.default"})
    {
        const auto future = broker.token(request, {});
        while (!future.isFinished() && scheduler.advanceToNext())
            settleEvents();
        return future.isFinished() ? future.result() : fail(Error::Kind::Internal, "unfinished");
    }

    void adopt(const std::string& refreshToken = "rt-1")
    {
        Tokens tokens;
        tokens.accessToken = "at-0";
        tokens.refreshToken = refreshToken;
        tokens.lifetime = 3600s;
        const auto stored =
            broker.adopt(tokens, {"oid-1", TenantId, "Ada", "ada@contoso.example"}, "arm/.default");
        QVERIFY(stored.isFinished());
    }

    ManualClock& clock;
    ManualScheduler scheduler;
    http::RetryingClient retrying;
    EntraClient entra;
    Log log;
    TokenBroker broker;
    int prompts = 0;
    Error lastPrompt;
};

} // namespace

class TestTokenBroker : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void fiftyCallersMakeOneRequest();
    void oneRefreshTokenServesSeveralResources();
    void keepsTheOldRefreshTokenWhenNoneComes();
    void renewsAhead();
    void clocksMakeNoStorm_data();
    void clocksMakeNoStorm();
    void aSleepIsNoticed();
    void claimsAreAnsweredOnceAndNeverFromTheCache();
    void aRejectedTokenIsReplacedOnce();
    void signOutWinsOverARefresh();
    void signOutWinsOverAWrite();
    void processesShareOneRefreshToken();
    void aLostReplyIsTriedOnceMore();
    void terminalErrorsAreConfirmed();
    void interactionKeepsTheRefreshToken();
    void guestTenantsDoNotSignOut();
    void restoresWithoutTheNetwork();
    void aLockedKeychainDeletesNothing();
    void aRefusedWriteIsSaid();
    void nobodyIsSignedIn();

private:
    std::string lockPath() const { return m_directory->path().toStdString() + "/refresh.lock"; }
    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<ManualClock> m_clock;
    std::unique_ptr<FakeEntra> m_entra;
    std::unique_ptr<FakeStore> m_store;
};

void TestTokenBroker::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    m_clock = std::make_unique<ManualClock>();
    m_entra = std::make_unique<FakeEntra>(*m_clock);
    m_store = std::make_unique<FakeStore>();
}

void TestTokenBroker::fiftyCallersMakeOneRequest()
{
    Rig rig(*m_clock, *m_entra, *m_store, lockPath());
    rig.adopt();
    m_clock->advance(2h);
    m_entra->http.setHandler({});
    std::vector<QFuture<Result<std::string>>> callers;
    for (int i = 0; i < 50; ++i)
        callers.push_back(rig.broker.token({.scope = "arm/.default"}, {}));
    QCOMPARE(m_entra->http.open.size(), 1U);
    m_entra->http.answer(m_entra->success());
    for (const auto& caller : callers)
        QCOMPARE(caller.result().value(), std::string("at-1"));
    QCOMPARE(m_entra->http.requests.size(), 1U);
}

void TestTokenBroker::oneRefreshTokenServesSeveralResources()
{
    Rig rig(*m_clock, *m_entra, *m_store, lockPath());
    rig.adopt();
    QCOMPARE(rig.token().value(), std::string("at-0"));
    QVERIFY(m_entra->http.requests.empty());
    QCOMPARE(rig.token({.scope = "logs/.default"}).value(), std::string("at-1"));
    QCOMPARE(rig.token({.scope = "arm/.default", .tenantId = "other-tenant"}).value(), std::string("at-2"));
    QVERIFY(m_entra->http.requests[1].url.find("/other-tenant/") != std::string::npos);
    const std::string scope = FakeEntra::field(m_entra->http.requests[0], "scope");
    QCOMPARE(scope, std::string("logs/.default openid profile offline_access"));
    QCOMPARE(m_entra->replays, 0);
    QVERIFY(m_store->entries.begin()->second.find("rt-3") != std::string::npos);
}

void TestTokenBroker::keepsTheOldRefreshTokenWhenNoneComes()
{
    Rig rig(*m_clock, *m_entra, *m_store, lockPath());
    m_entra->rotate = false;
    rig.adopt();
    QVERIFY(rig.token({.scope = "logs/.default"}).has_value());
    QCOMPARE(m_store->writes.size(), 1U); // the sign-in alone
    QVERIFY(m_store->writes[0].find("rt-1") != std::string::npos);
    m_clock->advance(2h);
    QVERIFY(rig.token().has_value());
}

void TestTokenBroker::renewsAhead()
{
    Rig rig(*m_clock, *m_entra, *m_store, lockPath());
    rig.adopt();
    m_clock->advance(56min);
    QCOMPARE(rig.token().value(), std::string("at-0")); // still good, handed out at once
    settleEvents();
    QCOMPARE(m_entra->http.requests.size(), 1U);
    QCOMPARE(rig.token().value(), std::string("at-1"));
    QCOMPARE(m_entra->http.requests.size(), 1U);
}

void TestTokenBroker::clocksMakeNoStorm_data()
{
    QTest::addColumn<qint64>("jumpMinutes");
    QTest::addColumn<int>("expiresIn");
    QTest::newRow("two hours ahead") << qint64(120) << 3600;
    QTest::newRow("two hours back") << qint64(-120) << 3600;
    QTest::newRow("back to 1970") << qint64(-60 * 24 * 365 * 56LL) << 3600;
    QTest::newRow("expires at once") << qint64(0) << 0;
    QTest::newRow("expired before it came") << qint64(0) << -1000;
}

void TestTokenBroker::clocksMakeNoStorm()
{
    QFETCH(qint64, jumpMinutes);
    QFETCH(int, expiresIn);
    Rig rig(*m_clock, *m_entra, *m_store, lockPath());
    m_entra->expiresIn = expiresIn;
    rig.adopt();
    m_clock->advance(2h);
    QVERIFY(rig.token().has_value());
    const std::size_t before = m_entra->http.requests.size();
    m_clock->jumpWall(std::chrono::minutes(jumpMinutes));
    for (int second = 0; second < 600; ++second) {
        m_clock->advance(1s);
        QVERIFY(rig.token().has_value());
        settleEvents();
    }
    QVERIFY(m_entra->http.requests.size() - before <= 10); // one a minute at most
}

void TestTokenBroker::aSleepIsNoticed()
{
    Rig rig(*m_clock, *m_entra, *m_store, lockPath());
    rig.adopt();
    m_clock->jumpWall(8h); // the monotonic clock stands still while the computer sleeps
    QCOMPARE(rig.token().value(), std::string("at-1"));
}

void TestTokenBroker::claimsAreAnsweredOnceAndNeverFromTheCache()
{
    Rig rig(*m_clock, *m_entra, *m_store, lockPath());
    rig.adopt();
    const std::string claims = R"({"access_token":{"nbf":{"essential":true}}})";
    QCOMPARE(rig.token({.scope = "arm/.default", .claims = claims, .rejected = "at-0"}).value(),
             std::string("at-1"));
    const std::string sent = FakeEntra::field(m_entra->http.requests[0], "claims");
    QVERIFY(sent.find("nbf") != std::string::npos);
    QVERIFY(sent.find("cp1") != std::string::npos);
    QCOMPARE(rig.token().value(), std::string("at-1"));
    m_entra->scripted = {oauthError("interaction_required", {50076}, {{"claims", claims}})};
    const auto refused = rig.token({.scope = "arm/.default", .claims = claims, .rejected = "at-1"});
    QVERIFY(refused.error().kind == Error::Kind::SignInRequired);
    QCOMPARE(refused.error().claims, claims);
    QCOMPARE(rig.prompts, 1);
    QCOMPARE(m_entra->http.requests.size(), 2U);
}

void TestTokenBroker::aRejectedTokenIsReplacedOnce()
{
    Rig rig(*m_clock, *m_entra, *m_store, lockPath());
    rig.adopt();
    m_clock->advance(10min);
    QCOMPARE(rig.token({.scope = "arm/.default", .rejected = "at-0"}).value(), std::string("at-1"));
    // Another caller that still held the old one gets the new one without a request.
    QCOMPARE(rig.token({.scope = "arm/.default", .rejected = "at-0"}).value(), std::string("at-1"));
    // The new one is refused as well: no loop.
    QVERIFY(rig.token({.scope = "arm/.default", .rejected = "at-1"}).error().kind ==
            Error::Kind::SignInRequired);
    QCOMPARE(m_entra->http.requests.size(), 1U);
}

void TestTokenBroker::signOutWinsOverARefresh()
{
    Rig rig(*m_clock, *m_entra, *m_store, lockPath());
    rig.adopt();
    m_entra->http.setHandler({});
    const auto caller = rig.broker.token({.scope = "logs/.default"}, {});
    const auto queued = rig.broker.token({.scope = "rag/.default"}, {});
    rig.broker.signOut();
    QVERIFY(m_store->entries.empty());
    m_entra->http.answer(m_entra->success());
    settleEvents();
    QVERIFY(caller.result().error().kind == Error::Kind::SignInRequired);
    QVERIFY(queued.result().error().kind == Error::Kind::SignInRequired);
    QVERIFY(m_store->entries.empty());
    QCOMPARE(m_store->writes.size(), 1U);
    QCOMPARE(m_entra->http.requests.size(), 1U);
    QVERIFY(!rig.broker.identity());
}

void TestTokenBroker::signOutWinsOverAWrite()
{
    Rig rig(*m_clock, *m_entra, *m_store, lockPath());
    rig.adopt();
    m_store->holdWrites = true;
    QVERIFY(rig.token({.scope = "logs/.default"}).has_value());
    rig.broker.signOut();
    m_store->releaseWrites();
    settleEvents();
    QVERIFY(m_store->entries.empty());
}

void TestTokenBroker::processesShareOneRefreshToken()
{
    // Strict one-use refresh tokens, five processes, many expiries, in every order.
    std::vector<std::unique_ptr<Rig>> processes;
    for (int i = 0; i < 5; ++i)
        processes.push_back(std::make_unique<Rig>(*m_clock, *m_entra, *m_store, lockPath()));
    processes[0]->adopt();
    for (std::size_t i = 1; i < processes.size(); ++i)
        QVERIFY(await(processes[i]->broker.restore(std::string("oid-1.") + TenantId)).has_value());
    for (int round = 0; round < 100; ++round) {
        m_clock->advance(2h);
        for (std::size_t i = 0; i < processes.size(); ++i) {
            Rig& process = *processes[(i * 3 + static_cast<std::size_t>(round)) % processes.size()];
            QVERIFY(process.token().has_value());
            QCOMPARE(process.prompts, 0);
        }
    }
    QCOMPARE(m_entra->replays, 0);
}

void TestTokenBroker::aLostReplyIsTriedOnceMore()
{
    Rig rig(*m_clock, *m_entra, *m_store, lockPath());
    rig.adopt();
    m_entra->scripted = {networkFailure()};
    QVERIFY(rig.token({.scope = "logs/.default"}).has_value());
    QCOMPARE(m_entra->http.requests.size(), 2U);
    // The service rotated before the reply was lost: the old token is used up.
    m_entra->current = "rt-rotated-unseen";
    m_entra->scripted = {networkFailure()};
    const auto lost = rig.token({.scope = "rag/.default"});
    QVERIFY(lost.error().kind == Error::Kind::SignInRequired);
    QCOMPARE(lost.error().message, std::string("The sign-in has expired."));
    QCOMPARE(rig.prompts, 1);
}

void TestTokenBroker::terminalErrorsAreConfirmed()
{
    Rig rig(*m_clock, *m_entra, *m_store, lockPath());
    rig.adopt();
    // Once is no proof: the token that the store holds by now may be good.
    m_entra->scripted = {oauthError("invalid_grant", {700082})};
    QVERIFY(rig.token({.scope = "logs/.default"}).has_value());
    QCOMPARE(m_store->removals, 0);
    const int readsBefore = m_store->reads;
    m_entra->scripted = {oauthError("invalid_grant", {700082}), oauthError("invalid_grant", {700082})};
    QVERIFY(rig.token({.scope = "rag/.default"}).error().kind == Error::Kind::SignInRequired);
    QVERIFY(m_store->reads >= readsBefore + 2);
    QCOMPARE(m_store->removals, 1);
    QCOMPARE(rig.prompts, 1);
    QVERIFY(!rig.broker.identity());
}

void TestTokenBroker::interactionKeepsTheRefreshToken()
{
    Rig rig(*m_clock, *m_entra, *m_store, lockPath());
    rig.adopt();
    for (const int code : {53003, 50076, 65001}) {
        m_entra->scripted = {oauthError("invalid_grant", {code})};
        QVERIFY(!rig.token({.scope = "logs/.default"}));
        QVERIFY(!rig.token({.scope = "logs/.default"})); // asked again at once: answered from memory
        QCOMPARE(m_store->removals, 0);
        m_clock->advance(61s);
    }
    QCOMPARE(rig.prompts, 3);
    QCOMPARE(m_entra->http.requests.size(), 3U);
    QVERIFY(rig.token({.scope = "logs/.default"}).has_value());
}

void TestTokenBroker::guestTenantsDoNotSignOut()
{
    Rig rig(*m_clock, *m_entra, *m_store, lockPath());
    rig.adopt();
    m_entra->scripted = {oauthError("invalid_grant", {50020})};
    QVERIFY(!rig.token({.scope = "arm/.default", .tenantId = "guest-tenant"}));
    QCOMPARE(rig.prompts, 0);
    QCOMPARE(rig.token().value(), std::string("at-0"));
}

void TestTokenBroker::restoresWithoutTheNetwork()
{
    {
        Rig rig(*m_clock, *m_entra, *m_store, lockPath());
        rig.adopt();
    }
    Rig again(*m_clock, *m_entra, *m_store, lockPath());
    QVERIFY(await(again.broker.restore(std::string("oid-1.") + TenantId)).has_value());
    QCOMPARE(again.broker.identity()->name, std::string("Ada"));
    QVERIFY(again.broker.isStored());
    QVERIFY(m_entra->http.requests.empty());
    QVERIFY(again.token().has_value());
}

void TestTokenBroker::aLockedKeychainDeletesNothing()
{
    {
        Rig rig(*m_clock, *m_entra, *m_store, lockPath());
        rig.adopt();
    }
    const auto entries = m_store->entries;
    m_store->locked = true;
    Rig again(*m_clock, *m_entra, *m_store, lockPath());
    const auto locked = await(again.broker.restore(std::string("oid-1.") + TenantId));
    QVERIFY(locked.error().kind == Error::Kind::Storage);
    QVERIFY(m_store->entries == entries);
    QCOMPARE(m_store->writes.size(), 1U);
    m_store->locked = false; // unlocked, without a restart
    QVERIFY(await(again.broker.restore(std::string("oid-1.") + TenantId)).has_value());
}

void TestTokenBroker::aRefusedWriteIsSaid()
{
    Rig rig(*m_clock, *m_entra, *m_store, lockPath());
    rig.adopt();
    QVERIFY(rig.broker.isStored());
    bool told = false;
    connect(&rig.broker, &TokenBroker::storedChanged, this, [&](bool stored) { told = !stored; });
    m_store->refuses = true;
    QVERIFY(rig.token({.scope = "logs/.default"}).has_value());
    QVERIFY(told);
    QVERIFY(!rig.broker.isStored());
    QVERIFY(rig.token({.scope = "rag/.default"}).has_value()); // goes on from memory
}

void TestTokenBroker::nobodyIsSignedIn()
{
    Rig rig(*m_clock, *m_entra, *m_store, lockPath());
    QVERIFY(rig.token().error().kind == Error::Kind::SignInRequired);
    QVERIFY(m_entra->http.requests.empty());
}

GATEHOUSE_TEST_MAIN(TestTokenBroker)
#include "tst_tokenbroker.moc"
