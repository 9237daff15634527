// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/arm/seed.h"
#include "core/local/identity/identity.h"
#include "core/local/identity/pages.h"
#include "core/local/identity/scopes.h"

#include <algorithm>

namespace gatehouse::local {

namespace {

/// http://localhost or http://127.0.0.1, any port, any path, no query: what a native client may register
/// (§1.10). Answers the URI as the browser will ask for it (an empty path becomes "/"), or "".
std::string loopbackRedirect(const std::string& uri)
{
    static constexpr std::string_view Scheme = "http://";
    if (uri.compare(0, Scheme.size(), Scheme) != 0 || uri.size() > 1'024)
        return {};
    const std::string_view rest = std::string_view(uri).substr(Scheme.size());
    const std::string_view authority = rest.substr(0, rest.find('/'));
    const std::string_view host = authority.substr(0, authority.find(':'));
    const std::string_view port = host.size() == authority.size() ? "" : authority.substr(host.size() + 1);
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    const bool goodPort = port.size() <= 5 && std::all_of(port.begin(), port.end(), isDigit);
    if ((host != "localhost" && host != "127.0.0.1") || !goodPort ||
        rest.find_first_of("?#\\\"<> \r\n") != std::string_view::npos)
        return {};
    return authority.size() == rest.size() ? uri + "/" : uri;
}

/// Where an answer of /authorize goes, and how.
struct Reply
{
    std::string target;
    std::string mode; ///< "query", "fragment", "form_post"
    std::string state;

    [[nodiscard]] FormFields withState(FormFields fields) const
    {
        if (!state.empty())
            fields.emplace_back("state", state);
        return fields;
    }
    [[nodiscard]] std::string url(const FormFields& fields) const
    {
        return target + (mode == "fragment" ? "#" : "?") + encodeForm(fields);
    }
};

void sendReply(httplib::Response& response, const Reply& reply, FormFields fields)
{
    fields = reply.withState(std::move(fields));
    if (reply.mode == "form_post")
        return answerFormPost(response, reply.target, fields);
    response.status = 302;
    response.set_header("Location", reply.url(fields));
    response.set_header("Cache-Control", "no-store");
}

void sendError(httplib::Response& response, const Reply& reply, const EntraError& error)
{
    sendReply(response, reply,
              {{"error", error.error},
               {"error_description", "AADSTS" + std::to_string(error.code) + ": " + error.message}});
}

/// A browser says which site a form came from; a page of another site must not decide for the person.
bool isForeignForm(const httplib::Request& request, const std::string& origin)
{
    const std::string from = request.get_header_value("Origin");
    const std::string site = request.get_header_value("Sec-Fetch-Site");
    return (!from.empty() && from != origin) || site == "cross-site" || site == "same-site";
}

/// Checks what may be told to the client by redirect; empty when all is well.
std::optional<EntraError> checkAuthorize(const httplib::Request& request, AuthorizeCodes::Grant& grant)
{
    EntraError error;
    if (request.get_param_value("response_type") != "code")
        return EntraError{
            400, "unsupported_response_type", 700054, "Only response_type 'code' is enabled.", {}, {}};
    if (grant.codeChallenge.empty() || request.get_param_value("code_challenge_method") != "S256")
        return EntraError{
            400,     "invalid_request",
            9002325, "Proof Key for Code Exchange with S256 is required for authorization code redemption.",
            {},      {}};
    if (!parseScopes(grant.scope, error))
        return error;
    if (!readClaims(request.get_param_value("claims"), grant.continuousAccess))
        return malformedRequest();
    return std::nullopt;
}

} // namespace

void Identity::deviceLoginPage(Exchange& exchange)
{
    answerCodePage(exchange.response, 200, exchange.request.get_param_value("user_code"), {});
}

void Identity::deviceLogin(Exchange& exchange)
{
    if (isForeignForm(exchange.request, originFor(exchange.request)))
        return answerMessagePage(exchange.response, 403, "Not accepted", "This form came from another site.");
    const FormFields form = decodeForm(exchange.request.body);
    const std::string code = fieldOf(form, "user_code");
    const std::string key = fieldOf(form, "persona");
    const Persona* persona = personaByKey(key);
    if (persona == nullptr && !key.empty())
        return answerCodePage(exchange.response, 400, code, "There is nobody of that name here.");
    switch (m_deviceCodes.decide(code, persona)) {
    case DeviceCodes::Decision::Done:
        if (persona == nullptr)
            return answerMessagePage(exchange.response, 200, "Declined", "Nobody was signed in.");
        return answerMessagePage(exchange.response, 200, "Signed in",
                                 "The program is signed in as " + std::string(persona->title) +
                                     ". This page can be closed.");
    case DeviceCodes::Decision::Expired:
        return answerCodePage(exchange.response, 400, {},
                              "That code has expired. Ask the program for a new one.");
    case DeviceCodes::Decision::Decided:
        return answerCodePage(exchange.response, 400, {},
                              "That code was used already. Ask the program for a new one.");
    case DeviceCodes::Decision::Unknown:
        break;
    }
    answerCodePage(exchange.response, 400, code, "That code is not known here. Check it and try again.");
}

void Identity::authorize(Exchange& exchange)
{
    if (!checkTenant(exchange))
        return;
    const httplib::Request& request = exchange.request;
    const std::string client = request.get_param_value("client_id");
    const std::string redirect = request.get_param_value("redirect_uri");
    Reply reply{loopbackRedirect(redirect), request.get_param_value("response_mode"),
                request.get_param_value("state")};
    // Nothing is sent to an address that nobody has vouched for.
    if (!equalsIgnoreCase(client, seed::ClientId))
        return answerMessagePage(exchange.response, 400, "Sign-in failed",
                                 "AADSTS700016: " + unknownClient(client).message);
    if (reply.target.empty())
        return answerMessagePage(
            exchange.response, 400, "Sign-in failed",
            "AADSTS50011: The redirect URI specified in the request does not match the redirect "
            "URIs configured for the application.");
    if (reply.mode.empty())
        reply.mode = "query";
    if (reply.mode != "query" && reply.mode != "fragment" && reply.mode != "form_post")
        return answerMessagePage(exchange.response, 400, "Sign-in failed",
                                 "AADSTS70007: The value of 'response_mode' is not supported.");
    AuthorizeCodes::Grant grant;
    grant.redirectUri = redirect;
    grant.codeChallenge = request.get_param_value("code_challenge");
    grant.scope = request.get_param_value("scope");
    grant.nonce = request.get_param_value("nonce");
    if (const auto error = checkAuthorize(request, grant))
        return sendError(exchange.response, reply, *error);
    if (m_options.approve != nullptr) {
        grant.persona = m_options.approve;
        return sendReply(exchange.response, reply, {{"code", m_authorizeCodes.issue(grant)}});
    }
    if (request.get_param_value("prompt") == "none")
        return sendError(
            exchange.response, reply,
            {400, "login_required", 50058, "Silent sign-in was asked for, but nobody is signed in.", {}, {}});
    // One code for each choice, so that the choice goes straight to the client and no script is needed.
    std::vector<PageChoice> choices;
    for (const Persona& persona : personas()) {
        grant.persona = &persona;
        const FormFields fields = reply.withState({{"code", m_authorizeCodes.issue(grant)}});
        const bool post = reply.mode == "form_post";
        choices.push_back({std::string(persona.title),
                           std::string(persona.name) + ", " + std::string(persona.username),
                           post ? reply.target : reply.url(fields), post, fields});
    }
    const FormFields declined = reply.withState(
        {{"error", "access_denied"}, {"error_description", "AADSTS65004: The user declined."}});
    const bool post = reply.mode == "form_post";
    choices.push_back(
        {"Cancel", "Nobody signs in", post ? reply.target : reply.url(declined), post, declined});
    answerChoicePage(exchange.response, "Sign in to this computer", choices);
}

} // namespace gatehouse::local
