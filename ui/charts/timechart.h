// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/axes.h"
#include "ui/charts/chartdata.h"

#include <QtCharts/QChartView>

#include <memory>
#include <optional>

QT_BEGIN_NAMESPACE
class QValueAxis;
QT_END_NAMESPACE

namespace gatehouse::ui {

class ChartLayer;
class HoverCard;
class Theme;

/// Values over time (or over numbers): layers stacked from zero, areas or lines. Qt Charts draws the series;
/// axes, gridlines, marks and the hover are painted here, so that labels sit on round values and nothing is
/// cut.
///
/// Every series is decimated to two points a pixel before Qt Charts sees it, and is handed over whole
/// (replace), since appending point by point is ten thousand times slower. GUI thread.
class TimeChart : public QChartView
{
    Q_OBJECT
public:
    /// Areas lie over each other, each from zero; the others as their names say.
    enum class Kind { Stacked, Lines, Areas };

    TimeChart(const Theme& theme, Kind kind, ValueText valueText, QWidget* parent = nullptr);
    ~TimeChart() override;

    void setData(ChartData data);
    /// Takes effect with the next setData.
    void setKind(Kind kind);
    [[nodiscard]] const ChartData& data() const { return m_data; }
    /// What the axis and the hover write; takes effect with the next setData.
    void setValueText(ValueText text) { m_valueText = std::move(text); }
    /// Draws one series strongly and the others weakly; "" none. Unknown keys change nothing.
    void setEmphasis(const std::optional<QString>& key);
    /// The moment under the pointer as the hover shows it; for tests.
    [[nodiscard]] const HoverCard* hoverCard() const { return m_hover; }

Q_SIGNALS:
    /// The person dragged over a span.
    void zoomed(const gatehouse::TimeRange& range);
    /// The person double-clicked.
    void zoomReset();
    /// The person clicked on a layer or line.
    void seriesClicked(const QString& key);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void drawBackground(QPainter* painter, const QRectF& rect) override;
    void drawForeground(QPainter* painter, const QRectF& rect) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void rebuild();
    void placePlot();
    void recolor();
    [[nodiscard]] double largest() const;
    [[nodiscard]] double axisStart() const;
    [[nodiscard]] double axisEnd() const;
    [[nodiscard]] double momentAt(double x) const;
    [[nodiscard]] double xOf(double moment) const;
    [[nodiscard]] double yOf(double value) const;
    [[nodiscard]] std::optional<std::size_t> bucketAt(double x) const;
    [[nodiscard]] QString seriesAt(QPointF position) const;
    void showHover(QPointF position);

    const Theme& m_theme;
    Kind m_kind;
    ValueText m_valueText;
    ChartData m_data;
    ValueAxis m_values;
    std::vector<AxisTick> m_times;
    QValueAxis* m_xAxis;
    QValueAxis* m_yAxis;
    std::vector<std::unique_ptr<ChartLayer>> m_layers;
    HoverCard* m_hover;
    QRectF m_plot;
    std::optional<std::size_t> m_hovered;
    std::optional<QString> m_emphasis;
    std::optional<QPointF> m_dragFrom;
    double m_dragTo = 0;
};

} // namespace gatehouse::ui
