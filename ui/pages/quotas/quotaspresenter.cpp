// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/quotas/quotaspresenter.h"

#include "core/base/encoding.h"

#include <QtGui/QUndoCommand>

#include <algorithm>

namespace gatehouse::ui {

using gateway::QuotaLimits;
using gateway::ServiceQuota;

namespace {

std::optional<ServiceQuota> ruleIn(const gateway::QuotaSheet& sheet, const std::string& service)
{
    if (service.empty())
        return sheet.everybodyElse;
    for (const ServiceQuota& quota : sheet.services) {
        if (equalsIgnoreCase(quota.service, service))
            return quota;
    }
    return std::nullopt;
}

gateway::QuotaSheet sheetIn(const std::optional<Json>& fragment)
{
    const auto document = fragment ? gateway::PolicyDocument::parse(textAt(*fragment, "value"),
                                                                    gateway::PolicyDocument::Root::Fragment)
                                   : Result<gateway::PolicyDocument>(gateway::emptyQuotaFragment());
    return document ? gateway::readQuotaSheet(*document) : gateway::QuotaSheet();
}

std::optional<gateway::QuotaPeriod> periodOf(const QuotaLimits& limits)
{
    return limits.tokenQuotaPeriod ? gateway::parseQuotaPeriod(limits.tokenQuotaPeriod->text) : std::nullopt;
}

QString told(const std::optional<ServiceQuota>& quota, DateTime now)
{
    if (!quota)
        return QuotasPresenter::tr("no limit of its own");
    QString text = limitsText(quota->limits);
    if (quota->raise && now < quota->raise->until)
        text = QuotasPresenter::tr("%1 until %2, then %3")
                   .arg(text, QString::fromStdString(formatDateTime(quota->raise->until)),
                        limitsText(quota->raise->before));
    if (!quota->owner.empty())
        text += QuotasPresenter::tr(" · owner %1").arg(QString::fromStdString(quota->owner));
    if (!quota->ticket.empty())
        text += QuotasPresenter::tr(" · ticket %1").arg(QString::fromStdString(quota->ticket));
    return text;
}

} // namespace

/// One edit of some rows of the draft, forth and back.
class QuotasPresenter::Step final : public QUndoCommand
{
public:
    Step(QuotasPresenter& presenter, const QString& what, std::map<std::string, std::pair<Entry, Entry>> rows)
        : QUndoCommand(what)
        , m_presenter(presenter)
        , m_rows(std::move(rows))
    {}

    void undo() override
    {
        for (const auto& [service, entries] : m_rows)
            m_presenter.set(service, entries.first);
        m_presenter.draftChanged();
    }
    void redo() override
    {
        for (const auto& [service, entries] : m_rows)
            m_presenter.set(service, entries.second);
        m_presenter.draftChanged();
    }

private:
    QuotasPresenter& m_presenter;
    std::map<std::string, std::pair<Entry, Entry>> m_rows; ///< before and after
};

QuotasPresenter::QuotasPresenter(ViewContext& context, ChangeFlow& flow, QObject* parent)
    : PagePresenter(context, parent)
    , m_flow(flow)
{
    connect(&flow.lock(), &EditLock::changed, this, [this] {
        // It also tells every second of the rest.
        if (const QString why = whyNoEditing(); why != m_why) {
            m_why = why;
            Q_EMIT changed();
        }
    });
    connect(&flow, &ChangeFlow::applied, this, &QuotasPresenter::takeApplied);
    connect(&m_rehearsal, &QuotaRehearsal::progressed, this, &QuotasPresenter::changed);
    connect(&m_rehearsal, &QuotaRehearsal::ended, this, [this] {
        if (m_settleLater)
            settle();
        else
            Q_EMIT changed();
    });
}

QuotasPresenter::~QuotasPresenter() = default;

std::shared_ptr<const QuotasState> QuotasPresenter::state() const
{
    auto state = std::make_shared<QuotasState>();
    state->status = status();
    state->board = m_board;
    state->whyNoEditing = whyNoEditing();
    state->drafts = m_drafts;
    state->rehearsal = m_rehearsal.state();
    if (!m_board)
        return state;
    for (const jobs::QuotaBoardRow& row : m_board->rows)
        state->rows.push_back(viewOf(row));
    for (const auto& [service, draft] : m_drafts)
        state->differences.push_back({service, nameOf(service), told(ruleIn(m_started, service), m_board->at),
                                      told(draft, m_board->at), changedMeanwhile(service)});
    const auto text = jobs::draftedFragment(m_drafts.empty() ? m_board->fragment : m_base, m_drafts);
    if (text)
        state->policy = QString::fromStdString(*text);
    else
        state->policyNote = QString::fromStdString(text.error().message + " " + text.error().advice);
    return state;
}

std::vector<std::string> QuotasPresenter::queries() const
{
    return m_board ? m_board->queries : std::vector<std::string>();
}

std::optional<TimeRange> QuotasPresenter::shownRange() const
{
    return m_board ? std::optional(m_board->range) : std::nullopt;
}

QString QuotasPresenter::whyNoEditing() const
{
    if (m_board && !m_board->fragmentUnknown.empty())
        return tr("The limits cannot be edited, since the policy fragment gatehouse-quotas could not be "
                  "read: %1")
            .arg(QString::fromStdString(m_board->fragmentUnknown));
    return m_flow.lock().whyNot();
}

const jobs::QuotaBoardRow* QuotasPresenter::rowOf(const std::string& service) const
{
    if (!m_board)
        return nullptr;
    const auto found = std::find_if(m_board->rows.begin(), m_board->rows.end(),
                                    [&](const jobs::QuotaBoardRow& row) { return row.service == service; });
    return found == m_board->rows.end() ? nullptr : &*found;
}

QString QuotasPresenter::nameOf(const std::string& service) const
{
    const jobs::QuotaBoardRow* const row = rowOf(service);
    if (service.empty())
        return tr("Everybody else");
    return QString::fromStdString(row != nullptr ? row->displayName : service);
}

/// The rule with the draft.
std::optional<ServiceQuota> QuotasPresenter::standing(const std::string& service) const
{
    const auto draft = m_drafts.find(service);
    if (draft != m_drafts.end())
        return draft->second;
    const jobs::QuotaBoardRow* const row = rowOf(service);
    return row != nullptr ? settledQuota(row->quota, context().clock().now()) : std::nullopt;
}

bool QuotasPresenter::changedMeanwhile(const std::string& service) const
{
    const jobs::QuotaBoardRow* const row = rowOf(service);
    return m_drafts.contains(service) && row != nullptr && row->quota != ruleIn(m_started, service);
}

QuotaRowView QuotasPresenter::viewOf(const jobs::QuotaBoardRow& row) const
{
    QuotaRowView view;
    view.row = row;
    view.quota = standing(row.service);
    view.drafted = m_drafts.contains(row.service);
    view.changedMeanwhile = changedMeanwhile(row.service);
    const auto common = standing("");
    view.inherited = !view.quota && !row.service.empty() && common;
    if (view.quota)
        view.limits = view.quota->limits;
    else if (view.inherited)
        view.limits = common->limits;
    const auto period = periodOf(view.limits);
    if (!period)
        return view;
    if (const auto used = row.use.tokensInPeriod.find(*period); used != row.use.tokensInPeriod.end())
        view.usedOfQuota = used->second;
    const auto limit = view.limits.tokenQuota ? view.limits.tokenQuota->number() : std::nullopt;
    if (limit && view.usedOfQuota)
        view.exhaustion = gateway::exhaustion(
            {*limit, *view.usedOfQuota, gateway::windowOf(*period, m_board->at), m_board->at, row.use.today});
    else
        view.exhaustion.reason = (limit ? tr("What was used of the quota is not known.")
                                        : tr("The quota is worked out by the gateway for each call."))
                                     .toStdString();
    return view;
}

Status QuotasPresenter::edit(const std::string& service, QuotaField field, const QString& typed)
{
    if (const QString why = whyNoEditing(); !why.isEmpty())
        return fail(Error::Kind::Denied, why.toStdString());
    const auto before = standing(service);
    auto after = withEntry(service, before, field, typed);
    if (!after)
        return fail(after.error());
    if (*after != before)
        push(tr("%1 of %2").arg(fieldName(field), nameOf(service)), {{service, *after}});
    return {};
}

Status QuotasPresenter::raise(const std::string& service, const QuotaLimits& limits, DateTime until)
{
    if (const QString why = whyNoEditing(); !why.isEmpty())
        return fail(Error::Kind::Denied, why.toStdString());
    if (until <= context().clock().now())
        return fail(Error::Kind::InvalidInput, tr("End: the raise would have ended already.").toStdString(),
                    tr("Give a moment that is still to come.").toStdString());
    ServiceQuota raised = standing(service).value_or(ServiceQuota{});
    const QuotaLimits before = raised.raise ? raised.raise->before : raised.limits;
    raised.service = service;
    raised.limits = limits;
    raised.raise = gateway::TemporaryRaise{until, before};
    if (limits == before)
        return fail(Error::Kind::InvalidInput, tr("The limits are those that hold already.").toStdString(),
                    tr("Raise one of them.").toStdString());
    // The policy's own rules are the last word at the door.
    if (const auto checked = gateway::setServiceQuota(gateway::emptyQuotaFragment(), raised); !checked)
        return fail(checked.error());
    push(tr("Raise of %1").arg(nameOf(service)), {{service, raised}});
    return {};
}

Status QuotasPresenter::removeLimits(const std::vector<std::string>& services)
{
    if (const QString why = whyNoEditing(); !why.isEmpty())
        return fail(Error::Kind::Denied, why.toStdString());
    jobs::QuotaDrafts removed;
    for (const std::string& service : services) {
        if (standing(service))
            removed[service] = std::nullopt;
    }
    if (removed.empty())
        return fail(Error::Kind::InvalidInput, tr("There is no limit to remove.").toStdString(),
                    tr("Choose a service that has limits of its own.").toStdString());
    push(tr("Limits removed"), removed);
    return {};
}

void QuotasPresenter::revert(const std::string& service)
{
    const auto draft = m_drafts.find(service);
    if (draft == m_drafts.end())
        return;
    m_undo.push(new Step(*this, tr("Revert of %1").arg(nameOf(service)), {{service, {draft->second, {}}}}));
}

void QuotasPresenter::revertAll()
{
    std::map<std::string, std::pair<Entry, Entry>> rows;
    for (const auto& [service, draft] : m_drafts)
        rows[service] = {Entry(draft), {}};
    if (!rows.empty())
        m_undo.push(new Step(*this, tr("Revert of all"), std::move(rows)));
}

/// A row that becomes what it is anyway is no draft.
void QuotasPresenter::push(const QString& what, const jobs::QuotaDrafts& entries)
{
    if (m_drafts.empty()) {
        m_base = m_board->fragment;
        m_started = sheetIn(m_base);
    }
    std::map<std::string, std::pair<Entry, Entry>> rows;
    for (const auto& [service, wanted] : entries) {
        const auto draft = m_drafts.find(service);
        const Entry before = draft == m_drafts.end() ? Entry() : Entry(draft->second);
        rows[service] = {before, wanted == ruleIn(m_started, service) ? Entry() : Entry(wanted)};
    }
    m_undo.push(new Step(*this, what, std::move(rows)));
}

void QuotasPresenter::set(const std::string& service, const Entry& entry)
{
    if (m_drafts.empty() && entry && m_board) {
        m_base = m_board->fragment;
        m_started = sheetIn(m_base);
    }
    if (entry)
        m_drafts[service] = *entry;
    else
        m_drafts.erase(service);
}

void QuotasPresenter::draftChanged()
{
    m_rehearsal.draftChanged();
    Q_EMIT changed();
}

void QuotasPresenter::forgetDraft()
{
    m_drafts.clear();
    m_undo.clear();
    m_base.reset();
    m_started = {};
    m_proposed = false;
    m_rehearsal.forget();
}

void QuotasPresenter::takeApplied(const jobs::JournalEntry& entry)
{
    const bool ours =
        m_board && std::any_of(entry.steps.begin(), entry.steps.end(), [this](const auto& step) {
            return equalsIgnoreCase(step.resourceId, m_board->resourceId);
        });
    if (!ours)
        return;
    // An undo or another page's change of the fragment leaves a draft as it is: its review merges.
    if (m_proposed && entry.undoes == 0 && entry.result == jobs::JournalEntry::Result::Applied) {
        forgetDraft();
        Q_EMIT changed();
    }
    m_proposed = false;
    refresh();
}

void QuotasPresenter::rehearse(int days)
{
    if (m_drafts.empty() || !m_board || services() == nullptr || services()->quotaBoard == nullptr)
        return;
    m_rehearsal.start(*services()->quotaBoard,
                      {jobs::draftedLimits(m_board->rows, m_drafts, context().clock().now()), days});
}

Status QuotasPresenter::propose()
{
    if (const QString why = whyNoEditing(); !why.isEmpty())
        return fail(Error::Kind::Denied, why.toStdString());
    if (m_drafts.empty() || !m_board)
        return fail(Error::Kind::InvalidInput, tr("There is no draft to review.").toStdString(),
                    tr("Edit a cell first.").toStdString());
    std::map<std::string, std::string> names;
    for (const jobs::QuotaBoardRow& row : m_board->rows)
        names[row.service] = row.displayName;
    auto set = jobs::quotaChangeSet(m_board->resourceId, m_base, m_drafts, names);
    if (!set)
        return fail(set.error());
    m_proposed = true;
    m_flow.propose(std::move(*set));
    return {};
}

void QuotasPresenter::load(const jobs::Services& services, std::stop_token stop, quint64 generation)
{
    if (services.quotaBoard == nullptr) {
        settleError(fail(Error::Kind::NotFound,
                         tr("The profile names no API Management service.").toStdString(),
                         tr("Pick one in the profile to see and set limits.").toStdString())
                        .value());
        return;
    }
    jobs::QuotaBoardQuestion question{context().range(), {}};
    for (const auto& [service, draft] : m_drafts) {
        if (const auto period = draft ? periodOf(draft->limits) : std::nullopt)
            question.periods.insert(*period);
    }
    services.quotaBoard->board(std::move(question), std::move(stop))
        .then(this, [this, generation](const Result<std::shared_ptr<const jobs::QuotaBoard>>& answer) {
            if (!isCurrent(generation))
                return;
            if (!answer) {
                settleError(answer.error());
                return;
            }
            m_board = *answer;
            if (m_example)
                draftExample();
            if (!m_settleLater)
                settle();
        });
}

void QuotasPresenter::settle()
{
    m_settleLater = false;
    const bool nobody = m_board->rows.size() <= 1 && m_board->subscriptionsUnknown.empty() &&
                        m_board->fragmentUnknown.empty();
    settleData(nobody, m_board->partial, QString::fromStdString(m_board->partialReason),
               m_board->at - m_board->age);
}

void QuotasPresenter::drop()
{
    m_board.reset();
    // A refusal leaves the draft: it is the person's work, not the service's.
    if (services() == nullptr)
        forgetDraft();
}

void QuotasPresenter::showExample()
{
    m_example = true;
    if (m_board) {
        draftExample();
        Q_EMIT changed();
    }
}

void QuotasPresenter::draftExample()
{
    m_example = false;
    if (!m_drafts.empty())
        return;
    const auto rounded = [](double value) {
        const double step = value > 100'000 ? 10'000 : value > 10'000 ? 1'000 : 100;
        return gateway::LimitValue::of(
            std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(value / step) * step)));
    };
    jobs::QuotaDrafts example;
    for (const jobs::QuotaBoardRow& row : m_board->rows) {
        const auto day = row.use.tokensInPeriod.find(gateway::QuotaPeriod::Daily);
        const std::int64_t peak = row.use.peakTokensPerMinute.value_or(0);
        if (row.service.empty() || row.quota || peak == 0 || example.size() == 3)
            continue;
        ServiceQuota quota;
        quota.service = row.service;
        quota.limits.tokensPerMinute = rounded(static_cast<double>(peak));
        quota.limits.tokenQuota =
            rounded((day == row.use.tokensInPeriod.end() ? 100.0 * static_cast<double>(peak)
                                                         : static_cast<double>(day->second)) *
                    3.0);
        quota.limits.tokenQuotaPeriod = gateway::LimitValue::of(std::string_view("Daily"));
        quota.limits.calls = gateway::LimitValue::of(60);
        quota.owner = "Platform team";
        quota.ticket = "CHG-1042";
        example[row.service] = quota;
    }
    if (example.empty())
        return;
    push(tr("Example"), example);
    m_settleLater = status().refreshing;
    rehearse(7);
}

} // namespace gatehouse::ui
