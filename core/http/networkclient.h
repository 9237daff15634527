// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/httpclient.h"

#include <QtCore/QObject>
#include <QtNetwork/QNetworkAccessManager>

#include <memory>
#include <unordered_set>

namespace gatehouse::http {

/// One-shot calls over its own QNetworkAccessManager (streams have another: six open ones would block the
/// seventh call). Sends once: never retries, never follows a redirect, keeps no cookie, no credentials and no
/// cache. Main thread.
class NetworkClient final : public QObject, public HttpClient
{
public:
    explicit NetworkClient(QObject* parent = nullptr);
    /// Calls in flight finish as Cancelled.
    ~NetworkClient() override;

    [[nodiscard]] QFuture<Result<HttpResponse>> send(HttpRequest request, std::stop_token stop) override;

private:
    class Call;

    QNetworkAccessManager m_manager;
    std::unordered_set<Call*> m_calls;
};

} // namespace gatehouse::http
