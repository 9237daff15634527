// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/auth/entraclient.h"
#include "core/auth/loopbacklistener.h"
#include "core/http/scheduler.h"

#include <QtCore/QObject>

#include <memory>
#include <stop_token>
#include <string>

namespace gatehouse::auth {

/// Authorization code with PKCE over a loopback redirect (RFC 8252, RFC 7636, contracts §1.10). One run at a
/// time; start ends the run before. Main thread.
class BrowserFlow final : public QObject
{
    Q_OBJECT
public:
    BrowserFlow(EntraClient& entra, http::Scheduler& scheduler, QObject* parent = nullptr);
    ~BrowserFlow() override;

    void start(const std::string& scope, const std::string& claims);
    /// Ends the run and closes the port; nothing is emitted.
    void cancel();

Q_SIGNALS:
    /// The page to open; it holds no secret that would sign anybody in.
    void browserNeeded(const QString& url);
    /// nonce is what the id token must hold.
    void succeeded(const gatehouse::auth::Tokens& tokens, const std::string& nonce);
    void failed(const gatehouse::Error& error);

private:
    void take(const FormFields& fields);
    void end(const Error& error);

    EntraClient& m_entra;
    http::Scheduler& m_scheduler;
    http::Scheduler::Wait m_patience;
    std::unique_ptr<LoopbackListener> m_listener;
    std::stop_source m_stop;
    std::uint64_t m_run = 0;
    std::string m_scope;
    std::string m_state;
    std::string m_nonce;
    std::string m_verifier;
};

/// The S256 challenge of a verifier (RFC 7636 §4.2).
[[nodiscard]] std::string pkceChallenge(const std::string& verifier);

} // namespace gatehouse::auth
