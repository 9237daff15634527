// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/sessionadapter.h"
#include "core/base/log.h"
#include "ui/pages/page.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/workbench.h"
#include "ui/theme/theme.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtCore/QTimer>
#include <QtWidgets/QApplication>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <vector>

/// Two figures of the window. First paint: from starting the real program until it says that its window has
/// painted, with the store of the embedded stack filled; measured from outside, so loading and linking count.
/// Worst gap: how long the GUI thread does not come round while an answer of 500,000 rows arrives through the
/// real client from the real stack.

namespace {

using namespace gatehouse;
using namespace Qt::StringLiterals;

constexpr int Runs = 9;
constexpr int Rows = 500'000;

/// Milliseconds until the program reports, negative when it does not.
double firstPaint(const QString& program, const QString& data)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    QElapsedTimer watch;
    watch.start();
    process.start(program, {u"--data"_s, data, u"--report-first-paint"_s, u"--quit-after"_s, u"0.5"_s});
    QByteArray said;
    while (!said.contains("first-paint") && watch.elapsed() < 20'000 && process.waitForReadyRead(20'000))
        said += process.readAllStandardOutput();
    const double elapsed = static_cast<double>(watch.nsecsElapsed()) / 1e6;
    process.waitForFinished(20'000);
    return said.contains("first-paint") ? elapsed : -1;
}

bool fillStore(const QString& program, const QString& data)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(program, {u"--data"_s, data, u"--capture"_s, data + u"/pictures"_s});
    return process.waitForFinished(120'000) && process.exitStatus() == QProcess::NormalExit &&
           process.exitCode() == 0;
}

/// The longest time between two turns of the event loop; and of that what the thread itself computed, which
/// tells a stall of ours from a machine that had no core to spare.
class Heartbeat : public QObject
{
public:
    void start()
    {
        m_watch.start();
        m_cpu = threadMilliseconds();
        m_timer.setTimerType(Qt::PreciseTimer);
        connect(&m_timer, &QTimer::timeout, this, [this] {
            const double cpu = threadMilliseconds();
            m_worst = std::max(m_worst, static_cast<double>(m_watch.nsecsElapsed()) / 1e6);
            m_worstCpu = std::max(m_worstCpu, cpu - m_cpu);
            m_cpu = cpu;
            m_watch.restart();
        });
        m_timer.start(1);
    }
    [[nodiscard]] double worst() const { return m_worst; }
    [[nodiscard]] double worstCpu() const { return m_worstCpu; }

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
    double m_worst = 0;
    double m_worstCpu = 0;
};

bool waitFor(const std::function<bool()>& done, int milliseconds)
{
    QElapsedTimer watch;
    watch.start();
    while (!done() && watch.elapsed() < milliseconds)
        QApplication::processEvents(QEventLoop::WaitForMoreEvents, 50);
    return done();
}

/// Milliseconds, negative when the rows did not arrive.
double worstGap(QApplication& application, const QString& data)
{
    SystemClock clock;
    Log log(clock);
    settings::SettingsStore store(data.toStdString());
    app::Environment environment;
    environment.dataDirectory = data.toStdString();
    environment.keychain = false;
    environment.clock = &clock;
    environment.log = &log;
    console::SessionOpener opener(environment);
    ui::Theme theme(application, false);
    ui::Workbench workbench(store, opener, clock, {});
    ui::MainWindow window(theme, workbench, u"overview"_s, [](const QString&) { return false; });
    window.resize(1440, 900);
    window.show();
    workbench.start();
    QTimer wake; // processEvents waits for an event; this one always comes
    wake.start(20);
    const bool loaded =
        waitFor([&] { return window.currentPage().presenter().status().showsData(); }, 60'000);
    if (!loaded)
        return -1;
    // The page that has just got its data paints it first; what counts is the time while the rows arrive.
    QElapsedTimer settled;
    settled.start();
    waitFor([&] { return settled.elapsed() > 1'000; }, 2'000);
    wake.stop();

    Heartbeat heartbeat;
    heartbeat.start();
    std::size_t rows = 0;
    bool answered = false;
    jobs::Ask ask;
    ask.kql =
        "range Id from 1 to 500000 step 1 | project Id, Text = strcat('request-', Id), Real = Id / 3.0, "
        "Even = Id % 2 == 0, Time = datetime(2026-06-01) + Id * 1s";
    ask.fresh = true;
    workbench.session()->services().workspace->ask(ask, {}).then(
        &window, [&](const Result<QueryAnswerPtr>& answer) {
            answered = true;
            if (answer && !(*answer)->tables.empty())
                rows = (*answer)->tables.front().rowCount();
            else if (!answer)
                std::fprintf(stderr, "%s\n", answer.error().message.c_str());
        });
    waitFor([&] { return answered; }, 120'000);
    std::printf("of the worst gaps the GUI thread itself computed at most %.1f ms\n", heartbeat.worstCpu());
    return rows == static_cast<std::size_t>(Rows) ? heartbeat.worst() : -1;
}

} // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    const QTemporaryDir directory;
    const QString program = QApplication::applicationDirPath() + u"/gatehouse"_s;
    if (!fillStore(program, directory.path())) {
        std::fprintf(stderr, "the store could not be filled\n");
        return 1;
    }
    std::vector<double> times;
    for (int run = 0; run < Runs; ++run)
        times.push_back(firstPaint(program, directory.path()));
    std::sort(times.begin(), times.end());
    if (times.front() < 0) {
        std::fprintf(stderr, "the window did not paint\n");
        return 1;
    }
    std::printf("first paint: %.0f ms (median of %d, worst %.0f)\n", times[Runs / 2], Runs, times.back());
    std::printf("ratio window_first_paint_vs_400ms %.3f\n", times[Runs / 2] / 400.0);
    const double gap = worstGap(application, directory.path());
    if (gap < 0) {
        std::fprintf(stderr, "the rows did not arrive\n");
        return 1;
    }
    std::printf("worst gap of the GUI thread: %.1f ms while %d rows arrive\n", gap, Rows);
    std::printf("ratio gui_worst_gap_vs_50ms %.3f\n", gap / 50.0);
    return 0;
}
