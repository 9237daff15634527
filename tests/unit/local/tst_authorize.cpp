// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#include "tests/unit/local/signinharness.h"

using namespace gatehouse;
using namespace gatehouse::local;
using namespace gatehouse::local::test;

/// Signing in through the browser: the page that issues a code, and what the code is good for.
class TestAuthorize : public QObject, protected SignInHarness
{
    Q_OBJECT

private Q_SLOTS:
    void codeIsRedeemedOnce();
    void codeChecks_data();
    void codeChecks();
    void authorizeRefuses_data();
    void authorizeRefuses();
    void authorizeByFormPost();
    void personaPicker();
};

void TestAuthorize::codeIsRedeemedOnce()
{
    start("manager");
    const std::string once = code();
    const auto answer = post(TokenPath, redeeming(once));
    QCOMPARE(answer->status, 200);
    QCOMPARE(textAt(claimsOf(textAt(jsonOf(answer), "id_token")), "nonce"), std::string("n-1"));
    const auto again = post(TokenPath, redeeming(once));
    QCOMPARE(memberAt(jsonOf(again), "error_codes"), Json::array({54005}));
}

void TestAuthorize::codeChecks_data()
{
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<int>("seconds");
    QTest::addColumn<int>("number");
    QTest::newRow("verifier") << QByteArray("code_verifier") << QByteArray("x") << 0 << 501481;
    QTest::newRow("no verifier") << QByteArray("code_verifier") << QByteArray() << 0 << 900144;
    QTest::newRow("redirect") << QByteArray("redirect_uri") << QByteArray("http://localhost:5/back/") << 0
                              << 500112;
    QTest::newRow("no redirect") << QByteArray("redirect_uri") << QByteArray() << 0 << 500112;
    QTest::newRow("late") << QByteArray("client_info") << QByteArray("1") << 601 << 70008;
}

void TestAuthorize::codeChecks()
{
    QFETCH(QByteArray, field);
    QFETCH(QByteArray, value);
    QFETCH(int, seconds);
    QFETCH(int, number);
    start("admin");
    const std::string issued = code();
    m_harness->clock.advance(std::chrono::seconds(seconds));
    const auto answer = post(TokenPath, with(redeeming(issued), field.toStdString(), value.toStdString()));
    QCOMPARE(answer->status, 400);
    QCOMPARE(memberAt(jsonOf(answer), "error_codes"), Json::array({number}));
}

void TestAuthorize::authorizeRefuses_data()
{
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>(
        "error"); ///< told by redirect; "" for a page, since the address is not trusted
    QTest::newRow("client") << QByteArray("client_id") << QByteArray("x") << QByteArray();
    QTest::newRow("no redirect") << QByteArray("redirect_uri") << QByteArray() << QByteArray();
    QTest::newRow("https") << QByteArray("redirect_uri") << QByteArray("https://localhost/") << QByteArray();
    QTest::newRow("foreign host") << QByteArray("redirect_uri") << QByteArray("http://evil.example/")
                                  << QByteArray();
    QTest::newRow("user info") << QByteArray("redirect_uri") << QByteArray("http://localhost:1@evil/")
                               << QByteArray();
    QTest::newRow("longer host") << QByteArray("redirect_uri") << QByteArray("http://localhost.evil/")
                                 << QByteArray();
    QTest::newRow("query") << QByteArray("redirect_uri") << QByteArray("http://localhost/?a=b")
                           << QByteArray();
    QTest::newRow("mode") << QByteArray("response_mode") << QByteArray("web_message") << QByteArray();
    QTest::newRow("type") << QByteArray("response_type") << QByteArray("token")
                          << QByteArray("unsupported_response_type");
    QTest::newRow("no challenge") << QByteArray("code_challenge") << QByteArray()
                                  << QByteArray("invalid_request");
    QTest::newRow("plain challenge") << QByteArray("code_challenge_method") << QByteArray("plain")
                                     << QByteArray("invalid_request");
    QTest::newRow("scope") << QByteArray("scope") << QByteArray("nonsense") << QByteArray("invalid_scope");
}

void TestAuthorize::authorizeRefuses()
{
    QFETCH(QByteArray, field);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, error);
    start("admin");
    const auto answer = authorize({{field.toStdString(), value.toStdString()}});
    const std::string location = answer->get_header_value("Location");
    QCOMPARE(answer->status, error.isEmpty() ? 400 : 302);
    QCOMPARE(fieldOf(decodeForm(location.substr(location.find('?') + 1)), "error"), error.toStdString());
    QVERIFY(location.find("code=") == std::string::npos);
}

void TestAuthorize::authorizeByFormPost()
{
    start("admin");
    const auto page = authorize({{"response_mode", "form_post"}, {"redirect_uri", "http://localhost:77"}});
    QCOMPARE(page->status, 200);
    QVERIFY(page->body.find("action=\"http://localhost:77/\"") != std::string::npos);
    QVERIFY(page->body.find("name=\"state\" value=\"s&amp;t\"") != std::string::npos);
    const std::size_t start = page->body.find("name=\"code\" value=\"") + 19;
    const std::string issued = page->body.substr(start, page->body.find('"', start) - start);
    const auto answer = post(TokenPath, with(redeeming(issued), "redirect_uri", "http://localhost:77"));
    QCOMPARE(answer->status, 200);
}

void TestAuthorize::personaPicker()
{
    start();
    const auto page = authorize({});
    QCOMPARE(page->status, 200);
    QVERIFY(page->body.find("<script") == std::string::npos);
    const std::string link = "href=\"" + Redirect + "?code=";
    const std::size_t second = page->body.find(link, page->body.find(link) + 1);
    const std::size_t start = second + link.size();
    const std::string issued = percentDecode(page->body.substr(start, page->body.find('&', start) - start));
    const Json answer = jsonOf(post(TokenPath, redeeming(issued)));
    QCOMPARE(textAt(claimsOf(textAt(answer, "id_token")), "name"), std::string("Max Manager"));
    QVERIFY(page->body.find("error=access_denied") != std::string::npos);
    const auto silent = authorize({{"prompt", "none"}});
    QVERIFY(silent->get_header_value("Location").find("error=login_required") != std::string::npos);
}

GATEHOUSE_TEST_MAIN(TestAuthorize)
#include "tst_authorize.moc"
