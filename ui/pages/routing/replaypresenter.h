// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/jobs/explain.h"

#include <QtCore/QObject>

#include <optional>
#include <stop_token>

namespace gatehouse::ui {

struct ReplayState
{
    bool running = false;
    double fraction = 0;                     ///< 0..1
    std::int64_t requests = 0;               ///< read so far
    jobs::ExplainService::ReplayPtr outcome; ///< null without one
    std::optional<Error> error;
    bool ofDraft = false; ///< outcome is a draft's; else the past's
};

/// Replays the logged traffic of a range, under a draft or under what was in force. One at a time: a new run
/// stops the one before. Main thread; knows no widget.
class ReplayPresenter final : public QObject
{
    Q_OBJECT
public:
    explicit ReplayPresenter(const Clock& clock, QObject* parent = nullptr);
    ~ReplayPresenter() override;

    void setService(jobs::ExplainService* service);
    /// The rules that the next run puts in the place of those in force; empty: the setup in force as a whole.
    void setDraft(std::optional<gateway::RoutingPlan> draft);
    [[nodiscard]] bool hasDraft() const { return m_draft.has_value(); }
    [[nodiscard]] bool canRun() const { return m_service != nullptr; }
    /// The last so many days until now.
    void run(int days);
    void cancel();
    [[nodiscard]] const ReplayState& state() const { return m_state; }

Q_SIGNALS:
    void changed();

private:
    void replay(std::optional<gateway::ExplainSetup> draft, TimeRange range, quint64 generation);
    void settle(const Result<jobs::ExplainService::ReplayPtr>& outcome);

    const Clock& m_clock;
    jobs::ExplainService* m_service = nullptr;
    std::optional<gateway::RoutingPlan> m_draft;
    ReplayState m_state;
    std::stop_source m_stop;
    quint64 m_generation = 0;
};

} // namespace gatehouse::ui
