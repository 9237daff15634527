// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/routing/routingpresenter.h"

#include "core/base/encoding.h"
#include "ui/pages/routing/routingdrafts.h"

#include <algorithm>
#include <map>

namespace gatehouse::ui {

namespace {

constexpr std::size_t MaxSuggestions = 50;

std::string fragmentText(const std::optional<Json>& properties)
{
    return properties ? textAt(*properties, "value") : std::string();
}

} // namespace

RoutingPresenter::RoutingPresenter(ViewContext& context, ChangeFlow& flow, QObject* parent)
    : PagePresenter(context, parent)
    , m_flow(flow)
    , m_judged(std::make_shared<const RoutingState>())
{
    connect(&flow, &ChangeFlow::applied, this, [this](const jobs::JournalEntry& entry) {
        const bool rules = std::ranges::any_of(entry.steps, [](const jobs::JournalStep& step) {
            return step.outcome == jobs::JournalStep::Outcome::Done &&
                   equalsIgnoreCase(gateway::lastSegment(step.resourceId), gateway::RoutingFragmentId);
        });
        if (rules)
            discard(); // it is in force now; the answer of the refresh has it
        refresh();
    });
}

std::shared_ptr<const RoutingState> RoutingPresenter::state() const
{
    auto state = std::make_shared<RoutingState>(*m_judged);
    state->status = status();
    state->view = m_view;
    state->available = m_available;
    return state;
}

std::vector<std::string> RoutingPresenter::queries() const
{
    return m_view ? m_view->queries : std::vector<std::string>();
}

std::optional<TimeRange> RoutingPresenter::shownRange() const
{
    return m_view ? std::optional(m_view->range) : std::nullopt;
}

void RoutingPresenter::drop()
{
    m_view.reset();
    m_available = true;
    m_draft = m_before = {};
    m_base.reset();
    judge();
    Q_EMIT draftReplaced();
}

void RoutingPresenter::load(const jobs::Services& services, std::stop_token stop, quint64 generation)
{
    m_available = services.routing != nullptr;
    if (!m_available) {
        settleData(true, false, {});
        return;
    }
    services.routing->view(context().range(), std::move(stop))
        .then(this, [this, generation](const Result<std::shared_ptr<const jobs::RoutingView>>& answer) {
            if (!isCurrent(generation))
                return;
            if (!answer) {
                settleError(answer.error());
                return;
            }
            take(*answer);
            settleData(m_view->backends.empty() && m_view->pools.empty(), false, {});
        });
}

void RoutingPresenter::take(std::shared_ptr<const jobs::RoutingView> view)
{
    const bool wasEdited = edited();
    m_view = std::move(view);
    if (wasEdited)
        judge();
    else
        startDraft();
}

/// The draft begins with what the service has. Its base stays what it began with while others write: the
/// review merges, and says where it cannot.
void RoutingPresenter::startDraft()
{
    const bool other = !(m_draft == m_view->fragment);
    m_before = m_view->fragment;
    m_draft = m_before;
    m_base = m_view->fragmentProperties;
    judge();
    if (other)
        Q_EMIT draftReplaced();
}

void RoutingPresenter::setPlan(gateway::RoutingPlan plan)
{
    if (!m_view || plan == m_draft.plan)
        return;
    // What is not ours stands before the rule that it stood before.
    for (gateway::ForeignPart& part : m_draft.foreign)
        part.beforeRule = std::min(part.beforeRule, plan.rules.size());
    m_draft.plan = std::move(plan);
    if (m_draft.plan == m_before.plan)
        m_draft = m_before;
    judge();
    Q_EMIT changed();
}

void RoutingPresenter::discard()
{
    if (!m_view)
        return;
    startDraft();
    Q_EMIT changed();
}

void RoutingPresenter::judge()
{
    auto state = std::make_shared<RoutingState>();
    if (m_view) {
        state->pools = picturesOf(*m_view, m_draft.plan);
        state->draft = m_draft;
        state->edited = edited();
        state->changedMeanwhile =
            state->edited && fragmentText(m_view->fragmentProperties) != fragmentText(m_base);
        state->problems = problemsOf(m_draft.plan, *m_view);
        state->findings = findings();
        state->hits = hitsOf(m_draft.plan, m_view->seen);
        // As it stands where nothing was edited; what is not ours is then byte for byte.
        if (!state->edited && m_base)
            state->xml = fragmentText(m_base);
        else
            state->xml = gateway::writeRoutingFragment(m_draft).value_or("");
    }
    m_judged = std::move(state);
}

std::vector<gateway::LintFinding> RoutingPresenter::findings() const
{
    std::vector<gateway::LintFinding> found =
        gateway::lint(m_draft.plan, m_view->backends, m_view->pools, unhealthyBackends(*m_view));
    // The policy that includes the fragment sends on what no rule matches.
    const jobs::RoutingPolicy* const policy = m_view->including();
    if (policy != nullptr && !policy->backend.empty())
        std::erase_if(found, [](const gateway::LintFinding& finding) {
            return finding.kind == gateway::LintFinding::Kind::NoDefault;
        });
    for (const jobs::RoutingPolicy& one : m_view->policies)
        found.insert(found.end(), one.retries.begin(), one.retries.end());
    std::ranges::stable_sort(found, std::greater(), &gateway::LintFinding::severity);
    return found;
}

Status RoutingPresenter::propose(Result<jobs::ChangeSet> set)
{
    if (!set)
        return fail(set.error());
    if (!m_flow.lock().unlocked())
        return fail(Error::Kind::Denied, m_flow.lock().whyNot().toStdString());
    m_flow.propose(std::move(*set));
    return {};
}

Status RoutingPresenter::proposePlan()
{
    if (!m_view || !edited())
        return fail(Error::Kind::InvalidInput, tr("Nothing was changed.").toStdString());
    if (m_view->fragmentProblem)
        return fail(*m_view->fragmentProblem);
    if (!m_judged->problems.empty())
        return fail(Error::Kind::InvalidInput, m_judged->problems.front().sentence.toStdString());
    return propose(planChange(m_view->serviceId, m_base, m_before, m_draft));
}

Status RoutingPresenter::drain(const std::string& backend)
{
    if (!m_view)
        return fail(Error::Kind::InvalidInput, tr("Nothing is loaded yet.").toStdString());
    return propose(drainChange(*m_view, backend));
}

Status RoutingPresenter::restore(const std::string& backend)
{
    if (!m_view)
        return fail(Error::Kind::InvalidInput, tr("Nothing is loaded yet.").toStdString());
    return propose(restoreChange(*m_view, backend));
}

Status RoutingPresenter::proposeBreaker(const std::string& backend, const gateway::BreakerDraft& draft)
{
    if (!m_view)
        return fail(Error::Kind::InvalidInput, tr("Nothing is loaded yet.").toStdString());
    return propose(breakerChange(*m_view, backend, draft));
}

Status RoutingPresenter::proposeMembers(const std::string& pool,
                                        const std::vector<gateway::MemberDraft>& members)
{
    if (!m_view)
        return fail(Error::Kind::InvalidInput, tr("Nothing is loaded yet.").toStdString());
    return propose(membersChange(*m_view, pool, members));
}

gateway::RouteTrace RoutingPresenter::ask(const gateway::RequestFacts& facts) const
{
    return gateway::decide(m_draft.plan, facts);
}

std::vector<std::string> RoutingPresenter::suggestions(gateway::RoutingField field) const
{
    std::map<std::string, std::int64_t> counts;
    if (!m_view)
        return {};
    for (const jobs::SeenRequests& one : m_view->seen) {
        const std::optional<std::string>& value = one.facts.of(field);
        if (value && !value->empty())
            counts[*value] += one.requests;
    }
    std::vector<std::pair<std::string, std::int64_t>> ranked(counts.begin(), counts.end());
    std::ranges::stable_sort(ranked, std::greater(), &std::pair<std::string, std::int64_t>::second);
    std::vector<std::string> values;
    for (std::size_t i = 0; i < std::min(ranked.size(), MaxSuggestions); ++i)
        values.push_back(ranked[i].first);
    return values;
}

std::vector<std::string> RoutingPresenter::targets() const
{
    std::vector<std::string> names;
    if (!m_view)
        return names;
    for (const gateway::Pool& pool : m_view->pools)
        names.push_back(pool.name);
    for (const gateway::Backend& backend : m_view->backends)
        names.push_back(backend.name);
    return names;
}

std::vector<std::string> RoutingPresenter::directRules(const std::string& backend) const
{
    std::vector<std::string> names;
    if (!m_view)
        return names;
    for (const gateway::RoutingRule& rule : m_view->fragment.plan.rules) {
        if (rule.enabled && equalsIgnoreCase(rule.pool, backend))
            names.push_back(rule.name);
    }
    return names;
}

} // namespace gatehouse::ui
