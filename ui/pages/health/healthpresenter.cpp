// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/health/healthpresenter.h"

namespace gatehouse::ui {

std::shared_ptr<const HealthState> HealthPresenter::state() const
{
    return std::make_shared<const HealthState>(
        HealthState{status(), m_report, services() != nullptr && services()->faults != nullptr, m_faults,
                    m_simulateError});
}

std::vector<std::string> HealthPresenter::queries() const
{
    return m_report ? m_report->queries : std::vector<std::string>();
}

std::optional<TimeRange> HealthPresenter::shownRange() const
{
    return m_report ? std::optional(m_report->range) : std::nullopt;
}

void HealthPresenter::drop()
{
    m_report.reset();
    m_faults.clear();
    m_simulateError.reset();
    m_simulateStop.request_stop();
    m_simulateStop = std::stop_source();
}

std::chrono::milliseconds HealthPresenter::period() const
{
    const std::optional<Ticks> relative = context().relative();
    if (relative && *relative <= std::chrono::hours(1))
        return std::chrono::seconds(2);
    return PagePresenter::period();
}

void HealthPresenter::load(const jobs::Services& services, std::stop_token stop, quint64 generation)
{
    services.health->report(context().range(), stop)
        .then(this, [this, generation](const Result<std::shared_ptr<const gateway::HealthReport>>& answer) {
            if (!isCurrent(generation))
                return;
            if (!answer) {
                settleError(answer.error());
                return;
            }
            m_report = *answer;
            settleData(m_report->endpoints.empty(), m_report->partial,
                       QString::fromStdString(m_report->partialReason));
        });
    if (services.faults == nullptr)
        return;
    services.faults->current(stop).then(this,
                                        [this, generation](const Result<std::vector<jobs::Fault>>& answer) {
                                            if (!isCurrent(generation) || !answer)
                                                return;
                                            m_faults = *answer;
                                            Q_EMIT changed();
                                        });
}

void HealthPresenter::simulate(const std::string& backend, Simulation kind)
{
    std::vector<jobs::Fault> faults = m_faults;
    std::erase_if(faults, [&](const jobs::Fault& fault) { return fault.backend == backend; });
    jobs::Fault fault{.backend = backend};
    switch (kind) {
    case Simulation::Unplug:
        fault.down = true;
        break;
    case Simulation::Slow:
        fault.latencyMs = 4000;
        break;
    case Simulation::Throttle:
        fault.status = 429;
        break;
    }
    faults.push_back(std::move(fault));
    put(std::move(faults));
}

void HealthPresenter::heal()
{
    put({});
}

void HealthPresenter::put(std::vector<jobs::Fault> faults)
{
    if (services() == nullptr || services()->faults == nullptr)
        return;
    m_simulateStop.request_stop();
    m_simulateStop = std::stop_source();
    services()
        ->faults->set(faults, m_simulateStop.get_token())
        .then(this, [this, faults](const Status& done) {
            if (!done && done.error().cancelled())
                return;
            m_simulateError = done ? std::nullopt : std::optional(done.error());
            if (done)
                m_faults = faults;
            Q_EMIT changed();
            refresh();
        });
}

} // namespace gatehouse::ui
