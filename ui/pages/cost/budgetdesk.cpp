// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/cost/budgetdesk.h"

#include "core/base/encoding.h"

#include <algorithm>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

/// Whole weeks, so that a change is none of the weekdays.
constexpr std::chrono::days ComparedDays{28};

QString keyOf(const cost::Budget& budget)
{
    return QString::number(static_cast<int>(budget.scope)) + u':' +
           QString::fromStdString(toLower(budget.key)) + u':' +
           QString::fromStdString(cost::monthText(budget.since));
}

bool inForce(const cost::Budget& budget, cost::Month month)
{
    return budget.since <= month && (!budget.until || month < *budget.until);
}

} // namespace

BudgetDesk::BudgetDesk(CostPresenter& presenter, QObject* parent)
    : QObject(parent)
    , m_presenter(presenter)
{
    connect(&presenter, &PagePresenter::changed, this, &BudgetDesk::follow);
}

BudgetDesk::~BudgetDesk()
{
    m_listStop.request_stop();
    m_detailStop.request_stop();
}

void BudgetDesk::setActive(bool active)
{
    m_active = active;
    follow();
}

const BudgetLine* BudgetDesk::selected() const
{
    const auto found =
        std::ranges::find_if(m_lines, [this](const BudgetLine& line) { return line.key == m_selected; });
    return found == m_lines.end() ? nullptr : &*found;
}

const BudgetLine* BudgetDesk::find(const cost::Budget& like) const
{
    const auto found = std::ranges::find_if(
        m_lines, [key = keyOf(like)](const BudgetLine& line) { return line.key == key; });
    return found == m_lines.end() ? nullptr : &*found;
}

void BudgetDesk::select(const QString& key)
{
    if (key == m_selected)
        return;
    m_selected = key;
    m_detail.reset();
    readDetail();
    Q_EMIT changed();
}

void BudgetDesk::forget()
{
    m_listStop.request_stop();
    m_detailStop.request_stop();
    m_known = false;
    m_busy = false;
    m_view.reset();
    m_lines.clear();
    m_detail.reset();
    m_error.reset();
    m_undoable.clear();
}

void BudgetDesk::follow()
{
    if (m_presenter.service() == nullptr) {
        if (m_view || m_known || m_busy) {
            forget();
            Q_EMIT changed();
        }
        return;
    }
    const auto view = m_presenter.state()->view;
    if (!m_active || view == m_view || !view)
        return;
    m_view = view;
    readList();
    if (m_known)
        readDetail();
}

void BudgetDesk::readList()
{
    m_listStop.request_stop();
    m_listStop = std::stop_source();
    const std::stop_token stop = m_listStop.get_token();
    m_presenter.service()->budgets(stop).then(this,
                                              [this, stop](const Result<std::vector<cost::Budget>>& budgets) {
                                                  if (stop.stop_requested())
                                                      return;
                                                  if (budgets) {
                                                      m_error.reset();
                                                      take(*budgets);
                                                  } else {
                                                      m_error = budgets.error();
                                                  }
                                                  Q_EMIT changed();
                                              });
}

void BudgetDesk::take(const std::vector<cost::Budget>& budgets)
{
    m_lines.clear();
    for (const cost::Budget& budget : budgets) {
        BudgetLine line{keyOf(budget), budget, nameOf(budget), {}};
        for (const cost::BudgetStatus& status : m_view->budgets) {
            if (keyOf(status.budget) == line.key)
                line.status = status;
        }
        m_lines.push_back(std::move(line));
    }
    const cost::Month month = cost::monthOf(m_view->today);
    std::ranges::stable_sort(m_lines, [&](const BudgetLine& a, const BudgetLine& b) {
        const bool first = inForce(a.budget, month);
        const bool second = inForce(b.budget, month);
        return first != second ? first
                               : std::tie(a.budget.scope, a.name, a.budget.since) <
                                     std::tie(b.budget.scope, b.name, b.budget.since);
    });
    const bool wasKnown = std::exchange(m_known, true);
    if (selected() != nullptr && wasKnown)
        return;
    if (selected() == nullptr)
        m_selected = m_lines.empty() ? QString() : m_lines.front().key;
    m_detail.reset();
    readDetail();
}

void BudgetDesk::readDetail()
{
    m_detailStop.request_stop();
    jobs::CostService* const service = m_presenter.service();
    if (service == nullptr || !m_view)
        return;
    m_detailStop = std::stop_source();
    const std::stop_token stop = m_detailStop.get_token();
    jobs::CostQuestion question;
    question.by = cost::CostDimension::Model;
    question.range = {m_view->today - ComparedDays, m_view->today};
    question.fresh = false;
    question.atOnce = true;
    if (const BudgetLine* const line = selected())
        question.filters = cost::filtersOf(line->budget);
    service->view(std::move(question), {}, stop)
        .then(this, [this, stop](const Result<std::shared_ptr<const jobs::CostView>>& answer) {
            if (stop.stop_requested())
                return;
            if (answer)
                m_detail = *answer;
            else if (!answer.error().cancelled())
                m_error = answer.error();
            Q_EMIT changed();
        });
}

QString BudgetDesk::nameOf(const cost::Budget& budget) const
{
    if (budget.scope == cost::BudgetScope::Service && m_view) {
        for (const jobs::KnownService& service : m_view->services) {
            if (equalsIgnoreCase(service.id, budget.key))
                return QString::fromStdString(service.name);
        }
    }
    return QString::fromStdString(budget.key);
}

QString BudgetDesk::calledOf(const cost::Budget& budget) const
{
    return budget.scope == cost::BudgetScope::Everything ? tr("everything") : nameOf(budget);
}

void BudgetDesk::put(const cost::Budget& budget, bool replace)
{
    const BudgetLine* const there = find(budget);
    if (there != nullptr && !replace) {
        Q_EMIT refused(
            fail(
                Error::Kind::InvalidInput,
                tr("There is a budget of %1 from that month on already.").arg(calledOf(budget)).toStdString(),
                tr("Edit that one, or begin in another month.").toStdString())
                .value());
        return;
    }
    if (there != nullptr)
        change({budget, {}}, tr("Changed the budget of %1").arg(calledOf(budget)), Step{there->budget, {}});
    else
        change({budget, {}}, tr("Added a budget of %1").arg(calledOf(budget)), Step{{}, budget});
}

void BudgetDesk::remove(const QString& key)
{
    const auto line = std::ranges::find_if(m_lines, [&](const BudgetLine& one) { return one.key == key; });
    if (line == m_lines.end())
        return;
    change({{}, line->budget}, tr("Removed the budget of %1").arg(calledOf(line->budget)),
           Step{line->budget, {}});
}

void BudgetDesk::undo()
{
    if (m_undoable.isEmpty() || m_busy)
        return;
    change(m_back, tr("Undone: %1").arg(m_undoable), std::nullopt);
}

void BudgetDesk::change(const Step& step, const QString& said, const std::optional<Step>& back)
{
    jobs::CostService* const service = m_presenter.service();
    if (service == nullptr || m_busy)
        return;
    m_busy = true;
    Q_EMIT changed();
    QFuture<Status> future =
        step.set ? service->setBudget(*step.set)
                 : service->removeBudget(step.remove->scope, step.remove->key, step.remove->since);
    future.then(this, [this, service, step, said, back](const Status& status) {
        // Of a profile that is closed by now.
        if (service != m_presenter.service())
            return;
        m_busy = false;
        if (!status) {
            Q_EMIT changed();
            Q_EMIT refused(status.error());
            return;
        }
        m_back = back.value_or(Step());
        m_undoable = back ? said : QString();
        if (step.set)
            m_selected = keyOf(*step.set);
        Q_EMIT changed();
        Q_EMIT done(said);
        m_presenter.showAgain();
    });
}

} // namespace gatehouse::ui
