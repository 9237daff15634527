// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/keys/keyspresenter.h"

#include <algorithm>

namespace gatehouse::ui {

using KeysPhase = KeysState::Phase;

const jobs::KeySubscription* KeysState::subscription() const
{
    if (!report)
        return nullptr;
    const auto found = std::ranges::find(report->subscriptions, selected, &jobs::KeySubscription::id);
    return found == report->subscriptions.end() ? nullptr : &*found;
}

KeysPresenter::KeysPresenter(EditLock& lock, QObject* parent)
    : QObject(parent)
    , m_lock(lock)
{
    connect(&lock, &EditLock::changed, this, &KeysPresenter::changed);
}

KeysPresenter::~KeysPresenter()
{
    m_stop.request_stop();
    m_drawStop.request_stop();
}

void KeysPresenter::setServices(const jobs::Services* services)
{
    m_stop.request_stop();
    m_drawStop.request_stop();
    m_services = services;
    m_state = {};
    Q_EMIT changed();
}

std::shared_ptr<const KeysState> KeysPresenter::state() const
{
    return std::make_shared<const KeysState>(m_state);
}

void KeysPresenter::refresh()
{
    m_stop.request_stop();
    m_stop = std::stop_source();
    if (m_services == nullptr || m_services->keys == nullptr) {
        m_state.phase = KeysPhase::Failed;
        m_state.error =
            fail(Error::Kind::NotFound, tr("This profile names no API Management service.").toStdString())
                .value();
        Q_EMIT changed();
        return;
    }
    if (!m_state.report)
        m_state.phase = KeysPhase::Loading;
    Q_EMIT changed();
    m_services->keys->report(m_stop.get_token())
        .then(this, [this, stop = m_stop.get_token()](const Result<jobs::KeyReport>& report) {
            if (stop.stop_requested())
                return;
            if (report) {
                m_state.report = std::make_shared<const jobs::KeyReport>(*report);
                m_state.error.reset();
            } else {
                m_state.error = report.error();
            }
            m_state.phase = m_state.report ? KeysPhase::Shown : KeysPhase::Failed;
            Q_EMIT changed();
        });
}

void KeysPresenter::select(const std::string& subscription)
{
    if (subscription == m_state.selected)
        return;
    m_state.selected = subscription;
    // What was acknowledged was said of another one.
    m_state.acknowledged = false;
    m_state.failure.reset();
    m_state.drawn.reset();
    Q_EMIT changed();
}

void KeysPresenter::acknowledge(bool yes)
{
    if (yes == m_state.acknowledged)
        return;
    m_state.acknowledged = yes;
    Q_EMIT changed();
}

QString KeysPresenter::consequence() const
{
    const jobs::KeySubscription* const subscription = m_state.subscription();
    if (subscription == nullptr)
        return {};
    if (!m_state.report->callersKnown)
        return tr(
            "Who uses it is not known. I have found out, and those who use the old key get the new one.");
    const auto count = static_cast<int>(subscription->callers.size());
    if (count == 0)
        return tr("Nobody used it in the last day. I know that its old key ends at once.");
    return count == 1
               ? tr("1 caller used it in the last day. I know that it fails until it has the new key.")
               : tr("%1 callers used it in the last day. I know that they fail until they have the new key.")
                     .arg(count);
}

QString KeysPresenter::whyNot() const
{
    const QString locked = m_lock.whyNot();
    if (!locked.isEmpty())
        return locked;
    if (m_state.subscription() == nullptr)
        return tr("Choose a subscription first.");
    if (m_state.working)
        return tr("A key is being regenerated.");
    return m_state.acknowledged ? QString() : tr("Say first that you know who used it.");
}

void KeysPresenter::regenerate(jobs::KeySlot slot)
{
    if (!whyNot().isEmpty() || m_services == nullptr || m_services->keys == nullptr)
        return;
    m_drawStop = std::stop_source();
    m_state.working = true;
    m_state.failure.reset();
    m_state.drawn.reset();
    const std::string subscription = m_state.selected;
    Q_EMIT changed();
    m_services->keys->regenerate(subscription, slot, m_drawStop.get_token())
        .then(this,
              [this, subscription, slot, stop = m_drawStop.get_token()](const Result<jobs::NewKey>& key) {
                  if (stop.stop_requested())
                      return;
                  m_state.working = false;
                  m_state.acknowledged = false; // once for each key
                  if (key)
                      m_state.drawn = KeysState::Drawn{subscription, slot, *key};
                  else
                      m_state.failure = key.error();
                  Q_EMIT changed();
              });
}

void KeysPresenter::forget()
{
    m_state.drawn.reset();
    m_state.acknowledged = false;
    m_state.failure.reset();
    Q_EMIT changed();
}

} // namespace gatehouse::ui
