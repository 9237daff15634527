// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/jobs/changes.h"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QTimer>

#include <optional>
#include <stop_token>

namespace gatehouse::jobs {
struct Services;
}

namespace gatehouse::ui {

/// Whether this window may write. Locked at first; unlocked by hand, it locks itself 15 minutes later. Who is
/// not allowed to write cannot unlock it, and is told which role is missing. No widgets. Main thread; the
/// clock outlives it.
class EditLock : public QObject
{
    Q_OBJECT
public:
    static constexpr std::chrono::minutes Unlocked{15};

    explicit EditLock(const Clock& clock, QObject* parent = nullptr);
    ~EditLock() override;

    /// Asks what the signed-in user may do. Null when nobody is: locked.
    void setServices(const jobs::Services* services);

    [[nodiscard]] bool unlocked() const;
    /// Of the 15 minutes; zero when locked.
    [[nodiscard]] std::chrono::seconds remaining() const;
    /// Whether unlock() would do it. Not known counts as allowed: the service has the last word.
    [[nodiscard]] bool mayUnlock() const;
    [[nodiscard]] const std::optional<jobs::Access>& access() const { return m_access; }
    /// Why nothing can be written now, with what helps; "" when it can.
    [[nodiscard]] QString whyNot() const;

    void unlock();
    void lock();

Q_SIGNALS:
    /// Locked, unlocked, or another second of the rest.
    void changed();

private:
    void tick();

    const Clock& m_clock;
    const jobs::Services* m_services = nullptr;
    std::optional<jobs::Access> m_access;
    std::optional<std::chrono::nanoseconds> m_until; // on the monotonic clock
    std::stop_source m_stop;
    QTimer m_timer{this};
};

} // namespace gatehouse::ui
