// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/reportvalue.h"

#include <cstddef>
#include <string>

namespace gatehouse::report {

struct XlsxOptions
{
    /// Of data; a longer table goes on in a second sheet ("Rows 2"), with its total on the last. The format
    /// itself ends at 1,048,576 rows, two of which are the heads and the total.
    std::size_t rowsPerSheet = 1'048'574;
};

/// The report as a workbook: Summary, a sheet a grouping table, Rows, Definitions, Sources. Totals are SUM
/// formulas and shares are quotients, both with their values beside them, so that readers which do not
/// compute show them too. Text is never a formula. The same report is the same bytes.
///
/// A cell of a spreadsheet is a double. An amount of at most 15 significant digits is carried exactly; where
/// a column has any longer one, a second column of text, named "…, exact", holds every digit, and the sheet
/// Definitions says so.
///
/// Works in a temporary directory of its own, which is gone afterwards. Any thread; needs no application
/// object. InvalidInput where a table needs more than 200 sheets or 16,000 columns; Storage where the disk is
/// full.
[[nodiscard]] Result<std::string> xlsxReport(const Report& report, const XlsxOptions& options = {});

/// Whether a spreadsheet's number holds exactly this many pico units (or this count, in whole = true).
[[nodiscard]] bool carriedExactly(Int128 value, bool whole);

} // namespace gatehouse::report
