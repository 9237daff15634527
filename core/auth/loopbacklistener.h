// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/encoding.h"
#include "core/base/result.h"

#include <QtCore/QObject>
#include <QtNetwork/QTcpServer>

#include <functional>
#include <string>

class QTcpSocket;

namespace gatehouse::auth {

/// Receives the answer of the authorization page: a tiny HTTP/1.1 listener on 127.0.0.1 and a free port. It
/// takes GET / with a query and POST / with a form, refuses everything else (400, 404, 405, 413, 415), and
/// never repeats anything that it was sent. At most 8 connections, 10 s and 64 KiB each. Main thread.
class LoopbackListener final : public QObject
{
    Q_OBJECT
public:
    /// Whether the fields are the answer that is waited for. What it says false to gets 400 and changes
    /// nothing.
    using Accept = std::function<bool(const FormFields&)>;

    explicit LoopbackListener(Accept accept, QObject* parent = nullptr);

    [[nodiscard]] Status listen();
    /// "http://localhost:43117", the form that is registered with Entra.
    [[nodiscard]] std::string redirectUri() const;

Q_SIGNALS:
    /// Once, with the fields that were accepted; the page that says so was sent.
    void answered(const gatehouse::FormFields& fields);

private:
    struct Exchange;

    void welcome();
    void read(QTcpSocket* socket, const std::shared_ptr<Exchange>& exchange);
    void respond(QTcpSocket* socket, const Exchange& exchange);
    void reply(QTcpSocket* socket, int status, const char* reason, const char* text);
    [[nodiscard]] bool isOurHost(const std::string& host) const;

    QTcpServer m_server;
    Accept m_accept;
    bool m_answered = false;
};

} // namespace gatehouse::auth
