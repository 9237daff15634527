// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/usagecommand.h"

#include <CLI/CLI.hpp>

#include <cmath>

namespace gatehouse::cli {

namespace {

using usage::Dimension;
using usage::Totals;

/// The figures of a Totals under the names that --format csv and json use for them; empty is unknown.
std::vector<std::pair<const char*, std::optional<std::int64_t>>> figuresOf(const Totals& totals)
{
    const auto tokens = [&totals](std::int64_t amount) {
        return totals.tokensKnown() ? std::optional(amount) : std::nullopt;
    };
    return {
        {"requests", totals.requests},
        {"failed", totals.failed},
        {"throttled", totals.throttled},
        {"promptTokens", tokens(totals.promptTokens)},
        {"completionTokens", tokens(totals.completionTokens)},
        {"totalTokens", tokens(totals.totalTokens)},
        {"estimatedTokens", tokens(totals.estimatedTokens)},
        {"unknownUsage", totals.unknownUsage},
        {"p95Ms", totals.p95Ms ? std::optional<std::int64_t>(std::llround(*totals.p95Ms)) : std::nullopt}};
}

void addRow(Table& table, const std::string& key, const std::string& label, const Totals& totals)
{
    std::size_t column = 0;
    table.column(column++).appendText(label);
    table.column(column++).appendText(key);
    for (const auto& [name, figure] : figuresOf(totals)) {
        if (figure)
            table.column(column++).appendInteger(*figure);
        else
            table.column(column++).appendNull();
    }
}

Json totalsJson(const Totals& totals)
{
    Json object = Json::object();
    for (const auto& [name, figure] : figuresOf(totals))
        object[name] = figure ? Json(*figure) : Json(nullptr);
    object["errorRate"] = totals.errorRate() ? Json(*totals.errorRate()) : Json(nullptr);
    return object;
}

} // namespace

void UsageCommand::addTo(CLI::App& parser, std::function<void()> chosen)
{
    CLI::App* command = parser.add_subcommand("usage", "Tokens and requests by service, model or backend");
    command->add_option("--by", m_by, "service, model or backend")
        ->check(CLI::IsMember({"service", "model", "backend"}, CLI::ignore_case));
    command->callback(std::move(chosen));
}

void UsageCommand::run(const Context& context)
{
    const Dimension dimension = usage::dimensionFrom(m_by).value_or(Dimension::Service);
    context.session.services()
        .usage->report(dimension, context.range, {}, context.stop)
        .then(this, [this, context](const Result<std::shared_ptr<const usage::Report>>& report) {
            if (report)
                show(context, **report);
            else
                fail(context, report.error());
        });
}

void UsageCommand::show(const Context& context, const usage::Report& report)
{
    if (context.output.format() == Format::Json)
        context.output.json(usageJson(report));
    else
        context.output.table(usageTable(report, context.output.format() == Format::Table));
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

Table usageTable(const usage::Report& report, bool withTotals)
{
    Table table("usage");
    table.addColumn(std::string(usage::toString(report.dimension)), ColumnType::String);
    table.addColumn("id", ColumnType::String);
    for (const auto& [name, figure] : figuresOf(Totals()))
        table.addColumn(name, ColumnType::Long);
    for (const usage::Row& row : report.rows)
        addRow(table, row.key, row.label, row.totals);
    if (withTotals) {
        addRow(table, {}, "Total", report.totals);
        addRow(table, {}, "Period before", report.before);
    }
    return table;
}

Json usageJson(const usage::Report& report)
{
    Json rows = Json::array();
    for (const usage::Row& row : report.rows) {
        Json object = totalsJson(row.totals);
        object["id"] = row.key;
        object["name"] = row.label;
        rows.push_back(std::move(object));
    }
    return {{"by", usage::toString(report.dimension)},
            {"start", formatDateTime(report.range.start)},
            {"end", formatDateTime(report.range.end)},
            {"totals", totalsJson(report.totals)},
            {"before", totalsJson(report.before)},
            {"rows", std::move(rows)},
            {"partial", report.partial}};
}

} // namespace gatehouse::cli
