// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QPointer>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::test {

/// The "loopback server" level: a real socket on 127.0.0.1 that a test scripts byte by byte. The handler gets
/// each whole request (head and body as text) and the socket to answer on.
class LoopbackServer final : public QObject
{
public:
    using Handler = std::function<void(const std::string& request, QTcpSocket& socket)>;

    explicit LoopbackServer(Handler handler)
        : m_handler(std::move(handler))
    {
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket* socket = m_server.nextPendingConnection())
                watch(socket);
        });
        if (!m_server.listen(QHostAddress::LocalHost, 0))
            qFatal("no free port");
    }

    [[nodiscard]] std::string origin() const
    {
        return "http://127.0.0.1:" + std::to_string(m_server.serverPort());
    }

    /// An answer with Content-Length and Connection: close.
    static void reply(QTcpSocket& socket, const std::string& statusLine, const std::string& headers,
                      const std::string& body)
    {
        const std::string answer = "HTTP/1.1 " + statusLine + "\r\n" + headers +
                                   "Content-Length: " + std::to_string(body.size()) +
                                   "\r\nConnection: close\r\n\r\n" + body;
        socket.write(answer.data(), static_cast<qint64>(answer.size()));
        socket.disconnectFromHost();
    }
    static void send(QTcpSocket& socket, const std::string& bytes)
    {
        socket.write(bytes.data(), static_cast<qint64>(bytes.size()));
        socket.flush();
    }

    std::vector<std::string> requests;
    int closedConnections = 0;

private:
    void watch(QTcpSocket* socket)
    {
        auto bytes = std::make_shared<std::string>();
        connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
            ++closedConnections;
            socket->deleteLater();
        });
        connect(socket, &QTcpSocket::readyRead, this, [this, socket, bytes] {
            *bytes += socket->readAll().toStdString();
            const std::size_t headEnd = bytes->find("\r\n\r\n");
            if (headEnd == std::string::npos)
                return;
            std::size_t length = 0;
            const QString head = QString::fromStdString(bytes->substr(0, headEnd)).toLower();
            const qsizetype at = head.indexOf(QLatin1String("content-length:"));
            if (at >= 0)
                length = head.mid(at + 15).section(QLatin1Char('\r'), 0, 0).trimmed().toULongLong();
            if (bytes->size() < headEnd + 4 + length)
                return;
            const std::string request = bytes->substr(0, headEnd + 4 + length);
            bytes->erase(0, request.size());
            requests.push_back(request);
            m_handler(request, *socket);
        });
    }

    QTcpServer m_server;
    Handler m_handler;
};

} // namespace gatehouse::test
