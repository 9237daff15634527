// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/local/arm/seed.h"
#include "core/local/identity/identity.h"

namespace gatehouse::local {

namespace {

constexpr const char* CacheForADay = "max-age=86400, private";

std::string hostOf(std::string_view url)
{
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos)
        return {};
    url.remove_prefix(scheme + 3);
    return toLower(url.substr(0, url.find('/')));
}

} // namespace

void Identity::openIdConfiguration(Exchange& exchange) const
{
    if (!checkTenant(exchange))
        return;
    const std::string& tenant = exchange.parameters.at(0);
    const bool anyTenant = equalsIgnoreCase(tenant, "common") || equalsIgnoreCase(tenant, "organizations");
    const std::string origin = originFor(exchange.request);
    const std::string base = origin + "/" + (anyTenant ? toLower(tenant) : std::string(seed::TenantId));
    const std::string issuer =
        origin + "/" + (anyTenant ? "{tenantid}" : std::string(seed::TenantId)) + "/v2.0";
    const Json document = {
        {"token_endpoint", base + "/oauth2/v2.0/token"},
        {"token_endpoint_auth_methods_supported", Json::array({"client_secret_post", "private_key_jwt"})},
        {"jwks_uri", base + "/discovery/v2.0/keys"},
        {"response_modes_supported", Json::array({"query", "fragment", "form_post"})},
        {"subject_types_supported", Json::array({"pairwise"})},
        {"id_token_signing_alg_values_supported", Json::array({"RS256"})},
        {"response_types_supported", Json::array({"code"})},
        {"scopes_supported", Json::array({"openid", "profile", "email", "offline_access"})},
        {"code_challenge_methods_supported", Json::array({"S256"})},
        {"issuer", issuer},
        {"request_uri_parameter_supported", false},
        {"userinfo_endpoint", origin + "/oidc/userinfo"},
        {"authorization_endpoint", base + "/oauth2/v2.0/authorize"},
        {"device_authorization_endpoint", base + "/oauth2/v2.0/devicecode"},
        {"http_logout_supported", false},
        {"end_session_endpoint", base + "/oauth2/v2.0/logout"},
        {"claims_supported", Json::array({"sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username",
                                          "name", "tid", "oid", "ver"})},
        {"tenant_region_scope", nullptr},
        {"cloud_instance_name", hostOf(origin)},
        {"cloud_graph_host_name", hostOf(origin)},
        {"msgraph_host", hostOf(origin)},
        {"rbac_url", origin}};
    answerJson(exchange.response, 200, dumpJson(document));
    exchange.response.set_header("Cache-Control", CacheForADay);
}

void Identity::keys(Exchange& exchange) const
{
    if (!checkTenant(exchange))
        return;
    answerJson(exchange.response, 200, m_key->jwks());
    exchange.response.set_header("Cache-Control", CacheForADay);
}

void Identity::instanceDiscovery(Exchange& exchange) const
{
    const std::string endpoint = exchange.request.get_param_value("authorization_endpoint");
    const std::string ours = hostOf(m_options.origin);
    const std::string asLocalhost = "localhost" + ours.substr(ours.find(':'));
    const std::string asked = hostOf(endpoint);
    if (asked != ours && asked != asLocalhost) {
        refuse(exchange, {400, "invalid_instance", 50049, "Unknown or invalid instance.", {}, {}});
        return;
    }
    const std::string origin = originFor(exchange.request);
    const Json document = {{"tenant_discovery_endpoint", origin + "/" + std::string(seed::TenantId) +
                                                             "/v2.0/.well-known/openid-configuration"},
                           {"api-version", "1.1"},
                           {"metadata", Json::array({{{"preferred_network", asked},
                                                      {"preferred_cache", asked},
                                                      {"aliases", Json::array({ours, asLocalhost})}}})}};
    answerJson(exchange.response, 200, dumpJson(document));
    exchange.response.set_header("Cache-Control", CacheForADay);
}

} // namespace gatehouse::local
