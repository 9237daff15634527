// SPDX-License-Identifier: GPL-3.0-or-later
// CostLedger's changes and its questions; how it reads the log is in cost/reading.cpp.
#include "core/jobs/costledger.h"

#include "core/jobs/cost/costdesk.h"
#include "core/jobs/cost/costreport.h"
#include "core/jobs/cost/costview.h"

#include <algorithm>

namespace gatehouse::jobs {

namespace {

constexpr std::size_t MaxReportedCalls = 1'000'000;
constexpr Ticks ToldIsKept = std::chrono::hours(24 * 30);

/// The prices that a new ledger begins with, dated as the list says, so that every computer makes the same.
cost::PriceVersions firstPrices(const std::string& csv)
{
    const auto dollars = cost::Currency::parse("USD");
    cost::PriceBook book(dollars.value_or(cost::Currency()));
    const auto list = cost::pricesFromCsv(csv);
    const auto filled = list ? book.with(list->prices) : Result<cost::PriceBook>(fail(list.error()));
    if (!filled)
        return cost::PriceVersions(std::move(book), {}, "No prices");
    const std::string note = list->asOf ? "List prices as of " + cost::dayText(*list->asOf) : "List prices";
    return cost::PriceVersions(*filled, {}, note);
}

bool sameBudget(const cost::Budget& a, cost::BudgetScope scope, const std::string& key, cost::Month since)
{
    return a.scope == scope && a.key == key && a.since == since;
}

} // namespace

CostLedger::CostLedger(const Sources& sources, Files files, QObject* parent)
    : QObject(parent)
    , m_sources(sources)
    , m_company(std::move(files.company))
    , m_note(std::move(files.note))
    , m_desk(std::make_shared<Desk>(std::move(files.path), firstPrices(files.listPrices), m_stop.get_token()))
{
    m_thread.setMaxThreadCount(1);
}

CostLedger::~CostLedger()
{
    m_stop.request_stop();
}

cost::Day CostLedger::today() const
{
    return m_days.dayOf(m_sources.clock.now());
}

QFuture<Result<std::shared_ptr<const CostView>>>
CostLedger::view(CostQuestion question, std::function<void(CostProgress)> progress, std::stop_token stop)
{
    using Outcome = std::shared_ptr<const CostView>;
    const auto job = std::make_shared<Job>(std::move(question), std::move(progress), std::move(stop));
    const http::Deferred<Outcome> done;
    const DateTime now = m_sources.clock.now();
    const Ticks delay = m_sources.reportingDelay;
    job->refuse = [done](const Error& error) { done.settle(fail(error)); };
    job->answer = [this, job = job.get(), done, now, delay](const JobPtr& keep) {
        onDesk<Result<Outcome>>([keep, job, now, delay](Desk& desk) -> Result<Outcome> {
            if (job->question.fresh || !job->question.atOnce) {
                const Status analysed = desk.analyse(now, delay, job->log);
                if (!analysed)
                    return fail(analysed.error());
            }
            const auto view = viewOf(desk.books.ledger(), desk.books.notes(), job->question, desk.analysis,
                                     now, desk.keptForecast());
            job->log.into(*view);
            return Outcome(view);
        }).then(this, [this, done](const Result<Outcome>& view) {
            done.settle(view);
            startNext();
        });
    };
    enqueue(job);
    return done.future();
}

QFuture<Result<std::shared_ptr<const report::Report>>>
CostLedger::report(CostQuestion question, std::optional<DateTime> asOf, std::stop_token stop)
{
    using Outcome = std::shared_ptr<const report::Report>;
    const auto job = std::make_shared<Job>(std::move(question), nullptr, std::move(stop));
    const http::Deferred<Outcome> done;
    const DateTime at = asOf.value_or(m_sources.clock.now());
    const Ticks delay = m_sources.reportingDelay;
    job->refuse = [done](const Error& error) { done.settle(fail(error)); };
    job->answer = [this, job = job.get(), done, at, delay](const JobPtr& keep) {
        onDesk<Result<Outcome>>([keep, job, at, delay, company = m_company,
                                 note = m_note](Desk& desk) -> Result<Outcome> {
            // As of then: what was analysed last, or counted by the workspace now, may stand on later rows.
            const auto analysis = desk.analysisOf(at, delay, job->log, std::nullopt);
            if (!analysis)
                return fail(analysis.error());
            ReportInput input{company, at, job->question, {}, false, {}};
            if (!note.empty())
                input.notes.push_back(note);
            if (!job->log.factsUnknown.empty())
                input.notes.push_back("Owners and teams are as they were read last: " +
                                      job->log.factsUnknown);
            if (job->log.partial)
                input.notes.push_back("The log's service cut an answer: " + job->log.partialReason);
            if (!job->log.notRead.empty())
                input.notes.push_back("The log could not be read: " + job->log.notRead);
            input.question.range = reportRange(job->question, desk.books.ledger().days().dayOf(at));
            auto calls = desk.books.calls(input.question, MaxReportedCalls + 1, job->stop);
            if (!calls)
                return fail(calls.error());
            input.callsCut = calls->size() > MaxReportedCalls;
            if (input.callsCut)
                calls->resize(MaxReportedCalls);
            input.calls = std::move(*calls);
            return Outcome(std::make_shared<const report::Report>(
                reportOf(desk.books.ledger(), desk.books.notes(), *analysis, input)));
        }).then(this, [this, done](const Result<Outcome>& report) {
            done.settle(report);
            startNext();
        });
    };
    enqueue(job);
    return done.future();
}

QFuture<Result<std::vector<BookedCall>>> CostLedger::calls(CostQuestion question, int most,
                                                           std::stop_token stop)
{
    return onDesk<Result<std::vector<BookedCall>>>(
        [question = withRange(std::move(question), today()), most, stop](Desk& desk) {
            return desk.books.calls(question, static_cast<std::size_t>(std::max(most, 0)), stop);
        });
}

QFuture<Result<CostPrices>> CostLedger::prices(std::stop_token /*stop*/)
{
    return onDesk<Result<CostPrices>>([](Desk& desk) -> Result<CostPrices> {
        const cost::Ledger& ledger = desk.books.ledger();
        return CostPrices{std::make_shared<const cost::PriceVersions>(ledger.prices()),
                          ledger.state().priceVersion, ledger.state().closedThrough};
    });
}

QFuture<Result<PriceDraft>> CostLedger::importPrices(std::string text, PriceFormat format,
                                                     std::stop_token /*stop*/)
{
    return onDesk<Result<PriceDraft>>([text = std::move(text), format](Desk& desk) -> Result<PriceDraft> {
        const auto list = format == PriceFormat::Csv ? cost::pricesFromCsv(text)
                                                     : cost::pricesFromAzure(text, cost::Deployment::Global);
        if (!list)
            return fail(list.error());
        const cost::PriceVersion& newest = desk.books.ledger().prices().newest();
        auto book = newest.book.with(list->prices);
        if (!book)
            return fail(book.error());
        PriceDraft draft{newest.number, std::move(*book), {}, list->notTaken, list->more};
        draft.changes = cost::diff(newest.book, draft.book);
        return draft;
    });
}

QFuture<Result<cost::Repriced>> CostLedger::applyPrices(PriceDraft draft, std::string note)
{
    return onDesk<Result<cost::Repriced>>(
        [draft = std::move(draft), note = std::move(note), now = m_sources.clock.now()](Desk& desk) {
            return desk.books.applyPrices(draft, note, now);
        });
}

QFuture<Result<std::vector<cost::Budget>>> CostLedger::budgets(std::stop_token /*stop*/)
{
    return onDesk<Result<std::vector<cost::Budget>>>(
        [](Desk& desk) -> Result<std::vector<cost::Budget>> { return desk.books.notes().budgets; });
}

QFuture<Status> CostLedger::setBudget(cost::Budget budget)
{
    return onDesk<Status>([budget = std::move(budget)](Desk& desk) {
        const cost::PriceBook& book = desk.books.ledger().prices().newest().book;
        return desk.books.change([&](CostNotes& notes) {
            std::erase_if(notes.budgets, [&](const cost::Budget& other) {
                return sameBudget(other, budget.scope, budget.key, budget.since);
            });
            notes.budgets.push_back(budget);
            return cost::checkBudgets(notes.budgets, book);
        });
    });
}

QFuture<Status> CostLedger::removeBudget(cost::BudgetScope scope, std::string key, cost::Month since)
{
    return onDesk<Status>([scope, key = std::move(key), since](Desk& desk) {
        return desk.books.change([&](CostNotes& notes) -> Status {
            const auto removed = std::erase_if(notes.budgets, [&](const cost::Budget& other) {
                return sameBudget(other, scope, key, since);
            });
            if (removed == 0)
                return fail(Error::Kind::NotFound, "There is no such budget.");
            return {};
        });
    });
}

QFuture<Status> CostLedger::closeMonth(cost::Month month)
{
    if (month >= cost::monthOf(today()))
        return QtFuture::makeReadyFuture(Status(
            fail(Error::Kind::InvalidInput, cost::monthText(month) + " is not over, so it cannot be closed.",
                 "Close it when it is; what comes late is booked then on the first open day.")));
    return onDesk<Status>([month](Desk& desk) { return desk.books.close(month); });
}

QFuture<Status> CostLedger::snooze(cost::Snooze snooze)
{
    return onDesk<Status>([snooze = std::move(snooze), now = m_sources.clock.now()](Desk& desk) {
        return desk.books.change([&](CostNotes& notes) -> Status {
            notes.snoozes = cost::withSnooze({{}, notes.snoozes}, snooze).snoozes;
            std::erase_if(notes.snoozes, [&](const cost::Snooze& old) { return old.until <= now; });
            return {};
        });
    });
}

QFuture<Result<std::vector<cost::Alert>>> CostLedger::takeUntold(std::stop_token /*stop*/)
{
    using Outcome = Result<std::vector<cost::Alert>>;
    return onDesk<Outcome>([now = m_sources.clock.now()](Desk& desk) -> Outcome {
        if (!desk.analysedAt)
            return std::vector<cost::Alert>(); // what was told before is not forgotten for it
        const CostNotes& notes = desk.books.notes();
        cost::AlertList list = alertsOf(notes, desk.analysis);
        std::vector<cost::Alert> untold = cost::takeUntold(list, now);
        std::vector<cost::Told> told = cost::toldOf(list, notes.told, now - ToldIsKept);
        if (told == notes.told)
            return untold;
        const Status kept = desk.books.change([&](CostNotes& fresh) -> Status {
            fresh.told = std::move(told);
            return {};
        });
        // Nobody is told of what would be told again and again.
        return kept ? Outcome(std::move(untold)) : fail(kept.error());
    });
}

} // namespace gatehouse::jobs
