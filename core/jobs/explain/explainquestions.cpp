// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/explain/explainquestions.h"

#include "core/gateway/explain/loggedrows.h"
#include "core/http/deferred.h"

#include <QtConcurrent/QtConcurrentRun>

#include <algorithm>
#include <set>

namespace gatehouse::jobs {

namespace {

constexpr Ticks Retention = std::chrono::hours(24 * 90); ///< of a workspace, unless it pays for more
constexpr Ticks Neighbourhood = std::chrono::hours(2);
constexpr Ticks NearNeighbourhood = std::chrono::minutes(10); ///< where two hours are too much for one answer
constexpr Ticks Hour = std::chrono::hours(1);
/// A circuit remembers no more than a Retry-After, which is an hour at most.
constexpr Ticks LeadIn = std::chrono::hours(1);
/// For which a request goes on after it came, so that its attempts are all in the answer.
constexpr Ticks LeadOut = std::chrono::minutes(5);
constexpr std::size_t LongestId = 128;

Question questionFor(const char* name, const TimeRange& range, const std::string& request)
{
    Question question({name});
    question.with("scanStart", Literal::moment(range.start))
        .with("rangeEnd", Literal::moment(range.end))
        .with("allRequests", Literal::flag(request.empty()))
        .with("request", Literal::text(request));
    return question;
}

bool severalRegions(const Table& requests)
{
    const Column* region = requests.find("Region");
    std::set<std::string_view> seen;
    for (std::size_t row = 0; region != nullptr && row < requests.rowCount(); ++row) {
        if (!region->isNull(row) && !region->textAt(row).empty())
            seen.insert(region->textAt(row));
    }
    return seen.size() > 1;
}

void append(gateway::LoggedTraffic& into, gateway::LoggedTraffic&& more)
{
    std::move(more.requests.begin(), more.requests.end(), std::back_inserter(into.requests));
    std::move(more.details.begin(), more.details.end(), std::back_inserter(into.details));
}

/// The tables of an answer of askRows.
gateway::LoggedRows rowsIn(const Answers& answers, bool tokens, bool attempts)
{
    gateway::LoggedRows rows;
    rows.requests = &answers.table(0);
    if (tokens)
        rows.tokens = &answers.table(1);
    if (attempts)
        rows.attempts = &answers.table(tokens ? 2 : 1);
    return rows;
}

} // namespace

/// One explanation on its way.
struct ExplainQuestions::Telling
{
    std::string id;
    std::stop_token stop;
    std::vector<gateway::SetupVersion> versions;
    gateway::LoggedTraffic traffic; ///< the one request
    std::shared_ptr<Missing> missing = std::make_shared<Missing>();
    TimeRange around;
    bool near = false;
    http::Deferred<ExplanationPtr> done;
};

struct ExplainQuestions::Replaying
{
    gateway::ReplayQuestion question;
    std::optional<gateway::ExplainSetup> draft;
    std::function<void(const ReplayProgress&)> progress;
    std::stop_token stop;
    TimeRange scan;
    std::vector<TimeRange> slices;
    std::size_t next = 0;
    std::shared_ptr<Missing> missing = std::make_shared<Missing>();
    gateway::LoggedTraffic traffic;
    std::shared_ptr<ReplayOutcome> outcome = std::make_shared<ReplayOutcome>();
    http::Deferred<ReplayPtr> done;
};

ExplainQuestions::ExplainQuestions(const Sources& sources, QObject* parent)
    : QObject(parent)
    , m_sources(sources)
{}

QFuture<Result<Answers>> ExplainQuestions::askRows(const TimeRange& range, const std::string& request,
                                                   std::shared_ptr<Missing> missing, std::stop_token stop)
{
    http::Deferred<Answers> done;
    std::vector<Question> questions = {questionFor("logged-requests", range, request)};
    if (!missing->tokens)
        questions.push_back(questionFor("logged-tokens", range, request));
    if (!missing->attempts)
        questions.push_back(questionFor("logged-attempts", {range.start, range.end + LeadOut}, request));
    const TimeRange timespan{range.start, range.end + LeadOut};
    askAll(m_sources.workspace, questions, timespan, stop, this)
        .then(this, [this, range, request, missing, stop, done](const Result<Answers>& answers) {
            const bool noTokens =
                !answers && !missing->tokens && isMissingTable(answers.error(), "ApiManagementGatewayLlmLog");
            const bool noAttempts =
                !answers && !missing->attempts && isMissingTable(answers.error(), "AppDependencies");
            if (!noTokens && !noAttempts)
                return done.settle(answers);
            missing->tokens = missing->tokens || noTokens;
            missing->attempts = missing->attempts || noAttempts;
            askRows(range, request, missing, stop).then(this, [done](const Result<Answers>& again) {
                done.settle(again);
            });
        });
    return done.future();
}

QFuture<Result<ExplainService::ExplanationPtr>> ExplainQuestions::explain(std::string correlationId,
                                                                          std::stop_token stop)
{
    auto telling = std::make_shared<Telling>();
    telling->id = std::move(correlationId);
    telling->stop = std::move(stop);
    QFuture<Result<ExplanationPtr>> future = telling->done.future();
    if (telling->id.empty() || telling->id.size() > LongestId) {
        telling->done.settle(fail(Error::Kind::InvalidInput, "That is no correlation id.",
                                  "It is the x-ms-request-id of the answer, and CorrelationId in the log."));
        return future;
    }
    m_sources.setups.history(telling->stop).then(this, [this, telling](const Result<SetupHistory>& history) {
        auto versions = history ? versionsOf(*history) : fail(history.error());
        if (!versions)
            return telling->done.settle(fail(versions.error()));
        telling->versions = std::move(*versions);
        askRequest(telling);
    });
    return future;
}

void ExplainQuestions::askRequest(const TellingPtr& telling)
{
    const DateTime now = m_sources.clock.now();
    askRows({now - Retention, now + Hour}, telling->id, telling->missing, telling->stop)
        .then(this, [this, telling](const Result<Answers>& answers) { takeRequest(telling, answers); });
}

void ExplainQuestions::takeRequest(const TellingPtr& telling, const Result<Answers>& answers)
{
    if (!answers)
        return telling->done.settle(fail(answers.error()));
    auto traffic = gateway::readTraffic(
        rowsIn(*answers, !telling->missing->tokens, !telling->missing->attempts), gateway::allFields());
    if (!traffic)
        return telling->done.settle(fail(traffic.error()));
    if (traffic->requests.empty())
        return telling->done.settle(
            fail(Error::Kind::NotFound,
                 "The log of the last 90 days has no request with the correlation id “" + telling->id + "”.",
                 "Check the id; a request that has just ended may take some minutes to be logged."));
    telling->traffic = std::move(*traffic);
    askNeighbours(telling);
}

void ExplainQuestions::askNeighbours(const TellingPtr& telling)
{
    const DateTime time = telling->traffic.requests.front().time;
    const Ticks total = std::max(telling->traffic.details.front().total, Ticks(0));
    telling->around = {time - (telling->near ? NearNeighbourhood : Neighbourhood),
                       time + total + std::chrono::seconds(1)};
    std::vector<Question> questions = {
        questionFor("logged-requests", {time - NearNeighbourhood, telling->around.end}, {})};
    if (!telling->missing->attempts)
        questions.push_back(questionFor("logged-attempts", telling->around, {}));
    askAll(m_sources.workspace, questions, telling->around, telling->stop, this)
        .then(this, [this, telling](const Result<Answers>& answers) { takeNeighbours(telling, answers); });
}

void ExplainQuestions::takeNeighbours(const TellingPtr& telling, const Result<Answers>& answers)
{
    if (!answers)
        return telling->done.settle(fail(answers.error()));
    if (answers->partial && !telling->near) {
        telling->near = true;
        return askNeighbours(telling);
    }
    tell(telling, *answers);
}

void ExplainQuestions::tell(const TellingPtr& telling, const Answers& neighbours)
{
    const bool everyHeader = m_sources.logsEveryHeader;
    QtConcurrent::run([telling, neighbours, everyHeader]() -> Result<ExplanationPtr> {
        gateway::ExplainInput input;
        input.request = telling->traffic.requests.front();
        input.details = telling->traffic.details.front();
        input.setup = gateway::setupAt(telling->versions, input.request.time);
        const gateway::LoggedFields fields =
            everyHeader ? gateway::allFields() : gateway::fieldsSeen(neighbours.table(0));
        for (std::size_t i = 0; i < gateway::TextFields; ++i) {
            if (!fields[i] && input.request.facts.texts[i] == std::string())
                input.request.facts.texts[i].reset();
        }
        input.log.severalInstances = severalRegions(neighbours.table(0));
        if (!telling->missing->attempts) {
            auto rows = gateway::readAttemptRows(neighbours.table(1), telling->id);
            if (!rows)
                return fail(rows.error());
            input.log.attempts = std::move(rows->attempts);
            // A workspace without a single attempt row is one that does not get them.
            const bool none = input.log.attempts.empty() && input.request.attempts.empty();
            if (!rows->sampled && !neighbours.partial && !none)
                input.log.completeSince = telling->around.start;
        }
        return ExplanationPtr(std::make_shared<const gateway::Explanation>(gateway::explain(input)));
    }).then(this, [telling](const Result<ExplanationPtr>& told) { telling->done.settle(told); });
}

QFuture<Result<ExplainService::ExplanationPtr>> ExplainQuestions::hypothetical(gateway::RequestFacts facts,
                                                                               std::stop_token stop)
{
    return setup(std::move(stop)).then(this, [facts](const Result<SetupNow>& now) -> Result<ExplanationPtr> {
        if (!now)
            return fail(now.error());
        return ExplanationPtr(
            std::make_shared<const gateway::Explanation>(gateway::explainHypothetical(now->setup, facts)));
    });
}

QFuture<Result<SetupNow>> ExplainQuestions::setup(std::stop_token stop)
{
    return m_sources.setups.history(std::move(stop))
        .then(this, [](const Result<SetupHistory>& history) -> Result<SetupNow> {
            if (!history)
                return fail(history.error());
            auto versions = versionsOf(*history);
            if (!versions)
                return fail(versions.error());
            return SetupNow{history->serviceId, history->now, std::move(versions->back().setup)};
        });
}

QFuture<Result<ExplainService::ReplayPtr>>
ExplainQuestions::replay(std::optional<gateway::ExplainSetup> draft, TimeRange range,
                         std::function<void(const ReplayProgress&)> progress, std::stop_token stop)
{
    auto replaying = std::make_shared<Replaying>();
    replaying->draft = std::move(draft);
    replaying->question.range = range;
    replaying->progress = std::move(progress);
    replaying->stop = std::move(stop);
    replaying->scan = {range.start - LeadIn, range.end};
    QFuture<Result<ReplayPtr>> future = replaying->done.future();
    m_sources.setups.history(replaying->stop)
        .then(this, [this, replaying](const Result<SetupHistory>& history) {
            auto versions = history ? versionsOf(*history) : fail(history.error());
            if (!versions)
                return replaying->done.settle(fail(versions.error()));
            replaying->question.capacities = capacitiesOf(*history);
            replaying->question.inForce = std::move(*versions);
            replaying->question.replayed =
                replaying->draft
                    ? std::vector<gateway::SetupVersion>{{DateTime{}, std::move(*replaying->draft)}}
                    : replaying->question.inForce;
            askExtent(replaying);
        });
    return future;
}

void ExplainQuestions::askExtent(const ReplayingPtr& replaying)
{
    askAll(m_sources.workspace, {questionFor("logged-extent", replaying->scan, {})}, replaying->scan,
           replaying->stop, this)
        .then(this, [this, replaying](const Result<Answers>& answers) {
            if (!answers)
                return replaying->done.settle(fail(answers.error()));
            const Column* hour = answers->table(0).find("Hour");
            const Column* requests = answers->table(0).find("Requests");
            std::vector<std::pair<DateTime, std::int64_t>> hours;
            for (std::size_t row = 0; hour != nullptr && requests != nullptr && row < hour->size(); ++row)
                hours.emplace_back(DateTime{Ticks(hour->integerAt(row))}, requests->integerAt(row));
            replaying->slices = slicesOf(hours, replaying->scan, SliceRequests);
            askSlice(replaying);
        });
}

void ExplainQuestions::askSlice(const ReplayingPtr& replaying)
{
    if (replaying->progress) {
        const double done = static_cast<double>(replaying->next) /
                            static_cast<double>(std::max<std::size_t>(replaying->slices.size(), 1));
        replaying->progress({0.9 * done, static_cast<std::int64_t>(replaying->traffic.requests.size())});
    }
    if (replaying->next == replaying->slices.size()) {
        compute(replaying);
        return;
    }
    const TimeRange& slice = replaying->slices[replaying->next++];
    askRows(slice, {}, replaying->missing, replaying->stop)
        .then(this, [this, replaying](const Result<Answers>& answers) { takeSlice(replaying, answers); });
}

void ExplainQuestions::takeSlice(const ReplayingPtr& replaying, const Result<Answers>& answers)
{
    if (!answers)
        return replaying->done.settle(fail(answers.error()));
    ReplayOutcome& outcome = *replaying->outcome;
    outcome.partial = outcome.partial || answers->partial;
    if (answers->partial)
        outcome.partialReason = answers->partialReason;
    outcome.queries = answers->queries;
    const bool everyHeader = m_sources.logsEveryHeader;
    const Missing missing = *replaying->missing;
    QtConcurrent::run([rows = *answers, missing, everyHeader]() {
        const auto fields = everyHeader ? gateway::allFields() : gateway::fieldsSeen(rows.table(0));
        return gateway::readTraffic(rowsIn(rows, !missing.tokens, !missing.attempts), fields);
    }).then(this, [this, replaying](Result<gateway::LoggedTraffic> traffic) {
        if (!traffic)
            return replaying->done.settle(fail(traffic.error()));
        append(replaying->traffic, std::move(*traffic));
        askSlice(replaying);
    });
}

void ExplainQuestions::compute(const ReplayingPtr& replaying)
{
    QtConcurrent::run([replaying]() -> Result<ReplayPtr> {
        gateway::LoggedTraffic& traffic = replaying->traffic;
        const bool rows = std::any_of(traffic.requests.begin(), traffic.requests.end(),
                                      [](const auto& one) { return !one.attempts.empty(); });
        const bool called = std::any_of(traffic.requests.begin(), traffic.requests.end(),
                                        [](const auto& one) { return !one.backend.empty(); });
        replaying->outcome->finalAttemptsOnly = called && !rows;
        gateway::standInFinalAttempts(traffic);
        auto replay = gateway::replayTraffic(replaying->question, traffic, replaying->stop);
        if (!replay)
            return fail(replay.error());
        replaying->outcome->replay = std::move(*replay);
        return ReplayPtr(replaying->outcome);
    }).then(this, [replaying](const Result<ReplayPtr>& outcome) {
        if (outcome && replaying->progress)
            replaying->progress({1.0, static_cast<std::int64_t>(replaying->traffic.requests.size())});
        replaying->done.settle(outcome);
    });
}

std::vector<TimeRange> slicesOf(const std::vector<std::pair<DateTime, std::int64_t>>& hours,
                                const TimeRange& range, std::int64_t most)
{
    std::vector<TimeRange> slices;
    std::int64_t held = 0;
    for (const auto& [hour, requests] : hours) {
        const TimeRange whole{std::max(hour, range.start), std::min(hour + Hour, range.end)};
        if (whole.start >= whole.end)
            continue;
        if (!slices.empty() && held + requests <= most) {
            slices.back().end = whole.end; // hours without requests in between come along
            held += requests;
            continue;
        }
        const std::int64_t parts = std::max<std::int64_t>((requests + most - 1) / most, 1);
        const Ticks part = whole.length() / parts;
        for (std::int64_t i = 0; i < parts; ++i) {
            const DateTime start = whole.start + part * i;
            slices.push_back({start, i + 1 == parts ? whole.end : start + part});
        }
        held = parts > 1 ? most : requests;
    }
    return slices;
}

} // namespace gatehouse::jobs
