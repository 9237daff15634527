// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/httpclient.h"

#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QNetworkRequest>

class QNetworkAccessManager;
class QNetworkProxy;

namespace gatehouse::http {

/// The one place where a QNetworkRequest is made: no redirects (Qt would send Authorization and api-key to
/// another origin), no HTTP/2 (open CVEs in Qt before 6.5.7), no cookies, no cached credentials, no limit of
/// Qt on compressed bodies (our own byte cap counts). InvalidInput for a URL or header that cannot be sent.
[[nodiscard]] Result<QNetworkRequest> makeQtRequest(const HttpRequest& request);

/// No proxy for this computer, the system's for everything else.
void configureManager(QNetworkAccessManager& manager);

/// The proxy that configureManager's manager would take for this address.
[[nodiscard]] QNetworkProxy proxyFor(const QUrl& url);

/// Sends it; the reply has no parent.
[[nodiscard]] QNetworkReply* startRequest(QNetworkAccessManager& manager, const QNetworkRequest& qtRequest,
                                          const HttpRequest& request);

/// The status of a reply that is an answer of the service, or 0 when it is a failure of the way there. A
/// status of 400 and more makes Qt report an error although there is an answer, so the status decides first.
[[nodiscard]] int answeredStatus(const QNetworkReply& reply);
[[nodiscard]] Headers headersOf(const QNetworkReply& reply);
/// A failed reply in plain words. Qt's own text is never used: it holds the URL.
[[nodiscard]] Error networkError(const QNetworkReply& reply);

} // namespace gatehouse::http
