// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/merge/fragmentmerge.h"
#include "core/gateway/merge/listmerge.h"
#include "core/gateway/routing/fragment.h"

#include <set>

namespace gatehouse::gateway {

namespace {

std::optional<KeyedList<RoutingRule>> rulesOf(const RoutingFragment& fragment)
{
    KeyedList<RoutingRule> rules;
    std::set<std::string> names;
    for (const RoutingRule& rule : fragment.plan.rules) {
        if (!names.insert(rule.name).second)
            return std::nullopt;
        rules.emplace_back(rule.name, rule);
    }
    return rules;
}

/// What a foreign part is, without the line and the rule count that other edits move.
std::vector<std::pair<ForeignPart::Place, std::string>> foreignOf(const RoutingFragment& fragment)
{
    std::vector<std::pair<ForeignPart::Place, std::string>> parts;
    for (const ForeignPart& part : fragment.foreign)
        parts.emplace_back(part.place, part.text);
    return parts;
}

/// A foreign part between rules keeps its place before the rule that it stood before.
void placeForeign(const RoutingFragment& from, RoutingFragment& to)
{
    to.foreign = from.foreign;
    for (ForeignPart& part : to.foreign) {
        if (part.place != ForeignPart::Place::Choose)
            continue;
        std::size_t place = to.plan.rules.size();
        for (std::size_t rule = part.beforeRule; rule < from.plan.rules.size(); ++rule) {
            const auto found =
                std::find_if(to.plan.rules.begin(), to.plan.rules.end(),
                             [&](const RoutingRule& one) { return one.name == from.plan.rules[rule].name; });
            if (found != to.plan.rules.end()) {
                place = static_cast<std::size_t>(found - to.plan.rules.begin());
                break;
            }
        }
        part.beforeRule = place;
    }
}

template <typename T>
T pick(const T& base, const T& wanted, const T& now, bool draftWins, const std::string& what,
       std::vector<std::string>& conflicts)
{
    if (wanted == base || wanted == now)
        return now;
    if (now == base)
        return wanted;
    conflicts.push_back(what);
    return draftWins ? wanted : now;
}

std::optional<RoutingRule> ruleAt(const RoutingRule* rule)
{
    return rule == nullptr ? std::nullopt : std::optional(*rule);
}

} // namespace

std::optional<TextMerge> mergeRoutingFragment(const std::string& base, const std::string& wanted,
                                              const std::string& now, bool draftWins)
{
    const auto before = readRoutingFragment(base);
    const auto mine = readRoutingFragment(wanted);
    const auto theirs = readRoutingFragment(now);
    if (!before || !mine || !theirs || foreignOf(*before) != foreignOf(*mine))
        return std::nullopt;
    const auto baseRules = rulesOf(*before);
    const auto wantedRules = rulesOf(*mine);
    const auto nowRules = rulesOf(*theirs);
    if (!baseRules || !wantedRules || !nowRules)
        return std::nullopt;
    TextMerge merged;
    RoutingFragment result;
    auto rules = mergeKeyed(
        *baseRules, *wantedRules, *nowRules,
        [&](const std::string& name, const RoutingRule* b, const RoutingRule* w, const RoutingRule* n) {
            return pick(ruleAt(b), ruleAt(w), ruleAt(n), draftWins, "routing rule “" + name + "”",
                        merged.conflicts);
        });
    if (!rules) {
        merged.conflicts.emplace_back("order of the routing rules");
        rules = draftWins ? wantedRules : nowRules;
    }
    for (auto& item : *rules)
        result.plan.rules.push_back(std::move(item.second));
    result.plan.defaultPool = pick(before->plan.defaultPool, mine->plan.defaultPool, theirs->plan.defaultPool,
                                   draftWins, "default pool", merged.conflicts);
    placeForeign(*theirs, result);
    if (draftWins)
        merged.conflicts.clear();
    if (result.plan == theirs->plan) {
        merged.text = now;
        return merged;
    }
    auto text = writeRoutingFragment(result);
    if (!text)
        return std::nullopt;
    merged.text = std::move(*text);
    return merged;
}

} // namespace gatehouse::gateway
