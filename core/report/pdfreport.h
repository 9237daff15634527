// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/reportvalue.h"

#include <string>

namespace gatehouse::report {

enum class Paper : std::uint8_t { A4, Letter };

/// The report as a PDF for a manager: a page of summary, charts, tables, a page a team, definitions, sources.
/// The same report is the same bytes, in every process: the document's dates come from its as-of time and its
/// id from its content.
///
/// On any one thread; nothing is shared. Needs a QGuiApplication (the platform "offscreen" is enough, no
/// display), since without one Qt has no fonts and would end the process: then Internal. What check() refuses
/// is refused.
[[nodiscard]] Result<std::string> pdfReport(const Report& report, Paper paper = Paper::A4);

} // namespace gatehouse::report
