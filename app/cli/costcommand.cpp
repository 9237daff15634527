// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/costcommand.h"

#include <CLI/CLI.hpp>

#include <map>

namespace gatehouse::cli {

namespace {

const std::map<std::string, cost::CostDimension>& dimensions()
{
    using cost::CostDimension;
    static const std::map<std::string, CostDimension> names = {{"service", CostDimension::Service},
                                                               {"team", CostDimension::Team},
                                                               {"owner", CostDimension::Owner},
                                                               {"costCentre", CostDimension::CostCentre},
                                                               {"environment", CostDimension::Environment},
                                                               {"feature", CostDimension::Feature},
                                                               {"model", CostDimension::Model},
                                                               {"backend", CostDimension::Backend}};
    return names;
}

const std::map<std::string, cost::Step>& periods()
{
    static const std::map<std::string, cost::Step> names = {
        {"day", cost::Step::Daily}, {"week", cost::Step::Weekly}, {"month", cost::Step::Monthly}};
    return names;
}

template <typename Value>
std::vector<std::string> namesOf(const std::map<std::string, Value>& values)
{
    std::vector<std::string> names;
    for (const auto& [name, value] : values)
        names.push_back(name);
    return names;
}

/// Calls of which nobody knows what they cost; their amount is no 0.
bool isUnknown(const cost::CostRow& row)
{
    return (row.kind == cost::RowKind::UnknownUsage || row.kind == cost::RowKind::Unpriced) &&
           row.now.pico == 0;
}

bool tokensKnown(const cost::CostRow& row)
{
    return row.kind != cost::RowKind::UnknownUsage || row.now.allTokens() != 0;
}

struct Line
{
    std::string name;
    std::string key;
    const cost::Measures* sum;
    bool tokensKnown = true;
    std::optional<std::string> amount;
    std::optional<std::string> before;
    std::vector<std::string> buckets;
};

Line lineOf(const jobs::CostView& view, std::size_t index)
{
    const cost::CostRow& row = view.grouping.rows[index];
    Line line{row.label, row.key, &row.now, tokensKnown(row), {}, {}, {}};
    if (!isUnknown(row))
        line.amount = cost::shownText(view.shown.rows[index], view.digits);
    line.before = cost::exactText(row.before.pico, view.digits);
    for (const cost::Int128 bucket : view.shown.buckets[index])
        line.buckets.push_back(cost::shownText(bucket, view.digits));
    return line;
}

void addLine(Table& table, const Line& line)
{
    std::size_t column = 0;
    table.column(column++).appendText(line.name);
    table.column(column++).appendText(line.key);
    table.column(column++).appendInteger(line.sum->requests);
    for (const std::int64_t tokens : line.sum->tokens) {
        if (line.tokensKnown)
            table.column(column++).appendInteger(tokens);
        else
            table.column(column++).appendNull();
    }
    if (line.amount)
        table.column(column++).appendText(*line.amount);
    else
        table.column(column++).appendText("unknown");
    for (const std::string& bucket : line.buckets)
        table.column(column++).appendText(bucket);
}

Json measuresJson(const cost::Measures& sum, bool known)
{
    Json json = {{"requests", sum.requests}, {"failed", sum.failed}, {"attempts", sum.attempts}};
    static constexpr std::array<const char*, cost::Directions> Names = {"inputTokens", "cachedInputTokens",
                                                                        "outputTokens", "embeddingTokens"};
    for (std::size_t i = 0; i < cost::Directions; ++i)
        json[Names[i]] = known ? Json(sum.tokens[i]) : Json(nullptr);
    json["totalTokens"] = known ? Json(sum.allTokens()) : Json(nullptr);
    return json;
}

Json completenessJson(const jobs::CostView& view)
{
    const cost::Completeness& known = view.completeness;
    Json json = {{"calls", known.calls},         {"measured", known.measured},
                 {"estimated", known.estimated}, {"unknown", known.unknown},
                 {"late", known.late},           {"missingInLlmLog", known.missingLlm},
                 {"findings", Json::array()}};
    for (const cost::Fault& fault : view.faults)
        json["findings"].push_back({{"kind", std::string(cost::labelOf(fault.kind))},
                                    {"subject", fault.subject},
                                    {"calls", fault.calls},
                                    {"tokens", fault.tokens}});
    return json;
}

} // namespace

Error noLedger()
{
    Error error;
    error.kind = Error::Kind::InvalidInput;
    error.message = "This profile has no ledger of costs.";
    error.advice = "Choose a profile with a workspace.";
    return error;
}

cost::DayRange daysOf(const Context& context)
{
    if (!context.rangeGiven)
        return {};
    const cost::Day first = cost::utcDay(context.range.start);
    // A range that ends at midnight does not touch the day that begins then.
    const cost::Day last = cost::utcDay(context.range.end - Ticks(1));
    return {first, std::max(last, first) + std::chrono::days{1}};
}

void CostCommand::addTo(CLI::App& parser, std::function<void()> chosen)
{
    CLI::App* command = parser.add_subcommand(
        "cost", "What was spent, this month or in the days of --timespan, by service, team, model …");
    command
        ->add_option("--by", m_by, "service, team, owner, costCentre, environment, feature, model or backend")
        ->transform(CLI::IsMember(namesOf(dimensions()), CLI::ignore_case, CLI::ignore_underscore));
    command->add_option("--period", m_period, "day, week or month: the columns of time")
        ->transform(CLI::IsMember(namesOf(periods()), CLI::ignore_case));
    command->callback(std::move(chosen));
}

void CostCommand::run(const Context& context)
{
    jobs::CostService* const service = context.session.services().cost;
    if (service == nullptr)
        return fail(context, noLedger());
    jobs::CostQuestion question;
    question.by = dimensions().at(m_by);
    question.step = periods().at(m_period);
    question.range = daysOf(context);
    service->view(question, nullptr, context.stop)
        .then(this, [this, context](const Result<std::shared_ptr<const jobs::CostView>>& view) {
            if (view)
                show(context, **view);
            else
                fail(context, view.error());
        });
}

void CostCommand::show(const Context& context, const jobs::CostView& view)
{
    const bool forPeople = context.output.format() == Format::Table;
    if (context.output.format() == Format::Json)
        context.output.json(costJson(view));
    else
        context.output.table(costTable(view, forPeople));
    context.output.line("Amounts in " + view.grouping.currency.text() + ", days in " + view.zone + ", " +
                        cost::dayText(view.grouping.question.range.first) + " to " +
                        cost::dayText(view.grouping.question.range.end - std::chrono::days{1}) +
                        ", prices of version " + std::to_string(view.priceVersion) + ".");
    if (!view.partial && view.notRead.empty())
        return finish(ExitStatus::Done);
    Error partial;
    partial.kind = Error::Kind::Unavailable;
    partial.message = "The answer is not complete: " + (view.partial ? view.partialReason : view.notRead);
    context.output.error(partial);
    finish(ExitStatus::CheckFailed);
}

Table costTable(const jobs::CostView& view, bool withTotals)
{
    Table table("cost");
    std::string by(cost::toString(view.grouping.question.by));
    for (const auto& [name, dimension] : dimensions()) {
        if (dimension == view.grouping.question.by)
            by = name;
    }
    table.addColumn(by, ColumnType::String);
    table.addColumn("id", ColumnType::String);
    for (const char* name :
         {"requests", "inputTokens", "cachedInputTokens", "outputTokens", "embeddingTokens"})
        table.addColumn(name, ColumnType::Long);
    table.addColumn("cost", ColumnType::String);
    for (const cost::Day bucket : view.grouping.buckets)
        table.addColumn(cost::dayText(bucket), ColumnType::String);
    for (std::size_t i = 0; i < view.grouping.rows.size(); ++i)
        addLine(table, lineOf(view, i));
    if (!withTotals)
        return table;
    Line total{"Total", {}, &view.grouping.now, true, cost::shownText(view.shown.total, view.digits), {}, {}};
    for (const cost::Int128 bucket : view.shown.bucketTotals)
        total.buckets.push_back(cost::shownText(bucket, view.digits));
    addLine(table, total);
    const std::string before = cost::moneyText({view.grouping.before.pico, view.grouping.currency});
    addLine(table, {"Period before",
                    {},
                    &view.grouping.before,
                    true,
                    before.substr(0, before.rfind(' ')),
                    {},
                    std::vector<std::string>(view.grouping.buckets.size())});
    return table;
}

Json costJson(const jobs::CostView& view)
{
    const cost::Grouping& grouping = view.grouping;
    Json rows = Json::array();
    for (std::size_t i = 0; i < grouping.rows.size(); ++i) {
        const cost::CostRow& row = grouping.rows[i];
        Json json = measuresJson(row.now, tokensKnown(row));
        json["id"] = row.key;
        json["name"] = row.label;
        json["kind"] = row.kind == cost::RowKind::Value ? "value" : std::string(cost::labelOf(row.kind));
        json["cost"] =
            isUnknown(row) ? Json(nullptr) : Json(cost::shownText(view.shown.rows[i], view.digits));
        json["exactCost"] = isUnknown(row) ? Json(nullptr) : Json(cost::exactText(row.now.pico));
        json["before"] = cost::exactText(row.before.pico);
        json["buckets"] = Json::array();
        for (const cost::Int128 bucket : view.shown.buckets[i])
            json["buckets"].push_back(cost::shownText(bucket, view.digits));
        rows.push_back(std::move(json));
    }
    Json buckets = Json::array();
    for (const cost::Day bucket : grouping.buckets)
        buckets.push_back(cost::dayText(bucket));
    Json totals = measuresJson(grouping.now, true);
    totals["cost"] = cost::shownText(view.shown.total, view.digits);
    totals["exactCost"] = cost::exactText(grouping.now.pico);
    return {{"by", std::string(cost::toString(grouping.question.by))},
            {"first", cost::dayText(grouping.question.range.first)},
            {"last", cost::dayText(grouping.question.range.end - std::chrono::days{1})},
            {"zone", view.zone},
            {"currency", grouping.currency.text()},
            {"priceVersion", view.priceVersion},
            {"buckets", std::move(buckets)},
            {"rows", std::move(rows)},
            {"totals", std::move(totals)},
            {"before",
             {{"exactCost", cost::exactText(grouping.before.pico)}, {"requests", grouping.before.requests}}},
            {"completeness", completenessJson(view)},
            {"partial", view.partial || !view.notRead.empty()}};
}

} // namespace gatehouse::cli
