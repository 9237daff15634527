// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/sessionadapter.h"

namespace gatehouse::console {

SessionAdapter::SessionAdapter(const app::Environment& environment, const settings::Profile& profile)
    : m_session(environment, profile)
{
    connect(&m_session, &app::Session::stateChanged, this, &ui::ProfileSession::stateChanged);
    connect(&m_session, &app::Session::progressChanged, this, &ui::ProfileSession::progressChanged);
    connect(&m_session, &app::Session::accountChanged, this, &ui::ProfileSession::accountChanged);
}

ui::ProfileSession::State SessionAdapter::state() const
{
    switch (m_session.state()) {
    case app::Session::State::Starting:
        return State::Starting;
    case app::Session::State::SignedOut:
        return State::SignedOut;
    case app::Session::State::Ready:
        return State::Ready;
    case app::Session::State::Failed:
        return State::Failed;
    }
    return State::Failed;
}

std::unique_ptr<ui::ProfileSession> SessionOpener::open(const settings::Profile& profile)
{
    return std::make_unique<SessionAdapter>(m_environment, profile);
}

} // namespace gatehouse::console
