// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/explain/setuphistory.h"

#include "core/base/encoding.h"
#include "core/gateway/routing/fragment.h"

#include <algorithm>

namespace gatehouse::jobs {

namespace {

constexpr std::string_view Backends = "/backends/";
constexpr std::string_view Fragments = "/policyfragments/";
constexpr std::string_view QuotaFragment = "gatehouse-quotas";

bool isOf(const std::string& id, std::string_view collection)
{
    const std::size_t at = id.rfind(collection);
    return at != std::string::npos && id.find('/', at + collection.size()) == std::string::npos;
}

/// Puts a resource back to what it was; false when it is none that decides routes or limits.
bool takeBack(const JournalStep& step, gateway::SetupResources& resources)
{
    const std::string id = toLower(step.resourceId);
    const std::string name(gateway::lastSegment(step.resourceId));
    if (isOf(id, Backends)) {
        if (step.before)
            resources.backends[name] = {{"name", name}, {"properties", *step.before}};
        else
            resources.backends.erase(name);
        return true;
    }
    if (!isOf(id, Fragments))
        return false;
    const std::string text = step.before ? textAt(*step.before, "value") : std::string();
    if (equalsIgnoreCase(name, gateway::RoutingFragmentId))
        resources.routingFragment = text;
    else if (equalsIgnoreCase(name, QuotaFragment))
        resources.quotaFragment = text;
    else
        return false;
    return true;
}

Result<gateway::ExplainSetup> setupFrom(const SetupHistory& history, const gateway::SetupResources& resources,
                                        DateTime moment)
{
    auto setup = gateway::setupOf(resources, moment);
    if (!setup)
        return setup;
    setup->retryKnown = history.retryKnown;
    setup->deploymentsKnown = history.deploymentsKnown;
    if (!history.policiesKnown) {
        setup->fragmentOnly = false;
        setup->limits.complete = false;
        setup->budgetUsed.reset();
    }
    return setup;
}

} // namespace

Result<std::vector<gateway::SetupVersion>> versionsOf(const SetupHistory& history)
{
    gateway::SetupResources resources = history.now;
    const DateTime latest = history.changes.empty() ? DateTime{} : history.changes.front().at;
    auto now = setupFrom(history, resources, latest);
    if (!now)
        return fail(now.error());
    std::vector<gateway::SetupVersion> versions;
    gateway::SetupVersion current{DateTime{}, std::move(*now)};
    for (const JournalEntry& entry : history.changes) {
        bool changed = false;
        for (auto step = entry.steps.rbegin(); step != entry.steps.rend(); ++step) {
            if (step->outcome == JournalStep::Outcome::Done)
                changed = takeBack(*step, resources) || changed;
        }
        if (!changed)
            continue;
        current.since = entry.at;
        current.setup.version = "in force since " + formatDateTime(entry.at) +
                                (entry.name.empty() ? "" : " (" + entry.name + ")");
        versions.push_back(std::move(current));
        auto before = setupFrom(history, resources, entry.at);
        if (!before)
            break;
        current = {DateTime{}, std::move(*before)};
    }
    if (versions.empty() || versions.back().since != DateTime{})
        versions.push_back(std::move(current));
    std::reverse(versions.begin(), versions.end());
    return versions;
}

gateway::Capacities capacitiesOf(const SetupHistory& history)
{
    gateway::Capacities capacities;
    for (const auto& [name, resource] : history.now.backends) {
        const std::string account = gateway::accountOf(textAt(memberAt(resource, "properties"), "url"));
        for (const auto& [key, tokens] : history.capacities) {
            if (!account.empty() && key.first == account)
                capacities[{name, key.second}] = tokens;
        }
    }
    return capacities;
}

} // namespace gatehouse::jobs
