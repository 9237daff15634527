// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/ledger/usagerow.h"

#include <map>
#include <string>
#include <vector>

namespace gatehouse::cost {

/// What a model did for a caller in a bucket.
struct Activity
{
    std::int64_t requests = 0;
    std::int64_t failed = 0;
    std::int64_t attempts = 0;
    std::int64_t prompt = 0; ///< tokens
    std::int64_t completion = 0;
    Int128 pico = 0; ///< what the priced ones cost

    [[nodiscard]] std::int64_t tokens() const { return prompt + completion; }
    Activity& operator+=(const Activity& other);
};

/// One span of time of a service.
struct UsageBucket
{
    Activity sum;
    std::map<std::string, Activity> byModel;
    std::map<std::string, Activity> byCaller; ///< the call's owner, else its feature, else its application
};

/// A service's buckets, one after the other, none left out: one without calls is empty.
struct ServiceBuckets
{
    std::string service;
    DateTime first;
    Ticks length{0};
    std::vector<UsageBucket> buckets;

    [[nodiscard]] DateTime startOf(std::size_t index) const
    {
        return first + Ticks(length.count() * static_cast<std::int64_t>(index));
    }
};

/// Every service that occurs, from the bucket of from up to, not including, to. A row counts once. prices may
/// be null.
[[nodiscard]] std::vector<ServiceBuckets> bucketsOf(const std::vector<UsageRow>& rows, DateTime from,
                                                    DateTime to, Ticks length, const PriceBook* prices);

} // namespace gatehouse::cost
