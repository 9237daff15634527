// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/jobs/apimquotas.h"
#include "tests/support/fakearm.h"
#include "tests/support/futures.h"
#endif
#include "tests/support/testmain.h"

#include <array>
#include <map>
#include <random>

using namespace gatehouse;
using namespace gatehouse::jobs;
using namespace gatehouse::test;

namespace {

/// The fragment as the service keeps it, with the rules of contracts §4.1.
struct FakeService
{
    std::string xml = gateway::emptyQuotaFragment().text();
    int version = 1;
    int puts = 0;

    [[nodiscard]] std::string etag() const { return "\"v" + std::to_string(version) + "\""; }

    FakeHttp::Answer answer(const http::HttpRequest& request)
    {
        http::Headers headers;
        if (request.method == "GET") {
            headers.set("ETag", etag());
            return response(200, body(), headers);
        }
        ++puts;
        if (request.headers.first("If-Match").value_or("") != etag())
            return response(412, R"({"error":{"code":"PreconditionFailed","message":"stale"}})");
        const auto json = parseJson(request.body);
        xml = textAt(memberAt(*json, "properties"), "value");
        ++version;
        headers.set("ETag", etag());
        return response(200, body(), headers);
    }

    [[nodiscard]] std::string body() const
    {
        return dumpJson({{"name", "gatehouse-quotas"}, {"properties", {{"format", "xml"}, {"value", xml}}}});
    }

    [[nodiscard]] std::string callsOf(const std::string& service) const
    {
        const auto document = gateway::PolicyDocument::parse(xml, gateway::PolicyDocument::Root::Fragment);
        for (const gateway::ServiceQuota& row : gateway::readQuotaSheet(*document).services) {
            if (row.service == service)
                return row.limits.calls ? row.limits.calls->text : std::string();
        }
        return {};
    }
};

/// One admin's console.
struct Admin
{
    explicit Admin(FakeHttp::Handler handler = {})
        : console(std::move(handler))
        , apim(console.arm)
        , quotas(apim, ApimService, console.engine, console.clock)
    {}
    FakeConsole console;
    FakeHttp& http = console.http;
    azure::ApimClient apim;
    ApimQuotas quotas;

    /// The value of a change; this admin's time passes until it is there.
    Status await(QFuture<Status> future) { return console.wait(std::move(future)); }

    QFuture<Status> setCalls(const std::string& service, int calls)
    {
        return quotas.change(service,
                             [service, calls](const std::optional<gateway::ServiceQuota>& now) {
                                 gateway::ServiceQuota row = now.value_or(gateway::ServiceQuota{});
                                 row.service = service;
                                 row.limits.calls = gateway::LimitValue::of(calls);
                                 return std::optional(row);
                             },
                             {});
    }
    QFuture<Status> remove(const std::string& service)
    {
        return quotas.change(service, [](const auto&) { return std::optional<gateway::ServiceQuota>(); }, {});
    }
};

} // namespace

class TestApimQuotas : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aChangeCarriesTheVersionThatWasRead();
    void whatIsSoAlreadyIsNotWritten();
    void anotherRowThatChangedMeanwhileIsKept();
    void theSameRowThatChangedMeanwhileIsAConflict();
    void aLostReplyIsResolvedByReading_data();
    void aLostReplyIsResolvedByReading();
    void aForbiddenChangeNamesThePermission();
    void aWrongLimitNeverReachesTheNetwork();
    void randomHistoriesLoseNothing();
};

void TestApimQuotas::aChangeCarriesTheVersionThatWasRead()
{
    FakeService service;
    Admin admin([&](const http::HttpRequest& request) { return service.answer(request); });
    QVERIFY(admin.await(admin.setCalls("checkout", 60)).has_value());
    QCOMPARE(service.callsOf("checkout"), std::string("60"));
    const auto entries = test::await(admin.console.journal.entries({}));
    QVERIFY(entries && entries->size() == 1);
    QCOMPARE(entries->front().title, std::string("Limits of checkout"));
    QCOMPARE(admin.http.requests.size(), 2U);
    QCOMPARE(admin.http.requests.back().headers.first("If-Match").value_or(""), std::string("\"v1\""));
    QVERIFY(admin.await(admin.remove("checkout")).has_value());
    QCOMPARE(service.callsOf("checkout"), std::string());
    const auto sheet = await(admin.quotas.sheet({}));
    QVERIFY(sheet.has_value());
    QVERIFY(sheet->services.empty());
}

void TestApimQuotas::whatIsSoAlreadyIsNotWritten()
{
    FakeService service;
    Admin admin([&](const http::HttpRequest& request) { return service.answer(request); });
    QVERIFY(admin.await(admin.setCalls("checkout", 60)).has_value());
    QVERIFY(admin.await(admin.setCalls("checkout", 60)).has_value());
    QVERIFY(admin.await(admin.remove("nobody")).has_value());
    QCOMPARE(service.puts, 1);
}

void TestApimQuotas::anotherRowThatChangedMeanwhileIsKept()
{
    FakeService service;
    Admin other([&](const http::HttpRequest& request) { return service.answer(request); });
    bool between = true;
    Admin admin([&](const http::HttpRequest& request) {
        if (request.method == "PUT" && std::exchange(between, false))
            static_cast<void>(other.await(other.setCalls("search", 7)));
        return service.answer(request);
    });
    QVERIFY(admin.await(admin.setCalls("checkout", 60)).has_value());
    QCOMPARE(service.callsOf("search"), std::string("7"));
    QCOMPARE(service.callsOf("checkout"), std::string("60"));
}

void TestApimQuotas::theSameRowThatChangedMeanwhileIsAConflict()
{
    FakeService service;
    Admin other([&](const http::HttpRequest& request) { return service.answer(request); });
    bool between = true;
    Admin admin([&](const http::HttpRequest& request) {
        if (request.method == "PUT" && std::exchange(between, false))
            static_cast<void>(other.await(other.setCalls("checkout", 7)));
        return service.answer(request);
    });
    const Status done = admin.await(admin.setCalls("checkout", 60));
    QVERIFY(!done);
    QVERIFY(done.error().kind == Error::Kind::Conflict);
    QCOMPARE(service.callsOf("checkout"), std::string("7"));
}

void TestApimQuotas::aLostReplyIsResolvedByReading_data()
{
    QTest::addColumn<bool>("applied");
    QTest::addColumn<int>("status"); // 0: the connection was cut
    QTest::newRow("cut after the commit") << true << 0;
    QTest::newRow("cut before") << false << 0;
    QTest::newRow("500 after the commit") << true << 500;
    QTest::newRow("500 before") << false << 500;
}

void TestApimQuotas::aLostReplyIsResolvedByReading()
{
    QFETCH(bool, applied);
    QFETCH(int, status);
    FakeService service;
    Admin admin([&](const http::HttpRequest& request) -> FakeHttp::Answer {
        if (request.method == "GET")
            return service.answer(request);
        if (applied)
            static_cast<void>(service.answer(request));
        if (status == 0)
            return networkFailure();
        return response(status, R"({"error":{"code":"InternalServerError"}})");
    });
    const Status done = admin.await(admin.setCalls("checkout", 60));
    QCOMPARE(done.has_value(), applied);
    QVERIFY(service.puts <= 1); // never sent again
    QCOMPARE(service.callsOf("checkout"), applied ? std::string("60") : std::string());
    if (!applied)
        QVERIFY(done.error().advice.find("not changed") != std::string::npos);
}

void TestApimQuotas::aForbiddenChangeNamesThePermission()
{
    FakeService service;
    Admin admin([&](const http::HttpRequest& request) -> FakeHttp::Answer {
        if (request.method == "GET")
            return service.answer(request);
        return response(403, R"({"error":{"code":"AuthorizationFailed","message":"not allowed: write"}})");
    });
    const Status done = admin.await(admin.setCalls("checkout", 60));
    QVERIFY(!done);
    QVERIFY(done.error().kind == Error::Kind::Denied);
}

void TestApimQuotas::aWrongLimitNeverReachesTheNetwork()
{
    FakeService service;
    Admin admin([&](const http::HttpRequest& request) { return service.answer(request); });
    const Status done = admin.await(admin.setCalls("checkout", -3));
    QVERIFY(!done);
    QVERIFY(done.error().kind == Error::Kind::InvalidInput);
    QCOMPARE(service.puts, 0);
}

/// Three admins change three rows, in any interleaving, with replies that get lost. A row always holds what
/// the last write that the service took said, and whoever was told that all is well finds it written.
void TestApimQuotas::randomHistoriesLoseNothing()
{
    constexpr std::array<const char*, 3> Services = {"checkout", "search", "fraud"};
    const auto seed = std::random_device{}();
    int acknowledged = 0;
    int conflicts = 0;
    for (unsigned history = 0; history < 400; ++history) {
        std::mt19937 random(seed + history);
        FakeService service;
        std::map<std::string, std::vector<std::string>> taken; // by row: what the service took, in order
        std::array<std::unique_ptr<Admin>, 3> admins;
        for (auto& admin : admins)
            admin = std::make_unique<Admin>();
        struct Started
        {
            std::string row;
            std::string value;
            QFuture<Status> future;
        };
        std::vector<Started> changes;
        for (int i = 0; i < 8; ++i) {
            const std::string row = Services.at(random() % 3);
            const int value = static_cast<int>(1000 * (history % 7 + 1) + static_cast<unsigned>(i) + 1);
            changes.push_back({row, std::to_string(value), admins.at(random() % 3)->setCalls(row, value)});
        }
        for (;;) {
            std::vector<Admin*> waiting;
            for (const auto& admin : admins) {
                if (!admin->http.open.empty())
                    waiting.push_back(admin.get());
            }
            if (waiting.empty()) {
                // Nobody is on the network: whoever waits for his time gets it.
                bool waits = false;
                for (const auto& admin : admins)
                    waits = admin->console.scheduler.advanceToNext() || waits;
                if (waits)
                    continue;
                break;
            }
            Admin& admin = *waiting[random() % waiting.size()];
            const http::HttpRequest request =
                admin.http.requests[admin.http.requests.size() - admin.http.open.size()];
            FakeHttp::Answer answer = service.answer(request);
            const bool put = request.method == "PUT";
            if (put && answer->status == 200) {
                for (const char* row : Services) {
                    const std::string now = service.callsOf(row);
                    if (!now.empty() && (taken[row].empty() || taken[row].back() != now))
                        taken[row].push_back(now);
                }
            }
            if (put && random() % 8 == 0)
                answer = networkFailure();
            admin.http.answer(std::move(answer));
            QCoreApplication::processEvents();
        }
        for (const Started& change : changes) {
            QVERIFY2(change.future.isFinished(), qPrintable(QString::number(seed + history)));
            const Status done = change.future.result();
            const auto& values = taken[change.row];
            const bool written = std::find(values.begin(), values.end(), change.value) != values.end();
            if (done)
                QVERIFY2(written, qPrintable(QString::number(seed + history)));
            acknowledged += done ? 1 : 0;
            conflicts += !done && done.error().kind == Error::Kind::Conflict ? 1 : 0;
        }
        for (const auto& [row, values] : taken)
            QCOMPARE(service.callsOf(row), values.empty() ? std::string() : values.back());
    }
    QVERIFY2(acknowledged > 400, qPrintable(QString::number(acknowledged)));
    QVERIFY2(conflicts > 100, qPrintable(QString::number(conflicts)));
}

GATEHOUSE_TEST_MAIN(TestApimQuotas)
#include "tst_apimquotas.moc"
