// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/logs/queryrequest.h"

#include "core/base/encoding.h"
#include "core/base/json.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace gatehouse::local {

namespace {

constexpr std::int64_t MaxQuerySeconds = 600;

tl::unexpected<Error> badArgument(std::string message, std::string advice)
{
    Error error;
    error.kind = Error::Kind::InvalidInput;
    error.serviceCode = "BadArgumentError";
    error.message = std::move(message);
    error.advice = std::move(advice);
    error.httpStatus = 400;
    return fail(std::move(error));
}

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Calls take(name, value) for each "name[=value]" of a header's list.
template <typename Take>
void forEachItem(std::string_view list, char separator, Take take)
{
    while (!list.empty()) {
        const std::size_t end = list.find(separator);
        const std::string_view item = trimmed(list.substr(0, end));
        const std::size_t equals = item.find('=');
        take(trimmed(item.substr(0, equals)),
             equals == std::string_view::npos ? std::string_view{} : trimmed(item.substr(equals + 1)));
        list = end == std::string_view::npos ? std::string_view{} : list.substr(end + 1);
    }
}

std::optional<std::int64_t> integerFrom(std::string_view text)
{
    std::int64_t number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

/// no-cache and no-store win over max-age.
std::optional<std::chrono::seconds> maxAgeFrom(const std::string& header)
{
    std::optional<std::chrono::seconds> age;
    bool forbidden = false;
    forEachItem(header, ',', [&](std::string_view name, std::string_view value) {
        if (equalsIgnoreCase(name, "no-cache") || equalsIgnoreCase(name, "no-store"))
            forbidden = true;
        if (const auto seconds = integerFrom(value);
            equalsIgnoreCase(name, "max-age") && seconds && *seconds > 0)
            age = std::chrono::seconds(std::min<std::int64_t>(*seconds, 86'400));
    });
    return forbidden ? std::nullopt : age;
}

Status addTimespan(QueryRequest& request, const std::string& text, DateTime now)
{
    if (text.empty())
        return {};
    const auto range = parseTimeRange(text, now);
    if (!range)
        return badArgument("The timespan is not valid.",
                           "Write it in ISO 8601, for example P1D or start/end.");
    if (request.timespan)
        request.timespan = TimeRange{std::max(request.timespan->start, range->start),
                                     std::min(request.timespan->end, range->end)};
    else
        request.timespan = *range;
    return {};
}

Status takeBody(QueryRequest& request, const std::string& text, DateTime now)
{
    const auto body = parseJson(text);
    if (!body || !body->is_object())
        return badArgument("The request body is not a JSON object.", "Send {\"query\": …}.");
    const Json& query = memberAt(*body, "query");
    if (!query.is_string())
        return badArgument("The request has no query.", "Send {\"query\": …}.");
    request.query = query.get<std::string>();
    const Json& timespan = memberAt(*body, "timespan");
    if (!timespan.is_null() && !timespan.is_string())
        return badArgument("The timespan is not a text.", "Write it in ISO 8601, for example P1D.");
    for (const Json& workspace : memberAt(*body, "workspaces"))
        if (workspace.is_string())
            request.workspaces.push_back(workspace.get<std::string>());
    return addTimespan(request, timespan.is_string() ? timespan.get<std::string>() : std::string(), now);
}

} // namespace

QueryPreferences QueryPreferences::from(const std::string& header)
{
    QueryPreferences preferences;
    const auto apply = [&preferences](const std::string& what) {
        preferences.applied += preferences.applied.empty() ? what : ", " + what;
    };
    // The service's own client joins with commas, RFC 7240 allows semicolons for parameters.
    std::string list = header;
    std::ranges::replace(list, ';', ',');
    forEachItem(list, ',', [&](std::string_view name, std::string_view value) {
        if (equalsIgnoreCase(name, "wait")) {
            const auto seconds = integerFrom(value);
            if (!seconds || *seconds < 1)
                return;
            preferences.wait = std::chrono::seconds(std::min(*seconds, MaxQuerySeconds));
            apply("wait=" + std::to_string(preferences.wait.count()));
        } else if (equalsIgnoreCase(name, "include-statistics") && equalsIgnoreCase(value, "true")) {
            preferences.statistics = true;
            apply("include-statistics=true");
        } else if (equalsIgnoreCase(name, "include-render") && equalsIgnoreCase(value, "true")) {
            preferences.render = true;
            apply("include-render=true");
        }
    });
    return preferences;
}

Result<std::optional<QueryRequest>> QueryRequest::from(const httplib::Request& request, DateTime now)
{
    QueryRequest query;
    if (request.method == "POST") {
        if (request.body.empty() || !request.has_header("Content-Type"))
            return std::optional<QueryRequest>{};
        if (auto done = takeBody(query, request.body, now); !done)
            return fail(done.error());
    } else {
        if (!request.has_param("query"))
            return badArgument("The request has no query.", "Add ?query= to the address.");
        query.query = request.get_param_value("query");
        forEachItem(request.get_param_value("workspaces"), ',',
                    [&](std::string_view name, std::string_view) { query.workspaces.emplace_back(name); });
    }
    if (auto done = addTimespan(query, request.get_param_value("timespan"), now); !done)
        return fail(done.error());
    query.preferences = QueryPreferences::from(request.get_header_value("Prefer"));
    query.maxAge = maxAgeFrom(request.get_header_value("Cache-Control"));
    return std::optional(std::move(query));
}

} // namespace gatehouse::local
