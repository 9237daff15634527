// SPDX-License-Identifier: GPL-3.0-or-later
// The definitions of limits: what is refused at the door, and the numbers around them.
#include "tests/support/testmain.h"

#include "core/gateway/quota/limits.h"

#include "tests/support/manualclock.h"

using namespace gatehouse;
using namespace gatehouse::gateway;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(gatehouse::gateway::LimitRule)

namespace {

CallAllowance allowance(std::optional<std::int64_t> calls, std::optional<std::int64_t> kilobytes,
                        Ticks period)
{
    CallAllowance rule;
    rule.calls = calls;
    rule.kilobytes = kilobytes;
    rule.renewalPeriod = period;
    return rule;
}

} // namespace

class TestLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRuleIsRefusedAtTheDoorOrPasses_data()
    {
        QTest::addColumn<LimitRule>("rule");
        QTest::addColumn<QByteArray>("says"); // empty: it passes
        QTest::newRow("calls") << LimitRule(CallRate{100, 60s}) << QByteArray();
        QTest::newRow("no calls at all") << LimitRule(CallRate{0, 1s}) << QByteArray();
        QTest::newRow("calls below 0") << LimitRule(CallRate{-1, 60s}) << QByteArray("calls must be");
        QTest::newRow("too many calls")
            << LimitRule(CallRate{MaxLimitAmount + 1, 60s}) << QByteArray("calls must be");
        QTest::newRow("300 s") << LimitRule(CallRate{100, 300s}) << QByteArray();
        QTest::newRow("over 300 s") << LimitRule(CallRate{100, Ticks(300s) + Ticks(1)})
                                    << QByteArray("renewal-period of a call rate");
        QTest::newRow("no period") << LimitRule(CallRate{100, 0s})
                                   << QByteArray("renewal-period of a call rate");
        QTest::newRow("tokens") << LimitRule(TokenRate{MaxLimitAmount}) << QByteArray();
        QTest::newRow("tokens below 0") << LimitRule(TokenRate{-5}) << QByteArray("tokens-per-minute must");
        QTest::newRow("quota") << LimitRule(TokenAllowance{10'000, QuotaPeriod::Weekly}) << QByteArray();
        QTest::newRow("quota below 0")
            << LimitRule(TokenAllowance{-1, QuotaPeriod::Weekly}) << QByteArray("token-quota must");
        QTest::newRow("call quota") << LimitRule(allowance(5, 6, 300s)) << QByteArray();
        QTest::newRow("for ever") << LimitRule(allowance(5, std::nullopt, 0s)) << QByteArray();
        QTest::newRow("bandwidth alone") << LimitRule(allowance(std::nullopt, 5, 1h)) << QByteArray();
        QTest::newRow("neither") << LimitRule(allowance(std::nullopt, std::nullopt, 1h))
                                 << QByteArray("neither calls nor bandwidth");
        QTest::newRow("under 300 s") << LimitRule(allowance(5, 6, 299s))
                                     << QByteArray("renewal-period of a call quota");
        QTest::newRow("period below 0")
            << LimitRule(allowance(5, 6, -1s)) << QByteArray("renewal-period of a call quota");
        QTest::newRow("over a century")
            << LimitRule(allowance(5, 6, 24h * 36'501)) << QByteArray("at most 100 years");
        QTest::newRow("bandwidth below 0") << LimitRule(allowance(5, -6, 1h)) << QByteArray("bandwidth must");
        QTest::newRow("quota's calls below 0") << LimitRule(allowance(-5, 6, 1h)) << QByteArray("calls must");
    }

    void aRuleIsRefusedAtTheDoorOrPasses()
    {
        QFETCH(LimitRule, rule);
        QFETCH(QByteArray, says);
        const Status status = checkRule(rule);
        QCOMPARE(status.has_value(), says.isEmpty());
        if (status)
            return;
        QVERIFY(status.error().kind == Error::Kind::InvalidInput);
        QVERIFY2(QByteArray::fromStdString(status.error().message).contains(says),
                 status.error().message.c_str());
        QVERIFY(!status.error().advice.empty());
    }

    void retryAfterIsRoundedUp_data()
    {
        QTest::addColumn<qint64>("ticks");
        QTest::addColumn<qint64>("seconds");
        QTest::newRow("one tick") << qint64(1) << qint64(1);
        QTest::newRow("a second") << qint64(10'000'000) << qint64(1);
        QTest::newRow("a second and a tick") << qint64(10'000'001) << qint64(2);
        QTest::newRow("59.999 s") << qint64(599'990'000) << qint64(60);
    }

    void retryAfterIsRoundedUp()
    {
        QFETCH(qint64, ticks);
        QFETCH(qint64, seconds);
        QCOMPARE(retryAfterSeconds(Ticks(ticks)), seconds);
    }

    void periodsAreReadAsTheAttributeHasThem()
    {
        for (const char* name : {"Hourly", "Daily", "Weekly", "Monthly", "Yearly"}) {
            const auto period = parseQuotaPeriod(name);
            QVERIFY2(period.has_value(), name);
            QCOMPARE(toString(*period), std::string(name));
        }
        for (const char* name : {"", "hourly", "Daily ", "Quarterly"})
            QVERIFY2(!parseQuotaPeriod(name).has_value(), name);
    }

    void aReservationIsThePromptAndAllThatMayBeAnswered()
    {
        QCOMPARE((TokenDemand{100, 400}.reserved()), std::int64_t(500));
        QCOMPARE((TokenDemand{100, std::nullopt}.reserved()), std::int64_t(100));
        QCOMPARE((TokenDemand{-100, -400}.reserved()), std::int64_t(0));
        QCOMPARE((TokenDemand{INT64_MAX, INT64_MAX}.reserved()), MaxLimitAmount);
    }

    void ratesAre429AndQuotas403()
    {
        QCOMPARE(refusalStatus(kindOf(CallRate{})), 429);
        QCOMPARE(refusalStatus(kindOf(TokenRate{})), 429);
        QCOMPARE(refusalStatus(kindOf(TokenAllowance{})), 403);
        QCOMPARE(refusalStatus(kindOf(CallAllowance{})), 403);
        QCOMPARE(toString(kindOf(CallRate{})), std::string("call rate"));
        QCOMPARE(toString(kindOf(CallAllowance{})), std::string("call quota"));
    }

    void anInstantHasBothClocks()
    {
        test::ManualClock clock;
        const Instant before = Instant::of(clock);
        QVERIFY(before.utc == clock.now());
        clock.advance(1500ms);
        QCOMPARE((Instant::of(clock).monotonic - before.monotonic).count(), 15'000'000);
        const DateTime logged = DateTime::fromCivil(2026, 11, 21);
        QVERIFY(Instant::at(logged).utc == logged);
        QCOMPARE((Instant::at(logged + 60s).monotonic - Instant::at(logged).monotonic).count(), 600'000'000);
    }
};

GATEHOUSE_TEST_MAIN(TestLimits)
#include "tst_limits.moc"
