// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/armclient.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::azure {

struct MetricsQuery
{
    std::string resourceId;
    std::vector<std::string> names; ///< at most 20
    std::string metricNamespace;
    TimeRange range;
    Ticks interval{0};                     ///< 0: the service decides
    std::vector<std::string> aggregations; ///< "Total", "Average", …
    std::string filter;                    ///< "ModelDeploymentName eq '*'"; "" does not split
    int top = 100;                         ///< series, with a filter
};

/// One point; an aggregation that the service left out is a gap, not 0 (contracts §3.1).
struct MetricPoint
{
    DateTime time;
    std::optional<double> total;
    std::optional<double> average;
    std::optional<double> minimum;
    std::optional<double> maximum;
    std::optional<double> count;
};

struct MetricSeries
{
    std::map<std::string, std::string> dimensions; ///< names in lower case, as the service answers
    std::vector<MetricPoint> points;
};

struct Metric
{
    std::string name;
    std::string unit;
    std::string errorCode; ///< "" or "Success"; anything else is about this metric alone
    std::string errorMessage;
    std::vector<MetricSeries> series;
};

struct MetricsAnswer
{
    Ticks interval{0}; ///< may differ from the one asked for
    std::vector<Metric> metrics;
};

struct MetricDefinition
{
    std::string name;
    std::string unit;
    std::string primaryAggregation;
    std::vector<std::string> dimensions;
};

/// Azure Monitor metrics through ARM (contracts §3). Main thread.
class MetricsClient final : public QObject
{
public:
    explicit MetricsClient(ArmClient& arm, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<MetricsAnswer>> metrics(const MetricsQuery& query, std::stop_token stop);
    /// Which metrics the resource has; accounts differ.
    [[nodiscard]] QFuture<Result<std::vector<MetricDefinition>>> definitions(const std::string& resourceId,
                                                                             std::stop_token stop);

private:
    ArmClient& m_arm;
};

/// The body of an answer of status 200.
[[nodiscard]] Result<MetricsAnswer> readMetrics(const Json& body);

} // namespace gatehouse::azure
