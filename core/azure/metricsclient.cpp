// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/azure/metricsclient.h"

#include "core/http/deferred.h"

namespace gatehouse::azure {

namespace {

constexpr const char* MetricsApiVersion = "2024-02-01";
constexpr std::size_t MaxNames = 20;

std::string joined(const std::vector<std::string>& parts)
{
    std::string text;
    for (const std::string& part : parts) {
        if (!text.empty())
            text += ',';
        // A comma inside a name is written %2 (contracts §3.1).
        for (const char c : part)
            text += c == ',' ? std::string("%2") : std::string(1, c);
    }
    return text;
}

std::optional<double> numberAt(const Json& point, std::string_view key)
{
    const Json& value = memberAt(point, key);
    return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

std::optional<MetricPoint> readPoint(const Json& object)
{
    const std::optional<DateTime> time = parseDateTime(textAt(object, "timeStamp"));
    if (!time)
        return std::nullopt;
    return MetricPoint{*time,
                       numberAt(object, "total"),
                       numberAt(object, "average"),
                       numberAt(object, "minimum"),
                       numberAt(object, "maximum"),
                       numberAt(object, "count")};
}

MetricSeries readSeries(const Json& object)
{
    MetricSeries series;
    for (const Json& item : memberAt(object, "metadatavalues"))
        series.dimensions[toLower(textAt(memberAt(item, "name"), "value"))] = textAt(item, "value");
    for (const Json& item : memberAt(object, "data")) {
        if (auto point = readPoint(item))
            series.points.push_back(*point);
    }
    return series;
}

Metric readMetric(const Json& object)
{
    Metric metric;
    metric.name = textAt(memberAt(object, "name"), "value");
    metric.unit = textAt(object, "unit");
    metric.errorCode = textAt(object, "errorCode");
    metric.errorMessage = textAt(object, "errorMessage");
    for (const Json& item : memberAt(object, "timeseries"))
        metric.series.push_back(readSeries(item));
    return metric;
}

MetricDefinition readDefinition(const Json& object)
{
    MetricDefinition definition;
    definition.name = textAt(memberAt(object, "name"), "value");
    definition.unit = textAt(object, "unit");
    definition.primaryAggregation = textAt(object, "primaryAggregationType");
    for (const Json& item : memberAt(object, "dimensions"))
        definition.dimensions.push_back(textAt(item, "value"));
    return definition;
}

ArmPath pathFor(const MetricsQuery& query)
{
    ArmPath path{query.resourceId + "/providers/Microsoft.Insights/metrics", MetricsApiVersion, {}, {}};
    path.query = {{"metricnames", joined(query.names)}, {"timespan", formatTimeRange(query.range)}};
    if (!query.metricNamespace.empty())
        path.query.emplace_back("metricnamespace", query.metricNamespace);
    if (query.interval.count() > 0)
        path.query.emplace_back("interval", formatIsoDuration(query.interval));
    if (!query.aggregations.empty())
        path.query.emplace_back("aggregation", joined(query.aggregations));
    if (!query.filter.empty()) {
        path.query.emplace_back("$filter", query.filter);
        path.query.emplace_back("top", std::to_string(query.top));
    }
    return path;
}

} // namespace

Result<MetricsAnswer> readMetrics(const Json& body)
{
    const Json& value = memberAt(body, "value");
    if (!value.is_array())
        return fail(Error::Kind::Protocol, "The answer of Azure Monitor cannot be read.",
                    "Try again in a moment.");
    MetricsAnswer answer;
    answer.interval = parseIsoDuration(textAt(body, "interval")).value_or(Ticks(0));
    for (const Json& item : value)
        answer.metrics.push_back(readMetric(item));
    return answer;
}

MetricsClient::MetricsClient(ArmClient& arm, QObject* parent)
    : QObject(parent)
    , m_arm(arm)
{}

QFuture<Result<MetricsAnswer>> MetricsClient::metrics(const MetricsQuery& query, std::stop_token stop)
{
    if (query.names.empty() || query.names.size() > MaxNames) {
        return http::settledFuture<MetricsAnswer>(
            fail(Error::Kind::InvalidInput, "Between 1 and 20 metrics can be asked for at once."));
    }
    return m_arm.get(pathFor(query), std::move(stop))
        .then(this, [](const Result<ArmResource>& resource) -> Result<MetricsAnswer> {
            if (!resource)
                return fail(resource.error());
            return readMetrics(resource->body);
        });
}

QFuture<Result<std::vector<MetricDefinition>>> MetricsClient::definitions(const std::string& resourceId,
                                                                          std::stop_token stop)
{
    return m_arm
        .list({resourceId + "/providers/Microsoft.Insights/metricDefinitions", MetricsApiVersion, {}, {}},
              std::move(stop))
        .then(this, [](const Result<std::vector<Json>>& items) -> Result<std::vector<MetricDefinition>> {
            if (!items)
                return fail(items.error());
            std::vector<MetricDefinition> definitions;
            for (const Json& item : *items)
                definitions.push_back(readDefinition(item));
            return definitions;
        });
}

} // namespace gatehouse::azure
