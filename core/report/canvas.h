// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/palette.h"

#include <QtCore/QRectF>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtGui/QFont>
#include <QtGui/QPaintDevice>
#include <QtGui/QPainter>

#include <map>
#include <string>
#include <tuple>

namespace gatehouse::report {

/// How a piece of text looks. size in points.
struct TextStyle
{
    double size = 9;
    QRgb colour = palette::Text;
    bool bold = false;
    bool code = false; ///< of fixed width
};

enum class Align : std::uint8_t { Left, Right, Centre };

[[nodiscard]] QString fromText(const std::string& text);

/// Draws on a page in points (1/72 inch) from its upper left corner, whatever the device's resolution is.
/// Without a painter nothing is drawn, but every height comes out the same: so pages are counted before they
/// are drawn. On one thread at a time, any; device and painter must outlive it.
class Canvas
{
public:
    Canvas(QPaintDevice& device, QPainter* painter);

    /// The height of the text in that width. Lines break between words, and within a word that is wider.
    /// maxLines: 0 is any number; what does not fit ends with "…".
    [[nodiscard]] double textHeight(const QString& text, const TextStyle& style, double width,
                                    int maxLines = 0) const;
    /// The width of a single line.
    [[nodiscard]] double textWidth(const QString& text, const TextStyle& style) const;
    [[nodiscard]] double lineHeight(const TextStyle& style) const;
    /// Draws the text at the top of the place and answers its height.
    double text(const QRectF& place, const QString& text, const TextStyle& style, Align align = Align::Left,
                int maxLines = 0);
    void fill(const QRectF& place, QRgb colour, double opacity = 1);
    /// Slanted lines over the place, for what is estimated.
    void hatch(const QRectF& place);
    void line(QPointF from, QPointF to, QRgb colour, double width, bool dashed = false);
    void polyline(const QPolygonF& points, QRgb colour, double width, bool dashed = false);
    void area(const QPolygonF& points, QRgb colour, double opacity);

private:
    [[nodiscard]] const QFont& font(const TextStyle& style) const;
    double layOut(const QRectF& place, const QString& text, const TextStyle& style, Align align, int maxLines,
                  bool draw) const;
    [[nodiscard]] QRectF dots(const QRectF& place) const;

    QPaintDevice& m_device;
    QPainter* m_painter;
    double m_scale; ///< dots of the device a point
    QStringList m_families;
    /// By size and cut. A font keeps what was looked up for it, which takes longer than to lay out a line.
    mutable std::map<std::tuple<double, bool, bool>, QFont> m_fonts;
};

} // namespace gatehouse::report
