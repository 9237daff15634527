// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/activity/activitypresenter.h"

#include <algorithm>

namespace gatehouse::ui {

using Outcome = jobs::JournalEntry::Result;

const jobs::JournalEntry* ActivityState::selectedEntry() const
{
    const auto found = std::ranges::find(entries, selected, &jobs::JournalEntry::number);
    return found == entries.end() ? nullptr : &*found;
}

ActivityPresenter::ActivityPresenter(ViewContext& context, ChangeFlow& flow, QObject* parent)
    : PagePresenter(context, parent)
    , m_flow(flow)
{
    connect(&flow, &ChangeFlow::applied, this, &PagePresenter::refresh);
    connect(&flow, &ChangeFlow::changed, this, &ActivityPresenter::permissionsChanged);
    connect(&flow.lock(), &EditLock::changed, this, &ActivityPresenter::permissionsChanged);
}

ActivityPresenter::~ActivityPresenter()
{
    m_verifyStop.request_stop();
    m_effectStop.request_stop();
    m_finishStop.request_stop();
}

std::shared_ptr<const ActivityState> ActivityPresenter::state() const
{
    auto state = std::make_shared<ActivityState>(m_state);
    state->status = status();
    state->hasJournal = services() != nullptr && services()->journal != nullptr;
    return state;
}

std::vector<std::string> ActivityPresenter::queries() const
{
    return m_state.effect ? m_state.effect->queries : std::vector<std::string>();
}

std::optional<TimeRange> ActivityPresenter::shownRange() const
{
    if (!m_state.effect || m_state.effect->queries.empty())
        return std::nullopt;
    return TimeRange{m_state.effect->before.start, m_state.effect->after.end};
}

std::chrono::milliseconds ActivityPresenter::period() const
{
    return std::chrono::seconds(15);
}

void ActivityPresenter::drop()
{
    m_verifyStop.request_stop();
    m_effectStop.request_stop();
    m_finishStop.request_stop();
    m_finishStop = std::stop_source();
    m_state = {};
    m_verifiedHash.reset();
}

void ActivityPresenter::load(const jobs::Services& services, std::stop_token stop, quint64 generation)
{
    if (services.journal == nullptr)
        return settleData(true, false, {});
    services.journal->entries(stop).then(
        this, [this, stop, generation](const Result<std::vector<jobs::JournalEntry>>& entries) {
            if (!isCurrent(generation))
                return;
            if (entries)
                take(*entries, stop, generation);
            else
                settleError(entries.error());
        });
}

void ActivityPresenter::take(std::vector<jobs::JournalEntry> entries, const std::stop_token& stop,
                             quint64 generation)
{
    m_state.entries = std::move(entries);
    const bool isOpen = std::ranges::any_of(m_state.entries, [](const jobs::JournalEntry& entry) {
        return entry.result == Outcome::Pending || entry.result == Outcome::Partial;
    });
    if (!isOpen)
        m_state.unfinished.clear();
    const bool grown = !m_state.entries.empty() && m_state.entries.front().hash != m_verifiedHash;
    settleData(m_state.entries.empty(), false, {});
    // Entries of a write that is under way are not unfinished; asking would read what is being written.
    if (isOpen && m_flow.state()->phase != ChangeState::Phase::Applying && !m_state.finishing)
        askUnfinished(stop, generation);
    if (grown)
        verify();
    if (m_state.selectedEntry() == nullptr && !m_state.entries.empty())
        select(m_state.entries.front().number);
    else if (m_state.effect && m_state.effect->tooEarly)
        askEffect();
}

void ActivityPresenter::askUnfinished(const std::stop_token& stop, quint64 generation)
{
    if (services()->changes == nullptr)
        return;
    services()->changes->unfinished(stop).then(
        this, [this, generation](const Result<std::vector<jobs::JournalEntry>>& entries) {
            if (!isCurrent(generation) || (!entries && entries.error().cancelled()))
                return;
            if (entries)
                m_state.unfinished = *entries;
            else
                m_state.finishError = entries.error();
            Q_EMIT changed();
        });
}

void ActivityPresenter::select(std::int64_t number)
{
    if (number == m_state.selected)
        return;
    m_state.selected = number;
    m_state.effect.reset();
    askEffect();
}

void ActivityPresenter::askEffect()
{
    m_effectStop.request_stop();
    m_effectStop = std::stop_source();
    m_state.effectError.reset();
    const jobs::JournalEntry* const entry = m_state.selectedEntry();
    m_state.effectLoading = entry != nullptr && services() != nullptr && services()->changeEffect != nullptr;
    Q_EMIT changed();
    if (!m_state.effectLoading)
        return;
    services()
        ->changeEffect->effect(entry->at, m_effectStop.get_token())
        .then(this, [this, stop = m_effectStop.get_token()](const Result<jobs::ChangeEffect>& effect) {
            if (stop.stop_requested())
                return;
            m_state.effectLoading = false;
            if (effect)
                m_state.effect = *effect;
            else
                m_state.effectError = effect.error();
            Q_EMIT changed();
        });
}

void ActivityPresenter::verify()
{
    if (services() == nullptr || services()->journal == nullptr)
        return;
    m_verifyStop.request_stop();
    m_verifyStop = std::stop_source();
    m_state.verifying = true;
    m_state.verifyError.reset();
    if (!m_state.entries.empty())
        m_verifiedHash = m_state.entries.front().hash;
    Q_EMIT changed();
    services()
        ->journal->verify(m_verifyStop.get_token())
        .then(this, [this, stop = m_verifyStop.get_token()](const Result<jobs::JournalVerdict>& verdict) {
            if (stop.stop_requested())
                return;
            m_state.verifying = false;
            if (verdict) {
                m_state.verdict = *verdict;
            } else {
                m_state.verdict.reset();
                m_state.verifyError = verdict.error();
            }
            Q_EMIT changed();
        });
}

QString ActivityPresenter::whyNoUndo() const
{
    const jobs::JournalEntry* const entry = m_state.selectedEntry();
    if (entry == nullptr)
        return tr("Choose a change first.");
    switch (entry->result) {
    case Outcome::Pending:
    case Outcome::Partial:
        return tr("This change is not finished. Resume it or roll it back.");
    case Outcome::Failed:
        return tr("Nothing was written, so there is nothing to take back.");
    case Outcome::Undone:
        return tr("This change was taken back already.");
    case Outcome::Applied:
        break;
    }
    return whyNoFinish();
}

QString ActivityPresenter::whyNoFinish() const
{
    if (m_flow.state()->phase == ChangeState::Phase::Applying || m_state.finishing)
        return tr("Another change is being written.");
    return m_flow.lock().whyNot();
}

void ActivityPresenter::undo()
{
    if (whyNoUndo().isEmpty())
        m_flow.proposeUndo(*m_state.selectedEntry());
}

void ActivityPresenter::resume(std::int64_t number)
{
    if (whyNoFinish().isEmpty())
        follow(services()->changes->resume(number, m_finishStop.get_token()));
}

void ActivityPresenter::rollBack(std::int64_t number)
{
    if (whyNoFinish().isEmpty())
        follow(services()->changes->rollBack(number, m_finishStop.get_token()));
}

void ActivityPresenter::follow(QFuture<Result<jobs::JournalEntry>> finished)
{
    m_state.finishing = true;
    m_state.finishError.reset();
    Q_EMIT changed();
    finished.then(this, [this, stop = m_finishStop.get_token()](const Result<jobs::JournalEntry>& entry) {
        if (stop.stop_requested())
            return;
        m_state.finishing = false;
        if (!entry)
            m_state.finishError = entry.error();
        else
            m_state.unfinished.clear(); // asked again with what is left
        Q_EMIT changed();
        refresh();
    });
}

} // namespace gatehouse::ui
