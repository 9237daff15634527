// SPDX-License-Identifier: GPL-3.0-or-later
// Quotas of tokens and of calls: their windows, what crosses the end of one, and what is kept over a restart.
#include "tests/support/testmain.h"

#include "core/gateway/quota/callquota.h"
#include "core/gateway/quota/tokenquota.h"

#include "tests/support/seed.h"

#include <random>

using namespace gatehouse;
using namespace gatehouse::gateway;
using namespace std::chrono_literals;

namespace {

constexpr TokenAllowance ThousandADay{1000, QuotaPeriod::Daily};

Instant at(const char* text)
{
    return Instant::at(*parseDateTime(text));
}

LimitUsage tokens(std::int64_t count)
{
    return {count, 0};
}

CallAllowance allowance(std::optional<std::int64_t> calls, std::optional<std::int64_t> kilobytes,
                        Ticks period, const char* start = "0001-01-01T00:00:00Z")
{
    CallAllowance rule;
    rule.calls = calls;
    rule.kilobytes = kilobytes;
    rule.renewalPeriod = period;
    rule.firstPeriodStart = *parseDateTime(start);
    return rule;
}

} // namespace

class TestTokenQuota : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void windowsAreOfTheUtcCalendar_data()
    {
        QTest::addColumn<QByteArray>("period");
        QTest::addColumn<QByteArray>("moment");
        QTest::addColumn<QByteArray>("start");
        QTest::addColumn<QByteArray>("end");
        const auto row = [](const char* name, const char* period, const char* moment, const char* start,
                            const char* end) {
            QTest::newRow(name) << QByteArray(period) << QByteArray(moment) << QByteArray(start)
                                << QByteArray(end);
        };
        row("hour", "Hourly", "2026-11-21T08:59:59.9999999Z", "2026-11-21T08:00:00Z", "2026-11-21T09:00:00Z");
        row("hour's start", "Hourly", "2026-11-21T09:00:00Z", "2026-11-21T09:00:00Z", "2026-11-21T10:00:00Z");
        row("day", "Daily", "2026-12-31T23:59:59Z", "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z");
        row("week, a Saturday", "Weekly", "2026-11-21T12:00:00Z", "2026-11-16T00:00:00Z",
            "2026-11-23T00:00:00Z");
        row("week, its Sunday", "Weekly", "2026-11-22T23:59:59Z", "2026-11-16T00:00:00Z",
            "2026-11-23T00:00:00Z");
        row("week, a Monday", "Weekly", "2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z",
            "2026-11-30T00:00:00Z");
        row("month", "Monthly", "2026-11-21T12:00:00Z", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z");
        row("December", "Monthly", "2026-12-31T23:59:59Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z");
        row("a leap February", "Monthly", "2028-02-29T23:00:00Z", "2028-02-01T00:00:00Z",
            "2028-03-01T00:00:00Z");
        row("year", "Yearly", "2028-02-29T23:00:00Z", "2028-01-01T00:00:00Z", "2029-01-01T00:00:00Z");
        row("before 1970", "Monthly", "1969-12-31T23:59:59Z", "1969-12-01T00:00:00Z", "1970-01-01T00:00:00Z");
    }

    void windowsAreOfTheUtcCalendar()
    {
        QFETCH(QByteArray, period);
        QFETCH(QByteArray, moment);
        QFETCH(QByteArray, start);
        QFETCH(QByteArray, end);
        const QuotaWindow window =
            windowOf(*parseQuotaPeriod(period.toStdString()), *parseDateTime(moment.toStdString()));
        QCOMPARE(formatDateTime(window.start), start.toStdString());
        QCOMPARE(formatDateTime(*window.end), end.toStdString());
    }

    void callPeriodsAreCountedFromTheirFirstStart_data()
    {
        QTest::addColumn<QByteArray>("first");
        QTest::addColumn<qint64>("seconds");
        QTest::addColumn<QByteArray>("moment");
        QTest::addColumn<QByteArray>("start");
        QTest::addColumn<QByteArray>("end"); // empty: none
        const auto row = [](const char* name, const char* first, qint64 seconds, const char* moment,
                            const char* start, const char* end) {
            QTest::newRow(name) << QByteArray(first) << seconds << QByteArray(moment) << QByteArray(start)
                                << QByteArray(end);
        };
        row("from year one", "0001-01-01T00:00:00Z", 3600, "2026-11-21T08:30:00Z", "2026-11-21T08:00:00Z",
            "2026-11-21T09:00:00Z");
        row("odd start", "2026-11-21T08:07:00Z", 3600, "2026-11-21T10:06:59Z", "2026-11-21T09:07:00Z",
            "2026-11-21T10:07:00Z");
        row("at an end", "2026-11-21T08:07:00Z", 3600, "2026-11-21T10:07:00Z", "2026-11-21T10:07:00Z",
            "2026-11-21T11:07:00Z");
        row("before the first", "2026-11-21T08:07:00Z", 3600, "2026-11-21T08:06:59Z", "2026-11-21T07:07:00Z",
            "2026-11-21T08:07:00Z");
        row("no end", "2026-11-21T08:07:00Z", 0, "2030-01-01T00:00:00Z", "2026-11-21T08:07:00Z", "");
    }

    void callPeriodsAreCountedFromTheirFirstStart()
    {
        QFETCH(QByteArray, first);
        QFETCH(qint64, seconds);
        QFETCH(QByteArray, moment);
        QFETCH(QByteArray, start);
        QFETCH(QByteArray, end);
        const CallAllowance rule =
            allowance(1, std::nullopt, std::chrono::seconds(seconds), first.constData());
        const QuotaWindow window = windowOf(rule, *parseDateTime(moment.toStdString()));
        QCOMPARE(formatDateTime(window.start), start.toStdString());
        QCOMPARE(window.end ? formatDateTime(*window.end) : std::string(), end.toStdString());
    }

    void aRefusalWaitsForTheEndOfTheWindow()
    {
        TokenQuota quota;
        const Instant noon = at("2026-11-21T12:00:00Z");
        quota.settle(ThousandADay, quota.take(ThousandADay, noon, 600), noon, tokens(900));
        QCOMPARE(quota.ask(ThousandADay, noon, 100).remaining, std::int64_t(0));
        const LimitVerdict refused = quota.ask(ThousandADay, at("2026-11-21T23:59:59.5Z"), 101);
        QVERIFY(!refused.allowed);
        QCOMPARE(refused.remaining, std::int64_t(100));
        QCOMPARE(retryAfterSeconds(*refused.retryAfter), std::int64_t(1));
        QVERIFY(!quota.ask(ThousandADay, noon, 1001).retryAfter.has_value());
        QVERIFY(quota.ask(ThousandADay, at("2026-11-22T00:00:00Z"), 1000).allowed);
    }

    void whatRunsOverMidnightCountsWhereItEnds()
    {
        TokenQuota quota;
        const TakenShare share = quota.take(ThousandADay, at("2026-11-21T23:59:00Z"), 700);
        const Instant after = at("2026-11-22T00:00:10Z");
        QVERIFY(quota.ask(ThousandADay, after, 300).allowed);
        QVERIFY(!quota.ask(ThousandADay, after, 301).allowed);
        quota.settle(ThousandADay, share, after, tokens(650));
        QCOMPARE(quota.used(after), std::int64_t(650));
        QCOMPARE(quota.inFlight(), std::int64_t(0));
    }

    void aRaiseOrAnotherPeriodForgetsNothing()
    {
        TokenQuota quota;
        const Instant morning = at("2026-11-18T10:30:00Z");
        quota.settle(ThousandADay, quota.take(ThousandADay, morning, 0), morning, tokens(1000));
        QCOMPARE(quota.ask({1500, QuotaPeriod::Daily}, morning, 1).remaining, std::int64_t(499));
        QVERIFY(!quota.ask({1000, QuotaPeriod::Monthly}, morning, 1).allowed);
        // A shorter period keeps it too, up to its own end.
        const TokenAllowance hourly{1000, QuotaPeriod::Hourly};
        const LimitVerdict refused = quota.ask(hourly, morning, 1);
        QVERIFY(!refused.allowed);
        QVERIFY(*refused.retryAfter == Ticks(30min));
        static_cast<void>(quota.take(hourly, morning, 0));
        QVERIFY(quota.ask(hourly, at("2026-11-18T11:00:00Z"), 1000).allowed);
    }

    void aClockThatGoesBackKeepsTheWindow()
    {
        TokenQuota quota;
        const Instant now = at("2026-11-22T00:30:00Z");
        quota.settle(ThousandADay, quota.take(ThousandADay, now, 0), now, tokens(1000));
        const Instant before = at("2026-11-21T22:30:00Z");
        const LimitVerdict refused = quota.ask(ThousandADay, before, 1);
        QVERIFY(!refused.allowed);
        QVERIFY(*refused.retryAfter == Ticks(25h + 30min));
        quota.settle(ThousandADay, quota.take(ThousandADay, before, 0), before, tokens(5));
        QCOMPARE(quota.used(now), std::int64_t(1005));
    }

    void aSavedCountGoesOn()
    {
        TokenQuota before;
        const Instant now = at("2026-11-21T12:00:00Z");
        before.settle(ThousandADay, before.take(ThousandADay, now, 0), now, tokens(990));
        TokenQuota after;
        after.restore(before.state());
        QVERIFY(after.state() == before.state());
        QVERIFY(!after.ask(ThousandADay, now, 11).allowed);
        QVERIFY(after.ask(ThousandADay, now, 10).allowed);
        QVERIFY(after.ask(ThousandADay, at("2026-11-22T00:00:00Z"), 1000).allowed);

        QuotaState broken = before.state();
        broken.tokens = -5;
        after.restore(broken);
        QCOMPARE(after.used(now), std::int64_t(0));
    }

    void callsAreCountedWhereTheyEnter()
    {
        const CallAllowance rule = allowance(2, std::nullopt, 1h);
        CallQuota quota;
        const TakenShare first = quota.take(rule, at("2026-11-21T08:10:00Z"), 1);
        static_cast<void>(quota.take(rule, at("2026-11-21T08:20:00Z"), 1));
        const LimitVerdict refused = quota.ask(rule, at("2026-11-21T08:59:00Z"), 1);
        QVERIFY(!refused.allowed);
        QVERIFY(*refused.retryAfter == Ticks(1min));
        QCOMPARE(refused.remaining, std::int64_t(0));
        quota.cancel(first);
        QCOMPARE(quota.ask(rule, at("2026-11-21T08:59:00Z"), 1).remaining, std::int64_t(0));
        QVERIFY(!quota.ask(rule, at("2026-11-21T08:59:00Z"), 2).allowed);
        // What entered in the last period is not given back in this one.
        const TakenShare last = quota.take(rule, at("2026-11-21T08:59:00Z"), 1);
        static_cast<void>(quota.take(rule, at("2026-11-21T09:00:00Z"), 1));
        quota.cancel(last);
        QCOMPARE(quota.calls(at("2026-11-21T09:00:00Z")), std::int64_t(1));
    }

    void aQuotaWithoutAnEndGivesNoWait()
    {
        const CallAllowance rule = allowance(1, std::nullopt, 0s, "2026-01-01T00:00:00Z");
        CallQuota quota;
        static_cast<void>(quota.take(rule, at("2026-11-21T08:10:00Z"), 1));
        const LimitVerdict refused = quota.ask(rule, at("9000-01-01T00:00:00Z"), 1);
        QVERIFY(!refused.allowed);
        QVERIFY(!refused.retryAfter.has_value());
    }

    void bandwidthIsCheckedAgainstWhatWasUsed()
    {
        const CallAllowance rule = allowance(std::nullopt, 2, 1h);
        const Instant now = at("2026-11-21T08:10:00Z");
        CallQuota quota;
        QCOMPARE(quota.ask(rule, now, 1).remaining, std::int64_t(2));
        quota.settle(rule, quota.take(rule, now, 1), now, {0, 2047});
        QVERIFY(quota.ask(rule, now, 1).allowed);
        QCOMPARE(quota.ask(rule, now, 1).remaining, std::int64_t(0));
        quota.settle(rule, quota.take(rule, now, 1), now, {0, 1});
        QVERIFY(*quota.ask(rule, now, 1).retryAfter == Ticks(50min));
        QCOMPARE(quota.bytes(now), std::int64_t(2048));
        QVERIFY(quota.ask(rule, at("2026-11-21T09:00:00Z"), 1).allowed);
    }

    void bothCallsAndBandwidthMustHaveRoom()
    {
        const CallAllowance rule = allowance(2, 1, 1h);
        const Instant now = at("2026-11-21T08:10:00Z");
        CallQuota quota;
        QCOMPARE(quota.ask(rule, now, 1).remaining, std::int64_t(1));
        quota.settle(rule, quota.take(rule, now, 1), now, {0, 5000});
        const LimitVerdict refused = quota.ask(rule, now, 1);
        QVERIFY(!refused.allowed);
        QCOMPARE(refused.remaining, std::int64_t(1));
        CallQuota restored;
        restored.restore(quota.state());
        QVERIFY(!restored.ask(rule, now, 1).allowed);
        QCOMPARE(restored.calls(now), std::int64_t(1));
        QCOMPARE(restored.bytes(now), std::int64_t(5000));
    }

    void randomHistoriesNeverUseMoreThanTheQuotaInAWindow()
    {
        std::mt19937_64 random(test::seed());
        const auto below = [&](std::int64_t bound) {
            return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(bound));
        };
        int refusals = 0;
        for (int walk = 0; walk < 100; ++walk) {
            const TokenAllowance rule{500 + below(2000), static_cast<QuotaPeriod>(below(3))};
            TokenQuota quota;
            std::map<DateTime, std::int64_t> used; // by the start of the window a call ended in
            std::vector<std::pair<TakenShare, std::int64_t>> running;
            Instant now = at("2026-11-21T22:00:00Z");
            for (int step = 0; step < 300; ++step) {
                const Ticks pause(below(10 * 60 * 10'000'000LL));
                now = {now.utc + pause, now.monotonic + pause};
                const TokenDemand demand{below(100), below(300)};
                const LimitVerdict verdict = quota.ask(rule, now, demand.reserved());
                if (verdict.allowed)
                    running.emplace_back(quota.take(rule, now, demand.reserved()),
                                         below(demand.reserved() + 1));
                else
                    ++refusals;
                if (running.empty() || below(3) == 0)
                    continue;
                const auto one = running.begin() + below(static_cast<std::int64_t>(running.size()));
                quota.settle(rule, one->first, now, tokens(one->second));
                used[windowOf(rule.period, now.utc).start] += one->second;
                running.erase(one);
            }
            for (const auto& [start, sum] : used)
                QVERIFY(sum <= rule.tokens);
        }
        QVERIFY(refusals > 100);
    }
};

GATEHOUSE_TEST_MAIN(TestTokenQuota)
#include "tst_tokenquota.moc"
