// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "core/table/celltext.h"
#include "tests/support/seed.h"

using namespace gatehouse;

class TestCellText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFastReaderAgreesWithTheSlowOne_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text : {"2026-06-01T08:00:00Z",
                                 "2026-06-01T23:59:59.9999999Z",
                                 "2026-06-01T08:00:00.5Z",
                                 "2024-02-29T00:00:00.01Z",
                                 "2026-06-01T08:00:00.1234567",
                                 "2026-06-01",
                                 "2026-06-01 08:00:00Z",
                                 "2026-06-01T08:00Z",
                                 "2026-06-01T08:00:00+02:00",
                                 "0001-01-01T00:00:00Z",
                                 "9999-12-31T23:59:59.9999999Z",
                                 "2026-06-01T08:00:00.12345678901Z",
                                 "2026-06-01T24:00:00Z",
                                 "2026-06-01T08:60:00Z",
                                 "2026-06-01T08:00:60Z",
                                 "2026-06-01T08:00:00.Z",
                                 "2026-02-29T08:00:00Z",
                                 "2026-06-01T0a:00:00Z",
                                 "2026-06-01T08:00:00.12x4Z",
                                 "2026-06-01T08-00-00Z",
                                 "2026-06-01T08:00:00,5Z",
                                 "2026-06-01T08:00:00.1234567890123Z",
                                 "",
                                 "Z",
                                 "aaaa-bb-ccTdd:ee:ffZ",
                                 "2026-06-01T08:0000:Z",
                                 "2026-06-01T08:00:00.-1Z"})
            QTest::newRow(text) << QByteArray(text);
    }

    void theFastReaderAgreesWithTheSlowOne()
    {
        QFETCH(QByteArray, text);
        const auto slow = parseDateTime(text.toStdString());
        DateTimeReader reader;
        for (int i = 0; i < 2; ++i) { // the second time it knows the day
            std::int64_t ticks = -1;
            QCOMPARE(reader.read(text.toStdString(), ticks), slow.has_value());
            if (slow)
                QCOMPARE(ticks, slow->sinceYearOne.count());
            // A good time of the same day, so that the day is known.
            static_cast<void>(reader.read(text.left(10).toStdString() + "T01:02:03Z", ticks));
        }
    }

    void randomTextsAreReadAlike()
    {
        std::mt19937_64 random(test::seed());
        DateTimeReader reader;
        for (int round = 0; round < 100'000; ++round) {
            const DateTime moment{Ticks(static_cast<std::int64_t>(random() % 3'155'378'975'999'999'999U))};
            std::string text =
                formatDateTime(round % 2 == 0 ? moment : DateTime::fromUnixSeconds(1'780'000'000 + round));
            if (round % 5 == 0)
                text[random() % text.size()] = "0123456789:-.TZ x"[random() % 17];
            const auto slow = parseDateTime(text);
            std::int64_t ticks = -1;
            QVERIFY2(reader.read(text, ticks) == slow.has_value(), text.c_str());
            if (slow)
                QVERIFY2(ticks == slow->sinceYearOne.count(), text.c_str());
        }
    }

    void decimals_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("fine");
        for (const char* text :
             {"0", "-1", "+1.5", "0.10101", ".5", "5.", "1e10", "1E-7", "-79228162514264337593543950335"})
            QTest::newRow(text) << QByteArray(text) << true;
        for (const char* text : {"", "-", ".", "e5", "1e", "1e+", "1,5", "1.2.3", "0x10", "NaN", " 1", "1 "})
            QTest::newRow(text) << QByteArray(text) << false;
    }

    void decimals()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, fine);
        QCOMPARE(isDecimalText(text.toStdString()), fine);
    }
};

GATEHOUSE_TEST_MAIN(TestCellText)
#include "tst_celltext.moc"
