// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/topology/breakeredit.h"

#include "core/base/datetime.h"

#include <optional>

namespace gatehouse::gateway {

namespace {

constexpr int MaxFailures = 100'000;
constexpr std::size_t MaxRanges = 10;
constexpr int LowestStatus = 200;
constexpr int HighestStatus = 599;

std::string place(const char* field)
{
    return std::string(BreakerPlace) + "." + field;
}

std::string trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t");
    return first == std::string_view::npos
               ? std::string()
               : std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

/// Nothing when one of them is no range.
std::optional<std::vector<std::pair<int, int>>> rangesOf(const std::string& text)
{
    std::vector<std::pair<int, int>> ranges;
    std::size_t from = 0;
    while (from <= text.size()) {
        const std::size_t comma = std::min(text.find(',', from), text.size());
        const std::string one = trimmed(std::string_view(text).substr(from, comma - from));
        from = comma + 1;
        const std::size_t dash = one.find('-');
        const auto min = wholeNumber(trimmed(one.substr(0, dash)), LowestStatus, HighestStatus);
        const auto max = dash == std::string::npos
                             ? min
                             : wholeNumber(trimmed(one.substr(dash + 1)), LowestStatus, HighestStatus);
        if (!min || !max || *min > *max)
            return std::nullopt;
        ranges.emplace_back(*min, *max);
    }
    return ranges;
}

std::string rangeText(const Json& ranges)
{
    std::string text;
    if (!ranges.is_array())
        return text;
    for (const Json& one : ranges) {
        const auto min = integerAt(one, "min");
        const auto max = integerAt(one, "max");
        text += (text.empty() ? "" : ", ") + std::to_string(min);
        if (max != min)
            text += "-" + std::to_string(max);
    }
    return text;
}

bool isDuration(const std::string& text)
{
    const auto ticks = parseIsoDuration(text);
    return ticks && ticks->count() > 0;
}

} // namespace

BreakerDraft breakerDraft(const Json& backendProperties)
{
    BreakerDraft draft{false, "gatehouse", false, "5", "PT1M", "429, 500-599", "PT30S", false};
    const Json& rules = memberAt(memberAt(backendProperties, "circuitBreaker"), "rules");
    if (!rules.is_array() || rules.empty())
        return draft;
    const Json& rule = rules.front();
    const Json& condition = memberAt(rule, "failureCondition");
    const std::int64_t percentage = integerAt(condition, "percentage");
    draft.hasRule = true;
    draft.name = textAt(rule, "name");
    draft.byPercentage = percentage > 0;
    draft.amount = std::to_string(percentage > 0 ? percentage : integerAt(condition, "count"));
    draft.interval = textAt(condition, "interval", draft.interval);
    if (const std::string ranges = rangeText(memberAt(condition, "statusCodeRanges")); !ranges.empty())
        draft.statuses = ranges;
    draft.tripDuration = textAt(rule, "tripDuration", draft.tripDuration);
    draft.acceptRetryAfter = boolAt(rule, "acceptRetryAfter");
    return draft;
}

std::vector<FieldProblem> problemsOf(const BreakerDraft& draft)
{
    std::vector<FieldProblem> problems;
    if (!draft.hasRule)
        return problems;
    if (draft.name.empty())
        problems.push_back({place("name"), "The rule needs a name."});
    if (draft.byPercentage && !wholeNumber(draft.amount, 1, 100))
        problems.push_back({place("failureCondition.percentage"),
                            "The share of failures must be a whole number of 1 to 100 percent."});
    if (!draft.byPercentage && !wholeNumber(draft.amount, 1, MaxFailures))
        problems.push_back({place("failureCondition.count"),
                            "The number of failures must be a whole number of 1 to 100,000."});
    if (!isDuration(draft.interval))
        problems.push_back({place("failureCondition.interval"),
                            "The interval must be a positive duration in ISO 8601, for example PT1M."});
    const auto ranges = rangesOf(draft.statuses);
    if (!ranges)
        problems.push_back({place("failureCondition.statusCodeRanges"),
                            "Status codes are single codes or ranges within 200 to 599, for example "
                            "“429, 500-599”."});
    else if (ranges->size() > MaxRanges)
        problems.push_back({place("failureCondition.statusCodeRanges"),
                            "A rule has at most 10 ranges of status codes; this one would have " +
                                std::to_string(ranges->size()) + "."});
    if (!isDuration(draft.tripDuration))
        problems.push_back({place("tripDuration"),
                            "How long the circuit stays open must be a positive duration in ISO 8601, for "
                            "example PT30S."});
    return problems;
}

Result<Json> withBreaker(const Json& backendProperties, const BreakerDraft& draft)
{
    if (const auto problems = problemsOf(draft); !problems.empty())
        return refused(problems);
    Json properties = backendProperties;
    if (!draft.hasRule) {
        properties.erase("circuitBreaker");
        return properties;
    }
    const Json& rules = memberAt(memberAt(backendProperties, "circuitBreaker"), "rules");
    Json rule =
        rules.is_array() && !rules.empty() && rules.front().is_object() ? rules.front() : Json::object();
    Json condition =
        memberAt(rule, "failureCondition").is_object() ? rule["failureCondition"] : Json::object();
    // One of the two, never both (contracts §4.2).
    condition.erase(draft.byPercentage ? "count" : "percentage");
    condition[draft.byPercentage ? "percentage" : "count"] = *wholeNumber(draft.amount, 1, MaxFailures);
    condition["interval"] = draft.interval;
    Json listed = Json::array();
    const auto ranges = rangesOf(draft.statuses);
    for (const auto& [min, max] : *ranges)
        listed.push_back({{"min", min}, {"max", max}});
    condition["statusCodeRanges"] = std::move(listed);
    rule["name"] = draft.name;
    rule["failureCondition"] = std::move(condition);
    rule["tripDuration"] = draft.tripDuration;
    rule["acceptRetryAfter"] = draft.acceptRetryAfter;
    properties["circuitBreaker"]["rules"] = Json::array({std::move(rule)});
    return properties;
}

} // namespace gatehouse::gateway
