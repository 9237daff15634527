// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/guitestmain.h"
#include "ui/charts/hovercard.h"
#include "ui/charts/layer.h"
#include "ui/charts/ranking.h"
#include "ui/charts/statetimeline.h"
#include "ui/charts/timechart.h"
#include "ui/theme/fonts.h"
#include "ui/theme/theme.h"

#include <QtCharts/QAreaSeries>
#include <QtCharts/QChart>
#include <QtCharts/QLineSeries>

#include <cmath>

using namespace gatehouse;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

class TestCharts : public QObject
{
    Q_OBJECT

    static ChartData hours(std::vector<double> first, std::vector<double> second)
    {
        ChartData data;
        const DateTime start = DateTime::fromCivil(2026, 6, 3);
        data.bucket = std::chrono::hours(1);
        for (std::size_t i = 0; i < first.size(); ++i)
            data.moments.push_back(static_cast<double>((start + std::chrono::hours(i)).unixMilliseconds()));
        data.range = {start, start + std::chrono::hours(first.size() - 1)};
        data.series.push_back({u"a"_s, u"Alpha"_s, Qt::blue, std::move(first)});
        data.series.push_back({u"b"_s, u"Beta"_s, Qt::red, std::move(second)});
        return data;
    }
    static void mouse(QWidget& target, QEvent::Type type, QPointF place, Qt::MouseButton button,
                      Qt::MouseButtons held)
    {
        QMouseEvent event(type, place, target.mapToGlobal(place), button, held, {});
        QApplication::sendEvent(&target, &event);
    }

    std::unique_ptr<Theme> m_theme;

private Q_SLOTS:
    void initTestCase() { m_theme = std::make_unique<Theme>(*qApp, false); }
    void cleanupTestCase() { m_theme.reset(); }

    void aGapIsAGap()
    {
        const double gap = std::nan("");
        const std::vector<double> moments{0, 1, 2, 3, 4};
        const auto pieces =
            piecesWithoutGaps(moments, std::vector<double>{1, 2, gap, 4, 5}, std::vector<double>(5, 0), 100);
        QCOMPARE(pieces.size(), std::size_t(2));
        QCOMPARE(pieces[0].upper.size(), 2);
        QCOMPARE(pieces[1].upper.front(), QPointF(3, 4));
        QVERIFY(pieces[1].lower.size() == 2);
        QVERIFY(piecesWithoutGaps(moments, std::vector<double>(5, gap), {}, 100).empty());
    }

    void aLongSeriesIsThinnedAndKeepsItsSpike()
    {
        constexpr std::size_t Count = 100'000;
        std::vector<double> xs(Count);
        std::vector<double> ys(Count, 1);
        for (std::size_t i = 0; i < Count; ++i)
            xs[i] = static_cast<double>(i);
        ys[54'321] = 900;
        const auto pieces = piecesWithoutGaps(xs, ys, std::vector<double>(Count, 0), 800);
        QCOMPARE(pieces.size(), std::size_t(1));
        QVERIFY(pieces[0].upper.size() <= 1600);
        QVERIFY(std::any_of(pieces[0].upper.begin(), pieces[0].upper.end(),
                            [](QPointF point) { return point.y() == 900; }));
    }

    void layersAreStackedFromZero()
    {
        TimeChart chart(*m_theme, TimeChart::Kind::Stacked,
                        [](double value) { return QString::number(value); });
        chart.resize(800, 300);
        chart.setData(hours({1, 2, 3}, {10, 20, 30}));
        QList<QAreaSeries*> areas;
        for (QAbstractSeries* const series : chart.chart()->series())
            areas.append(qobject_cast<QAreaSeries*>(series));
        QCOMPARE(areas.size(), 2);
        QCOMPARE(areas[0]->lowerSeries()->at(1).y(), 0.0);
        QCOMPARE(areas[0]->upperSeries()->at(1).y(), 2.0);
        QCOMPARE(areas[1]->lowerSeries()->at(1).y(), 2.0);
        QCOMPARE(areas[1]->upperSeries()->at(1).y(), 22.0);
        chart.setData(hours({5, 5, 5}, {1, 1, 1})); // the series are reused
        QCOMPARE(chart.chart()->series().size(), 2);
        QCOMPARE(areas[0]->upperSeries()->at(1).y(), 5.0);
    }

    void hoverListsAllSeriesLargestFirst()
    {
        TimeChart chart(*m_theme, TimeChart::Kind::Stacked,
                        [](double value) { return QString::number(value); });
        chart.resize(800, 300);
        chart.show();
        chart.setData(hours({1, 2, 3}, {10, 20, 30}));
        mouse(*chart.viewport(), QEvent::MouseMove, {790, 150}, Qt::NoButton, {});
        QVERIFY(chart.hoverCard()->isVisible());
        QCOMPARE(chart.hoverCard()->lines().size(), std::size_t(2));
        QCOMPARE(chart.hoverCard()->lines()[0].name, u"Beta"_s);
        QCOMPARE(chart.hoverCard()->lines()[0].value, u"30"_s);
        QEvent leave(QEvent::Leave);
        QApplication::sendEvent(&chart, &leave);
        QVERIFY(!chart.hoverCard()->isVisible());
    }

    void dragZoomsAndDoubleClickResets()
    {
        TimeChart chart(*m_theme, TimeChart::Kind::Stacked,
                        [](double value) { return QString::number(value); });
        chart.resize(800, 300);
        const ChartData data = hours({1, 2, 3, 4}, {10, 20, 30, 40});
        chart.setData(data);
        std::optional<TimeRange> zoomed;
        int resets = 0;
        connect(&chart, &TimeChart::zoomed, this, [&](const TimeRange& range) { zoomed = range; });
        connect(&chart, &TimeChart::zoomReset, this, [&] { ++resets; });
        mouse(*chart.viewport(), QEvent::MouseButtonPress, {600, 100}, Qt::LeftButton, Qt::LeftButton);
        mouse(*chart.viewport(), QEvent::MouseMove, {300, 100}, Qt::NoButton, Qt::LeftButton);
        mouse(*chart.viewport(), QEvent::MouseButtonRelease, {300, 100}, Qt::LeftButton, {});
        QVERIFY(zoomed);
        QVERIFY(zoomed->start < zoomed->end);
        QVERIFY(zoomed->start > data.range.start && zoomed->end < data.range.end);
        mouse(*chart.viewport(), QEvent::MouseButtonDblClick, {300, 100}, Qt::LeftButton, Qt::LeftButton);
        QCOMPARE(resets, 1);
    }

    void aClickNamesTheLayer()
    {
        TimeChart chart(*m_theme, TimeChart::Kind::Stacked,
                        [](double value) { return QString::number(value); });
        chart.resize(800, 300);
        chart.setData(hours({5, 5, 5}, {5, 5, 5})); // the lower half is Alpha, the upper Beta
        QStringList clicked;
        connect(&chart, &TimeChart::seriesClicked, this, [&](const QString& key) { clicked.append(key); });
        for (const double y : {250.0, 60.0}) {
            mouse(*chart.viewport(), QEvent::MouseButtonPress, {400, y}, Qt::LeftButton, Qt::LeftButton);
            mouse(*chart.viewport(), QEvent::MouseButtonRelease, {400, y}, Qt::LeftButton, {});
        }
        QCOMPARE(clicked, (QStringList{u"a"_s, u"b"_s}));
    }

    void theRankingSortsAndIsClicked()
    {
        Ranking ranking(*m_theme, u"Tokens"_s);
        ranking.resize(260, 200);
        Ranking::Row other;
        other.key = u"\n"_s;
        other.name = u"Other"_s;
        other.value = 99;
        other.other = true;
        Ranking::Row a;
        a.key = a.name = u"a"_s;
        a.value = 1;
        Ranking::Row b;
        b.key = b.name = u"b"_s;
        b.value = 2;
        ranking.setRows({other, a, b});
        QCOMPARE(ranking.rows()[0].name, u"b"_s);
        QCOMPARE(ranking.rows()[2].name, u"Other"_s);
        mouse(*ranking.viewport(), QEvent::MouseButtonPress, {20, 10}, Qt::LeftButton,
              Qt::LeftButton); // "Name"
        QCOMPARE(ranking.order(), Ranking::Order::ByName);
        QCOMPARE(ranking.rows()[0].name, u"a"_s);
        QCOMPARE(ranking.rows()[2].name, u"Other"_s);
        QSignalSpy activated(&ranking, &Ranking::activated);
        mouse(*ranking.viewport(), QEvent::MouseButtonPress, {20, 40}, Qt::LeftButton, Qt::LeftButton);
        mouse(*ranking.viewport(), QEvent::MouseButtonPress, {20, 100}, Qt::LeftButton,
              Qt::LeftButton); // Other: no
        QCOMPARE(activated.count(), 1);
        QCOMPARE(activated[0][0].toString(), u"a"_s);
        QTest::keyClick(&ranking, Qt::Key_Up); // from Other to b
        QTest::keyClick(&ranking, Qt::Key_Return);
        QCOMPARE(activated[1][0].toString(), u"b"_s);
    }

    void theTimelineZooms()
    {
        StateTimeline timeline(*m_theme);
        timeline.resize(800, 90);
        const DateTime start = DateTime::fromCivil(2026, 6, 3);
        const TimeRange range{start, start + std::chrono::hours(1)};
        timeline.setLanes({{u"aoai-eastus"_s, {{gateway::CircuitState::Closed, range.start, range.end, ""}}}},
                          range);
        std::optional<TimeRange> zoomed;
        connect(&timeline, &StateTimeline::zoomed, this, [&](const TimeRange& asked) { zoomed = asked; });
        mouse(timeline, QEvent::MouseButtonPress, {300, 20}, Qt::LeftButton, Qt::LeftButton);
        mouse(timeline, QEvent::MouseMove, {500, 20}, Qt::NoButton, Qt::LeftButton);
        mouse(timeline, QEvent::MouseButtonRelease, {500, 20}, Qt::LeftButton, {});
        QVERIFY(zoomed && zoomed->start > range.start && zoomed->end < range.end &&
                zoomed->start < zoomed->end);
        QVERIFY(timeline.accessibleDescription().contains(u"Closed"_s));
    }

    void theFaceHasTabularDigitsAndAllShapes()
    {
        const QFont font = interfaceFont();
        QVERIFY2(hasTabularDigits(font), qPrintable(font.family()));
        QCOMPARE(missingGlyphs(font, u"●◐○▲▼– · … × ↑↓ 0123456789"_s), QString());
        QFont alone = font;
        alone.setStyleStrategy(QFont::NoFontMerging);
        QCOMPARE(missingGlyphs(alone, u"a\U00012000b"_s),
                 QString::fromUcs4(U"\U00012000")); // a cuneiform sign
    }
};

GATEHOUSE_WINDOW_TEST_MAIN(TestCharts)
#include "tst_charts.moc"
