// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/signinflow.h"

namespace gatehouse::jobs {

Account accountFrom(const auth::Identity& identity, bool stored)
{
    return {identity.objectId, identity.tenantId, identity.name, identity.username, stored};
}

SignInFlow::SignInFlow(const Parts& parts, QObject* parent)
    : SignIn(parent)
    , m_parts(parts)
    , m_deviceCode(parts.entra, parts.clock, parts.scheduler)
    , m_browser(parts.entra, parts.scheduler)
{
    connect(&m_deviceCode, &auth::DeviceCodeFlow::codeReady, this,
            [this](const std::string& userCode, const std::string& uri, DateTime expires) {
                Q_EMIT codeReady({userCode, uri, expires});
            });
    connect(&m_deviceCode, &auth::DeviceCodeFlow::succeeded, this,
            [this](const auth::Tokens& tokens) { take(tokens, {}); });
    connect(&m_deviceCode, &auth::DeviceCodeFlow::failed, this, &SignIn::failed);
    connect(&m_browser, &auth::BrowserFlow::browserNeeded, this, &SignIn::browserNeeded);
    connect(&m_browser, &auth::BrowserFlow::succeeded, this, &SignInFlow::take);
    connect(&m_browser, &auth::BrowserFlow::failed, this,
            [this](const Error& error) { Q_EMIT failed(error, false); });
}

void SignInFlow::startDeviceCode()
{
    cancel();
    m_deviceCode.start(m_parts.scope, m_claims, m_parts.approvesAtOnce);
}

void SignInFlow::startBrowser()
{
    cancel();
    m_browser.start(m_parts.scope, m_claims);
}

void SignInFlow::cancel()
{
    m_deviceCode.cancel();
    m_browser.cancel();
}

void SignInFlow::take(const auth::Tokens& tokens, const std::string& nonce)
{
    const Result<auth::Identity> identity =
        auth::identityFrom(tokens.idToken, m_parts.entra.authority().clientId, m_parts.clock.now(), nonce);
    if (!identity) {
        Q_EMIT failed(identity.error(), false);
        return;
    }
    m_claims.clear();
    m_parts.broker.adopt(tokens, *identity, m_parts.scope)
        .then(this, [this, identity](const Result<bool>& stored) {
            // Signed out again while the keychain was writing.
            if (m_parts.broker.identity() == *identity)
                Q_EMIT signedIn(accountFrom(*identity, stored && *stored));
        });
}

} // namespace gatehouse::jobs
