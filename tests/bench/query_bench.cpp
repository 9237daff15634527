// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/body.h"
#include "core/table/queryanswer.h"
#include "tests/support/manualclock.h"
#include "tests/ui/fakes/fakeservices.h"
#include "tests/ui/fakes/queryanswers.h"
#include "ui/models/resultmodel.h"
#include "ui/pages/query/editor/kqleditor.h"
#include "ui/pages/query/querypage.h"
#include "ui/pages/query/result/gridview.h"
#include "ui/pages/query/result/resultpanel.h"
#include "ui/theme/theme.h"

#include <QtConcurrent/QtConcurrentRun>
#include <QtCore/QElapsedTimer>
#include <QtCore/QTemporaryDir>
#include <QtCore/QTimer>
#include <QtWidgets/QApplication>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>

/// The grid of the query page with 500,000 rows: how long after the last byte of the answer the first rows
/// are painted, how long sorting and facets take, and how long the GUI thread ever stays away meanwhile.

namespace {

using namespace gatehouse;
using namespace gatehouse::ui;
using namespace Qt::StringLiterals;

constexpr int Rows = 500'000;
constexpr int Runs = 5;

/// The longest time between two turns of the event loop, and of that what the thread itself computed.
class Heartbeat : public QObject
{
public:
    Heartbeat()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        connect(&m_timer, &QTimer::timeout, this, [this] {
            const double cpu = threadMilliseconds();
            worst = std::max(worst, static_cast<double>(m_watch.nsecsElapsed()) / 1e6);
            worstCpu = std::max(worstCpu, cpu - m_cpu);
            m_cpu = cpu;
            m_watch.restart();
        });
    }
    void start()
    {
        m_watch.start();
        m_cpu = threadMilliseconds();
        m_timer.start(1);
    }
    double worst = 0;
    double worstCpu = 0;

private:
    static double threadMilliseconds()
    {
        timespec now{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
    }

    QTimer m_timer;
    QElapsedTimer m_watch;
    double m_cpu = 0;
};

void waitFor(const std::function<bool()>& done)
{
    QElapsedTimer watch;
    watch.start();
    while (!done() && watch.elapsed() < 60'000)
        QApplication::processEvents(QEventLoop::WaitForMoreEvents, 5);
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// The answer as it comes from the wire.
std::string body()
{
    std::string text = R"({"tables":[{"name":"PrimaryResult","columns":[{"name":"Id","type":"long"},)"
                       R"({"name":"Text","type":"string"},{"name":"Real","type":"real"},)"
                       R"({"name":"Region","type":"string"},{"name":"Time","type":"datetime"}],"rows":[)";
    for (int i = 0; i < Rows; ++i) {
        const auto id = static_cast<std::int64_t>(i) * 7919 % Rows;
        text += (i == 0 ? "[" : ",[") + std::to_string(id) + ",\"request-" + std::to_string(i * 31 % Rows) +
                "\"," + std::to_string(static_cast<double>(id) / 3.0) + ",\"region-" +
                std::to_string(i % 40) + "\",\"" +
                formatDateTime(DateTime::fromCivil(2026, 6, 1) + std::chrono::seconds(id)) + "\"]";
    }
    return text + "]}]}";
}

/// Milliseconds from asking the worker until the grid has the outcome.
double timed(const std::function<void()>& ask, const std::function<bool()>& done)
{
    QElapsedTimer watch;
    watch.start();
    ask();
    waitFor(done);
    return static_cast<double>(watch.nsecsElapsed()) / 1e6;
}

void figure(const char* what, const char* name, double milliseconds, double goal)
{
    std::printf("%s: %.1f ms\n", what, milliseconds);
    std::printf("ratio %s_vs_%.0fms %.3f\n", name, goal, milliseconds / goal);
}

/// The page on a workspace that answers at once.
struct Rig
{
    explicit Rig(QApplication& application)
        : theme(application, false)
    {
        page.resize(1440, 860);
        page.show();
        page.editor().setPlainText(u"T"_s);
        presenter.setServices(&services);
        presenter.setActive(true);
    }
    QTemporaryDir directory;
    test::ManualClock clock;
    Theme theme;
    ViewContext context{clock};
    test::FakeWorkspace workspace;
    jobs::Services services{&workspace, nullptr, nullptr, nullptr, nullptr, nullptr};
    QueryLanguage language = test::tinyLanguage();
    QueryNotebook notebook{settings::QueryStore(directory.path().toStdString())};
    QueryPresenter presenter{context, notebook, language};
    QueryPage page{theme, presenter};
};

double firstRows(Rig& rig, const http::Body& bytes)
{
    QElapsedTimer watch;
    watch.start();
    QueryAnswerPtr answer;
    QFuture<QueryAnswerPtr> decoding = QtConcurrent::run([bytes]() -> QueryAnswerPtr {
        return std::make_shared<const QueryAnswer>(std::move(*decodeQueryAnswer(bytes.text())));
    });
    decoding.then(&rig.page, [&](const QueryAnswerPtr& decoded) { answer = decoded; });
    waitFor([&] { return answer != nullptr; });
    rig.workspace.answers.always(answer);
    rig.presenter.run("T" + std::to_string(watch.nsecsElapsed()));
    rig.page.result().grid().viewport()->repaint();
    return static_cast<double>(watch.nsecsElapsed()) / 1e6;
}

void measureSorts(GridView& grid)
{
    const auto sorted = [&](int column) {
        std::vector<double> times;
        for (int run = 0; run < Runs; ++run) {
            bool done = false;
            const auto connection =
                QObject::connect(&grid.worker(), &RowWorker::rowsReady, &grid, [&] { done = true; });
            times.push_back(timed(
                [&] { grid.sortByColumn(column, run % 2 == 0 ? Qt::AscendingOrder : Qt::DescendingOrder); },
                [&] { return done; }));
            QObject::disconnect(connection);
        }
        return median(times);
    };
    figure("sort by a number", "grid_sort_number", sorted(0), 100);
    figure("sort by text", "grid_sort_text", sorted(1), 100);
    figure("sort by a real", "grid_sort_real", sorted(2), 100);
}

void measureFacets(GridView& grid)
{
    const auto facets = [&](std::size_t column) {
        std::vector<double> times;
        for (int run = 0; run < Runs; ++run) {
            bool done = false;
            const auto connection =
                QObject::connect(&grid.worker(), &RowWorker::facetsReady, &grid, [&] { done = true; });
            times.push_back(timed([&] { grid.worker().askFacets(column, 50); }, [&] { return done; }));
            QObject::disconnect(connection);
        }
        return median(times);
    };
    figure("facet with 40 values", "grid_facet_few", facets(3), 100);
    figure("facet with 500,000 values", "grid_facet_many", facets(1), 100);
    bool done = false;
    QObject::connect(&grid.worker(), &RowWorker::rowsReady, &grid, [&] { done = true; });
    const double filter =
        timed([&] { static_cast<void>(grid.worker().setFilter(std::size_t(1), "request-12")); },
              [&] { return done; });
    std::printf("filter by part of a text: %.1f ms, %d rows left\n", filter, grid.model()->rowCount());
    done = false;
    const double clear = timed([&] { grid.worker().clearFilters(); }, [&] { return done; });
    std::printf("back to all rows: %.1f ms\n", clear);
}

} // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    Rig rig(application);
    const http::Body bytes = body();
    firstRows(rig, bytes); // the first one pays for fonts and caches
    Heartbeat heartbeat;
    heartbeat.start();
    std::vector<double> times;
    for (int run = 0; run < Runs; ++run)
        times.push_back(firstRows(rig, bytes));
    figure("first rows after the last byte", "grid_first_rows", median(times), 150);
    GridView& grid = rig.page.result().grid();
    if (grid.model()->rowCount() != Rows) {
        std::fprintf(stderr, "the rows did not arrive\n");
        return 1;
    }
    measureSorts(grid);
    measureFacets(grid);
    grid.selectAll();
    bool summed = false;
    QObject::connect(&grid, &GridView::summaryChanged, &grid, [&] { summed = true; });
    waitFor([&] { return summed; });
    std::printf("of the worst gap the GUI thread itself computed at most %.1f ms\n", heartbeat.worstCpu);
    figure("worst gap of the GUI thread", "grid_gui_gap", heartbeat.worst, 50);
    return 0;
}
