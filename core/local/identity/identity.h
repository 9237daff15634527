// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/encoding.h"
#include "core/local/http/router.h"
#include "core/local/identity/authorizecodes.h"
#include "core/local/identity/devicecodes.h"
#include "core/local/identity/entraerror.h"
#include "core/local/identity/personas.h"
#include "core/local/identity/signingkey.h"
#include "core/local/identity/tokenservice.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::local {

/// The Entra v2.0 endpoints of the stack (contracts §1): sign-in by device code and by authorization code
/// with PKCE, tokens, metadata, and the two pages a person sees. Owns the signing key and the codes in
/// flight. Any thread.
class Identity
{
public:
    struct Options
    {
        std::string directory;
        std::string origin;               ///< "http://127.0.0.1:43117"
        const Persona* approve = nullptr; ///< signs everybody in at once as this persona
    };

    /// setAsideAs: where a signing key went that could not be used. The clock must outlive it.
    [[nodiscard]] static Result<std::unique_ptr<Identity>> open(Options options, const Clock& clock,
                                                                std::string* setAsideAs = nullptr);
    Identity(const Identity&) = delete;
    Identity& operator=(const Identity&) = delete;

    void addRoutes(Router& router);

    [[nodiscard]] TokenService& tokens() { return m_tokens; }
    [[nodiscard]] const TokenService& tokens() const { return m_tokens; }

private:
    Identity(Options options, std::unique_ptr<SigningKey> key, const Clock& clock);

    // metadata.cpp
    void openIdConfiguration(Exchange& exchange) const;
    void keys(Exchange& exchange) const;
    void instanceDiscovery(Exchange& exchange) const;
    // tokenendpoint.cpp
    void deviceCode(Exchange& exchange);
    void token(Exchange& exchange);
    void deviceGrant(Exchange& exchange, const FormFields& form);
    void codeGrant(Exchange& exchange, const FormFields& form);
    void refreshGrant(Exchange& exchange, const FormFields& form);
    void grantTokens(Exchange& exchange, const FormFields& form, const Session& session,
                     std::string_view scope, const std::string& nonce);
    // signin.cpp
    void deviceLoginPage(Exchange& exchange);
    void deviceLogin(Exchange& exchange);
    void authorize(Exchange& exchange);

    void refuse(Exchange& exchange, const EntraError& error) const;
    /// Answers the error and false for a tenant that is not ours.
    [[nodiscard]] bool checkTenant(Exchange& exchange) const;
    /// The caller's spelling of our origin: tokens and links name the host that the caller used.
    [[nodiscard]] std::string originFor(const httplib::Request& request) const;
    [[nodiscard]] std::string issuerFor(const httplib::Request& request) const;

    Options m_options;
    std::unique_ptr<SigningKey> m_key;
    TokenService m_tokens;
    DeviceCodes m_deviceCodes;
    AuthorizeCodes m_authorizeCodes;
};

/// The first field of that name, or "".
[[nodiscard]] std::string fieldOf(const FormFields& form, std::string_view name);

/// Reads a claims parameter. False when it is no JSON object; continuousAccess when it asks for xms_cc cp1
/// (§1.8).
[[nodiscard]] bool readClaims(const std::string& claims, bool& continuousAccess);

[[nodiscard]] EntraError unknownClient(const std::string& clientId);
[[nodiscard]] EntraError missingParameter(std::string_view name);
[[nodiscard]] EntraError malformedRequest();

} // namespace gatehouse::local
