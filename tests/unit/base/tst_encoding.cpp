// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "core/base/encoding.h"
#include "tests/support/seed.h"

#include <set>

using namespace gatehouse;

class TestEncoding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // RFC 4648, chapter 10.
    void base64_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("text");
        const char* pairs[][2] = {{"", ""},
                                  {"f", "Zg=="},
                                  {"fo", "Zm8="},
                                  {"foo", "Zm9v"},
                                  {"foob", "Zm9vYg=="},
                                  {"fooba", "Zm9vYmE="},
                                  {"foobar", "Zm9vYmFy"},
                                  {"\xfb\xff", "+/8="}};
        for (const auto& pair : pairs)
            QTest::newRow(pair[1]) << QByteArray(pair[0]) << QByteArray(pair[1]);
    }

    void base64()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, text);
        QCOMPARE(QByteArray::fromStdString(toBase64(bytes.toStdString())), text);
        QCOMPARE(QByteArray::fromStdString(*fromBase64(text.toStdString())), bytes);
        const std::string url = toBase64Url(bytes.toStdString());
        QVERIFY(url.find_first_of("+/=") == std::string::npos);
        QCOMPARE(QByteArray::fromStdString(*fromBase64(url)), bytes);
    }

    void whatIsNoBase64IsRefused()
    {
        for (const char* text : {"A", "AAAAA", "AA A", "A*==", "\xc3\xa9"})
            QVERIFY2(!fromBase64(text), text);
    }

    void randomBytesSurvive()
    {
        std::mt19937_64 random(test::seed());
        for (int i = 0; i < 2'000; ++i) {
            std::string bytes(random() % 40, '\0');
            for (char& byte : bytes)
                byte = static_cast<char>(random());
            QVERIFY(fromBase64(toBase64(bytes)) == bytes);
            QVERIFY(fromBase64(toBase64Url(bytes)) == bytes);
            QVERIFY(percentDecode(percentEncode(bytes)) == bytes);
            const FormFields fields = {{bytes, bytes}, {"b", bytes}};
            QVERIFY(decodeForm(encodeForm(fields)) == fields);
        }
    }

    void percentKeepsOnlyTheUnreserved()
    {
        QCOMPARE(percentEncode("aZ09-._~ /?&=+%é"), std::string("aZ09-._~%20%2F%3F%26%3D%2B%25%C3%A9"));
        QCOMPARE(percentDecode("a%2Fb+c"), std::string("a/b+c"));
        QCOMPARE(percentDecode("a%2fb+c", true), std::string("a/b c"));
        QCOMPARE(percentDecode("50%, %zz, %4"), std::string("50%, %zz, %4"));
    }

    void formsAreReadAsBrowsersWriteThem()
    {
        const FormFields fields = decodeForm("a=1&b=x+y%26z&c&=d&a=2");
        QCOMPARE(fields.size(), std::size_t{5});
        QCOMPARE(fields[1].second, std::string("x y&z"));
        QCOMPARE(fields[2].first, std::string("c"));
        QCOMPARE(fields[4].second, std::string("2"));
    }

    void guids()
    {
        std::set<std::string> seen;
        for (int i = 0; i < 100; ++i) {
            const std::string guid = randomGuid();
            QVERIFY2(isGuid(guid), guid.c_str());
            QCOMPARE(guid[14], '4');
            QVERIFY(std::string("89ab").find(guid[19]) != std::string::npos);
            seen.insert(guid);
        }
        QCOMPARE(seen.size(), std::size_t{100});
        QVERIFY(isGuid("6F0C2D8E-51A7-4c1b-9d0e-2b7a4f3c8e91"));
        for (const char* text :
             {"", "6f0c2d8e51a74c1b9d0e2b7a4f3c8e91", "6f0c2d8e-51a7-4c1b-9d0e-2b7a4f3c8e9",
              "6f0c2d8e-51a7-4c1b-9d0e-2b7a4f3c8e9g", "{f0c2d8e-51a7-4c1b-9d0e-2b7a4f3c8e91"})
            QVERIFY2(!isGuid(text), text);
    }

    void hexAndCase()
    {
        QCOMPARE(toHex(std::string("\0\x7f\xff", 3)), std::string("007fff"));
        QCOMPARE(toLower("ABÉ z"), std::string("abÉ z")); // ASCII alone
        QVERIFY(equalsIgnoreCase("resourceGroups", "RESOURCEGROUPS"));
        QVERIFY(!equalsIgnoreCase("a", "ab"));
        QCOMPARE(randomBytes(33).size(), std::size_t{33});
        QVERIFY(randomBytes(16) != randomBytes(16));
    }
};

GATEHOUSE_TEST_MAIN(TestEncoding)
#include "tst_encoding.moc"
