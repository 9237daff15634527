// SPDX-License-Identifier: GPL-3.0-or-later
// QuotaBoardQuestions::impact: past calls are counted, asked for in slices and replayed.
#include "core/http/deferred.h"
#include "core/jobs/quotaboardquestions.h"
#include "core/jobs/quotadrafts.h"
#include "core/usage/columns.h"

#include <QtConcurrent/QtConcurrentRun>

#include <algorithm>

namespace gatehouse::jobs {

namespace {

using gateway::PastCall;

struct Slice
{
    TimeRange range;
    std::int64_t calls = 0;
};

constexpr Ticks Hour = std::chrono::hours(1);

/// Hours with their calls as slices of at most most calls. An hour with more is cut into equal parts, since
/// more is not known of it.
std::vector<Slice> slicesOf(const std::map<DateTime, std::int64_t>& hours, const TimeRange& range,
                            std::int64_t most)
{
    std::vector<Slice> slices;
    for (const auto& [hour, calls] : hours) {
        const std::int64_t parts = std::max<std::int64_t>(1, (calls * 2 + most - 1) / most);
        const bool whole = calls <= most;
        if (whole && !slices.empty() && slices.back().calls + calls <= most) {
            slices.back().range.end = hour + Hour;
            slices.back().calls += calls;
            continue;
        }
        for (std::int64_t part = 0; part < (whole ? 1 : parts); ++part) {
            const std::int64_t of = whole ? 1 : parts;
            slices.push_back({{hour + Hour * part / of, hour + Hour * (part + 1) / of}, calls / of});
        }
    }
    for (Slice& slice : slices) {
        slice.range.start = std::max(slice.range.start, range.start);
        slice.range.end = std::min(slice.range.end, range.end);
    }
    return slices;
}

Result<std::vector<PastCall>> readCalls(const Table& table)
{
    usage::Columns columns(table);
    const Column* time = columns.moment("TimeGenerated");
    const Column* id = columns.text("CorrelationId");
    const Column* key = columns.text("Key");
    const Column* prompt = columns.number("Prompt");
    const Column* completion = columns.number("Completion");
    const Column* status = columns.number("ResponseCode");
    const Column* total = columns.number("TotalTime");
    const Column* most = columns.number("MaxTokens");
    if (Status checked = columns.check(); !checked)
        return fail(checked.error());
    std::vector<PastCall> calls;
    calls.reserve(table.rowCount());
    for (std::size_t row = 0; row < table.rowCount(); ++row) {
        PastCall call;
        call.time = DateTime{Ticks(time->integerAt(row))};
        call.service = key->textAt(row);
        call.promptTokens = usage::countAt(*prompt, row);
        call.completionTokens = usage::countAt(*completion, row);
        if (!most->isNull(row))
            call.maxTokens = usage::countAt(*most, row);
        call.status = static_cast<int>(usage::countAt(*status, row));
        call.duration = std::chrono::milliseconds(std::max<std::int64_t>(0, usage::countAt(*total, row)));
        call.id = id->textAt(row);
        calls.push_back(std::move(call));
    }
    return calls;
}

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

} // namespace

/// One impact on its way.
struct QuotaBoardQuestions::Rehearsal
{
    QuotaImpactQuestion question;
    std::function<void(QuotaImpactProgress)> progress;
    std::stop_token stop;
    std::vector<std::string> services;
    std::vector<Slice> slices;
    std::size_t next = 0;
    QuotaImpactProgress at;
    bool withLlmLog = true;
    std::vector<PastCall> calls;
    std::shared_ptr<QuotaImpact> impact = std::make_shared<QuotaImpact>();
    http::Deferred<std::shared_ptr<const QuotaImpact>> done;
};

QFuture<Result<std::shared_ptr<const QuotaImpact>>>
QuotaBoardQuestions::impact(QuotaImpactQuestion question, std::function<void(QuotaImpactProgress)> progress,
                            std::stop_token stop)
{
    const auto rehearsal = std::make_shared<Rehearsal>();
    rehearsal->question = std::move(question);
    rehearsal->progress = std::move(progress);
    rehearsal->stop = std::move(stop);
    for (const auto& [service, limits] : rehearsal->question.limits)
        rehearsal->services.push_back(service);
    const DateTime now = m_sources.clock.now();
    rehearsal->impact->range = {now - std::chrono::hours(24) * rehearsal->question.days, now};
    const auto future = rehearsal->done.future();
    countCalls(rehearsal);
    return future;
}

void QuotaBoardQuestions::countCalls(const RehearsalPtr& rehearsal)
{
    const TimeRange& range = rehearsal->impact->range;
    Question counts({"quota-call-counts"});
    counts.with("scanStart", Literal::moment(range.start))
        .with("rangeEnd", Literal::moment(range.end))
        .with("services", Literal::texts(rehearsal->services));
    askAll(m_sources.workspace, {std::move(counts)}, range, rehearsal->stop, this)
        .then(this, [this, rehearsal](const Result<Answers>& answers) {
            if (!answers)
                return rehearsal->done.settle(fail(answers.error()));
            planSlices(rehearsal, answers->table(0));
        });
}

void QuotaBoardQuestions::planSlices(const RehearsalPtr& rehearsal, const Table& counts)
{
    usage::Columns columns(counts);
    const Column* bucket = columns.moment("Bucket");
    const Column* calls = columns.number("Calls");
    if (Status checked = columns.check(); !checked)
        return rehearsal->done.settle(fail(checked.error()));
    std::map<DateTime, std::int64_t> hours;
    for (std::size_t row = 0; row < counts.rowCount(); ++row)
        hours[DateTime{Ticks(bucket->integerAt(row))}] += usage::countAt(*calls, row);
    // Backwards up to the first hour that does not fit: counters must not meet a gap.
    std::int64_t total = 0;
    auto first = hours.end();
    while (first != hours.begin() && total + std::prev(first)->second <= MaxCalls)
        total += (--first)->second;
    std::int64_t dropped = 0;
    for (auto hour = hours.begin(); hour != first; ++hour)
        dropped += hour->second;
    hours.erase(hours.begin(), first);
    QuotaImpact& impact = *rehearsal->impact;
    if (dropped > 0) {
        impact.leftOut.push_back("The first " + std::to_string(dropped) +
                                 " calls of the range: an impact replays at most " +
                                 std::to_string(MaxCalls) + ", the newest.");
        impact.range.start = hours.empty() ? impact.range.end : std::max(impact.range.start, first->first);
    }
    rehearsal->at = {0, total};
    rehearsal->slices = slicesOf(hours, impact.range, MaxSlice);
    rehearsal->calls.reserve(static_cast<std::size_t>(total));
    askSlice(rehearsal);
}

void QuotaBoardQuestions::askSlice(const RehearsalPtr& rehearsal)
{
    if (rehearsal->stop.stop_requested())
        return rehearsal->done.settle(fail(http::cancelledError()));
    if (rehearsal->progress)
        rehearsal->progress(rehearsal->at);
    if (rehearsal->next == rehearsal->slices.size())
        return replay(rehearsal);
    const TimeRange& range = rehearsal->slices[rehearsal->next].range;
    Question calls({rehearsal->withLlmLog ? "calls" : "calls-without-llm-log", "quota-calls"});
    calls.with("scanStart", Literal::moment(range.start))
        .with("rangeStart", Literal::moment(range.start))
        .with("rangeEnd", Literal::moment(range.end))
        .with("splitBy", Literal::text("service"))
        .with("allServices", Literal::flag(false))
        .with("services", Literal::texts(rehearsal->services));
    for (const char* what : {"Models", "Backends"})
        calls.with(std::string("all") + what, Literal::flag(true));
    for (const char* what : {"models", "backends"})
        calls.with(what, Literal::texts({}));
    askAll(m_sources.workspace, {std::move(calls)}, range, rehearsal->stop, this)
        .then(this, [this, rehearsal](const Result<Answers>& answers) { takeSlice(rehearsal, answers); });
}

void QuotaBoardQuestions::takeSlice(const RehearsalPtr& rehearsal, const Result<Answers>& answers)
{
    if (!answers && rehearsal->withLlmLog && isMissingTable(answers.error(), "ApiManagementGatewayLlmLog")) {
        rehearsal->withLlmLog = false;
        rehearsal->impact->leftOut.emplace_back(
            "Tokens: this workspace has no log of models, so only limits on calls were replayed.");
        return askSlice(rehearsal);
    }
    if (!answers)
        return rehearsal->done.settle(fail(answers.error()));
    QuotaImpact& impact = *rehearsal->impact;
    if (impact.queries.empty())
        impact.queries = answers->queries;
    if (answers->partial)
        impact.leftOut.push_back("Calls from " +
                                 formatDateTime(rehearsal->slices[rehearsal->next].range.start) +
                                 " on that the workspace did not give: " + answers->partialReason);
    const QueryAnswerPtr table = answers->tables.front();
    QtConcurrent::run([table] {
        return readCalls(table->primary());
    }).then(this, [this, rehearsal](const Result<std::vector<PastCall>>& calls) {
        if (!calls)
            return rehearsal->done.settle(fail(calls.error()));
        rehearsal->calls.insert(rehearsal->calls.end(), calls->begin(), calls->end());
        rehearsal->at.read = static_cast<std::int64_t>(rehearsal->calls.size());
        ++rehearsal->next;
        askSlice(rehearsal);
    });
}

void QuotaBoardQuestions::replay(const RehearsalPtr& rehearsal)
{
    QtConcurrent::run([rehearsal]() -> Result<std::shared_ptr<const QuotaImpact>> {
        QuotaImpact& impact = *rehearsal->impact;
        std::map<std::string, std::vector<gateway::LimitRule>> drafts;
        for (const auto& [service, limits] : rehearsal->question.limits) {
            CountedLimits counted = countedLimits(limits);
            drafts[service] = std::move(counted.rules);
            if (!counted.unknown.empty())
                impact.leftOut.push_back((service.empty() ? "Calls without a subscription" : service) + ": " +
                                         joined(counted.unknown) + ", which only the gateway can work out.");
        }
        impact.calls = static_cast<std::int64_t>(rehearsal->calls.size());
        impact.impact = gateway::throttleImpact(rehearsal->calls, drafts);
        return std::shared_ptr<const QuotaImpact>(rehearsal->impact);
    }).then(this, [rehearsal](const Result<std::shared_ptr<const QuotaImpact>>& done) {
        rehearsal->done.settle(done);
    });
}

} // namespace gatehouse::jobs
