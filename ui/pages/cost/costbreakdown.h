// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/ranking.h"
#include "ui/pages/cost/costpresenter.h"

#include <QtWidgets/QFrame>

class QLabel;

namespace gatehouse::ui {

class ElidedLabel;
class Theme;
class TimeChart;

/// A row's key in charts and tables: unique among values and kinds.
[[nodiscard]] QString rowKey(const cost::CostRow& row);
/// The colour of a row: a value's own, on every page the same; a quiet one for the other kinds.
[[nodiscard]] QColor rowColor(const Theme& theme, cost::CostDimension dimension, const cost::CostRow& row);

/// What was spent over time, stacked by the rows of the grouping, with their ranking as the legend. What it
/// draws and what it lists sum to the total as it is shown: small rows are one, which is named.
class CostBreakdown : public QFrame
{
    Q_OBJECT
public:
    explicit CostBreakdown(Theme& theme);

    void setView(const jobs::CostView& view, const jobs::CostQuestion& question);
    [[nodiscard]] TimeChart& chart() const { return *m_chart; }
    [[nodiscard]] Ranking& ranking() const { return *m_ranking; }

Q_SIGNALS:
    void rowChosen(const QString& key);
    void zoomed(const gatehouse::cost::DayRange& range);
    void zoomReset();

private:
    void choose(const QString& key);

    Theme& m_theme;
    QLabel* m_title;
    ElidedLabel* m_caption;
    TimeChart* m_chart;
    Ranking* m_ranking;
};

} // namespace gatehouse::ui
