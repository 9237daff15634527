// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/health.h"

#include <QtWidgets/QWidget>

#include <optional>
#include <vector>

namespace gatehouse::ui {

class Theme;

/// The circuits' states over time, a strip a backend, under one time axis. Hover names the state, its span
/// and its reason; a drag zooms. A state shows as a colour, as a shape and by its word where it fits: open is
/// a full bar, half-open an outlined one, closed a thin line.
class StateTimeline : public QWidget
{
    Q_OBJECT
public:
    struct Lane
    {
        QString name;
        std::vector<gateway::CircuitSpan> spans;
    };

    explicit StateTimeline(const Theme& theme, QWidget* parent = nullptr);

    void setLanes(std::vector<Lane> lanes, const TimeRange& range);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void zoomed(const gatehouse::TimeRange& range);
    void zoomReset();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] QRectF plot() const;
    [[nodiscard]] double laneHeight() const;
    [[nodiscard]] double xOf(DateTime moment) const;
    [[nodiscard]] DateTime momentAt(double x) const;
    [[nodiscard]] QString describe(QPointF position) const;
    void paintLane(QPainter& painter, const Lane& lane, const QRectF& area) const;

    const Theme& m_theme;
    std::vector<Lane> m_lanes;
    TimeRange m_range;
    std::optional<double> m_dragFrom;
    double m_dragTo = 0;
};

} // namespace gatehouse::ui
