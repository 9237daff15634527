// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/jobs/changes.h"

#include <vector>

namespace gatehouse::cli {

/// `journal list | verify`: the changes made from this computer, and whether anybody has altered their
/// record.

class JournalCommand final : public Command
{
    Q_OBJECT
public:
    using Command::Command;
    void addTo(CLI::App& parser, std::function<void()> chosen) override;
    void run(const Context& context) override;

private:
    void list(const Context& context);
    void verify(const Context& context);

    bool m_verify = false;
};

[[nodiscard]] Table journalTable(const std::vector<jobs::JournalEntry>& entries);
[[nodiscard]] Json journalJson(const std::vector<jobs::JournalEntry>& entries);

} // namespace gatehouse::cli
