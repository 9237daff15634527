// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/scheduler.h"

#include <QtCore/QTimer>

#include <algorithm>

namespace gatehouse::http {

Scheduler::Wait TimerScheduler::callAfter(std::chrono::milliseconds delay, std::function<void()> call)
{
    const auto bounded =
        std::clamp(delay, std::chrono::milliseconds(0), std::chrono::milliseconds(INT32_MAX));
    // deleteLater: a call may drop its own wait while the timer is emitting.
    auto timer = std::shared_ptr<QTimer>(new QTimer, [](QTimer* owned) {
        owned->stop();
        owned->disconnect();
        owned->deleteLater();
    });
    timer->setSingleShot(true);
    QObject::connect(timer.get(), &QTimer::timeout, timer.get(), [call = std::move(call)] { call(); });
    timer->start(bounded);
    return Wait(timer);
}

} // namespace gatehouse::http
