// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/base/result.h"
#include "core/local/arm/filter.h"

#include <httplib.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

struct Resource;
struct MetricDefinition;

/// What a call of .../metrics asks (contracts §3.1), checked.
struct MetricsQuery
{
    std::vector<const MetricDefinition*> metrics;
    TimeRange range;
    std::optional<Ticks> interval; ///< empty: FULL, one point
    std::string intervalText;
    std::vector<std::string> aggregations; ///< lower case: "total", …; empty: each metric's own
    std::vector<DimensionFilter> filters;
    bool hasFilter = false;
    std::size_t top = 10;
    std::string orderBy; ///< aggregation that series are sorted by, falling unless ascending
    bool ascending = false;
    bool metadataOnly = false;
};

/// InvalidInput, in the words of the service, for what cannot be answered.
[[nodiscard]] Result<MetricsQuery> parseMetricsQuery(const httplib::Request& request,
                                                     const Resource& resource, DateTime now);

/// The KQL that computes one metric: TimeGenerated, the dimensions, Total, Average, Minimum, Maximum, Count.
[[nodiscard]] std::string metricKql(const MetricsQuery& query, const MetricDefinition& metric,
                                    const Resource& resource);

} // namespace gatehouse::local
