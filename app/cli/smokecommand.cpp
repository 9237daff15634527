// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/smokecommand.h"

#include "app/cli/smoketables.h"
#include "core/base/files.h"
#include "core/jobs/smokerules.h"
#include "core/rag/smoke/history.h"
#include "core/rag/smoke/junit.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>

namespace gatehouse::cli {

using namespace rag::smoke;

namespace {

Error noGateway()
{
    return gatehouse::fail(Error::Kind::InvalidInput, "This profile has no API Management service.",
                           "Choose one in the window: Profile, Edit.")
        .value();
}

/// The folder that the user stands in counts as named, since the command was given there. The root of all
/// folders is nobody's choice.
std::vector<std::string> foldersWith(std::vector<std::string> named)
{
    std::error_code failed;
    const auto here = std::filesystem::current_path(failed);
    if (!failed && here != here.root_path())
        named.push_back(here.string());
    return named;
}

} // namespace

void SmokeCommand::addTo(CLI::App& parser, std::function<void()> chosen)
{
    CLI::App* command =
        parser.add_subcommand("smoke", "Asks the questions of a suite and checks the answers");
    command->add_option("file", m_file, "the suite, YAML or JSON; the README shows its shape")->required();
    command->add_option("--backend", m_backends, "a member to ask instead of the suite's; may be repeated")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->expected(1)
        ->take_all();
    command
        ->add_option("--documents", m_folders,
                     "a folder that the suite's documents may lie in besides its own")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->expected(1)
        ->take_all();
    CLI::Option* junit = command->add_option("--junit", m_junit, "writes the results as JUnit XML");
    CLI::Option* history =
        command->add_flag("--history", m_history, "how the suite went before; asks nothing");
    CLI::Option* prepare =
        command->add_flag("--prepare", m_prepare, "adds the routing rules that reach each member");
    CLI::Option* unprepare = command->add_flag("--unprepare", m_unprepare, "takes these rules away");
    command->add_option("--ticket", m_ticket, "the change that the rules belong to");
    prepare->excludes(unprepare)->excludes(history)->excludes(junit);
    unprepare->excludes(history)->excludes(junit);
    history->excludes(junit);
    command->callback([this, chosen = std::move(chosen)] {
        m_suite = loadSuite(m_file);
        chosen();
    });
}

SmokeCommand::Action SmokeCommand::action() const
{
    if (m_history)
        return Action::History;
    if (m_prepare)
        return Action::Prepare;
    return m_unprepare ? Action::Unprepare : Action::Ask;
}

Command::Needs SmokeCommand::needs() const
{
    const bool alone = m_history || (m_suite && !m_suite->has_value());
    return alone ? Needs::Nothing : Needs::Session;
}

void SmokeCommand::run(const Context& context)
{
    if (!*m_suite)
        return fail(context, m_suite->error());
    if (action() == Action::History)
        return showHistory(context);
    Suite& suite = **m_suite;
    if (!m_backends.empty()) {
        std::vector<std::string> once;
        for (const std::string& backend : m_backends) {
            if (std::find(once.begin(), once.end(), backend) == once.end())
                once.push_back(backend);
        }
        suite.backends = std::move(once);
        suite.pool.clear();
    }
    if (action() == Action::Ask && suite.pool.empty())
        return ask(context, suite.backends);
    withSetup(context);
}

void SmokeCommand::showHistory(const Context& context)
{
    const History history(context.data);
    const auto past = history.load((*m_suite)->name);
    if (!past)
        return fail(context, past.error());
    std::vector<Run> runs;
    for (const Run& run : past->runs) {
        if (run.profile == context.session.profile().name)
            runs.push_back(run);
    }
    if (!past->setAside.empty())
        context.output.line("Damaged lines were left out; the file that held them is " + past->setAside +
                            ".");
    context.output.table(historyTable(runs));
    if (!runs.empty())
        context.output.line(
            "The last runs, the newest at the right: p passed, f failed, u unknown, e error.");
    finish(ExitStatus::Done);
}

void SmokeCommand::withSetup(const Context& context)
{
    if (context.session.services().explain == nullptr)
        return fail(context, noGateway());
    context.session.services()
        .explain->setup(context.stop)
        .then(this, [this, context](const Result<jobs::SetupNow>& now) {
            if (!now)
                return fail(context, now.error());
            Suite& suite = **m_suite;
            if (!suite.pool.empty()) {
                auto members = jobs::poolMembers(*now, suite.pool);
                if (!members)
                    return fail(context, members.error());
                suite.backends = std::move(*members);
            }
            if (action() == Action::Ask)
                ask(context, suite.backends);
            else
                changeRules(context, *now);
        });
}

void SmokeCommand::changeRules(const Context& context, const jobs::SetupNow& now)
{
    const std::vector<std::string>& backends = (*m_suite)->backends;
    if (backends.empty())
        return fail(context,
                    gatehouse::fail(Error::Kind::InvalidInput, "The suite names no backends and no pool.",
                                    "Name them in the suite, or with --backend.")
                        .value());
    auto set = m_prepare ? jobs::addTestRules(now, backends) : jobs::removeTestRules(now, backends);
    if (!set)
        return fail(context, set.error());
    set->ticket = m_ticket;
    if (m_prepare && !jobs::routingIncluded(now))
        context.output.line(
            "No policy includes the fragment gatehouse-routing, so its rules do nothing yet.");
    write(context, std::move(*set));
}

void SmokeCommand::ask(const Context& context, std::vector<std::string> backends)
{
    if (context.session.services().ask == nullptr)
        return fail(context, gatehouse::fail(Error::Kind::InvalidInput, "This profile names no RAG backend.",
                                             "Name one in the window: Profile, Edit.")
                                 .value());
    auto documents = documentPaths(**m_suite, m_file, foldersWith(m_folders));
    if (!documents) {
        Error error = documents.error();
        error.kind = Error::Kind::InvalidInput;
        return fail(context, error);
    }
    jobs::SmokePlan plan{**m_suite, std::move(*documents), std::move(backends),
                         context.session.profile().name};
    m_run = std::make_unique<jobs::SmokeRun>(*context.session.services().ask, m_clock, std::move(plan));
    connect(m_run.get(), &jobs::SmokeRun::finished, this,
            [this, context](const Run& run, const std::optional<Error>& error) {
                onFinished(context, run, error);
            });
    m_run->start();
}

void SmokeCommand::onFinished(const Context& context, const Run& run, const std::optional<Error>& error)
{
    if (error)
        return fail(context, *error);
    if (context.output.format() == Format::Json)
        context.output.json(smokeJson(run));
    else
        context.output.table(context.output.format() == Format::Csv ? smokeRows(run) : smokeMatrix(run));
    for (const std::string& note : smokeNotes(run))
        context.output.line(note);
    if (const Status kept = History(context.data).append(run); !kept)
        context.output.error(kept.error()); // the results are out; that they are not kept changes no verdict
    if (!m_junit.empty()) {
        if (const Status written = atomicWrite(m_junit, toJUnit(run), 0644); !written)
            return fail(context, written.error());
    }
    finish(statusOf(run));
}

ExitStatus SmokeCommand::statusOf(const Run& run) const
{
    const Tally all = tally(run.results);
    if (all.passed == all.total())
        return ExitStatus::Done;
    if (all.broken < all.total())
        return ExitStatus::CheckFailed;
    // Nobody answered: that says nothing about the suite. A question that was refused is no wrong usage.
    const ExitStatus status = exitStatusFor(*run.results.front().error);
    return status == ExitStatus::NotAllowed ? status : ExitStatus::ServiceFailed;
}

} // namespace gatehouse::cli
