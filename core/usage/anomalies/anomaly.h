// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/anomalies/buckets.h"

#include <optional>
#include <string>
#include <vector>

namespace gatehouse::cost {

enum class AnomalyKind : std::uint8_t {
    Launch,        ///< more calls
    RetryStorm,    ///< more attempts for each call
    LongerPrompts, ///< more tokens in each call
    ModelSwitch,   ///< another model does the work
    NoData         ///< nothing came where much should have
};
[[nodiscard]] std::string_view labelOf(AnomalyKind kind);

struct AnomalyRule
{
    double least = 1.8;      ///< times what is expected, below which nothing is told
    double deviations = 4.5; ///< of the service's own noise, likewise
    int learningDays = 7;    ///< before which nothing is told of a service
    double silentCalls = 20; ///< calls that must have been expected, and did not come, to speak of no data
    std::chrono::minutes silentFor{60};
};

/// Something that is not as it was, in one complete bucket.
struct Anomaly
{
    AnomalyKind kind = AnomalyKind::Launch;
    std::string service; ///< "" for NoData of all services at once
    std::string model;   ///< that grew most
    std::string caller;  ///< that grew most
    bool newCaller = false;
    DateTime start; ///< of the bucket
    Ticks length{0};
    double value = 0;    ///< tokens; ModelSwitch that only costs more: units of the currency; NoData: 0
    double expected = 0; ///< likewise; NoData: calls
    bool byCost = false; ///< value and expected are amounts
    bool operator==(const Anomaly&) const = default;
};

/// What a bucket of a service should have, from the same times of the days before; empty while it is learned.
struct Expectation
{
    double tokens = 0;
    double cost = 0;
    double requests = 0;
    double tokenNoise = 0; ///< a standard deviation of tokens
    double costNoise = 0;
};
[[nodiscard]] std::optional<Expectation> expectationOf(const ServiceBuckets& service, std::size_t index,
                                                       const AnomalyRule& rule);

/// Looks at one complete bucket of a service. Only what came before it is known.
[[nodiscard]] std::optional<Anomaly> lookAt(const ServiceBuckets& service, std::size_t index,
                                            const AnomalyRule& rule);

/// Looks at the last bucket of all services, which must be complete: nothing of it may still be on its way.
/// When no service has anything where much was expected, that is said once, and nothing of single services.
[[nodiscard]] std::vector<Anomaly> lookAtLast(const std::vector<ServiceBuckets>& services,
                                              const AnomalyRule& rule);

} // namespace gatehouse::cost
