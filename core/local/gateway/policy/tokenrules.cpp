// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/policy/tokenrules.h"

#include "core/base/encoding.h"
#include "core/local/arm/seed.h"
#include "core/local/gateway/policy/reading.h"

#include <algorithm>

namespace gatehouse::local {

namespace {

using Done = tl::expected<void, PolicyProblem>;

constexpr std::int64_t MaxClockSkew = 3'600;
constexpr std::string_view ConfigurationPath = "/.well-known/openid-configuration";

/// "https://host:1/a/b" → {"host", "/a/b"}
std::pair<std::string, std::string> hostAndPath(std::string_view url)
{
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos)
        return {};
    const std::string_view rest = url.substr(scheme + 3);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    const std::string_view host = rest.substr(0, slash);
    return {toLower(host.substr(0, host.find(':'))), std::string(rest.substr(slash))};
}

/// The stack's own hosts, and Entra's public one, in whose place the embedded identity stands: its port
/// changes with each start, so that no stored document can name it.
bool isOwnHost(std::string_view host)
{
    return host == "127.0.0.1" || host == "localhost" || host == "login.microsoftonline.com";
}

bool isOwnConfiguration(std::string_view url)
{
    const auto [host, path] = hostAndPath(url);
    if (!isOwnHost(host) || !path.ends_with(ConfigurationPath))
        return false;
    const std::string tenant = path.substr(1, path.find('/', 1) - 1);
    return equalsIgnoreCase(tenant, seed::TenantId) || tenant == "common" || tenant == "organizations";
}

class RulesReader
{
public:
    explicit RulesReader(const PolicyElement& element)
        : m_element(element)
        , m_entra(element.name() == "validate-azure-ad-token")
    {
        m_rules.source = element.name();
    }

    tl::expected<TokenRules, PolicyProblem> read()
    {
        for (const auto step : {&RulesReader::place, &RulesReader::answer, &RulesReader::strictness}) {
            if (auto done = (this->*step)(); !done)
                return tl::unexpected(std::move(done.error()));
        }
        for (const PolicyElement& child : m_element.children()) {
            if (auto done = part(child); !done)
                return tl::unexpected(std::move(done.error()));
        }
        if (!m_entra && !m_hasKeys)
            return problemAt(m_element, "An openid-config must say whose keys sign the tokens.");
        return std::move(m_rules);
    }

private:
    /// Where the token is.
    Done place()
    {
        const Done known =
            m_entra
                ? onlyAttributes(m_element, {"tenant-id", "header-name", "query-parameter-name",
                                             "failed-validation-httpcode", "failed-validation-error-message",
                                             "output-token-variable-name"})
                : onlyAttributes(m_element,
                                 {"header-name", "query-parameter-name", "failed-validation-httpcode",
                                  "failed-validation-error-message", "require-expiration-time",
                                  "require-scheme", "require-signed-tokens", "clock-skew",
                                  "output-token-variable-name"});
        if (!known)
            return known;
        const auto header = m_element.attribute("header-name");
        const auto query = m_element.attribute("query-parameter-name");
        if (header && query)
            return problemAt(m_element, "A token is either in a header or in the query.",
                             "query-parameter-name");
        if (!m_entra && !header && !query)
            return problemAt(m_element, "The attribute 'header-name' is missing.");
        if (header)
            m_rules.header = *header;
        if (query) {
            m_rules.header.clear();
            m_rules.query = *query;
        }
        if (!m_entra)
            return {};
        m_rules.tenant = m_element.attribute("tenant-id").value_or("");
        if (m_rules.tenant.empty())
            return problemAt(m_element, "The attribute 'tenant-id' is missing.");
        if (m_rules.tenant == "common" || m_rules.tenant == "organizations")
            m_rules.tenant.clear();
        return {};
    }

    /// What a caller without a good token gets.
    Done answer()
    {
        const auto status = readNumber(m_element, "failed-validation-httpcode", 401, 400, 599);
        if (!status)
            return tl::unexpected(status.error());
        m_rules.status = static_cast<int>(*status);
        m_rules.message = m_element.attribute("failed-validation-error-message").value_or("");
        m_rules.variable = m_element.attribute("output-token-variable-name").value_or("");
        return {};
    }

    Done strictness()
    {
        const auto expires = readFlag(m_element, "require-expiration-time", true);
        const auto isSigned = readFlag(m_element, "require-signed-tokens", true);
        const auto skew = readNumber(m_element, "clock-skew", 0, 0, MaxClockSkew);
        if (!expires || !isSigned || !skew)
            return tl::unexpected(!expires ? expires.error() : !isSigned ? isSigned.error() : skew.error());
        if (!*isSigned)
            return problemAt(m_element, "The embedded gateway takes signed tokens only.",
                             "require-signed-tokens");
        m_rules.requireExpiration = *expires;
        m_rules.clockSkew = *skew;
        m_rules.scheme = m_element.attribute("require-scheme").value_or("");
        return {};
    }

    Done part(const PolicyElement& child)
    {
        const std::string& name = child.name();
        if (name == "openid-config" && !m_entra) {
            m_hasKeys = true;
            if (isOwnConfiguration(child.attribute("url").value_or("")))
                return onlyAttributes(child, {"url"});
            return problemAt(child,
                             "The embedded gateway knows the keys of its own identity service only: the url "
                             "must be that of its tenant or of login.microsoftonline.com.",
                             "url");
        }
        if (name == "audiences")
            return texts(child, "audience", m_rules.audiences);
        if (name == "issuers" && !m_entra)
            return texts(child, "issuer", m_rules.issuers);
        if (name == "client-application-ids" && m_entra)
            return texts(child, "application-id", m_rules.applications);
        if (name == "backend-application-ids" && m_entra)
            return texts(child, "application-id", m_rules.audiences);
        if (name == "required-claims")
            return claims(child);
        return problemAt(child, "The element '" + name + "' in '" + m_element.name() +
                                    "' is not supported by the embedded gateway.");
    }

    static Done texts(const PolicyElement& parent, std::string_view name, std::vector<std::string>& to)
    {
        for (const PolicyElement& child : parent.children()) {
            std::string text = trimmed(child.text());
            if (child.name() != name || text.empty())
                return problemAt(child, "The element '" + parent.name() + "' holds elements '" +
                                            std::string(name) + "' with a text.");
            if (gateway::isExpression(text))
                return problemAt(child, "An expression is not supported here by the embedded gateway.");
            to.push_back(std::move(text));
        }
        if (to.empty())
            return problemAt(parent, "The element '" + parent.name() + "' is empty.");
        return {};
    }

    Done claims(const PolicyElement& parent)
    {
        for (const PolicyElement& child : parent.children()) {
            RequiredClaim claim;
            claim.name = child.attribute("name").value_or("");
            claim.separator = child.attribute("separator").value_or("");
            const std::string match = child.attribute("match").value_or("all");
            if (child.name() != "claim" || claim.name.empty())
                return problemAt(child, "The element 'required-claims' holds elements 'claim' with a name.");
            if (match != "all" && match != "any")
                return problemAt(child, "The attribute 'match' must be all or any.", "match");
            claim.all = match == "all";
            if (!child.children().empty()) {
                if (auto done = texts(child, "value", claim.values); !done)
                    return done;
            }
            m_rules.claims.push_back(std::move(claim));
        }
        return {};
    }

    const PolicyElement& m_element;
    bool m_entra;
    bool m_hasKeys = false;
    TokenRules m_rules;
};

std::string textOfClaim(const Json& value)
{
    return value.is_string() ? value.get<std::string>() : dumpJson(value);
}

std::vector<std::string> valuesOf(const Json& value, const std::string& separator)
{
    std::vector<std::string> values;
    if (value.is_array()) {
        for (const Json& each : value)
            values.push_back(textOfClaim(each));
        return values;
    }
    const std::string text = textOfClaim(value);
    for (std::size_t from = 0; !separator.empty() && from <= text.size();) {
        const std::size_t to = std::min(text.find(separator, from), text.size());
        values.push_back(text.substr(from, to - from));
        from = to + separator.size();
    }
    if (separator.empty())
        values.push_back(text);
    return values;
}

bool holds(const RequiredClaim& claim, const Json& claims)
{
    const Json& value = memberAt(claims, claim.name);
    const auto present = valuesOf(value, claim.separator);
    const auto isThere = [&present](const std::string& wanted) {
        return std::ranges::find(present, wanted) != present.end();
    };
    if (claim.values.empty())
        return true; // the claim itself is there
    return claim.all ? std::ranges::all_of(claim.values, isThere)
                     : std::ranges::any_of(claim.values, isThere);
}

/// Exactly, or as the same path of the embedded identity under another of its names.
bool sameIssuer(const std::string& wanted, const std::string& issuer)
{
    if (wanted == issuer)
        return true;
    const auto [wantedHost, wantedPath] = hostAndPath(wanted);
    const auto [host, path] = hostAndPath(issuer);
    return isOwnHost(wantedHost) && isOwnHost(host) && !path.empty() && wantedPath == path;
}

bool contains(const std::vector<std::string>& list, const std::string& text)
{
    return list.empty() || std::ranges::find(list, text) != list.end();
}

} // namespace

tl::expected<TokenRules, PolicyProblem> readTokenRules(const PolicyElement& element)
{
    return RulesReader(element).read();
}

TokenVerdict checkToken(const TokenRules& rules, const CredentialLookup& credentials,
                        const TokenReader& reader, DateTime now)
{
    std::string_view token;
    if (credentials)
        token = rules.header.empty() ? credentials(rules.query, true) : credentials(rules.header, false);
    if (token.empty())
        return {"TokenNotPresent", "JWT not present.", {}};
    const std::size_t blank = token.find(' ');
    const std::string_view scheme = blank == std::string_view::npos ? "" : token.substr(0, blank);
    if (!rules.scheme.empty() && !equalsIgnoreCase(scheme, rules.scheme))
        return {"TokenNotPresent", "The token does not have the required scheme.", {}};
    if (blank != std::string_view::npos)
        token.remove_prefix(blank + 1);
    std::optional<Json> claims = reader ? reader(token) : std::nullopt;
    if (!claims)
        return {"TokenSignatureInvalid", "The signature of the JWT does not hold.", {}};
    const std::int64_t seconds = now.unixSeconds();
    const std::int64_t expires = integerAt(*claims, "exp");
    if (expires == 0 && rules.requireExpiration)
        return {"TokenExpired", "The JWT has no expiration time.", {}};
    if (expires != 0 && expires + rules.clockSkew <= seconds)
        return {"TokenExpired", "The JWT has expired.", {}};
    if (integerAt(*claims, "nbf") - rules.clockSkew > seconds)
        return {"TokenNotYetValid", "The JWT is not valid yet.", {}};
    const std::string issuer = textAt(*claims, "iss");
    const auto isIssuer = [&issuer](const std::string& wanted) { return sameIssuer(wanted, issuer); };
    if (!rules.issuers.empty() && std::ranges::none_of(rules.issuers, isIssuer))
        return {"TokenIssuerNotAllowed", "The issuer of the JWT is not allowed.", {}};
    if (!rules.tenant.empty() && !equalsIgnoreCase(textAt(*claims, "tid"), rules.tenant))
        return {"TokenIssuerNotAllowed", "The tenant of the JWT is not allowed.", {}};
    if (!contains(rules.audiences, textAt(*claims, "aud")))
        return {"TokenAudienceNotAllowed", "The audience of the JWT is not allowed.", {}};
    if (!contains(rules.applications, textAt(*claims, "azp", textAt(*claims, "appid"))))
        return {"TokenClaimValueNotAllowed", "The application of the JWT is not allowed.", {}};
    for (const RequiredClaim& claim : rules.claims) {
        if (!claims->contains(claim.name))
            return {"TokenClaimNotFound", "The JWT has no claim '" + claim.name + "'.", {}};
        if (!holds(claim, *claims))
            return {
                "TokenClaimValueNotAllowed", "The claim '" + claim.name + "' of the JWT is not allowed.", {}};
    }
    return {{}, {}, std::move(*claims)};
}

std::vector<std::pair<std::string, std::string>> claimVariables(const TokenRules& rules, const Json& claims)
{
    std::vector<std::pair<std::string, std::string>> variables;
    if (rules.variable.empty())
        return variables;
    for (const auto& [name, value] : claims.items()) {
        std::string text;
        for (const std::string& each : valuesOf(value, {}))
            text += (text.empty() ? "" : ",") + each;
        variables.emplace_back(rules.variable + "." + name, std::move(text));
    }
    return variables;
}

} // namespace gatehouse::local
