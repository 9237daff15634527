// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/canvas.h"

#include <QtGui/QFontDatabase>
#include <QtGui/QFontMetricsF>
#include <QtGui/QTextLayout>

#include <algorithm>
#include <cmath>

namespace gatehouse::report {

namespace {

/// The face of documents. Not the desktop's: the same report must be the same bytes for everybody. DejaVu
/// Sans has the scripts and shapes that the others lack.
QStringList textFamilies()
{
    for (const char* const candidate : {"Roboto", "Noto Sans", "Segoe UI", "Liberation Sans"}) {
        if (QFontDatabase::hasFamily(QLatin1StringView(candidate)))
            return {QLatin1StringView(candidate), QStringLiteral("DejaVu Sans")};
    }
    return {QStringLiteral("DejaVu Sans")};
}

QStringList codeFamilies()
{
    return {QStringLiteral("DejaVu Sans Mono"), QStringLiteral("Noto Sans Mono"),
            QStringLiteral("Liberation Mono"), QStringLiteral("DejaVu Sans")};
}

Qt::Alignment alignment(Align align)
{
    switch (align) {
    case Align::Right:
        return Qt::AlignRight | Qt::AlignAbsolute;
    case Align::Centre:
        return Qt::AlignHCenter;
    case Align::Left:
        break;
    }
    return Qt::AlignLeft | Qt::AlignAbsolute;
}

/// Lays out in lines of that width and answers how many there are, at most maxLines (0: any).
int breakLines(QTextLayout& layout, double width, int maxLines)
{
    int count = 0;
    double y = 0;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width);
        line.setPosition(QPointF(0, y));
        y += line.height();
        if (++count == maxLines)
            break;
    }
    layout.endLayout();
    return count;
}

void prepare(QTextLayout& layout, Align align)
{
    QTextOption option(alignment(align));
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    option.setUseDesignMetrics(true);
    layout.setTextOption(option);
    layout.setCacheEnabled(true);
}

double heightOf(const QTextLayout& layout)
{
    const QTextLine last = layout.lineAt(layout.lineCount() - 1);
    return last.isValid() ? last.y() + last.height() : 0;
}

} // namespace

QString fromText(const std::string& text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

Canvas::Canvas(QPaintDevice& device, QPainter* painter)
    : m_device(device)
    , m_painter(painter)
    , m_scale(device.logicalDpiX() / 72.0)
    , m_families(textFamilies())
{}

const QFont& Canvas::font(const TextStyle& style) const
{
    const auto key = std::make_tuple(style.size, style.bold, style.code);
    if (const auto known = m_fonts.find(key); known != m_fonts.end())
        return known->second;
    QFont font;
    font.setFamilies(style.code ? codeFamilies() : m_families);
    font.setStyleHint(style.code ? QFont::Monospace : QFont::SansSerif);
    font.setPointSizeF(style.size);
    font.setWeight(style.bold ? QFont::Bold : QFont::Normal);
    font.setHintingPreference(QFont::PreferNoHinting);
    return m_fonts.emplace(key, QFont(font, &m_device)).first->second;
}

double Canvas::layOut(const QRectF& place, const QString& text, const TextStyle& style, Align align,
                      int maxLines, bool draw) const
{
    QString lines = text;
    lines.replace(QLatin1Char('\n'), QChar::LineSeparator);
    const QFont& face = font(style);
    const double width = std::max(place.width(), 1.0) * m_scale;
    QTextLayout layout(lines, face, &m_device);
    prepare(layout, align);
    const int count = breakLines(layout, width, maxLines);
    const QTextLine last = layout.lineAt(count - 1);
    if (last.isValid() && last.textStart() + last.textLength() < lines.size()) {
        const QFontMetricsF metrics(face, &m_device);
        // A hair narrower than the line, so that rounding never breaks the shortened text again.
        const QString rest =
            metrics.elidedText(lines.mid(last.textStart()).replace(QChar::LineSeparator, QLatin1Char(' ')),
                               Qt::ElideRight, width * 0.98);
        layout.setText(lines.left(last.textStart()) + rest);
        breakLines(layout, width, maxLines);
    }
    if (draw) {
        m_painter->setPen(QColor::fromRgb(style.colour));
        layout.draw(m_painter, place.topLeft() * m_scale);
    }
    return heightOf(layout) / m_scale;
}

double Canvas::textHeight(const QString& text, const TextStyle& style, double width, int maxLines) const
{
    return layOut(QRectF(0, 0, width, 0), text, style, Align::Left, maxLines, false);
}

double Canvas::textWidth(const QString& text, const TextStyle& style) const
{
    QTextLayout layout(text, font(style), &m_device);
    prepare(layout, Align::Left);
    layout.beginLayout();
    QTextLine line = layout.createLine();
    double width = 0;
    if (line.isValid()) {
        line.setLineWidth(1e7);
        width = line.naturalTextWidth();
    }
    layout.endLayout();
    return std::ceil(width) / m_scale;
}

double Canvas::lineHeight(const TextStyle& style) const
{
    return textHeight(QStringLiteral("X"), style, 1000);
}

double Canvas::text(const QRectF& place, const QString& text, const TextStyle& style, Align align,
                    int maxLines)
{
    return layOut(place, text, style, align, maxLines, m_painter != nullptr);
}

QRectF Canvas::dots(const QRectF& place) const
{
    return {place.topLeft() * m_scale, place.size() * m_scale};
}

void Canvas::fill(const QRectF& place, QRgb colour, double opacity)
{
    if (m_painter == nullptr)
        return;
    QColor brush = QColor::fromRgb(colour);
    brush.setAlphaF(static_cast<float>(opacity));
    m_painter->fillRect(dots(place), brush);
}

void Canvas::hatch(const QRectF& place)
{
    if (m_painter == nullptr || place.isEmpty())
        return;
    constexpr double Step = 3;
    m_painter->save();
    m_painter->setClipRect(dots(place));
    m_painter->setPen(QPen(QColor(255, 255, 255), 0.8 * m_scale));
    // Anchored to the page, so that neighbours line up.
    const double first = std::floor((place.left() - place.height()) / Step) * Step;
    for (double x = first; x < place.right(); x += Step)
        m_painter->drawLine(QPointF(x, place.bottom()) * m_scale,
                            QPointF(x + place.height(), place.top()) * m_scale);
    m_painter->restore();
}

void Canvas::polyline(const QPolygonF& points, QRgb colour, double width, bool dashed)
{
    if (m_painter == nullptr || points.size() < 2)
        return;
    QPen pen(QColor::fromRgb(colour), width * m_scale);
    pen.setCapStyle(Qt::FlatCap);
    pen.setJoinStyle(Qt::RoundJoin);
    if (dashed)
        pen.setDashPattern({3, 2});
    m_painter->setPen(pen);
    m_painter->setBrush(Qt::NoBrush);
    QPolygonF scaled;
    for (const QPointF& point : points)
        scaled << point * m_scale;
    m_painter->drawPolyline(scaled);
}

void Canvas::line(QPointF from, QPointF to, QRgb colour, double width, bool dashed)
{
    polyline(QPolygonF{from, to}, colour, width, dashed);
}

void Canvas::area(const QPolygonF& points, QRgb colour, double opacity)
{
    if (m_painter == nullptr || points.size() < 3)
        return;
    QColor brush = QColor::fromRgb(colour);
    brush.setAlphaF(static_cast<float>(opacity));
    QPolygonF scaled;
    for (const QPointF& point : points)
        scaled << point * m_scale;
    m_painter->setPen(Qt::NoPen);
    m_painter->setBrush(brush);
    m_painter->drawPolygon(scaled);
    m_painter->setBrush(Qt::NoBrush);
}

} // namespace gatehouse::report
