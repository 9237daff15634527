// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/deferred.h"
#include "core/jobs/cost/costanalysis.h"
#include "core/jobs/cost/costbooks.h"
#include "core/jobs/cost/costview.h"
#include "core/jobs/costledger.h"

#include <QtConcurrent/QtConcurrentRun>

/// The inner parts of CostLedger, which its two source files share.
namespace gatehouse::jobs {

/// What a reading of the log brought besides rows.
struct ReadingLog
{
    bool partial = false;
    std::string partialReason;
    std::string notRead;
    std::string factsUnknown;
    std::chrono::seconds age{0};
    std::vector<std::string> queries;
    std::int64_t unusable = 0;
    std::optional<CostCounts> counts;

    void take(const Answers& answers);
    void into(CostView& view) const;
};

struct CostLedger::Desk
{
    Desk(std::string path, cost::PriceVersions first, std::stop_token stopped)
        : books(std::move(path), std::move(first))
        , stop(std::move(stopped))
    {}

    CostBooks books;
    std::stop_token stop; ///< the program ends
    CostAnalysis analysis;
    std::int64_t analysed = -1; ///< generation of the books that it stands on
    std::optional<DateTime> analysedAt;
    std::optional<CostCounts> counts;
    ForecastPart forecast;        ///< of the last view
    std::int64_t forecastOf = -1; ///< generation of the books that it stands on

    /// The forecast of the last view, or none where the books are others now.
    [[nodiscard]] ForecastPart& keptForecast();
    /// Rows come all the time; what they say as single rows is looked at anew after five minutes.
    [[nodiscard]] bool analysisIsDue(DateTime now, Ticks delay) const;
    [[nodiscard]] TimeRange analysedSpan(DateTime now) const;
    [[nodiscard]] Status analyse(DateTime now, Ticks delay, const ReadingLog& log);
    [[nodiscard]] Result<CostAnalysis> analysisOf(DateTime now, Ticks delay, const ReadingLog& log,
                                                  const std::optional<CostCounts>& counted);
};

struct CostLedger::Job
{
    Job(CostQuestion asked, std::function<void(CostProgress)> tell, std::stop_token stopped)
        : question(std::move(asked))
        , progress(std::move(tell))
        , stop(std::move(stopped))
    {}

    CostQuestion question;
    std::function<void(CostProgress)> progress;
    std::stop_token stop;
    std::function<void(const JobPtr&)> answer; ///< ends by starting the next job
    std::function<void(const Error&)> refuse;

    ReadingLog log;
    TimeRange range; ///< that is read
    bool holdsSomething = false;
    bool withLlmLog = true;
    std::vector<CostSlice> slices;
    std::size_t next = 0;
    CostProgress at;
    std::shared_ptr<std::vector<cost::UsageRow>> pending = std::make_shared<std::vector<cost::UsageRow>>();
    DateTime pendingFrom;
};

template <typename R, typename Work>
QFuture<R> CostLedger::onDesk(Work work)
{
    return QtConcurrent::run(&m_thread, [desk = m_desk, work = std::move(work)]() -> R {
        if (const Status open = desk->books.open(); !open)
            return fail(open.error());
        return work(*desk);
    });
}

} // namespace gatehouse::jobs
