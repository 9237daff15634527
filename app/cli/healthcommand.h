// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/gateway/health.h"

namespace gatehouse::cli {

/// `health`: each endpoint with its calls, latencies, shares of errors and its circuit. The table shows the
/// state that the gateway reports, or else the inferred one; json has both and the timeline.
class HealthCommand final : public Command
{
    Q_OBJECT
public:
    using Command::Command;
    void addTo(CLI::App& parser, std::function<void()> chosen) override;
    void run(const Context& context) override;

private:
    void show(const Context& context, const gateway::HealthReport& report);
};

[[nodiscard]] Table healthTable(const gateway::HealthReport& report);
[[nodiscard]] Json healthJson(const gateway::HealthReport& report);

} // namespace gatehouse::cli
