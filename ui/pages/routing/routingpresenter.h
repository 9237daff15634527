// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/topology/breakeredit.h"
#include "core/gateway/topology/pooledit.h"
#include "core/jobs/routing.h"
#include "ui/pages/changes/changeflow.h"
#include "ui/pages/pagepresenter.h"
#include "ui/pages/routing/plandraft.h"
#include "ui/pages/routing/poolpicture.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::ui {

/// What Routing shows; a value that never changes once it is out.
struct RoutingState
{
    PageStatus status;
    std::shared_ptr<const jobs::RoutingView> view; ///< null without data
    bool available = true;                         ///< false: the profile has no API Management service
    std::vector<PoolPicture> pools;

    gateway::RoutingFragment draft; ///< the plan as it is edited here
    bool edited = false;            ///< the draft differs from what it began with
    bool changedMeanwhile = false;  ///< the service has another version than the draft began with
    std::vector<PlanProblem> problems;
    std::vector<gateway::LintFinding> findings; ///< of the draft, the pools and the retries
    std::vector<RuleHits> hits;                 ///< one a rule, then the default
    std::string xml;                            ///< of the draft; "" where it cannot be written
};

/// Holds the draft of the rules while the page asks again and again, and proposes changes: rules, draining,
/// breakers, members. Writes nothing itself (ChangeFlow does). No widgets. Main thread; the flow outlives it.
class RoutingPresenter : public PagePresenter
{
    Q_OBJECT
public:
    RoutingPresenter(ViewContext& context, ChangeFlow& flow, QObject* parent = nullptr);

    [[nodiscard]] std::shared_ptr<const RoutingState> state() const;
    [[nodiscard]] std::vector<std::string> queries() const override;
    [[nodiscard]] std::optional<TimeRange> shownRange() const override;
    [[nodiscard]] ChangeFlow& flow() const { return m_flow; }

    /// The plan as the editor leaves it.
    void setPlan(gateway::RoutingPlan plan);
    /// Back to what the service has.
    void discard();

    /// Each proposes a change set, or says why it cannot.
    [[nodiscard]] Status proposePlan();
    [[nodiscard]] Status drain(const std::string& backend);
    [[nodiscard]] Status restore(const std::string& backend);
    [[nodiscard]] Status proposeBreaker(const std::string& backend, const gateway::BreakerDraft& draft);
    [[nodiscard]] Status proposeMembers(const std::string& pool,
                                        const std::vector<gateway::MemberDraft>& members);

    /// Where the draft would send a request with these facts, and why.
    [[nodiscard]] gateway::RouteTrace ask(const gateway::RequestFacts& facts) const;
    /// Values that the log has for the field, the most frequent first, at most 50.
    [[nodiscard]] std::vector<std::string> suggestions(gateway::RoutingField field) const;
    /// What a rule can send to: pools, then backends.
    [[nodiscard]] std::vector<std::string> targets() const;
    /// Rules that send to the backend by its own name, so that draining it from its pools does not stop them.
    [[nodiscard]] std::vector<std::string> directRules(const std::string& backend) const;

Q_SIGNALS:
    /// The draft is another one by other means than setPlan: undo would lead nowhere.
    void draftReplaced();

protected:
    void load(const jobs::Services& services, std::stop_token stop, quint64 generation) override;
    void drop() override;
    [[nodiscard]] bool hasData() const override { return m_view != nullptr; }

private:
    void take(std::shared_ptr<const jobs::RoutingView> view);
    void startDraft();
    [[nodiscard]] bool edited() const { return !(m_draft == m_before); }
    [[nodiscard]] std::vector<gateway::LintFinding> findings() const;
    [[nodiscard]] Status propose(Result<jobs::ChangeSet> set);
    void judge();

    ChangeFlow& m_flow;
    std::shared_ptr<const jobs::RoutingView> m_view;
    bool m_available = true;
    gateway::RoutingFragment m_draft;
    gateway::RoutingFragment m_before; ///< what the draft began with, and the properties it stood in
    std::optional<Json> m_base;
    std::shared_ptr<const RoutingState> m_judged; ///< all but the status
};

} // namespace gatehouse::ui
