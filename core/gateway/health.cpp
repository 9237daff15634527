// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/health.h"

#include "core/base/encoding.h"
#include "core/gateway/finalattempts.h"
#include "core/gateway/instances.h"

#include <algorithm>
#include <set>

namespace gatehouse::gateway {

namespace {

std::optional<double> shareOf(std::int64_t part, std::int64_t whole)
{
    if (whole <= 0)
        return std::nullopt;
    return static_cast<double>(part) / static_cast<double>(whole);
}

/// Backends as the pools rank them, then those in no pool, then those that only the log knows.
std::vector<std::string> orderedNames(const HealthInput& input)
{
    struct Ranked
    {
        int priority;
        std::string name;
    };
    std::vector<Ranked> ranked;
    for (const Pool& pool : input.pools) {
        for (const PoolMember& member : pool.members)
            ranked.push_back({member.priority, member.backend});
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const Ranked& a, const Ranked& b) { return a.priority < b.priority; });

    std::vector<std::string> known;
    for (const Backend& backend : input.backends)
        known.push_back(backend.name);
    std::vector<std::string> seen;
    for (const EndpointFigures& figures : input.figures)
        seen.push_back(figures.backend);
    std::sort(seen.begin(), seen.end());

    std::vector<std::string> names;
    const auto add = [&names](const std::string& name) {
        const bool there = std::any_of(names.begin(), names.end(), [&name](const std::string& other) {
            return equalsIgnoreCase(other, name);
        });
        if (!there)
            names.push_back(name);
    };
    for (const Ranked& member : ranked) {
        // The pool may write a member in another case than the backend itself.
        const auto own = std::find_if(known.begin(), known.end(), [&member](const std::string& name) {
            return equalsIgnoreCase(name, member.name);
        });
        if (own != known.end())
            add(*own);
    }
    std::for_each(known.begin(), known.end(), add);
    std::for_each(seen.begin(), seen.end(), add);
    return names;
}

template <typename List, typename Name>
auto findNamed(const List& list, const std::string& name, Name member)
{
    const auto found = std::find_if(list.begin(), list.end(),
                                    [&](const auto& entry) { return equalsIgnoreCase(entry.*member, name); });
    return found == list.end() ? nullptr : &*found;
}

void fillFigures(const EndpointFigures& figures, EndpointHealth& endpoint)
{
    endpoint.requests = figures.requests;
    endpoint.p50Ms = figures.p50Ms;
    endpoint.p95Ms = figures.p95Ms;
    endpoint.p99Ms = figures.p99Ms;
    endpoint.errorShare = shareOf(figures.errors, figures.requests);
    endpoint.throttledShare = shareOf(figures.throttled, figures.requests);
}

/// The part of the timeline that lies in the range.
std::vector<CircuitSpan> clipped(const std::vector<CircuitSpan>& timeline, const TimeRange& range)
{
    std::vector<CircuitSpan> inside;
    for (CircuitSpan span : timeline) {
        span.start = std::max(span.start, range.start);
        span.end = std::min(span.end, range.end);
        if (span.start < span.end)
            inside.push_back(std::move(span));
    }
    return inside;
}

std::optional<DateTime> lastThrough(const std::vector<LoggedAttempt>& attempts)
{
    const auto newest = std::ranges::max_element(attempts, {}, &LoggedAttempt::start);
    return newest == attempts.end() ? std::nullopt : std::optional(newest->start);
}

/// All attempts are logged: the replay of the rule tells the state at every moment.
void inferFromAttempts(const HealthInput& input, const Backend& backend,
                       const std::vector<LoggedAttempt>& attempts, InstanceCircuit& into)
{
    const InferredCircuit circuit = inferCircuit(backend, attempts, input.attemptsRange);
    into.timeline = clipped(circuit.timeline, input.range);
    if (circuit.timeline.empty())
        return;
    const CircuitSpan& last = circuit.timeline.back();
    into.circuit.state = last.state;
    into.circuit.source = StateSource::Inferred;
    into.circuit.reason = last.reason;
    // A span that fills all that was looked at began at a time that nobody knows.
    if (last.start > input.attemptsRange.start)
        into.circuit.since = last.start;
    if (last.state == CircuitState::Open)
        into.circuit.retryAt = circuit.openUntil;
}

/// Attempts are missing: what they prove, and not known otherwise.
void inferFromFinals(const HealthInput& input, const Backend& backend,
                     const std::vector<LoggedAttempt>& finals, InstanceCircuit& into)
{
    into.timeline = clipped(provenOpen(backend, finals, input.attemptsRange), input.range);
    into.circuit.reason = "The log holds final attempts only, which do not tell its state now.";
    if (into.timeline.empty() || into.timeline.back().end < input.range.end)
        return;
    const CircuitSpan& last = into.timeline.back();
    into.circuit.state = last.state;
    into.circuit.source = StateSource::Inferred;
    into.circuit.reason = last.reason;
    into.circuit.since = last.start;
}

void infer(const HealthInput& input, const Backend* backend, EndpointHealth& endpoint)
{
    const auto attempts = std::ranges::find_if(
        input.attempts, [&](const auto& entry) { return equalsIgnoreCase(entry.first, endpoint.backend); });
    if (backend == nullptr) {
        endpoint.inferred.reason = "The rule of this backend cannot be read.";
        return;
    }
    std::vector<InstanceCircuit> instances;
    if (attempts != input.attempts.end()) {
        for (const auto& [name, logged] : attempts->second) {
            if (logged.empty())
                continue;
            InstanceCircuit& instance = instances.emplace_back();
            instance.instance = name;
            instance.circuit.lastThrough = lastThrough(logged);
            if (input.finalAttemptsOnly)
                inferFromFinals(input, *backend, logged, instance);
            else
                inferFromAttempts(input, *backend, logged, instance);
        }
    }
    if (instances.empty()) {
        endpoint.inferred.reason = "No call was logged in this time.";
        return;
    }
    InstanceCircuit whole = combine(instances);
    endpoint.inferred = std::move(whole.circuit);
    endpoint.timeline = std::move(whole.timeline);
    if (instances.size() > 1)
        endpoint.instances = std::move(instances);
}

/// The two views count as different only when they were so for longer than the log may be late.
bool disagrees(const HealthInput& input, const EndpointHealth& endpoint)
{
    const CircuitView& reported = endpoint.reported;
    const CircuitView& inferred = endpoint.inferred;
    if (reported.source == StateSource::Unknown || inferred.source == StateSource::Unknown ||
        reported.state == inferred.state)
        return false;
    if (!reported.since || input.now - input.range.end > input.reportingDelay)
        return false;
    const DateTime differSince =
        std::max(*reported.since, inferred.since.value_or(input.attemptsRange.start));
    return input.now - differSince > input.reportingDelay;
}

std::optional<DateTime> momentAt(const Json& object, std::string_view key)
{
    return parseDateTime(textAt(object, key));
}

/// The value of a label; Prometheus escapes \\, \" and \n. Empty when the label is not there.
std::optional<std::string> labelValue(std::string_view labels, std::string_view name)
{
    std::size_t at = labels.find(std::string(name) + "=\"");
    if (at == std::string_view::npos)
        return std::nullopt;
    std::string value;
    for (at += name.size() + 2; at < labels.size() && labels[at] != '"'; ++at) {
        if (labels[at] == '\\' && at + 1 < labels.size())
            value += labels[++at] == 'n' ? '\n' : labels[at];
        else
            value += labels[at];
    }
    return value;
}

std::optional<CircuitState> stateFrom(std::string_view text)
{
    if (equalsIgnoreCase(text, "closed"))
        return CircuitState::Closed;
    if (equalsIgnoreCase(text, "open"))
        return CircuitState::Open;
    if (equalsIgnoreCase(text, "half_open") || equalsIgnoreCase(text, "half-open"))
        return CircuitState::HalfOpen;
    return std::nullopt;
}

} // namespace

HealthReport assembleHealth(const HealthInput& input)
{
    HealthReport report;
    report.range = input.range;
    // Final attempts that exist show that attempts went unlogged; nothing at all shows nothing.
    report.finalAttemptsOnly = input.finalAttemptsOnly && !input.attempts.empty();
    for (const std::string& name : orderedNames(input)) {
        EndpointHealth endpoint;
        endpoint.backend = name;
        const Backend* backend = findNamed(input.backends, name, &Backend::name);
        if (backend != nullptr)
            endpoint.region = backend->region;
        if (const auto* figures = findNamed(input.figures, name, &EndpointFigures::backend))
            fillFigures(*figures, endpoint);
        infer(input, backend, endpoint);
        if (const auto* said = findNamed(input.reported, name, &ReportedCircuit::backend))
            endpoint.reported = {said->state, StateSource::Reported, said->since, said->retryAt,
                                 said->reason};
        endpoint.disagree = disagrees(input, endpoint);
        report.endpoints.push_back(std::move(endpoint));
    }
    return report;
}

Result<std::vector<ReportedCircuit>> circuitsFromStatus(const Json& status)
{
    const Json& backends = memberAt(status, "backends");
    if (!backends.is_array())
        return fail(Error::Kind::Protocol, "The gateway's status names no backends.",
                    "Check that the gateway of this profile reports its circuits.");
    std::vector<ReportedCircuit> circuits;
    for (const Json& backend : backends) {
        const auto state = stateFrom(textAt(backend, "state"));
        if (!state)
            continue;
        circuits.push_back({textAt(backend, "name"), *state, momentAt(backend, "since"),
                            momentAt(backend, "retryAt"), textAt(backend, "reason")});
    }
    return circuits;
}

std::vector<ReportedCircuit> circuitsFromMetrics(std::string_view text)
{
    constexpr std::string_view Gauge = "gatehouse_circuit_state{";
    std::vector<ReportedCircuit> circuits;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t close = line.rfind('}');
        if (!line.starts_with(Gauge) || close == std::string_view::npos)
            continue;
        const auto backend = labelValue(line.substr(Gauge.size(), close - Gauge.size()), "backend");
        const std::size_t digit = line.find_first_not_of(' ', close + 1);
        if (!backend || digit == std::string_view::npos)
            continue;
        // 0 closed, 1 half-open, 2 open; a sample may carry a time stamp after its value.
        const std::string_view value = line.substr(digit, line.find_first_of(" .\r", digit) - digit);
        if (value == "0" || value == "1" || value == "2")
            circuits.push_back({*backend,
                                value == "0"   ? CircuitState::Closed
                                : value == "1" ? CircuitState::HalfOpen
                                               : CircuitState::Open,
                                std::nullopt,
                                std::nullopt,
                                {}});
    }
    return circuits;
}

} // namespace gatehouse::gateway
