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

#include <QtCore/QRandomGenerator>
#include <QtCore/QTemporaryDir>

using namespace gatehouse;
using namespace gatehouse::auth;
using namespace gatehouse::test;
using namespace std::chrono_literals;

namespace {

enum class Situation { FirstCall, ManyCallers, TwoProcesses, SignOut, Resume, Quit };

constexpr int Seeds = 5;

struct Process
{
    Process(ManualClock& clock, ManualScheduler& scheduler, FakeHttp& http, FakeStore& store,
            const std::string& lock)
        : retrying(http, clock, scheduler)
        , entra(retrying, clock, {"https://login.example", TenantId, ClientId})
        , log(clock)
        , broker(std::make_unique<TokenBroker>(
              TokenBroker::Dependencies{entra, store, clock, scheduler, log, lock}))
    {}
    http::RetryingClient retrying;
    EntraClient entra;
    Log log;
    std::unique_ptr<TokenBroker> broker;
};

/// Everything that one run needs.
struct World
{
    explicit World(const std::string& directory)
        : scheduler(clock)
        , entra(clock)
        , first(clock, scheduler, entra.http, store, directory + "/lock")
        , second(clock, scheduler, entra.http, store, directory + "/lock")
    {}

    void run(std::chrono::nanoseconds span)
    {
        const auto end = clock.monotonic() + span;
        while (clock.monotonic() < end) {
            settleEvents();
            scheduler.advance(1s);
        }
        settleEvents();
    }

    ManualClock clock;
    ManualScheduler scheduler;
    FakeEntra entra;
    FakeStore store;
    Process first;
    Process second;
};

std::vector<FakeHttp::Answer> answersFor(const std::string& behaviour, FakeEntra& entra)
{
    const std::string claims = R"({"access_token":{"nbf":{"essential":true}}})";
    const auto body = [](const std::string& text) { return FakeHttp::Answer(response(200, text)); };
    if (behaviour == "rotates" || behaviour == "slow")
        return {};
    if (behaviour == "keeps the token") {
        entra.rotate = false;
        return {};
    }
    if (behaviour == "odd lifetime") {
        entra.expiresIn = -1;
        return {};
    }
    if (behaviour == "invalid_grant")
        return std::vector<FakeHttp::Answer>(40, oauthError("invalid_grant"));
    if (behaviour == "interaction")
        return std::vector<FakeHttp::Answer>(
            40, oauthError("interaction_required", {50076}, {{"claims", claims}}));
    if (behaviour == "policy")
        return std::vector<FakeHttp::Answer>(40, oauthError("invalid_grant", {53003}));
    if (behaviour == "expired")
        return std::vector<FakeHttp::Answer>(40, oauthError("invalid_grant", {700082}));
    if (behaviour == "401")
        return {oauthError("invalid_client", {}, Json::object(), 401)};
    if (behaviour == "429")
        return {response(429, "{\"error\":\"temporarily_unavailable\"}", {{"Retry-After", "7"}})};
    if (behaviour == "503")
        return {response(503, "<html>busy</html>")};
    if (behaviour == "cut json")
        return {body("{\"access_token\":\"at-x\",\"refresh_to")};
    if (behaviour == "html")
        return {body("<html>proxy</html>")};
    return {networkFailure()};
}

std::string refreshTokenOf(const std::string& stored)
{
    const auto document = parseJson(stored);
    return document ? textAt(*document, "refreshToken") : std::string();
}

} // namespace

/// Every behaviour of the token endpoint in every situation of the client, with jittered order of events.
class TestTokenChaos : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void holds_data();
    void holds();
};

void TestTokenChaos::holds_data()
{
    QTest::addColumn<QString>("behaviour");
    QTest::addColumn<int>("situation");
    static const std::map<Situation, const char*> Situations = {{Situation::FirstCall, "first call"},
                                                                {Situation::ManyCallers, "many callers"},
                                                                {Situation::TwoProcesses, "two processes"},
                                                                {Situation::SignOut, "sign-out"},
                                                                {Situation::Resume, "resume"},
                                                                {Situation::Quit, "quit"}};
    for (const char* behaviour :
         {"rotates", "slow", "keeps the token", "odd lifetime", "invalid_grant", "interaction", "policy",
          "expired", "401", "429", "503", "cut json", "html", "reset"}) {
        for (const auto& [situation, name] : Situations) {
            const QByteArray row = QByteArray(behaviour) + ", " + name;
            QTest::newRow(row.constData()) << behaviour << static_cast<int>(situation);
        }
    }
}

void TestTokenChaos::holds()
{
    QFETCH(QString, behaviour);
    QFETCH(int, situation);
    for (quint32 seed = 1; seed <= Seeds; ++seed) {
        const QTemporaryDir directory;
        QRandomGenerator random(seed);
        World world(directory.path().toStdString());
        Tokens tokens;
        tokens.accessToken = "at-0";
        tokens.refreshToken = "rt-1";
        tokens.lifetime = 3600s;
        const Identity identity{"oid-1", TenantId, "Ada", "ada"};
        QVERIFY(world.first.broker->adopt(tokens, identity, "arm").isFinished());
        QVERIFY(await(world.second.broker->restore(identity.key())).has_value());
        world.clock.advance(2h);
        world.entra.scripted = answersFor(behaviour.toStdString(), world.entra);
        if (behaviour == QLatin1String("slow"))
            world.entra.http.setHandler({});

        std::vector<QFuture<Result<std::string>>> calls;
        const auto callers = situation == static_cast<int>(Situation::ManyCallers) ? 50 : 2;
        for (int i = 0; i < callers; ++i) {
            const bool second = situation == static_cast<int>(Situation::TwoProcesses) && i % 2 == 1;
            auto& broker = second ? *world.second.broker : *world.first.broker;
            calls.push_back(broker.token({.scope = random.bounded(3) == 0 ? "logs" : "arm"}, {}));
            if (random.bounded(2) == 0)
                settleEvents();
        }
        bool signedOut = false;
        switch (static_cast<Situation>(situation)) {
        case Situation::SignOut:
            world.first.broker->signOut();
            signedOut = true;
            break;
        case Situation::Resume:
            world.clock.jumpWall(8h);
            break;
        case Situation::Quit:
            world.first.broker.reset();
            break;
        default:
            break;
        }
        const auto delay = std::chrono::seconds(random.bounded(10));
        world.run(delay);
        while (!world.entra.http.open.empty()) {
            world.entra.http.answer(world.entra.success());
            world.run(1s);
        }
        world.run(120s);

        for (const auto& call : calls)
            QVERIFY2(call.isFinished(), qPrintable(QStringLiteral("seed %1").arg(seed)));
        // Two resources at most, each confirmed or repeated at most three times, by at most two processes.
        QVERIFY2(world.entra.http.requests.size() <= 12,
                 qPrintable(QString::number(world.entra.http.requests.size())));
        int newest = 0;
        for (const std::string& written : world.store.writes) {
            const std::string refreshToken = refreshTokenOf(written);
            QVERIFY(refreshToken.starts_with("rt-"));
            const int number = QString::fromStdString(refreshToken.substr(3)).toInt();
            QVERIFY(number >= newest); // never an older one over a newer
            newest = number;
        }
        const bool terminal =
            behaviour == QLatin1String("invalid_grant") || behaviour == QLatin1String("expired");
        if (signedOut) {
            QVERIFY(world.store.entries.empty());
        } else if (!terminal) {
            QCOMPARE(world.store.removals, 0);
            QCOMPARE(world.store.entries.size(), 1U);
        }
    }
}

GATEHOUSE_TEST_MAIN(TestTokenChaos)
#include "tst_tokenchaos.moc"
