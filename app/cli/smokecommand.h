// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/writingcommand.h"
#include "core/jobs/explain.h"
#include "core/jobs/smokerun.h"
#include "core/rag/smoke/suite.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::cli {

/// `smoke FILE`: asks a suite's questions of each member and checks the answers. Status 1 when anything was
/// answered and not everything holds; when no answer came at all, the status of what went wrong.
class SmokeCommand final : public WritingCommand
{
    Q_OBJECT
public:
    using WritingCommand::WritingCommand;
    void addTo(CLI::App& parser, std::function<void()> chosen) override;
    /// A suite that is wrong is refused, and the history shown, without anybody signed in.
    [[nodiscard]] Needs needs() const override;
    void run(const Context& context) override;

private:
    enum class Action { Ask, History, Prepare, Unprepare };

    [[nodiscard]] Action action() const;
    void showHistory(const Context& context);
    /// Reads the gateway's set-up where the pool's members or the rules depend on it.
    void withSetup(const Context& context);
    void changeRules(const Context& context, const jobs::SetupNow& now);
    void ask(const Context& context, std::vector<std::string> backends);
    void onFinished(const Context& context, const rag::smoke::Run& run, const std::optional<Error>& error);
    [[nodiscard]] ExitStatus statusOf(const rag::smoke::Run& run) const;

    std::string m_file;
    std::vector<std::string> m_backends;
    std::vector<std::string> m_folders;
    std::string m_junit;
    std::string m_ticket;
    bool m_history = false;
    bool m_prepare = false;
    bool m_unprepare = false;
    std::optional<Result<rag::smoke::Suite>> m_suite; // read when the parser chose this command
    SystemClock m_clock;
    std::unique_ptr<jobs::SmokeRun> m_run;
};

} // namespace gatehouse::cli
