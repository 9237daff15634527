// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testmain.h"

#include "core/table/decimate.h"
#include "tests/support/seed.h"

#include <cmath>

using namespace gatehouse;

namespace {

const double Gap = std::nan("");

std::vector<double> upTo(std::size_t count)
{
    std::vector<double> xs(count);
    for (std::size_t i = 0; i < count; ++i)
        xs[i] = static_cast<double>(i);
    return xs;
}

} // namespace

class TestDecimate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aShortSeriesIsKept()
    {
        const std::vector<double> ys = {3, 1, 2, 5};
        const auto points = decimate(upTo(4), ys, 2);
        QCOMPARE(points.size(), std::size_t{4});
        for (std::size_t i = 0; i < 4; ++i)
            QCOMPARE(points[i].y, ys[i]);
        QVERIFY(decimate({}, {}, 100).empty());
    }

    void noSpikeIsLost()
    {
        std::mt19937_64 random(test::seed());
        const std::size_t count = 100'000;
        const std::size_t pixels = 300;
        std::vector<double> ys(count);
        for (double& y : ys)
            y = static_cast<double>(random() % 1000);
        ys[random() % count] = 1e6;
        ys[random() % count] = -1e6;
        const auto points = decimate(upTo(count), ys, pixels);
        QVERIFY(points.size() <= pixels * 2);
        QVERIFY(std::any_of(points.begin(), points.end(),
                            [](const ChartPoint& point) { return point.y == 1e6; }));
        QVERIFY(std::any_of(points.begin(), points.end(),
                            [](const ChartPoint& point) { return point.y == -1e6; }));
        QVERIFY(std::is_sorted(points.begin(), points.end(),
                               [](const ChartPoint& a, const ChartPoint& b) { return a.x < b.x; }));
        for (const ChartPoint& point : points)
            QCOMPARE(ys[static_cast<std::size_t>(point.x)], point.y); // only what was there
    }

    void gapsStayGaps()
    {
        std::vector<double> ys(1000, 1.0);
        std::fill(ys.begin() + 300, ys.begin() + 500, Gap);
        const auto points = decimate(upTo(1000), ys, 10);
        const auto gaps = std::count_if(points.begin(), points.end(),
                                        [](const ChartPoint& point) { return std::isnan(point.y); });
        QCOMPARE(gaps, std::ptrdiff_t{1});
        const auto gap = std::find_if(points.begin(), points.end(),
                                      [](const ChartPoint& point) { return std::isnan(point.y); });
        QVERIFY(gap->x >= 300 && gap->x < 500);
        QVERIFY(std::prev(gap)->x < 300 && std::next(gap)->x >= 500);
    }

    void infinityIsAGapAndASeriesOfGapsHasNoPoint()
    {
        const auto points = decimate(upTo(3), std::vector<double>{1, HUGE_VAL, 2}, 100);
        QCOMPARE(points.size(), std::size_t{3});
        QVERIFY(std::isnan(points[1].y));
        const auto none = decimate(upTo(5000), std::vector<double>(5000, Gap), 10);
        QVERIFY(std::all_of(none.begin(), none.end(),
                            [](const ChartPoint& point) { return std::isnan(point.y); }));
    }

    void manyPointsAtOneMomentAreOneColumn()
    {
        const std::vector<double> xs(1000, 7.0);
        const auto points = decimate(xs, upTo(1000), 10);
        QCOMPARE(points.size(), std::size_t{2});
        QCOMPARE(points[0].y, 0.0);
        QCOMPARE(points[1].y, 999.0);
    }
};

GATEHOUSE_TEST_MAIN(TestDecimate)
#include "tst_decimate.moc"
