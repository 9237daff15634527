// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/auth/oauth.h"

#include <algorithm>
#include <array>

namespace gatehouse::auth {

namespace {

using std::chrono::seconds;

constexpr seconds UnknownLifetime{300};
constexpr seconds ShortestLifetime{60};
constexpr seconds LongestLifetime = std::chrono::hours(48);

/// What a person reads for a code or an error, and what they do next.
struct Explanation
{
    int code = 0;
    std::string_view error;
    Error::Kind kind = Error::Kind::SignInRequired;
    std::string_view message;
    std::string_view advice;
};

constexpr std::string_view UseBrowser = "Sign in with the browser instead.";
constexpr std::string_view AskAdmin = "Ask an administrator of the tenant.";
constexpr std::string_view SignInAgain = "Sign in again.";
constexpr std::string_view CheckRegistration = "Check the app registration and the profile.";

// Codes before errors: an invalid_grant says little without its number.
constexpr std::array<Explanation, 36> Explanations = {{
    {53003, "", Error::Kind::Denied, "A Conditional Access policy blocks this way of signing in.",
     UseBrowser},
    {530033, "", Error::Kind::Denied, "A device policy blocks signing in with a code.", UseBrowser},
    {530036, "", Error::Kind::Denied, "The policy no longer accepts a sign-in that began with a code.",
     UseBrowser},
    {53000, "", Error::Kind::Denied, "The tenant asks for a compliant device.", AskAdmin},
    {53001, "", Error::Kind::Denied, "The tenant asks for a joined device.", AskAdmin},
    {53002, "", Error::Kind::Denied, "The tenant allows approved applications only.", AskAdmin},
    {530032, "", Error::Kind::Denied, "A security policy of the tenant blocks the sign-in.", AskAdmin},
    {530035, "", Error::Kind::Denied, "The tenant's security defaults block the sign-in.", AskAdmin},
    {50105, "", Error::Kind::Denied, "This account is not assigned to the application.", AskAdmin},
    {50020, "", Error::Kind::Denied, "This account does not exist in the tenant.",
     "Sign in with another account."},
    {90072, "", Error::Kind::Denied, "This account does not exist in the tenant.",
     "Sign in with another account."},
    {65001, "", Error::Kind::SignInRequired, "The application has no consent for this service.",
     "Sign in again and accept, or ask an administrator for consent."},
    {90094, "", Error::Kind::Denied, "An administrator has to consent to the application.", AskAdmin},
    {90095, "", Error::Kind::Denied, "An administrator has to approve the request for consent.", AskAdmin},
    {50076, "", Error::Kind::SignInRequired, "The tenant asks for multi-factor authentication.", SignInAgain},
    {50074, "", Error::Kind::SignInRequired, "The tenant asks for strong authentication.", SignInAgain},
    {50078, "", Error::Kind::SignInRequired, "The multi-factor authentication has expired.", SignInAgain},
    {50079, "", Error::Kind::SignInRequired, "The tenant asks to enrol for multi-factor authentication.",
     SignInAgain},
    {50173, "", Error::Kind::SignInRequired, "The sign-in was revoked.", SignInAgain},
    {700082, "", Error::Kind::SignInRequired, "The sign-in has expired because it was not used.",
     SignInAgain},
    {70008, "", Error::Kind::SignInRequired, "The sign-in has expired.", SignInAgain},
    {70043, "", Error::Kind::SignInRequired, "The sign-in has expired by the tenant's policy.", SignInAgain},
    {90002, "", Error::Kind::InvalidInput, "There is no such tenant in this cloud.",
     "Check the tenant and the cloud."},
    {900023, "", Error::Kind::InvalidInput, "The tenant's name is not valid.",
     "Check the tenant in the profile."},
    {700016, "", Error::Kind::InvalidInput, "The application is not known in this tenant.",
     CheckRegistration},
    {7000218, "", Error::Kind::InvalidInput, "The application does not allow public clients.",
     "Set “Allow public client flows” to Yes in the app registration."},
    {90055, "", Error::Kind::Throttled, "The tenant's sign-in service is busy.",
     "Wait a minute and try again."},
    {50196, "", Error::Kind::Throttled, "The sign-in service refuses repeated requests.",
     "Wait some minutes and sign in again."},
    {0, "expired_token", Error::Kind::SignInRequired, "The code has expired.", "Start again for a new code."},
    {0, "authorization_declined", Error::Kind::SignInRequired, "The sign-in was declined.",
     "Start again and accept it."},
    {0, "access_denied", Error::Kind::SignInRequired, "The sign-in was declined.",
     "Start again and accept it."},
    {0, "bad_verification_code", Error::Kind::SignInRequired, "The sign-in service does not know this code.",
     "Start again for a new code."},
    {0, "interaction_required", Error::Kind::SignInRequired, "The tenant asks to sign in again.",
     SignInAgain},
    {0, "consent_required", Error::Kind::SignInRequired, "The application has no consent for this service.",
     "Sign in again and accept, or ask an administrator for consent."},
    {0, "invalid_client", Error::Kind::InvalidInput, "The sign-in service does not accept the application.",
     CheckRegistration},
    {0, "unauthorized_client", Error::Kind::InvalidInput, "The application may not sign in this way.",
     CheckRegistration},
}};

const Explanation* explanationFor(const OAuthError& refused)
{
    for (const Explanation& item : Explanations) {
        if (item.code != 0 ? refused.has(item.code) : refused.error == item.error)
            return &item;
    }
    return nullptr;
}

seconds lifetimeFrom(const Json& body)
{
    if (memberAt(body, "expires_in").is_null())
        return UnknownLifetime;
    return std::clamp(seconds(integerAt(body, "expires_in")), ShortestLifetime, LongestLifetime);
}

bool isAnyOf(const OAuthError& refused, std::initializer_list<int> codes)
{
    return std::any_of(codes.begin(), codes.end(), [&](int code) { return refused.has(code); });
}

} // namespace

bool OAuthError::has(int code) const
{
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

OAuthError readOAuthError(const Json& body, int httpStatus)
{
    OAuthError refused;
    refused.error = textAt(body, "error");
    refused.suberror = textAt(body, "suberror");
    refused.claims = textAt(body, "claims");
    refused.traceId = textAt(body, "trace_id");
    refused.correlationId = textAt(body, "correlation_id");
    refused.httpStatus = httpStatus;
    const Json& codes = memberAt(body, "error_codes");
    if (codes.is_array()) {
        for (const Json& code : codes) {
            if (code.is_number_integer() && refused.codes.size() < 20)
                refused.codes.push_back(static_cast<int>(code.get<std::int64_t>()));
        }
    }
    return refused;
}

Result<TokenReply> readTokenReply(std::string_view body, int httpStatus)
{
    constexpr const char* NotReadable = "The sign-in service's answer cannot be read.";
    const Result<Json> document = parseJson(body, 1U << 20U);
    if (!document || !document->is_object()) {
        const auto kind = httpStatus >= 500 ? Error::Kind::Unavailable : Error::Kind::Parse;
        return fail(kind, NotReadable, "Try again in a moment; a proxy may have answered in its place.");
    }
    TokenReply reply;
    const std::string accessToken = textAt(*document, "access_token");
    if (httpStatus >= 200 && httpStatus < 300 && !accessToken.empty()) {
        Tokens tokens;
        tokens.accessToken = accessToken;
        tokens.refreshToken = textAt(*document, "refresh_token");
        tokens.idToken = textAt(*document, "id_token");
        tokens.lifetime = lifetimeFrom(*document);
        const std::int64_t refreshIn = integerAt(*document, "refresh_in");
        if (refreshIn > 0)
            tokens.refreshIn = std::min(std::max(seconds(refreshIn), ShortestLifetime), tokens.lifetime);
        reply.tokens = std::move(tokens);
        return reply;
    }
    reply.refused = readOAuthError(*document, httpStatus);
    if (reply.refused.error.empty())
        return fail(Error::Kind::Protocol, NotReadable, "Try again in a moment.");
    return reply;
}

Error toError(const OAuthError& refused)
{
    Error error;
    error.kind = Error::Kind::SignInRequired;
    error.message = "The sign-in service refused the request.";
    error.advice = std::string(SignInAgain);
    if (const Explanation* explanation = explanationFor(refused)) {
        error.kind = explanation->kind;
        error.message = explanation->message;
        error.advice = explanation->advice;
    } else if (refused.httpStatus == 429 || refused.error == "slow_down") {
        error.kind = Error::Kind::Throttled;
        error.message = "The sign-in service asks to wait.";
        error.advice = "Try again in a minute.";
    } else if (refused.httpStatus >= 500 || refused.error == "temporarily_unavailable" ||
               refused.error == "server_error") {
        error.kind = Error::Kind::Unavailable;
        error.message = "The sign-in service is not available.";
        error.advice = "Try again in a minute.";
    } else if (refused.error == "invalid_scope" || refused.error == "invalid_resource" ||
               refused.error == "invalid_request") {
        error.kind = Error::Kind::InvalidInput;
        error.message = "The sign-in service does not accept the request for this service.";
        error.advice = std::string(CheckRegistration);
    }
    error.serviceCode =
        refused.codes.empty() ? refused.error : "AADSTS" + std::to_string(refused.codes.front());
    error.requestId = refused.traceId;
    error.correlationId = refused.correlationId;
    error.claims = refused.claims;
    error.httpStatus = refused.httpStatus;
    error.retryAfter = refused.retryAfter;
    return error;
}

bool offersBrowser(const OAuthError& refused)
{
    return isAnyOf(refused, {53003, 530033, 530036});
}

bool endsRefreshToken(const OAuthError& refused)
{
    return refused.error == "invalid_grant" &&
           (refused.suberror == "bad_token" || isAnyOf(refused, {50173, 700082, 70008, 70043, 530036}));
}

bool needsInteraction(const OAuthError& refused)
{
    return refused.error == "interaction_required" || refused.error == "consent_required" ||
           refused.error == "login_required" || !refused.claims.empty() ||
           (refused.error == "invalid_grant" && !endsRefreshToken(refused) && !refused.codes.empty());
}

std::string mergeClaims(const std::string& challenge)
{
    Json claims = Json::object();
    if (!challenge.empty()) {
        if (Result<Json> parsed = parseJson(challenge, 64U << 10U); parsed && parsed->is_object())
            claims = std::move(*parsed);
    }
    if (!memberAt(claims, "access_token").is_object())
        claims["access_token"] = Json::object();
    claims["access_token"]["xms_cc"] = {{"values", Json::array({"cp1"})}};
    return dumpJson(claims);
}

} // namespace gatehouse::auth
