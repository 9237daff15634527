// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/local/gateway/counterstore.h"
#include "tests/support/testmain.h"
#include "tests/unit/local/policytools.h"

#include <algorithm>
#include <atomic>

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;

/// What a quota counted survives the end of the process.
class TestCounterStore : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void countersComeBackAsTheyWere();
    void theLastSaveIsWhatIsKept();
    void savesWhileItRunsAndAtItsEnd();
    void aQuotaIsNotFreshAfterARestart();
    void aDamagedFileIsReported();
};

namespace {

gateway::SavedCounter counter(const std::string& key, std::int64_t tokens)
{
    gateway::SavedCounter one;
    one.kind = gateway::LimitKind::TokenQuota;
    one.identity = "llm-token-limit/Daily";
    one.counterKey = key;
    one.state.window = {DateTime::fromCivil(2026, 6, 1), DateTime::fromCivil(2026, 6, 2)};
    one.state.tokens = tokens;
    return one;
}

std::vector<gateway::SavedCounter> sorted(std::vector<gateway::SavedCounter> counters)
{
    std::ranges::sort(counters, {}, &gateway::SavedCounter::counterKey);
    return counters;
}

} // namespace

void TestCounterStore::countersComeBackAsTheyWere()
{
    const QTemporaryDir directory;
    const std::string path = directory.path().toStdString() + "/counters.sqlite";
    gateway::SavedCounter endless = counter("Ünïcode' key", 3);
    endless.kind = gateway::LimitKind::CallQuota;
    endless.state.window.end.reset();
    endless.state.calls = 12;
    endless.state.bytes = 1'234'567'890'123;
    const std::vector<gateway::SavedCounter> counters = {counter("a", 5), endless};
    {
        auto store = CounterStore::open(path);
        QVERIFY(store);
        QVERIFY((*store)->save(counters));
    }
    auto store = CounterStore::open(path);
    QVERIFY(store);
    const auto loaded = (*store)->load();
    QVERIFY(loaded);
    QCOMPARE(sorted(*loaded), sorted(counters));
}

void TestCounterStore::theLastSaveIsWhatIsKept()
{
    const QTemporaryDir directory;
    auto store = CounterStore::open(directory.path().toStdString() + "/counters.sqlite");
    QVERIFY(store);
    QVERIFY((*store)->save({counter("a", 5), counter("b", 6)}));
    QVERIFY((*store)->save({counter("b", 7)}));
    QCOMPARE(*(*store)->load(), std::vector<gateway::SavedCounter>{counter("b", 7)});
}

void TestCounterStore::savesWhileItRunsAndAtItsEnd()
{
    const QTemporaryDir directory;
    const std::string path = directory.path().toStdString() + "/counters.sqlite";
    auto store = CounterStore::open(path);
    auto reader = CounterStore::open(path);
    QVERIFY(store && reader);
    std::atomic<std::int64_t> tokens = 1;
    {
        const CounterSaver saver(
            **store, [&] { return std::vector{counter("a", tokens)}; }, std::chrono::milliseconds(5));
        QTRY_COMPARE(*(*reader)->load(), std::vector<gateway::SavedCounter>{counter("a", 1)});
        tokens = 2;
        QTRY_COMPARE(*(*reader)->load(), std::vector<gateway::SavedCounter>{counter("a", 2)});
    }
    {
        const CounterSaver saver(
            **store, [&] { return std::vector{counter("a", tokens)}; }, std::chrono::hours(1));
        tokens = 3;
    }
    QCOMPARE(*(*reader)->load(), std::vector<gateway::SavedCounter>{counter("a", 3)});
}

void TestCounterStore::aQuotaIsNotFreshAfterARestart()
{
    GatewayHarness h;
    QVERIFY(putApiPolicy(h, "<inbound><base/><llm-token-limit counter-key=\"all\" token-quota=\"20\" "
                            "token-quota-period=\"Daily\" estimate-prompt-tokens=\"false\"/></inbound>"));
    QCOMPARE(h.chat().status, 200); // 18 tokens
    QCOMPARE(h.chat().status, 200); // 2 were left, so it may begin
    QCOMPARE(h.chat().status, 403);
    auto store = CounterStore::open(h.directory.path().toStdString() + "/counters.sqlite");
    QVERIFY(store);
    QVERIFY((*store)->save(h.gateway->saveCounters()));
    h.gateway = std::make_unique<GatewayService>(GatewayParts{*h.resources, *h.logs, h, h.clock, h.sleeper});
    h.gateway->restoreCounters(*(*store)->load());
    QCOMPARE(h.chat().status, 403);
    h.clock.advance(std::chrono::hours(24));
    QCOMPARE(h.chat().status, 200);
}

void TestCounterStore::aDamagedFileIsReported()
{
    const QTemporaryDir directory;
    const std::string path = directory.path().toStdString() + "/counters.sqlite";
    QVERIFY(atomicWrite(path, std::string(8'192, 'x')));
    const auto store = CounterStore::open(path);
    QVERIFY(!store);
    QCOMPARE(store.error().serviceCode, std::string("corrupt"));
}

GATEHOUSE_TEST_MAIN(TestCounterStore)
#include "tst_counterstore.moc"
