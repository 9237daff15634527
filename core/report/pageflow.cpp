// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/pageflow.h"

#include "core/report/shown.h"

#include <QtCore/QStringList>

#include <algorithm>

namespace gatehouse::report {

namespace {

constexpr double Side = 42;
constexpr double HeadLine = 44; ///< of every sheet but the first, which has the title itself
constexpr double FootLine = 40; ///< from the lower edge
constexpr TextStyle FrameStyle{.size = 7.5, .colour = palette::Muted};

std::string joined(const std::vector<std::string>& texts)
{
    std::string all;
    for (const std::string& text : texts)
        all += (all.empty() ? "" : " · ") + plainText(text);
    return all;
}

} // namespace

PageFlow::PageFlow(Paper paper, const Report& report, std::size_t sheets)
    : m_paper(std::move(paper))
    , m_canvas(m_paper.device, m_paper.painter)
    , m_measure(m_paper.device, nullptr)
    , m_report(report)
    , m_total(sheets)
    , m_y(top())
{
    frame();
}

double PageFlow::left() const
{
    return Side;
}

double PageFlow::width() const
{
    return m_paper.size.width() - 2 * Side;
}

double PageFlow::top() const
{
    return m_sheet == 0 ? 40 : HeadLine + 16;
}

double PageFlow::bottom() const
{
    return m_paper.size.height() - FootLine - 12;
}

double PageFlow::sheetHeight() const
{
    return bottom() - (HeadLine + 16);
}

void PageFlow::need(double height)
{
    if (!fits(height))
        newSheet();
}

void PageFlow::newSheet()
{
    if (m_y <= top())
        return;
    ++m_sheet;
    m_paper.newSheet();
    m_y = top();
    frame();
}

void PageFlow::bookmark(const std::string& title, bool below)
{
    m_bookmarks.push_back({plainText(title), m_sheet, below});
}

void PageFlow::frame()
{
    const double right = left() + width();
    if (m_sheet > 0) {
        const QString range = fromText(periodText(m_report.period) + " · " + m_report.currency.code);
        const double rangeWidth = std::min(m_measure.textWidth(range, FrameStyle) + 2, width() * 0.5);
        const QString title = fromText(plainText(m_report.title) + " · " + plainText(m_report.company));
        m_canvas.text(QRectF(left(), HeadLine - 14, width() - rangeWidth - 12, 0), title, FrameStyle,
                      Align::Left, 1);
        m_canvas.text(QRectF(right - rangeWidth, HeadLine - 14, rangeWidth, 0), range, FrameStyle,
                      Align::Right, 1);
        m_canvas.line(QPointF(left(), HeadLine), QPointF(right, HeadLine), palette::Line, 0.6);
    }
    const double y = m_paper.size.height() - FootLine;
    m_canvas.line(QPointF(left(), y), QPointF(right, y), palette::Line, 0.6);
    const QString asOf = fromText("As of " + momentText(m_report.asOf));
    const QString page = QStringLiteral("Page %1 of %2").arg(m_sheet + 1).arg(m_total);
    const double asOfWidth = m_measure.textWidth(asOf, FrameStyle) + 2;
    const double pageWidth = m_measure.textWidth(page, FrameStyle) + 2;
    m_canvas.text(QRectF(left(), y + 5, asOfWidth, 0), asOf, FrameStyle);
    m_canvas.text(QRectF(right - pageWidth, y + 5, pageWidth, 0), page, FrameStyle, Align::Right);
    // What is sample data says so on every sheet, since sheets are passed on one by one.
    m_canvas.text(QRectF(left() + asOfWidth + 12, y + 5, width() - asOfWidth - pageWidth - 24, 0),
                  fromText(joined(m_report.notes)), FrameStyle, Align::Centre, 1);
}

void PageFlow::heading(const std::string& title, double size, double room)
{
    const TextStyle style{.size = size, .bold = true};
    const QString text = fromText(plainText(title));
    const double height = m_measure.textHeight(text, style, width(), 3);
    need(height + 6 + room);
    m_canvas.text(QRectF(left(), m_y, width(), 0), text, style, Align::Left, 3);
    advance(height + 6);
}

void PageFlow::paragraph(const QString& text, const TextStyle& style, double indent)
{
    for (const QString& line : text.split(QLatin1Char('\n'))) {
        // A line longer than a sheet is drawn in pieces that fit.
        for (qsizetype from = 0; from == 0 || from < line.size(); from += 2000) {
            const QString piece = line.mid(from, 2000);
            const double height = m_measure.textHeight(piece, style, width() - indent);
            need(height);
            m_canvas.text(QRectF(left() + indent, m_y, width() - indent, 0), piece, style);
            advance(height);
        }
    }
}

} // namespace gatehouse::report
