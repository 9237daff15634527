// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/routecommand.h"

#include "app/cli/routetables.h"
#include "core/base/files.h"
#include "core/jobs/changes.h"
#include "core/jobs/explain/draftchanges.h"

#include <CLI/CLI.hpp>

namespace gatehouse::cli {

namespace {

Result<gateway::RoutingDraft> draftIn(const std::string& path)
{
    const auto text = readFile(path);
    if (!text)
        return gatehouse::fail(Error::Kind::InvalidInput, "The file “" + path + "” cannot be read.",
                               "Name a draft of routes; the README shows its shape.");
    return gateway::readDraft(*text);
}

} // namespace

void RouteCommand::addTo(CLI::App& parser, std::function<void()> chosen)
{
    CLI::App* group = parser.add_subcommand("route", "Routes: why, and what if");
    group->require_subcommand(1);
    group->add_subcommand("list", "Rules, pools, backends, and what is wrong with them")->callback([this] {
        m_action = Action::List;
    });
    CLI::App* explain = group->add_subcommand("explain", "Why a logged request went where it did");
    explain->add_option("id", m_argument, "its correlation id (x-ms-request-id)")->required();
    explain->callback([this] { m_action = Action::Explain; });
    CLI::App* replay = group->add_subcommand("replay", "What a draft would have done to --timespan");
    replay->add_option("file", m_argument, "the draft, JSON")->required();
    replay->callback([this] { m_action = Action::Replay; });
    CLI::App* apply = group->add_subcommand("apply", "Writes a draft");
    apply->add_option("file", m_argument, "the draft, JSON")->required();
    apply->add_option("--ticket", m_ticket, "the change it belongs to");
    apply->callback([this] { m_action = Action::Apply; });
    group->callback(std::move(chosen));
}

void RouteCommand::run(const Context& context)
{
    if (context.session.services().explain == nullptr)
        return fail(context,
                    gatehouse::fail(Error::Kind::InvalidInput, "This profile has no API Management service.",
                                    "Choose one in the window: Profile, Edit.")
                        .value());
    switch (m_action) {
    case Action::List:
        return list(context);
    case Action::Explain:
        return explain(context);
    case Action::Replay:
        return replay(context);
    case Action::Apply:
        return apply(context);
    }
}

void RouteCommand::list(const Context& context)
{
    context.session.services()
        .explain->setup(context.stop)
        .then(this, [this, context](const Result<jobs::SetupNow>& now) {
            if (!now)
                return fail(context, now.error());
            if (context.output.format() == Format::Json)
                context.output.json(routeJson(now->setup));
            else
                context.output.table(routeTable(now->setup));
            finish(ExitStatus::Done);
        });
}

void RouteCommand::explain(const Context& context)
{
    context.session.services()
        .explain
        // A script may read the id off a line that ends in CR.
        ->explain(QString::fromStdString(m_argument).trimmed().toStdString(), context.stop)
        .then(this, [this, context](const Result<jobs::ExplainService::ExplanationPtr>& story) {
            if (!story)
                return fail(context, story.error());
            if (context.output.format() == Format::Json)
                context.output.json(explanationJson(**story));
            else
                context.output.table(explanationTable(**story));
            finish(ExitStatus::Done);
        });
}

void RouteCommand::replay(const Context& context)
{
    const auto draft = draftIn(m_argument);
    if (!draft)
        return fail(context, draft.error());
    context.session.services()
        .explain->setup(context.stop)
        .then(this, [this, context, draft = *draft](const Result<jobs::SetupNow>& now) {
            auto setup = now ? gateway::withDraft(now->setup, draft) : gatehouse::fail(now.error());
            if (!setup)
                return fail(context, setup.error());
            context.session.services()
                .explain->replay(std::move(*setup), context.range, {}, context.stop)
                .then(this, [this, context](const Result<jobs::ExplainService::ReplayPtr>& outcome) {
                    if (!outcome)
                        return fail(context, outcome.error());
                    const gateway::TrafficReplay& replay = (*outcome)->replay;
                    if (context.output.format() == Format::Json) {
                        context.output.json(replayJson(**outcome));
                        return finish(ExitStatus::Done);
                    }
                    context.output.table(replayTable(**outcome));
                    context.output.line(std::to_string(replay.moved) + " of " +
                                        std::to_string(replay.judged) + " requests would move, " +
                                        std::to_string(replay.throttledAvoided) + " of 429 avoided, " +
                                        std::to_string(replay.throttledCaused) + " caused, " +
                                        std::to_string(replay.unproven) +
                                        " cannot be told. Cost is not told: there are no prices.");
                    for (const gateway::MovedExample& one : replay.examples)
                        context.output.line(formatDateTime(one.time) + " " + one.correlationId + ": " +
                                            (one.from.empty() ? "nobody" : one.from) + " (" +
                                            std::to_string(one.statusBefore) + ") to " +
                                            (one.to.empty() ? "nobody" : one.to) + " (" +
                                            std::to_string(one.statusAfter) + "): " + one.why + ".");
                    finish(ExitStatus::Done);
                });
        });
}

void RouteCommand::apply(const Context& context)
{
    const auto draft = draftIn(m_argument);
    if (!draft)
        return fail(context, draft.error());
    context.session.services()
        .explain->setup(context.stop)
        .then(this, [this, context, draft = *draft](const Result<jobs::SetupNow>& now) {
            if (!now)
                return fail(context, now.error());
            if (const auto setup = gateway::withDraft(now->setup, draft); !setup)
                return fail(context, setup.error());
            auto set = jobs::changesOf(draft, now->resources, now->serviceId);
            if (!set)
                return fail(context, set.error());
            set->ticket = m_ticket;
            write(context, std::move(*set));
        });
}

} // namespace gatehouse::cli
