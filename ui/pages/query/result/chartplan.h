// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/table/table.h"
#include "ui/charts/barchart.h"
#include "ui/charts/chartdata.h"

#include <QtCore/QString>

#include <string>

namespace gatehouse::ui {

/// How an answer is drawn, by its render operator and by what its columns are. Series have no colours yet.
struct ChartPlan
{
    enum class Kind { None, Lines, Areas, Stacked, Bars };
    Kind kind = Kind::None;
    QString title;
    QString note;       ///< what is drawn otherwise than asked for, or left out; "" for nothing
    QString seriesKind; ///< "service", "model", "backend" where the series are such, else "query"
    ChartData lines;    ///< Lines, Areas, Stacked
    BarData bars;       ///< Bars

    [[nodiscard]] std::vector<ChartSeries>& series()
    {
        return kind == Kind::Bars ? bars.series : lines.series;
    }
    [[nodiscard]] const std::vector<ChartSeries>& series() const
    {
        return kind == Kind::Bars ? bars.series : lines.series;
    }
};

/// render is the JSON of QueryAnswer::render; without one there is no chart. timechart, linechart, areachart,
/// barchart, columnchart and piechart are drawn, the others are a table. Any thread.
[[nodiscard]] ChartPlan planChart(const Table& table, const std::string& render);

} // namespace gatehouse::ui
