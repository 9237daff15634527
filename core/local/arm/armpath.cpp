// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/arm/armpath.h"

#include "core/base/encoding.h"

#include <vector>

namespace gatehouse::local {

namespace {

std::vector<std::string> segmentsOf(std::string_view path)
{
    std::vector<std::string> segments;
    while (!path.empty()) {
        if (path.front() == '/') {
            path.remove_prefix(1);
            continue;
        }
        const std::string_view segment = path.substr(0, path.find('/'));
        segments.emplace_back(segment);
        path.remove_prefix(segment.size());
    }
    return segments;
}

std::string joined(const std::vector<std::string>& segments, std::size_t count)
{
    std::string path;
    for (std::size_t i = 0; i < count; ++i) {
        path += '/';
        path += segments[i];
    }
    return path;
}

} // namespace

std::optional<ArmPath> parseArmPath(std::string_view path)
{
    const std::vector<std::string> segments = segmentsOf(path);
    if (segments.size() < 4 || !equalsIgnoreCase(segments[0], "subscriptions"))
        return std::nullopt;
    ArmPath parsed;
    parsed.subscription = segments[1];
    if (equalsIgnoreCase(segments[2], "resourceGroups"))
        parsed.resourceGroup = segments[3];
    std::size_t providers = segments.size();
    for (std::size_t i = 2; i < segments.size(); ++i) {
        if (equalsIgnoreCase(segments[i], "providers"))
            providers = i;
    }
    if (providers + 2 >= segments.size())
        return std::nullopt;
    parsed.type = segments[providers + 1];
    for (std::size_t i = providers + 2; i < segments.size(); i += 2) {
        parsed.type += '/';
        parsed.type += segments[i];
    }
    const std::size_t count = segments.size();
    parsed.collection = (count - providers) % 2 == 1;
    parsed.id = joined(segments, count);
    parsed.last = segments.back();
    const bool topLevel = count - providers == 3;
    parsed.parent = joined(segments, topLevel ? providers : count - 1);
    parsed.providerScope = joined(segments, providers);
    return parsed;
}

} // namespace gatehouse::local
