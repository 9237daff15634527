// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace gatehouse::local {

/// The log rows that a metric is computed from.
enum class MetricSource {
    Attempts, ///< AppDependencies: what an account sees; a request that failed over counts in two of them
    Tokens,   ///< LlmLog rows of the requests that the account answered
    Gateway   ///< GatewayLogs
};

/// A metric of contracts §3.2 or §3.3. value is KQL over the source's rows that says what to aggregate; rows
/// where it is null do not count.
struct MetricDefinition
{
    std::string_view name;
    std::string_view title;
    std::string_view unit;
    std::string_view primary;    ///< "Total" or "Average"
    std::string_view dimensions; ///< joined by ","
    MetricSource source;
    std::string_view value;
};

/// KQL that yields TimeGenerated and the dimensions for a resource of this name and location.
[[nodiscard]] std::string metricRows(MetricSource source, const std::string& resourceName,
                                     const std::string& location);

/// The metrics of a resource type; empty for a type without any.
[[nodiscard]] std::span<const MetricDefinition> metricsOf(std::string_view resourceType);

} // namespace gatehouse::local
