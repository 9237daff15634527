// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/jobs/cost.h"

namespace gatehouse::cli {

/// `price list`, `price import FILE [--apply]`: an import is checked whole and shown as a difference; only
/// with
/// --apply it becomes the newest version.
class PriceCommand final : public Command
{
    Q_OBJECT
public:
    using Command::Command;

    void addTo(CLI::App& parser, std::function<void()> chosen) override;
    void run(const Context& context) override;

private:
    enum class Action { List, Import };

    void list(const Context& context);
    void import(const Context& context);
    void show(const Context& context, const jobs::PriceDraft& draft);
    void apply(const Context& context, const jobs::PriceDraft& draft);

    Action m_action = Action::List;
    std::string m_file;
    bool m_apply = false;
};

} // namespace gatehouse::cli
