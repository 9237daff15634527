// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/qtrequest.h"

#include "core/base/encoding.h"

#include <QtCore/QIODevice>
#include <QtCore/QUrl>
#include <QtNetwork/QHostAddress>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkProxy>

#include <algorithm>
#include <memory>

namespace gatehouse::http {

namespace {

bool isLoopback(const QString& host)
{
    return host == QLatin1String("localhost") || QHostAddress(host).isLoopback();
}

class ProxyChooser final : public QNetworkProxyFactory
{
public:
    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery& query) override
    {
        if (isLoopback(query.peerHostName()))
            return {QNetworkProxy(QNetworkProxy::NoProxy)};
        return systemProxyForQuery(query);
    }
};

/// A request's body that can be read once. Qt sends a request again by itself when a connection closes before
/// the answer's first byte; with a body that cannot be rewound it fails instead, so that nothing is written
/// twice and only our own layer retries.
class SingleUseBody final : public QIODevice
{
public:
    SingleUseBody(std::string bytes, QObject* parent)
        : QIODevice(parent)
        , m_bytes(std::move(bytes))
    {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }
    [[nodiscard]] bool isSequential() const override { return true; }
    [[nodiscard]] bool reset() override { return false; }
    [[nodiscard]] bool atEnd() const override { return m_read == m_bytes.size(); }
    [[nodiscard]] qint64 bytesAvailable() const override
    {
        return static_cast<qint64>(m_bytes.size() - m_read) + QIODevice::bytesAvailable();
    }

protected:
    qint64 readData(char* data, qint64 most) override
    {
        const std::size_t count = std::min(m_bytes.size() - m_read, static_cast<std::size_t>(most));
        m_bytes.copy(data, count, m_read);
        m_read += count;
        return count == 0 && most > 0 ? -1 : static_cast<qint64>(count);
    }
    qint64 writeData(const char*, qint64) override { return -1; }

private:
    std::string m_bytes;
    std::size_t m_read = 0;
};

bool isHeaderName(std::string_view name)
{
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_';
    });
}

bool isHeaderValue(std::string_view value)
{
    return value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

QUrl parseUrl(const std::string& text)
{
    const QUrl url = QUrl::fromEncoded(QByteArray::fromStdString(text), QUrl::StrictMode);
    const bool web = url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("http");
    return url.isValid() && web && !url.host().isEmpty() && url.userInfo().isEmpty() ? url : QUrl();
}

} // namespace

std::string originOf(const std::string& url)
{
    const QUrl parsed = parseUrl(url);
    if (parsed.isEmpty())
        return {};
    const int port = parsed.port(parsed.scheme() == QLatin1String("https") ? 443 : 80);
    QString host = parsed.host().toLower();
    if (host.contains(QLatin1Char(':')))
        host = QLatin1Char('[') + host + QLatin1Char(']');
    return (parsed.scheme() + QLatin1String("://") + host).toStdString() + ":" + std::to_string(port);
}

bool isSameOrigin(const std::string& a, const std::string& b)
{
    const std::string origin = originOf(a);
    return !origin.empty() && origin == originOf(b);
}

std::string pathOf(const std::string& url)
{
    if (originOf(url).empty())
        return {};
    const std::size_t path = url.find('/', url.find("://") + 3);
    return path == std::string::npos ? "/" : url.substr(path);
}

Result<QNetworkRequest> makeQtRequest(const HttpRequest& request)
{
    const QUrl url = parseUrl(request.url);
    if (url.isEmpty())
        return fail(Error::Kind::InvalidInput, "The address of the service is not valid.",
                    "Check the hosts in the profile.");
    QNetworkRequest made(url);
    for (const auto& [name, value] : request.headers.fields()) {
        if (!isHeaderName(name) || !isHeaderValue(value))
            return fail(Error::Kind::InvalidInput,
                        "A header of the request holds characters that cannot be sent.");
        made.setRawHeader(QByteArray::fromStdString(name), QByteArray::fromStdString(value));
    }
    if (!request.headers.has("User-Agent"))
        made.setRawHeader("User-Agent", "Gatehouse/" GATEHOUSE_VERSION);
    made.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    made.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    made.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    made.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    made.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    made.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    made.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    made.setDecompressedSafetyCheckThreshold(-1);
    return made;
}

QNetworkProxy proxyFor(const QUrl& url)
{
    const QList<QNetworkProxy> proxies = ProxyChooser().queryProxy(QNetworkProxyQuery(url));
    return proxies.isEmpty() ? QNetworkProxy(QNetworkProxy::NoProxy) : proxies.front();
}

void configureManager(QNetworkAccessManager& manager)
{
    manager.setProxyFactory(new ProxyChooser); // the manager owns it
    manager.setAutoDeleteReplies(false);
    manager.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
}

QNetworkReply* startRequest(QNetworkAccessManager& manager, const QNetworkRequest& qtRequest,
                            const HttpRequest& request)
{
    QNetworkReply* reply = nullptr;
    const QByteArray verb = QByteArray::fromStdString(request.method);
    if (request.body.empty()) {
        reply = verb == "GET" ? manager.get(qtRequest) : manager.sendCustomRequest(qtRequest, verb);
    } else {
        QNetworkRequest once = qtRequest;
        once.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
        once.setHeader(QNetworkRequest::ContentLengthHeader, static_cast<qulonglong>(request.body.size()));
        auto body = std::make_unique<SingleUseBody>(request.body, nullptr);
        reply = manager.sendCustomRequest(once, verb, body.get());
        body.release()->setParent(reply);
    }
    reply->setParent(nullptr);
    return reply;
}

int answeredStatus(const QNetworkReply& reply)
{
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const QNetworkReply::NetworkError error = reply.error();
    if (error == QNetworkReply::NoError)
        return status;
    // 201–299 say something about the content, 401–499 about the server: both come with an answer.
    const bool answered =
        error >= QNetworkReply::ContentAccessDenied && error <= QNetworkReply::UnknownServerError &&
        error != QNetworkReply::ContentReSendError && error != QNetworkReply::ProtocolUnknownError &&
        error != QNetworkReply::ProtocolInvalidOperationError && error != QNetworkReply::ProtocolFailure;
    // 400 reaches us as ProtocolInvalidOperationError.
    const bool badRequest = error == QNetworkReply::ProtocolInvalidOperationError && status >= 400;
    return status >= 400 && (answered || badRequest) ? status : 0;
}

Headers headersOf(const QNetworkReply& reply)
{
    Headers headers;
    for (const auto& [name, value] : reply.rawHeaderPairs()) {
        // Qt joins repeated fields with a line feed or ", "; a line feed separates fields here.
        for (const QByteArray& part : value.split('\n'))
            headers.add(name.toStdString(), part.trimmed().toStdString());
    }
    return headers;
}

Error networkError(const QNetworkReply& reply)
{
    Error error;
    error.kind = Error::Kind::Network;
    const std::string host = reply.url().host().toStdString();
    error.advice = "Check the network connection and try again.";
    switch (reply.error()) {
    case QNetworkReply::ConnectionRefusedError:
        error.message = "Nothing answers at " + host + ".";
        error.advice = "Check the address and whether the service runs.";
        break;
    case QNetworkReply::HostNotFoundError:
        error.message = "The name " + host + " cannot be resolved.";
        break;
    case QNetworkReply::RemoteHostClosedError:
    case QNetworkReply::ContentReSendError:
        error.message = "The connection to " + host + " was cut before the answer was whole.";
        break;
    case QNetworkReply::TimeoutError:
        error.message = "The connection to " + host + " timed out.";
        break;
    case QNetworkReply::SslHandshakeFailedError:
        error.message =
            "No secure connection to " + host + ": its certificate or TLS version is not accepted.";
        error.advice = "Check the computer's clock and whether a proxy replaces certificates.";
        break;
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ProxyConnectionClosedError:
    case QNetworkReply::ProxyNotFoundError:
    case QNetworkReply::ProxyTimeoutError:
    case QNetworkReply::UnknownProxyError:
        error.message = "The proxy does not let the request through.";
        error.advice = "Check the system's proxy settings.";
        break;
    case QNetworkReply::ProxyAuthenticationRequiredError:
        error.message = "The proxy asks for a sign-in.";
        error.advice = "Put the proxy's credentials into the system's settings.";
        break;
    case QNetworkReply::NetworkSessionFailedError:
    case QNetworkReply::TemporaryNetworkFailureError:
        error.message = "The network is not available.";
        break;
    default:
        error.message = "The answer of " + host + " was cut or cannot be read.";
        break;
    }
    error.httpStatus = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    return error;
}

} // namespace gatehouse::http
