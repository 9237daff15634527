// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/quotadrafts.h"
#include "ui/pages/changes/changeflow.h"
#include "ui/pages/pagepresenter.h"
#include "ui/pages/quotas/quotaentry.h"
#include "ui/pages/quotas/quotarehearsal.h"

#include <QtGui/QUndoStack>

#include <memory>
#include <vector>

namespace gatehouse::ui {

/// One row as the page shows it: as it is, or as the draft leaves it.
struct QuotaRowView
{
    jobs::QuotaBoardRow row;
    std::optional<gateway::ServiceQuota> quota; ///< its own rule, with the draft, without a raise that ended
    gateway::QuotaLimits limits;                ///< that hold now: its own, or everybody else's
    bool inherited = false;                     ///< limits are everybody else's
    bool drafted = false;
    bool changedMeanwhile = false; ///< somebody else changed the rule since the draft began
    std::optional<std::int64_t> usedOfQuota;
    gateway::Exhaustion exhaustion; ///< of the token quota, where there is one
};

/// One line of the draft's difference.
struct QuotaDifference
{
    std::string service;
    QString name;
    QString before;
    QString after;
    bool changedMeanwhile = false;
};

/// What Quotas shows; a value that never changes once it is out.
struct QuotasState
{
    PageStatus status;
    std::shared_ptr<const jobs::QuotaBoard> board; ///< null without data
    std::vector<QuotaRowView> rows;
    QString whyNoEditing; ///< "" when cells can be edited

    jobs::QuotaDrafts drafts;
    std::vector<QuotaDifference> differences;
    QString policy;     ///< the fragment with the drafts in it
    QString policyNote; ///< why there is none

    QuotaRehearsal::State rehearsal; ///< of the drafts
};

/// The sheet of limits, a draft of it that survives refreshes and page changes, its impact on past calls, and
/// its way to review. A draft remembers the fragment that it began from, so that the review sees what others
/// changed since. No widgets. Main thread; the flow outlives it.
class QuotasPresenter : public PagePresenter
{
    Q_OBJECT
public:
    QuotasPresenter(ViewContext& context, ChangeFlow& flow, QObject* parent = nullptr);
    ~QuotasPresenter() override;

    [[nodiscard]] std::shared_ptr<const QuotasState> state() const;
    [[nodiscard]] QUndoStack& undoStack() { return m_undo; }
    [[nodiscard]] std::vector<std::string> queries() const override;
    [[nodiscard]] std::optional<TimeRange> shownRange() const override;

    /// Drafts what was typed into a cell; service "" is everybody else. InvalidInput names the field and
    /// changes nothing; Denied while nothing may be edited.
    [[nodiscard]] Status edit(const std::string& service, QuotaField field, const QString& typed);
    /// Drafts other limits up to a moment, from which the present ones hold again.
    [[nodiscard]] Status raise(const std::string& service, const gateway::QuotaLimits& limits,
                               DateTime until);
    /// Drafts that the services have no rule of their own.
    [[nodiscard]] Status removeLimits(const std::vector<std::string>& services);
    /// Drafts the rule as it was. All of them with revertAll().
    void revert(const std::string& service);
    void revertAll();

    /// Replays the draft over the last days (7 or 30).
    void rehearse(int days);
    void cancelRehearsal() { m_rehearsal.cancel(); }
    /// Hands the draft to the review.
    [[nodiscard]] Status propose();
    /// For --capture: drafts limits near what the services use, and rehearses them. Nothing is written.
    void showExample();

protected:
    void load(const jobs::Services& services, std::stop_token stop, quint64 generation) override;
    void drop() override;
    [[nodiscard]] bool hasData() const override { return m_board != nullptr; }

private:
    class Step;
    using Entry = std::optional<std::optional<gateway::ServiceQuota>>; ///< empty: not drafted

    [[nodiscard]] QString whyNoEditing() const;
    [[nodiscard]] const jobs::QuotaBoardRow* rowOf(const std::string& service) const;
    [[nodiscard]] std::optional<gateway::ServiceQuota> standing(const std::string& service) const;
    [[nodiscard]] QString nameOf(const std::string& service) const;
    [[nodiscard]] QuotaRowView viewOf(const jobs::QuotaBoardRow& row) const;
    [[nodiscard]] bool changedMeanwhile(const std::string& service) const;
    void push(const QString& what, const jobs::QuotaDrafts& entries);
    void set(const std::string& service, const Entry& entry);
    void draftChanged();
    void forgetDraft();
    void takeApplied(const jobs::JournalEntry& entry);
    void settle();
    void draftExample();

    ChangeFlow& m_flow;
    std::shared_ptr<const jobs::QuotaBoard> m_board;
    jobs::QuotaDrafts m_drafts;
    std::optional<Json> m_base;    ///< the fragment's properties as the draft found them
    gateway::QuotaSheet m_started; ///< the sheet in m_base
    QUndoStack m_undo;
    bool m_proposed = false;
    QString m_why; ///< as it was last told

    QuotaRehearsal m_rehearsal;
    bool m_example = false;
    bool m_settleLater = false; ///< the page is done when the example's impact is there
};

} // namespace gatehouse::ui
