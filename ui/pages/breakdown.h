// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/usage.h"
#include "ui/charts/ranking.h"
#include "ui/models/recordmodel.h"
#include "ui/pages/viewcontext.h"

#include <QtWidgets/QFrame>

class QLabel;

namespace gatehouse::ui {

class Theme;
class TimeChart;
class ElidedLabel;

/// What a chart and a ranking count.
enum class Measure { Tokens, Requests };

/// "service", "model", "backend": separates the colours of the three kinds of key.
[[nodiscard]] QString kindOf(usage::Dimension dimension);

/// The main chart: a report over time, stacked by its dimension, with its ranking at the right as the legend.
/// Emits what the person asks for; the page hands that to the presenter.
class Breakdown : public QFrame
{
    Q_OBJECT
public:
    Breakdown(Theme& theme, const QString& objectName);

    /// selected are the keys that a chip filters by.
    void setReport(const usage::Report& report, Measure measure, const QString& title,
                   const std::vector<usage::Filter>& filters);
    [[nodiscard]] TimeChart& chart() const { return *m_chart; }
    [[nodiscard]] Ranking& ranking() const { return *m_ranking; }

Q_SIGNALS:
    void keyChosen(const QString& key, const QString& label);
    void zoomed(const gatehouse::TimeRange& range);
    void zoomReset();

private:
    void choose(const QString& key);

    Theme& m_theme;
    QLabel* m_title;
    ElidedLabel* m_caption;
    TimeChart* m_chart;
    Ranking* m_ranking;
    QString m_kind;
};

/// Columns and rows of the table that shows the same report.
[[nodiscard]] std::vector<ColumnSpec> usageColumns(const QString& firstTitle);
[[nodiscard]] std::vector<Record> usageRecords(const usage::Report& report, const Theme& theme);

} // namespace gatehouse::ui
