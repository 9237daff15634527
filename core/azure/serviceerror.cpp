// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/azure/authorizedclient.h"
#include "core/base/encoding.h"
#include "core/http/retryafter.h"
#include "core/table/queryanswer.h"

namespace gatehouse::azure {

namespace {

Error::Kind kindOf(int status)
{
    switch (status) {
    case 400:
    case 413:
        return Error::Kind::InvalidInput;
    case 401:
        return Error::Kind::SignInRequired;
    case 403:
        return Error::Kind::Denied;
    case 404:
        return Error::Kind::NotFound;
    case 409:
    case 412:
        return Error::Kind::Conflict;
    case 429:
        return Error::Kind::Throttled;
    case 503:
        return Error::Kind::Unavailable;
    case 504:
        return Error::Kind::Timeout;
    default:
        return Error::Kind::Http;
    }
}

std::string defaultAdvice(Error::Kind kind)
{
    switch (kind) {
    case Error::Kind::SignInRequired:
        return "Sign in again.";
    case Error::Kind::Denied:
        return "Ask an administrator for a role that allows this; a new role takes some minutes to work.";
    case Error::Kind::NotFound:
        return "Check the profile: it may have been deleted or moved.";
    case Error::Kind::Conflict:
        return "Look at the current state and apply the change again.";
    case Error::Kind::Throttled:
    case Error::Kind::Unavailable:
        return "Wait a moment and try again.";
    case Error::Kind::Timeout:
        return "Ask for less: a shorter time range or fewer rows.";
    case Error::Kind::InvalidInput:
        return "Correct it and try again.";
    default:
        return "Try again; if it lasts, copy the details for support.";
    }
}

std::string defaultMessage(std::string_view service, int status)
{
    const std::string name(service);
    switch (kindOf(status)) {
    case Error::Kind::SignInRequired:
        return name + " does not accept the sign-in.";
    case Error::Kind::Denied:
        return name + " does not allow this account to do that.";
    case Error::Kind::NotFound:
        return name + " does not know what was asked for.";
    case Error::Kind::Conflict:
        return name + " says that somebody else has changed it; nothing was written.";
    case Error::Kind::Throttled:
        return name + " asks to wait.";
    case Error::Kind::Unavailable:
        return name + " is not available now.";
    case Error::Kind::Timeout:
        return name + " did not finish in time.";
    case Error::Kind::InvalidInput:
        return name + " does not accept the request.";
    default:
        return status >= 300 && status < 400 ? name + " answered with a redirect, which is not followed."
                                             : name + " answered with status " + std::to_string(status) + ".";
    }
}

/// Monitor writes its request ids in braces (contracts §9).
std::string withoutBraces(std::string text)
{
    if (text.size() >= 2 && text.front() == '{' && text.back() == '}')
        return text.substr(1, text.size() - 2);
    return text;
}

} // namespace

Error serviceError(const http::HttpResponse& response, std::string_view service, DateTime now)
{
    Error error = decodeServiceError(response.body, response.status);
    error.httpStatus = response.status;
    // The status decides: a body may come from a proxy. Only what a 400 is about is the body's to say.
    if (response.status != 400 || error.kind == Error::Kind::Http || error.kind == Error::Kind::Internal ||
        error.kind == Error::Kind::Parse || error.kind == Error::Kind::Protocol)
        error.kind = kindOf(response.status);
    if (error.message.empty() || error.serviceCode.empty())
        error.message = defaultMessage(service, response.status);
    if (error.advice.empty())
        error.advice = defaultAdvice(error.kind);
    if (const std::string id = response.headers.text("x-ms-request-id"); !id.empty())
        error.requestId = withoutBraces(id);
    if (error.correlationId.empty()) {
        error.correlationId = response.headers.text("x-ms-correlation-request-id");
        if (error.correlationId.empty())
            error.correlationId = response.headers.text("x-ms-client-request-id");
    }
    error.retryAfter = http::retryAfterOf(response.headers, now);
    return error;
}

} // namespace gatehouse::azure
