// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/azure/armclient.h"
#include "core/azure/discoveryclient.h"
#include "core/http/retry.h"
#include "tests/support/fakehttp.h"
#include "tests/support/faketokens.h"
#include "tests/support/futures.h"
#include "tests/support/manualclock.h"
#include "tests/support/manualscheduler.h"
#endif
#include "tests/support/testmain.h"

using namespace gatehouse;
using namespace gatehouse::azure;
using namespace gatehouse::test;

namespace {

struct Rig
{
    explicit Rig(FakeHttp::Handler handler)
        : http(std::move(handler))
        , authorized(http, tokens, clock)
        , arm(authorized, "https://arm.example", "arm/.default")
    {}
    ManualClock clock;
    FakeHttp http;
    FakeTokens tokens;
    AuthorizedClient authorized;
    ArmClient arm;
};

const ArmPath Things = {"/subscriptions/s/things", "2024-01-01", {{"$filter", "name eq 'a b'"}}, {}};

std::string page(int first, int count, const std::string& next)
{
    Json value = Json::array();
    for (int i = 0; i < count; ++i)
        value.push_back({{"name", std::to_string(first + i)}});
    return dumpJson(Json{{"value", value}, {"nextLink", next}});
}

} // namespace

class TestArmClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void followsAllPages();
    void endsOfLists_data();
    void endsOfLists();
    void theTokenStaysHome_data();
    void theTokenStaysHome();
    void refusesCircles();
    void aFailingPageFailsTheList();
    void refusesBadPaths_data();
    void refusesBadPaths();
    void writesSayWhichVersion();
    void anActionIsSentOnce_data();
    void anActionIsSentOnce();
    void graphPagesByItsToken();
    void fallsBackToPlainLists();
};

void TestArmClient::followsAllPages()
{
    Rig rig([](const http::HttpRequest& request) {
        if (request.url.find("skip") == std::string::npos)
            return response(200, page(0, 2, "https://ARM.example:443/next?skip=1&api-version=2024-01-01"));
        return response(200, page(2, 1, ""));
    });
    const auto items = await(rig.arm.list(Things, {}));
    QCOMPARE(items->size(), 3U);
    QCOMPARE(rig.http.requests[0].url,
             std::string("https://arm.example/subscriptions/s/things?api-version=2024-01-01"
                         "&%24filter=name%20eq%20%27a%20b%27"));
    QCOMPARE(rig.http.requests[1].url,
             std::string("https://ARM.example:443/next?skip=1&api-version=2024-01-01"));
}

void TestArmClient::endsOfLists_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("good");
    QTest::newRow("no link") << QByteArray(R"({"value":[]})") << true;
    QTest::newRow("null link") << QByteArray(R"({"value":[],"nextLink":null})") << true;
    QTest::newRow("empty link") << QByteArray(R"({"value":[],"nextLink":"","count":0})") << true;
    QTest::newRow("no value") << QByteArray(R"({"nextLink":""})") << false;
    QTest::newRow("value is text") << QByteArray(R"({"value":"x"})") << false;
    QTest::newRow("cut") << QByteArray(R"({"value":[{"na)") << false;
    QTest::newRow("empty body") << QByteArray() << false;
}

void TestArmClient::endsOfLists()
{
    QFETCH(QByteArray, body);
    QFETCH(bool, good);
    Rig rig([&](const http::HttpRequest&) { return response(200, body.toStdString()); });
    QCOMPARE(await(rig.arm.list(Things, {})).has_value(), good);
    QCOMPARE(rig.http.requests.size(), 1U);
}

void TestArmClient::theTokenStaysHome_data()
{
    QTest::addColumn<QString>("next");
    QTest::newRow("another host") << "https://evil.example/next";
    QTest::newRow("a suffix") << "https://arm.example.evil.example/next";
    QTest::newRow("user part") << "https://arm.example@evil.example/next";
    QTest::newRow("another port") << "https://arm.example:8443/next";
    QTest::newRow("plain http") << "http://arm.example/next";
    QTest::newRow("relative") << "/next";
}

void TestArmClient::theTokenStaysHome()
{
    QFETCH(QString, next);
    Rig rig([&](const http::HttpRequest&) { return response(200, page(0, 1, next.toStdString())); });
    QVERIFY(await(rig.arm.list(Things, {})).error().kind == Error::Kind::Protocol);
    QCOMPARE(rig.http.requests.size(), 1U);
}

void TestArmClient::refusesCircles()
{
    Rig rig([](const http::HttpRequest& request) {
        const bool a = request.url.find(".example/a") != std::string::npos;
        return response(200, page(0, 1, a ? "https://arm.example/b" : "https://arm.example/a"));
    });
    QVERIFY(await(rig.arm.list(Things, {})).error().kind == Error::Kind::Protocol);
    QCOMPARE(rig.http.requests.size(), 3U);
}

void TestArmClient::aFailingPageFailsTheList()
{
    Rig rig([](const http::HttpRequest& request) {
        if (request.url.find("/next") != std::string::npos)
            return response(403, R"({"error":{"code":"AuthorizationFailed","message":"No."}})");
        return response(200, page(0, 5, "https://arm.example/next"));
    });
    const auto items = await(rig.arm.list(Things, {}));
    QVERIFY(items.error().kind == Error::Kind::Denied);
    QCOMPARE(items.error().serviceCode, std::string("AuthorizationFailed"));
}

void TestArmClient::refusesBadPaths_data()
{
    QTest::addColumn<QString>("path");
    for (const char* path : {"", "subscriptions/s", "/subscriptions/../tenants", "/a?b=c", "/a#b", "/a%2f",
                             "/a b", "/a\\b", "/a\r\nX: y"})
        QTest::newRow(path) << path;
}

void TestArmClient::refusesBadPaths()
{
    QFETCH(QString, path);
    Rig rig([](const http::HttpRequest&) { return response(200, "{}"); });
    const ArmPath bad{path.toStdString(), "1", {}, {}};
    QVERIFY(await(rig.arm.get(bad, {})).error().kind == Error::Kind::InvalidInput);
    QVERIFY(await(rig.arm.list(bad, {})).error().kind == Error::Kind::InvalidInput);
    QVERIFY(await(rig.arm.create(bad, Json::object(), {})).error().kind == Error::Kind::InvalidInput);
    QVERIFY(rig.http.requests.empty());
}

void TestArmClient::writesSayWhichVersion()
{
    QVERIFY(!ETag::fromText("*"));
    QVERIFY(!ETag::fromText(""));
    QVERIFY(!ETag::fromText("a\r\nb"));
    Rig rig([](const http::HttpRequest& request) {
        if (request.method == "GET")
            return response(200, "{}", {{"ETag", "\"v1\""}});
        return request.headers.text("If-Match") == "\"v1\"" || request.headers.has("If-None-Match")
                   ? response(200, "{}", {{"ETag", "\"v2\""}})
                   : response(412);
    });
    const ArmPath path{"/x", "1", {}, {}};
    const auto read = await(rig.arm.get(path, {}));
    const ETag version = read->etag.value();
    QCOMPARE(await(rig.arm.replace(path, Json::object(), version, {}))->etag->text(), std::string("\"v2\""));
    QVERIFY(await(rig.arm.patch(path, Json::object(), version, {})).has_value());
    QVERIFY(await(rig.arm.remove(path, version, {})).has_value());
    QVERIFY(await(rig.arm.create(path, Json::object(), {})).has_value());
    const auto stale = await(rig.arm.replace(path, Json::object(), *ETag::fromText("\"v0\""), {}));
    QVERIFY(stale.error().kind == Error::Kind::Conflict);
    for (const http::HttpRequest& request : rig.http.requests) {
        if (request.method == "GET")
            continue;
        QVERIFY(request.headers.has("If-Match") != request.headers.has("If-None-Match"));
        QVERIFY(request.headers.text("If-Match") != "*");
        QVERIFY(!request.repeatable);
    }
}

void TestArmClient::graphPagesByItsToken()
{
    Rig rig([](const http::HttpRequest& request) {
        const auto body = parseJson(request.body);
        const std::string token = textAt(memberAt(*body, "options"), "$skipToken");
        const std::string id =
            "/subscriptions/s/resourceGroups/RG/providers/microsoft.apimanagement/service/a";
        Json answer = {
            {"resultTruncated", "false"},
            {"data",
             {{{"id", id + token}, {"name", "a" + token}, {"type", "Microsoft.ApiManagement/service"}}}}};
        if (token.empty())
            answer["$skipToken"] = "2";
        return response(200, dumpJson(answer));
    });
    DiscoveryClient discovery(rig.arm);
    const auto found = await(discovery.resources("tenant", "s", {}));
    QCOMPARE(found->size(), 2U);
    QCOMPARE((*found)[1].name, std::string("a2"));
    QCOMPARE((*found)[0].type, std::string("microsoft.apimanagement/service"));
    QCOMPARE((*found)[0].resourceGroup, std::string("RG"));
    QCOMPARE(rig.tokens.requests[0].tenantId, std::string("tenant"));
    QVERIFY(rig.http.requests[0].repeatable);
}

void TestArmClient::fallsBackToPlainLists()
{
    Rig rig([](const http::HttpRequest& request) {
        if (request.url.find("ResourceGraph") != std::string::npos)
            return response(403, R"({"error":{"code":"AuthorizationFailed","message":"No."}})");
        if (request.url.find("ApiManagement") != std::string::npos)
            return response(403);
        return response(200,
                        R"({"value":[{"id":"/x","name":"w","type":"T","properties":{"customerId":"g"}}]})");
    });
    DiscoveryClient discovery(rig.arm);
    const auto found = await(discovery.resources("tenant", "s", {}));
    QCOMPARE(found->size(), 2U);
    QCOMPARE(textAt((*found)[0].properties, "customerId"), std::string("g"));

    Rig offline([](const http::HttpRequest&) -> FakeHttp::Answer { return networkFailure(); });
    DiscoveryClient nowhere(offline.arm);
    QVERIFY(await(nowhere.resources("tenant", "s", {})).error().kind == Error::Kind::Network);
    QCOMPARE(offline.http.requests.size(), 1U);
}

void TestArmClient::anActionIsSentOnce_data()
{
    QTest::addColumn<int>("status");
    for (const int status : {0, 204, 401, 403, 429, 500, 502, 503})
        QTest::addRow("%d", status) << status;
}

void TestArmClient::anActionIsSentOnce()
{
    QFETCH(int, status);
    FakeHttp http([status](const http::HttpRequest&) -> FakeHttp::Answer {
        return status == 0 ? FakeHttp::Answer(networkFailure())
                           : FakeHttp::Answer(response(status, {}, {{"Retry-After", "1"}}));
    });
    ManualClock clock;
    ManualScheduler scheduler(clock);
    FakeTokens tokens;
    http::RetryingClient retrying(http, clock, scheduler);
    AuthorizedClient authorized(retrying, tokens, clock);
    ArmClient arm(authorized, "https://arm.example", "arm/.default");
    const auto done = await(arm.act({"/subscriptions/s/things/a/renew", "2024-01-01", {}, {}}, {}));
    scheduler.advance(std::chrono::minutes(5));
    QCOMPARE(done.has_value(), status == 204);
    QCOMPARE(http.requests.size(), 1U);
    QCOMPARE(http.requests[0].method, std::string("POST"));
    QVERIFY(!http.requests[0].headers.has("If-Match"));
}

GATEHOUSE_TEST_MAIN(TestArmClient)
#include "tst_armclient.moc"
