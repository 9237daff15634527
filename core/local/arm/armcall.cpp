// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/arm/armcall.h"

#include "core/base/encoding.h"
#include "core/local/arm/seed.h"
#include "core/local/identity/personas.h"

#include <algorithm>
#include <charconv>

namespace gatehouse::local {

namespace {

constexpr std::size_t MaxBodyBytes = 4U << 20U;

/// "2024-05-01", "2024-06-01-preview"
bool isApiVersion(std::string_view text)
{
    const std::string_view date = text.substr(0, 10);
    if (date.size() != 10 || date[4] != '-' || date[7] != '-')
        return false;
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    if (std::count_if(date.begin(), date.end(), isDigit) != 8)
        return false;
    const std::string_view rest = text.substr(10);
    return rest.empty() || rest == "-preview" || rest == "-alpha" || rest == "-beta" ||
           rest == "-privatepreview";
}

bool checkApiVersion(Exchange& exchange)
{
    const std::string version = exchange.request.get_param_value("api-version");
    if (version.empty()) {
        answerArmError(exchange.response, 400, "MissingApiVersionParameter",
                       "The api-version query parameter (?api-version=) is required for all requests.");
        return false;
    }
    if (!isApiVersion(version)) {
        answerArmError(exchange.response, 400, "InvalidApiVersionParameter",
                       "The api-version '" + version + "' is invalid. Write it as yyyy-MM-dd.");
        return false;
    }
    return true;
}

void addCorrelation(const httplib::Request& request, httplib::Response& response, DateTime now)
{
    const std::string id = randomGuid();
    std::string correlation = request.get_header_value("x-ms-correlation-request-id");
    if (!isGuid(correlation))
        correlation = id;
    std::string stamp = formatDateTime(DateTime::fromUnixSeconds(now.unixSeconds()));
    std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
    response.headers.erase("x-ms-request-id");
    response.set_header("x-ms-request-id", id);
    response.set_header("x-ms-correlation-request-id", correlation);
    response.set_header("x-ms-routing-request-id", "LOCAL:" + stamp + ":" + id);
    const std::string client = request.get_header_value("x-ms-client-request-id");
    if (isGuid(client) && equalsIgnoreCase(request.get_header_value("x-ms-return-client-request-id"), "true"))
        response.set_header("x-ms-client-request-id", client);
    const bool reads = request.method == "GET" || request.method == "HEAD";
    // Nothing is limited here; the header has the figure that an idle caller sees in Azure.
    response.set_header(reads ? "x-ms-ratelimit-remaining-subscription-reads"
                              : "x-ms-ratelimit-remaining-subscription-writes",
                        reads ? "249" : "199");
    response.set_header("Cache-Control", "no-cache");
}

std::size_t numberOf(const std::string& text, std::size_t fallback)
{
    std::size_t number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    return code == std::errc() && end == text.data() + text.size() ? number : fallback;
}

} // namespace

void addArmRoute(Router& router, const ArmContext& context, const char* method, const char* pattern,
                 ArmHandler handler)
{
    router.add({method, pattern, Access::Arm, MaxBodyBytes,
                [context, handle = std::move(handler)](Exchange& exchange) {
                    ArmCall call{exchange, context};
                    if (checkApiVersion(exchange))
                        handle(call);
                    addCorrelation(exchange.request, exchange.response, context.clock.now());
                }});
}

void answerArmError(httplib::Response& response, int status, std::string_view code, std::string_view message,
                    const std::vector<ErrorDetail>& details)
{
    Json error = {{"code", code}, {"message", message}};
    for (const ErrorDetail& detail : details) {
        Json entry = {{"code", detail.code}, {"message", detail.message}};
        if (!detail.target.empty())
            entry["target"] = detail.target;
        error["details"].push_back(std::move(entry));
    }
    answerJson(response, status, dumpJson({{"error", std::move(error)}}));
}

void answerArmError(httplib::Response& response, const Error& error)
{
    const bool bySelf = error.httpStatus != 0;
    switch (error.kind) {
    case Error::Kind::InvalidInput:
        return answerArmError(response, bySelf ? error.httpStatus : 400,
                              error.serviceCode.empty() ? "ValidationError" : error.serviceCode,
                              error.message);
    case Error::Kind::NotFound:
    case Error::Kind::Conflict:
        return answerArmError(response, bySelf ? error.httpStatus : 404, error.serviceCode, error.message);
    default:
        return answerArmError(response, 500, "InternalServerError",
                              error.advice.empty() ? error.message : error.message + " " + error.advice);
    }
}

void answerArm(ArmCall& call, int status, const Json& body)
{
    answerJson(call.exchange.response, status, dumpJson(body));
}

bool authorize(ArmCall& call, const std::string& action, const std::string& scope)
{
    const Caller& caller = call.exchange.caller;
    const Persona* persona = personaByKey(caller.persona);
    const bool reads =
        action.size() > 5 && equalsIgnoreCase(std::string_view(action).substr(action.size() - 5), "/read");
    if (persona != nullptr && (persona->writesResources || reads))
        return true;
    answerArmError(call.exchange.response, 403, "AuthorizationFailed",
                   "The client '" + (persona != nullptr ? std::string(persona->username) : caller.name) +
                       "' with object id '" + caller.objectId +
                       "' does not have authorization to perform action '" + action + "' over scope '" +
                       scope +
                       "' or the scope is invalid. If access was recently granted, please refresh your "
                       "credentials.");
    return false;
}

void answerList(ArmCall& call, const std::vector<Json>& items, bool apimStyle)
{
    const std::size_t skip = std::min(items.size(), numberOf(call.query("$skip"), 0));
    const std::size_t top = std::max<std::size_t>(1, numberOf(call.query("$top"), items.size()));
    const std::size_t end = std::min(items.size(), skip + top);
    Json page = Json::array();
    for (std::size_t i = skip; i < end; ++i)
        page.push_back(items[i]);
    Json body = {{"value", std::move(page)}};
    if (end < items.size()) {
        FormFields fields = {{"api-version", call.query("api-version")},
                             {"$top", std::to_string(top)},
                             {"$skip", std::to_string(end)}};
        if (const std::string filter = call.query("$filter"); !filter.empty())
            fields.emplace_back("$filter", filter);
        const std::string& target = call.exchange.request.target;
        body["nextLink"] =
            call.context.origin + target.substr(0, target.find('?')) + "?" + encodeForm(fields);
    } else if (apimStyle) {
        body["nextLink"] = ""; // APIM's way of saying that this was the last page (contracts §4.1)
    }
    if (apimStyle)
        body["count"] = items.size();
    answerArm(call, 200, body);
}

} // namespace gatehouse::local
