// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/http/stophook.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>

#include <functional>
#include <list>
#include <memory>

namespace gatehouse::http {

/// Lets at most so many in at a time, first come first served. Main thread.
class Gate final : public QObject
{
    Q_OBJECT
public:
    /// A place inside; given back when the last copy goes. May outlive the gate.
    using Permit = std::shared_ptr<void>;
    /// Called once: with a permit, or with Cancelled for one that was stopped while it waited.
    using Entered = std::function<void(Result<Permit>)>;

    explicit Gate(int places, QObject* parent = nullptr);
    /// Those who wait are told Cancelled.
    ~Gate() override;

    /// entered is called before this returns where there is room.
    void enter(const std::stop_token& stop, Entered entered);
    [[nodiscard]] int inside() const { return m_inside; }
    [[nodiscard]] int waiting() const { return static_cast<int>(m_waiting.size()); }

Q_SIGNALS:
    void insideChanged(int inside);

private:
    struct Waiter
    {
        Entered entered;
        StopHook stopHook;
    };
    using WaiterPtr = std::shared_ptr<Waiter>;

    [[nodiscard]] Permit makePermit();
    void leave();
    void drop(const std::weak_ptr<Waiter>& weak);

    int m_places;
    int m_inside = 0;
    std::list<WaiterPtr> m_waiting;
};

} // namespace gatehouse::http
