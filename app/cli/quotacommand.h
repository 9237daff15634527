// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"

#include <optional>
#include <string>

namespace gatehouse::cli {

/// `quota list | set SERVICE … | remove SERVICE`: the limits of each service. set changes what its options
/// name and leaves the rest of the row; who may not write gets the missing permission named by the service.
class QuotaCommand final : public Command
{
    Q_OBJECT
public:
    using Command::Command;
    void addTo(CLI::App& parser, std::function<void()> chosen) override;
    void run(const Context& context) override;

private:
    enum class Action { List, Set, Remove };
    struct Options
    {
        std::string service; ///< "" stands for everybody else
        std::optional<std::int64_t> tokensPerMinute;
        std::optional<std::int64_t> tokenQuota;
        std::optional<std::string> period;
        std::optional<std::int64_t> calls;
        std::optional<std::string> owner;
        std::optional<std::string> ticket;
    };

    void addSet(CLI::App& group);
    void list(const Context& context);
    void change(const Context& context);
    [[nodiscard]] gateway::ServiceQuota edited(const std::optional<gateway::ServiceQuota>& row) const;

    Action m_action = Action::List;
    Options m_options;
};

[[nodiscard]] Table quotaTable(const gateway::QuotaSheet& sheet);
[[nodiscard]] Json quotaJson(const gateway::QuotaSheet& sheet);

} // namespace gatehouse::cli
