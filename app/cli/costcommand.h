// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/jobs/cost.h"

namespace gatehouse::cli {

/// `cost`: what was spent by whom. Parts are shown so that they make the whole; what has no amount is a row
/// of its own.
class CostCommand final : public Command
{
    Q_OBJECT
public:
    using Command::Command;

    void addTo(CLI::App& parser, std::function<void()> chosen) override;
    void run(const Context& context) override;

private:
    void show(const Context& context, const jobs::CostView& view);

    std::string m_by = "service";
    std::string m_period = "day";
};

/// The days that a time span touches; empty where none was given: the service decides.
[[nodiscard]] cost::DayRange daysOf(const Context& context);

/// Two views of one answer. withTotals: a line of the whole, and one of the period before.
[[nodiscard]] Table costTable(const jobs::CostView& view, bool withTotals);
[[nodiscard]] Json costJson(const jobs::CostView& view);

/// For a profile that has no ledger.
[[nodiscard]] Error noLedger();

} // namespace gatehouse::cli
