// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/jobs/apimkeys.h"
#include "tests/support/fakehttp.h"
#include "tests/support/faketokens.h"
#include "tests/support/futures.h"
#include "tests/support/manualclock.h"
#include "tests/unit/jobs/scriptedworkspace.h"
#endif
#include "tests/support/testmain.h"

using namespace gatehouse;
using namespace gatehouse::jobs;
using namespace gatehouse::test;

namespace {

/// The keys of one subscription as the service keeps them; a regeneration can do its work and lose its
/// answer.
struct FakeService
{
    std::string primary = "old-primary-canary";
    std::string secondary = "old-secondary-canary";
    int posts = 0;
    std::optional<FakeHttp::Answer> refusal; ///< of a regeneration
    bool worksAllTheSame = false;            ///< although it is refused
    int listsThatWork = 1000;
    bool mayList = true;

    FakeHttp::Answer answer(const http::HttpRequest& request)
    {
        if (request.url.find("/listSecrets") != std::string::npos) {
            if (!mayList)
                return response(
                    403,
                    R"({"error":{"code":"AuthorizationFailed","message":"may not listSecrets/action"}})");
            if (listsThatWork-- <= 0)
                return networkFailure();
            return response(200, dumpJson({{"primaryKey", primary}, {"secondaryKey", secondary}}));
        }
        if (request.url.find("/regenerate") != std::string::npos) {
            ++posts;
            if (!refusal || worksAllTheSame)
                (request.url.find("Primary") != std::string::npos ? primary : secondary) =
                    "new-canary-" + std::to_string(posts);
            return refusal ? *refusal : response(204);
        }
        return response(200, R"({"value":[
            {"name":"search","properties":{"displayName":"Search","state":"active","scope":"/subscriptions/s/x/products/ai"}},
            {"name":"checkout","properties":{"displayName":"Checkout","state":"suspended","scope":"/svc/apis/openai"}},
            {"name":"all","properties":{"displayName":"Everything","state":"active","scope":"/svc/apis"}}]})");
    }
};

class FakeJournal final : public ActionJournal
{
public:
    std::vector<JournalEntry> begun;
    std::vector<JournalEntry::Result> ended;
    bool refuses = false;
    bool losesTheEnd = false;

    QFuture<Result<std::int64_t>> begin(const JournalEntry& entry) override
    {
        if (refuses)
            return http::settledFuture<std::int64_t>(fail(Error::Kind::Storage, "The disk is full."));
        begun.push_back(entry);
        return http::settledFuture<std::int64_t>(static_cast<std::int64_t>(begun.size()));
    }
    QFuture<Status> end(std::int64_t, JournalEntry::Result result, std::string message) override
    {
        messages += message;
        ended.push_back(result);
        return http::settledFuture<void>(losesTheEnd ? Status(fail(Error::Kind::Storage, "The disk is full."))
                                                     : Status());
    }
    std::string messages;
};

Table callersTable()
{
    Table table("PrimaryResult");
    const auto column = [&](const char* name, ColumnType type) -> Column& {
        return table.addColumn(name, type);
    };
    Column& service = column("Service", ColumnType::String);
    Column& application = column("Application", ColumnType::String);
    Column& agent = column("Agent", ColumnType::String);
    Column& calls = column("Calls", ColumnType::Long);
    Column& addresses = column("Addresses", ColumnType::Long);
    Column& last = column("LastSeen", ColumnType::DateTime);
    for (const char* const name : {"shop", ""}) {
        service.appendText("Search");
        application.appendText(name);
        agent.appendText("python-openai/1.0");
        calls.appendInteger(12);
        addresses.appendInteger(3);
        last.appendInteger(DateTime::fromCivil(2026, 5, 31).sinceYearOne.count());
    }
    return table;
}

struct Console
{
    explicit Console(FakeService& service)
        : http([&service](const http::HttpRequest& request) { return service.answer(request); })
        , authorized(http, tokens, clock)
        , arm(authorized, "https://arm.example", "arm")
        , subscriptions(arm)
        , workspace([this](const Ask&) { return logs; })
        , keys({subscriptions, workspace, clock, "/svc", &journal})
    {}
    ManualClock clock;
    FakeHttp http;
    FakeTokens tokens;
    azure::AuthorizedClient authorized;
    azure::ArmClient arm;
    azure::SubscriptionClient subscriptions;
    Result<QueryAnswerPtr> logs = answerOf(callersTable());
    ScriptedWorkspace workspace;
    FakeJournal journal;
    ApimKeyService keys;
};

} // namespace

using Outcome = JournalEntry::Result;

class TestApimKeys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void subscriptionsComeWithWhoUsedThem();
    void callersThatCannotBeReadAreNotNobody();
    void aNewKeyIsReadBackAndTheOtherStays_data();
    void aNewKeyIsReadBackAndTheOtherStays();
    void exactlyOneRequestDrawsTheKey_data();
    void exactlyOneRequestDrawsTheKey();
    void aLostReplyAfterTheWriteGivesTheKey();
    void whatCannotBeReadBackIsNotKnown();
    void whoMayNotReadKeysChangesNone();
    void nothingIsSentWithoutItsJournalEntry();
    void theKeySurvivesAJournalThatFailsAtTheEnd();
    void theJournalNeverSeesAKey();
    void aStopBeforeTheWriteWritesNothing();
    void aSecretIsSharedAndEmptyWhenItIsNot();
};

void TestApimKeys::subscriptionsComeWithWhoUsedThem()
{
    FakeService service;
    Console console(service);
    const auto report = await(console.keys.report({}));
    QVERIFY(report.has_value());
    QCOMPARE(report->subscriptions.size(), 3U);
    QCOMPARE(report->subscriptions[0].name, std::string("Checkout"));
    QCOMPARE(report->subscriptions[0].scope, std::string("API openai"));
    QCOMPARE(report->subscriptions[0].state, std::string("suspended"));
    QCOMPARE(report->subscriptions[1].scope, std::string("all APIs"));
    QCOMPARE(report->subscriptions[2].scope, std::string("product ai"));
    QVERIFY(report->callersKnown);
    QVERIFY(report->subscriptions[0].callers.empty());
    QCOMPARE(report->subscriptions[2].callers.size(), 2U); // the log writes ids in another case
    QCOMPARE(report->subscriptions[2].callers[0].application, std::string("shop"));
    QCOMPARE(report->subscriptions[2].callers[0].addresses, std::int64_t{3});
    QCOMPARE(report->seen.length(), Ticks(std::chrono::hours(24)));
    QVERIFY(console.workspace.asks[0].kql.find("ApiManagementGatewayLogs") != std::string::npos);
}

void TestApimKeys::callersThatCannotBeReadAreNotNobody()
{
    FakeService service;
    Console console(service);
    console.logs = fail(missingTable("ApiManagementGatewayLogs"));
    auto report = await(console.keys.report({}));
    QVERIFY(report.has_value() && !report->callersKnown);
    QVERIFY(report->callersUnknownBecause.find("no gateway logs") != std::string::npos);
    console.logs = answerOf(Table("odd"));
    report = await(console.keys.report({}));
    QVERIFY(report.has_value() && !report->callersKnown);
    QVERIFY(!report->callersUnknownBecause.empty());
}

void TestApimKeys::aNewKeyIsReadBackAndTheOtherStays_data()
{
    QTest::addColumn<bool>("primary");
    QTest::newRow("primary") << true;
    QTest::newRow("secondary") << false;
}

void TestApimKeys::aNewKeyIsReadBackAndTheOtherStays()
{
    QFETCH(bool, primary);
    FakeService service;
    Console console(service);
    const auto key =
        await(console.keys.regenerate("search", primary ? KeySlot::Primary : KeySlot::Secondary, {}));
    QVERIFY(key.has_value());
    QCOMPARE(key->key.view(), std::string_view("new-canary-1"));
    QVERIFY(key->journalled);
    QCOMPARE(primary ? service.primary : service.secondary, std::string("new-canary-1"));
    QCOMPARE(primary ? service.secondary : service.primary,
             std::string(primary ? "old-secondary-canary" : "old-primary-canary"));
    QVERIFY(console.journal.ended[0] == Outcome::Applied);
}

void TestApimKeys::exactlyOneRequestDrawsTheKey_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("works");
    QTest::addColumn<int>("outcome");
    for (const int status : {400, 401, 403, 404, 409, 412, 429})
        QTest::addRow("%d", status) << status << false << int(Outcome::Failed);
    QTest::newRow("500, not done") << 500 << false << int(Outcome::Failed);
    QTest::newRow("500, done") << 500 << true << int(Outcome::Applied);
    QTest::newRow("503, done") << 503 << true << int(Outcome::Applied);
    QTest::newRow("cut, not done") << 0 << false << int(Outcome::Failed);
    QTest::newRow("cut, done") << 0 << true << int(Outcome::Applied);
}

void TestApimKeys::exactlyOneRequestDrawsTheKey()
{
    QFETCH(int, status);
    QFETCH(bool, works);
    QFETCH(int, outcome);
    FakeService service;
    service.worksAllTheSame = works;
    service.refusal = status == 0
                          ? FakeHttp::Answer(networkFailure())
                          : FakeHttp::Answer(response(status, R"({"error":{"code":"X","message":"no"}})"));
    Console console(service);
    const auto key = await(console.keys.regenerate("search", KeySlot::Primary, {}));
    QCOMPARE(service.posts, 1);
    QCOMPARE(key.has_value(), works);
    QCOMPARE(int(console.journal.ended.at(0)), outcome);
    if (works)
        QCOMPARE(key->key.view(), std::string_view(service.primary));
    for (const http::HttpRequest& request : console.http.requests) {
        if (request.url.find("/regenerate") != std::string::npos) {
            QCOMPARE(request.maxAttempts, 1);
            QVERIFY(!request.repeatable);
            QVERIFY(!request.headers.has("If-Match"));
        }
    }
    if (status == 403)
        QVERIFY(key.error().kind == Error::Kind::Denied);
}

void TestApimKeys::aLostReplyAfterTheWriteGivesTheKey()
{
    FakeService service;
    service.refusal = networkFailure();
    service.worksAllTheSame = true;
    Console console(service);
    const auto key = await(console.keys.regenerate("search", KeySlot::Secondary, {}));
    QVERIFY(key.has_value());
    QCOMPARE(key->key.view(), std::string_view("new-canary-1"));
    QCOMPARE(service.posts, 1);
}

void TestApimKeys::whatCannotBeReadBackIsNotKnown()
{
    FakeService service;
    service.listsThatWork = 1;
    service.refusal = networkFailure();
    Console console(service);
    auto key = await(console.keys.regenerate("search", KeySlot::Primary, {}));
    QVERIFY(!key.has_value());
    QVERIFY(key.error().message.find("not known") != std::string::npos);
    QVERIFY(console.journal.ended[0] == Outcome::Partial);
    service.listsThatWork = 1;
    service.refusal.reset();
    key = await(console.keys.regenerate("search", KeySlot::Primary, {}));
    QVERIFY(!key.has_value());
    QVERIFY(key.error().message.find("was changed, but") != std::string::npos);
    QVERIFY(console.journal.ended[1] == Outcome::Applied);
    QCOMPARE(service.posts, 2);
}

void TestApimKeys::whoMayNotReadKeysChangesNone()
{
    FakeService service;
    service.mayList = false;
    Console console(service);
    const auto key = await(console.keys.regenerate("search", KeySlot::Primary, {}));
    QVERIFY(!key.has_value());
    QVERIFY(key.error().kind == Error::Kind::Denied);
    QCOMPARE(service.posts, 0);
    QVERIFY(console.journal.begun.empty());
}

void TestApimKeys::nothingIsSentWithoutItsJournalEntry()
{
    FakeService service;
    Console console(service);
    console.journal.refuses = true;
    const auto key = await(console.keys.regenerate("search", KeySlot::Primary, {}));
    QVERIFY(!key.has_value());
    QCOMPARE(service.posts, 0);
}

void TestApimKeys::theKeySurvivesAJournalThatFailsAtTheEnd()
{
    FakeService service;
    Console console(service);
    console.journal.losesTheEnd = true;
    const auto key = await(console.keys.regenerate("search", KeySlot::Primary, {}));
    QVERIFY(key.has_value());
    QVERIFY(!key->journalled);
}

void TestApimKeys::theJournalNeverSeesAKey()
{
    FakeService service;
    Console console(service);
    QVERIFY(await(console.keys.regenerate("search", KeySlot::Primary, {})).has_value());
    service.refusal = networkFailure();
    QVERIFY(!await(console.keys.regenerate("search", KeySlot::Primary, {})).has_value());
    std::string written = console.journal.messages;
    for (const JournalEntry& entry : console.journal.begun) {
        written += entry.title + entry.message;
        QVERIFY(entry.steps.empty()); // nothing to take back or to resume
    }
    QVERIFY(!written.empty());
    QVERIFY(written.find("canary") == std::string::npos);
    QCOMPARE(console.journal.begun[0].scope, std::string("/svc"));
    QVERIFY(console.journal.begun[0].title.find("search") != std::string::npos);
}

void TestApimKeys::aStopBeforeTheWriteWritesNothing()
{
    FakeService service;
    Console console(service);
    std::stop_source stop;
    stop.request_stop();
    const auto key = await(console.keys.regenerate("search", KeySlot::Primary, stop.get_token()));
    QVERIFY(!key.has_value());
    QCOMPARE(service.posts, 0);
}

void TestApimKeys::aSecretIsSharedAndEmptyWhenItIsNot()
{
    QVERIFY(SecretText().empty());
    SecretText copy;
    {
        const SecretText secret("abc");
        copy = secret;
        QVERIFY(copy.view().data() == secret.view().data());
    }
    QCOMPARE(copy.view(), std::string_view("abc"));
}

GATEHOUSE_TEST_MAIN(TestApimKeys)
#include "tst_apimkeys.moc"
