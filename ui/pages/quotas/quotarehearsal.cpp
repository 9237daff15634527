// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/quotas/quotarehearsal.h"

namespace gatehouse::ui {

QuotaRehearsal::~QuotaRehearsal()
{
    m_stop.request_stop();
}

void QuotaRehearsal::start(jobs::QuotaBoardService& service, jobs::QuotaImpactQuestion question)
{
    m_stop.request_stop();
    m_stop = std::stop_source();
    m_state.days = question.days;
    m_state.running = true;
    m_state.error.reset();
    m_state.progress = {};
    Q_EMIT progressed();
    const std::stop_token stop = m_stop.get_token();
    service
        .impact(
            std::move(question),
            [this, stop](jobs::QuotaImpactProgress progress) {
                if (stop.stop_requested())
                    return; // also when this is no longer there
                m_state.progress = progress;
                Q_EMIT progressed();
            },
            stop)
        .then(this, [this, stop](const Result<std::shared_ptr<const jobs::QuotaImpact>>& impact) {
            if (stop.stop_requested())
                return;
            m_state.running = false;
            if (impact) {
                m_state.impact = *impact;
                m_state.outdated = false;
            } else {
                m_state.error = impact.error();
            }
            Q_EMIT ended();
        });
}

void QuotaRehearsal::cancel()
{
    if (!m_state.running)
        return;
    m_stop.request_stop();
    m_state.running = false;
    Q_EMIT ended();
}

void QuotaRehearsal::draftChanged()
{
    m_state.outdated = m_state.impact != nullptr;
    cancel();
}

void QuotaRehearsal::forget()
{
    m_stop.request_stop();
    m_state.running = false;
    m_state.impact.reset();
    m_state.outdated = false;
    m_state.error.reset();
}

} // namespace gatehouse::ui
