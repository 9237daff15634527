// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/networkclient.h"

#include "core/http/deferred.h"
#include "core/http/qtrequest.h"
#include "core/http/stophook.h"

#include <QtCore/QTimer>

namespace gatehouse::http {

/// One request in flight. Everything that ends it early only says why and aborts; the outcome is settled in
/// one place, when the reply has finished (abort() emits that before it returns).
class NetworkClient::Call final : public QObject
{
public:
    Call(NetworkClient& client, const HttpRequest& request, const QNetworkRequest& qtRequest,
         const std::stop_token& stop)
        : m_client(client)
        , m_deferred()
        , m_maxBytes(request.maxBytes)
        , m_reply(startRequest(client.m_manager, qtRequest, request))
        , m_stop(stop, this, [this] { end(End::Stopped); })
    {
        m_deadline.setSingleShot(true);
        connect(&m_deadline, &QTimer::timeout, this, [this] { end(End::TooLate); });
        connect(m_reply, &QNetworkReply::readyRead, this, [this] { take(); });
        connect(m_reply, &QNetworkReply::finished, this, [this] { finish(); });
        m_deadline.start(request.deadline);
        m_client.m_calls.insert(this);
    }

    ~Call() override
    {
        m_client.m_calls.erase(this);
        m_reply->disconnect(this);
        m_reply->abort();
        m_reply->deleteLater();
        m_deferred.settle(fail(cancelledError()));
    }

    [[nodiscard]] QFuture<Result<HttpResponse>> future() const { return m_deferred.future(); }

private:
    enum class End { Answer, Stopped, TooLate, TooLarge };

    void end(End why)
    {
        if (m_end != End::Answer || m_reply->isFinished())
            return;
        m_end = why;
        m_reply->abort();
    }

    void take()
    {
        if (m_end != End::Answer)
            return;
        const QByteArray bytes = m_reply->readAll();
        m_size += static_cast<std::size_t>(bytes.size());
        if (m_size > m_maxBytes) {
            end(End::TooLarge);
            return;
        }
        // One text that grows would be moved time and again, tens of megabytes at a time, on this thread.
        m_pieces.push_back(bytes.toStdString());
    }

    void finish()
    {
        take();
        m_deadline.stop();
        m_stop.reset();
        m_deferred.settle(outcome());
        deleteLater();
    }

    [[nodiscard]] Result<HttpResponse> outcome()
    {
        const std::string host = m_reply->url().host().toStdString();
        switch (m_end) {
        case End::Stopped:
            return fail(cancelledError());
        case End::TooLate:
            return fail(Error::Kind::Timeout, host + " did not answer in time.",
                        "Try again; if it lasts, ask for less (a shorter time range).");
        case End::TooLarge:
            return fail(Error::Kind::Protocol, "The answer of " + host + " is larger than is accepted.",
                        "Ask for less: a shorter time range, or fewer columns and rows.");
        case End::Answer:
            break;
        }
        const int status = answeredStatus(*m_reply);
        if (status == 0)
            return fail(networkError(*m_reply));
        return HttpResponse{status, headersOf(*m_reply), Body(std::move(m_pieces)), 1};
    }

    NetworkClient& m_client;
    Deferred<HttpResponse> m_deferred;
    std::size_t m_maxBytes;
    std::size_t m_size = 0;
    std::vector<std::string> m_pieces;
    End m_end = End::Answer;
    QNetworkReply* m_reply;
    QTimer m_deadline;
    StopHook m_stop;
};

NetworkClient::NetworkClient(QObject* parent)
    : QObject(parent)
{
    configureManager(m_manager);
}

NetworkClient::~NetworkClient()
{
    while (!m_calls.empty())
        delete *m_calls.begin();
}

QFuture<Result<HttpResponse>> NetworkClient::send(HttpRequest request, std::stop_token stop)
{
    if (stop.stop_requested())
        return settledFuture<HttpResponse>(fail(cancelledError()));
    const Result<QNetworkRequest> qtRequest = makeQtRequest(request);
    if (!qtRequest)
        return settledFuture<HttpResponse>(fail(qtRequest.error()));
    const auto* call = new Call(*this, request, *qtRequest, stop); // ends itself when its reply has finished
    return call->future();
}

} // namespace gatehouse::http
