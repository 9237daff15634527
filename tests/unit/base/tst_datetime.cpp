// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "core/base/datetime.h"
#include "tests/support/seed.h"

#include <limits>

using namespace gatehouse;

namespace {

QByteArray roundTrip(const char* text)
{
    const auto moment = parseDateTime(text);
    return moment ? QByteArray::fromStdString(formatDateTime(*moment)) : QByteArray("none");
}

} // namespace

class TestDateTime : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void moments_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char* text, const char* expected) {
            QTest::newRow(text) << QByteArray(text) << QByteArray(expected);
        };
        row("2026-06-01T08:00:00Z", "2026-06-01T08:00:00Z");
        row("2026-06-01T08:00:00.1000000Z", "2026-06-01T08:00:00.1Z");
        row("2026-06-01T08:00:00.1234567Z", "2026-06-01T08:00:00.1234567Z");
        row("2026-06-01T08:00:00.12345678Z", "2026-06-01T08:00:00.1234567Z");
        row("2026-06-01T08:00:00", "2026-06-01T08:00:00Z");
        row("2026-06-01 08:00:00", "2026-06-01T08:00:00Z");
        row("2026-06-01T08:00Z", "2026-06-01T08:00:00Z");
        row("2026-06-01", "2026-06-01T00:00:00Z");
        row("2026-06-01T08:00:00+02:00", "2026-06-01T06:00:00Z");
        row("2026-06-01T08:00:00-0530", "2026-06-01T13:30:00Z");
        row("2024-02-29T23:59:59.9999999Z", "2024-02-29T23:59:59.9999999Z");
        row("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z");
        row("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z");
        for (const char* bad :
             {"", "now", "2026", "2026-6-1", "2026-02-29", "2026-13-01", "2026-06-01T", "2026-06-01T8:00Z",
              "2026-06-01T24:00:00Z", "2026-06-01T08:00:00.Z", "2026-06-01T08:00:00ZZ", "0000-01-01",
              "2026-06-01T08:00:00+25:00", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00",
              "2026-06-01T08:00:00 Z"})
            row(bad, "none");
    }

    void moments()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        QCOMPARE(roundTrip(text.constData()), expected);
    }

    void theUnixEpochIsWhereItShouldBe()
    {
        QCOMPARE(parseDateTime("1970-01-01T00:00:00Z")->unixMilliseconds(), std::int64_t{0});
        QCOMPARE(parseDateTime("2001-09-09T01:46:40Z")->unixSeconds(), std::int64_t{1'000'000'000});
        QVERIFY(DateTime::fromUnixSeconds(1'000'000'000) == *parseDateTime("2001-09-09T01:46:40Z"));
        QVERIFY(DateTime::fromUnix(std::chrono::milliseconds(1'500)) ==
                *parseDateTime("1970-01-01T00:00:01.5Z"));
        QCOMPARE(DateTime::fromCivil(1, 1, 1).sinceYearOne.count(), std::int64_t{0});
    }

    void spans_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qint64>("ticks");
        QTest::addColumn<QByteArray>("back");
        const auto row = [](const char* text, qint64 ticks, const char* back) {
            QTest::newRow(text) << QByteArray(text) << ticks << QByteArray(back);
        };
        constexpr qint64 Second = 10'000'000;
        row("00:00:10", 10 * Second, "00:00:10");
        row("1.02:03:04", 93'784 * Second, "1.02:03:04");
        row("-00:00:00.0000001", -1, "-00:00:00.0000001");
        row("00:00:00.5", Second / 2, "00:00:00.5000000");
        row("3", 3 * 86'400 * Second, "3.00:00:00");
        row("00:00", 0, "00:00:00");
    }

    void spans()
    {
        QFETCH(QByteArray, text);
        QFETCH(qint64, ticks);
        QFETCH(QByteArray, back);
        const auto span = parseTimespan(text.toStdString());
        QVERIFY(span.has_value());
        QCOMPARE(qint64{span->count()}, ticks);
        QCOMPARE(QByteArray::fromStdString(formatTimespan(*span)), back);
    }

    void noSpans_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text : {"", "-", "x", "1:2:3", "24:00:00", "00:60:00", "00:00:00x", "PT1H", "1.",
                                 "99999999999.00:00:00"})
            QTest::newRow(text) << QByteArray(text);
    }

    void noSpans()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!parseTimespan(text.toStdString()));
    }

    void extremesOfASpanCanBeWritten()
    {
        QCOMPARE(formatTimespan(Ticks(std::numeric_limits<std::int64_t>::min())),
                 std::string("-10675199.02:48:05.4775808"));
        QCOMPARE(formatTimespan(Ticks(std::numeric_limits<std::int64_t>::max())),
                 std::string("10675199.02:48:05.4775807"));
    }

    void durations_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("back"); // "" when it is none
        const auto row = [](const char* text, const char* back) {
            QTest::newRow(text) << QByteArray(text) << QByteArray(back);
        };
        row("P7D", "P7D");
        row("P1W", "P7D");
        row("PT1H30M", "PT1H30M");
        row("PT90M", "PT1H30M");
        row("PT0.5S", "PT0.5S");
        row("PT0S", "PT0S");
        row("P1DT2H", "P1DT2H");
        row("-PT1M", "-PT1M");
        for (const char* bad :
             {"", "P", "PT", "7D", "P7", "P1Y", "P1M", "PT1D", "P1H", "PTS", "P-1D", "P1DT", "P999999999W"})
            row(bad, "");
    }

    void durations()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, back);
        const auto span = parseIsoDuration(text.toStdString());
        QCOMPARE(span ? QByteArray::fromStdString(formatIsoDuration(*span)) : QByteArray(), back);
    }

    void ranges_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("back");
        const auto row = [](const char* text, const char* back) {
            QTest::newRow(text) << QByteArray(text) << QByteArray(back);
        };
        row("P1D", "2026-05-31T00:00:00Z/2026-06-01T00:00:00Z");
        row("2026-05-01/2026-05-02T12:00:00Z", "2026-05-01T00:00:00Z/2026-05-02T12:00:00Z");
        row("2026-05-01/P7D", "2026-05-01T00:00:00Z/2026-05-08T00:00:00Z");
        row("PT6H/2026-05-02", "2026-05-01T18:00:00Z/2026-05-02T00:00:00Z");
        for (const char* bad : {"", "/", "P1D/", "P1D/P1D", "2026-05-02/2026-05-01", "-P1D", "a/b/c"})
            row(bad, "");
    }

    void ranges()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, back);
        const auto range = parseTimeRange(text.toStdString(), DateTime::fromCivil(2026, 6, 1));
        QCOMPARE(range ? QByteArray::fromStdString(formatTimeRange(*range)) : QByteArray(), back);
    }

    void whatIsWrittenIsReadBack()
    {
        std::mt19937_64 random(test::seed());
        for (int i = 0; i < 20'000; ++i) {
            const DateTime moment{Ticks(static_cast<std::int64_t>(random() % 3'155'378'975'999'999'999U))};
            QVERIFY2(parseDateTime(formatDateTime(moment)) == moment, formatDateTime(moment).c_str());
            const Ticks span(static_cast<std::int64_t>(random() % 9'000'000'000'000'000'000U) -
                             4'500'000'000'000'000'000);
            QVERIFY2(parseTimespan(formatTimespan(span)) == span, formatTimespan(span).c_str());
            QVERIFY2(parseIsoDuration(formatIsoDuration(span)) == span, formatIsoDuration(span).c_str());
        }
    }
};

GATEHOUSE_TEST_MAIN(TestDateTime)
#include "tst_datetime.moc"
