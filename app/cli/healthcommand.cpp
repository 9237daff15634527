// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/healthcommand.h"

#include <CLI/CLI.hpp>

#include <cmath>

namespace gatehouse::cli {

namespace {

using gateway::CircuitView;
using gateway::EndpointHealth;
using gateway::StateSource;

const char* sourceText(StateSource source)
{
    switch (source) {
    case StateSource::Reported:
        return "reported";
    case StateSource::Inferred:
        return "inferred";
    case StateSource::Unknown:
        break;
    }
    return "unknown";
}

std::string stateText(const CircuitView& view)
{
    return view.source == StateSource::Unknown ? "unknown" : gateway::toString(view.state);
}

Json orNull(const std::optional<double>& figure)
{
    return figure ? Json(*figure) : Json(nullptr);
}

Json orNull(const std::optional<DateTime>& moment)
{
    return moment ? Json(formatDateTime(*moment)) : Json(nullptr);
}

Json viewJson(const CircuitView& view)
{
    return {{"state", stateText(view)},
            {"source", sourceText(view.source)},
            {"since", orNull(view.since)},
            {"retryAt", orNull(view.retryAt)},
            {"lastThrough", orNull(view.lastThrough)},
            {"reason", view.reason}};
}

Json endpointJson(const EndpointHealth& endpoint)
{
    Json timeline = Json::array();
    for (const gateway::CircuitSpan& span : endpoint.timeline)
        timeline.push_back({{"state", gateway::toString(span.state)},
                            {"start", formatDateTime(span.start)},
                            {"end", formatDateTime(span.end)},
                            {"reason", span.reason}});
    Json instances = Json::array();
    for (const gateway::InstanceCircuit& instance : endpoint.instances)
        instances.push_back({{"instance", instance.instance}, {"circuit", viewJson(instance.circuit)}});
    return {{"backend", endpoint.backend},
            {"region", endpoint.region},
            {"requests", endpoint.requests},
            {"p50Ms", orNull(endpoint.p50Ms)},
            {"p95Ms", orNull(endpoint.p95Ms)},
            {"p99Ms", orNull(endpoint.p99Ms)},
            {"errorShare", orNull(endpoint.errorShare)},
            {"throttledShare", orNull(endpoint.throttledShare)},
            {"circuit", viewJson(endpoint.circuit())},
            {"reported", viewJson(endpoint.reported)},
            {"inferred", viewJson(endpoint.inferred)},
            {"instances", std::move(instances)},
            {"disagree", endpoint.disagree},
            {"timeline", std::move(timeline)}};
}

void appendMilliseconds(Column& column, const std::optional<double>& figure)
{
    if (figure)
        column.appendInteger(std::llround(*figure));
    else
        column.appendNull();
}

/// Four digits: a hundredth of a percent.
void appendShare(Column& column, const std::optional<double>& share)
{
    if (share)
        column.appendReal(std::round(*share * 10'000) / 10'000);
    else
        column.appendNull();
}

void appendMoment(Column& column, const std::optional<DateTime>& moment)
{
    if (moment)
        column.appendInteger(moment->sinceYearOne.count());
    else
        column.appendNull();
}

} // namespace

void HealthCommand::addTo(CLI::App& parser, std::function<void()> chosen)
{
    CLI::App* command = parser.add_subcommand("health", "Endpoints, their latencies, errors and circuits");
    command->callback(std::move(chosen));
}

void HealthCommand::run(const Context& context)
{
    context.session.services()
        .health->report(context.range, context.stop)
        .then(this, [this, context](const Result<std::shared_ptr<const gateway::HealthReport>>& report) {
            if (report)
                show(context, **report);
            else
                fail(context, report.error());
        });
}

void HealthCommand::show(const Context& context, const gateway::HealthReport& report)
{
    if (context.output.format() == Format::Json)
        context.output.json(healthJson(report));
    else
        context.output.table(healthTable(report));
    if (report.finalAttemptsOnly)
        context.output.line("Final attempts only: a circuit is told only where they prove it.");
    for (const EndpointHealth& endpoint : report.endpoints) {
        if (endpoint.disagree)
            context.output.line(endpoint.backend + ": the gateway reports " + stateText(endpoint.reported) +
                                ", its log says " + stateText(endpoint.inferred) + ".");
    }
    if (!report.partial) {
        finish(ExitStatus::Done);
        return;
    }
    Error partial;
    partial.kind = Error::Kind::Unavailable;
    partial.message = "The answer is not complete: " + report.partialReason;
    context.output.error(partial);
    finish(ExitStatus::CheckFailed);
}

Table healthTable(const gateway::HealthReport& report)
{
    Table table("health");
    const std::vector<std::pair<const char*, ColumnType>> columns{
        {"backend", ColumnType::String},  {"region", ColumnType::String},
        {"requests", ColumnType::Long},   {"p50Ms", ColumnType::Long},
        {"p95Ms", ColumnType::Long},      {"p99Ms", ColumnType::Long},
        {"errorShare", ColumnType::Real}, {"throttledShare", ColumnType::Real},
        {"circuit", ColumnType::String},  {"source", ColumnType::String},
        {"since", ColumnType::DateTime},  {"retryAt", ColumnType::DateTime},
        {"reason", ColumnType::String}};
    for (const auto& [name, type] : columns)
        table.addColumn(name, type);
    for (const EndpointHealth& endpoint : report.endpoints) {
        const CircuitView& view = endpoint.circuit();
        std::size_t column = 0;
        table.column(column++).appendText(endpoint.backend);
        table.column(column++).appendText(endpoint.region);
        table.column(column++).appendInteger(endpoint.requests);
        appendMilliseconds(table.column(column++), endpoint.p50Ms);
        appendMilliseconds(table.column(column++), endpoint.p95Ms);
        appendMilliseconds(table.column(column++), endpoint.p99Ms);
        appendShare(table.column(column++), endpoint.errorShare);
        appendShare(table.column(column++), endpoint.throttledShare);
        table.column(column++).appendText(stateText(view));
        table.column(column++).appendText(sourceText(view.source));
        appendMoment(table.column(column++), view.since);
        appendMoment(table.column(column++), view.retryAt);
        table.column(column++).appendText(view.reason);
    }
    return table;
}

Json healthJson(const gateway::HealthReport& report)
{
    Json endpoints = Json::array();
    for (const EndpointHealth& endpoint : report.endpoints)
        endpoints.push_back(endpointJson(endpoint));
    return {{"start", formatDateTime(report.range.start)},
            {"end", formatDateTime(report.range.end)},
            {"endpoints", std::move(endpoints)},
            {"finalAttemptsOnly", report.finalAttemptsOnly},
            {"partial", report.partial}};
}

} // namespace gatehouse::cli
