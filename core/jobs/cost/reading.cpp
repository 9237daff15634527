// SPDX-License-Identifier: GPL-3.0-or-later
// How CostLedger reads the log: who the services are, how many calls the hours hold, then slice by slice.
#include "core/jobs/cost/costdesk.h"
#include "core/jobs/cost/costrows.h"
#include "core/usage/columns.h"

#include <algorithm>

namespace gatehouse::jobs {

namespace {

constexpr Ticks AnalysisAge = std::chrono::minutes(5);
constexpr std::size_t MaxAnalysed = 1'000'000;

/// Where the ledger stands before a reading.
struct Standing
{
    std::optional<DateTime> readTo;
    cost::Days days;
};

} // namespace

void ReadingLog::take(const Answers& answers)
{
    partial = partial || answers.partial;
    if (partialReason.empty())
        partialReason = answers.partialReason;
    age = std::max(age, answers.age);
    for (const std::string& query : answers.queries) {
        if (queries.size() < 3)
            queries.push_back(query);
    }
}

void ReadingLog::into(CostView& view) const
{
    view.partial = partial || unusable > 0;
    view.partialReason = partialReason;
    if (unusable > 0)
        view.partialReason += (partialReason.empty() ? "" : " ") + std::to_string(unusable) +
                              " rows of the log hold no id or impossible figures, and are not counted.";
    view.notRead = notRead;
    view.factsUnknown = factsUnknown;
    view.age = age;
    view.queries = queries;
}

bool CostLedger::Desk::analysisIsDue(DateTime now, Ticks delay) const
{
    if (!analysedAt)
        return true;
    // Silence is news, too: an hour that ends without rows changes nothing in the books.
    const auto lastBucket = [delay](DateTime at) { return (at - delay).sinceYearOne / AnomalyBucket; };
    const bool newBucket = lastBucket(now) != lastBucket(*analysedAt);
    return (analysed != books.generation() || newBucket) && now - *analysedAt >= AnalysisAge;
}

TimeRange CostLedger::Desk::analysedSpan(DateTime now) const
{
    const DateTime from = dayStart(now) - DayLength * AnalysisDays;
    return {std::max(books.notes().readFrom.value_or(from), from), now};
}

Result<CostAnalysis> CostLedger::Desk::analysisOf(DateTime now, Ticks delay, const ReadingLog& log,
                                                  const std::optional<CostCounts>& counted)
{
    AnalysisInput input;
    input.span = analysedSpan(now);
    input.now = now;
    input.reportingDelay = delay;
    input.unusable = log.unusable;
    input.truncated = log.partial;
    input.counts = counted;
    const cost::Days& days = books.ledger().days();
    auto rows =
        books.rows({days.dayOf(input.span.start), days.dayOf(now) + std::chrono::days{1}}, MaxAnalysed, stop);
    if (!rows)
        return fail(rows.error());
    std::erase_if(*rows, [&](const cost::UsageRow& row) { return row.time >= now; });
    input.rows = std::move(*rows);
    return jobs::analyse(input, books.ledger(), books.notes().facts());
}

ForecastPart& CostLedger::Desk::keptForecast()
{
    if (forecastOf != books.generation())
        forecast = {};
    forecastOf = books.generation();
    return forecast;
}

Status CostLedger::Desk::analyse(DateTime now, Ticks delay, const ReadingLog& log)
{
    if (log.counts)
        counts = log.counts;
    if (!analysisIsDue(now, delay))
        return {};
    auto fresh = analysisOf(now, delay, log, counts);
    if (!fresh)
        return fail(fresh.error());
    analysis = std::move(*fresh);
    analysed = books.generation();
    analysedAt = now;
    return {};
}

void CostLedger::enqueue(const JobPtr& job)
{
    m_jobs.push_back(job);
    if (m_jobs.size() == 1)
        begin(job);
}

void CostLedger::startNext()
{
    m_jobs.pop_front();
    if (!m_jobs.empty())
        begin(m_jobs.front());
}

void CostLedger::refuse(const JobPtr& job, const Error& error)
{
    job->refuse(error);
    startNext();
}

void CostLedger::giveUpReading(const JobPtr& job, const Error& error)
{
    if (error.cancelled() || !job->holdsSomething)
        return refuse(job, error);
    job->log.notRead = error.message;
    answer(job);
}

void CostLedger::answer(const JobPtr& job)
{
    if (job->stop.stop_requested())
        return refuse(job, http::cancelledError());
    job->answer(job);
}

void CostLedger::begin(const JobPtr& job)
{
    if (job->stop.stop_requested())
        return refuse(job, http::cancelledError());
    onDesk<Result<Standing>>([](Desk& desk) -> Result<Standing> {
        return Standing{desk.books.notes().readTo, desk.books.ledger().days()};
    }).then(this, [this, job](const Result<Standing>& standing) {
        if (!standing)
            return refuse(job, standing.error());
        m_days = standing->days;
        job->holdsSomething = standing->readTo.has_value();
        const DateTime now = m_sources.clock.now();
        const DateTime from = dayStart(standing->readTo ? *standing->readTo - DayLength * OverlapDays
                                                        : now - DayLength * FirstReadingDays);
        job->range = {std::min(from, now), now};
        if (job->question.fresh)
            askFacts(job);
        else
            answer(job);
    });
}

void CostLedger::askFacts(const JobPtr& job)
{
    auto facts = m_sources.facts != nullptr
                     ? m_sources.facts->facts(job->stop)
                     : http::settledFuture<FactsNow>(
                           fail(Error::Kind::NotFound, "This profile has no service directory."));
    m_sources.names.serviceNames(job->stop).then(this, [this, job, facts](
                                                           const Result<usage::ServiceNames>& names) mutable {
        facts.then(this, [this, job, names](const Result<FactsNow>& now) {
            if (!now)
                job->log.factsUnknown = now.error().message;
            const gateway::ServiceDirectory directory = now ? now->directory : gateway::ServiceDirectory();
            const usage::ServiceNames known = names ? *names : usage::ServiceNames();
            // Without the directory nothing is learned, since owners would seem to be gone.
            if (!now)
                return askExtent(job);
            onDesk<Status>([directory, known, day = today()](Desk& desk) -> Status {
                CostNotes notes = desk.books.notes();
                if (!notes.learn(directory, known, day))
                    return {};
                desk.forecast = {}; // its filters may be of what was learned
                return desk.books.change([&](CostNotes& kept) -> Status {
                    kept.terms = notes.terms;
                    return {};
                });
            }).then(this, [this, job](const Status& learned) {
                if (!learned)
                    return refuse(job, learned.error());
                askExtent(job);
            });
        });
    });
}

void CostLedger::askExtent(const JobPtr& job)
{
    Question extent({"logged-extent"});
    extent.with("scanStart", Literal::moment(job->range.start))
        .with("rangeEnd", Literal::moment(job->range.end));
    askAll(m_sources.workspace, {std::move(extent)}, job->range, job->stop, this)
        .then(this, [this, job](const Result<Answers>& answers) {
            if (answers)
                return planSlices(job, answers->table(0));
            giveUpReading(job, isMissingTable(answers.error(), "ApiManagementGatewayLogs")
                                   ? gatewayLogsAreOff(answers.error())
                                   : answers.error());
        });
}

void CostLedger::planSlices(const JobPtr& job, const Table& extent)
{
    usage::Columns columns(extent);
    const Column* hour = columns.moment("Hour");
    const Column* requests = columns.number("Requests");
    if (Status checked = columns.check(); !checked)
        return giveUpReading(job, checked.error());
    std::map<DateTime, std::int64_t> hours;
    for (std::size_t row = 0; row < extent.rowCount(); ++row)
        hours[DateTime{Ticks(hour->integerAt(row))}] += usage::countAt(*requests, row);
    if (!hours.empty())
        job->range.start = std::max(job->range.start, dayStart(hours.begin()->first));
    job->pendingFrom = job->range.start;
    job->slices = costSlices(hours, job->range, m_sources.mostCalls);
    for (const CostSlice& slice : job->slices)
        job->at.total += slice.days;
    askSlice(job);
}

void CostLedger::askSlice(const JobPtr& job)
{
    if (job->stop.stop_requested())
        return refuse(job, http::cancelledError());
    if (job->next == job->slices.size())
        return askCounts(job);
    const TimeRange range = job->slices[job->next].range;
    job->at.text = "Reading " + cost::dayText(cost::utcDay(range.start));
    if (job->progress)
        job->progress(job->at);
    Question calls({job->withLlmLog ? "cost-calls" : "cost-calls-without-llm-log"});
    calls.with("scanStart", Literal::moment(range.start)).with("rangeEnd", Literal::moment(range.end));
    askAll(m_sources.workspace, {std::move(calls)}, range, job->stop, this)
        .then(this, [this, job](const Result<Answers>& answers) { takeSlice(job, answers); });
}

void CostLedger::takeSlice(const JobPtr& job, const Result<Answers>& answers)
{
    if (!answers && job->withLlmLog && isMissingTable(answers.error(), "ApiManagementGatewayLlmLog")) {
        job->withLlmLog = false;
        return askSlice(job);
    }
    if (!answers)
        return giveUpReading(job, answers.error());
    if (job->next == 0)
        job->log.take(*answers);
    else
        job->log.partial = job->log.partial || answers->partial;
    const CostSlice slice = job->slices[job->next];
    const TimeRange read{job->pendingFrom, slice.range.end};
    onDesk<Result<std::int64_t>>([table = answers->tables.front(), pending = job->pending, slice, read,
                                  stop = job->stop](Desk& desk) -> Result<std::int64_t> {
        auto fresh = costRowsFrom(table->primary());
        if (!fresh)
            return fail(fresh.error());
        pending->insert(pending->end(), std::make_move_iterator(fresh->rows.begin()),
                        std::make_move_iterator(fresh->rows.end()));
        if (!slice.endsDay)
            return fresh->unusable;
        if (stop.stop_requested())
            return fail(http::cancelledError());
        const auto folded = desk.books.fold(*pending, read);
        pending->clear();
        return folded ? Result<std::int64_t>(fresh->unusable) : fail(folded.error());
    }).then(this, [this, job, slice](const Result<std::int64_t>& unusable) {
        if (!unusable)
            return unusable.error().kind == Error::Kind::Storage ? refuse(job, unusable.error())
                                                                 : giveUpReading(job, unusable.error());
        job->log.unusable += *unusable;
        job->at.done += slice.days;
        if (slice.endsDay) {
            job->pendingFrom = slice.range.end;
            job->holdsSomething = true;
        }
        ++job->next;
        askSlice(job);
    });
}

void CostLedger::askCounts(const JobPtr& job)
{
    const DateTime now = m_sources.clock.now();
    const Ticks delay = m_sources.reportingDelay;
    onDesk<Result<TimeRange>>([now, delay](Desk& desk) -> Result<TimeRange> {
        return desk.analysisIsDue(now, delay) ? desk.analysedSpan(now) : TimeRange{now, now};
    }).then(this, [this, job](const Result<TimeRange>& span) {
        if (!span || span->length() == Ticks::zero() || !job->withLlmLog)
            return answer(job);
        Question counts({"cost-counts"});
        counts.with("scanStart", Literal::moment(span->start)).with("rangeEnd", Literal::moment(span->end));
        askAll(m_sources.workspace, {std::move(counts)}, *span, job->stop, this)
            .then(this, [this, job](const Result<Answers>& answers) {
                if (answers) {
                    job->log.take(*answers);
                    if (auto read = costCountsFrom(answers->table(0)))
                        job->log.counts = std::move(*read);
                }
                answer(job);
            });
    });
}

} // namespace gatehouse::jobs
