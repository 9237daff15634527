// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/quotacommand.h"

#include <CLI/CLI.hpp>

namespace gatehouse::cli {

namespace {

using gateway::LimitValue;
using gateway::ServiceQuota;

/// What everybody else is called on the command line; no subscription id may have such a name.
constexpr std::string_view Everybody = "*";

std::string nameOf(const ServiceQuota& row)
{
    return row.service.empty() ? std::string(Everybody) : row.service;
}

void appendLimit(Column& column, const std::optional<LimitValue>& value)
{
    if (value)
        column.appendText(value->text);
    else
        column.appendNull();
}

Json limitJson(const std::optional<LimitValue>& value)
{
    if (!value)
        return nullptr;
    const auto number = value->number();
    return number ? Json(*number) : Json(value->text);
}

Json rowJson(const ServiceQuota& row)
{
    Json json = {{"service", nameOf(row)},
                 {"tokensPerMinute", limitJson(row.limits.tokensPerMinute)},
                 {"tokenQuota", limitJson(row.limits.tokenQuota)},
                 {"tokenQuotaPeriod", limitJson(row.limits.tokenQuotaPeriod)},
                 {"calls", limitJson(row.limits.calls)},
                 {"callsPeriodSeconds", limitJson(row.limits.callsPeriod)},
                 {"owner", row.owner},
                 {"ticket", row.ticket}};
    json["until"] = row.raise ? Json(formatDateTime(row.raise->until)) : Json(nullptr);
    return json;
}

std::vector<ServiceQuota> rowsOf(const gateway::QuotaSheet& sheet)
{
    std::vector<ServiceQuota> rows = sheet.services;
    if (sheet.everybodyElse)
        rows.push_back(*sheet.everybodyElse);
    return rows;
}

Error noService()
{
    return gatehouse::fail(Error::Kind::InvalidInput, "This profile has no API Management service.",
                           "Choose one in the window: Profile, Edit.")
        .value();
}

} // namespace

void QuotaCommand::addTo(CLI::App& parser, std::function<void()> chosen)
{
    CLI::App* group = parser.add_subcommand("quota", "The limits of each service");
    group->require_subcommand(1);
    group->add_subcommand("list", "All limits")->callback([this] { m_action = Action::List; });
    addSet(*group);
    CLI::App* remove = group->add_subcommand("remove", "Takes the limits of a service away");
    remove->add_option("service", m_options.service, "the subscription's id; * for everybody else")
        ->required();
    remove->callback([this] { m_action = Action::Remove; });
    group->callback(std::move(chosen));
}

void QuotaCommand::addSet(CLI::App& group)
{
    CLI::App* set = group.add_subcommand("set", "Sets limits of a service; what is not named stays");
    set->add_option("service", m_options.service, "the subscription's id; * for everybody else")->required();
    set->add_option("--tokens-per-minute", m_options.tokensPerMinute,
                    "tokens a minute; 0 takes the limit away");
    set->add_option("--token-quota", m_options.tokenQuota, "tokens a period; 0 takes the limit away");
    set->add_option("--period", m_options.period,
                    "Hourly, Daily, Weekly, Monthly or Yearly (of --token-quota)");
    set->add_option("--calls", m_options.calls, "calls a minute; 0 takes the limit away");
    set->add_option("--owner", m_options.owner, "who answers for the limits");
    set->add_option("--ticket", m_options.ticket, "the change it belongs to");
    set->callback([this] { m_action = Action::Set; });
}

void QuotaCommand::run(const Context& context)
{
    if (context.session.services().quotas == nullptr)
        return fail(context, noService());
    if (m_options.service == Everybody)
        m_options.service.clear();
    if (m_action == Action::List)
        list(context);
    else
        change(context);
}

void QuotaCommand::list(const Context& context)
{
    context.session.services()
        .quotas->sheet(context.stop)
        .then(this, [this, context](const Result<gateway::QuotaSheet>& sheet) {
            if (!sheet)
                return fail(context, sheet.error());
            if (context.output.format() == Format::Json)
                context.output.json(quotaJson(*sheet));
            else
                context.output.table(quotaTable(*sheet));
            finish(ExitStatus::Done);
        });
}

void QuotaCommand::change(const Context& context)
{
    const bool remove = m_action == Action::Remove;
    const auto edit = [this, remove](const std::optional<ServiceQuota>& row) {
        return remove ? std::nullopt : std::optional(edited(row));
    };
    context.session.services()
        .quotas->change(m_options.service, edit, context.stop)
        .then(this, [this, context](const Status& done) {
            if (!done)
                return fail(context, done.error());
            list(context);
        });
}

gateway::ServiceQuota QuotaCommand::edited(const std::optional<ServiceQuota>& row) const
{
    ServiceQuota quota = row.value_or(ServiceQuota{});
    quota.service = m_options.service;
    const auto take = [](std::optional<LimitValue>& limit, const std::optional<std::int64_t>& wanted) {
        if (wanted)
            limit = *wanted == 0 ? std::nullopt : std::optional(LimitValue::of(*wanted));
    };
    take(quota.limits.tokensPerMinute, m_options.tokensPerMinute);
    take(quota.limits.tokenQuota, m_options.tokenQuota);
    take(quota.limits.calls, m_options.calls);
    if (m_options.period)
        quota.limits.tokenQuotaPeriod = LimitValue::of(*m_options.period);
    if (!quota.limits.tokenQuota)
        quota.limits.tokenQuotaPeriod.reset();
    quota.owner = m_options.owner.value_or(quota.owner);
    quota.ticket = m_options.ticket.value_or(quota.ticket);
    return quota;
}

Table quotaTable(const gateway::QuotaSheet& sheet)
{
    Table table("quotas");
    for (const char* name :
         {"service", "tokensPerMinute", "tokenQuota", "period", "calls", "owner", "ticket"})
        table.addColumn(name, ColumnType::String);
    for (const ServiceQuota& row : rowsOf(sheet)) {
        table.column(0).appendText(nameOf(row));
        appendLimit(table.column(1), row.limits.tokensPerMinute);
        appendLimit(table.column(2), row.limits.tokenQuota);
        appendLimit(table.column(3), row.limits.tokenQuotaPeriod);
        appendLimit(table.column(4), row.limits.calls);
        table.column(5).appendText(row.owner);
        table.column(6).appendText(row.ticket);
    }
    return table;
}

Json quotaJson(const gateway::QuotaSheet& sheet)
{
    Json rows = Json::array();
    for (const ServiceQuota& row : rowsOf(sheet))
        rows.push_back(rowJson(row));
    Json json = {{"services", std::move(rows)}};
    Json problems = Json::array();
    for (const auto* list : {&sheet.foreign, &sheet.problems}) {
        for (const gateway::PolicyProblem& problem : *list)
            problems.push_back(toString(problem));
    }
    json["problems"] = std::move(problems);
    return json;
}

} // namespace gatehouse::cli
