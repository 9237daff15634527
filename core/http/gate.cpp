// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/gate.h"

#include "core/http/deferred.h"

namespace gatehouse::http {

Gate::Gate(int places, QObject* parent)
    : QObject(parent)
    , m_places(places)
{}

Gate::~Gate()
{
    for (const WaiterPtr& waiter : std::exchange(m_waiting, {}))
        waiter->entered(fail(cancelledError()));
}

void Gate::enter(const std::stop_token& stop, Entered entered)
{
    if (stop.stop_requested()) {
        entered(fail(cancelledError()));
        return;
    }
    if (m_inside < m_places) {
        entered(makePermit());
        return;
    }
    auto waiter = std::make_shared<Waiter>();
    waiter->entered = std::move(entered);
    waiter->stopHook = StopHook(stop, this, [this, weak = std::weak_ptr<Waiter>(waiter)] { drop(weak); });
    m_waiting.push_back(std::move(waiter));
}

Gate::Permit Gate::makePermit()
{
    ++m_inside;
    Q_EMIT insideChanged(m_inside);
    QPointer<Gate> self(this);
    // Nothing is held; only that it goes away matters.
    return Permit(nullptr, [self](void*) {
        if (self)
            self->leave();
    });
}

void Gate::leave()
{
    --m_inside;
    if (m_waiting.empty()) {
        Q_EMIT insideChanged(m_inside);
        return;
    }
    const WaiterPtr next = m_waiting.front();
    m_waiting.pop_front();
    next->stopHook.reset();
    next->entered(makePermit());
}

void Gate::drop(const std::weak_ptr<Waiter>& weak)
{
    const WaiterPtr waiter = weak.lock();
    if (waiter && m_waiting.remove(waiter) > 0)
        waiter->entered(fail(cancelledError()));
}

} // namespace gatehouse::http
