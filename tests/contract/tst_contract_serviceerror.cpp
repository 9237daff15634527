// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "core/base/json.h"
#include "core/table/queryanswer.h"
#include "tests/contract/fixtures.h"

using namespace gatehouse;
using gatehouse::test::contractBody;

class TestContractServiceError : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theInnermostErrorSpeaks()
    {
        const Error error = decodeServiceError(contractBody("error-semantic.json"), 400);
        QVERIFY(error.kind == Error::Kind::InvalidInput);
        QCOMPARE(error.serviceCode, std::string("SEM0100"));
        QCOMPARE(error.message, std::string("'where' operator: Failed to resolve column named 'Tokns'"));
        QCOMPARE(error.correlationId, std::string("1f8f10cb-0b9e-4a4c-a8a0-27d9a6b80a35"));
        QCOMPARE(error.httpStatus, 400);
        QVERIFY(!error.position);
    }

    void aSyntaxErrorHasItsPosition()
    {
        const Error error = decodeServiceError(contractBody("error-syntax.json"), 400);
        QCOMPARE(error.serviceCode, std::string("SYN0002"));
        QVERIFY(error.position.has_value());
        QCOMPARE(error.position->line, 2);
        QCOMPARE(error.position->column, 10); // the service counts from 0
        QCOMPARE(error.position->length, std::size_t{1});
    }

    void aPositionInTheMessageIsFound()
    {
        const Error error = decodeServiceError(
            "{\"error\":{\"code\":\"SyntaxError\",\"message\":\"Unexpected '|' [line:position=3:14]\"}}",
            400);
        QVERIFY(error.position.has_value());
        QCOMPARE(error.position->line, 3);
        QCOMPARE(error.position->column, 15);
    }

    void kinds_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<int>("kind");
        const auto row = [](int status, const char* code, Error::Kind kind) {
            QTest::addRow("%d %s", status, code) << status << QByteArray(code) << static_cast<int>(kind);
        };
        row(400, "BadArgumentError", Error::Kind::InvalidInput);
        row(401, "AuthenticationFailed", Error::Kind::SignInRequired);
        row(403, "InvalidAuthenticationToken", Error::Kind::SignInRequired);
        row(403, "InsufficientAccessError", Error::Kind::Denied);
        row(403, "AuthorizationFailed", Error::Kind::Denied);
        row(404, "ResourceNotFound", Error::Kind::NotFound);
        row(409, "AnotherOperationInProgress", Error::Kind::Conflict);
        row(412, "PreconditionFailed", Error::Kind::Conflict);
        row(429, "TooManyRequests", Error::Kind::Throttled);
        row(500, "InternalServerError", Error::Kind::Http);
        row(503, "ServiceUnavailable", Error::Kind::Unavailable);
        row(504, "GatewayTimeout", Error::Kind::Timeout);
    }

    void kinds()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, code);
        QFETCH(int, kind);
        const std::string body =
            dumpJson({{"error", {{"code", code.toStdString()}, {"message", "What happened."}}}});
        const Error error = decodeServiceError(body, status);
        QCOMPARE(static_cast<int>(error.kind), kind);
        QCOMPARE(error.serviceCode, code.toStdString());
        QCOMPARE(error.message, std::string("What happened."));
        QVERIFY(!error.advice.empty());
    }

    void otherShapes_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("without wrapper")
            << QByteArray("{\"code\":\"BadRequest\",\"message\":\"No metric of that name.\"}")
            << QByteArray("BadRequest") << QByteArray("No metric of that name.");
        QTest::newRow("OData")
            << QByteArray("{\"error\":{\"code\":\"Request_BadRequest\",\"message\":{\"lang\":\"en\","
                          "\"value\":\"Not that way.\"}}}")
            << QByteArray("Request_BadRequest") << QByteArray("Not that way.");
        QTest::newRow("details")
            << QByteArray("{\"error\":{\"code\":\"ValidationError\",\"message\":\"One or more.\","
                          "\"details\":[{\"code\":\"Url\",\"message\":\"Must be absolute.\"}]}}")
            << QByteArray("Url") << QByteArray("Must be absolute.");
        QTest::newRow("sign-in") << QByteArray(
                                        "{\"error\":\"invalid_grant\",\"error_description\":\"Expired.\"}")
                                 << QByteArray("invalid_grant") << QByteArray("Expired.");
        QTest::newRow("plain text") << QByteArray("The page cannot be displayed.") << QByteArray()
                                    << QByteArray("The page cannot be displayed.");
        QTest::newRow("a page") << QByteArray("<html><body><h1>Bad gateway</h1></body></html>")
                                << QByteArray() << QByteArray("The service answered with status 502.");
        QTest::newRow("nothing") << QByteArray() << QByteArray()
                                 << QByteArray("The service answered with status 502.");
        QTest::newRow("not an object")
            << QByteArray("[1]") << QByteArray() << QByteArray("The service answered with status 502.");
    }

    void otherShapes()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, code);
        QFETCH(QByteArray, message);
        const Error error = decodeServiceError(body.toStdString(), 502);
        QCOMPARE(QByteArray(error.serviceCode.c_str()), code);
        QCOMPARE(QByteArray(error.message.c_str()), message);
    }

    void noUrlTokenOrControlCharacterIsShown()
    {
        const std::string token = "eyJ" + std::string(60, 'a') + ".b.c";
        const std::string text =
            "see https://user:pw@host.example/path?sig=secret \x1b[31m" + token + "\r\nend";
        const Error error =
            decodeServiceError(dumpJson({{"error", {{"code", "x"}, {"message", text}}}}), 400);
        QCOMPARE(error.message, std::string("see host.example  [31m…  end"));
    }

    void aMessageIsBounded()
    {
        const Error error = decodeServiceError(
            dumpJson({{"error", {{"code", "x"}, {"message", std::string(1'000'000, 'm')}}}}), 400);
        QVERIFY(error.message.size() <= 2000);
    }

    void nestingWithoutEndIsStopped()
    {
        std::string body = "{\"code\":\"deep\"}";
        for (int i = 0; i < 60; ++i)
            body = "{\"code\":\"c" + std::to_string(i) + "\",\"innererror\":" + body + "}";
        const Error error = decodeServiceError(body, 400);
        QCOMPARE(error.serviceCode, std::string("c44"));
    }

    void cutAnywhereItStillSaysSomething_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"error-semantic.json", "error-syntax.json", "error-arm.json"})
            QTest::newRow(name) << name;
    }

    void cutAnywhereItStillSaysSomething()
    {
        QFETCH(QString, name);
        const std::string body = contractBody(name.toStdString());
        const Error whole = decodeServiceError(body, 403);
        QVERIFY(!whole.serviceCode.empty());
        for (std::size_t length = 0; length < body.size(); ++length) {
            const Error error = decodeServiceError(body.substr(0, length), 403);
            QVERIFY(!error.message.empty() && !error.advice.empty());
            QVERIFY2(error.serviceCode.empty(), qPrintable(QString::number(length)));
        }
    }
};

GATEHOUSE_TEST_MAIN(TestContractServiceError)
#include "tst_contract_serviceerror.moc"
