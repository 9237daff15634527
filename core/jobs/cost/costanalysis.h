// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/cost.h"
#include "core/jobs/cost/costrows.h"

#include <vector>

namespace gatehouse::jobs {

/// What single rows say, beyond the sums that the ledger keeps. Taken together since all of it reads the same
/// rows once.
struct CostAnalysis
{
    std::optional<TimeRange> audited;
    cost::Completeness completeness;
    std::vector<cost::Fault> faults; ///< those that touch most calls first
    std::vector<cost::Anomaly> found;
};

struct AnalysisInput
{
    std::vector<cost::UsageRow>
        rows; ///< of the days before today, at least AnalysisDays where there are so many
    std::optional<CostCounts> counts; ///< empty: nobody asked
    TimeRange span;
    DateTime now;
    Ticks reportingDelay{0};
    std::int64_t unusable = 0;
    bool truncated = false;
};

/// Days of rows that are looked at: four weeks to learn from, and one to look for what is new.
inline constexpr int AnalysisDays = 35;

/// What anomalies are looked for in.
inline constexpr Ticks AnomalyBucket = std::chrono::hours(1);

[[nodiscard]] CostAnalysis analyse(const AnalysisInput& input, const cost::Ledger& ledger,
                                   const cost::ServiceFacts& facts);

} // namespace gatehouse::jobs
