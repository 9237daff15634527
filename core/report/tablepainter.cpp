// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/tablepainter.h"

#include "core/report/shown.h"

#include <QtCore/QStringList>

#include <algorithm>
#include <numeric>

namespace gatehouse::report {

namespace {

constexpr double Gap = 10;       ///< between columns
constexpr double RowSpace = 3;   ///< above and below a row's text
constexpr double LeastText = 70; ///< width of a column of names
constexpr double WidestHead = 80;
constexpr double SmallestSize = 5.5;

} // namespace

TablePainter::TablePainter(const Canvas& canvas, const Table& table, const Currency& currency, double width)
    : m_canvas(canvas)
    , m_table(table)
    , m_width(width)
{
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const Column& column = table.columns[i];
        const bool money = column.type == ColumnType::Money;
        m_heads.push_back(fromText(plainText(column.title) + (money ? " (" + currency.code + ")" : "")));
        std::vector<QString> texts;
        for (const std::string& text : shownColumn(table, i, currency))
            texts.push_back(fromText(text));
        m_texts.push_back(std::move(texts));
    }
    while (!fit(m_size) && m_size > SmallestSize)
        m_size -= 0.5;
}

double TablePainter::headWord(std::size_t column, double size) const
{
    double widest = 0;
    for (const QString& word : m_heads[column].split(QLatin1Char(' ')))
        widest = std::max(widest, m_canvas.textWidth(word, {.size = size, .bold = true}));
    return widest;
}

double TablePainter::naturalWidth(std::size_t column, double size) const
{
    double widest = headWord(column, size);
    for (const QString& text : m_texts[column])
        widest = std::max(widest, m_canvas.textWidth(text, {.size = size, .bold = true}));
    return widest + 1;
}

bool TablePainter::fit(double size)
{
    std::vector<double> natural;
    double fixed = Gap * static_cast<double>(m_heads.size());
    double names = 0;
    std::size_t nameColumns = 0;
    for (std::size_t i = 0; i < m_heads.size(); ++i) {
        natural.push_back(naturalWidth(i, size));
        const bool name = m_table.columns[i].type == ColumnType::Text;
        (name ? names : fixed) += natural.back();
        nameColumns += name ? 1 : 0;
    }
    m_widths.clear();
    // What names leave over goes to heads that would break into lines.
    for (std::size_t i = 0; i < m_heads.size() && nameColumns > 0; ++i) {
        const double wanted =
            std::min(m_canvas.textWidth(m_heads[i], {.size = size, .bold = true}) + 1, WidestHead);
        const double more = std::clamp(wanted - natural[i], 0.0, std::max(0.0, m_width - fixed - names));
        if (m_table.columns[i].type != ColumnType::Text) {
            natural[i] += more;
            fixed += more;
        }
    }
    const double room = m_width - fixed;
    const bool fits = room >= std::min(names, LeastText * static_cast<double>(nameColumns));
    const double total = std::accumulate(natural.begin(), natural.end(), 0.0);
    for (std::size_t i = 0; i < natural.size(); ++i) {
        if (!fits)
            m_widths.push_back(Gap +
                               natural[i] / total * (m_width - Gap * static_cast<double>(natural.size())));
        else if (m_table.columns[i].type == ColumnType::Text)
            m_widths.push_back(Gap + (names > 0 ? natural[i] / names * room : 0));
        else
            m_widths.push_back(Gap + natural[i] +
                               (nameColumns == 0 ? room / static_cast<double>(natural.size()) : 0));
    }
    return fits;
}

TextStyle TablePainter::style(std::size_t row) const
{
    return {.size = m_size, .bold = isTotal(row)};
}

Align TablePainter::align(std::size_t column) const
{
    const ColumnType type = m_table.columns[column].type;
    return type == ColumnType::Text || type == ColumnType::Date ? Align::Left : Align::Right;
}

int TablePainter::mostLines(std::size_t column) const
{
    return m_table.columns[column].type == ColumnType::Text ? 3 : 0;
}

double TablePainter::headHeight() const
{
    double height = 0;
    for (std::size_t i = 0; i < m_heads.size(); ++i)
        height = std::max(
            height, m_canvas.textHeight(m_heads[i], {.size = m_size, .bold = true}, m_widths[i] - Gap, 4));
    return height + 2 * RowSpace;
}

double TablePainter::rowHeight(std::size_t row) const
{
    double height = 0;
    for (std::size_t i = 0; i < m_heads.size(); ++i)
        height = std::max(height,
                          m_canvas.textHeight(m_texts[i][row], style(row), m_widths[i] - Gap, mostLines(i)));
    return std::max(height, m_canvas.lineHeight(style(row))) + 2 * RowSpace;
}

void TablePainter::drawHead(Canvas& canvas, QPointF at) const
{
    const double height = headHeight();
    canvas.fill(QRectF(at.x(), at.y(), m_width, height), palette::Panel);
    double x = at.x() + Gap / 2;
    for (std::size_t i = 0; i < m_heads.size(); ++i) {
        const TextStyle head{.size = m_size, .colour = palette::Muted, .bold = true};
        const double own = m_canvas.textHeight(m_heads[i], head, m_widths[i] - Gap, 4);
        canvas.text(QRectF(x, at.y() + height - RowSpace - own, m_widths[i] - Gap, 0), m_heads[i], head,
                    align(i), 4);
        x += m_widths[i];
    }
    canvas.line(QPointF(at.x(), at.y() + height), QPointF(at.x() + m_width, at.y() + height),
                palette::LineStrong, 0.7);
}

void TablePainter::drawRow(Canvas& canvas, std::size_t row, QPointF at) const
{
    const double height = rowHeight(row);
    if (isTotal(row))
        canvas.line(at, QPointF(at.x() + m_width, at.y()), palette::Text, 0.8);
    double x = at.x() + Gap / 2;
    for (std::size_t i = 0; i < m_heads.size(); ++i) {
        canvas.text(QRectF(x, at.y() + RowSpace, m_widths[i] - Gap, 0), m_texts[i][row], style(row), align(i),
                    mostLines(i));
        x += m_widths[i];
    }
    if (!isTotal(row))
        canvas.line(QPointF(at.x(), at.y() + height), QPointF(at.x() + m_width, at.y() + height),
                    palette::Line, 0.5);
}

} // namespace gatehouse::report
