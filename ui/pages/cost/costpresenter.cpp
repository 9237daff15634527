// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/costpresenter.h"

#include <QtCore/QPointer>

#include <algorithm>

namespace gatehouse::ui {

namespace {

/// The ledger's days are UTC's.
DateTime startOf(cost::Day day)
{
    return DateTime::fromUnixSeconds(std::chrono::seconds(day.time_since_epoch()).count());
}

} // namespace

cost::DayRange daysOf(CostPeriod period, cost::Day today)
{
    using std::chrono::days;
    const cost::Day end = today + days{1};
    const cost::Month month = cost::monthOf(today);
    switch (period) {
    case CostPeriod::LastMonth:
        return {cost::firstDay(month - std::chrono::months{1}), cost::firstDay(month)};
    case CostPeriod::Days7:
        return {end - days{7}, end};
    case CostPeriod::Days30:
        return {end - days{30}, end};
    case CostPeriod::Days90:
        return {end - days{90}, end};
    case CostPeriod::Year:
        return {cost::firstDay(month - std::chrono::months{11}), end};
    case CostPeriod::ThisMonth:
    case CostPeriod::Custom:
        break;
    }
    return {cost::firstDay(month), end};
}

CostPresenter::CostPresenter(ViewContext& context, QObject* parent)
    : PagePresenter(context, parent)
{}

std::shared_ptr<const CostState> CostPresenter::state() const
{
    return std::make_shared<const CostState>(
        CostState{status(), m_period, m_question, m_chips, m_view, m_progress});
}

jobs::CostService* CostPresenter::service() const
{
    return services() != nullptr ? services()->cost : nullptr;
}

void CostPresenter::setDimension(cost::CostDimension dimension)
{
    if (dimension == m_question.by)
        return;
    m_question.by = dimension;
    showAgain();
}

void CostPresenter::setStep(cost::Step step)
{
    if (step == m_question.step)
        return;
    m_question.step = step;
    showAgain();
}

void CostPresenter::setPeriod(CostPeriod period)
{
    if (period == m_period || period == CostPeriod::Custom)
        return;
    m_period = period;
    showAgain();
}

void CostPresenter::setRange(const cost::DayRange& range)
{
    if (range.length() < 1 || (m_period == CostPeriod::Custom && range == m_question.range))
        return;
    if (m_period != CostPeriod::Custom)
        m_periodBefore = m_period;
    m_period = CostPeriod::Custom;
    m_question.range = range;
    showAgain();
}

void CostPresenter::leaveRange()
{
    if (m_period == CostPeriod::Custom)
        setPeriod(m_periodBefore);
}

void CostPresenter::toggleFilter(const cost::CostFilter& filter, const QString& label)
{
    const bool was = std::ranges::find(m_question.filters, filter) != m_question.filters.end();
    std::erase_if(m_chips,
                  [&filter](const CostChip& chip) { return chip.filter.dimension == filter.dimension; });
    if (!was)
        m_chips.push_back({filter, label.isEmpty() ? QString::fromStdString(filter.value) : label});
    m_question.filters.clear();
    for (const CostChip& chip : m_chips)
        m_question.filters.push_back(chip.filter);
    showAgain();
}

void CostPresenter::clearFilters()
{
    if (m_question.filters.empty())
        return;
    m_question.filters.clear();
    m_chips.clear();
    showAgain();
}

void CostPresenter::showAgain()
{
    m_progress.reset(); // of a reading that ends here
    m_fromStore = true;
    refresh();
    m_fromStore = false;
}

void CostPresenter::stopReading()
{
    if (!status().refreshing || !m_question.fresh)
        return;
    m_readingOwed = false;
    m_stopped = true;
    showAgain();
}

std::vector<std::string> CostPresenter::queries() const
{
    return m_view ? m_view->queries : std::vector<std::string>();
}

std::optional<TimeRange> CostPresenter::shownRange() const
{
    if (!m_view)
        return std::nullopt;
    const cost::DayRange& days = m_view->grouping.question.range;
    return TimeRange{startOf(days.first), startOf(days.end)};
}

void CostPresenter::drop()
{
    m_view.reset();
    m_progress.reset();
    m_readingOwed = true;
}

void CostPresenter::load(const jobs::Services& services, std::stop_token stop, quint64 generation)
{
    m_progress.reset();
    if (services.cost == nullptr) {
        settleError(fail(Error::Kind::Unavailable, tr("This profile has no ledger of costs.").toStdString(),
                         tr("Choose a profile with a workspace.").toStdString())
                        .value());
        return;
    }
    // A reading that a change of the view interrupts goes on with the new view.
    const bool fresh = !m_fromStore || m_readingOwed;
    m_readingOwed = fresh;
    m_stopped = m_stopped && !fresh;
    m_question.fresh = fresh;
    m_question.atOnce = !fresh;
    if (m_period != CostPeriod::Custom)
        m_question.range = daysOf(m_period, services.cost->today());
    if (fresh && !m_view)
        showStore(*services.cost, std::move(stop), generation);
    else
        ask(*services.cost, std::move(stop), generation);
}

/// The first view does not wait for the log: what the store has is shown while it is read.
void CostPresenter::showStore(jobs::CostService& ledger, std::stop_token stop, quint64 generation)
{
    jobs::CostQuestion question = m_question;
    question.fresh = false;
    question.atOnce = true;
    ledger.view(std::move(question), {}, stop)
        .then(this, [this, stop, generation](const Result<std::shared_ptr<const jobs::CostView>>& answer) {
            if (!isCurrent(generation) || service() == nullptr)
                return;
            if (answer && (*answer)->readTo && !(*answer)->grouping.rows.empty()) {
                m_view = *answer;
                showMeanwhile(*m_view->readTo);
            }
            // Whoever saw the view may have asked for another one.
            if (isCurrent(generation) && service() != nullptr)
                ask(*service(), stop, generation);
        });
}

void CostPresenter::ask(jobs::CostService& ledger, std::stop_token stop, quint64 generation)
{
    const auto progress = [self = QPointer(this), generation](jobs::CostProgress done) {
        if (!self || !self->isCurrent(generation))
            return;
        self->m_progress = std::move(done);
        Q_EMIT self->changed();
    };
    ledger.view(m_question, progress, std::move(stop))
        .then(this, [this, generation](const Result<std::shared_ptr<const jobs::CostView>>& answer) {
            if (!isCurrent(generation))
                return;
            m_progress.reset();
            if (!answer)
                return settleError(answer.error());
            m_readingOwed = m_readingOwed && !m_question.fresh;
            m_view = *answer;
            QString notRead = QString::fromStdString(m_view->notRead);
            if (m_stopped && notRead.isEmpty())
                notRead = tr("reading the log was stopped. Press F5 to go on.");
            settleData(m_view->grouping.rows.empty() && m_question.filters.empty() && notRead.isEmpty(),
                       m_view->partial || !notRead.isEmpty(),
                       notRead.isEmpty() ? QString::fromStdString(m_view->partialReason) : notRead);
        });
}

} // namespace gatehouse::ui
