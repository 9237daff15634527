// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/identity/identity.h"

#include "core/base/json.h"
#include "core/local/arm/seed.h"

namespace gatehouse::local {

namespace {

constexpr std::size_t MaxFormBytes = 64U << 10U;

} // namespace

Result<std::unique_ptr<Identity>> Identity::open(Options options, const Clock& clock, std::string* setAsideAs)
{
    auto key = SigningKey::open(options.directory, setAsideAs);
    if (!key)
        return fail(key.error());
    return std::unique_ptr<Identity>(new Identity(std::move(options), std::move(*key), clock));
}

Identity::Identity(Options options, std::unique_ptr<SigningKey> key, const Clock& clock)
    : m_options(std::move(options))
    , m_key(std::move(key))
    , m_tokens(*m_key, clock)
    , m_deviceCodes(clock, m_options.approve)
    , m_authorizeCodes(clock)
{}

void Identity::addRoutes(Router& router)
{
    using Member = void (Identity::*)(Exchange&);
    const auto add = [this, &router](const char* method, const char* pattern, Member member) {
        router.add({method, pattern, Access::Open, MaxFormBytes,
                    [this, member](Exchange& e) { (this->*member)(e); }});
    };
    const auto read = [this, &router](const char* pattern, void (Identity::*member)(Exchange&) const) {
        router.add({"GET", pattern, Access::Open, 0, [this, member](Exchange& e) { (this->*member)(e); }});
    };
    read("/{tenant}/v2.0/.well-known/openid-configuration", &Identity::openIdConfiguration);
    read("/{tenant}/discovery/v2.0/keys", &Identity::keys);
    read("/common/discovery/instance", &Identity::instanceDiscovery);
    add("POST", "/{tenant}/oauth2/v2.0/devicecode", &Identity::deviceCode);
    add("POST", "/{tenant}/oauth2/v2.0/token", &Identity::token);
    add("GET", "/{tenant}/oauth2/v2.0/authorize", &Identity::authorize);
    add("GET", "/devicelogin", &Identity::deviceLoginPage);
    add("POST", "/devicelogin", &Identity::deviceLogin);
}

void Identity::refuse(Exchange& exchange, const EntraError& error) const
{
    answerEntraError(exchange.request, exchange.response, error, m_tokens.now());
}

bool Identity::checkTenant(Exchange& exchange) const
{
    const std::string& tenant = exchange.parameters.at(0);
    for (const std::string_view known : {seed::TenantId, seed::TenantDomain,
                                         std::string_view("organizations"), std::string_view("common")}) {
        if (equalsIgnoreCase(tenant, known))
            return true;
    }
    refuse(exchange, {400,
                      "invalid_request",
                      90002,
                      "Tenant '" + tenant +
                          "' not found. Check to make sure you have the correct tenant ID and are "
                          "signing into the correct cloud.",
                      {},
                      {}});
    return false;
}

std::string Identity::originFor(const httplib::Request& request) const
{
    const std::string host = request.get_header_value("Host");
    std::string origin = m_options.origin;
    const std::size_t ours = origin.find("127.0.0.1");
    if (ours != std::string::npos && equalsIgnoreCase(host.substr(0, host.find(':')), "localhost"))
        origin.replace(ours, 9, "localhost");
    return origin;
}

std::string Identity::issuerFor(const httplib::Request& request) const
{
    return originFor(request) + "/" + std::string(seed::TenantId) + "/v2.0";
}

std::string fieldOf(const FormFields& form, std::string_view name)
{
    for (const auto& [key, value] : form) {
        if (key == name)
            return value;
    }
    return {};
}

bool readClaims(const std::string& claims, bool& continuousAccess)
{
    continuousAccess = false;
    if (claims.empty())
        return true;
    const Result<Json> json = parseJson(claims, 16U << 10U, 16);
    if (!json || !json->is_object())
        return false;
    for (const Json& value : memberAt(memberAt(memberAt(*json, "access_token"), "xms_cc"), "values"))
        continuousAccess = continuousAccess || value == "cp1";
    return true;
}

EntraError unknownClient(const std::string& clientId)
{
    return {400,
            "unauthorized_client",
            700016,
            "Application with identifier '" + clientId + "' was not found in the directory '" +
                std::string(seed::TenantName) +
                "'. This can happen if the application has not been installed by the administrator of the "
                "tenant.",
            {},
            {}};
}

EntraError missingParameter(std::string_view name)
{
    return {400,    "invalid_request",
            900144, "The request body must contain the following parameter: '" + std::string(name) + "'.",
            {},     {}};
}

EntraError malformedRequest()
{
    return {400, "invalid_request", 9002313, "Invalid request. Request is malformed or invalid.", {}, {}};
}

} // namespace gatehouse::local
