// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/session.h"
#include "ui/shell/profilesession.h"

namespace gatehouse::console {

/// app::Session as the window sees it. Owns the session.
class SessionAdapter final : public ui::ProfileSession
{
    Q_OBJECT
public:
    SessionAdapter(const app::Environment& environment, const settings::Profile& profile);

    void start() override { m_session.start(); }
    State state() const override;
    std::optional<Error> error() const override { return m_session.error(); }
    QString progressText() const override { return m_session.progressText(); }
    double progressFraction() const override { return m_session.progressFraction(); }
    settings::Profile profile() const override { return m_session.profile(); }
    std::optional<jobs::Account> account() const override { return m_session.account(); }
    QString keychainNote() const override { return m_session.keychainNote(); }
    jobs::SignIn& signIn() override { return m_session.signIn(); }
    jobs::Discovery& discovery() override { return m_session.discovery(); }
    jobs::Services services() const override { return m_session.services(); }
    void signOut() override { m_session.signOut(); }
    void changeProfile(settings::Profile profile) override { m_session.changeProfile(std::move(profile)); }

private:
    app::Session m_session;
};

/// Opens sessions of one environment, which must outlive them.
class SessionOpener final : public ui::SessionFactory
{
public:
    explicit SessionOpener(app::Environment environment)
        : m_environment(std::move(environment))
    {}
    std::unique_ptr<ui::ProfileSession> open(const settings::Profile& profile) override;

private:
    app::Environment m_environment;
};

} // namespace gatehouse::console
