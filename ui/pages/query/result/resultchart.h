// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/query/result/chartplan.h"

#include <QtWidgets/QWidget>

class QLabel;
class QStackedLayout;

namespace gatehouse::ui {

class ElidedLabel;
class Ranking;
class Theme;
class TimeChart;

/// Draws a ChartPlan: the chart, its note and its legend.
class ResultChart : public QWidget
{
    Q_OBJECT
public:
    explicit ResultChart(Theme& theme);

    void setPlan(const ChartPlan& plan);
    [[nodiscard]] const ChartPlan& plan() const { return m_plan; }

Q_SIGNALS:
    void zoomed(const gatehouse::TimeRange& range);
    void zoomReset();

private:
    void draw();
    void fillLegend();

    Theme& m_theme;
    ChartPlan m_plan;
    QLabel* m_title;
    ElidedLabel* m_note;
    QStackedLayout* m_stack;
    TimeChart* m_lines;
    BarChart* m_bars;
    Ranking* m_legend;
};

} // namespace gatehouse::ui
