// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/changes/changeflow.h"

#include "core/jobs/services.h"

#include <algorithm>

namespace gatehouse::ui {

using ChangePhase = ChangeState::Phase;

ChangeFlow::ChangeFlow(EditLock& lock, QObject* parent)
    : QObject(parent)
    , m_lock(lock)
{}

ChangeFlow::~ChangeFlow()
{
    m_stop.request_stop();
}

void ChangeFlow::setServices(const jobs::Services* services)
{
    m_stop.request_stop();
    m_services = services;
    m_state = {};
    Q_EMIT changed();
}

std::shared_ptr<const ChangeState> ChangeFlow::state() const
{
    return std::make_shared<const ChangeState>(m_state);
}

void ChangeFlow::settle(ChangePhase phase)
{
    m_state.phase = phase;
    Q_EMIT changed();
}

void ChangeFlow::propose(jobs::ChangeSet set)
{
    if (m_state.phase == ChangePhase::Applying || m_services == nullptr || m_services->changes == nullptr)
        return;
    m_state = {};
    m_state.set = std::move(set);
    Q_EMIT proposed();
    review();
}

void ChangeFlow::proposeUndo(const jobs::JournalEntry& entry)
{
    if (m_state.phase == ChangePhase::Applying || m_services == nullptr || m_services->changes == nullptr)
        return;
    Result<jobs::ChangeSet> set = m_services->changes->undo(entry);
    if (set)
        return propose(std::move(*set));
    m_state = {};
    m_state.error = set.error();
    Q_EMIT proposed();
    settle(ChangePhase::Failed);
}

void ChangeFlow::reviewAgain()
{
    if (m_state.phase != ChangePhase::Applying && m_state.phase != ChangePhase::Idle && m_services != nullptr)
        review();
}

void ChangeFlow::review()
{
    m_stop.request_stop();
    m_stop = std::stop_source();
    m_state.error.reset();
    settle(ChangePhase::Reviewing);
    m_services->changes->review(m_state.set, m_stop.get_token())
        .then(this, [this, stop = m_stop.get_token()](const Result<jobs::Review>& review) {
            if (stop.stop_requested())
                return;
            if (review)
                m_state.review = *review;
            else
                m_state.error = review.error();
            settle(review ? ChangePhase::Reviewed : ChangePhase::Failed);
        });
}

void ChangeFlow::takeMine(const std::string& resourceId)
{
    if (m_state.phase != ChangePhase::Reviewed || !m_state.review)
        return;
    for (const jobs::ReviewedChange& reviewed : m_state.review->changes) {
        const auto found = std::ranges::find(m_state.set.changes, resourceId, &jobs::Change::resourceId);
        if (reviewed.change.resourceId == resourceId && found != m_state.set.changes.end())
            found->overrides = reviewed.version;
    }
    review();
}

void ChangeFlow::takeTheirs(const std::string& resourceId)
{
    if (m_state.phase != ChangePhase::Reviewed)
        return;
    std::erase_if(m_state.set.changes,
                  [&](const jobs::Change& change) { return change.resourceId == resourceId; });
    review();
}

void ChangeFlow::apply(const std::string& ticket)
{
    if (m_state.phase != ChangePhase::Reviewed || !m_state.review || m_state.review->hasConflict() ||
        !m_lock.unlocked())
        return;
    m_state.set.ticket = ticket;
    m_state.review->set.ticket = ticket;
    settle(ChangePhase::Applying);
    // Not stopped by a dismissal: what was begun is brought to its end.
    m_stop = std::stop_source();
    m_services->changes->apply(*m_state.review, m_stop.get_token())
        .then(this, [this, stop = m_stop.get_token()](const Result<jobs::JournalEntry>& entry) {
            if (stop.stop_requested())
                return;
            if (!entry) {
                // Nothing was written: both versions are to be seen instead.
                if (entry.error().kind == Error::Kind::Conflict)
                    return review();
                m_state.error = entry.error();
                return settle(ChangePhase::Failed);
            }
            m_state.entry = *entry;
            settle(ChangePhase::Applied);
            Q_EMIT applied(*entry);
        });
}

void ChangeFlow::dismiss()
{
    if (m_state.phase == ChangePhase::Applying)
        return;
    m_stop.request_stop();
    m_state = {};
    Q_EMIT changed();
}

} // namespace gatehouse::ui
