// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/encoding.h"
#include "tests/unit/local/platformharness.h"

namespace gatehouse::local::test {

inline const std::string Tenant = "/" + std::string(seed::TenantId);
inline const std::string TokenPath = Tenant + "/oauth2/v2.0/token";
inline const std::string DevicePath = Tenant + "/oauth2/v2.0/devicecode";
inline const std::string AuthorizePath = Tenant + "/oauth2/v2.0/authorize";
inline const std::string LogsScope =
    std::string(seed::LogsAudience) + "/.default openid profile offline_access";
inline const std::string Client(seed::ClientId);
inline const std::string Redirect = "http://localhost:5/back";
// RFC 7636, appendix B
inline constexpr const char* Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
inline constexpr const char* Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

inline FormFields with(FormFields fields, const std::string& name, const std::string& value)
{
    std::erase_if(fields, [&name](const auto& field) { return field.first == name; });
    if (!value.empty())
        fields.emplace_back(name, value);
    return fields;
}

inline Json claimsOf(const std::string& token)
{
    const std::size_t start = token.find('.') + 1;
    return *parseJson(*fromBase64(token.substr(start, token.rfind('.') - start)));
}

/// Asks the endpoints of Entra over HTTP.
class SignInHarness
{
protected:
    void start(const std::string& approve = {})
    {
        m_harness = std::make_unique<PlatformHarness>(approve);
        m_harness->start();
    }
    [[nodiscard]] httplib::Result post(const std::string& path, const FormFields& fields) const
    {
        return m_harness->client().Post(path, encodeForm(fields), "application/x-www-form-urlencoded");
    }
    [[nodiscard]] Json deviceCode(const std::string& scope = LogsScope) const
    {
        return jsonOf(post(DevicePath, {{"client_id", Client}, {"scope", scope}}));
    }
    [[nodiscard]] httplib::Result poll(const Json& code) const
    {
        return post(TokenPath, {{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"},
                                {"client_id", Client},
                                {"device_code", textAt(code, "device_code")}});
    }
    [[nodiscard]] std::string pollError(const Json& code) const
    {
        return textAt(jsonOf(poll(code)), "error");
    }
    [[nodiscard]] httplib::Result authorize(const FormFields& changes) const
    {
        FormFields fields = {{"client_id", Client},
                             {"response_type", "code"},
                             {"redirect_uri", Redirect},
                             {"scope", LogsScope},
                             {"state", "s&t"},
                             {"nonce", "n-1"},
                             {"code_challenge", Challenge},
                             {"code_challenge_method", "S256"}};
        for (const auto& [name, value] : changes)
            fields = with(std::move(fields), name, value);
        return m_harness->client().Get(AuthorizePath + "?" + encodeForm(fields));
    }
    [[nodiscard]] std::string code() const
    {
        const std::string location = authorize({})->get_header_value("Location");
        return fieldOf(decodeForm(location.substr(location.find('?') + 1)), "code");
    }
    [[nodiscard]] static FormFields redeeming(const std::string& code)
    {
        return {{"grant_type", "authorization_code"}, {"client_id", Client},       {"code", code},
                {"redirect_uri", Redirect},           {"code_verifier", Verifier}, {"client_info", "1"}};
    }

    std::unique_ptr<PlatformHarness> m_harness;
};

} // namespace gatehouse::local::test
