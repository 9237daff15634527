// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/usage.h"

#include "core/base/encoding.h"

#include <algorithm>
#include <array>

namespace gatehouse::usage {

namespace {

constexpr std::array<std::pair<Dimension, std::string_view>, 3> DimensionNames{
    {{Dimension::Service, "service"}, {Dimension::Model, "model"}, {Dimension::Backend, "backend"}}};

std::optional<double> relativeChange(double now, double before)
{
    if (before <= 0)
        return std::nullopt;
    return (now - before) / before;
}

} // namespace

std::string_view toString(Dimension dimension)
{
    for (const auto& [value, name] : DimensionNames) {
        if (value == dimension)
            return name;
    }
    return {};
}

std::optional<Dimension> dimensionFrom(std::string_view name)
{
    for (const auto& [value, known] : DimensionNames) {
        if (equalsIgnoreCase(known, name))
            return value;
    }
    return std::nullopt;
}

std::string labelFor(Dimension dimension, const std::string& key, const ServiceNames& names)
{
    if (key.empty())
        return dimension == Dimension::Service ? "Unattributed" : "(none)";
    if (dimension != Dimension::Service)
        return key;
    const auto known = std::find_if(names.begin(), names.end(), [&key](const auto& entry) {
        return equalsIgnoreCase(entry.first, key) && !entry.second.empty();
    });
    return known == names.end() ? key : known->second;
}

std::optional<double> Totals::errorRate() const
{
    if (requests <= 0)
        return std::nullopt;
    return static_cast<double>(failed) / static_cast<double>(requests);
}

Totals& Totals::operator+=(const Totals& other)
{
    requests += other.requests;
    failed += other.failed;
    throttled += other.throttled;
    promptTokens += other.promptTokens;
    completionTokens += other.completionTokens;
    totalTokens += other.totalTokens;
    estimatedTokens += other.estimatedTokens;
    unknownUsage += other.unknownUsage;
    p95Ms.reset();
    return *this;
}

Changes changesOf(const Totals& now, const Totals& before)
{
    Changes changes;
    changes.requests =
        relativeChange(static_cast<double>(now.requests), static_cast<double>(before.requests));
    if (now.tokensKnown() && before.tokensKnown())
        changes.tokens =
            relativeChange(static_cast<double>(now.totalTokens), static_cast<double>(before.totalTokens));
    if (now.errorRate() && before.errorRate())
        changes.errorRate = *now.errorRate() - *before.errorRate();
    if (now.p95Ms && before.p95Ms)
        changes.p95 = relativeChange(*now.p95Ms, *before.p95Ms);
    return changes;
}

Ticks bucketFor(const TimeRange& range)
{
    using std::chrono::hours;
    using std::chrono::minutes;
    struct Step
    {
        Ticks upTo;
        Ticks bucket;
    };
    const std::array<Step, 5> steps{{{hours(1), minutes(1)},
                                     {hours(6), minutes(5)},
                                     {hours(24), minutes(15)},
                                     {hours(24 * 7), hours(1)},
                                     {hours(24 * 30), hours(4)}}};
    for (const Step& step : steps) {
        if (range.length() <= step.upTo)
            return step.bucket;
    }
    return hours(24);
}

} // namespace gatehouse::usage
