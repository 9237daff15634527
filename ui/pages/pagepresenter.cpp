// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/pagepresenter.h"

namespace gatehouse::ui {

PagePresenter::PagePresenter(ViewContext& context, QObject* parent)
    : QObject(parent)
    , m_context(context)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &PagePresenter::start);
    connect(&context, &ViewContext::changed, this, [this] {
        if (!wantsAnswer())
            return;
        m_due = true;
        if (m_active)
            start();
    });
}

PagePresenter::~PagePresenter()
{
    m_stop.request_stop();
}

void PagePresenter::setServices(const jobs::Services* services)
{
    m_stop.request_stop();
    ++m_generation;
    m_timer.stop();
    m_services = services;
    m_due = true;
    m_status = {};
    drop();
    if (m_active && m_services != nullptr)
        start();
    else
        Q_EMIT changed();
}

void PagePresenter::setActive(bool active)
{
    if (active == m_active)
        return;
    m_active = active;
    if (!active) {
        m_timer.stop();
        return;
    }
    const auto age = m_context.clock().now() - m_status.loadedAt;
    if (m_due || (period().count() > 0 && age >= period()))
        start();
    else
        schedule();
}

void PagePresenter::refresh()
{
    m_due = true;
    if (m_active)
        start();
}

void PagePresenter::cancel()
{
    if (!m_status.refreshing)
        return;
    m_stop.request_stop();
    ++m_generation;
    m_status.refreshing = false;
    if (m_status.phase == Phase::Loading)
        settleError(fail(Error::Kind::Cancelled, tr("Loading was stopped.").toStdString(),
                         tr("Press F5 to load again.").toStdString())
                        .value());
    else
        Q_EMIT changed();
}

std::chrono::milliseconds PagePresenter::period() const
{
    const std::optional<Ticks> relative = m_context.relative();
    if (!relative)
        return std::chrono::milliseconds(0); // a fixed range does not change
    return *relative <= std::chrono::hours(1) ? std::chrono::seconds(15) : std::chrono::seconds(60);
}

void PagePresenter::start()
{
    if (m_services == nullptr)
        return;
    m_stop.request_stop();
    m_stop = std::stop_source();
    const quint64 generation = ++m_generation;
    m_due = false;
    m_timer.stop();
    m_status.refreshing = true;
    if (!hasData()) {
        m_status.phase = Phase::Loading;
        m_status.error.reset();
    }
    Q_EMIT changed();
    load(*m_services, m_stop.get_token(), generation);
}

void PagePresenter::schedule()
{
    if (m_active && period().count() > 0)
        m_timer.start(period());
}

void PagePresenter::settleData(bool empty, bool partial, const QString& notice, std::optional<DateTime> at)
{
    m_status.refreshing = false;
    m_status.error.reset();
    m_status.notice = notice;
    m_status.loadedAt = at.value_or(m_context.clock().now());
    m_status.phase = partial ? Phase::Partial : empty ? Phase::Empty : Phase::Data;
    schedule();
    Q_EMIT changed();
}

void PagePresenter::showMeanwhile(DateTime at)
{
    m_status.error.reset();
    m_status.notice.clear();
    m_status.loadedAt = at;
    m_status.phase = Phase::Data;
    Q_EMIT changed();
}

void PagePresenter::settleError(const Error& error)
{
    m_status.refreshing = false;
    m_status.error = error;
    if (error.kind == Error::Kind::Denied) {
        drop();
        m_status.phase = Phase::Denied;
    } else {
        m_status.phase = hasData() ? Phase::Stale : Phase::Failed;
    }
    schedule();
    Q_EMIT changed();
}

} // namespace gatehouse::ui
