// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "core/base/utf8.h"

using namespace gatehouse;

class TestUtf8 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The examples of the Unicode standard, table 3-8 and 3-9 (one U+FFFD for each maximal subpart).
    void replaces_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("expected"); // "?" stands for U+FFFD
        QTest::newRow("plain") << QByteArray("abc") << QByteArray("abc");
        QTest::newRow("all lengths") << QByteArray("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80")
                                     << QByteArray("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
        QTest::newRow("overlong") << QByteArray("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41")
                                  << QByteArray("????????A");
        QTest::newRow("surrogates") << QByteArray("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41")
                                    << QByteArray("????????A");
        QTest::newRow("too high") << QByteArray("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42")
                                  << QByteArray("?????A??B");
        QTest::newRow("cut") << QByteArray("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41") << QByteArray("????A");
        QTest::newRow("cut at the end") << QByteArray("a\xF0\x9F\x98") << QByteArray("a?");
    }

    void replaces()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, expected);
        const QByteArray wanted = expected.replace("?", "\xEF\xBF\xBD");
        QCOMPARE(QByteArray::fromStdString(toValidUtf8(bytes.toStdString())), wanted);
        QCOMPARE(isValidUtf8(bytes.toStdString()), bytes == wanted);
        QVERIFY(isValidUtf8(wanted.toStdString()));
    }
};

GATEHOUSE_TEST_MAIN(TestUtf8)
#include "tst_utf8.moc"
