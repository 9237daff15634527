// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/cost.h"
#include "core/jobs/cost/costanalysis.h"
#include "core/jobs/cost/costnotes.h"

namespace gatehouse::jobs {

struct ReportInput
{
    std::string company;
    DateTime asOf;
    CostQuestion question; ///< with its range
    std::vector<BookedCall> calls;
    bool callsCut = false;          ///< there are more than are listed
    std::vector<std::string> notes; ///< what went wrong while the log was read
};

/// What a report shows of whole days: the month until the day before asOf where the question names no range,
/// and never a day that was not over then.
[[nodiscard]] cost::DayRange reportRange(const CostQuestion& question, cost::Day asOf);

/// The report of a question as a value: summary, charts, a table a grouping, a page a team, definitions and
/// sources. Of the same ledger and the same as-of time it is the same value.
[[nodiscard]] report::Report reportOf(const cost::Ledger& ledger, const CostNotes& notes,
                                      const CostAnalysis& analysis, const ReportInput& input);

} // namespace gatehouse::jobs
