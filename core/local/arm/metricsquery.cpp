// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/arm/metricsquery.h"

#include "core/base/encoding.h"
#include "core/local/arm/metrics.h"
#include "core/local/arm/resourcestore.h"

#include <algorithm>
#include <array>

namespace gatehouse::local {

namespace {

constexpr std::array<std::string_view, 8> Intervals = {"PT1M", "PT5M", "PT15M", "PT30M",
                                                       "PT1H", "PT6H", "PT12H", "P1D"};
constexpr std::array<std::string_view, 5> Aggregations = {"total", "average", "minimum", "maximum", "count"};
constexpr std::size_t MaxMetrics = 20;
constexpr std::size_t MaxTop = 1'000;
constexpr Ticks MaxRange = std::chrono::hours(24 * 93);
constexpr std::int64_t MaxPoints = 45'000; ///< a month of minutes

std::vector<std::string> splitList(const std::string& text)
{
    std::vector<std::string> items;
    std::string_view rest = text;
    while (!rest.empty()) {
        std::string_view item = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(rest.size(), item.size() + 1));
        while (!item.empty() && item.front() == ' ')
            item.remove_prefix(1);
        if (!item.empty())
            items.emplace_back(item);
    }
    return items;
}

tl::unexpected<Error> bad(std::string message)
{
    return fail(Error::Kind::InvalidInput, std::move(message));
}

Status readMetrics(const std::string& names, const Resource& resource, MetricsQuery& query)
{
    const std::span<const MetricDefinition> known = metricsOf(resource.type);
    if (known.empty())
        return bad("The resource type '" + resource.type + "' has no metrics.");
    std::vector<std::string> wanted = splitList(names);
    if (wanted.empty())
        wanted.emplace_back(known.front().name); // the service answers its first metric too
    if (wanted.size() > MaxMetrics)
        return bad("At most 20 metrics can be asked for in one call.");
    for (const std::string& name : wanted) {
        const auto found = std::find_if(known.begin(), known.end(), [&name](const MetricDefinition& metric) {
            return equalsIgnoreCase(metric.name, name);
        });
        if (found == known.end()) {
            std::string list;
            for (const MetricDefinition& metric : known) {
                if (!list.empty())
                    list += ",";
                list += metric.name;
            }
            return bad("Failed to find metric configuration for provider: " + resource.type +
                       ", metric: " + name + ". Valid metrics: " + list);
        }
        query.metrics.push_back(&*found);
    }
    return {};
}

Status readTimes(const httplib::Request& request, DateTime now, MetricsQuery& query)
{
    const std::string timespan = request.get_param_value("timespan");
    const auto range = timespan.empty() ? std::optional(TimeRange{now - Ticks(std::chrono::hours(1)), now})
                                        : parseTimeRange(timespan, now);
    if (!range || range->start >= range->end || range->length() > MaxRange)
        return bad("Invalid time range: give timespan as start/end with start before end, at most 93 days.");
    query.range = *range;
    query.intervalText = request.get_param_value("interval");
    if (query.intervalText.empty())
        query.intervalText = "PT1M";
    if (equalsIgnoreCase(query.intervalText, "FULL"))
        return {};
    if (std::find(Intervals.begin(), Intervals.end(), query.intervalText) == Intervals.end()) {
        if (!equalsIgnoreCase(request.get_param_value("AutoAdjustTimegrain"), "true"))
            return bad("Detected invalid time grain input: " + query.intervalText +
                       ". Supported: PT1M,PT5M,PT15M,PT30M,PT1H,PT6H,PT12H,P1D,FULL.");
        query.intervalText = "PT1H";
    }
    query.interval = parseIsoDuration(query.intervalText);
    if (query.range.length() / *query.interval > MaxPoints)
        return bad("The time range holds too many points of this time grain. Ask for a coarser one.");
    return {};
}

Status readFilter(const httplib::Request& request, MetricsQuery& query)
{
    const std::string text = request.get_param_value("$filter");
    if (text.empty())
        return {};
    auto filters = parseDimensionFilter(text);
    if (!filters)
        return bad("The filter is not valid. Write Dimension eq 'value' or Dimension eq '*', joined by and.");
    query.hasFilter = true;
    for (DimensionFilter& filter : *filters) {
        for (const MetricDefinition* metric : query.metrics) {
            const std::vector<std::string> known = splitList(std::string(metric->dimensions));
            const auto found = std::find_if(known.begin(), known.end(), [&filter](const std::string& name) {
                return equalsIgnoreCase(name, filter.dimension);
            });
            if (found == known.end())
                return bad("Metric: " + std::string(metric->name) +
                           " does not support requested dimension: " + filter.dimension +
                           ". Valid dimensions: " + std::string(metric->dimensions));
            filter.dimension = *found;
        }
    }
    query.filters = std::move(*filters);
    return {};
}

Status readShape(const httplib::Request& request, MetricsQuery& query)
{
    for (const std::string& name : splitList(toLower(request.get_param_value("aggregation")))) {
        if (std::find(Aggregations.begin(), Aggregations.end(), name) == Aggregations.end())
            return bad("Detected invalid aggregation input: " + name +
                       ". Supported: Total,Average,Minimum,Maximum,Count.");
        query.aggregations.push_back(name);
    }
    if (const std::string top = request.get_param_value("top"); !top.empty()) {
        const std::int64_t count = integerAt({{"top", top}}, "top");
        if (count < 1)
            return bad("The parameter top must be a whole number of at least 1.");
        query.top = std::min<std::size_t>(MaxTop, static_cast<std::size_t>(count));
    }
    const std::string order = toLower(request.get_param_value("orderby"));
    query.orderBy = order.substr(0, order.find(' '));
    query.ascending = order.size() > 4 && order.substr(order.size() - 4) == " asc";
    if (!query.orderBy.empty() &&
        std::find(Aggregations.begin(), Aggregations.end(), query.orderBy) == Aggregations.end())
        return bad("The parameter orderby must name an aggregation, such as total desc.");
    query.metadataOnly = equalsIgnoreCase(request.get_param_value("resultType"), "Metadata");
    return {};
}

/// A KQL string literal.
std::string kqlText(std::string_view text)
{
    std::string literal = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\')
            literal += '\\';
        if (static_cast<unsigned char>(c) >= 0x20)
            literal += c;
    }
    literal += '\'';
    return literal;
}

} // namespace

Result<MetricsQuery> parseMetricsQuery(const httplib::Request& request, const Resource& resource,
                                       DateTime now)
{
    MetricsQuery query;
    const std::string space = request.get_param_value("metricnamespace");
    if (!space.empty() && !equalsIgnoreCase(space, resource.type))
        return bad("The metric namespace '" + space + "' does not exist for this resource.");
    for (const Status& read :
         {readMetrics(request.get_param_value("metricnames"), resource, query),
          readTimes(request, now, query), readFilter(request, query), readShape(request, query)}) {
        if (!read)
            return fail(read.error());
    }
    return query;
}

std::string metricKql(const MetricsQuery& query, const MetricDefinition& metric, const Resource& resource)
{
    std::string kql = metricRows(metric.source, resource.name(), textAt(resource.body, "location"));
    kql += " | extend Value = " + std::string(metric.value) + " | where isnotnull(Value)";
    std::string by;
    for (const DimensionFilter& filter : query.filters) {
        by += ", " + filter.dimension;
        if (filter.values.size() == 1 && filter.values.front() == "*")
            continue;
        std::string list;
        for (const std::string& value : filter.values) {
            if (!list.empty())
                list += ", ";
            list += kqlText(value);
        }
        kql += " | where " + filter.dimension + (filter.negated ? " !in~ (" : " in~ (") + list + ")";
    }
    const std::string start = "datetime(" + formatDateTime(query.range.start) + ")";
    const std::string bucket =
        query.interval
            ? "bin(TimeGenerated, " + std::to_string(*query.interval / Ticks(std::chrono::minutes(1))) + "m)"
            : start;
    return kql + " | extend Bucket = " + bucket +
           " | summarize total = sum(Value), average = avg(Value), minimum = min(Value), maximum = "
           "max(Value), "
           "count = count() by Bucket" +
           by + " | order by Bucket asc";
}

} // namespace gatehouse::local
