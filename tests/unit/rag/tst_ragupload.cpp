// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"
#include "tests/unit/rag/ragworld.h"

#include <filesystem>

using namespace gatehouse;
using namespace gatehouse::rag;
using namespace gatehouse::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

QByteArray sha256(const QByteArray& bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256);
}

/// Text that no compression and no luck makes small.
QByteArray longText(int bytes)
{
    QByteArray text;
    for (quint32 i = 1; text.size() < bytes; i = i * 1664525U + 1013904223U)
        text += QByteArray::number(i);
    text.truncate(bytes);
    return text;
}

constexpr int Large = 24 << 20; // beyond what the sockets of both sides hold

} // namespace

class TestRagUpload : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void arrivesByteForByte_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("sent");
        const auto row = [](const char* title, const QString& name, const QByteArray& bytes,
                            const char* sent = nullptr) {
            QTest::newRow(title) << name << bytes << (sent == nullptr ? name.toUtf8() : QByteArray(sent));
        };
        row("one byte", u"a.txt"_s, "x");
        row("a form inside", u"form.txt"_s,
            "--gatehouse-0000\r\nContent-Disposition: form-data; "
            "name=\"file\"\r\n\r\n\r\n--gatehouse-0000--\r\n");
        row("ends like a form", u"end.txt"_s, "text\r\n--");
        row("line ends alone", u"lines.txt"_s, "\r\n\r\n\r\n");
        row("zero bytes", u"zero.bin"_s, QByteArray(70'000, '\0'));
        row("quotes", u"a \"quoted\" name.pdf"_s, "x", "a %22quoted%22 name.pdf");
        row("line end in the name", u"a\r\nX-Evil: 1\r\n\r\nb.txt"_s, "x",
            "a%0D%0AX-Evil: 1%0D%0A%0D%0Ab.txt");
        row("emoji", u"\U0001F600 r\u00E9sum\u00E9.txt"_s, "x");
        row("right to left", u"\u202Egpj.txt"_s, "x");
        row("combining", u"e\u0301.txt"_s, "x");
        row("backslashes", u"..\\..\\etc\\passwd"_s, "x");
        row("dots", u"...."_s, "x");
        row("255 bytes", QString(251, u'n') + u".txt"_s, "x");
        row("semicolon", u"a; filename=b.txt"_s, "x");
        row("percent", u"%22%0d%0a.txt"_s, "x");
        row("several pieces", u"pieces.txt"_s, longText(300'000));
    }
    void arrivesByteForByte()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, sent);
        QTemporaryDir folder;
        FormServer server({});
        RagWorld world(server.origin());
        const auto upload = world.client.upload(writeFile(folder, name, bytes));
        UploadRecorder recorder(*upload);
        QTRY_COMPARE(recorder.ends, 1);
        QVERIFY2(!recorder.error, recorder.error ? recorder.error->message.c_str() : "");
        QVERIFY(server.wellFormed);
        QCOMPARE(server.fileBytes, bytes.size());
        QCOMPARE(server.sha256, sha256(bytes));
        QVERIFY(server.partHead.find("name=\"file\"; filename=\"" + sent.toStdString() + "\"\r\n") !=
                std::string::npos);
        QCOMPARE(std::count(server.partHead.begin(), server.partHead.end(), '\n'), 3);
        QVERIFY(server.head.starts_with("POST /upload HTTP/1.1\r\nHost: 127.0.0.1:"));
        QVERIFY(server.head.find("\r\nAuthorization: Bearer token-1\r\n") != std::string::npos);
        QCOMPARE(recorder.document.chunks.value(), 3);
        QCOMPARE(recorder.document.name, name.toStdString());
        QCOMPARE(recorder.document.bytes, bytes.size());
        QVERIFY(recorder.whole && !recorder.beyond && !recorder.backwards);
    }

    void aPathIsNotPartOfTheName()
    {
        QTemporaryDir folder;
        QVERIFY(QDir(folder.path()).mkpath(u"a/b"_s));
        writeFile(folder, u"up.txt"_s, "x");
        FormServer server({});
        RagWorld world(server.origin(), {}, "");
        const auto upload = world.client.upload(folder.filePath(u"a/b/../../up.txt"_s).toStdString());
        UploadRecorder recorder(*upload);
        QTRY_COMPARE(recorder.ends, 1);
        QVERIFY(!recorder.error);
        QVERIFY(server.partHead.find("filename=\"up.txt\"") != std::string::npos);
        QVERIFY(server.head.find("Authorization") == std::string::npos); // no scope, no token
        QVERIFY(world.tokens.requests.empty());
    }

    void refusedAtTheDoor()
    {
        QTemporaryDir folder;
        FormServer server({});
        RagWorld world(server.origin());
        const auto upload = world.client.upload(writeFile(folder, u"empty.pdf"_s, ""));
        UploadRecorder recorder(*upload);
        QCOMPARE(recorder.ends, 0); // not before its owner could connect
        QTRY_COMPARE(recorder.ends, 1);
        QVERIFY(recorder.error->kind == Error::Kind::InvalidInput);
        QCOMPARE(recorder.error->serviceCode, std::string("EmptyDocument"));
        QCOMPARE(server.connections, 0);
        QVERIFY(world.tokens.requests.empty());
    }

    void aRefusalEndsALargeUploadWhenItComes_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("code");
        const auto row = [](const char* name, const char* answer, Error::Kind kind, const char* code) {
            QTest::newRow(name) << QByteArray(answer) << static_cast<int>(kind) << QString::fromLatin1(code);
        };
        row("413 with a name",
            "HTTP/1.1 413 Too Large\r\nContent-Type: application/json\r\nContent-Length: 45\r\n\r\n"
            R"({"error":{"code":"DocumentTooLarge","m":"m"}})",
            Error::Kind::InvalidInput, "DocumentTooLarge");
        row("413 of a proxy", "HTTP/1.1 413 Too Large\r\nConnection: close\r\n\r\n<html>nginx</html>",
            Error::Kind::InvalidInput, "");
        row("415", "HTTP/1.1 415 Unsupported\r\nContent-Length: 0\r\n\r\n", Error::Kind::InvalidInput, "");
        row("417 to 100-continue", "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n",
            Error::Kind::Http, "");
        row("413 in chunks",
            "HTTP/1.1 413 Too Large\r\nTransfer-Encoding: chunked\r\n\r\n"
            "14\r\n{\"error\":{\"code\":\"Do\r\n11\r\ncumentTooLarge\"}}\r\n0\r\n\r\n",
            Error::Kind::InvalidInput, "DocumentTooLarge");
        row("a continue first",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n",
            Error::Kind::InvalidInput, "");
        row("503", "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", Error::Kind::Unavailable, "");
        row("a redirect",
            "HTTP/1.1 307 Elsewhere\r\nLocation: http://localhost:1/\r\nContent-Length: 0\r\n\r\n",
            Error::Kind::Http, "");
        row("success too early", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", Error::Kind::Protocol, "");
    }
    void aRefusalEndsALargeUploadWhenItComes()
    {
        QFETCH(QByteArray, answer);
        for (const bool closes : {false, true}) {
            FormServer::Behaviour behaviour;
            behaviour.actAfter = 100'000;
            behaviour.answer = answer.toStdString();
            behaviour.stopReading = true;
            behaviour.closeAfter = closes; // with unread bytes: the connection is reset
            FormServer server(behaviour);
            RagWorld world(server.origin());
            const auto upload = world.client.upload(largeFile());
            UploadRecorder recorder(*upload);
            QTRY_COMPARE(recorder.ends, 1);
            QTEST(static_cast<int>(recorder.error->kind), "kind");
            QTEST(QString::fromStdString(recorder.error->serviceCode), "code");
            QVERIFY(!recorder.whole && !recorder.beyond);
            QCOMPARE(server.connections, 1); // never sent again
        }
    }

    void aResetIsAClearError_data()
    {
        QTest::addColumn<int>("percent");
        for (const int percent : {0, 25, 50, 75, 99, 100})
            QTest::newRow(qPrintable(QString::number(percent))) << percent;
    }
    void aResetIsAClearError()
    {
        QFETCH(int, percent);
        FormServer::Behaviour behaviour;
        behaviour.actAfter = percent == 100 ? -1 : static_cast<qint64>(Large) * percent / 100;
        behaviour.reset = true;
        FormServer server(behaviour);
        RagWorld world(server.origin());
        const auto upload = world.client.upload(largeFile());
        UploadRecorder recorder(*upload);
        QTRY_COMPARE(recorder.ends, 1);
        QVERIFY(recorder.error->kind == Error::Kind::Network);
        QCOMPARE(server.connections, 1);
        QVERIFY(!recorder.beyond);
    }

    void whatHappensToTheFileEndsIt_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("code");
        QTest::newRow("grows") << u"grow"_s << u"FileChanged"_s;
        QTest::newRow("shrinks") << u"shrink"_s << u"FileChanged"_s;
        QTest::newRow("vanishes") << u"vanish"_s << u"FileVanished"_s;
    }
    void whatHappensToTheFileEndsIt()
    {
        QFETCH(QString, what);
        QTemporaryDir folder;
        const std::string path = writeFile(folder, u"changing.txt"_s, longText(Large));
        FormServer::Behaviour behaviour;
        behaviour.actAfter = 200'000;
        behaviour.answer = {};
        behaviour.atAct = [&] {
            if (what == u"vanish")
                std::filesystem::remove(path);
            else
                std::filesystem::resize_file(path, what == u"grow" ? Large + 1 : 300'000);
        };
        FormServer server(behaviour);
        RagWorld world(server.origin());
        const auto upload = world.client.upload(path);
        UploadRecorder recorder(*upload);
        QTRY_COMPARE_WITH_TIMEOUT(recorder.ends, 1, 20'000);
        QVERIFY(recorder.error->kind == Error::Kind::InvalidInput);
        QTEST(QString::fromStdString(recorder.error->serviceCode), "code");
        QTRY_COMPARE(server.closed, 1); // aborted, so the server cannot take it for whole
        QVERIFY(!server.wellFormed && !recorder.whole);
    }

    void cancelIsQuick()
    {
        FormServer::Behaviour behaviour;
        behaviour.actAfter = 100'000;
        behaviour.answer = {};
        behaviour.stopReading = true;
        FormServer server(behaviour);
        RagWorld world(server.origin());
        const auto upload = world.client.upload(largeFile());
        UploadRecorder recorder(*upload);
        QTRY_VERIFY(recorder.steps > 0);
        QElapsedTimer timer;
        timer.start();
        upload->cancel();
        QCOMPARE(recorder.ends, 0);
        const int steps = recorder.steps;
        QTRY_COMPARE(recorder.ends, 1);
        QVERIFY2(timer.elapsed() <= 200, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(recorder.error->cancelled());
        QCOMPARE(recorder.steps, steps);
        QTRY_COMPARE(server.closed, 1);

        auto deleted = world.client.upload(largeFile());
        UploadRecorder second(*deleted);
        QTRY_VERIFY(second.steps > 0);
        deleted.reset();
        QTRY_COMPARE(server.closed, 2);
        QCOMPARE(second.ends, 0);
    }

    void silenceIsGivenUp()
    {
        Limits limits;
        limits.silence = 100ms;
        limits.indexing = 150ms;
        FormServer::Behaviour deaf;
        deaf.actAfter = 100'000;
        deaf.answer = {};
        deaf.stopReading = true;
        FormServer stalled(deaf);
        RagWorld first(stalled.origin(), limits);
        const auto upload = first.client.upload(largeFile());
        UploadRecorder recorder(*upload);
        QTRY_COMPARE(recorder.ends, 1);
        QVERIFY(recorder.error->kind == Error::Kind::Timeout);
        QVERIFY(recorder.error->message.find("nothing more") != std::string::npos);

        FormServer::Behaviour mute;
        mute.answer = {};
        FormServer silent(mute);
        RagWorld second(silent.origin(), limits);
        QTemporaryDir folder;
        const auto other = second.client.upload(writeFile(folder, u"a.txt"_s, "text"));
        UploadRecorder others(*other);
        QTRY_COMPARE(others.ends, 1);
        QVERIFY(others.error->kind == Error::Kind::Timeout);
        QVERIFY(others.whole);
    }

    void a401IsAnsweredOnceWithANewToken()
    {
        QTemporaryDir folder;
        const std::string path = writeFile(folder, u"a.txt"_s, "text");
        int calls = 0;
        LoopbackServer server([&](const std::string& request, QTcpSocket& socket) {
            ++calls;
            const bool renewed = request.find("Bearer token-2") != std::string::npos;
            LoopbackServer::reply(socket, renewed ? "201 Created" : "401 Unauthorized", "",
                                  R"({"chunks":1,"id":"d"})");
        });
        RagWorld world(server.origin());
        const auto upload = world.client.upload(path);
        UploadRecorder recorder(*upload);
        QTRY_COMPARE(recorder.ends, 1);
        QVERIFY(!recorder.error);
        QCOMPARE(recorder.document.id, std::string("d"));
        QCOMPARE(calls, 2);

        LoopbackServer refusing([](const std::string&, QTcpSocket& socket) {
            LoopbackServer::reply(socket, "401 Unauthorized", "", "");
        });
        RagWorld other(refusing.origin());
        const auto again = other.client.upload(path);
        UploadRecorder refused(*again);
        QTRY_COMPARE(refused.ends, 1);
        QVERIFY(refused.error->kind == Error::Kind::SignInRequired);
        QCOMPARE(refusing.requests.size(), 2U);
    }

    void strangeAnswersAreProtocolErrors_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("HTML") << QByteArray(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>sign in</html>");
        QTest::newRow("a list") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]");
        QTest::newRow("nothing") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        QTest::newRow("204") << QByteArray("HTTP/1.1 204 No Content\r\n\r\n");
        QTest::newRow("no HTTP") << QByteArray("SSH-2.0-OpenSSH_9.2p1\r\n\r\n");
        QTest::newRow("a bad length") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}");
        QTest::newRow("bad chunks") << QByteArray(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n");
        QTest::newRow("a head without end")
            << "HTTP/1.1 200 OK\r\n" + QByteArray("X: y\r\n").repeated(20'000);
        QTest::newRow("too much") << "HTTP/1.1 200 OK\r\n\r\n" + QByteArray(2 << 20, ' ');
    }
    void strangeAnswersAreProtocolErrors()
    {
        QFETCH(QByteArray, answer);
        FormServer::Behaviour behaviour;
        behaviour.answer = answer.toStdString();
        behaviour.closeAfter = true;
        FormServer server(behaviour);
        RagWorld world(server.origin());
        QTemporaryDir folder;
        const auto upload = world.client.upload(writeFile(folder, u"a.txt"_s, "text"));
        UploadRecorder recorder(*upload);
        QTRY_COMPARE(recorder.ends, 1);
        QVERIFY(recorder.error->kind == Error::Kind::Protocol);
        QVERIFY(recorder.error->message.find("sign in<") == std::string::npos);
    }

    void nobodyThere()
    {
        QTemporaryDir folder;
        RagWorld world("http://127.0.0.1:1");
        const auto upload = world.client.upload(writeFile(folder, u"a.txt"_s, "text"));
        UploadRecorder recorder(*upload);
        QTRY_COMPARE(recorder.ends, 1);
        QVERIFY(recorder.error->kind == Error::Kind::Network);
        QVERIFY(recorder.error->message.find("Nothing answers") != std::string::npos);

        RagWorld signedOut("http://127.0.0.1:1");
        signedOut.tokens.refusal = fail(Error::Kind::SignInRequired, "Sign in.").value();
        const auto other = signedOut.client.upload(writeFile(folder, u"b.txt"_s, "text"));
        UploadRecorder refused(*other);
        QTRY_COMPARE(refused.ends, 1);
        QVERIFY(refused.error->kind == Error::Kind::SignInRequired);
    }

private:
    std::string largeFile()
    {
        static const QTemporaryDir folder;
        static const std::string path = writeFile(folder, u"large.txt"_s, longText(Large));
        return path;
    }
};

GATEHOUSE_TEST_MAIN(TestRagUpload)
#include "tst_ragupload.moc"
