// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/gate.h"
#include "core/http/sharedcalls.h"
#include "tests/support/futures.h"
#include "tests/support/testmain.h"

#include <QtCore/QRandomGenerator>

using namespace gatehouse;
using namespace gatehouse::http;
using namespace gatehouse::test;

class TestGate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void letsFiveInInOrder();
    void stoppedWaitersLeave();
    void neverMoreThanItsPlaces();
    void permitsOutliveTheGate();
    void identicalCallsAreShared();
    void theCallStopsWhenNobodyWaits();
};

void TestGate::letsFiveInInOrder()
{
    Gate gate(5);
    std::vector<int> order;
    std::vector<Gate::Permit> permits;
    for (int i = 0; i < 8; ++i) {
        gate.enter({}, [&, i](const Result<Gate::Permit>& permit) {
            order.push_back(i);
            permits.push_back(*permit);
        });
    }
    QCOMPARE(order, (std::vector<int>{0, 1, 2, 3, 4}));
    QCOMPARE(gate.waiting(), 3);
    // A permit that goes lets the next one in at once, which changes the list: take it out first.
    Gate::Permit leaving = std::move(permits.front());
    permits.erase(permits.begin());
    leaving.reset();
    QCOMPARE(order.back(), 5);
    std::exchange(permits, {}).clear();
    QCOMPARE(order, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7}));
    std::exchange(permits, {}).clear();
    QCOMPARE(gate.inside(), 0);
}

void TestGate::stoppedWaitersLeave()
{
    Gate gate(1);
    Gate::Permit held;
    gate.enter({}, [&](const Result<Gate::Permit>& permit) { held = *permit; });
    std::stop_source stop;
    bool cancelled = false;
    gate.enter(stop.get_token(),
               [&](const Result<Gate::Permit>& permit) { cancelled = permit.error().cancelled(); });
    stop.request_stop();
    QVERIFY(!cancelled);
    settleEvents();
    QVERIFY(cancelled);
    held.reset();
    QCOMPARE(gate.inside(), 0);
}

void TestGate::neverMoreThanItsPlaces()
{
    Gate gate(5);
    QRandomGenerator random(1);
    std::vector<Gate::Permit> held;
    int entered = 0;
    int most = 0;
    connect(&gate, &Gate::insideChanged, &gate, [&](int inside) { most = std::max(most, inside); });
    for (int step = 0; step < 5000; ++step) {
        if (random.generate() % 3 != 0) {
            gate.enter({}, [&](const Result<Gate::Permit>& permit) {
                ++entered;
                held.push_back(*permit);
            });
        } else if (!held.empty()) {
            const Gate::Permit leaving = held.front();
            held.erase(held.begin());
        }
    }
    while (!held.empty()) {
        const Gate::Permit leaving = held.front();
        held.erase(held.begin());
    }
    QCOMPARE(most, 5);
    QCOMPARE(gate.inside(), 0);
    QCOMPARE(gate.waiting(), 0);
    QVERIFY(entered > 3000);
}

void TestGate::permitsOutliveTheGate()
{
    auto gate = std::make_unique<Gate>(1);
    Gate::Permit held;
    bool cancelled = false;
    gate->enter({}, [&](const Result<Gate::Permit>& permit) { held = *permit; });
    gate->enter({}, [&](const Result<Gate::Permit>& permit) { cancelled = !permit; });
    gate.reset();
    QVERIFY(cancelled);
    held.reset();
}

void TestGate::identicalCallsAreShared()
{
    SharedCalls<int> calls(this);
    std::vector<Deferred<int>> started;
    const auto start = [&](const std::stop_token&) {
        started.emplace_back();
        return started.back().future();
    };
    const auto a = calls.share("same", {}, start);
    const auto b = calls.share("same", {}, start);
    const auto c = calls.share("other", {}, start);
    QCOMPARE(started.size(), 2U);
    started[0].settle(7);
    QCOMPARE(a.result().value(), 7);
    QCOMPARE(b.result().value(), 7);
    QVERIFY(!c.isFinished());
    const auto later = calls.share("same", {}, start);
    QCOMPARE(started.size(), 3U); // an answer is not kept
}

void TestGate::theCallStopsWhenNobodyWaits()
{
    SharedCalls<int> calls(this);
    std::stop_token inner;
    Deferred<int> deferred;
    const auto start = [&](const std::stop_token& stop) {
        inner = stop;
        return deferred.future();
    };
    std::stop_source first;
    std::stop_source second;
    const auto a = calls.share("key", first.get_token(), start);
    const auto b = calls.share("key", second.get_token(), start);
    first.request_stop();
    settleEvents();
    QVERIFY(a.result().error().cancelled());
    QVERIFY(!inner.stop_requested());
    second.request_stop();
    settleEvents();
    QVERIFY(b.result().error().cancelled());
    QVERIFY(inner.stop_requested());
    QCOMPARE(calls.underWay(), 0U);
    deferred.settle(1); // comes too late for anybody
}

GATEHOUSE_TEST_MAIN(TestGate)
#include "tst_gate.moc"
