// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/topology/pooledit.h"

#include "core/base/encoding.h"
#include "core/gateway/backend.h"
#include "core/gateway/topology/drain.h"

#include <algorithm>
#include <charconv>

namespace gatehouse::gateway {

namespace {

std::string shareText(const Json& service, const char* key)
{
    const Json& value = memberAt(service, key);
    if (value.is_string())
        return value.get<std::string>();
    return value.is_number_integer() ? std::to_string(value.get<std::int64_t>()) : std::string();
}

std::string placeOf(std::size_t index, const char* field)
{
    return "pool.services[" + std::to_string(index) + "]." + field;
}

/// Writes what was typed, unless it says what is there already.
void setShare(Json& service, const char* key, const std::string& typed)
{
    if (shareText(service, key) == typed)
        return;
    if (typed.empty())
        service.erase(key);
    else
        service[key] = *wholeNumber(typed, 0, MaxMemberShare);
}

} // namespace

std::optional<int> wholeNumber(std::string_view text, int min, int max)
{
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < min || number > max)
        return std::nullopt;
    return number;
}

std::vector<MemberDraft> memberDrafts(const Json& poolProperties)
{
    std::vector<MemberDraft> drafts;
    const Json& services = memberAt(memberAt(poolProperties, "pool"), "services");
    if (!services.is_array())
        return drafts;
    for (const Json& service : services)
        drafts.push_back({std::string(lastSegment(textAt(service, "id"))), shareText(service, "priority"),
                          shareText(service, "weight")});
    return drafts;
}

std::vector<FieldProblem> problemsOf(const std::vector<MemberDraft>& members)
{
    std::vector<FieldProblem> problems;
    if (members.empty())
        problems.push_back({"pool.services", "A pool needs at least one member."});
    if (members.size() > MaxPoolServices)
        problems.push_back(
            {"pool.services[" + std::to_string(MaxPoolServices) + "]",
             "A pool has at most 30 members; this one would have " + std::to_string(members.size()) + "."});
    for (std::size_t i = 0; i < members.size(); ++i) {
        const MemberDraft& one = members[i];
        if (one.backend.empty())
            problems.push_back({placeOf(i, "id"), "A member needs a backend."});
        for (std::size_t before = 0; before < i; ++before) {
            if (!one.backend.empty() && equalsIgnoreCase(members[before].backend, one.backend))
                problems.push_back({placeOf(i, "id"), "“" + one.backend + "” is in the pool twice."});
        }
        const auto check = [&](const char* field, const std::string& typed) {
            if (!typed.empty() && !wholeNumber(typed, 0, MaxMemberShare))
                problems.push_back({placeOf(i, field), "The " + std::string(field) + " of “" + one.backend +
                                                           "” must be a whole number of 0 to 100, not “" +
                                                           typed + "”."});
        };
        check("priority", one.priority);
        check("weight", one.weight);
    }
    return problems;
}

Result<Json> withMembers(const Json& poolProperties, const std::vector<MemberDraft>& members,
                         std::string_view serviceId)
{
    if (const auto problems = problemsOf(members); !problems.empty())
        return refused(problems);
    const Json& old = memberAt(memberAt(poolProperties, "pool"), "services");
    Json properties = poolProperties;
    Json services = Json::array();
    for (const MemberDraft& member : members) {
        Json service = {{"id", std::string(serviceId) + "/backends/" + member.backend}};
        if (old.is_array()) {
            for (const Json& one : old) {
                if (equalsIgnoreCase(lastSegment(textAt(one, "id")), member.backend))
                    service = one;
            }
        }
        setShare(service, "priority", member.priority);
        setShare(service, "weight", member.weight);
        services.push_back(std::move(service));
        properties = withoutNoteOf(std::move(properties), member.backend);
    }
    properties["pool"]["services"] = std::move(services);
    return properties;
}

} // namespace gatehouse::gateway
