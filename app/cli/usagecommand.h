// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/usage/usage.h"

#include <string>

namespace gatehouse::cli {

/// `usage [--by service|model|backend]`: who used what in the time range, with the total and the period
/// before. What nobody knows is an empty cell, or null. An incomplete answer ends with CheckFailed.
class UsageCommand final : public Command
{
    Q_OBJECT
public:
    using Command::Command;
    void addTo(CLI::App& parser, std::function<void()> chosen) override;
    void run(const Context& context) override;

private:
    void show(const Context& context, const usage::Report& report);

    std::string m_by = "service";
};

/// A line for each key, the largest first; for people two more, of all and of the period before.
[[nodiscard]] Table usageTable(const usage::Report& report, bool withTotals);
[[nodiscard]] Json usageJson(const usage::Report& report);

} // namespace gatehouse::cli
