// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/jobs/cost.h"

namespace gatehouse::cli {

/// `report --out FILE`: the kind of file is its ending. The same ledger and as-of time give the same bytes.
class ReportCommand final : public Command
{
    Q_OBJECT
public:
    using Command::Command;

    void addTo(CLI::App& parser, std::function<void()> chosen) override;
    void run(const Context& context) override;

private:
    [[nodiscard]] Result<jobs::CostQuestion> question(const Context& context, cost::Day today) const;
    void write(const Context& context, const report::Report& report);

    std::string m_file;
    std::string m_asOf;
    std::string m_of = "this-month";
    std::string m_by = "service";
    std::string m_period = "day";
    std::vector<std::string> m_filters;
};

} // namespace gatehouse::cli
