// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "core/base/json.h"

using namespace gatehouse;

class TestJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void depthIsBounded()
    {
        const auto nested = [](std::size_t depth) {
            return std::string(depth, '[') + std::string(depth, ']');
        };
        QVERIFY(parseJson(nested(64)).has_value());
        QVERIFY(!parseJson(nested(65)));
        QVERIFY(!parseJson(nested(3'000'000)));
        QVERIFY(!parseJson(std::string(3'000'000, '[')));
        QVERIFY(parseJson(nested(3), 100, 3).has_value());
        QVERIFY(!parseJson(nested(4), 100, 3));
    }

    void sizeIsBounded()
    {
        QVERIFY(parseJson("[1,2]", 5).has_value());
        const auto larger = parseJson("[1,2]", 4);
        QVERIFY(!larger);
        QVERIFY(larger.error().kind == Error::Kind::Parse);
    }

    void whatIsNoJsonIsRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text : {"", " ", "nul", "{", "[1,]", "{\"a\":}", "{'a':1}", "NaN", "01",
                                 "\"\\ud800\"", "1 2", "\"a\nb\"", "\xff", "<html>"})
            QTest::newRow(text) << QByteArray(text);
    }

    void whatIsNoJsonIsRefused()
    {
        QFETCH(QByteArray, text);
        const auto value = parseJson(text.toStdString());
        QVERIFY(!value);
        QVERIFY(value.error().kind == Error::Kind::Parse);
    }

    void nullAndFalseAreValues()
    {
        QVERIFY(parseJson("null")->is_null());
        QVERIFY(*parseJson("false") == false);
    }

    void dumpMendsWhatIsNoUtf8()
    {
        QCOMPARE(dumpJson(Json(std::string("a\xff"
                                           "b"))),
                 std::string("\"a\xEF\xBF\xBD"
                             "b\""));
    }

    void membersFallBack()
    {
        const Json object = *parseJson(
            R"({"t":"x","n":5,"s":"12","bad":"12a","big":18446744073709551615,"f":1.5,"b":true,"nil":null})");
        QCOMPARE(textAt(object, "t"), std::string("x"));
        QCOMPARE(textAt(object, "n", "none"), std::string("none"));
        QCOMPARE(textAt(object, "missing", "none"), std::string("none"));
        QCOMPARE(integerAt(object, "n"), std::int64_t{5});
        QCOMPARE(integerAt(object, "s"), std::int64_t{12});
        QCOMPARE(integerAt(object, "bad", -1), std::int64_t{-1});
        QCOMPARE(integerAt(object, "big", -1), std::int64_t{-1});
        QCOMPARE(integerAt(object, "f", -1), std::int64_t{-1});
        QVERIFY(boolAt(object, "b"));
        QVERIFY(!boolAt(object, "n"));
        QVERIFY(memberAt(object, "nil").is_null());
        QVERIFY(memberAt(memberAt(Json(7), "a"), "b").is_null());
    }
};

GATEHOUSE_TEST_MAIN(TestJson)
#include "tst_json.moc"
