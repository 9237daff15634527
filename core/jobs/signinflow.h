// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/auth/browserflow.h"
#include "core/auth/devicecodeflow.h"
#include "core/auth/tokenbroker.h"
#include "core/jobs/services.h"

#include <string>

namespace gatehouse::jobs {

/// SignIn over Entra: whichever flow succeeds, the id token is checked and the token broker takes the tokens
/// over. Asks for Azure Resource Manager first; other services follow from the same refresh token. Main
/// thread.
class SignInFlow final : public SignIn
{
    Q_OBJECT
public:
    struct Parts
    {
        auth::EntraClient& entra;
        auth::TokenBroker& broker;
        const Clock& clock;
        http::Scheduler& scheduler;
        std::string scope;
        /// The service approves device codes by itself, so that nobody has to wait for the first poll.
        bool approvesAtOnce = false;
    };

    explicit SignInFlow(const Parts& parts, QObject* parent = nullptr);

    void startDeviceCode() override;
    void startBrowser() override;
    void cancel() override;

    /// What the next sign-in has to satisfy: the claims of a challenge (contracts §1.8).
    void requireClaims(const std::string& claims) { m_claims = claims; }

private:
    void take(const auth::Tokens& tokens, const std::string& nonce);

    Parts m_parts;
    auth::DeviceCodeFlow m_deviceCode;
    auth::BrowserFlow m_browser;
    std::string m_claims;
};

[[nodiscard]] Account accountFrom(const auth::Identity& identity, bool stored);

} // namespace gatehouse::jobs
