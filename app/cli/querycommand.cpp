// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/querycommand.h"

#include "core/base/files.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <iterator>
#include <unistd.h>

namespace gatehouse::cli {

void QueryCommand::addTo(CLI::App& parser, std::function<void()> chosen)
{
    CLI::App* command = parser.add_subcommand("query", "Ask the workspace in KQL");
    command->add_option("kql", m_argument, "the query, - for standard input, or @FILE")->required();
    command->callback(std::move(chosen));
}

Result<std::string> QueryCommand::queryText() const
{
    if (m_argument == "-")
        return std::string(std::istreambuf_iterator<char>(std::cin), {});
    if (m_argument.starts_with("@"))
        return readFile(m_argument.substr(1), 1U << 20U);
    return m_argument;
}

void QueryCommand::run(const Context& context)
{
    const auto text = queryText();
    if (!text) {
        Error error = text.error();
        error.kind = Error::Kind::InvalidInput;
        fail(context, error);
        return;
    }
    const jobs::Ask ask{*text, context.range, true};
    context.session.services()
        .workspace->ask(ask, context.stop)
        .then(this, [this, context, kql = *text](const Result<QueryAnswerPtr>& answer) {
            if (answer) {
                show(context, **answer);
                return;
            }
            // For a person's eyes alone: a script reads one line.
            if (answer.error().position && ::isatty(STDERR_FILENO) == 1)
                context.output.underline(kql, *answer.error().position);
            fail(context, answer.error());
        });
}

void QueryCommand::show(const Context& context, const QueryAnswer& answer)
{
    if (context.output.format() == Format::Json && answer.tables.size() != 1)
        context.output.json(Json::array()); // no table at all is still a JSON document
    for (const Table& table : answer.tables)
        context.output.table(table);
    if (!answer.partial) {
        finish(ExitStatus::Done);
        return;
    }
    Error partial = *answer.partial;
    partial.message = "The answer is not complete: " + partial.message;
    context.output.error(partial);
    finish(ExitStatus::CheckFailed);
}

} // namespace gatehouse::cli
