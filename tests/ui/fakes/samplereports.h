// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/health.h"
#include "core/usage/usage.h"

#include <memory>
#include <vector>

namespace gatehouse::test {

/// Ten services, four models or three backends with a daily rhythm, one of them mostly estimated; sums are
/// exact. hostile names every label as markup.
[[nodiscard]] std::shared_ptr<const usage::Report>
sampleReport(usage::Dimension dimension, TimeRange range, const std::vector<usage::Filter>& filters = {},
             bool hostile = false);

/// Three regions; East US open since 12 s with a history of trips, a disagreement at West Europe.
[[nodiscard]] std::shared_ptr<const gateway::HealthReport> sampleHealth(TimeRange range,
                                                                        bool hostile = false);

} // namespace gatehouse::test
