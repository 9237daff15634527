// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/challenge.h"
#include "core/http/httpclient.h"
#include "core/http/retryafter.h"
#include "tests/support/testmain.h"

#include <atomic>
#include <thread>
#include <vector>

using namespace gatehouse;
using namespace gatehouse::http;
using std::chrono::milliseconds;

class TestHttpValues : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsRetryAfter_data();
    void readsRetryAfter();
    void takesTheLongestWish();
    void parsesChallenges();
    void quotedStringsStayWhole();
    void findsTheClaimsAmongSeveral();
    void survivesAnyChallengeText();
    void comparesOrigins_data();
    void comparesOrigins();
    void headersCompareWithoutCase();
    void bodiesJoinTheirPieces();
    void bodiesAreReadByManyThreads();
};

void TestHttpValues::readsRetryAfter_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    QTest::addColumn<qint64>("expected"); // -1: no wish
    const qint64 hour = 3'600'000;
    QTest::newRow("zero") << "Retry-After"
                          << "0" << qint64(0);
    QTest::newRow("seconds") << "retry-after"
                             << "7" << qint64(7000);
    QTest::newRow("spaces") << "Retry-After"
                            << " 7 " << qint64(7000);
    QTest::newRow("date") << "Retry-After"
                          << "Mon, 01 Jun 2026 00:00:30 GMT" << qint64(30'000);
    QTest::newRow("date, RFC 850") << "Retry-After"
                                   << "Monday, 01-Jun-26 00:00:30 GMT" << qint64(30'000);
    QTest::newRow("date, asctime") << "Retry-After"
                                   << "Mon Jun  1 00:00:30 2026" << qint64(30'000);
    QTest::newRow("past date") << "Retry-After"
                               << "Sun, 31 May 2026 00:00:00 GMT" << qint64(0);
    QTest::newRow("far date") << "Retry-After"
                              << "Tue, 01 Jun 2027 00:00:00 GMT" << hour;
    QTest::newRow("one hour") << "Retry-After"
                              << "3600" << hour;
    QTest::newRow("huge") << "Retry-After"
                          << "1000000000" << hour;
    QTest::newRow("huger than 64 bits") << "Retry-After"
                                        << "99999999999999999999999" << hour;
    QTest::newRow("negative") << "Retry-After"
                              << "-5" << qint64(-1);
    QTest::newRow("plus") << "Retry-After"
                          << "+5" << qint64(-1);
    QTest::newRow("exponent") << "Retry-After"
                              << "1e9" << qint64(-1);
    QTest::newRow("words") << "Retry-After"
                           << "soon" << qint64(-1);
    QTest::newRow("empty") << "Retry-After"
                           << "" << qint64(-1);
    QTest::newRow("impossible date") << "Retry-After"
                                     << "Mon, 77 Jun 2026 00:00:30 GMT" << qint64(-1);
    QTest::newRow("milliseconds") << "retry-after-ms"
                                  << "1500" << qint64(1500);
    QTest::newRow("Azure milliseconds") << "x-ms-retry-after-ms"
                                        << "250" << qint64(250);
    QTest::newRow("cost management") << "x-ms-ratelimit-microsoft.costmanagement-qpu-retry-after"
                                     << "12" << qint64(12'000);
    QTest::newRow("another header") << "x-retry"
                                    << "7" << qint64(-1);
}

void TestHttpValues::readsRetryAfter()
{
    QFETCH(QString, name);
    QFETCH(QString, value);
    QFETCH(qint64, expected);
    const Headers headers = {{name.toStdString(), value.toStdString()}};
    const auto wish = retryAfterOf(headers, DateTime::fromCivil(2026, 6, 1));
    QCOMPARE(wish ? static_cast<qint64>(wish->count()) : qint64(-1), expected);
}

void TestHttpValues::takesTheLongestWish()
{
    const Headers headers = {{"Retry-After", "2"}, {"Retry-After", "9"}};
    QCOMPARE(retryAfterOf(headers, {}).value(), milliseconds(9000));
    // Azure's clients prefer the exact ones.
    const Headers exact = {{"Retry-After", "9"}, {"retry-after-ms", "1500"}, {"x-ms-retry-after-ms", "100"}};
    QCOMPARE(retryAfterOf(exact, {}).value(), milliseconds(1500));
    QCOMPARE(retryAfterOf({{"Retry-After", "9"}, {"retry-after-ms", "soon"}}, {}).value(),
             milliseconds(9000));
}

void TestHttpValues::parsesChallenges()
{
    const auto challenges = parseChallenges(
        "Negotiate YIIabc==, Basic realm=\"a, b\", Bearer  realm = x ,error=\"e\\\"q\", Digest");
    QCOMPARE(challenges.size(), 4U);
    QCOMPARE(challenges[0].scheme, std::string("Negotiate"));
    QCOMPARE(challenges[0].token68, std::string("YIIabc=="));
    QCOMPARE(challenges[1].parameter("REALM"), std::string("a, b"));
    QCOMPARE(challenges[2].parameter("realm"), std::string("x"));
    QCOMPARE(challenges[2].parameter("error"), std::string("e\"q"));
    QCOMPARE(challenges[3].scheme, std::string("Digest"));
    QVERIFY(challenges[3].parameters.empty());
}

void TestHttpValues::quotedStringsStayWhole()
{
    // Padding inside the quotes, parameters in another order than usual, an unterminated end.
    const auto challenges =
        parseChallenges("Bearer claims=\"e30=\", error=\"insufficient_claims\", realm=\"");
    QCOMPARE(challenges.size(), 1U);
    QCOMPARE(challenges[0].parameter("claims"), std::string("e30="));
    QCOMPARE(challenges[0].parameter("error"), std::string("insufficient_claims"));
}

void TestHttpValues::findsTheClaimsAmongSeveral()
{
    Headers headers;
    headers.add("WWW-Authenticate", "Basic realm=\"x\", Bearer realm=\"\", error=\"invalid_token\"");
    QVERIFY(claimsChallengeOf(headers).empty());
    // {"access_token":{"nbf":{"essential":true}}} in the URL alphabet, without padding.
    headers.add("www-authenticate",
                "Bearer authorization_uri=\"https://login.example/a,b\", error=\"insufficient_claims\", "
                "claims=\"eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZX19fQ\"");
    QCOMPARE(claimsChallengeOf(headers), std::string("{\"access_token\":{\"nbf\":{\"essential\":true}}}"));
    const Headers broken = {{"WWW-Authenticate", "Bearer error=\"insufficient_claims\", claims=\"%%%\""}};
    QVERIFY(claimsChallengeOf(broken).empty());
}

void TestHttpValues::survivesAnyChallengeText()
{
    const std::string text = "Bearer realm=\"a\\\"b\", x = \"y\", Negotiate ab==,, =,\"\\";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        for (const char c : std::string_view("\",=\\ \0", 6)) {
            std::string mutated = text.substr(0, cut);
            mutated += c;
            mutated += text.substr(cut);
            QVERIFY(parseChallenges(mutated).size() < 10);
        }
    }
}

void TestHttpValues::comparesOrigins_data()
{
    QTest::addColumn<QString>("a");
    QTest::addColumn<QString>("b");
    QTest::addColumn<bool>("same");
    QTest::newRow("path") << "https://arm.example/a"
                          << "https://arm.example/b?x=1" << true;
    QTest::newRow("case and port") << "https://ARM.example"
                                   << "https://arm.example:443/" << true;
    QTest::newRow("scheme") << "https://arm.example/"
                            << "http://arm.example/" << false;
    QTest::newRow("port") << "http://127.0.0.1:1/"
                          << "http://127.0.0.1:2/" << false;
    QTest::newRow("suffix") << "https://arm.example/"
                            << "https://arm.example.evil.example/" << false;
    QTest::newRow("user") << "https://arm.example/"
                          << "https://arm.example@evil.example/" << false;
    QTest::newRow("relative") << "https://arm.example/"
                              << "/subscriptions" << false;
    QTest::newRow("nothing") << ""
                             << "" << false;
}

void TestHttpValues::comparesOrigins()
{
    QFETCH(QString, a);
    QFETCH(QString, b);
    QFETCH(bool, same);
    QCOMPARE(isSameOrigin(a.toStdString(), b.toStdString()), same);
}

void TestHttpValues::headersCompareWithoutCase()
{
    Headers headers = {{"ETag", "1"}, {"x-a", "2"}, {"etag", "3"}};
    QCOMPARE(headers.text("ETAG"), std::string("1"));
    QCOMPARE(headers.all("etag").size(), 2U);
    headers.set("Etag", "4");
    QCOMPARE(headers.all("etag"), std::vector<std::string>{"4"});
    QVERIFY(!headers.has("missing"));
}

void TestHttpValues::bodiesJoinTheirPieces()
{
    QVERIFY(Body().empty());
    QCOMPARE(Body().text(), std::string());
    const Body one("whole");
    QCOMPARE(one.size(), 5U);
    QCOMPARE(one.text(), std::string("whole"));
    const Body many(std::vector<std::string>{"ab", "", std::string("\0c", 2), "d"});
    const Body copy = many;
    QCOMPARE(copy.size(), 5U);
    QCOMPARE(copy.text(), std::string("ab\0cd", 5));
    QCOMPARE(many.text().data(), copy.text().data()); // one text for all
    QVERIFY(many.sharesBytesWith(copy));
    QVERIFY(!many.sharesBytesWith(Body("ab")));
}

void TestHttpValues::bodiesAreReadByManyThreads()
{
    std::string expected;
    std::vector<std::string> pieces;
    for (int i = 0; i < 1'000; ++i) {
        pieces.push_back(std::to_string(i));
        expected += pieces.back();
    }
    const Body body(pieces);
    std::atomic<int> whole = 0;
    {
        std::vector<std::jthread> readers;
        for (int i = 0; i < 4; ++i)
            readers.emplace_back(
                [copy = body, &expected, &whole] { whole += copy.text() == expected ? 1 : 0; });
    }
    QCOMPARE(whole.load(), 4);
}

GATEHOUSE_TEST_MAIN(TestHttpValues)
#include "tst_httpvalues.moc"
