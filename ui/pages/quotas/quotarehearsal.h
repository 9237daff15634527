// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/quotaboard.h"

#include <QtCore/QObject>

#include <memory>
#include <optional>
#include <stop_token>

namespace gatehouse::ui {

/// What a draft of limits would have done to past calls: asks for it, tells how far it is, and knows when the
/// draft has moved on since. One replay at a time. No widgets. Main thread; the service outlives its use
/// here.
class QuotaRehearsal : public QObject
{
    Q_OBJECT
public:
    struct State
    {
        std::shared_ptr<const jobs::QuotaImpact> impact; ///< null before it is asked
        bool outdated = false;                           ///< the draft has changed since
        bool running = false;
        jobs::QuotaImpactProgress progress;
        std::optional<Error> error;
        int days = 7;
    };

    using QObject::QObject;
    ~QuotaRehearsal() override;

    [[nodiscard]] const State& state() const { return m_state; }
    /// In place of a replay under way.
    void start(jobs::QuotaBoardService& service, jobs::QuotaImpactQuestion question);
    /// What was found before stays. Nothing happens where nothing runs.
    void cancel();
    /// The draft is another one: a replay under way ends, and what was found is of the past.
    void draftChanged();
    void forget();

Q_SIGNALS:
    void progressed();
    /// A replay has ended: found, failed or cancelled.
    void ended();

private:
    State m_state;
    std::stop_source m_stop;
};

} // namespace gatehouse::ui
