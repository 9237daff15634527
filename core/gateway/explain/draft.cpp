// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/explain/draft.h"

#include "core/base/encoding.h"
#include "core/gateway/explain/candidates.h"

#include <algorithm>
#include <initializer_list>

namespace gatehouse::gateway {

namespace {

constexpr std::size_t MostBytes = 512U << 10U;
constexpr std::size_t MostMembers = 30;
constexpr int MostWeight = 100;

tl::unexpected<Error> wrong(const std::string& place, const std::string& what)
{
    return fail(Error::Kind::InvalidInput, "The draft is not right at " + place + ": " + what + ".",
                "Correct it there; nothing was sent.");
}

Status onlyHas(const Json& object, const std::string& place, std::initializer_list<std::string_view> names)
{
    if (!object.is_object())
        return wrong(place, "an object is expected");
    for (const auto& [name, value] : object.items()) {
        if (std::find(names.begin(), names.end(), name) == names.end())
            return wrong(place, "“" + name + "” is nothing that a draft can say");
    }
    return {};
}

Result<std::string> text(const Json& object, const char* name, const std::string& place, bool needed)
{
    const Json& value = memberAt(object, name);
    if (value.is_null() && !needed)
        return std::string();
    if (!value.is_string() || (needed && value.get_ref<const std::string&>().empty()))
        return wrong(place + "." + name, "a text is expected");
    return value.get<std::string>();
}

Result<bool> flag(const Json& object, const char* name, const std::string& place, bool otherwise)
{
    const Json& value = memberAt(object, name);
    if (value.is_null())
        return otherwise;
    if (!value.is_boolean())
        return wrong(place + "." + name, "true or false is expected");
    return value.get<bool>();
}

Result<int> whole(const Json& object, const char* name, const std::string& place, int least, int most,
                  int otherwise)
{
    const Json& value = memberAt(object, name);
    if (value.is_null())
        return otherwise;
    if (!value.is_number_integer() || value.get<std::int64_t>() < least || value.get<std::int64_t>() > most)
        return wrong(place + "." + name, "a whole number of " + std::to_string(least) + " to " +
                                             std::to_string(most) + " is expected");
    return static_cast<int>(value.get<std::int64_t>());
}

Status readMatch(const Json& match, const std::string& place, RoutingMatch& into)
{
    static constexpr std::array<const char*, TextFields> Names = {"task",        "sensitivity", "geography",
                                                                  "environment", "application", "model"};
    if (match.is_null())
        return {};
    if (Status known = onlyHas(match, place, {Names[0], Names[1], Names[2], Names[3], Names[4], Names[5]});
        !known)
        return known;
    for (std::size_t i = 0; i < TextFields; ++i) {
        const Json& values = memberAt(match, Names[i]);
        if (values.is_null())
            continue;
        const bool texts =
            values.is_array() && !values.empty() &&
            std::all_of(values.begin(), values.end(), [](const Json& one) { return one.is_string(); });
        if (!texts)
            return wrong(place + "." + Names[i], "a list of texts is expected");
        for (const Json& one : values)
            into.accepted[i].push_back(one.get<std::string>());
    }
    return {};
}

Result<RoutingRule> readRule(const Json& json, const std::string& place)
{
    RoutingRule rule;
    if (Status known = onlyHas(json, place,
                               {"name", "match", "budgetUsedAbove", "pool", "enabled", "note", "downgrade"});
        !known)
        return fail(known.error());
    auto name = text(json, "name", place, true);
    auto pool = text(json, "pool", place, true);
    auto note = text(json, "note", place, false);
    const auto enabled = flag(json, "enabled", place, true);
    const auto budget = whole(json, "budgetUsedAbove", place, 0, MaxBudgetPercent, -1);
    if (!name || !pool || !note)
        return fail((!name ? name : !pool ? pool : note).error());
    if (!enabled)
        return fail(enabled.error());
    if (!budget)
        return fail(budget.error());
    rule.name = std::move(*name);
    rule.pool = std::move(*pool);
    rule.note = std::move(*note);
    rule.enabled = *enabled;
    if (*budget >= 0)
        rule.match.budgetUsedAbove = *budget;
    if (Status match = readMatch(memberAt(json, "match"), place + ".match", rule.match); !match)
        return fail(match.error());
    const Json& downgrade = memberAt(json, "downgrade");
    if (downgrade.is_null())
        return rule;
    const std::string there = place + ".downgrade";
    if (Status known = onlyHas(downgrade, there, {"deployment", "qualityAllows"}); !known)
        return fail(known.error());
    auto deployment = text(downgrade, "deployment", there, true);
    const auto allows = flag(downgrade, "qualityAllows", there, false);
    if (!deployment)
        return fail(deployment.error());
    if (!allows)
        return fail(allows.error());
    rule.downgrade = Downgrade{std::move(*deployment), *allows};
    return rule;
}

Status readPools(const Json& pools, RoutingDraft& draft)
{
    if (!pools.is_object())
        return wrong("pools", "an object of pools is expected");
    for (const auto& [name, members] : pools.items()) {
        const std::string place = "pools." + name;
        if (!members.is_array() || members.empty() || members.size() > MostMembers)
            return wrong(place, "a list of 1 to 30 members is expected");
        for (std::size_t i = 0; i < members.size(); ++i) {
            const std::string here = place + "[" + std::to_string(i) + "]";
            if (Status known = onlyHas(members[i], here, {"backend", "priority", "weight"}); !known)
                return known;
            auto backend = text(members[i], "backend", here, true);
            const auto priority = whole(members[i], "priority", here, 0, MostWeight, 1);
            const auto weight = whole(members[i], "weight", here, 0, MostWeight, 1);
            if (!backend)
                return fail(backend.error());
            if (!priority || !weight)
                return fail((!priority ? priority : weight).error());
            draft.pools[name].push_back({std::move(*backend), *priority, *weight});
        }
    }
    return {};
}

Json breakerOf(const Json& rule)
{
    return rule.is_null() ? Json(nullptr) : Json{{"rules", Json::array({rule})}};
}

/// Whether ARM's shape is right is asked of the one reader of it.
Status readBreakers(const Json& breakers, RoutingDraft& draft)
{
    if (!breakers.is_object())
        return wrong("breakers", "an object of breakers is expected");
    for (const auto& [name, rule] : breakers.items()) {
        if (!rule.is_null() && !rule.is_object())
            return wrong("breakers." + name, "a rule, or null, is expected");
        const Json probe = {
            {"name", name},
            {"properties", {{"type", "Single"}, {"url", "https://x"}, {"circuitBreaker", breakerOf(rule)}}}};
        if (const auto backend = backendFromArm(probe); !backend)
            return wrong("breakers." + name,
                         backend.error().message.substr(0, backend.error().message.size() - 1));
        draft.breakers[name] = rule;
    }
    return {};
}

} // namespace

Result<RoutingDraft> readDraft(std::string_view json)
{
    const auto parsed = parseJson(json, MostBytes);
    if (!parsed)
        return fail(parsed.error());
    RoutingDraft draft;
    if (Status known = onlyHas(*parsed, "the top", {"rules", "defaultPool", "pools", "breakers"}); !known)
        return fail(known.error());
    if (const Json& rules = memberAt(*parsed, "rules"); !rules.is_null()) {
        if (!rules.is_array())
            return wrong("rules", "a list of rules is expected");
        draft.rules.emplace();
        for (std::size_t i = 0; i < rules.size(); ++i) {
            auto rule = readRule(rules[i], "rules[" + std::to_string(i) + "]");
            if (!rule)
                return fail(rule.error());
            draft.rules->push_back(std::move(*rule));
        }
    }
    if (!memberAt(*parsed, "defaultPool").is_null()) {
        auto pool = text(*parsed, "defaultPool", "the top", true);
        if (!pool)
            return fail(pool.error());
        draft.defaultPool = std::move(*pool);
    }
    if (const Json& pools = memberAt(*parsed, "pools"); !pools.is_null()) {
        if (Status read = readPools(pools, draft); !read)
            return fail(read.error());
    }
    if (const Json& breakers = memberAt(*parsed, "breakers"); !breakers.is_null()) {
        if (Status read = readBreakers(breakers, draft); !read)
            return fail(read.error());
    }
    if (draft.isEmpty())
        return wrong("the top", "it changes nothing");
    return draft;
}

Result<ExplainSetup> withDraft(ExplainSetup setup, const RoutingDraft& draft)
{
    ReplaySetup& routing = setup.routing;
    const auto backendNamed = [&](const std::string& name) {
        return std::find_if(routing.backends.begin(), routing.backends.end(),
                            [&](const Backend& one) { return equalsIgnoreCase(one.name, name); });
    };
    for (const auto& [name, members] : draft.pools) {
        for (const PoolMember& member : members) {
            if (backendNamed(member.backend) == routing.backends.end())
                return wrong("pools." + name, "there is no backend “" + member.backend + "”");
        }
        std::erase_if(routing.pools,
                      [&name = name](const Pool& one) { return equalsIgnoreCase(one.name, name); });
        routing.pools.push_back({name, members});
    }
    for (const auto& [name, rule] : draft.breakers) {
        const auto backend = backendNamed(name);
        if (backend == routing.backends.end())
            return wrong("breakers." + name, "there is no such backend");
        const auto read = backendFromArm(
            {{"name", backend->name},
             {"properties",
              {{"type", "Single"}, {"url", "https://x"}, {"circuitBreaker", breakerOf(rule)}}}});
        if (!read)
            return fail(read.error());
        backend->breaker = read->breaker;
        backend->ruleName = read->ruleName;
        backend->failureStatuses = read->failureStatuses;
    }
    if (draft.rules)
        routing.plan.rules = *draft.rules;
    if (draft.defaultPool)
        routing.plan.defaultPool = *draft.defaultPool;
    for (std::size_t i = 0; i < routing.plan.rules.size(); ++i) {
        if (!poolOf(routing, routing.plan.rules[i].pool))
            return wrong("rules[" + std::to_string(i) + "].pool",
                         "there is no pool or backend “" + routing.plan.rules[i].pool + "”");
    }
    if (!routing.plan.defaultPool.empty() && !poolOf(routing, routing.plan.defaultPool))
        return wrong("defaultPool", "there is no pool or backend “" + routing.plan.defaultPool + "”");
    return setup;
}

} // namespace gatehouse::gateway
