// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/azure/namedvalues.h"
#include "tests/support/fakehttp.h"
#include "tests/support/faketokens.h"
#include "tests/support/futures.h"
#include "tests/support/manualclock.h"
#endif
#include "tests/support/testmain.h"

using namespace gatehouse;
using namespace gatehouse::azure;
using namespace gatehouse::test;

namespace {

const std::string Service = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/a";

/// One named value behind its ETag, as API Management keeps it.
struct Rig
{
    Rig()
        : http([this](const http::HttpRequest& request) { return answer(request); })
        , authorized(http, tokens, clock)
        , arm(authorized, "https://arm.example", "arm/.default")
        , values(arm)
    {}

    http::HttpResponse answer(const http::HttpRequest& request)
    {
        const std::string ifMatch = std::string(request.headers.text("If-Match"));
        if (request.method == "GET")
            return stored.is_null() ? response(404, R"({"error":{"code":"ResourceNotFound"}})") : entity();
        const bool creates = request.headers.text("If-None-Match") == "*";
        if (creates ? !stored.is_null() : ifMatch != etag())
            return response(412, R"({"error":{"code":"PreconditionFailed","message":"Changed."}})");
        const Json body = parseJson(request.body).value_or(Json());
        stored.merge_patch(memberAt(body, "properties"));
        ++version;
        return entity();
    }
    [[nodiscard]] std::string etag() const { return "\"v" + std::to_string(version) + "\""; }
    [[nodiscard]] http::HttpResponse entity() const
    {
        http::HttpResponse found = response(200, dumpJson(Json{{"name", "x"}, {"properties", stored}}));
        if (!silent)
            found.headers.set("ETag", etag());
        return found;
    }

    Json stored;
    int version = 1;
    bool silent = false; ///< names no version
    ManualClock clock;
    FakeHttp http;
    FakeTokens tokens;
    AuthorizedClient authorized;
    ArmClient arm;
    NamedValues values;
};

} // namespace

/// The client of named values and of the service directory.
class TestNamedValues : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsAndReplaces();
    void aStaleVersionIsAConflict();
    void withoutAVersionNothingCanBeChanged();
    void theDirectoryIsMadeOnce();
    void theDirectoryIsReplaced();
    void whatIsNoDirectoryIsNotOverwritten();
    void whatDoesNotFitIsNotSent();
};

void TestNamedValues::readsAndReplaces()
{
    Rig rig;
    rig.stored = {{"displayName", "limit"}, {"value", "100"}, {"tags", Json::array({"t"})}};
    auto value = await(rig.values.read(Service, "x", {}));
    QVERIFY(value);
    QCOMPARE(value->value, std::string("100"));
    QCOMPARE(value->displayName, std::string("limit"));
    value->value = "200";
    QVERIFY(await(rig.values.replace(Service, *value, {})));
    QCOMPARE(textAt(rig.stored, "value"), std::string("200"));
    QCOMPARE(memberAt(rig.stored, "tags").size(), std::size_t{1});
    QCOMPARE(rig.http.requests.back().method, std::string("PATCH"));
    QVERIFY(rig.http.requests.back().url.find(Service + "/namedValues/x?api-version=") != std::string::npos);
}

void TestNamedValues::aStaleVersionIsAConflict()
{
    Rig rig;
    rig.stored = {{"displayName", "limit"}, {"value", "100"}};
    auto value = await(rig.values.read(Service, "x", {}));
    QVERIFY(value);
    rig.version = 7;
    value->value = "200";
    const Status replaced = await(rig.values.replace(Service, *value, {}));
    QVERIFY(!replaced);
    QVERIFY(replaced.error().kind == Error::Kind::Conflict);
    QCOMPARE(textAt(rig.stored, "value"), std::string("100"));
}

void TestNamedValues::withoutAVersionNothingCanBeChanged()
{
    Rig rig;
    rig.stored = {{"displayName", "limit"}, {"value", "100"}};
    rig.silent = true;
    const auto value = await(rig.values.read(Service, "x", {}));
    QVERIFY(!value);
    QVERIFY(value.error().kind == Error::Kind::Protocol);
}

void TestNamedValues::theDirectoryIsMadeOnce()
{
    Rig rig;
    auto mine = await(rig.values.readDirectory(Service, {}));
    QVERIFY(mine);
    QVERIFY(mine->directory.services.empty() && !mine->version);
    mine->directory.set({"checkout", "shop", {}, {}, "commerce", {}, {}});
    QVERIFY(await(rig.values.writeDirectory(Service, *mine, {})));
    QCOMPARE(textAt(rig.stored, "displayName"), std::string(gateway::DirectoryNamedValue));
    // A colleague who saw none either does not undo it.
    const Status second = await(rig.values.writeDirectory(Service, StoredDirectory{}, {}));
    QVERIFY(!second);
    QVERIFY(second.error().kind == Error::Kind::Conflict);
    QCOMPARE(await(rig.values.readDirectory(Service, {}))->directory, mine->directory);
}

void TestNamedValues::theDirectoryIsReplaced()
{
    Rig rig;
    gateway::ServiceDirectory directory;
    directory.set({"checkout", "shop", {}, {}, {}, {}, {}});
    rig.stored = {{"displayName", "gatehouse-directory"}, {"value", *gateway::writeDirectory(directory)}};
    auto read = await(rig.values.readDirectory(Service, {}));
    QVERIFY(read && read->version);
    read->directory.set({"checkout", "shop", {}, {}, {}, "CC-1", {}});
    QVERIFY(await(rig.values.writeDirectory(Service, *read, {})));
    QCOMPARE(std::string(rig.http.requests.back().headers.text("If-Match")), std::string("\"v1\""));
    const Status again = await(rig.values.writeDirectory(Service, *read, {}));
    QVERIFY(!again && again.error().kind == Error::Kind::Conflict);
}

void TestNamedValues::whatIsNoDirectoryIsNotOverwritten()
{
    Rig rig;
    rig.stored = {{"displayName", "gatehouse-directory"}, {"value", "by hand"}};
    const auto read = await(rig.values.readDirectory(Service, {}));
    QVERIFY(!read);
    QVERIFY(read.error().kind == Error::Kind::InvalidInput);
}

void TestNamedValues::whatDoesNotFitIsNotSent()
{
    Rig rig;
    StoredDirectory large;
    for (int i = 0; i < 200; ++i)
        large.directory.set({"service-" + std::to_string(i), "application", {}, {}, {}, {}, {}});
    const Status written = await(rig.values.writeDirectory(Service, large, {}));
    QVERIFY(!written);
    QVERIFY(written.error().kind == Error::Kind::InvalidInput);
    QVERIFY(rig.http.requests.empty());
}

GATEHOUSE_TEST_MAIN(TestNamedValues)
#include "tst_namedvalues.moc"
