// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/boundary/linkrules.h"

#include <algorithm>
#include <array>
#include <sstream>

namespace gatehouse::boundary {

namespace {

/// From low to high; a library may pull in those of its own place or lower ones.
const std::map<std::string, int>& places()
{
    static const std::map<std::string, int> order{
        {"core/base", 0},    {"core/table", 1},    {"core/kql", 2},  {"core/usage", 3}, {"core/gateway", 3},
        {"core/journal", 3}, {"core/settings", 3}, {"core/http", 3}, {"core/auth", 4},  {"core/azure", 5},
        {"core/rag", 5},     {"core/report", 4},   {"core/jobs", 6}, {"core/local", 7}, {"resources", 0},
        {"ui", 7},           {"app", 8},           {"tests", 9}};
    return order;
}

constexpr std::array<std::string_view, 7> StdFolders{
    "core/base", "core/table", "core/kql", "core/usage", "core/journal", "core/gateway", "core/local"};

/// The longest known folder that the path lies in.
std::string placeOf(const std::string& folder)
{
    std::string best;
    for (const auto& [known, place] : places()) {
        if (startsWith(folder, known) && known.size() > best.size())
            best = known;
    }
    return best;
}

bool isAnyOf(const std::string& place, const std::vector<std::string>& folders)
{
    return std::find(folders.begin(), folders.end(), place) != folders.end();
}

bool isWidgets(const std::string& link)
{
    static const std::vector<std::string> widgets{"Qt6::Widgets", "Qt6::Charts", "Qt6::PrintSupport",
                                                  "Qt6::SvgWidgets"};
    return isAnyOf(link, widgets);
}

void checkLibrary(const Targets& targets, const std::string& name, const Target& target,
                  std::vector<Violation>& out)
{
    const std::string place = placeOf(target.folder);
    const bool isStd = std::find(StdFolders.begin(), StdFolders.end(), place) != StdFolders.end();
    for (const std::string& link : closureOf(targets, name)) {
        if (isStd && link.starts_with("Qt"))
            out.push_back({name, "qt", "pulls in " + link});
        if (startsWith(place, "core") && isWidgets(link))
            out.push_back({name, "widgets", "pulls in " + link});
        const auto other = targets.find(link);
        if (other == targets.end() || placeOf(other->second.folder).empty())
            continue;
        const std::string otherPlace = placeOf(other->second.folder);
        const int own = places().at(place);
        const int its = places().at(otherPlace);
        if (its > own || (its == own && otherPlace != place))
            out.push_back({name, "arrow", "pulls in " + link + " of " + otherPlace});
    }
    for (const std::string& link : target.links) {
        const auto other = targets.find(link);
        if (place == "ui" && other != targets.end() &&
            isAnyOf(placeOf(other->second.folder), {"core/http", "core/azure", "core/auth", "core/local"}))
            out.push_back({name, "ui", "links " + link + " itself"});
    }
}

} // namespace

Targets readTargets(const std::string& listing)
{
    Targets targets;
    std::istringstream lines(listing);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream fields(line);
        std::string name;
        Target target;
        std::string links;
        std::getline(fields, name, '|');
        std::getline(fields, target.folder, '|');
        std::getline(fields, target.type, '|');
        std::getline(fields, links, '|');
        std::istringstream each(links);
        for (std::string link; std::getline(each, link, ';');) {
            if (!link.empty())
                target.links.insert(link);
        }
        if (!name.empty())
            targets.emplace(name, std::move(target));
    }
    return targets;
}

std::set<std::string> closureOf(const Targets& targets, const std::string& name)
{
    std::set<std::string> closure;
    std::vector<std::string> open{name};
    while (!open.empty()) {
        const auto target = targets.find(open.back());
        open.pop_back();
        if (target == targets.end())
            continue;
        for (const std::string& link : target->second.links) {
            if (closure.insert(link).second)
                open.push_back(link);
        }
    }
    closure.erase(name);
    return closure;
}

std::vector<Violation> checkLinks(const Targets& targets)
{
    std::vector<Violation> violations;
    for (const std::string_view folder : StdFolders) {
        const bool there = std::any_of(targets.begin(), targets.end(), [folder](const auto& entry) {
            return entry.second.folder == folder && entry.second.type == "STATIC_LIBRARY";
        });
        if (!there)
            violations.push_back({std::string(folder), "missing", "has no static library"});
    }
    for (const auto& [name, target] : targets) {
        if (target.type.ends_with("LIBRARY") && !placeOf(target.folder).empty())
            checkLibrary(targets, name, target, violations);
    }
    return violations;
}

} // namespace gatehouse::boundary
