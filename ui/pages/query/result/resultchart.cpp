// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/query/result/resultchart.h"

#include "ui/charts/ranking.h"
#include "ui/charts/timechart.h"
#include "ui/models/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/labels.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr int LegendWidth = 248;

QString other()
{
    return u"\n"_s; // chartplan's key of the small series together
}

} // namespace

ResultChart::ResultChart(Theme& theme)
    : m_theme(theme)
    , m_title(makeLabel(u"queryChartTitle"_s, "strong"))
    , m_note(new ElidedLabel)
    , m_stack(new QStackedLayout)
    , m_lines(new TimeChart(theme, TimeChart::Kind::Lines, [](double value) { return formatTick(value); }))
    , m_bars(new BarChart(theme, [](double value) { return formatTick(value); }))
    , m_legend(new Ranking(theme, tr("Sum")))
{
    nameWidget(this, u"queryChart"_s, tr("Chart of the answer"));
    nameWidget(m_lines, u"queryLines"_s, tr("Values over time"));
    nameWidget(m_bars, u"queryBars"_s, tr("Bars"));
    nameWidget(m_legend, u"queryLegend"_s, tr("Legend"));
    m_note->setObjectName(u"queryChartNote"_s);
    m_note->setProperty("role", u"caption"_s);
    m_legend->setFixedWidth(LegendWidth);
    m_stack->addWidget(m_lines);
    m_stack->addWidget(m_bars);
    auto* const heading = new QHBoxLayout;
    heading->setContentsMargins(metric::Space3, metric::Space1, metric::Space3, 0);
    heading->setSpacing(metric::Space3);
    heading->addWidget(m_title);
    heading->addWidget(m_note, 1);
    auto* const middle = new QHBoxLayout;
    middle->setSpacing(metric::Space2);
    middle->addLayout(m_stack, 1);
    middle->addWidget(m_legend);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(0, metric::Space1, metric::Space1, metric::Space1);
    column->setSpacing(metric::Space1);
    column->addLayout(heading);
    column->addLayout(middle, 1);
    setMinimumHeight(110);
    connect(&theme, &Theme::changed, this, &ResultChart::draw);
    connect(m_lines, &TimeChart::zoomed, this, &ResultChart::zoomed);
    connect(m_lines, &TimeChart::zoomReset, this, &ResultChart::zoomReset);
    connect(m_legend, &Ranking::hovered, this, [this](const QString& key, bool any) {
        const std::optional<QString> emphasis = any ? std::optional(key) : std::nullopt;
        m_lines->setEmphasis(emphasis);
        m_bars->setEmphasis(emphasis);
    });
}

void ResultChart::setPlan(const ChartPlan& plan)
{
    m_plan = plan;
    draw();
}

void ResultChart::draw()
{
    m_title->setText(m_plan.title);
    m_title->setVisible(!m_plan.title.isEmpty());
    m_note->setFullText(m_plan.note);
    m_note->setVisible(!m_plan.note.isEmpty());
    QStringList names;
    for (const ChartSeries& series : m_plan.series())
        names.append(series.key);
    names.removeAll(other());
    m_theme.seriesColors().learn(m_plan.seriesKind, names);
    for (ChartSeries& series : m_plan.series())
        series.color = series.key == other() ? m_theme.tokens().faint
                                             : m_theme.seriesColor(m_plan.seriesKind, series.key);
    fillLegend();
    if (m_plan.kind == ChartPlan::Kind::Bars) {
        m_bars->setData(m_plan.bars);
        m_stack->setCurrentWidget(m_bars);
        return;
    }
    m_lines->setKind(m_plan.kind == ChartPlan::Kind::Stacked ? TimeChart::Kind::Stacked
                     : m_plan.kind == ChartPlan::Kind::Areas ? TimeChart::Kind::Areas
                                                             : TimeChart::Kind::Lines);
    m_lines->setData(m_plan.lines);
    m_stack->setCurrentWidget(m_lines);
}

void ResultChart::fillLegend()
{
    // What is stacked adds up; of lines the largest value says more.
    const bool sums = m_plan.kind == ChartPlan::Kind::Stacked || m_plan.kind == ChartPlan::Kind::Bars;
    m_legend->setValueTitle(sums ? tr("Sum") : tr("Largest"));
    std::vector<Ranking::Row> rows;
    for (const ChartSeries& series : m_plan.series()) {
        double figure = 0;
        for (const double value : series.values) {
            if (std::isfinite(value))
                figure = sums ? figure + value : std::max(figure, value);
        }
        Ranking::Row row;
        row.key = series.key;
        row.name = series.name.isEmpty() ? tr("(empty)") : series.name;
        row.color = series.color;
        row.value = figure;
        row.text = formatAmount(figure);
        row.other = series.key == other();
        rows.push_back(std::move(row));
    }
    m_legend->setVisible(rows.size() > 1);
    m_legend->setRows(std::move(rows));
}

} // namespace gatehouse::ui
