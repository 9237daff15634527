// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/timechart.h"
#include "ui/theme/theme.h"

#include <QtGui/QImage>
#include <QtGui/QPainter>
#include <QtWidgets/QApplication>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

/// How long a line of a million points takes from new data to pixels: decimation, hand-over to Qt Charts,
/// painting.

namespace {

using namespace gatehouse;
using Clock = std::chrono::steady_clock;

constexpr std::size_t Points = 1'000'000;

ui::ChartData millionPoints()
{
    ui::ChartData data;
    const DateTime start = DateTime::fromCivil(2026, 6, 1);
    data.range = {start, start + std::chrono::seconds(Points)};
    const auto first = static_cast<double>(start.unixMilliseconds());
    ui::ChartSeries series;
    series.key = series.name = QStringLiteral("latency");
    series.color = Qt::blue;
    for (std::size_t i = 0; i < Points; ++i) {
        data.moments.push_back(first + 1000.0 * static_cast<double>(i));
        series.values.push_back(400 + 200 * std::sin(static_cast<double>(i) / 9'000) +
                                static_cast<double>(i * 7919 % 211));
    }
    data.series.push_back(std::move(series));
    return data;
}

struct Stage
{
    explicit Stage(QApplication& application)
        : theme(application, false)
        , chart(theme, ui::TimeChart::Kind::Lines, [](double value) { return QString::number(value); })
        , image(1200, 400, QImage::Format_ARGB32_Premultiplied)
    {
        chart.resize(1200, 400);
    }

    /// Milliseconds of one redraw with new data.
    double redraw(const ui::ChartData& data)
    {
        ui::ChartData fresh = data; // the copy is the caller's, not the chart's
        const auto begin = Clock::now();
        chart.setData(std::move(fresh));
        QPainter painter(&image);
        chart.render(&painter);
        painter.end();
        return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
    }

    ui::Theme theme;
    ui::TimeChart chart;
    QImage image;
};

} // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    Stage stage(application);
    const ui::ChartData data = millionPoints();
    benchmark::RegisterBenchmark("chart_redraw",
                                 [&](benchmark::State& state) {
                                     for ([[maybe_unused]] auto step : state)
                                         state.SetIterationTime(stage.redraw(data) / 1000);
                                 })
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();

    std::vector<double> times;
    for (int i = 0; i < 21; ++i)
        times.push_back(stage.redraw(data));
    std::nth_element(times.begin(), times.begin() + 10, times.end());
    std::printf("ratio chart_redraw_vs_16ms %.3f\n", times[10] / 16.0);
    return 0;
}
