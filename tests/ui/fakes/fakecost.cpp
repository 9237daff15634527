// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/fakecost.h"

namespace gatehouse::test {

FakeCost::FakeCost()
{
    views.always(std::make_shared<const jobs::CostView>());
}

FakeCost::~FakeCost() = default;

cost::Day FakeCost::today() const
{
    return day;
}

QFuture<CostAnswer> FakeCost::view(jobs::CostQuestion question,
                                   std::function<void(jobs::CostProgress)> progress, std::stop_token stop)
{
    lastQuestion = std::move(question);
    lastProgress = std::move(progress);
    if (make)
        views.always(make(lastQuestion));
    return views.ask(std::move(stop));
}

QFuture<Result<std::vector<jobs::BookedCall>>> FakeCost::calls(jobs::CostQuestion question, int most,
                                                               std::stop_token stop)
{
    lastCalls = std::move(question);
    if (makeCalls)
        callLists.always(makeCalls(lastCalls, most));
    return callLists.ask(std::move(stop));
}

QFuture<Result<std::shared_ptr<const report::Report>>>
FakeCost::report(jobs::CostQuestion question, std::optional<DateTime> /*asOf*/, std::stop_token stop)
{
    lastQuestion = std::move(question);
    if (makeReport)
        reports.always(makeReport(lastQuestion));
    return reports.ask(std::move(stop));
}

QFuture<Result<jobs::CostPrices>> FakeCost::prices(std::stop_token stop)
{
    return priceAnswers.ask(std::move(stop));
}

QFuture<Result<jobs::PriceDraft>> FakeCost::importPrices(std::string text, jobs::PriceFormat /*format*/,
                                                         std::stop_token stop)
{
    lastImport = std::move(text);
    return drafts.ask(std::move(stop));
}

QFuture<Result<cost::Repriced>> FakeCost::applyPrices(jobs::PriceDraft draft, std::string note)
{
    lastNote = std::move(note);
    lastDraft = std::move(draft);
    return repriced.ask({});
}

QFuture<Result<std::vector<cost::Budget>>> FakeCost::budgets(std::stop_token stop)
{
    return budgetLists.ask(std::move(stop));
}

QFuture<Status> FakeCost::setBudget(cost::Budget budget)
{
    lastBudget = std::move(budget);
    return changes.ask({});
}

QFuture<Status> FakeCost::removeBudget(cost::BudgetScope scope, std::string key, cost::Month since)
{
    lastRemoved = cost::Budget{scope, std::move(key), 0, {}, since, {}};
    return changes.ask({});
}

QFuture<Status> FakeCost::closeMonth(cost::Month month)
{
    lastClosed = month;
    return changes.ask({});
}

QFuture<Status> FakeCost::snooze(cost::Snooze snooze)
{
    lastSnooze = std::move(snooze);
    return changes.ask({});
}

QFuture<Result<std::vector<cost::Alert>>> FakeCost::takeUntold(std::stop_token stop)
{
    return untold.ask(std::move(stop));
}

template class Answers<CostAnswer>;
template class Answers<Result<std::vector<jobs::BookedCall>>>;
template class Answers<Result<std::shared_ptr<const report::Report>>>;
template class Answers<Result<jobs::CostPrices>>;
template class Answers<Result<jobs::PriceDraft>>;
template class Answers<Result<cost::Repriced>>;
template class Answers<Result<std::vector<cost::Budget>>>;
template class Answers<Status>;
template class Answers<Result<std::vector<cost::Alert>>>;

} // namespace gatehouse::test
