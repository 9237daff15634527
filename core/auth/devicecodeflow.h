// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/auth/entraclient.h"
#include "core/http/scheduler.h"

#include <QtCore/QObject>

#include <stop_token>
#include <string>

namespace gatehouse::auth {

/// The device code flow (RFC 8628, contracts §1.2, §1.3): asks for a code and polls until the person has
/// answered, never faster than the service says. One run at a time; start ends the run before. Main thread.
class DeviceCodeFlow final : public QObject
{
    Q_OBJECT
public:
    DeviceCodeFlow(EntraClient& entra, const Clock& clock, http::Scheduler& scheduler,
                   QObject* parent = nullptr);
    ~DeviceCodeFlow() override;

    /// pollAtOnce: the first poll does not wait for the interval, for a service that approves codes by
    /// itself.
    void start(const std::string& scope, const std::string& claims, bool pollAtOnce = false);
    /// Ends the run; nothing is emitted.
    void cancel();

Q_SIGNALS:
    void codeReady(const std::string& userCode, const std::string& verificationUri,
                   gatehouse::DateTime expires);
    void succeeded(const gatehouse::auth::Tokens& tokens);
    void failed(const gatehouse::Error& error, bool offerBrowser);

private:
    void take(const Result<DeviceCodeReply>& reply);
    void pollAfter(std::chrono::milliseconds wait);
    void poll();
    void takePoll(const Result<TokenReply>& reply);
    void refused(const OAuthError& why);
    void end(const Error& error, bool offerBrowser);
    [[nodiscard]] bool isExpired() const;

    EntraClient& m_entra;
    const Clock& m_clock;
    http::Scheduler& m_scheduler;
    http::Scheduler::Wait m_wait;
    std::stop_source m_stop;
    std::uint64_t m_run = 0;
    DeviceCodeReply m_code;
    std::chrono::milliseconds m_interval{5000};
    std::chrono::nanoseconds m_deadline{0}; // monotonic
    bool m_pollAtOnce = false;
};

} // namespace gatehouse::auth
