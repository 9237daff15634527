// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/http/retry.h"
#include "tests/support/fakehttp.h"
#include "tests/support/futures.h"
#include "tests/support/manualscheduler.h"
#endif
#include "tests/support/testmain.h"

#include <QtCore/QRandomGenerator>

using namespace gatehouse;
using namespace gatehouse::http;
using namespace gatehouse::test;
using namespace std::chrono_literals;

namespace {

HttpRequest request(const std::string& method = "GET", const std::string& url = "https://arm.example/a")
{
    HttpRequest made;
    made.method = method;
    made.url = url;
    return made;
}

struct Rig
{
    explicit Rig(FakeHttp::Handler handler = {}, RetryPolicy policy = {})
        : scheduler(clock)
        , http(std::move(handler))
        , client(http, clock, scheduler, policy, [this] { return jitter; })
    {}

    double jitter = 0.5;
    ManualClock clock;
    ManualScheduler scheduler;
    FakeHttp http;
    RetryingClient client;
};

} // namespace

class TestRetry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void passesAnswersThrough();
    void neverMoreThanThreeAttempts_data();
    void neverMoreThanThreeAttempts();
    void waitsForRetryAfter();
    void longWishesAreNotWaitedFor();
    void oneProbeGoesAfterAPark();
    void aStormIsHeldBack();
    void otherServicesAreNotParked();
    void jitterSpreadsClients();
    void stoppedWhileWaiting();
    void goesWithCallsOpen();
};

void TestRetry::passesAnswersThrough()
{
    for (const int status : {200, 204, 304, 400, 401, 403, 404, 412, 501, 504}) {
        const HttpResponse sent = response(status, "body");
        Rig rig([&](const HttpRequest&) { return sent; });
        const auto answer = await(rig.client.send(request(), {}));
        QVERIFY(answer->body.sharesBytesWith(sent.body)); // 100 MB are not copied on the main thread
        QCOMPARE(answer->status, status);
        QCOMPARE(answer->attempts, 1);
        QCOMPARE(rig.http.requests.size(), 1U);
    }
}

void TestRetry::neverMoreThanThreeAttempts_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<bool>("repeatable");
    QTest::addColumn<int>("status"); // 0: a failure of the network
    QTest::addColumn<int>("attempts");
    QTest::newRow("GET 500") << "GET" << false << 500 << 3;
    QTest::newRow("GET 502") << "GET" << false << 502 << 3;
    QTest::newRow("GET cut") << "GET" << false << 0 << 3;
    QTest::newRow("query 500") << "POST" << true << 500 << 3;
    QTest::newRow("write 500") << "PUT" << false << 500 << 1;
    QTest::newRow("write cut") << "PUT" << false << 0 << 1;
    QTest::newRow("write throttled") << "PUT" << false << 429 << 3;
    QTest::newRow("write unavailable") << "PUT" << false << 503 << 3;
    QTest::newRow("GET throttled") << "GET" << false << 429 << 3;
}

void TestRetry::neverMoreThanThreeAttempts()
{
    QFETCH(QString, method);
    QFETCH(bool, repeatable);
    QFETCH(int, status);
    QFETCH(int, attempts);
    Rig rig([status](const HttpRequest&) -> FakeHttp::Answer {
        if (status == 0)
            return networkFailure();
        return response(status);
    });
    HttpRequest made = request(method.toStdString());
    made.repeatable = repeatable;
    const auto future = rig.client.send(made, {});
    while (!future.isFinished() && rig.scheduler.advanceToNext()) {
    }
    QVERIFY(future.isFinished());
    QCOMPARE(rig.http.requests.size(), static_cast<std::size_t>(attempts));
    const auto outcome = future.result();
    if (status == 0)
        QVERIFY(outcome.error().kind == Error::Kind::Network);
    else
        QCOMPARE(outcome->status, status);
}

void TestRetry::waitsForRetryAfter()
{
    Rig rig;
    const auto future = rig.client.send(request(), {});
    rig.http.answer(response(429, {}, {{"Retry-After", "7"}}));
    rig.scheduler.advance(6999ms);
    QCOMPARE(rig.http.requests.size(), 1U);
    rig.scheduler.advance(1500ms);
    QCOMPARE(rig.http.requests.size(), 2U);
    rig.http.answer(response(200));
    QVERIFY(future.isFinished());
    QCOMPARE(future.result()->attempts, 2);
}

void TestRetry::longWishesAreNotWaitedFor()
{
    Rig rig;
    const auto first = rig.client.send(request(), {});
    rig.http.answer(response(429, "busy", {{"Retry-After", "1800"}}));
    QVERIFY(first.isFinished());
    QCOMPARE(first.result()->status, 429); // with its body, for the caller to read
    const auto second = rig.client.send(request(), {});
    QVERIFY(second.isFinished());
    QVERIFY(second.result().error().kind == Error::Kind::Throttled);
    QCOMPARE(second.result().error().retryAfter.value(), std::chrono::milliseconds(1'800'000));
    QCOMPARE(rig.http.requests.size(), 1U);
    rig.scheduler.advance(1802s);
    const auto third = rig.client.send(request(), {});
    QCOMPARE(rig.http.requests.size(), 2U);
    rig.http.answer(response(200));
    QVERIFY(third.result().has_value());
}

void TestRetry::oneProbeGoesAfterAPark()
{
    Rig rig;
    std::vector<QFuture<Result<HttpResponse>>> calls;
    for (int i = 0; i < 10; ++i)
        calls.push_back(rig.client.send(request(), {}));
    QCOMPARE(rig.http.requests.size(), 6U);
    for (int i = 0; i < 6; ++i)
        rig.http.answer(response(503, {}, {{"Retry-After", "5"}}));
    rig.scheduler.advance(6s);
    QCOMPARE(rig.http.requests.size(), 7U); // one alone
    rig.http.answer(response(200));
    QCOMPARE(rig.http.requests.size(), 13U); // then as many as the lane holds
    while (!rig.http.open.empty())
        rig.http.answer(response(200));
    for (const auto& call : calls)
        QCOMPARE(call.result()->status, 200);
    QCOMPARE(rig.http.requests.size(), 16U);
}

void TestRetry::aStormIsHeldBack()
{
    // 429 with Retry-After 7 for 30 s; 200 calls wait. No storm, none before its time, all get through.
    Rig rig;
    const auto start = rig.clock.monotonic();
    std::chrono::nanoseconds notBefore{0};
    rig.http.setHandler([&](const HttpRequest&) -> FakeHttp::Answer {
        if (rig.clock.monotonic() < notBefore && notBefore - rig.clock.monotonic() < 7s)
            qFatal("a request before its time");
        if (rig.clock.monotonic() - start >= 30s)
            return response(200);
        notBefore = rig.clock.monotonic() + 7s;
        return response(429, {}, {{"Retry-After", "7"}});
    });
    std::vector<QFuture<Result<HttpResponse>>> calls;
    for (int i = 0; i < 200; ++i)
        calls.push_back(rig.client.send(request(), {}));
    rig.scheduler.advance(60s);
    for (const auto& call : calls) {
        QVERIFY(call.isFinished());
        QCOMPARE(call.result()->status, 200);
    }
    QVERIFY2(rig.http.requests.size() <= 220, qPrintable(QString::number(rig.http.requests.size())));
}

void TestRetry::otherServicesAreNotParked()
{
    Rig rig;
    HttpRequest logs = request();
    logs.lane = "logs";
    const auto parked = rig.client.send(logs, {});
    rig.http.answer(response(429, {}, {{"Retry-After", "30"}}));
    const auto arm = rig.client.send(request(), {});
    const auto elsewhere = rig.client.send(request("GET", "https://other.example/"), {});
    QCOMPARE(rig.http.requests.size(), 3U);
    QVERIFY(!parked.isFinished());
}

void TestRetry::jitterSpreadsClients()
{
    // 50 clients that fail together come back over at least 60 % of the window.
    QRandomGenerator random(7);
    std::vector<std::int64_t> waits;
    for (int i = 0; i < 50; ++i) {
        ManualClock clock;
        ManualScheduler scheduler(clock);
        FakeHttp http([](const HttpRequest&) { return response(500); });
        RetryingClient client(http, clock, scheduler, {.first = 1000ms},
                              [&random] { return random.generateDouble(); });
        const auto future = client.send(request(), {});
        waits.push_back(scheduler.untilNext().count());
    }
    const auto [low, high] = std::minmax_element(waits.begin(), waits.end());
    QVERIFY(*high - *low >= 600);
    QVERIFY(*high <= 1000);
}

void TestRetry::stoppedWhileWaiting()
{
    Rig rig;
    std::stop_source stop;
    const auto waiting = rig.client.send(request(), stop.get_token());
    rig.http.answer(response(429, {}, {{"Retry-After", "7"}}));
    std::stop_source stopDelayed;
    HttpRequest other = request();
    other.lane = "other";
    const auto delayed = rig.client.send(other, stopDelayed.get_token());
    rig.http.answer(networkFailure());
    stop.request_stop();
    stopDelayed.request_stop();
    QVERIFY(!waiting.isFinished()); // the stop is posted, never acted upon inside request_stop
    settleEvents();
    QVERIFY(waiting.isFinished());
    QVERIFY(waiting.result().error().cancelled());
    QVERIFY(delayed.isFinished());
    QVERIFY(delayed.result().error().cancelled());
    rig.scheduler.advance(60s);
    QCOMPARE(rig.http.requests.size(), 2U);
}

void TestRetry::goesWithCallsOpen()
{
    ManualClock clock;
    ManualScheduler scheduler(clock);
    FakeHttp http;
    auto client = std::make_unique<RetryingClient>(http, clock, scheduler);
    const auto parked = client->send(request(), {});
    http.answer(response(429, {}, {{"Retry-After", "7"}}));
    const auto open = client->send(request("GET", "https://b.example/"), {});
    client.reset();
    http.open.clear();
    QVERIFY(parked.isFinished());
    QVERIFY(parked.result().error().cancelled());
    scheduler.advance(60s); // no timer is left behind
    QCOMPARE(scheduler.pending(), 0U);
}

GATEHOUSE_TEST_MAIN(TestRetry)
#include "tst_retry.moc"
