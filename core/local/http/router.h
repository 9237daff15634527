// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <httplib.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// Who calls, as the token (or the APIM subscription key, for the gateway) says.
struct Caller
{
    std::string objectId; ///< Entra oid; "" for a caller with a key only
    std::string name;
    std::string persona;            ///< "admin", "manager", "developer"; "" for a caller with a key only
    std::vector<std::string> roles; ///< of the token
    std::string subscriptionId;     ///< APIM subscription that the key belongs to; "" with a token only
};

/// What a route asks of its caller before the body is read.
enum class Access {
    Open,     ///< identity endpoints and /rag/health
    Arm,      ///< a token for ARM; also /metrics and /status
    ArmAdmin, ///< the same, and the persona may write (admin); others get 403
    Logs,     ///< a token for the Log Analytics audience
    Gateway,  ///< a token with role AI.User, or a subscription key
    Rag
};

/// One request on its way through a handler.
struct Exchange
{
    const httplib::Request& request;
    httplib::Response& response;
    std::vector<std::string> parameters; ///< what the {…} segments of the pattern matched, decoded
    Caller caller;
};

using Handler = std::function<void(Exchange&)>;

struct Route
{
    std::string method; ///< "GET", "POST", … or "*"
    /// Segments of "/a/{x}/b"; a last segment "{rest...}" takes all that follows. Literals compare without
    /// case (ARM paths) and the most literal pattern wins.
    std::string pattern;
    Access access = Access::Arm;
    std::size_t maxBodyBytes = 4U << 20U;
    Handler handler;
    /// Called when the door refuses (401, 403, 413, a cut body) after the route was found, with the finished
    /// error answer: for headers and log rows that this route owes to every answer. May be empty.
    std::function<void(const httplib::Request&, httplib::Response&)> onRefused = {};
};

/// Decides who may call. Implemented by core/local/identity over the tokens and the subscription keys.
class Authenticator
{
public:
    Authenticator() = default;
    Authenticator(const Authenticator&) = delete;
    Authenticator& operator=(const Authenticator&) = delete;
    virtual ~Authenticator() = default;

    /// The caller, or SignInRequired (401) or Denied (403) with the code and text that Azure uses there.
    [[nodiscard]] virtual Result<Caller> authenticate(const httplib::Request& request,
                                                      Access access) const = 0;
    /// The WWW-Authenticate of a 401 for this refusal (contracts §1.8, §9).
    [[nodiscard]] virtual std::string challenge(const Error& refusal) const;
};

/// The one table of routes of the stack. Filled before the server starts and constant from then on.
/// Each part adds its own routes with a function `void addRoutes(Router&, …)`.
class Router
{
public:
    void add(Route route);
    /// The route and its parameters; null when no pattern fits. methodKnown tells a 405 from a 404.
    [[nodiscard]] const Route* match(std::string_view method, std::string_view path,
                                     std::vector<std::string>& parameters, bool& pathKnown) const;
    /// "GET, PUT": what the Allow header of a 405 says.
    [[nodiscard]] std::string allowedMethods(std::string_view path) const;

private:
    struct Pattern
    {
        std::vector<std::string> segments;
        bool takesRest = false;
        Route route;
    };
    template <typename Visit>
    void visit(const std::vector<std::string_view>& path, Visit visitor) const;

    std::vector<Pattern> m_patterns;
    std::map<std::string, std::vector<std::size_t>>
        m_byFirstSegment; // most literal first; "" for a parameter
};

/// {"error":{"code","message"}} with the status, as ARM, Log Analytics and the gateway write it, plus
/// x-ms-request-id. 401 also carries WWW-Authenticate.
void answerError(httplib::Response& response, int status, std::string_view code, std::string_view message);
void answerJson(httplib::Response& response, int status, const std::string& json);

} // namespace gatehouse::local
