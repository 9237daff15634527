// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/table/queryanswer.h"

#include "core/base/encoding.h"
#include "core/base/json.h"
#include "core/base/utf8.h"

#include <algorithm>
#include <charconv>

namespace gatehouse {

namespace {

constexpr int DeepestInnerError = 16;
constexpr std::size_t LongestMessage = 2000;
constexpr std::size_t ShortestToken = 40; // of what looks like a JWT

bool endsUrl(char c)
{
    return static_cast<unsigned char>(c) <= ' ' ||
           std::string_view("\"'<>)]}|").find(c) != std::string_view::npos;
}

/// The host of a URL that text starts with; length is what the URL takes up.
std::string_view hostOf(std::string_view text, std::size_t scheme, std::size_t& length)
{
    const auto* const end = std::find_if(text.begin(), text.end(), endsUrl);
    length = static_cast<std::size_t>(end - text.begin());
    std::string_view host = text.substr(scheme, length - scheme);
    host = host.substr(0, host.find_first_of("/?#"));
    return host.substr(host.rfind('@') + 1); // a user name or password stands before it
}

/// Service text as it may be shown: valid UTF-8 on one line, of URLs only the host, no token, of bounded
/// length.
std::string presentable(std::string_view raw)
{
    const std::string text = toValidUtf8(raw.substr(0, LongestMessage * 2));
    std::string shown;
    std::string_view rest = text;
    while (!rest.empty() && shown.size() < LongestMessage) {
        const std::size_t scheme = rest.substr(0, 8) == "https://"  ? 8
                                   : rest.substr(0, 7) == "http://" ? 7
                                                                    : 0;
        std::size_t length = 1;
        if (scheme != 0) {
            shown += hostOf(rest, scheme, length);
        } else if (rest.substr(0, 3) == "eyJ") {
            length = std::min(rest.find_first_of(" \t\r\n\"',;)"), rest.size());
            shown += length < ShortestToken ? rest.substr(0, length) : "…";
        } else {
            const char c = rest.front();
            shown += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? ' ' : c;
        }
        rest.remove_prefix(length);
    }
    const std::size_t first = shown.find_first_not_of(' ');
    if (first == std::string::npos)
        return {};
    return shown.substr(first, shown.find_last_not_of(' ') - first + 1);
}

Error::Kind kindOf(int status, std::string_view code)
{
    // The workspace refuses a bad token with 403; signing in again is what helps.
    constexpr std::string_view TokenCodes[] = {
        "InvalidAuthenticationToken", "InvalidTokenError",    "InvalidAuthenticationTokenTenant",
        "ExpiredAuthenticationToken", "AuthenticationFailed", "InvalidAuthenticationTokenAudience"};
    if (status == 401 || (status == 403 && std::find(std::begin(TokenCodes), std::end(TokenCodes), code) !=
                                               std::end(TokenCodes)))
        return Error::Kind::SignInRequired;
    switch (status) {
    case 400:
        return Error::Kind::InvalidInput;
    case 403:
        return Error::Kind::Denied;
    case 404:
        return Error::Kind::NotFound;
    case 408:
    case 504:
        return Error::Kind::Timeout;
    case 409:
    case 412:
        return Error::Kind::Conflict;
    case 429:
        return Error::Kind::Throttled;
    case 503:
        return Error::Kind::Unavailable;
    default:
        return Error::Kind::Http;
    }
}

std::string fallbackMessage(Error::Kind kind, int status)
{
    switch (kind) {
    case Error::Kind::SignInRequired:
        return "The service did not accept the sign-in.";
    case Error::Kind::Denied:
        return "This account may not do that.";
    case Error::Kind::NotFound:
        return "The service does not know what was asked for.";
    case Error::Kind::Timeout:
        return "The service took too long.";
    case Error::Kind::Conflict:
        return "Somebody else has changed this in the meantime.";
    case Error::Kind::Throttled:
        return "The service asks to wait before the next request.";
    case Error::Kind::Unavailable:
        return "The service is not available now.";
    default:
        return status == 0 ? "The service could not give everything that was asked for."
                           : "The service answered with status " + std::to_string(status) + ".";
    }
}

std::string adviceFor(Error::Kind kind, int status)
{
    switch (kind) {
    case Error::Kind::SignInRequired:
        return "Sign in again.";
    case Error::Kind::Denied:
        return "Ask an administrator for access.";
    case Error::Kind::NotFound:
        return "Check the profile and the name.";
    case Error::Kind::Timeout:
        return "Ask for a shorter time range, or try again.";
    case Error::Kind::Conflict:
        return "Look at the current state and decide again.";
    case Error::Kind::Throttled:
    case Error::Kind::Unavailable:
        return "Try again in a moment.";
    case Error::Kind::InvalidInput:
        return "Correct the request and try again.";
    default:
        return status == 0 ? "Ask for fewer rows or a shorter time range." : "Try again.";
    }
}

/// Message text, or OData's {lang, value}.
std::string messageOf(const Json& error)
{
    const Json& message = memberAt(error, "message");
    return presentable(message.is_object() ? textAt(message, "value") : textAt(error, "message"));
}

/// "[line:position=1:21]", "on line [1,21]": the position that some messages carry.
std::optional<TextPosition> positionIn(std::string_view message)
{
    for (const std::string_view mark : {std::string_view("line:position="), std::string_view("on line [")}) {
        const std::size_t at = message.find(mark);
        if (at == std::string_view::npos)
            continue;
        TextPosition position;
        const char* end = message.data() + message.size();
        const auto line = std::from_chars(message.data() + at + mark.size(), end, position.line);
        if (line.ec != std::errc() || line.ptr == end || (*line.ptr != ':' && *line.ptr != ','))
            continue;
        int column = 0; // from 0
        if (std::from_chars(line.ptr + 1, end, column).ec == std::errc() && position.line > 0 &&
            column >= 0 && column < 100'000'000) {
            position.column = column + 1;
            return position;
        }
    }
    return std::nullopt;
}

std::optional<TextPosition> positionOf(const Json& error)
{
    if (!memberAt(error, "line").is_number_integer() || !memberAt(error, "pos").is_number_integer())
        return std::nullopt;
    const std::int64_t line = integerAt(error, "line");
    const std::int64_t column = integerAt(error, "pos");
    if (line < 1 || line > 10'000'000 || column < 0 || column > 100'000'000)
        return std::nullopt;
    TextPosition position;
    position.line = static_cast<int>(line);
    position.column = static_cast<int>(column) + 1; // the service counts it from 0
    position.length = textAt(error, "token").size();
    return position;
}

/// Where the next, more exact error stands; null at the innermost.
const Json& innerOf(const Json& error)
{
    if (const Json& inner = memberAt(error, "innererror"); inner.is_object())
        return inner;
    // A partial answer says why in the first detail.
    const Json& details = memberAt(error, "details");
    if (details.is_array() && !details.empty() && details.front().is_object())
        return details.front();
    return memberAt(details, {}); // null, as an array and nothing have no members
}

/// The code and message of the innermost error that has them.
void readEnvelope(const Json& outer, Error& error)
{
    const Json* level = &outer;
    for (int depth = 0; depth < DeepestInnerError && level->is_object(); ++depth) {
        if (std::string message = messageOf(*level); !message.empty())
            error.message = std::move(message);
        if (std::string code = presentable(textAt(*level, "code")); !code.empty())
            error.serviceCode = std::move(code);
        if (auto position = positionOf(*level))
            error.position = position;
        if (std::string id = presentable(textAt(*level, "correlationId")); !id.empty())
            error.correlationId = std::move(id);
        level = &innerOf(*level);
    }
    if (!error.position)
        error.position = positionIn(error.message);
}

/// Plain text is shown; a page of HTML is not.
std::string plainText(std::string_view body)
{
    return body.find('<') == std::string_view::npos ? presentable(body.substr(0, 300)) : std::string{};
}

} // namespace

Error decodeServiceError(std::string_view body, int status)
{
    Error error;
    error.httpStatus = status;
    std::string outerCode;
    if (const Result<Json> parsed = parseJson(body)) {
        const Json& wrapped = memberAt(*parsed, "error");
        const Json& outer = wrapped.is_object() ? wrapped : *parsed;
        outerCode = textAt(outer, "code");
        readEnvelope(outer, error);
        if (wrapped.is_string()) {
            error.serviceCode = presentable(wrapped.get_ref<const std::string&>());
            error.message = presentable(textAt(*parsed, "error_description"));
        }
    } else {
        error.message = plainText(body);
    }
    error.kind = kindOf(status, outerCode);
    if (error.message.empty())
        error.message = fallbackMessage(error.kind, status);
    error.advice = adviceFor(error.kind, status);
    return error;
}

} // namespace gatehouse
