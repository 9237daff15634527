// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/writingcommand.h"
#include "core/gateway/directory/servicedirectory.h"

namespace gatehouse::cli {

/// `directory list | import FILE`: what the company says of its services (application, owner, cost centre).
/// import takes CSV, as `--format csv directory list` writes it: its services replace those of the same name,
/// the others stay; with --replace they go. A file that is wrong anywhere changes nothing.
class DirectoryCommand final : public WritingCommand
{
    Q_OBJECT
public:
    using WritingCommand::WritingCommand;
    void addTo(CLI::App& parser, std::function<void()> chosen) override;
    void run(const Context& context) override;

private:
    enum class Action { List, Import };
    void import(const Context& context, const gateway::ServiceDirectory& read);

    Action m_action = Action::List;
    std::string m_file;
    std::string m_ticket;
    bool m_replace = false;
};

} // namespace gatehouse::cli
