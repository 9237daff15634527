// SPDX-License-Identifier: GPL-3.0-or-later
// When a quota is used up at today's pace, and when that cannot be said.
#include "tests/support/testmain.h"

#include "core/gateway/quota/exhaustion.h"

using namespace gatehouse;
using namespace gatehouse::gateway;
using namespace std::chrono_literals;
using State = Exhaustion::State;

namespace {

DateTime moment(const char* text)
{
    return *parseDateTime(text);
}

/// 300 tokens at 08:00, 09:00 and 10:00; now is 11:00: 300 an hour.
ExhaustionInput steady()
{
    ExhaustionInput input;
    input.now = moment("2026-11-21T11:00:00Z");
    input.window = windowOf(QuotaPeriod::Daily, input.now);
    input.limit = 3000;
    input.used = 900;
    for (const char* time : {"2026-11-21T10:00:00Z", "2026-11-21T08:00:00Z", "2026-11-21T09:00:00Z"})
        input.today.push_back({moment(time), 300});
    return input;
}

} // namespace

class TestExhaustion : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void thePaceGoesOnUntilTheLimit()
    {
        const Exhaustion result = exhaustion(steady());
        QVERIFY(result.state == State::InThisWindow);
        QCOMPARE(*result.tokensPerHour, 300.0);
        QCOMPARE(formatDateTime(*result.at), std::string("2026-11-21T18:00:00Z"));
        QVERIFY(result.reason.empty());
    }

    void theWindowMayEndFirst_data()
    {
        QTest::addColumn<qint64>("limit");
        QTest::addColumn<QByteArray>("period");
        QTest::addColumn<bool>("inThisWindow");
        QTest::newRow("just in the day") << qint64(4799) << QByteArray("Daily") << true;
        QTest::newRow("at its end") << qint64(4800) << QByteArray("Daily") << false;
        QTest::newRow("within the month") << qint64(4800) << QByteArray("Monthly") << true;
        QTest::newRow("after the hour") << qint64(1200) << QByteArray("Hourly") << false;
        QTest::newRow("within the hour") << qint64(1199) << QByteArray("Hourly") << true;
    }

    void theWindowMayEndFirst()
    {
        QFETCH(qint64, limit);
        QFETCH(QByteArray, period);
        QFETCH(bool, inThisWindow);
        ExhaustionInput input = steady();
        input.limit = limit;
        input.window = windowOf(*parseQuotaPeriod(period.toStdString()), input.now);
        const Exhaustion result = exhaustion(input);
        QVERIFY(result.state == (inThisWindow ? State::InThisWindow : State::NotInThisWindow));
        QCOMPARE(result.at.has_value(), inThisWindow);
        QCOMPARE(*result.tokensPerHour, 300.0);
    }

    void aWindowWithoutAnEndIsFollowedAsFarAsYearsGo()
    {
        ExhaustionInput input = steady();
        input.window.end.reset();
        input.limit = 900 + 300 * 24;
        QCOMPARE(formatDateTime(*exhaustion(input).at), std::string("2026-11-22T11:00:00Z"));
        input.limit = INT64_MAX;
        QVERIFY(exhaustion(input).state == State::NotInThisWindow);
    }

    void whatIsUsedUpNeedsNoPace()
    {
        ExhaustionInput input = steady();
        input.used = 3000;
        QVERIFY(exhaustion(input).state == State::Exhausted);
        QCOMPARE(*exhaustion(input).tokensPerHour, 300.0);
        input.today.clear();
        QVERIFY(exhaustion(input).state == State::Exhausted);
        QVERIFY(!exhaustion(input).tokensPerHour.has_value());
        QVERIFY(exhaustion(input).reason.empty());
    }

    void tooLittleDataIsUnknownAndSaysWhy_data()
    {
        QTest::addColumn<QByteArray>("now");
        QTest::addColumn<int>("entries");
        QTest::addColumn<qint64>("tokens");
        QTest::addColumn<QByteArray>("reason"); // empty: known
        QTest::newRow("nothing") << QByteArray("2026-11-21T11:00:00Z") << 0 << qint64(300)
                                 << QByteArray("No use has been logged today.");
        QTest::newRow("zeros") << QByteArray("2026-11-21T11:00:00Z") << 3 << qint64(0)
                               << QByteArray("No use has been logged today.");
        QTest::newRow("two") << QByteArray("2026-11-21T11:00:00Z") << 2 << qint64(300)
                             << QByteArray("Fewer than three uses have been logged today.");
        QTest::newRow("yesterday's") << QByteArray("2026-11-22T11:00:00Z") << 3 << qint64(300)
                                     << QByteArray("No use has been logged today.");
        QTest::newRow("to come") << QByteArray("2026-11-21T08:59:59Z") << 3 << qint64(300)
                                 << QByteArray("Fewer than three uses have been logged today.");
        QTest::newRow("three") << QByteArray("2026-11-21T11:00:00Z") << 3 << qint64(300) << QByteArray();
    }

    void tooLittleDataIsUnknownAndSaysWhy()
    {
        QFETCH(QByteArray, now);
        QFETCH(int, entries);
        QFETCH(qint64, tokens);
        QFETCH(QByteArray, reason);
        ExhaustionInput input = steady();
        input.now = moment(now.constData());
        input.today.resize(static_cast<std::size_t>(entries));
        for (UsedAt& one : input.today)
            one.tokens = tokens;
        const Exhaustion result = exhaustion(input);
        QCOMPARE(result.state == State::Unknown, !reason.isEmpty());
        QCOMPARE(result.reason, reason.toStdString());
        QCOMPARE(result.tokensPerHour.has_value(), reason.isEmpty());
    }

    void aQuarterOfAnHourMustHavePassed()
    {
        ExhaustionInput input = steady();
        for (UsedAt& one : input.today)
            one.time = input.now - Ticks(15min) + Ticks(1);
        QCOMPARE(exhaustion(input).reason, std::string("The first use today is less than 15 minutes ago."));
        input.today.front().time = input.now - Ticks(15min);
        QCOMPARE(*exhaustion(input).tokensPerHour, 3600.0);
    }
};

GATEHOUSE_TEST_MAIN(TestExhaustion)
#include "tst_exhaustion.moc"
