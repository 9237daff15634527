// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/backend.h"

#include "core/base/datetime.h"
#include "core/base/encoding.h"

#include <algorithm>

namespace gatehouse::gateway {

namespace {

// The ranges that the service accepts (contracts §4.2).
constexpr std::size_t MaxPoolMembers = 30;
constexpr std::size_t MaxStatusRanges = 10;
constexpr std::int64_t MaxWeight = 100;

tl::unexpected<Error> invalid(const std::string& name, const std::string& what, std::string advice)
{
    return fail(Error::Kind::InvalidInput, "The backend “" + name + "” " + what + ".", std::move(advice));
}

Result<Millis> duration(const Json& object, const char* key, Millis fallback, const std::string& name)
{
    const Json& value = memberAt(object, key);
    if (value.is_null())
        return fallback;
    const auto ticks =
        value.is_string() ? parseIsoDuration(value.get_ref<const std::string&>()) : std::nullopt;
    if (!ticks || ticks->count() <= 0)
        return invalid(name, std::string("has a ") + key + " that is no positive duration",
                       "Write it in ISO 8601, for example PT1M.");
    return std::chrono::duration_cast<Millis>(*ticks);
}

Result<std::vector<StatusRange>> statusRanges(const Json& condition, const std::string& name)
{
    const Json& listed = memberAt(condition, "statusCodeRanges");
    if (listed.is_null())
        return std::vector<StatusRange>{StatusRange{}};
    if (!listed.is_array() || listed.size() > MaxStatusRanges)
        return invalid(name, "has no proper list of status ranges",
                       "Give at most 10 ranges with min and max.");
    std::vector<StatusRange> ranges;
    for (const Json& one : listed) {
        const StatusRange range{static_cast<int>(integerAt(one, "min")),
                                static_cast<int>(integerAt(one, "max"))};
        if (range.min < 200 || range.max > 599 || range.min > range.max)
            return invalid(name, "has a status range outside 200 to 599",
                           "Give min and max within 200 to 599.");
        ranges.push_back(range);
    }
    return ranges;
}

Result<WindowedRule> windowedRule(const Json& condition, const std::string& name)
{
    WindowedRule rule;
    const std::int64_t count = integerAt(condition, "count");
    const std::int64_t percentage = integerAt(condition, "percentage");
    if ((count > 0) == (percentage > 0))
        return invalid(name, "must count either failures or a percentage",
                       "Set one of count and percentage.");
    if (count < 0 || count > 100'000 || percentage < 0 || percentage > 100)
        return invalid(name, "has a failure condition outside its range", "Use a percentage of 1 to 100.");
    rule.count = static_cast<int>(count);
    rule.percentage = static_cast<int>(percentage);
    const auto interval = duration(condition, "interval", rule.interval, name);
    if (!interval)
        return tl::unexpected(interval.error());
    rule.interval = *interval;
    return rule;
}

Status readCircuitBreaker(const Json& properties, Backend& backend)
{
    const Json& rules = memberAt(memberAt(properties, "circuitBreaker"), "rules");
    if (rules.is_null() || (rules.is_array() && rules.empty()))
        return {};
    // The schema allows fifteen, the service accepts one (contracts §4.2).
    if (!rules.is_array() || rules.size() != 1 || !rules.front().is_object())
        return invalid(backend.name, "must have exactly one circuit breaker rule", "Remove the other rules.");
    const Json& rule = rules.front();
    const Json& condition = memberAt(rule, "failureCondition");
    const auto windowed = windowedRule(condition, backend.name);
    if (!windowed)
        return tl::unexpected(windowed.error());
    const auto trip = duration(rule, "tripDuration", backend.breaker.recovery, backend.name);
    if (!trip)
        return tl::unexpected(trip.error());
    auto ranges = statusRanges(condition, backend.name);
    if (!ranges)
        return tl::unexpected(ranges.error());
    backend.ruleName = textAt(rule, "name");
    backend.breaker.rule = *windowed;
    backend.breaker.recovery = *trip;
    backend.breaker.acceptRetryAfter = boolAt(rule, "acceptRetryAfter");
    backend.failureStatuses = std::move(*ranges);
    return {};
}

/// weight and priority: an integer, a string of one, or null for the service's own default.
Result<int> share(const Json& service, const char* key, const std::string& pool)
{
    const Json& value = memberAt(service, key);
    if (value.is_null())
        return 1;
    const std::int64_t number = integerAt(service, key, -1);
    if (number < 0 || number > MaxWeight)
        return invalid(pool, std::string("has a member whose ") + key + " is not within 0 to 100",
                       "Give a whole number of 0 to 100.");
    return static_cast<int>(number);
}

} // namespace

Outcome Backend::classify(int status) const
{
    const auto covers = [status](const StatusRange& range) {
        return status >= range.min && status <= range.max;
    };
    if (status == 0 || std::any_of(failureStatuses.begin(), failureStatuses.end(), covers))
        return Outcome::Fail;
    return status >= 200 && status < 400 ? Outcome::Ok : Outcome::Ignore;
}

std::string_view lastSegment(std::string_view resourceId)
{
    while (!resourceId.empty() && resourceId.back() == '/')
        resourceId.remove_suffix(1);
    return resourceId.substr(resourceId.rfind('/') + 1);
}

bool isPool(const Json& resource)
{
    const Json& properties = memberAt(resource, "properties");
    const std::string type = textAt(properties, "type");
    return type.empty() ? memberAt(properties, "pool").is_object() : equalsIgnoreCase(type, "Pool");
}

Result<Backend> backendFromArm(const Json& resource)
{
    Backend backend;
    backend.name = textAt(resource, "name");
    const Json& properties = memberAt(resource, "properties");
    const std::string type = textAt(properties, "type", "Single");
    if (!properties.is_object() || !equalsIgnoreCase(type, "Single") ||
        memberAt(properties, "pool").is_object())
        return invalid(backend.name, "is not a single backend", "A pool has the type Pool and its members.");
    backend.title = textAt(properties, "title");
    backend.url = textAt(properties, "url");
    if (backend.url.empty() || backend.url.size() > 2000)
        return invalid(backend.name, "has no address of 1 to 2,000 characters", "Set its url.");
    backend.region = textAt(properties, "azureRegion");
    backend.failureStatuses = {{408, 408}, {500, 599}};
    if (const Status read = readCircuitBreaker(properties, backend); !read)
        return tl::unexpected(read.error());
    return backend;
}

Result<Pool> poolFromArm(const Json& resource)
{
    Pool pool;
    pool.name = textAt(resource, "name");
    const Json& properties = memberAt(resource, "properties");
    const Json& services = memberAt(memberAt(properties, "pool"), "services");
    if (!isPool(resource) || !services.is_array() || !textAt(properties, "url").empty())
        return invalid(pool.name, "is not a pool", "A pool has the type Pool, its members and no url.");
    if (services.empty() || services.size() > MaxPoolMembers)
        return invalid(pool.name, "must have 1 to 30 members", "Add or remove members.");
    for (const Json& service : services) {
        PoolMember member;
        member.backend = std::string(lastSegment(textAt(service, "id")));
        if (member.backend.empty())
            return invalid(pool.name, "has a member without an id", "Name each member by its resource id.");
        const auto priority = share(service, "priority", pool.name);
        const auto weight = share(service, "weight", pool.name);
        if (!priority || !weight)
            return tl::unexpected((priority ? weight : priority).error());
        member.priority = *priority;
        member.weight = *weight;
        pool.members.push_back(std::move(member));
    }
    return pool;
}

} // namespace gatehouse::gateway
