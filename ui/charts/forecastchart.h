// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/money/day.h"
#include "ui/charts/axes.h"
#include "ui/charts/chartdata.h"

#include <QtWidgets/QWidget>

#include <optional>
#include <vector>

namespace gatehouse::ui {

class HoverCard;
class Theme;

/// What a ForecastChart draws: sums since the month began, at the end of each of its days.
struct MonthCourse
{
    cost::Month month;
    std::vector<double> spent;    ///< of the days that are over
    std::vector<double> expected; ///< of the days from then on
    std::vector<double> low;      ///< as many as expected
    std::vector<double> high;     ///< likewise
    std::optional<double> limit;
    std::optional<double> straight; ///< at the month's end: as if all days were like the mean of those gone
    QString currency;
    bool operator==(const MonthCourse&) const = default;
};

/// A month's spending: what was spent, day on day, what is expected until its end with the interval around
/// it, the budget, and the straight line that most tools would draw. Each has a stroke of its own, so that
/// nothing is told by colour alone. Hover, or the arrow keys, show a day's exact values. Paints itself. GUI
/// thread.
class ForecastChart : public QWidget
{
    Q_OBJECT
public:
    /// exact: how the hover writes an amount.
    ForecastChart(const Theme& theme, QWidget* parent = nullptr);

    void setCourse(MonthCourse course, ValueText exact);
    [[nodiscard]] const MonthCourse& course() const { return m_course; }
    [[nodiscard]] const HoverCard& hoverCard() const { return *m_hover; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    [[nodiscard]] int days() const;
    [[nodiscard]] QRectF plot() const;
    [[nodiscard]] double xOf(double day) const;
    [[nodiscard]] double yOf(double amount) const;
    void scale();
    void describe();
    void showDay(std::optional<int> day);
    void paintAxes(QPainter& painter) const;
    void paintCourse(QPainter& painter) const;
    void paintLimit(QPainter& painter) const;
    void paintLegend(QPainter& painter) const;

    const Theme& m_theme;
    MonthCourse m_course;
    ValueText m_exact;
    ValueAxis m_axis;
    int m_left = 40; ///< room for the amounts
    HoverCard* m_hover;
    std::optional<int> m_day; ///< that the hover shows, from 0
};

} // namespace gatehouse::ui
