// SPDX-License-Identifier: GPL-3.0-or-later
// The conformance cases run through gatehouse-cases; here is what they do not reach.
#include "tests/support/testmain.h"

#include "core/gateway/chatstream.h"

using gatehouse::SseLimits;
using gatehouse::gateway::ChatStream;

class TestChatStream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void piecesComeWithTheBytesThatEndThem()
    {
        ChatStream stream;
        QVERIFY(stream.feed("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel").empty());
        QCOMPARE(stream.feed("lo\"}}]}\n\n"), std::vector<std::string>{"Hello"});
        QVERIFY(stream.outcome() == ChatStream::Outcome::Truncated);
    }

    void anErrorOfNullIsNone()
    {
        ChatStream stream;
        stream.feed(
            "data: {\"error\":null,\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n");
        QVERIFY(stream.outcome() == ChatStream::Outcome::Complete);
    }

    void errorsOfOtherShapesAreErrors_data()
    {
        QTest::addColumn<QByteArray>("event");
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("text") << QByteArray("data: {\"error\":\"no quota\"}\n\n") << QByteArray()
                              << QByteArray("no quota");
        QTest::newRow("named, wrapped")
            << QByteArray("event: error\ndata: {\"error\":{\"code\":\"x\",\"message\":\"m\"}}\n\n")
            << QByteArray("x") << QByteArray("m");
        QTest::newRow("named, no JSON") << QByteArray("event: error\ndata: upstream is gone\n\n")
                                        << QByteArray() << QByteArray("upstream is gone");
    }

    void errorsOfOtherShapesAreErrors()
    {
        QFETCH(QByteArray, event);
        QFETCH(QByteArray, code);
        QFETCH(QByteArray, message);
        ChatStream stream;
        stream.feed(event.toStdString());
        QVERIFY(stream.failure().has_value());
        QCOMPARE(stream.failure()->kind, std::string("server_error"));
        QCOMPARE(stream.failure()->code, code.toStdString());
        QCOMPARE(stream.failure()->message, message.toStdString());
    }

    void theParsersLimitsAreErrorsOfTheStream()
    {
        SseLimits limits;
        limits.maxLineBytes = 64;
        limits.maxEventBytes = 100;
        ChatStream line(limits);
        line.feed("data: " + std::string(100, 'x'));
        QCOMPARE(line.failure()->kind, std::string("line_too_long"));
        ChatStream event(limits);
        for (int i = 0; i < 4; ++i)
            event.feed("data: " + std::string(40, 'x') + "\n");
        QCOMPARE(event.failure()->kind, std::string("event_too_large"));
        QVERIFY(event.outcome() == ChatStream::Outcome::Error);
    }

    void usageOfImpossibleNumbersIsNotTaken()
    {
        ChatStream stream;
        stream.feed("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":-1,\"completion_tokens\":2}}\n\n");
        QVERIFY(!stream.usage());
        stream.feed("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\n");
        QCOMPARE(stream.usage()->total, 5);
    }

    void jsonDeeperThanAllowedIsMalformed()
    {
        ChatStream stream;
        stream.feed("data: {\"x\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}\n\n");
        QCOMPARE(stream.failure()->kind, std::string("malformed_chunk"));
    }
};

GATEHOUSE_TEST_MAIN(TestChatStream)
#include "tst_chatstream.moc"
