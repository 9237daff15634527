// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/http/requesthead.h"
#include "tests/support/testmain.h"

using namespace gatehouse::local;

class TestRequestHead : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void refuses_data();
    void refuses();
    void readsWhatDecides();
    void everyPrefixIsRefused();
};

void TestRequestHead::refuses_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<int>("status");
    const QByteArray start = "GET /a HTTP/1.1\r\nHost: localhost\r\n";
    QTest::newRow("good") << start + "\r\n" << 0;
    QTest::newRow("1.0") << QByteArray("GET / HTTP/1.0\r\nHost: localhost\r\n\r\n") << 0;
    QTest::newRow("no host") << QByteArray("GET / HTTP/1.1\r\n\r\n") << 400;
    QTest::newRow("empty host") << QByteArray("GET / HTTP/1.1\r\nHost:\r\n\r\n") << 400;
    QTest::newRow("two hosts") << start + "Host: localhost\r\n\r\n" << 400;
    QTest::newRow("bare line feed") << QByteArray("GET / HTTP/1.1\nHost: localhost\n\n") << 400;
    QTest::newRow("mixed line feeds") << start + "A: b\n\r\n" << 400;
    QTest::newRow("folded") << start + "A: b\r\n c\r\n\r\n" << 400;
    QTest::newRow("space before colon") << start + "A : b\r\n\r\n" << 400;
    QTest::newRow("no colon") << start + "nonsense\r\n\r\n" << 400;
    QTest::newRow("NUL") << start + QByteArray("A: b\0c\r\n\r\n", 10) << 400;
    QTest::newRow("carriage return inside") << start + "A: b\rc\r\n\r\n" << 400;
    QTest::newRow("absolute target") << QByteArray("GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n") << 400;
    QTest::newRow("no target") << QByteArray("GET HTTP/1.1\r\nHost: a\r\n\r\n") << 400;
    QTest::newRow("space in target") << QByteArray("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n") << 400;
    QTest::newRow("no version") << QByteArray("GET /\r\nHost: a\r\n\r\n") << 400;
    QTest::newRow("HTTP/2") << QByteArray("GET / HTTP/2.0\r\nHost: a\r\n\r\n") << 505;
    QTest::newRow("method with a colon") << QByteArray("G:T / HTTP/1.1\r\nHost: a\r\n\r\n") << 400;
    QTest::newRow("length") << start + "Content-Length: 12\r\n\r\n" << 0;
    QTest::newRow("two lengths") << start + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n" << 400;
    QTest::newRow("list of lengths") << start + "Content-Length: 1, 1\r\n\r\n" << 400;
    QTest::newRow("negative length") << start + "Content-Length: -1\r\n\r\n" << 400;
    QTest::newRow("signed length") << start + "Content-Length: +1\r\n\r\n" << 400;
    QTest::newRow("huge length") << start + "Content-Length: 99999999999999999999\r\n\r\n" << 400;
    QTest::newRow("chunked") << start + "Transfer-Encoding: Chunked\r\n\r\n" << 0;
    QTest::newRow("gzip, chunked") << start + "Transfer-Encoding: gzip, chunked\r\n\r\n" << 501;
    QTest::newRow("two encodings") << start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n"
                                   << 400;
    QTest::newRow("length and chunks") << start + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
                                       << 400;
    QTest::newRow("long target") << "GET /" + QByteArray(9'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n" << 414;
    QTest::newRow("long header") << start + "A: " + QByteArray(9'000, 'a') + "\r\n\r\n" << 431;
    QTest::newRow("many headers") << start + QByteArray("A: b\r\n").repeated(100) + "\r\n" << 431;
}

void TestRequestHead::refuses()
{
    QFETCH(QByteArray, head);
    QFETCH(int, status);
    const RequestHead read = readRequestHead({head.constData(), static_cast<std::size_t>(head.size())});
    QCOMPARE(read.status, status);
    QCOMPARE(read.problem.empty(), status == 0);
}

void TestRequestHead::readsWhatDecides()
{
    const std::string bytes = "POST /a%20b?c=d HTTP/1.1\r\nhOST:  127.0.0.1:80 \r\nContent-Length: 7\r\n\r\n";
    const RequestHead head = readRequestHead(bytes);
    QCOMPARE(head.status, 0);
    QVERIFY(head.target == "/a%20b?c=d");
    QVERIFY(head.host == "127.0.0.1:80");
    QCOMPARE(*head.contentLength, std::uint64_t{7});
    QVERIFY(head.hasBody());
}

void TestRequestHead::everyPrefixIsRefused()
{
    const std::string bytes = "GET /a HTTP/1.1\r\nHost: localhost\r\nA: b\r\n\r\n";
    QCOMPARE(readRequestHead(bytes).status, 0);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        QCOMPARE(readRequestHead(std::string_view(bytes).substr(0, length)).status, 400);
    }
}

GATEHOUSE_TEST_MAIN(TestRequestHead)
#include "tst_requesthead.moc"
