// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/anomalywatch.h"

namespace gatehouse::ui {

AnomalyWatch::AnomalyWatch(CostPresenter& presenter, QObject* parent)
    : QObject(parent)
    , m_presenter(presenter)
{
    m_timer.setInterval(Period);
    connect(&m_timer, &QTimer::timeout, this, &AnomalyWatch::look);
    connect(&presenter, &PagePresenter::changed, this, &AnomalyWatch::follow);
    follow();
}

AnomalyWatch::~AnomalyWatch()
{
    m_stop.request_stop();
}

void AnomalyWatch::follow()
{
    jobs::CostService* const service = m_presenter.service();
    if (service != m_service) {
        m_stop.request_stop();
        m_looking = false;
        m_seen.reset();
        m_service = service;
        if (service != nullptr)
            m_timer.start();
        else
            m_timer.stop();
    }
    // What the page read itself need not be read a second time.
    const auto view = m_presenter.state()->view;
    if (service == nullptr || m_looking || !view || view == m_seen || !view->readTo || !view->audited)
        return;
    m_seen = view;
    m_looking = true;
    m_stop = std::stop_source();
    tell(service, view);
}

void AnomalyWatch::look()
{
    // A page on screen asks by itself, as often.
    if (m_service == nullptr || m_looking || m_presenter.active())
        return;
    m_looking = true;
    m_stop = std::stop_source();
    ask(false);
}

void AnomalyWatch::ask(bool fresh)
{
    const std::stop_token stop = m_stop.get_token();
    jobs::CostQuestion question;
    question.fresh = fresh;
    question.atOnce = !fresh; // only whether there is a ledger
    m_service->view(std::move(question), {}, stop)
        .then(this, [this, stop, fresh](const Result<std::shared_ptr<const jobs::CostView>>& answer) {
            if (stop.stop_requested())
                return;
            if (!answer || !(*answer)->readTo)
                m_looking = false;
            else if (!fresh)
                ask(true);
            else
                tell(m_service, *answer);
        });
}

void AnomalyWatch::tell(jobs::CostService* service, const std::shared_ptr<const jobs::CostView>& view)
{
    const std::stop_token stop = m_stop.get_token();
    service->takeUntold(stop).then(this, [this, stop, view](const Result<std::vector<cost::Alert>>& alerts) {
        if (stop.stop_requested())
            return;
        m_looking = false;
        if (alerts && !alerts->empty())
            Q_EMIT found(*alerts, view);
    });
}

} // namespace gatehouse::ui
