// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/httpclient.h"
#include "core/http/responsereader.h"
#include "core/http/stophook.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>
#include <QtNetwork/QSslSocket>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace gatehouse::http {

/// The bytes of a request that are read while they are sent. One thread.
class BodySource
{
public:
    BodySource() = default;
    BodySource(const BodySource&) = delete;
    BodySource& operator=(const BodySource&) = delete;
    virtual ~BodySource() = default;

    /// All of it; known from the start and never another.
    [[nodiscard]] virtual std::int64_t size() const = 0;
    /// The next 1 … most bytes. An error ends the upload: the server never gets the last byte then.
    [[nodiscard]] virtual Result<std::string> next(std::size_t most) = 0;
};

struct UploadLimits
{
    std::chrono::milliseconds stall{60'000};    ///< without a byte moving while it is sent
    std::chrono::milliseconds answer{300'000};  ///< from the last byte sent to the answer's last
    std::chrono::milliseconds total{3'600'000}; ///< of everything
    std::chrono::milliseconds refusal{2'000};   ///< for the rest of an answer that came before its time
    std::size_t maxAnswerBytes = 1U << 20U;
};

/// Sends one request whose body never sits in memory, over a connection of its own, once.
/// QNetworkAccessManager does not look at the answer before its last byte is sent, and loses it when the
/// server closes after a refusal: here a 413 ends a large upload when it comes. Main thread; deleting it
/// closes the connection.
class BodyUpload final : public QObject
{
    Q_OBJECT
public:
    /// Nothing is emitted before this returns. request.body and its limits are not used.
    BodyUpload(HttpRequest request, std::unique_ptr<BodySource> source, const std::stop_token& stop,
               UploadLimits limits = {});
    ~BodyUpload() override;

    /// finished follows with Cancelled.
    void stop();

Q_SIGNALS:
    /// Bytes of the body that left this program; equal only when all did.
    void progress(qint64 sent, qint64 total);
    /// Once, last: an answer of any status; or the source's error, Network, Timeout, Protocol or Cancelled.
    void finished(const gatehouse::http::HttpResponse& response,
                  const std::optional<gatehouse::Error>& error);

private:
    void begin();
    void connected();
    void pump();
    void sent();
    void read();
    void answered();
    void closed(QAbstractSocket::SocketError error);
    void takeUnread();
    void closeUnread();
    void settle(Result<HttpResponse> result);
    [[nodiscard]] qint64 backlog() const;
    [[nodiscard]] bool allSent() const;
    [[nodiscard]] HttpResponse response() const;
    [[nodiscard]] Error closingError(QAbstractSocket::SocketError error) const;

    HttpRequest m_request;
    std::unique_ptr<BodySource> m_source;
    UploadLimits m_limits;
    QSslSocket m_socket;
    QTimer m_stall;
    QTimer m_total;
    ResponseReader m_answer;
    std::string m_host;
    qint64 m_given = 0; // of the body, to the socket
    qint64 m_reported = -1;
    int m_unread = -1;      // a second descriptor of the connection
    bool m_feeding = false; // the connection is there and no answer came yet
    std::optional<Result<HttpResponse>> m_result;
    StopHook m_stop;
};

} // namespace gatehouse::http
