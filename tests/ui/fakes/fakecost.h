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

    FakeCost();
    ~FakeCost() override;
    [[nodiscard]] cost::Day today() const override;
    QFuture<CostAnswer> view(jobs::CostQuestion question, std::function<void(jobs::CostProgress)> progress,
                             std::stop_token stop) override;
    QFuture<Result<std::vector<jobs::BookedCall>>> calls(jobs::CostQuestion question, int most,
                                                         std::stop_token stop) override;
    QFuture<Result<std::shared_ptr<const report::Report>>>
    report(jobs::CostQuestion question, std::optional<DateTime> /*asOf*/, std::stop_token stop) override;
    QFuture<Result<jobs::CostPrices>> prices(std::stop_token stop) override;
    QFuture<Result<jobs::PriceDraft>> importPrices(std::string text, jobs::PriceFormat /*format*/,
                                                   std::stop_token stop) override;
    QFuture<Result<cost::Repriced>> applyPrices(jobs::PriceDraft draft, std::string note) override;
    QFuture<Result<std::vector<cost::Budget>>> budgets(std::stop_token stop) override;
    QFuture<Status> setBudget(cost::Budget budget) override;
    QFuture<Status> removeBudget(cost::BudgetScope scope, std::string key, cost::Month since) override;
    QFuture<Status> closeMonth(cost::Month month) override;
    QFuture<Status> snooze(cost::Snooze snooze) override;
    QFuture<Result<std::vector<cost::Alert>>> takeUntold(std::stop_token stop) override;
};

// Compiled once, in fakecost.cpp.
extern template class Answers<CostAnswer>;
extern template class Answers<Result<std::vector<jobs::BookedCall>>>;
extern template class Answers<Result<std::shared_ptr<const report::Report>>>;
extern template class Answers<Result<jobs::CostPrices>>;
extern template class Answers<Result<jobs::PriceDraft>>;
extern template class Answers<Result<cost::Repriced>>;
extern template class Answers<Result<std::vector<cost::Budget>>>;
extern template class Answers<Status>;
extern template class Answers<Result<std::vector<cost::Alert>>>;

} // namespace gatehouse::test
