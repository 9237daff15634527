// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QCoreApplication>
#include <QtCore/QEventLoop>

#include <algorithm>
#include <ctime>

namespace gatehouse::test {

/// How long this thread works at a time, in milliseconds of its processor, so that a busy machine is no stall
/// of the window.
class StepTimer
{
public:
    template <typename Work>
    void step(Work work)
    {
        const double start = now();
        work();
        const double took = now() - start;
        m_worst = std::max(m_worst, took);
        m_total += took;
    }
    /// One turn of the event loop.
    void turn()
    {
        step([] { QCoreApplication::processEvents(QEventLoop::AllEvents); });
    }
    [[nodiscard]] double worst() const { return m_worst; }
    [[nodiscard]] double total() const { return m_total; }

private:
    [[nodiscard]] static double now()
    {
        timespec time{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
    }

    double m_worst = 0;
    double m_total = 0;
};

} // namespace gatehouse::test
