// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/replaypresenter.h"

#include <QtCore/QPointer>

namespace gatehouse::ui {

ReplayPresenter::ReplayPresenter(const Clock& clock, QObject* parent)
    : QObject(parent)
    , m_clock(clock)
{}

ReplayPresenter::~ReplayPresenter()
{
    m_stop.request_stop();
}

void ReplayPresenter::setService(jobs::ExplainService* service)
{
    m_stop.request_stop();
    ++m_generation;
    m_service = service;
    m_draft.reset();
    m_state = {};
    Q_EMIT changed();
}

void ReplayPresenter::setDraft(std::optional<gateway::RoutingPlan> draft)
{
    m_draft = std::move(draft);
    Q_EMIT changed();
}

void ReplayPresenter::run(int days)
{
    if (m_service == nullptr || days < 1)
        return;
    m_stop.request_stop();
    m_stop = std::stop_source();
    const quint64 generation = ++m_generation;
    m_state = {};
    m_state.running = true;
    m_state.ofDraft = m_draft.has_value();
    Q_EMIT changed();
    const DateTime now = m_clock.now();
    const TimeRange range{now - Ticks(std::chrono::hours(24)) * days, now};
    if (!m_draft)
        return replay(std::nullopt, range, generation);
    m_service->setup(m_stop.get_token())
        .then(this, [this, plan = *m_draft, range, generation](const Result<jobs::SetupNow>& setup) {
            if (generation != m_generation)
                return;
            if (!setup)
                return settle(fail(setup.error()));
            gateway::ExplainSetup draft = setup->setup;
            draft.routing.plan = plan;
            replay(std::move(draft), range, generation);
        });
}

void ReplayPresenter::replay(std::optional<gateway::ExplainSetup> draft, TimeRange range, quint64 generation)
{
    // The service may report once more after this presenter is gone.
    const QPointer<ReplayPresenter> self(this);
    const auto progress = [self, generation](const jobs::ReplayProgress& step) {
        if (self.isNull() || generation != self->m_generation)
            return;
        self->m_state.fraction = step.fraction;
        self->m_state.requests = step.requests;
        Q_EMIT self->changed();
    };
    m_service->replay(std::move(draft), range, progress, m_stop.get_token())
        .then(this, [this, generation](const Result<jobs::ExplainService::ReplayPtr>& outcome) {
            if (generation == m_generation)
                settle(outcome);
        });
}

void ReplayPresenter::settle(const Result<jobs::ExplainService::ReplayPtr>& outcome)
{
    m_state.running = false;
    if (outcome)
        m_state.outcome = *outcome;
    else if (!outcome.error().cancelled())
        m_state.error = outcome.error();
    Q_EMIT changed();
}

void ReplayPresenter::cancel()
{
    m_stop.request_stop();
    ++m_generation;
    m_state.running = false;
    Q_EMIT changed();
}

} // namespace gatehouse::ui
