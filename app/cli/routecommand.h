// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/writingcommand.h"
#include "core/jobs/changes.h"
#include "core/jobs/explain.h"

#include <string>

namespace gatehouse::cli {

/// `route list | explain ID | replay FILE | apply FILE`: what routes there are and what is wrong with them,
/// why a logged request went where it did, what a draft would have done to the logged traffic of --timespan,
/// and the draft itself. A draft that is not right is refused with its place before anything is sent.
class RouteCommand final : public WritingCommand
{
    Q_OBJECT
public:
    using WritingCommand::WritingCommand;
    void addTo(CLI::App& parser, std::function<void()> chosen) override;
    void run(const Context& context) override;

private:
    enum class Action { List, Explain, Replay, Apply };

    void list(const Context& context);
    void explain(const Context& context);
    void replay(const Context& context);
    void apply(const Context& context);

    Action m_action = Action::List;
    std::string m_argument; ///< the id, or the file
    std::string m_ticket;
};

[[nodiscard]] Json explanationJson(const gateway::Explanation& story);
[[nodiscard]] Json replayJson(const jobs::ReplayOutcome& outcome);

} // namespace gatehouse::cli
