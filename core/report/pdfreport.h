// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/reportvalue.h"

#include <QtGui/QImage>

#include <string>

namespace gatehouse::report {

enum class PaperSize : std::uint8_t { A4, Letter };

/// The report as a PDF for a manager: a page of summary, charts, tables, a page a team, definitions, sources.
/// The same report is the same bytes, in every process: the document's dates come from its as-of time and its
/// id from its content.
///
/// On any one thread; nothing is shared. Needs a QGuiApplication (the platform "offscreen" is enough, no
/// display), since without one Qt has no fonts and would end the process: then Internal. What check() refuses
/// is refused.
[[nodiscard]] Result<std::string> pdfReport(const Report& report, PaperSize paper = PaperSize::A4);

/// A sheet of the PDF as a picture.
struct Preview
{
    QImage image;
    std::size_t sheet = 0;  ///< from 0
    std::size_t sheets = 0; ///< of the whole PDF
};
/// Draws one sheet (the last one where there are not so many) as the PDF has it: the same lines on the same
/// sheets. On any one thread, refuses what pdfReport refuses.
[[nodiscard]] Result<Preview> previewOf(const Report& report, std::size_t sheet, double dotsPerInch,
                                        PaperSize paper = PaperSize::A4);

} // namespace gatehouse::report
