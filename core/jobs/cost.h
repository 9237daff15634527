// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/report/reportvalue.h"
#include "core/usage/anomalies/alerts.h"
#include "core/usage/attribution/attribution.h"
#include "core/usage/audit/audit.h"
#include "core/usage/audit/completeness.h"
#include "core/usage/budgets/budget.h"
#include "core/usage/ledger/grouping.h"
#include "core/usage/prices/priceimport.h"
#include "core/usage/prices/priceversions.h"

#include <QtCore/QFuture>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

/// What the Cost page and `gatehouse-cli cost` are about: what was spent by whom, why it differs from before,
/// and whether the budgets hold. Amounts are exact (core/usage/money); who shows them uses CostView::shown.
namespace gatehouse::jobs {

struct CostQuestion
{
    cost::CostDimension by = cost::CostDimension::Service;
    cost::Step step = cost::Step::Daily;   ///< of the buckets
    cost::DayRange range;                  ///< days of the ledger's zone; empty: this month until today
    std::vector<cost::CostFilter> filters; ///< all must hold
    std::optional<TimeRange> moments;      ///< calls(): only those that began in it
    bool fresh = true; ///< read what is new in the log first; false answers from the store alone
    /// Without fresh: of single rows (audit, alerts) no more than is known already, since a year has many.
    /// CostView::audited is empty when nothing is.
    bool atOnce = false;
};

/// Something that has no price yet, or lacks one direction.
struct UnpricedModel
{
    std::string model; ///< as the log has it; "" where the log does not say which
    std::string region;
    std::int64_t calls = 0;
    cost::Tokens tokens{};
};

/// A service that somebody should be assigned to: its row has no owner in the directory.
struct UnownedService
{
    std::string service;
    std::int64_t calls = 0;
    cost::Int128 pico = 0;
};

/// A service that spends or could: the directory or the ledger knows it.
struct KnownService
{
    std::string id;   ///< in lower case: the key of a grouping's rows, of budgets and of snoozes
    std::string name; ///< the id where it has no other
    std::string team; ///< today's; "" where nobody says
};

/// A line of the infrastructure, beside the models' spend and never in its sum.
struct RunningLine
{
    cost::RunningCost cost;
    cost::Int128 pico = 0; ///< in the range, in the view's currency
};

/// How the forecast did in the months that are over, against the straight line. Empty: too few months.
struct ForecastProof
{
    int dayOfMonth = 10;
    cost::BacktestSummary summary;
};

/// One answer, which holds together: every figure is of the same ledger at the same moment. Immutable.
struct CostView
{
    cost::Grouping
        grouping; ///< rows, the period before, buckets; Unpriced and its like are rows of their own
    cost::ShownGrouping shown; ///< the same amounts as whole numbers of 10^-digits
    int digits = 2;            ///< of shown: the currency's, more where the whole is less than one unit
    std::string zone;          ///< whose days these are
    DateTime at;               ///< when it was worked out
    cost::Day today;           ///< the day that is not over yet
    std::optional<DateTime> readFrom; ///< what the ledger has of the log; empty: nothing was ever read
    std::optional<DateTime> readTo;

    int priceVersion = 1; ///< what open months are priced with
    std::optional<cost::Month> closedThrough;

    /// Of the days of the range that were read since the program began (Evidence is not kept); its span says
    /// which.
    cost::Completeness completeness;
    std::vector<cost::Fault> faults; ///< audit findings of the same span, largest first
    std::optional<TimeRange> audited;

    std::vector<cost::BudgetStatus> budgets;
    std::string budgetsUnknown;             ///< why they are not shown; "" when they are
    std::optional<cost::Forecast> forecast; ///< of everything, in today's month; filters count
    std::optional<double> straightLine;     ///< what most tools would say of the same month
    std::optional<ForecastProof> proof;
    cost::DailySeries daily;            ///< what forecast stands on, in whole units of the currency
    cost::ChangeCauses causes;          ///< of grouping.now against grouping.before
    cost::AlertList alerts;             ///< spikes of the last days, newest last
    std::vector<KnownService> services; ///< by id, whatever the question's range and filters are

    std::vector<UnpricedModel> unpriced; ///< of the range
    std::vector<UnownedService> unowned; ///< of the range
    std::vector<RunningLine> running;
    std::string factsUnknown; ///< why owners and teams are not known; "" when the directory was read

    bool partial = false; ///< the log's service cut an answer
    std::string partialReason;
    /// Reading failed: the figures are those of the store, until readTo. "" when it did not.
    std::string notRead;
    std::chrono::seconds age{0};
    std::vector<std::string> queries; ///< the KQL that was asked last
};

/// The first reading of a long past takes a while.
struct CostProgress
{
    std::string text; ///< "Reading 14 November 2026"
    int done = 0;     ///< days
    int total = 0;
};

struct CostPrices
{
    std::shared_ptr<const cost::PriceVersions> versions;
    int inForce = 1;
    std::optional<cost::Month> closedThrough;
};

enum class PriceFormat { Csv, AzureRetail };

/// Another price book, checked whole and not in force yet. Made by importPrices, or by hand from
/// CostPrices' newest book (an edited price).
struct PriceDraft
{
    int base = 1; ///< the version that it was made from
    cost::PriceBook book;
    std::vector<cost::PriceChange> changes;
    std::vector<cost::NotTaken> notTaken;
    bool more = false; ///< the list goes on in another page
};

/// One call of the ledger, as reports list it.
struct BookedCall
{
    cost::UsageRow row;
    cost::Day booked;
    bool afterClose = false;
    bool reversal = false; ///< counts negative
    cost::Standing standing = cost::Standing::Priced;
    cost::Pico cost = 0;
};

/// The ledger of one workspace: read from its log, kept in a file of this computer. Main thread; one change
/// at a time, in the order of the calls.
class CostService
{
public:
    virtual ~CostService() = default;

    /// The day that is not over yet, in the ledger's zone: what ranges are made from.
    [[nodiscard]] virtual cost::Day today() const = 0;

    /// Reads what is new, then answers. A stopped call leaves whole days in the ledger, and ends Cancelled.
    /// progress (may be empty) is called on the main thread. When the log cannot be read but the ledger holds
    /// something, the answer is that, and notRead says why.
    [[nodiscard]] virtual QFuture<Result<std::shared_ptr<const CostView>>>
    view(CostQuestion question, std::function<void(CostProgress)> progress, std::stop_token stop) = 0;

    /// The calls of a range under the question's filters, by time, at most so many. From the store alone.
    [[nodiscard]] virtual QFuture<Result<std::vector<BookedCall>>> calls(CostQuestion question, int most,
                                                                         std::stop_token stop) = 0;
    /// The report of the same question (core/report writes it). asOf empties to now; nothing at or after it
    /// counts.
    [[nodiscard]] virtual QFuture<Result<std::shared_ptr<const report::Report>>>
    report(CostQuestion question, std::optional<DateTime> asOf, std::stop_token stop) = 0;

    [[nodiscard]] virtual QFuture<Result<CostPrices>> prices(std::stop_token stop) = 0;
    /// Changes nothing. InvalidInput with position.line for a list that is wrong anywhere.
    [[nodiscard]] virtual QFuture<Result<PriceDraft>> importPrices(std::string text, PriceFormat format,
                                                                   std::stop_token stop) = 0;
    /// Makes the draft's book the newest version and prices the open months with it. Conflict when there is a
    /// newer version than its base by now.
    [[nodiscard]] virtual QFuture<Result<cost::Repriced>> applyPrices(PriceDraft draft, std::string note) = 0;

    [[nodiscard]] virtual QFuture<Result<std::vector<cost::Budget>>> budgets(std::stop_token stop) = 0;
    /// In the place of the one with the same scope, key and first month. InvalidInput for one that overlaps
    /// another, or whose currency has no rate.
    [[nodiscard]] virtual QFuture<Status> setBudget(cost::Budget budget) = 0;
    [[nodiscard]] virtual QFuture<Status> removeBudget(cost::BudgetScope scope, std::string key,
                                                       cost::Month since) = 0;

    /// Closes the month and all before it, for good. InvalidInput for a month that is not over.
    [[nodiscard]] virtual QFuture<Status> closeMonth(cost::Month month) = 0;
    /// Nothing more is told of the service ("" is all) until then.
    [[nodiscard]] virtual QFuture<Status> snooze(cost::Snooze snooze) = 0;
    /// The alerts that a person is to be notified of now: each once, also over restarts, and not while it is
    /// snoozed. Of what the last view() found.
    [[nodiscard]] virtual QFuture<Result<std::vector<cost::Alert>>> takeUntold(std::stop_token stop) = 0;
};

} // namespace gatehouse::jobs
