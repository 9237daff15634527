// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/auth/loopbacklistener.h"

#include <QtCore/QTimer>
#include <QtNetwork/QTcpSocket>

#include <charconv>
#include <memory>

namespace gatehouse::auth {

namespace {

constexpr std::size_t MaxBytes = 64U << 10U;
constexpr int MaxConnections = 8;
constexpr std::chrono::seconds RequestPatience{10};

constexpr const char* Done = "You are signed in. You can close this page and return to Gatehouse.";
constexpr const char* NotForUs = "This page is only for the answer of a sign-in.";

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

} // namespace

/// What came in on one connection.
struct LoopbackListener::Exchange
{
    enum class Progress { More, Whole, Malformed, TooLarge };

    std::string bytes;
    std::string method;
    std::string target;
    std::string host;
    std::string contentType;
    std::string body;

    [[nodiscard]] Progress parse()
    {
        if (bytes.size() > MaxBytes)
            return Progress::TooLarge;
        const std::size_t headEnd = bytes.find("\r\n\r\n");
        if (headEnd == std::string::npos)
            return Progress::More;
        std::size_t length = 0;
        if (!parseHead(std::string_view(bytes).substr(0, headEnd), length))
            return Progress::Malformed;
        if (length > MaxBytes)
            return Progress::TooLarge;
        if (bytes.size() - headEnd - 4 < length)
            return Progress::More;
        body.assign(bytes, headEnd + 4, length);
        return Progress::Whole;
    }

private:
    [[nodiscard]] bool parseHead(std::string_view head, std::size_t& length)
    {
        const std::size_t lineEnd = std::min(head.find("\r\n"), head.size());
        const std::string_view line = head.substr(0, lineEnd);
        const std::size_t first = line.find(' ');
        const std::size_t second = line.rfind(' ');
        if (first == std::string_view::npos || first == second ||
            !line.substr(second + 1).starts_with("HTTP/1."))
            return false;
        method = line.substr(0, first);
        target = line.substr(first + 1, second - first - 1);
        head.remove_prefix(std::min(lineEnd + 2, head.size()));
        while (!head.empty()) {
            const std::size_t end = std::min(head.find("\r\n"), head.size());
            if (!takeField(head.substr(0, end), length))
                return false;
            head.remove_prefix(std::min(end + 2, head.size()));
        }
        return true;
    }

    [[nodiscard]] bool takeField(std::string_view field, std::size_t& length)
    {
        const std::size_t colon = field.find(':');
        if (colon == std::string_view::npos)
            return false;
        const std::string name = toLower(field.substr(0, colon));
        const std::string_view value = trimmed(field.substr(colon + 1));
        if (name == "transfer-encoding")
            return false;
        if (name == "host")
            host = toLower(value);
        else if (name == "content-type")
            contentType = toLower(trimmed(value.substr(0, value.find(';'))));
        else if (name == "content-length") {
            const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), length);
            return code == std::errc() && end == value.data() + value.size();
        }
        return true;
    }
};

LoopbackListener::LoopbackListener(Accept accept, QObject* parent)
    : QObject(parent)
    , m_accept(std::move(accept))
{
    m_server.setMaxPendingConnections(MaxConnections);
    connect(&m_server, &QTcpServer::newConnection, this, [this] { welcome(); });
}

Status LoopbackListener::listen()
{
    if (m_server.listen(QHostAddress::LocalHost, 0))
        return {};
    return fail(Error::Kind::Network, "No port of this computer is free for the browser's answer.",
                "Close some programs and try again, or sign in with a code.");
}

std::string LoopbackListener::redirectUri() const
{
    return "http://localhost:" + std::to_string(m_server.serverPort());
}

void LoopbackListener::welcome()
{
    while (QTcpSocket* socket = m_server.nextPendingConnection()) {
        if (m_server.findChildren<QTcpSocket*>().size() > MaxConnections) {
            socket->abort();
            socket->deleteLater();
            continue;
        }
        auto exchange = std::make_shared<Exchange>();
        connect(socket, &QTcpSocket::readyRead, this, [this, socket, exchange] { read(socket, exchange); });
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        QTimer::singleShot(RequestPatience, socket, [socket] { socket->abort(); });
    }
}

void LoopbackListener::read(QTcpSocket* socket, const std::shared_ptr<Exchange>& exchange)
{
    exchange->bytes += socket->read(static_cast<qint64>(MaxBytes + 1)).toStdString();
    switch (exchange->parse()) {
    case Exchange::Progress::More:
        return;
    case Exchange::Progress::Malformed:
        reply(socket, 400, "Bad Request", NotForUs);
        return;
    case Exchange::Progress::TooLarge:
        reply(socket, 413, "Content Too Large", NotForUs);
        return;
    case Exchange::Progress::Whole:
        respond(socket, *exchange);
        return;
    }
}

void LoopbackListener::respond(QTcpSocket* socket, const Exchange& exchange)
{
    const std::string_view target = exchange.target;
    const std::size_t question = std::min(target.find('?'), target.size());
    const std::string_view path = target.substr(0, question);
    if (!isOurHost(exchange.host)) {
        reply(socket, 400, "Bad Request", NotForUs);
    } else if (path != "/") {
        reply(socket, 404, "Not Found", NotForUs);
    } else if (exchange.method != "GET" && exchange.method != "POST") {
        reply(socket, 405, "Method Not Allowed", NotForUs);
    } else if (exchange.method == "POST" && exchange.contentType != "application/x-www-form-urlencoded") {
        reply(socket, 415, "Unsupported Media Type", NotForUs);
    } else {
        const std::string_view query = target.substr(std::min(question + 1, target.size()));
        const FormFields fields =
            decodeForm(exchange.method == "POST" ? std::string_view(exchange.body) : query);
        if (m_answered || !m_accept(fields)) {
            reply(socket, 400, "Bad Request", NotForUs);
            return;
        }
        m_answered = true;
        reply(socket, 200, "OK", Done);
        // Queued, so that the owner may delete this.
        QMetaObject::invokeMethod(
            this, [this, fields] { Q_EMIT answered(fields); }, Qt::QueuedConnection);
    }
}

void LoopbackListener::reply(QTcpSocket* socket, int status, const char* reason, const char* text)
{
    const std::string page = std::string("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                                         "<title>Gatehouse</title></head><body><p>") +
                             text + "</p></body></html>";
    std::string answer = "HTTP/1.1 " + std::to_string(status) + " " + reason + "\r\n";
    if (status == 405)
        answer += "Allow: GET, POST\r\n";
    answer += "Content-Type: text/html; charset=utf-8\r\nContent-Length: " + std::to_string(page.size()) +
              "\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
              "Content-Security-Policy: default-src 'none'\r\nX-Content-Type-Options: nosniff\r\n"
              "Connection: close\r\n\r\n" +
              page;
    socket->disconnect(this); // nothing more is read
    socket->write(answer.data(), static_cast<qint64>(answer.size()));
    socket->flush();
    socket->disconnectFromHost();
}

bool LoopbackListener::isOurHost(const std::string& host) const
{
    const std::size_t colon = std::min(host.find(':'), host.size());
    const std::string_view name = std::string_view(host).substr(0, colon);
    const std::string_view port = std::string_view(host).substr(std::min(colon + 1, host.size()));
    return (name == "localhost" || name == "127.0.0.1") && port == std::to_string(m_server.serverPort());
}

} // namespace gatehouse::auth
