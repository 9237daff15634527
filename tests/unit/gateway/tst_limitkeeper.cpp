// SPDX-License-Identifier: GPL-3.0-or-later
// Several limits of one call, taken by all or by none; reservations; and sixteen threads at one keeper.
#include "tests/support/testmain.h"

#include "core/gateway/quota/limitkeeper.h"

#include "tests/support/seed.h"
#include "tests/unit/gateway/limitload.h"

using namespace gatehouse;
using namespace gatehouse::gateway;
using namespace std::chrono_literals;

namespace {

constexpr CallRate TwoAMinute{2, 60s};
constexpr TokenRate Thousand{1000};
constexpr TokenAllowance FiveThousandADay{5000, QuotaPeriod::Daily};

Instant at(Ticks time)
{
    return {DateTime::fromCivil(2026, 11, 21) + time, time};
}

LimitedRequest request(std::vector<RequestLimit> limits, std::int64_t prompt = 0,
                       std::optional<std::int64_t> maxTokens = std::nullopt)
{
    return {std::move(limits), {prompt, maxTokens}};
}

std::int64_t usedOf(const LimitKeeper& keeper, const std::string& identity, Instant now)
{
    for (const CounterStanding& one : keeper.standings(now)) {
        if (one.identity == identity)
            return one.standing.used + one.standing.inFlight;
    }
    return -1;
}

} // namespace

class TestLimitKeeper : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRefusalByTheSecondTakesNothingFromTheFirst()
    {
        LimitKeeper keeper;
        const LimitedRequest large = request(
            {{"rate", "a", TwoAMinute}, {"tpm", "a", Thousand}, {"day", "a", FiveThousandADay}}, 1001);
        const LimitAdmission refused = keeper.admit(at(0s), large);
        QVERIFY(!refused.allowed);
        QVERIFY(!refused.reservation.holds());
        QCOMPARE(refused.refusal.limit, std::size_t(1));
        QVERIFY(refused.refusal.kind == LimitKind::TokenRate);
        QCOMPARE(refused.refusal.status, 429);
        QVERIFY(!refused.refusal.retryAfter.has_value());
        QVERIFY((refused.remaining == std::vector<std::int64_t>{1, 1000, 3999}));
        for (const char* identity : {"rate", "tpm", "day"})
            QCOMPARE(usedOf(keeper, identity, at(0s)), std::int64_t(0));
    }

    void theFirstThatRefusesIsNamed()
    {
        LimitKeeper keeper;
        const LimitedRequest call = request(
            {{"rate", "a", CallRate{9, 60s}}, {"day", "a", FiveThousandADay}, {"tpm", "a", Thousand}}, 6000);
        const LimitAdmission refused = keeper.admit(at(0s), call);
        QCOMPARE(refused.refusal.limit, std::size_t(1));
        QCOMPARE(refused.refusal.status, 403);
    }

    void aReservationIsSettledOnce()
    {
        LimitKeeper keeper;
        LimitAdmission admission =
            keeper.admit(at(0s), request({{"tpm", "a", Thousand}, {"day", "a", FiveThousandADay}}, 100, 500));
        QVERIFY(admission.allowed);
        QVERIFY((admission.remaining == std::vector<std::int64_t>{400, 4400}));
        QCOMPARE(usedOf(keeper, "tpm", at(1s)), std::int64_t(600));
        LimitReservation moved = std::move(admission.reservation);
        admission.reservation.settle(at(1s), {999, 0}); // holds nothing any more
        QCOMPARE(usedOf(keeper, "tpm", at(1s)), std::int64_t(600));
        moved.settle(at(1s), {150, 0});
        QCOMPARE(usedOf(keeper, "tpm", at(1s)), std::int64_t(150));
        QCOMPARE(usedOf(keeper, "day", at(1s)), std::int64_t(150));
        moved.settle(at(1s), {150, 0});
        moved.cancel();
        QCOMPARE(usedOf(keeper, "tpm", at(1s)), std::int64_t(150));
    }

    void aReservationThatIsDroppedOrReplacedIsCancelled()
    {
        LimitKeeper keeper;
        const LimitedRequest call = request({{"rate", "a", TwoAMinute}, {"tpm", "a", Thousand}}, 100);
        static_cast<void>(keeper.admit(at(0s), call));
        QCOMPARE(usedOf(keeper, "rate", at(0s)), std::int64_t(0));
        QCOMPARE(usedOf(keeper, "tpm", at(0s)), std::int64_t(0));
        LimitReservation reservation = keeper.admit(at(0s), call).reservation;
        reservation = keeper.admit(at(1s), call).reservation;
        QCOMPARE(usedOf(keeper, "rate", at(1s)), std::int64_t(1));
        QCOMPARE(usedOf(keeper, "tpm", at(1s)), std::int64_t(100));
    }

    void whatTheConditionDoesNotCountComesBack()
    {
        LimitKeeper keeper;
        CallAllowance quota;
        quota.calls = 10;
        LimitAdmission admission = keeper.admit(
            at(0s), request({{"rate", "a", TwoAMinute}, {"quota", "a", quota}, {"tpm", "a", Thousand}}, 100));
        const std::array<std::size_t, 1> uncounted{0};
        admission.reservation.settle(at(1s), {70, 0}, uncounted);
        QCOMPARE(usedOf(keeper, "rate", at(1s)), std::int64_t(0));
        QCOMPARE(usedOf(keeper, "quota", at(1s)), std::int64_t(1));
        QCOMPARE(usedOf(keeper, "tpm", at(1s)), std::int64_t(70));
    }

    void keysIdentitiesAndKindsCountApart()
    {
        LimitKeeper keeper;
        std::vector<LimitReservation> kept;
        for (const auto& [identity, key] :
             {std::pair("x", "yz"), std::pair("xy", "z"), std::pair("yz", "x")}) {
            for (int i = 0; i < 2; ++i) {
                LimitAdmission one = keeper.admit(at(0s), request({{identity, key, TwoAMinute}}));
                QVERIFY(one.allowed);
                kept.push_back(std::move(one.reservation));
            }
            QVERIFY(!keeper.admit(at(0s), request({{identity, key, TwoAMinute}})).allowed);
        }
        QVERIFY(keeper.admit(at(0s), request({{"x", "yz", Thousand}}, 1000)).allowed);
        QCOMPARE(keeper.standings(at(0s)).size(), std::size_t(4));
    }

    void aCounterThatIsNamedTwiceCountsOnceAndIsCheckedTwice()
    {
        LimitKeeper keeper;
        const std::vector<RequestLimit> wide{{"rate", "a", CallRate{9, 60s}}, {"rate", "a", TwoAMinute}};
        std::vector<LimitReservation> kept;
        for (int i = 0; i < 2; ++i) {
            LimitAdmission one = keeper.admit(at(0s), request(wide));
            QVERIFY(one.allowed);
            kept.push_back(std::move(one.reservation));
        }
        QCOMPARE(usedOf(keeper, "rate", at(0s)), std::int64_t(2));
        QCOMPARE(keeper.admit(at(0s), request(wide)).refusal.limit, std::size_t(1));
    }

    void otherNumbersTakeEffectAtOnceAndForgetNothing()
    {
        LimitKeeper keeper;
        std::vector<LimitReservation> kept;
        for (int i = 0; i < 2; ++i)
            kept.push_back(keeper.admit(at(0s), request({{"rate", "a", TwoAMinute}})).reservation);
        const LimitAdmission refused = keeper.admit(at(1s), request({{"rate", "a", TwoAMinute}}));
        QVERIFY(*refused.refusal.retryAfter == Ticks(59s));
        const LimitAdmission raised = keeper.admit(at(1s), request({{"rate", "a", CallRate{5, 60s}}}));
        QVERIFY(raised.allowed);
        QVERIFY((raised.remaining == std::vector<std::int64_t>{2}));
        QVERIFY(!keeper.admit(at(1s), request({{"rate", "a", CallRate{3, 60s}}})).allowed);
    }

    void anIncrementCountIsTakenWhole()
    {
        LimitKeeper keeper;
        const LimitAdmission three = keeper.admit(at(0s), request({{"rate", "a", CallRate{4, 60s}, 3}}));
        QVERIFY(three.allowed);
        QVERIFY(!keeper.admit(at(0s), request({{"rate", "a", CallRate{4, 60s}, 2}})).allowed);
        QVERIFY(keeper.admit(at(0s), request({{"rate", "a", CallRate{4, 60s}, 1}})).allowed);
    }

    void aRequestWithoutLimitsPasses()
    {
        LimitKeeper keeper;
        QVERIFY(keeper.admit(at(0s), {}).allowed);
    }

    void whatIsUnusedForTwoWindowsIsDroppedAndWhatIsHeldIsNot()
    {
        LimitKeeper keeper;
        // A shard sweeps when it is used, so enough keys to meet every shard.
        const auto touchAll = [&](Ticks time) {
            for (int i = 0; i < 2000; ++i)
                keeper.admit(at(time), request({{"touch", std::to_string(i), TwoAMinute}}))
                    .reservation.settle(at(time), {});
        };
        keeper.admit(at(0s), request({{"rate", "a", TwoAMinute}})).reservation.settle(at(0s), {});
        keeper.admit(at(0s), request({{"day", "a", FiveThousandADay}}, 10))
            .reservation.settle(at(0s), {7, 0});
        CallAllowance forEver;
        forEver.calls = 10;
        keeper.admit(at(0s), request({{"ever", "a", forEver}})).reservation.settle(at(0s), {});
        LimitReservation held = keeper.admit(at(0s), request({{"tpm", "a", Thousand}}, 10)).reservation;

        touchAll(100s);
        QCOMPARE(usedOf(keeper, "rate", at(119s)), std::int64_t(0)); // out of the window, still there
        touchAll(200s);
        QCOMPARE(usedOf(keeper, "rate", at(200s)), std::int64_t(-1));
        QCOMPARE(usedOf(keeper, "day", at(200s)), std::int64_t(7));
        touchAll(47h);
        QCOMPARE(usedOf(keeper, "day", at(47h)), std::int64_t(0));
        touchAll(49h);
        QCOMPARE(usedOf(keeper, "day", at(49h)), std::int64_t(-1));
        QCOMPARE(usedOf(keeper, "ever", at(49h)), std::int64_t(1));
        QCOMPARE(usedOf(keeper, "tpm", at(49h)), std::int64_t(10));
        held.settle(at(49h), {20, 0});
        QCOMPARE(usedOf(keeper, "tpm", at(49h)), std::int64_t(20));
        touchAll(50h);
        QCOMPARE(usedOf(keeper, "tpm", at(50h)), std::int64_t(-1));
    }

    void quotasAreKeptOverARestart()
    {
        std::vector<SavedCounter> saved;
        CallAllowance quota;
        quota.calls = 3;
        quota.kilobytes = 10;
        const std::vector<RequestLimit> limits{
            {"day", "a", FiveThousandADay}, {"calls", "b", quota}, {"rate", "a", TwoAMinute}};
        {
            LimitKeeper before;
            before.admit(at(0s), request(limits, 100)).reservation.settle(at(1s), {4900, 2048});
            saved = before.save();
        }
        QCOMPARE(saved.size(), std::size_t(2)); // a rate is not worth keeping
        LimitKeeper after;
        after.restore(saved);
        QCOMPARE(usedOf(after, "day", at(2s)), std::int64_t(4900));
        QCOMPARE(usedOf(after, "calls", at(2s)), std::int64_t(1));
        LimitAdmission refused = after.admit(at(2s), request(limits, 101));
        QCOMPARE(refused.refusal.limit, std::size_t(0));
        after.admit(at(2s), request(limits, 100)).reservation.settle(at(2s), {100, 0});
        after.restore(saved); // too late: what goes on counting is left alone
        QCOMPARE(usedOf(after, "day", at(2s)), std::int64_t(5000));
        std::vector<SavedCounter> again = after.save();
        QCOMPARE(again.size(), std::size_t(2));
        QVERIFY(again != saved);
    }

    void threadsTogetherNeverGoOver_data()
    {
        QTest::addColumn<int>("calls"); // a minute; 0: no such limit
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("keys");
        QTest::newRow("calls") << 1000 << 0 << 1;
        QTest::newRow("tokens with max_tokens") << 0 << 100'000 << 1;
        QTest::newRow("now the one refuses, now the other") << 250 << 100'000 << 1;
        QTest::newRow("both, four keys") << 1000 << 100'000 << 4;
    }

    void threadsTogetherNeverGoOver()
    {
        QFETCH(int, calls);
        QFETCH(int, tokens);
        QFETCH(int, keys);
        test::LoadPlan plan;
        plan.seed = test::seed();
        plan.keys = keys;
        plan.triesPerSecond = keys == 1 ? 3 : 10;
        if (calls > 0)
            plan.calls = CallRate{calls, 60s};
        if (tokens > 0)
            plan.tokens = TokenRate{tokens};
        LimitKeeper keeper;
        const test::LoadHistory history = test::runLoad(plan, keeper);
        QVERIFY(history.refusals > 0);
        std::int64_t mostCalls = 0;
        std::int64_t mostTokens = 0;
        for (int key = 0; key < keys; ++key) {
            const std::int64_t peak = test::peakOfCalls(history, key, 60s);
            mostCalls = std::max(mostCalls, peak);
            QVERIFY(calls == 0 || peak <= calls);
            QVERIFY(tokens > 0 || peak > calls * 17 / 20); // the rest was refunded
            for (const double part : {0.0, 0.5, 1.0}) {
                const std::int64_t used = test::peakOfTokens(history, key, part);
                mostTokens = std::max(mostTokens, used);
                QVERIFY(tokens == 0 || (used > tokens / 3 && used <= tokens));
            }
        }
        qInfo("%zu calls ended, %lld refused; in any minute at most %lld calls, %lld tokens",
              history.calls.size(), static_cast<long long>(history.refusals),
              static_cast<long long>(mostCalls), static_cast<long long>(mostTokens));
        // Nothing was lost on the way.
        for (const CounterStanding& one : keeper.standings(at(std::chrono::seconds(plan.seconds) + 120s))) {
            QCOMPARE(one.standing.inFlight, std::int64_t(0));
            QCOMPARE(one.standing.used, std::int64_t(0));
            QCOMPARE(one.standing.overshoot.peak, std::int64_t(0));
        }
    }

    void withoutMaxTokensThreadsGoOverAndTheKeeperSaysSo()
    {
        test::LoadPlan plan;
        plan.seed = test::seed();
        plan.triesPerSecond = 3;
        plan.tokens = TokenRate{100'000};
        plan.saysMaxTokens = false;
        LimitKeeper keeper;
        const test::LoadHistory history = test::runLoad(plan, keeper);
        const std::int64_t over = test::peakOfTokens(history, 0, 1.0) - 100'000;
        QVERIFY(over > 0);
        QCOMPARE(keeper.standings(at(0s)).size(), std::size_t(1));
        const Overshoot measured = keeper.standings(at(0s)).front().standing.overshoot;
        QCOMPARE(measured.peak, over);
        QVERIFY(measured.total >= measured.peak);
    }
};

GATEHOUSE_TEST_MAIN(TestLimitKeeper)
#include "tst_limitkeeper.moc"
