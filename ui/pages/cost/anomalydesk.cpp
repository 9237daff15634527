// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/anomalydesk.h"

#include "core/base/encoding.h"

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

QString keyOf(const cost::Alert& alert)
{
    return QString::number(static_cast<int>(alert.first.kind)) + u':' +
           QString::fromStdString(alert.first.service) + u':' +
           QString::number(alert.first.start.unixSeconds());
}

/// The days that the span touches; the ledger's are UTC's.
cost::DayRange daysOf(const TimeRange& span)
{
    return {cost::utcDay(span.start), cost::utcDay(span.end) + std::chrono::days{1}};
}

} // namespace

AnomalyDesk::AnomalyDesk(CostPresenter& presenter, QObject* parent)
    : QObject(parent)
    , m_presenter(presenter)
{
    connect(&presenter, &PagePresenter::changed, this, &AnomalyDesk::follow);
}

AnomalyDesk::~AnomalyDesk()
{
    m_stop.request_stop();
}

void AnomalyDesk::setActive(bool active)
{
    m_active = active;
    follow();
}

const AlertLine* AnomalyDesk::selected() const
{
    const auto found =
        std::ranges::find_if(m_lines, [this](const AlertLine& line) { return line.key == m_selected; });
    return found == m_lines.end() ? nullptr : &*found;
}

void AnomalyDesk::select(const QString& key)
{
    if (key == m_selected)
        return;
    m_selected = key;
    m_calls.reset();
    readCalls();
    Q_EMIT changed();
}

void AnomalyDesk::follow()
{
    if (m_presenter.service() == nullptr) {
        if (!m_view && !m_busy)
            return;
        m_stop.request_stop();
        m_busy = false;
        m_reading = false;
        m_view.reset();
        m_lines.clear();
        m_snoozes.clear();
        m_calls.reset();
        m_error.reset();
        Q_EMIT changed();
        return;
    }
    const auto view = m_presenter.state()->view;
    const bool looking = view && !view->audited && m_presenter.status().refreshing;
    if (!m_active || !view || (view == m_view && looking == m_looking))
        return;
    m_looking = looking;
    m_view = view;
    m_error.reset();
    take();
    readCalls();
    Q_EMIT changed();
}

void AnomalyDesk::take()
{
    const DateTime now = m_presenter.context().clock().now();
    m_snoozes.clear();
    for (const cost::Snooze& snooze : m_view->alerts.snoozes) {
        if (now < snooze.until)
            m_snoozes.push_back({snooze.service, nameOf(snooze.service), snooze.until});
    }
    m_lines.clear();
    for (auto alert = m_view->alerts.alerts.rbegin(); alert != m_view->alerts.alerts.rend(); ++alert) {
        AlertLine line{keyOf(*alert), *alert, nameOf(alert->first.service), false, {}};
        line.lasts = now <= alert->until + alert->first.length * 2;
        for (const SnoozeLine& snooze : m_snoozes) {
            if (snooze.service.empty() || equalsIgnoreCase(snooze.service, alert->first.service))
                line.snoozedTill = std::max(line.snoozedTill.value_or(snooze.until), snooze.until);
        }
        m_lines.push_back(std::move(line));
    }
    std::ranges::stable_sort(m_lines, [](const AlertLine& a, const AlertLine& b) {
        return a.alert.first.start > b.alert.first.start;
    });
    if (selected() == nullptr) {
        m_selected = m_lines.empty() ? QString() : m_lines.front().key;
        m_calls.reset();
    }
}

void AnomalyDesk::readCalls()
{
    m_stop.request_stop();
    m_reading = false;
    const AlertLine* const line = selected();
    jobs::CostService* const service = m_presenter.service();
    if (line == nullptr || service == nullptr)
        return;
    const cost::Alert& alert = line->alert;
    if (alert.first.kind == cost::AnomalyKind::NoData) {
        m_calls = std::make_shared<const std::vector<jobs::BookedCall>>();
        return;
    }
    m_stop = std::stop_source();
    const std::stop_token stop = m_stop.get_token();
    jobs::CostQuestion question;
    question.moments = TimeRange{alert.first.start, alert.until};
    question.range = daysOf(*question.moments);
    const cost::RowKind kind =
        alert.first.service.empty() ? cost::RowKind::Unattributed : cost::RowKind::Value;
    question.filters = {{cost::CostDimension::Service, alert.first.service, kind}};
    question.fresh = false;
    m_reading = true;
    service->calls(std::move(question), MostCalls, stop)
        .then(this, [this, stop](const Result<std::vector<jobs::BookedCall>>& calls) {
            if (stop.stop_requested())
                return;
            m_reading = false;
            if (calls)
                m_calls = std::make_shared<const std::vector<jobs::BookedCall>>(*calls);
            else
                m_error = calls.error();
            Q_EMIT changed();
        });
}

QString AnomalyDesk::nameOf(const std::string& service) const
{
    for (const jobs::KnownService& known : m_view->services) {
        if (equalsIgnoreCase(known.id, service))
            return QString::fromStdString(known.name);
    }
    return QString::fromStdString(service);
}

void AnomalyDesk::snooze(const std::string& service, std::chrono::hours length)
{
    if (m_view)
        setSnooze({service, m_presenter.context().clock().now() + Ticks(length)},
                  service.empty() ? tr("All alerts are snoozed")
                                  : tr("Alerts of %1 are snoozed").arg(nameOf(service)));
}

void AnomalyDesk::endSnooze(const std::string& service)
{
    if (m_view)
        setSnooze({service, m_presenter.context().clock().now()},
                  service.empty() ? tr("Alerts are told again")
                                  : tr("Alerts of %1 are told again").arg(nameOf(service)));
}

void AnomalyDesk::setSnooze(const cost::Snooze& snooze, const QString& said)
{
    jobs::CostService* const service = m_presenter.service();
    if (service == nullptr || m_busy)
        return;
    m_busy = true;
    Q_EMIT changed();
    service->snooze(snooze).then(this, [this, service, said](const Status& status) {
        // Of a profile that is closed by now.
        if (service != m_presenter.service())
            return;
        m_busy = false;
        Q_EMIT changed();
        if (!status) {
            Q_EMIT refused(status.error());
            return;
        }
        Q_EMIT done(said);
        m_presenter.showAgain();
    });
}

} // namespace gatehouse::ui
