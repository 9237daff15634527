// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/policy/quotanote.h"

#include "core/base/json.h"
#include "core/gateway/policy/xmltext.h"

namespace gatehouse::gateway {

namespace {

constexpr std::string_view Opening = "gatehouse {";

/// "--" would end the comment and "{{" would name a value of the service. Both only occur within JSON
/// strings, where a character may be written as its number.
std::string safeInComment(const std::string& json)
{
    std::string text;
    char last = '\0';
    for (const char c : json) {
        const bool pairs = c == last && (c == '-' || c == '{');
        if (pairs)
            text += c == '-' ? "\\u002d" : "\\u007b";
        else
            text += c;
        last = pairs ? '\0' : c;
    }
    return text;
}

Json limitsJson(const QuotaLimits& limits)
{
    Json json = Json::object();
    const auto put = [&json](const char* name, const std::optional<LimitValue>& value) {
        if (value)
            json[name] = value->text;
    };
    put("tokens-per-minute", limits.tokensPerMinute);
    put("token-quota", limits.tokenQuota);
    put("token-quota-period", limits.tokenQuotaPeriod);
    put("calls", limits.calls);
    if (limits.calls)
        json["renewal-period"] = limits.callsPeriod.text;
    return json;
}

QuotaLimits limitsFrom(const Json& json)
{
    const auto get = [&json](const char* name) -> std::optional<LimitValue> {
        const Json& value = memberAt(json, name);
        if (value.is_number_integer())
            return LimitValue::of(value.get<std::int64_t>());
        return value.is_string() ? std::optional(LimitValue::of(value.get_ref<const std::string&>()))
                                 : std::nullopt;
    };
    QuotaLimits limits;
    limits.tokensPerMinute = get("tokens-per-minute");
    limits.tokenQuota = get("token-quota");
    limits.tokenQuotaPeriod = get("token-quota-period");
    limits.calls = get("calls");
    limits.callsPeriod = get("renewal-period").value_or(limits.callsPeriod);
    return limits;
}

tl::unexpected<Error> unreadable(const char* what)
{
    return fail(Error::Kind::InvalidInput, std::string("Gatehouse's comment on the rule ") + what + ".",
                "Save the service's quota again to write the comment anew.");
}

} // namespace

bool isQuotaNote(std::string_view comment)
{
    return withoutBlanks(comment).starts_with(Opening);
}

std::string quotaNote(const ServiceQuota& quota)
{
    Json json = Json::object();
    if (!quota.owner.empty())
        json["owner"] = quota.owner;
    if (!quota.ticket.empty())
        json["ticket"] = quota.ticket;
    if (quota.raise) {
        json["until"] = formatDateTime(quota.raise->until);
        json["before"] = limitsJson(quota.raise->before);
    }
    return json.empty() ? std::string() : " gatehouse " + safeInComment(dumpJson(json)) + " ";
}

Status readQuotaNote(std::string_view comment, ServiceQuota& quota)
{
    const auto json = parseJson(withoutBlanks(comment).substr(Opening.size() - 1));
    if (!json || !json->is_object())
        return unreadable("cannot be read");
    quota.owner = textAt(*json, "owner");
    quota.ticket = textAt(*json, "ticket");
    const Json& until = memberAt(*json, "until");
    if (until.is_null())
        return {};
    const auto end = until.is_string() ? parseDateTime(until.get_ref<const std::string&>()) : std::nullopt;
    if (!end)
        return unreadable("gives no moment at which the raise ends");
    quota.raise = TemporaryRaise{*end, limitsFrom(memberAt(*json, "before"))};
    return {};
}

} // namespace gatehouse::gateway
