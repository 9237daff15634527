// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/jobs/changeeffect.h"

namespace gatehouse::jobs {

/// ChangeEffectService over a workspace: two queries a change, the totals that Usage shows too. An hour
/// without rows counts as an hour without calls only where the log has rows before and after it. Lives on
/// the main thread, as the workspace does, which outlives it.
class ChangeEffectQuestions final : public QObject, public ChangeEffectService
{
public:
    /// reportingDelay: how long a row takes from the call into the workspace.
    ChangeEffectQuestions(Workspace& workspace, const Clock& clock, Ticks reportingDelay,
                          QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<ChangeEffect>> effect(DateTime at, std::stop_token stop) override;

private:
    struct Asked;
    void ask(const std::shared_ptr<Asked>& asked);

    Workspace& m_workspace;
    const Clock& m_clock;
    Ticks m_reportingDelay;
};

} // namespace gatehouse::jobs
