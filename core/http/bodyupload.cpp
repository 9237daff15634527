// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/bodyupload.h"

#include "core/http/deferred.h"
#include "core/http/qtrequest.h"

#include <QtCore/QPointer>
#include <QtCore/QUrl>
#include <QtNetwork/QNetworkProxy>

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace gatehouse::http {

namespace {

constexpr std::size_t PieceBytes = 64U << 10U;
constexpr qint64 MostBacklog = 256 << 10;

Error uploadError(Error::Kind kind, std::string message, std::string advice)
{
    return fail(kind, std::move(message), std::move(advice)).value();
}

std::string headOf(const HttpRequest& request, const QUrl& url, std::int64_t length)
{
    std::string head = request.method + " " + pathOf(request.url) + " HTTP/1.1\r\nHost: ";
    const std::string host = url.host(QUrl::FullyEncoded).toStdString();
    head += host.find(':') == std::string::npos ? host : "[" + host + "]";
    if (url.port() > 0)
        head += ":" + std::to_string(url.port());
    head += "\r\nContent-Length: " + std::to_string(length) +
            "\r\nAccept-Encoding: identity\r\nConnection: close\r\n";
    if (!request.headers.has("User-Agent"))
        head += "User-Agent: Gatehouse/" GATEHOUSE_VERSION "\r\n";
    for (const auto& [name, value] : request.headers.fields())
        head += name + ": " + value + "\r\n";
    return head + "\r\n";
}

} // namespace

BodyUpload::BodyUpload(HttpRequest request, std::unique_ptr<BodySource> source, const std::stop_token& stop,
                       UploadLimits limits)
    : m_request(std::move(request))
    , m_source(std::move(source))
    , m_limits(limits)
    , m_answer(limits.maxAnswerBytes)
    , m_stop(stop, this, [this] { this->stop(); })
{
    m_stall.setSingleShot(true);
    m_total.setSingleShot(true);
    connect(&m_stall, &QTimer::timeout, this, [this] {
        if (m_answer.state() == ResponseReader::State::Body)
            settle(response()); // a refusal whose text does not end
        else
            settle(fail(Error::Kind::Timeout,
                        allSent() ? m_host + " has the whole file and does not answer."
                                  : m_host + " takes nothing more of the file.",
                        "Try again; if it lasts, check whether the service is well."));
    });
    connect(&m_total, &QTimer::timeout, this, [this] {
        settle(fail(Error::Kind::Timeout, "Sending the file took longer than is allowed.",
                    "Send a smaller file, or try again over a faster connection."));
    });
    connect(&m_socket, &QSslSocket::bytesWritten, this, &BodyUpload::sent);
    connect(&m_socket, &QSslSocket::encryptedBytesWritten, this, &BodyUpload::sent);
    connect(&m_socket, &QSslSocket::readyRead, this, &BodyUpload::read);
    connect(&m_socket, &QSslSocket::errorOccurred, this, &BodyUpload::closed);
    connect(&m_socket, &QSslSocket::disconnected, this,
            [this] { closed(QAbstractSocket::RemoteHostClosedError); });
    // Queued, so that nothing is emitted before its owner has connected to it.
    QMetaObject::invokeMethod(
        this, [this] { begin(); }, Qt::QueuedConnection);
}

BodyUpload::~BodyUpload()
{
    m_socket.disconnect(this);
    m_socket.abort();
    closeUnread();
}

void BodyUpload::stop()
{
    settle(fail(cancelledError()));
}

void BodyUpload::begin()
{
    if (m_result)
        return;
    // One door for addresses and headers.
    const Result<QNetworkRequest> checked = makeQtRequest(m_request);
    if (!checked) {
        settle(fail(checked.error()));
        return;
    }
    const QUrl url = checked->url();
    const bool secure = url.scheme() == QLatin1String("https");
    m_host = url.host().toStdString();
    m_total.start(m_limits.total);
    m_stall.start(m_limits.stall);
    m_socket.setProxy(proxyFor(url));
    connect(&m_socket, secure ? &QSslSocket::encrypted : &QSslSocket::connected, this,
            &BodyUpload::connected);
    const auto port = static_cast<quint16>(url.port(secure ? 443 : 80));
    if (secure)
        m_socket.connectToHostEncrypted(url.host(), port);
    else
        m_socket.connectToHost(url.host(), port);
}

void BodyUpload::connected()
{
    if (m_result)
        return;
    const std::string head =
        headOf(m_request, QUrl::fromEncoded(QByteArray::fromStdString(m_request.url)), m_source->size());
    m_socket.write(head.data(), static_cast<qint64>(head.size()));
    if (!m_socket.isEncrypted())
        m_unread = ::fcntl(static_cast<int>(m_socket.socketDescriptor()), F_DUPFD_CLOEXEC, 0);
    m_feeding = true;
    pump();
}

void BodyUpload::pump()
{
    while (m_feeding && !m_result && m_given < m_source->size() && backlog() < MostBacklog) {
        const Result<std::string> piece = m_source->next(PieceBytes);
        if (!piece) {
            settle(fail(piece.error()));
            return;
        }
        m_socket.write(piece->data(), static_cast<qint64>(piece->size()));
        m_given += static_cast<qint64>(piece->size());
    }
}

void BodyUpload::sent()
{
    if (m_result || !m_feeding)
        return;
    m_stall.start(allSent() ? m_limits.answer : m_limits.stall);
    const qint64 left = std::max<qint64>(0, m_given - backlog());
    if (left != m_reported) {
        m_reported = left;
        const QPointer<BodyUpload> alive(this);
        Q_EMIT progress(left, m_source->size());
        if (!alive || m_result)
            return;
    }
    pump();
}

void BodyUpload::read()
{
    if (m_result)
        return;
    const QByteArray bytes = m_socket.readAll();
    m_answer.feed({bytes.constData(), static_cast<std::size_t>(bytes.size())});
    answered();
}

void BodyUpload::answered()
{
    switch (m_answer.state()) {
    case ResponseReader::State::Head:
        return;
    case ResponseReader::State::Body:
        if (m_feeding && !allSent())
            m_stall.start(m_limits.refusal);
        m_feeding = false; // whatever it says, it wants no more
        return;
    case ResponseReader::State::Whole:
        if (m_answer.status() < 300 && !allSent())
            settle(fail(Error::Kind::Protocol, m_host + " answered before it had the whole file.",
                        "Check the address of the service."));
        else
            settle(response());
        return;
    case ResponseReader::State::Broken:
        settle(fail(Error::Kind::Protocol, "The answer of " + m_host + " is not readable HTTP.",
                    "Check the address of the service."));
        return;
    }
}

/// A server that refuses closes with our bytes unread, which resets the connection. Qt closes its descriptor
/// when a write meets that, although the system still has the refusal to be read.
void BodyUpload::takeUnread()
{
    const QByteArray buffered = m_socket.readAll();
    m_answer.feed({buffered.constData(), static_cast<std::size_t>(buffered.size())});
    std::array<char, 16384> bytes{};
    while (m_unread >= 0) {
        const auto count = ::recv(m_unread, bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (count <= 0)
            return;
        m_answer.feed({bytes.data(), static_cast<std::size_t>(count)});
    }
}

void BodyUpload::closeUnread()
{
    if (m_unread >= 0)
        ::close(std::exchange(m_unread, -1));
}

void BodyUpload::closed(QAbstractSocket::SocketError error)
{
    if (m_result)
        return;
    takeUnread();
    m_answer.close();
    answered();
    if (m_result)
        return;
    // The text of a refusal may be short; that it is one counts.
    if (m_answer.state() == ResponseReader::State::Body && m_answer.status() >= 300)
        settle(response());
    else
        settle(fail(closingError(error)));
}

Error BodyUpload::closingError(QAbstractSocket::SocketError error) const
{
    const bool secureFailed = error == QAbstractSocket::SslHandshakeFailedError ||
                              error == QAbstractSocket::SslInvalidUserDataError ||
                              error == QAbstractSocket::SslInternalError;
    if (secureFailed)
        return uploadError(Error::Kind::Network,
                           "No secure connection to " + m_host +
                               ": its certificate or TLS version is not accepted.",
                           "Check the computer's clock and whether a proxy replaces certificates.");
    if (m_feeding || m_answer.state() != ResponseReader::State::Head)
        return uploadError(Error::Kind::Network,
                           allSent() ? "The connection to " + m_host + " was cut before the answer was whole."
                                     : m_host + " closed the connection before the whole file was sent.",
                           "Try again; the service may not take files of this size or kind.");
    switch (error) {
    case QAbstractSocket::HostNotFoundError:
        return uploadError(Error::Kind::Network, "The name " + m_host + " cannot be resolved.",
                           "Check the network connection and try again.");
    case QAbstractSocket::ProxyAuthenticationRequiredError:
    case QAbstractSocket::ProxyConnectionRefusedError:
    case QAbstractSocket::ProxyConnectionClosedError:
    case QAbstractSocket::ProxyConnectionTimeoutError:
    case QAbstractSocket::ProxyNotFoundError:
    case QAbstractSocket::ProxyProtocolError:
        return uploadError(Error::Kind::Network, "The proxy does not let the request through.",
                           "Check the system's proxy settings.");
    default:
        return uploadError(Error::Kind::Network, "Nothing answers at " + m_host + ".",
                           "Check the address and whether the service runs.");
    }
}

void BodyUpload::settle(Result<HttpResponse> result)
{
    if (m_result)
        return;
    m_result = std::move(result);
    m_feeding = false;
    m_stall.stop();
    m_total.stop();
    m_stop.reset();
    m_source.reset();
    m_socket.disconnect(this);
    // Queued: this may be one of the socket's own signals, or a call of the owner's.
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_socket.abort();
            closeUnread();
            const Result<HttpResponse> outcome = *m_result; // the receiver may delete this
            if (outcome)
                Q_EMIT finished(*outcome, std::nullopt);
            else
                Q_EMIT finished({}, outcome.error());
        },
        Qt::QueuedConnection);
}

qint64 BodyUpload::backlog() const
{
    return m_socket.bytesToWrite() + m_socket.encryptedBytesToWrite();
}

bool BodyUpload::allSent() const
{
    return m_source != nullptr && m_given == m_source->size() && backlog() == 0;
}

HttpResponse BodyUpload::response() const
{
    return HttpResponse{m_answer.status(), m_answer.headers(), Body(m_answer.body()), 1};
}

} // namespace gatehouse::http
