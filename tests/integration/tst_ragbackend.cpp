// SPDX-License-Identifier: GPL-3.0-or-later
// A backend that somebody else could have written (tests/interop/rag/backend.py, FastAPI) after the owner's
// contract alone: uploaded to and asked through the client and through the command line.
#include "core/http/networkclient.h"
#include "core/jobs/ragask.h"
#include "tests/support/faketokens.h"
#include "tests/support/futures.h"
#include "tests/support/testmain.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>

using namespace gatehouse;
using namespace gatehouse::test;
using namespace Qt::StringLiterals;

namespace {

const QByteArray
    Document("The office opens at eight.\n"
             "The notice period is three months, \xE2\x80\x9Cin writing\xE2\x80\x9D \xF0\x9F\x93\x9D.\n"
             "Lunch is at noon.\n");
constexpr const char* Line =
    "The notice period is three months, \xE2\x80\x9Cin writing\xE2\x80\x9D \xF0\x9F\x93\x9D.";

/// The backend in a process of its own; "" as its address when Python or FastAPI is missing.
class Backend
{
public:
    explicit Backend(const QString& mode)
    {
        // Debian's own Python has Debian's packages.
        const QString python = QFile::exists(u"/usr/bin/python3"_s) ? u"/usr/bin/python3"_s : u"python3"_s;
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(python, {u"" RAG_BACKEND ""_s, mode});
        if (!m_process.waitForStarted())
            return;
        while (!m_process.canReadLine() && m_process.waitForReadyRead(30'000)) {
        }
        origin = m_process.readLine().trimmed().toStdString();
    }
    Backend(const Backend&) = delete;
    Backend& operator=(const Backend&) = delete;
    ~Backend()
    {
        m_process.terminate();
        if (!m_process.waitForFinished(5'000))
            m_process.kill();
        m_process.waitForFinished();
    }

    [[nodiscard]] static bool available()
    {
        QProcess probe;
        probe.start(QFile::exists(u"/usr/bin/python3"_s) ? u"/usr/bin/python3"_s : u"python3"_s,
                    {u"-c"_s, u"import fastapi, uvicorn, multipart"_s});
        return probe.waitForFinished(30'000) && probe.exitStatus() == QProcess::NormalExit &&
               probe.exitCode() == 0;
    }

    std::string origin;

private:
    QProcess m_process;
};

struct Client
{
    explicit Client(const std::string& origin)
        : client({calls, streams, tokens, clock, scheduler}, {origin, "", {}})
        , ask(client, scheduler)
    {}
    SystemClock clock;
    http::TimerScheduler scheduler;
    http::NetworkClient calls;
    http::StreamClient streams;
    FakeTokens tokens;
    rag::RagClient client;
    jobs::RagAsk ask;
};

} // namespace

class TestRagBackend : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        if (!Backend::available())
            QSKIP("python3-fastapi, uvicorn or python3-multipart is not installed");
        QVERIFY(m_folder.isValid());
        m_path = m_folder.filePath(u"The \"notice\" \U0001F4DD.txt"_s);
        QFile file(m_path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(Document), Document.size());
    }

    void worksThroughTheClient_data()
    {
        QTest::addColumn<QString>("mode");
        QTest::addColumn<bool>("confirmed");
        QTest::newRow("plain text") << u"text"_s << false;
        QTest::newRow("JSON") << u"json"_s << true;
        QTest::newRow("OpenAI") << u"openai"_s << true;
    }
    void worksThroughTheClient()
    {
        QFETCH(QString, mode);
        const Backend backend(mode);
        QVERIFY2(backend.origin.starts_with("http://127.0.0.1:"), backend.origin.c_str());
        Client client(backend.origin);
        QTRY_VERIFY_WITH_TIMEOUT(await(client.ask.health({})).has_value(), 20'000);
        QCOMPARE(await(client.ask.health({}))->status, std::string("healthy"));

        const auto upload = client.ask.upload(m_path);
        std::optional<Result<rag::Document>> document;
        qint64 last = -1;
        connect(upload.get(), &jobs::Upload::progress, this, [&](qint64 sent, qint64 total) {
            QVERIFY(sent <= total);
            last = sent;
        });
        connect(upload.get(), &jobs::Upload::finished, this,
                [&](const Result<rag::Document>& result) { document = result; });
        QTRY_VERIFY(document);
        QVERIFY2(*document, document->has_value() ? "" : document->error().message.c_str());
        QCOMPARE((*document)->chunks.value(), 1);
        QCOMPARE(last, Document.size());
        QVERIFY((*document)->id.empty());

        rag::Question question;
        question.text = "How long is the notice period?";
        question.history = {{rag::Message::Role::User, "Hello"}, {rag::Message::Role::Assistant, "Hello."}};
        const auto answer = client.ask.ask(question);
        QString text;
        std::optional<rag::AnswerFacts> facts;
        std::optional<Error> error;
        connect(answer.get(), &jobs::Answer::delta, this, [&](const QString& piece) { text += piece; });
        connect(answer.get(), &jobs::Answer::finished, this,
                [&](const rag::AnswerFacts& said, const std::optional<Error>& why) {
                    facts = said;
                    error = why;
                });
        QTRY_VERIFY(facts);
        QVERIFY2(!error, error ? error->message.c_str() : "");
        QCOMPARE(text, QString::fromUtf8(Line));
        QTEST(facts->endConfirmed, "confirmed");
        QVERIFY(!facts->grounded && facts->citations.empty()); // what it does not say is not made up

        checkWhatItSaw(backend, client);
        const auto documents = await(client.ask.documents({}));
        QVERIFY(!documents);
        QVERIFY(documents.error().kind == Error::Kind::NotFound);
        QCOMPARE(documents.error().serviceCode, std::string("NotOffered"));
        QCOMPARE(await(client.ask.forget("x", {})).error().serviceCode, std::string("NotOffered"));
    }

    void refusesWithItsOwnWords()
    {
        const Backend backend(u"text"_s);
        Client client(backend.origin);
        QTRY_VERIFY_WITH_TIMEOUT(await(client.ask.health({})).has_value(), 20'000);
        const QString path = m_folder.filePath(u"a.docx"_s);
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write("x"), 1);
        file.close();
        const auto upload = client.ask.upload(path);
        std::optional<Result<rag::Document>> document;
        connect(upload.get(), &jobs::Upload::finished, this,
                [&](const Result<rag::Document>& result) { document = result; });
        QTRY_VERIFY(document);
        QVERIFY(!*document);
        QVERIFY(document->error().kind == Error::Kind::InvalidInput);
        QCOMPARE(document->error().httpStatus, 415);
        QVERIFY(document->error().message.find("only text and PDF") != std::string::npos);
    }

private:
    /// The bytes that arrived and the names that it was told.
    void checkWhatItSaw(const Backend& backend, Client& client)
    {
        http::HttpRequest request;
        request.url = backend.origin + "/seen";
        const auto response = await(client.calls.send(std::move(request), {}));
        QVERIFY(response);
        const QJsonObject seen =
            QJsonDocument::fromJson(QByteArray::fromStdString(response->body.text())).object();
        const QJsonObject upload = seen[u"uploads"_s].toArray().at(0).toObject();
        QCOMPARE(upload[u"bytes"_s].toInteger(), Document.size());
        QCOMPARE(upload[u"sha256"_s].toString(),
                 QString::fromLatin1(QCryptographicHash::hash(Document, QCryptographicHash::Sha256).toHex()));
        // As a browser would name it.
        QCOMPARE(upload[u"name"_s].toString(), u"The %22notice%22 \U0001F4DD.txt"_s);
        const QJsonObject question = seen[u"questions"_s].toArray().at(0).toObject();
        QCOMPARE(question[u"question"_s].toString(), u"How long is the notice period?"_s);
        QCOMPARE(question[u"history"_s].toArray().size(), 2);
    }

    QTemporaryDir m_folder;
    QString m_path;
};

GATEHOUSE_TEST_MAIN(TestRagBackend)
#include "tst_ragbackend.moc"
