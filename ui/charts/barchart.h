// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/axes.h"
#include "ui/charts/chartdata.h"

#include <QtWidgets/QAbstractScrollArea>

#include <optional>

namespace gatehouse::ui {

class Theme;

/// What a BarChart draws: a group of bars for each category.
struct BarData
{
    std::vector<QString> categories;
    std::vector<ChartSeries> series; ///< values: one a category; NaN is none
    bool horizontal = true;
    bool stacked = false;
};

/// Bars by category: lying ones scroll, standing ones share the width. Values start at zero; negative ones
/// are not drawn and only told. Paints itself. GUI thread.
class BarChart : public QAbstractScrollArea
{
    Q_OBJECT
public:
    BarChart(const Theme& theme, ValueText valueText, QWidget* parent = nullptr);

    void setData(BarData data);
    [[nodiscard]] const BarData& data() const { return m_data; }
    /// Draws one series strongly and the others weakly.
    void setEmphasis(const std::optional<QString>& key);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    [[nodiscard]] QRectF plot() const;
    [[nodiscard]] double largest() const;
    [[nodiscard]] double groupSize() const;
    [[nodiscard]] int labelWidth() const;
    [[nodiscard]] std::optional<std::size_t> categoryAt(QPointF position) const;
    void updateScrollBar();
    void paintAxis(QPainter& painter, const ValueAxis& axis) const;
    void paintLabels(QPainter& painter) const;
    void paintGroup(QPainter& painter, std::size_t category, const ValueAxis& axis) const;

    const Theme& m_theme;
    ValueText m_valueText;
    BarData m_data;
    std::optional<QString> m_emphasis;
};

} // namespace gatehouse::ui
