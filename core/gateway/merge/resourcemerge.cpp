// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/merge/resourcemerge.h"

#include "core/base/encoding.h"
#include "core/gateway/backend.h"
#include "core/gateway/directory/servicedirectory.h"
#include "core/gateway/merge/directorymerge.h"
#include "core/gateway/merge/fragmentmerge.h"
#include "core/gateway/merge/jsonmerge.h"
#include "core/gateway/routing/fragment.h"

namespace gatehouse::gateway {

namespace {

constexpr std::string_view QuotaFragmentId = "gatehouse-quotas";

/// What the service says about a resource and takes from nobody.
constexpr const char* ReadOnly = "provisioningState";

std::optional<Json> writable(std::optional<Json> properties)
{
    if (properties && properties->is_object())
        properties->erase(ReadOnly);
    return properties;
}

std::optional<TextMerge> mergeText(const std::string& resourceId, const std::string& base,
                                   const std::string& wanted, const std::string& now, bool draftWins)
{
    const std::string id = toLower(lastSegment(resourceId));
    if (id == QuotaFragmentId)
        return mergeQuotaFragment(base, wanted, now, draftWins);
    if (id == RoutingFragmentId)
        return mergeRoutingFragment(base, wanted, now, draftWins);
    if (id == DirectoryNamedValue)
        return mergeDirectory(base, wanted, now, draftWins);
    return std::nullopt;
}

/// The text first, as what it is; the rest like any other properties.
JsonMerge mergeTextOf(const std::string& resourceId, Json base, Json wanted, Json now, bool draftWins)
{
    const std::string before = textAt(base, "value");
    const std::string mine = textAt(wanted, "value");
    const std::string theirs = textAt(now, "value");
    TextMerge text{theirs, {}};
    if (mine == before || mine == theirs) {
        // what stands there stays
    } else if (theirs == before) {
        text.text = mine;
    } else if (auto merged = mergeText(resourceId, before, mine, theirs, draftWins)) {
        text = std::move(*merged);
    } else if (draftWins) {
        text.text = mine;
    } else {
        text.conflicts.emplace_back(isPolicy(resourceId) ? "text of the policy" : "text of the value");
    }
    for (Json* properties : {&base, &wanted, &now}) {
        properties->erase("value");
        properties->erase("format");
    }
    JsonMerge merged = mergeJson(base, wanted, now, draftWins);
    merged.conflicts.insert(merged.conflicts.begin(), text.conflicts.begin(), text.conflicts.end());
    if (isPolicy(resourceId))
        merged.result["format"] = "xml";
    merged.result["value"] = std::move(text.text);
    return merged;
}

} // namespace

bool isPolicy(std::string_view resourceId)
{
    const std::string id = toLower(resourceId);
    return id.ends_with("/policies/policy") || id.find("/policyfragments/") != std::string::npos;
}

bool sameProperties(const std::optional<Json>& a, const std::optional<Json>& b)
{
    if (!a || !b)
        return a.has_value() == b.has_value();
    return sameJson(*writable(a), *writable(b));
}

ResourceMerge mergeResource(const std::string& resourceId, const ResourceVersions& versions, bool draftWins)
{
    const auto base = writable(versions.base);
    const auto wanted = writable(versions.wanted);
    const auto now = writable(versions.now);
    const bool theirs = !sameProperties(base, now);
    if (sameProperties(base, wanted) || sameProperties(wanted, now))
        return {now, theirs, {}};
    if (!theirs)
        return {wanted, false, {}};
    if (base && wanted && now) {
        const bool isText = isPolicy(resourceId) || toLower(lastSegment(resourceId)) == DirectoryNamedValue;
        JsonMerge merged = isText ? mergeTextOf(resourceId, *base, *wanted, *now, draftWins)
                                  : mergeJson(*base, *wanted, *now, draftWins);
        const bool clean = merged.conflicts.empty();
        return {clean ? std::optional(std::move(merged.result)) : now, clean, std::move(merged.conflicts)};
    }
    if (draftWins)
        return {wanted, true, {}};
    const char* what = !now    ? "the whole of it, which somebody else has removed"
                       : !base ? "the whole of it, which somebody else has created as well"
                               : "the whole of it, which somebody else has changed and this removes";
    return {now, false, {what}};
}

Standing standingOf(const std::string& resourceId, const std::optional<Json>& before,
                    const std::optional<Json>& after, const std::optional<Json>& now)
{
    if (sameProperties(after, now))
        return Standing::Written;
    if (sameProperties(before, now))
        return Standing::NotWritten;
    // Others may have changed something beside it since.
    const ResourceMerge forward = mergeResource(resourceId, {before, after, now}, false);
    if (forward.conflicts.empty() && sameProperties(forward.result, now))
        return Standing::Written;
    const ResourceMerge backward = mergeResource(resourceId, {after, before, now}, false);
    if (backward.conflicts.empty() && sameProperties(backward.result, now))
        return Standing::NotWritten;
    return Standing::Other;
}

} // namespace gatehouse::gateway
