// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/directorycommand.h"

#include "core/base/files.h"
#include "core/gateway/directory/fields.h"
#include "core/jobs/servicefacts.h"

#include <CLI/CLI.hpp>

namespace gatehouse::cli {

namespace {

/// Far more than a directory can hold.
constexpr std::size_t MaxFileBytes = 1U << 20U;

Table directoryTable(const gateway::ServiceDirectory& directory)
{
    Table table("directory");
    for (const gateway::DirectoryField& field : gateway::DirectoryFields)
        table.addColumn(std::string(field.name), ColumnType::String);
    for (const gateway::ServiceFacts& facts : directory.services) {
        for (std::size_t i = 0; i < gateway::DirectoryFields.size(); ++i)
            table.column(i).appendText(facts.*gateway::DirectoryFields[i].text);
    }
    return table;
}

/// The file's text, when it is a directory.
Result<std::string> directoryTextIn(const std::string& path)
{
    auto text = readFile(path, MaxFileBytes);
    if (!text)
        return text;
    const auto checked = gateway::directoryFromCsv(*text);
    return checked ? text : gatehouse::fail(checked.error());
}

} // namespace

void DirectoryCommand::addTo(CLI::App& parser, std::function<void()> chosen)
{
    CLI::App* group =
        parser.add_subcommand("directory", "Owners, applications and cost centres of the services");
    group->require_subcommand(1);
    group->add_subcommand("list", "All services that it names")->callback([this] {
        m_action = Action::List;
    });
    CLI::App* fromFile = group->add_subcommand("import", "Takes services from a CSV file");
    fromFile
        ->add_option("file", m_file,
                     "subscription, application, feature, environment, owner, costCentre, "
                     "sensitivity; the first line names the columns")
        ->required();
    fromFile->add_option("--ticket", m_ticket, "the change it belongs to");
    fromFile->add_flag("--replace", m_replace, "services that the file does not name are removed");
    fromFile->callback([this] { m_action = Action::Import; });
    group->callback(std::move(chosen));
}

void DirectoryCommand::run(const Context& context)
{
    jobs::FactsService* const service = context.session.services().facts;
    if (service == nullptr)
        return fail(context,
                    gatehouse::fail(Error::Kind::InvalidInput, "This profile has no API Management service.",
                                    "Choose one in the window: Profile, Edit.")
                        .value());
    if (m_action == Action::Import) {
        const auto csv = directoryTextIn(m_file);
        return csv ? import(context, *csv) : fail(context, csv.error());
    }
    service->facts(context.stop).then(this, [this, context](const Result<jobs::FactsNow>& now) {
        if (!now)
            return fail(context, now.error());
        context.output.table(directoryTable(now->directory));
        finish(ExitStatus::Done);
    });
}

void DirectoryCommand::import(const Context& context, const std::string& csv)
{
    context.session.services()
        .facts->facts(context.stop)
        .then(this, [this, context, csv](const Result<jobs::FactsNow>& now) {
            if (!now)
                return fail(context, now.error());
            const auto read = gateway::directoryFromCsv(csv, now->directory);
            if (!read)
                return fail(context, read.error());
            gateway::ServiceDirectory wanted = m_replace ? *read : now->directory;
            for (const gateway::ServiceFacts& facts : read->services)
                wanted.set(facts);
            auto set = jobs::changesOf(*now, wanted);
            if (!set)
                return fail(context, set.error());
            set->ticket = m_ticket;
            write(context, std::move(*set));
        });
}

} // namespace gatehouse::cli
