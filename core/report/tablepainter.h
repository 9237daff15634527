// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/canvas.h"
#include "core/report/reportvalue.h"

#include <vector>

namespace gatehouse::report {

/// Lays a table out in a width and draws it row by row, so that its caller decides where pages end. Type gets
/// smaller before a number is broken; names wrap to three lines and then end with "…". Rows count from 0, the
/// last is the total where there is one. table must outlive it; on one thread.
class TablePainter
{
public:
    TablePainter(const Canvas& canvas, const Table& table, const Currency& currency, double width);

    [[nodiscard]] std::size_t rowCount() const { return m_table.rows.size() + (m_table.total ? 1 : 0); }
    [[nodiscard]] double headHeight() const;
    [[nodiscard]] double rowHeight(std::size_t row) const;
    void drawHead(Canvas& canvas, QPointF at) const;
    void drawRow(Canvas& canvas, std::size_t row, QPointF at) const;

private:
    [[nodiscard]] bool isTotal(std::size_t row) const { return row == m_table.rows.size(); }
    [[nodiscard]] TextStyle style(std::size_t row) const;
    [[nodiscard]] Align align(std::size_t column) const;
    [[nodiscard]] int mostLines(std::size_t column) const;
    [[nodiscard]] double naturalWidth(std::size_t column, double size) const;
    [[nodiscard]] double headWord(std::size_t column, double size) const;
    [[nodiscard]] bool fit(double size);

    const Canvas& m_canvas;
    const Table& m_table;
    double m_width;
    double m_size = 8.5;
    std::vector<QString> m_heads;
    std::vector<std::vector<QString>> m_texts; ///< a column each
    std::vector<double> m_widths;              ///< with the space between columns
};

} // namespace gatehouse::report
