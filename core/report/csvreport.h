// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/reportvalue.h"

#include <string>

namespace gatehouse::report {

/// A table of the report as CSV (RFC 4180, UTF-8, CRLF), by its id; the raw rows have theirs as well. Values
/// are exact: amounts with all their digits, dates as 2026-11-26, unknown as nothing. Text that a spreadsheet
/// would take for a formula gets an apostrophe in front. The total row is left out, so that adding a column
/// up counts nothing twice. NotFound without such a table. Any thread.
[[nodiscard]] Result<std::string> csvTable(const Report& report, const std::string& id);

/// Everything in one file: the columns of all tables side by side, each once, behind "Table" and "Page",
/// which say where a line belongs. What the report says of itself (period, currency, as-of time, notes,
/// figures) are lines of the table "report".
[[nodiscard]] Result<std::string> csvReport(const Report& report);

} // namespace gatehouse::report
