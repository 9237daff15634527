// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/changes.h"
#include "ui/pages/changes/editlock.h"

#include <QtCore/QObject>

#include <memory>
#include <optional>
#include <stop_token>

namespace gatehouse::ui {

/// What the review dialog shows; a value that never changes once it is out.
struct ChangeState
{
    enum class Phase {
        Idle,
        Reviewing, ///< the service is being read
        Reviewed,  ///< review says what would be written
        Applying,
        Applied, ///< entry says what was done
        Failed   ///< error says why; nothing is lost, the set can be reviewed again
    };
    Phase phase = Phase::Idle;
    jobs::ChangeSet set;
    std::optional<jobs::Review> review;
    std::optional<jobs::JournalEntry> entry;
    std::optional<Error> error;
};

/// The one way from a draft of any page to the service: propose, look at the review, apply. One change set at
/// a time. The window opens the review dialog when a set is proposed. No widgets. Main thread; the lock
/// outlives it.
class ChangeFlow : public QObject
{
    Q_OBJECT
public:
    explicit ChangeFlow(EditLock& lock, QObject* parent = nullptr);
    ~ChangeFlow() override;

    void setServices(const jobs::Services* services);
    [[nodiscard]] EditLock& lock() const { return m_lock; }
    [[nodiscard]] std::shared_ptr<const ChangeState> state() const;

    /// Reviews a set in place of the one before. Ignored while one is being applied.
    void propose(jobs::ChangeSet set);
    /// Proposes what takes an applied entry back.
    void proposeUndo(const jobs::JournalEntry& entry);
    /// The same set against the service as it is now.
    void reviewAgain();
    /// Where somebody changed the same: the draft's version wins over what was shown. Their other changes
    /// stay.
    void takeMine(const std::string& resourceId);
    /// Where somebody changed the same: theirs stays, the draft's change of that resource is dropped.
    void takeTheirs(const std::string& resourceId);
    /// Ignored unless reviewed, unlocked and without conflict.
    void apply(const std::string& ticket);
    /// Back to idle; an apply under way goes on and is told by applied().
    void dismiss();

Q_SIGNALS:
    void changed();
    /// A set was proposed: show the review.
    void proposed();
    /// Written: pages drop their drafts and ask again.
    void applied(const gatehouse::jobs::JournalEntry& entry);

private:
    void review();
    void settle(ChangeState::Phase phase);

    EditLock& m_lock;
    const jobs::Services* m_services = nullptr;
    ChangeState m_state;
    std::stop_source m_stop;
};

} // namespace gatehouse::ui
