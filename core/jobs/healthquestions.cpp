// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/healthquestions.h"

#include "core/base/encoding.h"
#include "core/usage/columns.h"

#include <QtConcurrent/QtConcurrentRun>
#include <QtCore/QPromise>
#include <QtCore/QUrl>

#include <algorithm>

namespace gatehouse::jobs {

using gateway::Backend;
using gateway::LoggedAttempt;
using Outcome = Result<std::shared_ptr<const gateway::HealthReport>>;

namespace {

constexpr const char* Attempts = "attempts";
constexpr const char* FinalAttempts = "attempts-final";

/// The words that a log may use for a backend, each to the backend's name: the name itself, and the host of
/// its URL (which Application Insights may write as the target) where no other backend has the same.
using Targets = std::map<std::string, std::string>;

Targets targetsOf(const std::vector<Backend>& backends)
{
    std::map<std::string, int> hosts;
    const auto hostOf = [](const Backend& backend) {
        return QUrl(QString::fromStdString(backend.url)).host().toStdString();
    };
    for (const Backend& backend : backends)
        ++hosts[hostOf(backend)];
    Targets targets;
    for (const Backend& backend : backends) {
        const std::string host = hostOf(backend);
        if (!host.empty() && hosts[host] == 1)
            targets.emplace(host, backend.name);
    }
    for (const Backend& backend : backends)
        targets.insert_or_assign(backend.name, backend.name);
    return targets;
}

/// Longer than any rule's interval and trip together, so that the slot after trouble shows how it ended.
Ticks slotFor(const std::vector<Backend>& backends)
{
    Ticks slot = std::chrono::minutes(5);
    for (const Backend& backend : backends) {
        gateway::Millis span = backend.breaker.recovery;
        if (const auto* windowed = std::get_if<gateway::WindowedRule>(&backend.breaker.rule))
            span += windowed->interval;
        slot = std::max<Ticks>(slot, 2 * span);
    }
    return slot;
}

std::string nameOf(const Targets& targets, std::string_view target)
{
    const auto known = targets.find(std::string(target));
    return known == targets.end() ? std::string(target) : known->second;
}

Result<std::vector<gateway::EndpointFigures>> readFigures(const Table& table, const Targets& targets)
{
    usage::Columns columns(table);
    const Column* backend = columns.text("Backend");
    const Column* requests = columns.number("Requests");
    const Column* errors = columns.number("Errors");
    const Column* throttled = columns.number("Throttled");
    const Column* p50 = columns.number("P50Ms");
    const Column* p95 = columns.number("P95Ms");
    const Column* p99 = columns.number("P99Ms");
    if (Status status = columns.check(); !status)
        return fail(status.error());
    std::vector<gateway::EndpointFigures> figures;
    for (std::size_t row = 0; row < table.rowCount(); ++row) {
        figures.push_back({nameOf(targets, backend->textAt(row)), usage::countAt(*requests, row),
                           usage::countAt(*errors, row), usage::countAt(*throttled, row),
                           usage::figureAt(*p50, row), usage::figureAt(*p95, row),
                           usage::figureAt(*p99, row)});
    }
    return figures;
}

/// Seconds, as a Retry-After header mostly is; a date says nothing here.
Ticks retryAfterFrom(std::string_view text)
{
    int seconds = 0;
    for (const char c : text) {
        if (c < '0' || c > '9' || seconds > 86'400)
            return Ticks(0);
        seconds = seconds * 10 + (c - '0');
    }
    return std::chrono::seconds(seconds);
}

Result<std::map<std::string, std::map<std::string, std::vector<LoggedAttempt>>>>
readAttempts(const Table& table, const Targets& targets)
{
    usage::Columns columns(table);
    const Column* at = columns.moment("TimeGenerated");
    const Column* backend = columns.text("Backend");
    const Column* status = columns.number("Status");
    const Column* duration = columns.number("DurationMs");
    const Column* retryAfter = columns.text("RetryAfter");
    const Column* instance = columns.text("Instance");
    if (Status checked = columns.check(); !checked)
        return fail(checked.error());
    const Column* firstByte = table.find("FirstByteMs"); // what was cached before it was asked has none
    std::map<std::string, std::map<std::string, std::vector<LoggedAttempt>>> attempts;
    for (std::size_t row = 0; row < table.rowCount(); ++row) {
        const double milliseconds = usage::figureAt(*duration, row).value_or(0);
        LoggedAttempt attempt{
            DateTime{Ticks(at->integerAt(row))}, Ticks(static_cast<std::int64_t>(milliseconds * 10'000)),
            static_cast<int>(usage::countAt(*status, row)), retryAfterFrom(retryAfter->textAt(row))};
        const std::optional<double> began =
            firstByte == nullptr ? std::nullopt : usage::figureAt(*firstByte, row);
        if (began && attempt.status == 0)
            attempt.firstByte = Ticks(static_cast<std::int64_t>(*began * 10'000));
        attempts[nameOf(targets, backend->textAt(row))][std::string(instance->textAt(row))].push_back(
            attempt);
    }
    return attempts;
}

} // namespace

struct HealthQuestions::Refresh
{
    TimeRange range;
    std::stop_token stop;
    gateway::HealthInput input;
    bool backendsKnown = false;
    std::string backendsUnknownBecause;
    bool finalAttempts = false;
    QPromise<Outcome> promise;

    void finish(Outcome outcome)
    {
        promise.addResult(std::move(outcome));
        promise.finish();
    }
};

HealthQuestions::HealthQuestions(const Sources& sources, QObject* parent)
    : QObject(parent)
    , m_sources(sources)
{}

QFuture<Outcome> HealthQuestions::report(TimeRange range, std::stop_token stop)
{
    auto refresh = std::make_shared<Refresh>();
    refresh->range = range;
    refresh->stop = stop;
    refresh->input.range = range;
    refresh->input.reportingDelay = m_sources.reportingDelay;
    refresh->promise.start();
    QFuture<Outcome> future = refresh->promise.future();

    m_sources.backends.layout(stop).then(this, [this, refresh](const Result<GatewayLayout>& layout) {
        if (layout) {
            refresh->backendsKnown = true;
            refresh->input.backends = layout->backends;
            refresh->input.pools = layout->pools;
        } else if (layout.error().cancelled()) {
            refresh->finish(fail(layout.error()));
            return;
        } else {
            refresh->backendsUnknownBecause = layout.error().message;
        }
        askReporter(refresh);
    });
    return future;
}

void HealthQuestions::askReporter(const RefreshPtr& refresh)
{
    if (m_sources.reporter == nullptr) {
        askAttempts(refresh);
        return;
    }
    m_sources.reporter->circuits(refresh->stop)
        .then(this, [this, refresh](const Result<std::vector<gateway::ReportedCircuit>>& circuits) {
            // A gateway that cannot be reached leaves what the log says.
            if (circuits) {
                refresh->input.reported = *circuits;
                remember(refresh->input.reported);
            }
            askAttempts(refresh);
        });
}

/// A gauge tells the state alone; since when is then the moment at which it was first seen here.
void HealthQuestions::remember(std::vector<gateway::ReportedCircuit>& circuits)
{
    const DateTime now = m_sources.clock.now();
    for (gateway::ReportedCircuit& circuit : circuits) {
        const auto [heard, isNew] = m_heard.try_emplace(circuit.backend, Heard{circuit.state, now});
        if (!isNew && heard->second.state != circuit.state)
            heard->second = {circuit.state, now};
        if (!circuit.since)
            circuit.since = heard->second.since;
    }
}

void HealthQuestions::askAttempts(const RefreshPtr& refresh)
{
    const Ticks slot = slotFor(refresh->input.backends);
    const TimeRange scan{refresh->range.start - slot, refresh->range.end};
    refresh->input.attemptsRange = scan;
    std::vector<std::string> targets;
    for (const auto& [target, backend] : targetsOf(refresh->input.backends))
        targets.push_back(target);

    const auto question = [&](const char* name) {
        Question asked({refresh->finalAttempts ? FinalAttempts : Attempts, name});
        asked.with("scanStart", Literal::moment(scan.start))
            .with("rangeStart", Literal::moment(refresh->range.start))
            .with("rangeEnd", Literal::moment(scan.end))
            .with("slot", Literal::timespan(slot))
            .with("allBackends", Literal::flag(!refresh->backendsKnown))
            .with("backends", Literal::texts(targets));
        return asked;
    };
    askAll(m_sources.workspace, {question("endpoint-figures"), question("endpoint-attempts")}, scan,
           refresh->stop, this)
        .then(this, [this, refresh](const Result<Answers>& answers) { take(refresh, answers); });
}

void HealthQuestions::take(const RefreshPtr& refresh, const Result<Answers>& answers)
{
    const bool noAttempts =
        answers ? answers->table(1).rowCount() == 0 : isMissingTable(answers.error(), "AppDependencies");
    if (noAttempts && !refresh->finalAttempts) {
        refresh->finalAttempts = true;
        askAttempts(refresh);
        return;
    }
    // Neither table: there is nothing to say about calls, but what the gateway reports still stands.
    if (!answers && !isMissingTable(answers.error(), "ApiManagementGatewayLogs")) {
        refresh->finish(fail(answers.error()));
        return;
    }
    if (answers) {
        compute(refresh, *answers);
        return;
    }
    auto report = std::make_shared<gateway::HealthReport>(gateway::assembleHealth(refresh->input));
    report->partial = true;
    report->partialReason = "This workspace holds neither attempts nor gateway logs.";
    refresh->finish(std::shared_ptr<const gateway::HealthReport>(std::move(report)));
}

void HealthQuestions::compute(const RefreshPtr& refresh, const Answers& answers)
{
    refresh->input.now = m_sources.clock.now();
    QtConcurrent::run([refresh, answers]() -> Outcome {
        const Targets targets = targetsOf(refresh->input.backends);
        auto figures = readFigures(answers.table(0), targets);
        if (!figures)
            return fail(figures.error());
        auto attempts = readAttempts(answers.table(1), targets);
        if (!attempts)
            return fail(attempts.error());
        refresh->input.figures = std::move(*figures);
        refresh->input.attempts = std::move(*attempts);
        refresh->input.finalAttemptsOnly = refresh->finalAttempts;
        gateway::HealthReport report = gateway::assembleHealth(refresh->input);
        report.partial = answers.partial || !refresh->backendsKnown;
        report.partialReason = answers.partial ? answers.partialReason : refresh->backendsUnknownBecause;
        report.queries = answers.queries;
        return std::make_shared<const gateway::HealthReport>(std::move(report));
    }).then(this, [refresh](const Outcome& outcome) { refresh->finish(outcome); });
}

} // namespace gatehouse::jobs
