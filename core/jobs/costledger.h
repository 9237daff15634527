// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/jobs/cost.h"
#include "core/jobs/cost/costrows.h"
#include "core/jobs/servicefacts.h"
#include "core/jobs/usagequestions.h"
#include "core/usage/ledger/days.h"

#include <QtCore/QThreadPool>

#include <deque>

namespace gatehouse::jobs {

/// CostService over a workspace: reads what is new in its log, day by day within the limits of an answer, and
/// books it in the ledger's files, which one thread of its own alone touches. What came late is found by
/// reading the last days again; a row is booked once whatever happens. Questions are answered one after the
/// other. Lives on the main thread, as the services that it refers to do.
class CostLedger final : public QObject, public CostService
{
public:
    /// Calls of one answer: a fifth of what the service gives at most.
    static constexpr std::int64_t MaxSlice = 100'000;
    /// What a new ledger reads at most; logs are rarely kept longer.
    static constexpr int FirstReadingDays = 400;
    /// Read again with every reading, since rows come late.
    static constexpr int OverlapDays = 2;

    struct Sources
    {
        Workspace& workspace;
        ServiceDirectory& names;
        FactsService* facts = nullptr; ///< null: nobody knows owners but the calls themselves
        const Clock& clock;
        Ticks reportingDelay = std::chrono::minutes(5); ///< how far the log may be behind the gateway
        std::int64_t mostCalls = MaxSlice;              ///< of one answer
    };
    struct Files
    {
        std::string path;       ///< of both files, without an ending
        std::string listPrices; ///< CSV: what a new ledger begins with
        std::string company;    ///< named on reports
        std::string note = {};  ///< said at the top of reports: that the data is made up
    };
    CostLedger(const Sources& sources, Files files, QObject* parent = nullptr);
    ~CostLedger() override;

    [[nodiscard]] cost::Day today() const override;
    [[nodiscard]] QFuture<Result<std::shared_ptr<const CostView>>>
    view(CostQuestion question, std::function<void(CostProgress)> progress, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<std::vector<BookedCall>>> calls(CostQuestion question, int most,
                                                                 std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<std::shared_ptr<const report::Report>>>
    report(CostQuestion question, std::optional<DateTime> asOf, std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<CostPrices>> prices(std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<PriceDraft>> importPrices(std::string text, PriceFormat format,
                                                           std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<cost::Repriced>> applyPrices(PriceDraft draft, std::string note) override;
    [[nodiscard]] QFuture<Result<std::vector<cost::Budget>>> budgets(std::stop_token stop) override;
    [[nodiscard]] QFuture<Status> setBudget(cost::Budget budget) override;
    [[nodiscard]] QFuture<Status> removeBudget(cost::BudgetScope scope, std::string key,
                                               cost::Month since) override;
    [[nodiscard]] QFuture<Status> closeMonth(cost::Month month) override;
    [[nodiscard]] QFuture<Status> snooze(cost::Snooze snooze) override;
    [[nodiscard]] QFuture<Result<std::vector<cost::Alert>>> takeUntold(std::stop_token stop) override;

private:
    struct Desk; ///< what the thread of the ledger works with
    struct Job;  ///< one question on its way
    using JobPtr = std::shared_ptr<Job>;

    /// Runs work(desk) on the ledger's thread, with the books open.
    template <typename R, typename Work>
    [[nodiscard]] QFuture<R> onDesk(Work work);

    void enqueue(const JobPtr& job);
    void startNext();
    void begin(const JobPtr& job);
    void askFacts(const JobPtr& job);
    void askExtent(const JobPtr& job);
    void planSlices(const JobPtr& job, const Table& extent);
    void askSlice(const JobPtr& job);
    void takeSlice(const JobPtr& job, const Result<Answers>& answers);
    void askCounts(const JobPtr& job);
    void answer(const JobPtr& job);
    /// The log cannot be read: the answer is what is booked already, or the error where nothing is.
    void giveUpReading(const JobPtr& job, const Error& error);
    void refuse(const JobPtr& job, const Error& error);

    Sources m_sources;
    std::string m_company;
    std::string m_note;
    cost::Days m_days;
    std::stop_source m_stop;
    std::deque<JobPtr> m_jobs; ///< the first one is under way
    std::shared_ptr<Desk> m_desk;
    QThreadPool m_thread; ///< one; last, so that it is waited for first
};

} // namespace gatehouse::jobs
