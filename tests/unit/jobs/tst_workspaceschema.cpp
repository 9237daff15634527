// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/jobs/workspacequeries.h"
#include "core/jobs/workspaceschema.h"
#include "tests/support/fakehttp.h"
#include "tests/support/faketokens.h"
#include "tests/support/futures.h"
#include "tests/support/manualclock.h"
#endif
#include "tests/support/testmain.h"

using namespace gatehouse;
using namespace gatehouse::jobs;
using namespace gatehouse::test;

namespace {

constexpr const char* Workspace = "aaaaaaaa-2222-3333-4444-555555555555";
constexpr const char* Metadata =
    R"({"tables":[{"name":"T","description":"Requests","columns":[{"name":"TimeGenerated","type":"datetime"},)"
    R"({"name":"N","type":"long"},{"name":"Odd","type":"hologram"},{"type":"long"}]},{"columns":[]},7]})";

struct Rig
{
    explicit Rig(FakeHttp::Handler handler)
        : http(std::move(handler))
        , authorized(http, tokens, clock)
        , client(authorized, "https://logs.example", "logs/.default")
        , workspace(client, Workspace)
        , schema(client, Workspace, workspace)
    {}
    ManualClock clock;
    FakeHttp http;
    FakeTokens tokens;
    azure::AuthorizedClient authorized;
    azure::LogAnalyticsClient client;
    WorkspaceQueries workspace;
    WorkspaceSchema schema;
};

bool isMetadata(const http::HttpRequest& request)
{
    return request.url == std::string("https://logs.example/v1/workspaces/") + Workspace + "/metadata";
}

} // namespace

class TestWorkspaceSchema : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsTheMetadataOnce()
    {
        int asked = 0;
        Rig rig([&](const http::HttpRequest& request) {
            asked += isMetadata(request) ? 1 : 0;
            return response(200, Metadata);
        });
        auto first = rig.schema.schema({});
        auto second = rig.schema.schema({});
        QTRY_VERIFY(first.isFinished() && second.isFinished());
        QVERIFY(first.result().has_value());
        const kql::language::Schema& schema = **first.result();
        QCOMPARE(schema.tables.size(), std::size_t(1));
        QCOMPARE(schema.tables[0].description, std::string("Requests"));
        QCOMPARE(schema.tables[0].columns.size(), std::size_t(2));
        QVERIFY(schema.tables[0].columns[1].type == ColumnType::Long);
        auto third = rig.schema.schema({});
        QVERIFY(third.isFinished());
        QCOMPARE(asked, 1);
    }

    void withoutMetadataItAsksTheTables()
    {
        Rig rig([&](const http::HttpRequest& request) {
            if (isMetadata(request))
                return response(404, R"({"error":{"code":"PathNotFoundError","message":"No such path."}})");
            if (request.body.find("ApiManagementGatewayLogs") != std::string::npos)
                return response(200,
                                R"({"tables":[{"name":"P","columns":[{"name":"ColumnName","type":"string"},)"
                                R"({"name":"ColumnType","type":"string"}],"rows":[["TimeGenerated",)"
                                R"("datetime"],["TotalTime","long"]]}]})");
            return response(400, R"({"error":{"code":"BadArgumentError","message":"m","innererror":{"code":)"
                                 R"("SemanticError","message":"A table could not be resolved."}}})");
        });
        auto schema = rig.schema.schema({});
        QTRY_VERIFY(schema.isFinished());
        QVERIFY(schema.result().has_value());
        QCOMPARE((*schema.result())->tables.size(), std::size_t(1));
        QCOMPARE((*schema.result())->tables[0].columns.size(), std::size_t(2));
    }

    void aFailureIsTriedAgain()
    {
        bool works = false;
        Rig rig([&](const http::HttpRequest&) {
            return works ? response(200, Metadata)
                         : response(503, R"({"error":{"code":"ServiceUnavailable","message":"Later."}})");
        });
        auto schema = rig.schema.schema({});
        QTRY_VERIFY(schema.isFinished());
        QVERIFY(!schema.result().has_value());
        works = true;
        auto again = rig.schema.schema({});
        QTRY_VERIFY(again.isFinished());
        QVERIFY(again.result().has_value());
    }

    void cutMetadataIsNoSchema()
    {
        const std::string whole(Metadata);
        for (std::size_t length = 0; length < whole.size(); ++length)
            QVERIFY(!azure::decodeLogMetadata(whole.substr(0, length)));
        QVERIFY(azure::decodeLogMetadata(whole));
        QVERIFY(!azure::decodeLogMetadata("[]"));
    }
};

GATEHOUSE_TEST_MAIN(TestWorkspaceSchema)
#include "tst_workspaceschema.moc"
