// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/journalcommand.h"

#include "core/journal/record.h"

#include <CLI/CLI.hpp>

namespace gatehouse::cli {

void JournalCommand::addTo(CLI::App& parser, std::function<void()> chosen)
{
    CLI::App* group = parser.add_subcommand("journal", "The changes made from this computer");
    group->require_subcommand(1);
    group->add_subcommand("list", "All changes, newest first");
    group->add_subcommand("verify", "Whether the record of them was altered")->callback([this] {
        m_verify = true;
    });
    group->callback(std::move(chosen));
}

void JournalCommand::run(const Context& context)
{
    if (m_verify)
        verify(context);
    else
        list(context);
}

void JournalCommand::list(const Context& context)
{
    context.session.services()
        .journal->entries(context.stop)
        .then(this, [this, context](const Result<std::vector<jobs::JournalEntry>>& entries) {
            if (!entries)
                return fail(context, entries.error());
            if (context.output.format() == Format::Json)
                context.output.json(journalJson(*entries));
            else
                context.output.table(journalTable(*entries));
            finish(ExitStatus::Done);
        });
}

void JournalCommand::verify(const Context& context)
{
    context.session.services()
        .journal->verify(context.stop)
        .then(this, [this, context](const Result<jobs::JournalVerdict>& verdict) {
            if (!verdict)
                return fail(context, verdict.error());
            if (context.output.format() == Format::Json) {
                context.output.json({{"holds", verdict->holds},
                                     {"entries", verdict->entries},
                                     {"firstBroken", verdict->firstBroken},
                                     {"sentence", verdict->sentence}});
            } else if (context.output.format() == Format::Csv) {
                Table table("verdict");
                for (const char* name : {"holds", "entries", "firstBroken", "sentence"})
                    table.addColumn(name, ColumnType::String);
                table.column(0).appendText(verdict->holds ? "true" : "false");
                table.column(1).appendText(std::to_string(verdict->entries));
                table.column(2).appendText(std::to_string(verdict->firstBroken));
                table.column(3).appendText(verdict->sentence);
                context.output.table(table);
            } else {
                context.output.line(verdict->sentence);
            }
            finish(verdict->holds ? ExitStatus::Done : ExitStatus::CheckFailed);
        });
}

Table journalTable(const std::vector<jobs::JournalEntry>& entries)
{
    Table table("journal");
    for (const char* name : {"number", "at", "who", "title", "ticket", "steps", "result", "message"})
        table.addColumn(name, ColumnType::String);
    for (const jobs::JournalEntry& entry : entries) {
        const std::string cells[] = {std::to_string(entry.number),
                                     formatDateTime(entry.at),
                                     entry.name,
                                     entry.title,
                                     entry.ticket,
                                     std::to_string(entry.steps.size()),
                                     journal::toString(entry.result),
                                     entry.message};
        for (std::size_t i = 0; i < std::size(cells); ++i)
            table.column(i).appendText(cells[i]);
    }
    return table;
}

Json journalJson(const std::vector<jobs::JournalEntry>& entries)
{
    Json list = Json::array();
    for (const jobs::JournalEntry& entry : entries) {
        Json json = journal::toJson(entry);
        for (std::size_t i = 0; i < entry.steps.size(); ++i)
            json["steps"][i]["outcome"] = journal::toString(entry.steps[i].outcome);
        json["result"] = journal::toString(entry.result);
        json["message"] = entry.message;
        json["hash"] = entry.hash;
        list.push_back(std::move(json));
    }
    return {{"entries", std::move(list)}};
}

} // namespace gatehouse::cli
