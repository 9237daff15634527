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

} // namespace

bool isQuotaNote(std::string_view comment)
{
    return withoutBlanks(comment).starts_with(Opening);
}

std::string quotaNote(const ServiceQuota& quota, std::optional<DateTime> until)
{
    Json json = Json::object();
    if (!quota.owner.empty())
        json["owner"] = quota.owner;
    if (!quota.ticket.empty())
        json["ticket"] = quota.ticket;
    if (until)
        json["until"] = formatDateTime(*until);
    return json.empty() ? std::string() : " gatehouse " + safeInComment(dumpJson(json)) + " ";
}

Status readQuotaNote(std::string_view comment, ServiceQuota& quota)
{
    const auto json = parseJson(withoutBlanks(comment).substr(Opening.size() - 1));
    if (!json || !json->is_object())
        return fail(Error::Kind::InvalidInput, "Gatehouse's comment on the rule cannot be read.",
                    "Save the service's quota again to write the comment anew.");
    quota.owner = textAt(*json, "owner");
    quota.ticket = textAt(*json, "ticket");
    return {};
}

} // namespace gatehouse::gateway
