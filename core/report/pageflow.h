// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/canvas.h"
#include "core/report/pdfbytes.h"
#include "core/report/reportvalue.h"

#include <functional>
#include <vector>

namespace gatehouse::report {

/// What a report is drawn on.
struct Paper
{
    QPaintDevice& device;                   ///< whose resolution text is laid out with
    QPainter* painter;                      ///< null: nothing is drawn
    QSizeF size;                            ///< of a sheet, in points
    std::function<void()> newSheet = [] {}; ///< what is drawn from now on is on the next one
};

/// The sheets of a report: where the next block goes, when a new sheet begins, and what stands at the top and
/// bottom of each. Without a painter it only counts them. All lengths in points; used on one thread.
class PageFlow
{
public:
    /// sheets: how many there will be, for "page n of m".
    PageFlow(Paper paper, const Report& report, std::size_t sheets);

    [[nodiscard]] Canvas& canvas() { return m_canvas; }
    /// The same measures; draws nothing.
    [[nodiscard]] Canvas& measure() { return m_measure; }
    [[nodiscard]] double left() const;
    [[nodiscard]] double width() const;
    [[nodiscard]] QPointF at() const { return {left(), m_y}; }
    [[nodiscard]] std::size_t sheets() const { return m_sheet + 1; }
    [[nodiscard]] const std::vector<Bookmark>& bookmarks() const { return m_bookmarks; }

    /// From the top of a sheet to where its foot begins.
    [[nodiscard]] double sheetHeight() const;
    void advance(double height) { m_y += height; }
    [[nodiscard]] bool fits(double height) const { return m_y + height <= bottom(); }
    /// A new sheet unless that much room is left (or the sheet is new already).
    void need(double height);
    /// A new sheet, unless nothing stands on this one yet.
    void newSheet();
    void bookmark(const std::string& title, bool below);

    /// A heading with `room` for what follows on the same sheet.
    void heading(const std::string& title, double size, double room);
    /// Text that may go on over sheets, line by line of its own.
    void paragraph(const QString& text, const TextStyle& style, double indent = 0);

private:
    [[nodiscard]] double top() const;
    [[nodiscard]] double bottom() const;
    void frame();

    Paper m_paper;
    Canvas m_canvas;
    Canvas m_measure;
    const Report& m_report;
    std::size_t m_total;
    std::size_t m_sheet = 0;
    double m_y = 0;
    std::vector<Bookmark> m_bookmarks;
};

} // namespace gatehouse::report
