// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/writingcommand.h"
#include "core/gateway/directory/servicedirectory.h"

namespace gatehouse::cli {

/// `directory list | import FILE`: what the company says of its services (application, owner, cost centre).
/// import takes CSV, as `--format csv directory list` writes it: what it says of its services takes the place
/// of what was said, columns and services that it does not have stay; with --replace other services go. A
/// file that is wrong anywhere changes nothing.
class DirectoryCommand final : public WritingCommand
{
    Q_OBJECT
public:
    using WritingCommand::WritingCommand;
    void addTo(CLI::App& parser, std::function<void()> chosen) override;
    void run(const Context& context) override;

private:
    enum class Action { List, Import };
    void import(const Context& context, const std::string& csv);

    Action m_action = Action::List;
    std::string m_file;
    std::string m_ticket;
    bool m_replace = false;
};

} // namespace gatehouse::cli
