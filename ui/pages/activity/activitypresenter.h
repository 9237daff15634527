// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/changeeffect.h"
#include "ui/pages/changes/changeflow.h"
#include "ui/pages/pagepresenter.h"

#include <memory>
#include <vector>

namespace gatehouse::ui {

/// What Activity shows; a value that never changes once it is out.
struct ActivityState
{
    PageStatus status;
    bool hasJournal = false;                     ///< false: the profile names nothing that could be changed
    std::vector<jobs::JournalEntry> entries;     ///< newest first
    std::vector<jobs::JournalEntry> unfinished;  ///< with every step settled by reading
    std::optional<jobs::JournalVerdict> verdict; ///< of the last verification
    std::optional<Error> verifyError;
    bool verifying = false;
    std::int64_t selected = 0; ///< an entry's number; 0: none
    std::optional<jobs::ChangeEffect> effect;
    std::optional<Error> effectError;
    bool effectLoading = false;
    bool finishing = false;           ///< an unfinished entry is being resumed or rolled back
    std::optional<Error> finishError; ///< why the last one was not

    /// Null when none is selected.
    [[nodiscard]] const jobs::JournalEntry* selectedEntry() const;
};

/// The journal of this computer, what one entry did to the traffic, and what takes it back. Asks again by
/// itself, since the command line writes to the same journal.
class ActivityPresenter : public PagePresenter
{
    Q_OBJECT
public:
    /// The flow outlives it.
    ActivityPresenter(ViewContext& context, ChangeFlow& flow, QObject* parent = nullptr);
    ~ActivityPresenter() override;

    [[nodiscard]] std::shared_ptr<const ActivityState> state() const;
    [[nodiscard]] std::vector<std::string> queries() const override;
    [[nodiscard]] std::optional<TimeRange> shownRange() const override;
    [[nodiscard]] bool followsRange() const override { return false; }

    /// Shows an entry and asks what it did.
    void select(std::int64_t number);
    void verify();
    /// Why the selected entry cannot be taken back now; "" when it can.
    [[nodiscard]] QString whyNoUndo() const;
    /// Proposes it: the window shows the review.
    void undo();
    /// Why an unfinished entry cannot be finished now; "" when it can.
    [[nodiscard]] QString whyNoFinish() const;
    void resume(std::int64_t number);
    void rollBack(std::int64_t number);

Q_SIGNALS:
    /// whyNoUndo() or whyNoFinish() may say something else now.
    void permissionsChanged();

protected:
    void load(const jobs::Services& services, std::stop_token stop, quint64 generation) override;
    void drop() override;
    [[nodiscard]] bool hasData() const override { return !m_state.entries.empty(); }
    /// The journal is shown whole.
    [[nodiscard]] bool wantsAnswer() const override { return false; }
    [[nodiscard]] std::chrono::milliseconds period() const override;

private:
    void take(std::vector<jobs::JournalEntry> entries, const std::stop_token& stop, quint64 generation);
    void askUnfinished(const std::stop_token& stop, quint64 generation);
    void askEffect();
    void follow(QFuture<Result<jobs::JournalEntry>> finished);

    ChangeFlow& m_flow;
    ActivityState m_state;
    std::optional<std::string> m_verifiedHash; // the newest entry's, when the chain was verified last
    std::stop_source m_verifyStop;
    std::stop_source m_effectStop;
    std::stop_source m_finishStop;
};

} // namespace gatehouse::ui
