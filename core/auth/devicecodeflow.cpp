// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/auth/devicecodeflow.h"

#include <algorithm>

namespace gatehouse::auth {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds SlowDown{5000}; // RFC 8628 §3.5
constexpr milliseconds LongestInterval = std::chrono::minutes(1);

Error expiredError()
{
    OAuthError expired;
    expired.error = "expired_token";
    return toError(expired);
}

/// The service could not answer this poll, but the code may still be good.
bool isTemporary(const OAuthError& why)
{
    return why.error == "temporarily_unavailable" || why.error == "server_error" || why.httpStatus == 429 ||
           why.httpStatus >= 500;
}

} // namespace

DeviceCodeFlow::DeviceCodeFlow(EntraClient& entra, const Clock& clock, http::Scheduler& scheduler,
                               QObject* parent)
    : QObject(parent)
    , m_entra(entra)
    , m_clock(clock)
    , m_scheduler(scheduler)
{}

DeviceCodeFlow::~DeviceCodeFlow()
{
    m_stop.request_stop();
}

void DeviceCodeFlow::start(const std::string& scope, const std::string& claims, bool pollAtOnce)
{
    cancel();
    m_pollAtOnce = pollAtOnce;
    m_entra.deviceCode(scope, claims, m_stop.get_token())
        .then(this, [this, run = m_run](const Result<DeviceCodeReply>& reply) {
            if (run == m_run)
                take(reply);
        });
}

void DeviceCodeFlow::cancel()
{
    ++m_run;
    m_stop.request_stop();
    m_stop = std::stop_source();
    m_wait.cancel();
}

void DeviceCodeFlow::take(const Result<DeviceCodeReply>& reply)
{
    if (!reply) {
        end(reply.error(), false);
        return;
    }
    m_code = *reply;
    m_interval = m_code.interval;
    m_deadline = m_clock.monotonic() + m_code.expiresIn;
    pollAfter(m_pollAtOnce ? milliseconds(0) : m_interval);
    Q_EMIT codeReady(m_code.userCode, m_code.verificationUri, m_clock.now() + m_code.expiresIn);
}

void DeviceCodeFlow::pollAfter(milliseconds wait)
{
    m_wait = m_scheduler.callAfter(wait, [this] { poll(); });
}

bool DeviceCodeFlow::isExpired() const
{
    return m_clock.monotonic() >= m_deadline;
}

void DeviceCodeFlow::poll()
{
    if (isExpired()) {
        end(expiredError(), false);
        return;
    }
    m_entra.pollDeviceCode(m_code.deviceCode, m_stop.get_token())
        .then(this, [this, run = m_run](const Result<TokenReply>& reply) {
            if (run == m_run)
                takePoll(reply);
        });
}

void DeviceCodeFlow::takePoll(const Result<TokenReply>& reply)
{
    if (!reply) {
        const Error::Kind kind = reply.error().kind;
        const bool passes = kind == Error::Kind::Network || kind == Error::Kind::Timeout ||
                            kind == Error::Kind::Unavailable || kind == Error::Kind::Throttled;
        if (!passes) {
            end(reply.error(), false);
            return;
        }
        // RFC 8628 §3.5: after a connection that failed, come back less often.
        m_interval = std::min(m_interval * 2, std::max(m_interval, LongestInterval));
        pollAfter(std::max(m_interval, reply.error().retryAfter.value_or(milliseconds(0))));
        return;
    }
    if (!reply->tokens) {
        refused(reply->refused);
        return;
    }
    ++m_run;
    Q_EMIT succeeded(*reply->tokens);
}

void DeviceCodeFlow::refused(const OAuthError& why)
{
    if (why.error == "authorization_pending") {
        pollAfter(m_interval);
        return;
    }
    if (why.error == "slow_down") {
        m_interval += SlowDown;
        pollAfter(m_interval);
        return;
    }
    if (isTemporary(why)) {
        pollAfter(std::max(m_interval, why.retryAfter.value_or(m_interval + SlowDown)));
        return;
    }
    end(toError(why), offersBrowser(why));
}

void DeviceCodeFlow::end(const Error& error, bool offerBrowser)
{
    ++m_run;
    m_wait.cancel();
    Q_EMIT failed(error, offerBrowser);
}

} // namespace gatehouse::auth
