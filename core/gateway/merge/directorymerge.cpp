// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/merge/directorymerge.h"

#include "core/base/encoding.h"
#include "core/gateway/directory/servicedirectory.h"

#include <set>

namespace gatehouse::gateway {

namespace {

Result<ServiceDirectory> directoryIn(const std::string& text)
{
    return text.empty() ? ServiceDirectory() : parseDirectory(text);
}

std::optional<ServiceFacts> factsOf(const ServiceDirectory& directory, const std::string& service)
{
    const ServiceFacts* found = directory.find(service);
    return found != nullptr ? std::optional(*found) : std::nullopt;
}

} // namespace

std::optional<TextMerge> mergeDirectory(const std::string& base, const std::string& wanted,
                                        const std::string& now, bool draftWins)
{
    const auto before = directoryIn(base);
    const auto mine = directoryIn(wanted);
    const auto theirs = directoryIn(now);
    if (!before || !mine || !theirs)
        return std::nullopt;
    std::set<std::string> services; // in lower case, as they compare
    for (const ServiceDirectory* directory : {&*before, &*mine, &*theirs}) {
        for (const ServiceFacts& facts : directory->services)
            services.insert(toLower(facts.subscription));
    }
    TextMerge merge;
    ServiceDirectory result;
    for (const std::string& service : services) {
        const auto was = factsOf(*before, service);
        const auto want = factsOf(*mine, service);
        const auto stands = factsOf(*theirs, service);
        const bool conflict = want != was && stands != was && want != stands;
        if (conflict && !draftWins)
            merge.conflicts.push_back("what the directory says of " + service);
        if (const auto& taken = want == was || (conflict && !draftWins) ? stands : want)
            result.set(*taken);
    }
    auto text = writeDirectory(result);
    if (!text)
        return std::nullopt;
    merge.text = std::move(*text);
    return merge;
}

} // namespace gatehouse::gateway
