// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/cost.h"
#include "tests/ui/fakes/answers.h"

namespace gatehouse::test {

using CostAnswer = Result<std::shared_ptr<const jobs::CostView>>;

/// A ledger under a test's control. Without an answer of the test's, nothing was spent, and everything else
/// waits.
class FakeCost final : public jobs::CostService
{
public:
    cost::Day day{std::chrono::year{2026} / 6 / 3};
    Answers<CostAnswer> views;
    std::function<CostAnswer(const jobs::CostQuestion&)> make; ///< wins if set
    std::function<std::vector<jobs::BookedCall>(const jobs::CostQuestion&, int most)> makeCalls; ///< likewise
    Answers<Result<std::vector<jobs::BookedCall>>> callLists;
    Answers<Result<std::shared_ptr<const report::Report>>> reports;
    Answers<Result<jobs::CostPrices>> priceAnswers;
    Answers<Result<jobs::PriceDraft>> drafts;
    Answers<Result<cost::Repriced>> repriced;
    Answers<Result<std::vector<cost::Budget>>> budgetLists;
    Answers<Status> changes; ///< budgets, closing, snoozes
    Answers<Result<std::vector<cost::Alert>>> untold;
    jobs::CostQuestion lastQuestion; ///< of view or report
    jobs::CostQuestion lastCalls;
    std::function<void(jobs::CostProgress)> lastProgress;
    std::optional<cost::Budget> lastBudget;
    std::optional<cost::Budget> lastRemoved; ///< scope, key and first month
    std::optional<cost::Snooze> lastSnooze;
    std::optional<cost::Month> lastClosed;
    std::optional<jobs::PriceDraft> lastDraft;
    std::string lastImport;
    std::string lastNote;
    std::function<std::shared_ptr<const report::Report>(const jobs::CostQuestion&)> makeReport; ///< likewise

    FakeCost() { views.always(std::make_shared<const jobs::CostView>()); }
    [[nodiscard]] cost::Day today() const override { return day; }
    QFuture<CostAnswer> view(jobs::CostQuestion question, std::function<void(jobs::CostProgress)> progress,
                             std::stop_token stop) override
    {
        lastQuestion = std::move(question);
        lastProgress = std::move(progress);
        if (make)
            views.always(make(lastQuestion));
        return views.ask(std::move(stop));
    }
    QFuture<Result<std::vector<jobs::BookedCall>>> calls(jobs::CostQuestion question, int most,
                                                         std::stop_token stop) override
    {
        lastCalls = std::move(question);
        if (makeCalls)
            callLists.always(makeCalls(lastCalls, most));
        return callLists.ask(std::move(stop));
    }
    QFuture<Result<std::shared_ptr<const report::Report>>>
    report(jobs::CostQuestion question, std::optional<DateTime> /*asOf*/, std::stop_token stop) override
    {
        lastQuestion = std::move(question);
        if (makeReport)
            reports.always(makeReport(lastQuestion));
        return reports.ask(std::move(stop));
    }
    QFuture<Result<jobs::CostPrices>> prices(std::stop_token stop) override
    {
        return priceAnswers.ask(std::move(stop));
    }
    QFuture<Result<jobs::PriceDraft>> importPrices(std::string text, jobs::PriceFormat /*format*/,
                                                   std::stop_token stop) override
    {
        lastImport = std::move(text);
        return drafts.ask(std::move(stop));
    }
    QFuture<Result<cost::Repriced>> applyPrices(jobs::PriceDraft draft, std::string note) override
    {
        lastNote = std::move(note);
        lastDraft = std::move(draft);
        return repriced.ask({});
    }
    QFuture<Result<std::vector<cost::Budget>>> budgets(std::stop_token stop) override
    {
        return budgetLists.ask(std::move(stop));
    }
    QFuture<Status> setBudget(cost::Budget budget) override
    {
        lastBudget = std::move(budget);
        return changes.ask({});
    }
    QFuture<Status> removeBudget(cost::BudgetScope scope, std::string key, cost::Month since) override
    {
        lastRemoved = cost::Budget{scope, std::move(key), 0, {}, since, {}};
        return changes.ask({});
    }
    QFuture<Status> closeMonth(cost::Month month) override
    {
        lastClosed = month;
        return changes.ask({});
    }
    QFuture<Status> snooze(cost::Snooze snooze) override
    {
        lastSnooze = std::move(snooze);
        return changes.ask({});
    }
    QFuture<Result<std::vector<cost::Alert>>> takeUntold(std::stop_token stop) override
    {
        return untold.ask(std::move(stop));
    }
};

} // namespace gatehouse::test
