// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/networkclient.h"
#include "core/rag/ragclient.h"
#include "tests/support/faketokens.h"
#include "tests/support/futures.h"
#include "tests/support/loopbackserver.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>

namespace gatehouse::test {

/// The client over a real network, with tokens that a test can see.
class RagWorld
{
public:
    explicit RagWorld(const std::string& origin, rag::Limits limits = {},
                      std::string scope = "api://rag/.default", settings::RagMapping mapping = {})
        : client({calls, streams, tokens, clock, scheduler}, {origin, std::move(scope), std::move(mapping)},
                 limits)
    {}

    SystemClock clock;
    http::TimerScheduler scheduler;
    http::NetworkClient calls;
    http::StreamClient streams;
    FakeTokens tokens;
    rag::RagClient client;
};

/// What an upload gave, in order.
struct UploadRecorder
{
    explicit UploadRecorder(rag::FileUpload& upload)
    {
        QObject::connect(&upload, &rag::FileUpload::progress, &context, [this](qint64 sent, qint64 total) {
            ++steps;
            backwards = backwards || sent < last;
            beyond = beyond || sent > total;
            whole = whole || sent == total;
            last = sent;
        });
        QObject::connect(&upload, &rag::FileUpload::finished, &context,
                         [this](const rag::Document& given, const std::optional<Error>& why) {
                             ++ends;
                             document = given;
                             error = why;
                         });
    }
    QObject context;
    int steps = 0;
    bool backwards = false;
    bool beyond = false;
    bool whole = false;
    qint64 last = 0;
    int ends = 0;
    rag::Document document;
    std::optional<Error> error;
};

/// A server that takes one form as it comes, without keeping it: hashes the file in it, and does what a test
/// wants after so many bytes of the body.
class FormServer final : public QObject
{
public:
    struct Behaviour
    {
        qint64 actAfter = -1; ///< bytes of the body; -1: when it is whole
        std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"chunks\":3}";
        bool reset = false; ///< instead of an answer
        bool closeAfter = false;
        bool stopReading = false; ///< from then on
        std::function<void()> atAct;
    };

    explicit FormServer(Behaviour behaviour)
        : m_behaviour(std::move(behaviour))
    {
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket* socket = m_server.nextPendingConnection())
                serve(socket);
        });
        if (!m_server.listen(QHostAddress::LocalHost, 0))
            qFatal("no free port");
    }

    [[nodiscard]] std::string origin() const
    {
        return "http://127.0.0.1:" + std::to_string(m_server.serverPort());
    }

    std::string head;      // of the last request
    std::string partHead;  // of its only part
    std::string afterFile; // what followed the file
    qint64 bodyBytes = 0;
    qint64 fileBytes = 0;
    QByteArray sha256;
    bool wellFormed = false; // one part, closed, and as long as was said
    int connections = 0;
    int closed = 0;

private:
    struct State
    {
        std::string buffer;
        std::string boundary;
        qint64 length = 0;
        bool inBody = false;
        bool inFile = false;
        bool acted = false;
        QCryptographicHash hash{QCryptographicHash::Sha256};
    };

    void serve(QTcpSocket* socket)
    {
        ++connections;
        socket->setReadBufferSize(256 << 10);
        auto state = std::make_shared<State>();
        bodyBytes = fileBytes = 0;
        connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
            ++closed;
            socket->deleteLater();
        });
        connect(socket, &QTcpSocket::readyRead, this, [this, socket, state] {
            if (state->acted && m_behaviour.stopReading)
                return;
            state->buffer += socket->readAll().toStdString();
            take(*socket, *state);
        });
    }

    void take(QTcpSocket& socket, State& state)
    {
        if (!state.inBody) {
            const std::size_t end = state.buffer.find("\r\n\r\n");
            if (end == std::string::npos)
                return;
            head = state.buffer.substr(0, end + 2);
            state.buffer.erase(0, end + 4);
            state.inBody = true;
            const QString text = QString::fromStdString(head);
            state.length = text.section(QLatin1String("Content-Length: "), 1)
                               .section(QLatin1Char('\r'), 0, 0)
                               .toLongLong();
            state.boundary =
                text.section(QLatin1String("boundary="), 1).section(QLatin1Char('\r'), 0, 0).toStdString();
            m_buffered = 0;
        }
        bodyBytes += static_cast<qint64>(state.buffer.size()) - m_buffered;
        parse(state);
        m_buffered = static_cast<qint64>(state.buffer.size());
        const qint64 when = m_behaviour.actAfter < 0 ? state.length : m_behaviour.actAfter;
        if (!state.acted && bodyBytes >= when) {
            state.acted = true;
            act(socket);
        }
    }

    void parse(State& state)
    {
        if (!state.inFile) {
            const std::size_t end = state.buffer.find("\r\n\r\n");
            if (end == std::string::npos)
                return;
            partHead = state.buffer.substr(0, end + 2);
            state.buffer.erase(0, end + 4);
            state.inFile = true;
        }
        const std::string closing = "\r\n--" + state.boundary + "--\r\n";
        const bool last = bodyBytes == state.length;
        const std::size_t keep = closing.size();
        if (state.buffer.size() > keep) {
            const std::size_t count = state.buffer.size() - keep;
            state.hash.addData(QByteArray::fromRawData(state.buffer.data(), static_cast<qsizetype>(count)));
            fileBytes += static_cast<qint64>(count);
            state.buffer.erase(0, count);
        }
        if (last) {
            afterFile = state.buffer;
            sha256 = state.hash.result();
            wellFormed = partHead.starts_with("--" + state.boundary + "\r\n") && afterFile == closing;
        }
    }

    void act(QTcpSocket& socket)
    {
        if (m_behaviour.atAct)
            m_behaviour.atAct();
        if (m_behaviour.reset) {
            socket.abort();
            return;
        }
        socket.write(QByteArray::fromStdString(m_behaviour.answer));
        if (m_behaviour.closeAfter)
            socket.disconnectFromHost();
    }

    QTcpServer m_server;
    Behaviour m_behaviour;
    qint64 m_buffered = 0;
};

inline std::string writeFile(const QTemporaryDir& folder, const QString& name, const QByteArray& bytes)
{
    const QString path = folder.filePath(name);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("the file cannot be written");
    file.close();
    return QFile::encodeName(path).toStdString();
}

} // namespace gatehouse::test
