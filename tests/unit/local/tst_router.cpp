// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/http/router.h"
#include "tests/support/testmain.h"

using namespace gatehouse::local;

class TestRouter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void matches_data();
    void matches();
    void decodesParameters();
    void namesTheMethods();

private:
    Router m_router;
};

void TestRouter::init()
{
    m_router = Router();
    for (const char* pattern : {"GET /a", "GET /a/{x}", "PUT /a/{x}", "GET /a/b", "* /a/{rest...}",
                                "GET /{t}/keys", "POST /a/{x}/c", "GET /"}) {
        const std::string text = pattern;
        const std::size_t space = text.find(' ');
        Route route;
        route.method = text.substr(0, space);
        route.pattern = text.substr(space + 1);
        m_router.add(std::move(route));
    }
}

void TestRouter::matches_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("pattern");
    QTest::newRow("literal before parameter")
        << QByteArray("GET") << QByteArray("/a/b") << QByteArray("/a/b");
    QTest::newRow("case") << QByteArray("GET") << QByteArray("/A/B") << QByteArray("/a/b");
    QTest::newRow("parameter") << QByteArray("GET") << QByteArray("/a/z") << QByteArray("/a/{x}");
    QTest::newRow("method") << QByteArray("PUT") << QByteArray("/a/b") << QByteArray("/a/{x}");
    QTest::newRow("rest") << QByteArray("GET") << QByteArray("/a/x/y") << QByteArray("/a/{rest...}");
    QTest::newRow("rest takes other methods")
        << QByteArray("DELETE") << QByteArray("/a/b") << QByteArray("/a/{rest...}");
    QTest::newRow("parameter first") << QByteArray("GET") << QByteArray("/any/keys")
                                     << QByteArray("/{t}/keys");
    QTest::newRow("slash at the end") << QByteArray("GET") << QByteArray("/a/") << QByteArray("/a");
    QTest::newRow("root") << QByteArray("GET") << QByteArray("/") << QByteArray("/");
    QTest::newRow("HEAD like GET") << QByteArray("HEAD") << QByteArray("/any/keys")
                                   << QByteArray("/{t}/keys");
    QTest::newRow("other method") << QByteArray("POST") << QByteArray("/any/keys") << QByteArray("405");
    QTest::newRow("unknown") << QByteArray("GET") << QByteArray("/x") << QByteArray("404");
}

void TestRouter::matches()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, pattern);
    std::vector<std::string> parameters;
    bool pathKnown = false;
    const Route* route = m_router.match(method.toStdString(), path.toStdString(), parameters, pathKnown);
    const std::string found = route != nullptr ? route->pattern : pathKnown ? "405" : "404";
    QCOMPARE(QByteArray::fromStdString(found), pattern);
}

void TestRouter::decodesParameters()
{
    std::vector<std::string> parameters;
    bool pathKnown = false;
    QVERIFY(m_router.match("GET", "/a/x%2Fy%20z", parameters, pathKnown) != nullptr);
    QCOMPARE(parameters, std::vector<std::string>{"x/y z"});
    QVERIFY(m_router.match("GET", "/a/x/y%20z", parameters, pathKnown) != nullptr);
    QCOMPARE(parameters, std::vector<std::string>{"x/y z"});
}

void TestRouter::namesTheMethods()
{
    QCOMPARE(m_router.allowedMethods("/any/keys"), std::string("GET"));
    QCOMPARE(m_router.allowedMethods("/nothing"), std::string());
}

GATEHOUSE_TEST_MAIN(TestRouter)
#include "tst_router.moc"
