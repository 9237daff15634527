// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/anomalies/buckets.h"

#include "core/usage/money/day.h"

#include <unordered_set>

namespace gatehouse::cost {

namespace {

Activity activityOf(const UsageRow& row, const PriceBook* prices)
{
    Activity activity{
        1, row.failed() ? 1 : 0, row.attempts, row.tokens[0] + row.tokens[1] + row.tokens[3], row.tokens[2],
        0};
    if (prices != nullptr)
        activity.pico =
            costOf(tariffOf(*prices, row.model, row.region, row.backend, utcDay(row.time)), row.tokens)
                .value_or(0);
    return activity;
}

const std::string& callerOf(const UsageRow& row)
{
    if (!row.owner.empty())
        return row.owner;
    return row.feature.empty() ? row.application : row.feature;
}

} // namespace

Activity& Activity::operator+=(const Activity& other)
{
    requests += other.requests;
    failed += other.failed;
    attempts += other.attempts;
    prompt += other.prompt;
    completion += other.completion;
    pico += other.pico;
    return *this;
}

std::vector<ServiceBuckets> bucketsOf(const std::vector<UsageRow>& rows, DateTime from, DateTime to,
                                      Ticks length, const PriceBook* prices)
{
    const DateTime first{Ticks(from.sinceYearOne.count() / length.count() * length.count())};
    const auto count = static_cast<std::size_t>(std::max<std::int64_t>((to - first) / length, 0));
    std::map<std::string, ServiceBuckets> services;
    std::unordered_set<std::string> seen;
    for (const UsageRow& row : rows) {
        if (row.time < first || row.feature == TestFeature)
            continue;
        const auto index = static_cast<std::size_t>((row.time - first) / length);
        if (index >= count || !seen.insert(row.id).second)
            continue;
        const auto [place, isNew] = services.try_emplace(row.service);
        if (isNew)
            place->second = {row.service, first, length, std::vector<UsageBucket>(count)};
        UsageBucket& bucket = place->second.buckets[index];
        const Activity activity = activityOf(row, prices);
        bucket.sum += activity;
        bucket.byModel[row.model] += activity;
        bucket.byCaller[callerOf(row)] += activity;
    }
    std::vector<ServiceBuckets> list;
    for (auto& [name, service] : services)
        list.push_back(std::move(service));
    return list;
}

} // namespace gatehouse::cost
