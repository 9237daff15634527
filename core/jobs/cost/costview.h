// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/cost/costanalysis.h"
#include "core/jobs/cost/costnotes.h"

namespace gatehouse::jobs {

/// A question with its range filled in: this month until today where it names none.
[[nodiscard]] CostQuestion withRange(CostQuestion question, cost::Day today);

/// What was found, with what is snoozed and what was told.
[[nodiscard]] cost::AlertList alertsOf(const CostNotes& notes, const CostAnalysis& analysis);

/// What of a view does not depend on its grouping, step and range. It takes as long as all the rest, so it is
/// kept between views; holds while the ledger and the facts are the same.
struct ForecastPart
{
    bool known = false;
    cost::Day today;
    std::vector<cost::CostFilter> filters;
    cost::DailySeries daily;
    std::optional<cost::Forecast> forecast;
    std::optional<double> straightLine;
    std::optional<ForecastProof> proof;
};

/// The answer to a question from the ledger's sums: everything but what was read of the log. Fast enough to
/// be worked out anew for every change of the question. kept: of the view before, or of this one afterwards.
[[nodiscard]] std::shared_ptr<CostView> viewOf(const cost::Ledger& ledger, const CostNotes& notes,
                                               const CostQuestion& question, const CostAnalysis& analysis,
                                               DateTime now, ForecastPart& kept);

} // namespace gatehouse::jobs
