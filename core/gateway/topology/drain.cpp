// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/topology/drain.h"

#include "core/base/encoding.h"
#include "core/gateway/topology/pooledit.h"

#include <algorithm>

namespace gatehouse::gateway {

namespace {

constexpr std::string_view NoteStart = "[gatehouse drained: ";
constexpr std::string_view NoteEnd = "]";

/// A description taken apart.
struct Description
{
    std::optional<std::string> text; ///< empty: there is none
    std::vector<DrainedMember> drained;
};

std::vector<DrainedMember> readNote(std::string_view json)
{
    const auto listed = parseJson(json, MaxDescription * 4, 16);
    std::vector<DrainedMember> found;
    if (!listed || !listed->is_array())
        return found;
    for (const Json& one : *listed) {
        DrainedMember member;
        member.service = memberAt(one, "service");
        member.at = static_cast<std::size_t>(std::max<std::int64_t>(0, integerAt(one, "at")));
        member.member.backend = std::string(lastSegment(textAt(member.service, "id")));
        member.member.priority = static_cast<int>(integerAt(member.service, "priority", 1));
        member.member.weight = static_cast<int>(integerAt(member.service, "weight", 1));
        if (!member.member.backend.empty())
            found.push_back(std::move(member));
    }
    return found;
}

Description readDescription(const Json& properties)
{
    Description description;
    const Json& stored = memberAt(properties, "description");
    if (!stored.is_string())
        return description;
    std::string text = stored.get<std::string>();
    const std::size_t start = text.rfind(NoteStart);
    if (start != std::string::npos && text.ends_with(NoteEnd)) {
        const std::size_t from = start + NoteStart.size();
        description.drained =
            readNote(std::string_view(text).substr(from, text.size() - from - NoteEnd.size()));
    }
    if (description.drained.empty()) {
        description.text = std::move(text);
    } else if (start > 0) {
        text.resize(start - (text[start - 1] == ' ' ? 1 : 0));
        description.text = std::move(text);
    }
    return description;
}

void writeDescription(Json& properties, const Description& description)
{
    if (description.drained.empty()) {
        if (description.text)
            properties["description"] = *description.text;
        else
            properties.erase("description");
        return;
    }
    Json listed = Json::array();
    for (const DrainedMember& one : description.drained)
        listed.push_back({{"at", one.at}, {"service", one.service}});
    properties["description"] = (description.text ? *description.text + " " : std::string()) +
                                std::string(NoteStart) + dumpJson(listed) + std::string(NoteEnd);
}

bool isBackend(const Json& service, std::string_view backend)
{
    return equalsIgnoreCase(lastSegment(textAt(service, "id")), backend);
}

/// Members and drained ones in their common order.
struct Seat
{
    Json service;
    bool drained = false;
};

std::vector<Seat> seatsOf(const Json& properties, std::vector<DrainedMember> drained)
{
    std::vector<Seat> seats;
    const Json& services = memberAt(memberAt(properties, "pool"), "services");
    if (services.is_array()) {
        for (const Json& service : services)
            seats.push_back({service, false});
    }
    std::ranges::stable_sort(drained, {}, &DrainedMember::at);
    for (DrainedMember& one : drained) {
        const auto at = static_cast<std::ptrdiff_t>(std::min(one.at, seats.size()));
        seats.insert(seats.begin() + at, {std::move(one.service), true});
    }
    return seats;
}

/// Writes the members and the note that these seats stand for.
Json seated(Json properties, const std::vector<Seat>& seats, std::optional<std::string> text)
{
    Json services = Json::array();
    Description description{std::move(text), {}};
    for (std::size_t i = 0; i < seats.size(); ++i) {
        if (seats[i].drained)
            description.drained.push_back({{}, i, seats[i].service});
        else
            services.push_back(seats[i].service);
    }
    properties["pool"]["services"] = std::move(services);
    writeDescription(properties, description);
    return properties;
}

} // namespace

std::vector<DrainedMember> drainedMembers(const Json& poolProperties)
{
    std::vector<DrainedMember> found = readDescription(poolProperties).drained;
    const Json& services = memberAt(memberAt(poolProperties, "pool"), "services");
    if (services.is_array()) {
        std::erase_if(found, [&](const DrainedMember& one) {
            return std::ranges::any_of(
                services, [&](const Json& service) { return isBackend(service, one.member.backend); });
        });
    }
    return found;
}

std::string descriptionOf(const Json& poolProperties)
{
    return readDescription(poolProperties).text.value_or("");
}

Result<Json> drained(const Json& poolProperties, std::string_view backend)
{
    const Json& services = memberAt(memberAt(poolProperties, "pool"), "services");
    const auto isIt = [&](const Json& service) { return isBackend(service, backend); };
    if (!services.is_array() || std::ranges::none_of(services, isIt))
        return fail(Error::Kind::InvalidInput,
                    "“" + std::string(backend) + "” is no member of this pool, so it cannot be drained.");
    if (std::ranges::all_of(services, isIt))
        return fail(Error::Kind::InvalidInput,
                    "“" + std::string(backend) +
                        "” is the only member of this pool, and a pool needs at least one.",
                    "Add another member first, or send the rules to another pool.");
    std::vector<Seat> seats = seatsOf(poolProperties, drainedMembers(poolProperties));
    for (Seat& seat : seats)
        seat.drained = seat.drained || isIt(seat.service);
    Json properties = seated(poolProperties, seats, readDescription(poolProperties).text);
    if (textAt(properties, "description").size() > MaxDescription)
        return fail(Error::Kind::InvalidInput,
                    "The pool's description has no room left for noting what the member was.",
                    "Shorten the description, restore another member, or remove this one from the pool.");
    return properties;
}

Result<Json> restored(const Json& poolProperties, std::string_view backend)
{
    const std::vector<DrainedMember> noted = drainedMembers(poolProperties);
    const auto isIt = [&](const DrainedMember& one) { return equalsIgnoreCase(one.member.backend, backend); };
    if (std::ranges::none_of(noted, isIt))
        return fail(Error::Kind::InvalidInput,
                    "“" + std::string(backend) + "” was not drained from this pool by Gatehouse.",
                    "Add it as a member with the priority and weight that it is to have.");
    const Json& services = memberAt(memberAt(poolProperties, "pool"), "services");
    if (services.is_array() && services.size() >= MaxPoolServices)
        return fail(Error::Kind::InvalidInput,
                    "The pool has 30 members by now, which is the most it can have.", "Remove one first.");
    std::vector<Seat> seats = seatsOf(poolProperties, noted);
    for (Seat& seat : seats)
        seat.drained = seat.drained && !isBackend(seat.service, backend);
    return seated(poolProperties, seats, readDescription(poolProperties).text);
}

Json withoutNoteOf(Json poolProperties, std::string_view backend)
{
    Description description = readDescription(poolProperties);
    if (std::erase_if(description.drained, [&](const DrainedMember& one) {
            return equalsIgnoreCase(one.member.backend, backend);
        }) > 0)
        writeDescription(poolProperties, description);
    return poolProperties;
}

} // namespace gatehouse::gateway
