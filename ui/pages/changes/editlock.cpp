// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/changes/editlock.h"

#include "core/jobs/services.h"

namespace gatehouse::ui {

EditLock::EditLock(const Clock& clock, QObject* parent)
    : QObject(parent)
    , m_clock(clock)
{
    m_timer.setInterval(1'000);
    connect(&m_timer, &QTimer::timeout, this, &EditLock::tick);
}

EditLock::~EditLock()
{
    m_stop.request_stop();
}

void EditLock::setServices(const jobs::Services* services)
{
    m_stop.request_stop();
    m_stop = std::stop_source();
    m_services = services;
    m_access.reset();
    lock();
    if (services == nullptr || services->access == nullptr)
        return;
    services->access->access(m_stop.get_token())
        .then(this, [this, stop = m_stop.get_token()](const Result<jobs::Access>& access) {
            if (stop.stop_requested() || !access)
                return;
            m_access = *access;
            Q_EMIT changed();
        });
}

bool EditLock::unlocked() const
{
    return m_until && m_clock.monotonic() < *m_until;
}

std::chrono::seconds EditLock::remaining() const
{
    if (!m_until)
        return std::chrono::seconds(0);
    return std::max(std::chrono::seconds(0),
                    std::chrono::ceil<std::chrono::seconds>(*m_until - m_clock.monotonic()));
}

bool EditLock::mayUnlock() const
{
    return m_services != nullptr && m_services->changes != nullptr &&
           (!m_access || !m_access->known || m_access->mayEdit);
}

QString EditLock::whyNot() const
{
    if (m_services == nullptr)
        return tr("Sign in first.");
    if (m_services->changes == nullptr)
        return tr("This profile names no API Management service.");
    if (!mayUnlock())
        return tr("You may look but not change: your account lacks the role “%1” (%2).")
            .arg(QString::fromStdString(m_access->role), QString::fromStdString(m_access->missing));
    return unlocked() ? QString() : tr("Editing is locked. Unlock it first.");
}

void EditLock::unlock()
{
    if (!mayUnlock())
        return;
    m_until = m_clock.monotonic() + Unlocked;
    m_timer.start();
    Q_EMIT changed();
}

void EditLock::lock()
{
    m_timer.stop();
    m_until.reset();
    Q_EMIT changed();
}

void EditLock::tick()
{
    if (!unlocked())
        lock();
    else
        Q_EMIT changed();
}

} // namespace gatehouse::ui
