// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"

#include <string>

namespace gatehouse::cli {

/// `query KQL|-|@FILE`: asks the workspace and prints every table of the answer. A partial answer is printed,
/// named on stderr and ends with CheckFailed, so that a script notices.
class QueryCommand final : public Command
{
    Q_OBJECT
public:
    using Command::Command;
    void addTo(CLI::App& parser, std::function<void()> chosen) override;
    void run(const Context& context) override;

private:
    [[nodiscard]] Result<std::string> queryText() const;
    void show(const Context& context, const QueryAnswer& answer);

    std::string m_argument;
};

} // namespace gatehouse::cli
