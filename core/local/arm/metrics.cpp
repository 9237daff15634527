// SPDX-License-Identifier: GPL-3.0-or-later
// Azure Monitor metrics (contracts §3.1), computed from the log rows.
#include "core/local/arm/metrics.h"

#include "core/base/encoding.h"
#include "core/local/arm/armcall.h"
#include "core/local/arm/metricsquery.h"
#include "core/local/arm/resourcestore.h"

#include <algorithm>
#include <map>

namespace gatehouse::local {

namespace {

/// The points of one combination of dimension values, by their position on the grid.
struct SeriesPoints
{
    std::vector<std::string> dimensions;
    std::map<std::int64_t, std::size_t> rows; // grid position → row of the answer
    double order = 0;                         // what series are sorted by
};

/// Kusto's bins are counted from year one, not from the start of the range.
DateTime gridStart(const MetricsQuery& query)
{
    if (!query.interval)
        return query.range.start;
    const std::int64_t step = query.interval->count();
    return DateTime{Ticks(query.range.start.sinceYearOne.count() / step * step)};
}

std::vector<SeriesPoints> gatherSeries(const Table& table, const MetricsQuery& query,
                                       const MetricDefinition& metric)
{
    std::map<std::string, SeriesPoints> byKey;
    const Column* bucket = table.find("Bucket");
    const Column* order = table.find(query.orderBy.empty() ? toLower(metric.primary) : query.orderBy);
    const DateTime start = gridStart(query);
    for (std::size_t row = 0; row < table.rowCount(); ++row) {
        std::vector<std::string> values;
        std::string key;
        for (const DimensionFilter& filter : query.filters) {
            values.push_back(table.find(filter.dimension)->displayAt(row));
            key += values.back() + "\n";
        }
        SeriesPoints& series = byKey[key];
        series.dimensions = std::move(values);
        const std::int64_t offset = bucket->integerAt(row) - start.sinceYearOne.count();
        series.rows[query.interval ? offset / query.interval->count() : 0] = row;
        series.order += order->numberAt(row);
    }
    std::vector<SeriesPoints> list;
    for (auto& [key, series] : byKey)
        list.push_back(std::move(series));
    if (query.hasFilter) {
        std::stable_sort(list.begin(), list.end(), [&query](const SeriesPoints& a, const SeriesPoints& b) {
            return query.ascending ? a.order < b.order : a.order > b.order;
        });
        list.resize(std::min(list.size(), query.top));
    }
    return list;
}

Json pointsOf(const SeriesPoints& series, const Table& table, const MetricsQuery& query,
              const std::vector<std::string>& aggregations)
{
    const DateTime start = gridStart(query);
    const Ticks step = query.interval.value_or(query.range.length());
    Json points = Json::array();
    std::int64_t position = 0;
    for (DateTime at = start; at < query.range.end; at += step, ++position) {
        // A point without rows has no values at all: a gap is not a zero (contracts §3.1).
        Json point = {{"timeStamp", formatDateTime(at)}};
        if (const auto found = series.rows.find(position); found != series.rows.end()) {
            for (const std::string& name : aggregations)
                point[name] = table.find(name)->numberAt(found->second);
        }
        points.push_back(std::move(point));
    }
    return points;
}

Json metadataOf(const SeriesPoints& series, const MetricsQuery& query)
{
    Json values = Json::array();
    for (std::size_t i = 0; i < query.filters.size(); ++i) {
        const std::string name = toLower(query.filters[i].dimension); // they come back in lower case
        values.push_back(
            {{"name", {{"value", name}, {"localizedValue", name}}}, {"value", series.dimensions[i]}});
    }
    return values;
}

Json metricBody(const MetricsQuery& query, const MetricDefinition& metric, const Resource& resource,
                const Table& table)
{
    std::vector<std::string> aggregations = query.aggregations;
    if (aggregations.empty())
        aggregations.push_back(toLower(metric.primary));
    std::vector<SeriesPoints> list = gatherSeries(table, query, metric);
    if (list.empty() && !query.hasFilter)
        list.emplace_back(); // without a split there is always one series, here one of gaps
    Json series = Json::array();
    for (const SeriesPoints& points : list) {
        Json entry = {{"metadatavalues", metadataOf(points, query)}};
        if (!query.metadataOnly)
            entry["data"] = pointsOf(points, table, query, aggregations);
        series.push_back(std::move(entry));
    }
    return {{"id", resource.id + "/providers/Microsoft.Insights/metrics/" + std::string(metric.name)},
            {"type", "Microsoft.Insights/metrics"},
            {"name", {{"value", metric.name}, {"localizedValue", metric.title}}},
            {"displayDescription", metric.title},
            {"unit", metric.unit},
            {"timeseries", std::move(series)},
            {"errorCode", "Success"}};
}

/// "East US" → "eastus"
std::string regionOf(const Resource& resource)
{
    std::string region = toLower(textAt(resource.body, "location"));
    std::erase(region, ' ');
    return region;
}

/// Monitor's own errors come without the "error" around them (contracts §3.1).
void answerMonitorError(ArmCall& call, int status, const std::string& code, const std::string& message)
{
    answerArm(call, status, {{"code", code}, {"message", message}});
}

} // namespace

void answerMetrics(ArmCall& call, const std::string& resourceId)
{
    const ResourcePtr resource = call.context.resources.get(resourceId);
    if (resource == nullptr)
        return answerArmError(call.exchange.response, 404, "ResourceNotFound", "The resource was not found.");
    const DateTime now = call.context.clock.now();
    const Result<MetricsQuery> query = parseMetricsQuery(call.exchange.request, *resource, now);
    if (!query)
        return answerMonitorError(call, 400, "BadRequest", query.error().message);
    Json values = Json::array();
    for (const MetricDefinition* metric : query->metrics) {
        kql::QueryOptions options;
        options.now = now;
        options.timespan = query->range;
        const Result<kql::Execution> done =
            kql::execute(metricKql(*query, *metric, *resource), call.context.logs, options);
        if (!done)
            return answerMonitorError(call, 500, "InternalServerError", done.error().message);
        values.push_back(metricBody(*query, *metric, *resource, done->answer.primary()));
    }
    answerArm(call, 200,
              {{"cost", 0},
               {"timespan", formatTimeRange(query->range)},
               {"interval", query->intervalText},
               {"namespace", resource->type},
               {"resourceregion", regionOf(*resource)},
               {"value", std::move(values)}});
}

} // namespace gatehouse::local
