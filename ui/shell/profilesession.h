// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/services.h"
#include "core/settings/profile.h"

#include <QtCore/QObject>
#include <QtCore/QString>

#include <memory>
#include <optional>

namespace gatehouse::ui {

/// One profile at work, as far as the window needs to know: where its start stands, who is signed in, what it
/// offers. app/console implements it; tests hand in their own. Main thread.
class ProfileSession : public QObject
{
    Q_OBJECT
public:
    enum class State {
        Starting,  ///< the embedded stack comes up, or the stored sign-in is read
        SignedOut, ///< a person has to sign in
        Ready,     ///< services() may be used
        Failed     ///< error() says why; start() tries again
    };

    using QObject::QObject;

    virtual void start() = 0;
    [[nodiscard]] virtual State state() const = 0;
    [[nodiscard]] virtual std::optional<Error> error() const = 0;
    [[nodiscard]] virtual QString progressText() const = 0;
    /// 0..1, negative when not known.
    [[nodiscard]] virtual double progressFraction() const = 0;
    [[nodiscard]] virtual settings::Profile profile() const = 0;
    [[nodiscard]] virtual std::optional<jobs::Account> account() const = 0;
    /// Why the sign-in is kept in memory only; "" when the keychain has it.
    [[nodiscard]] virtual QString keychainNote() const = 0;
    [[nodiscard]] virtual jobs::SignIn& signIn() = 0;
    [[nodiscard]] virtual jobs::Discovery& discovery() = 0;
    /// All null before Ready.
    [[nodiscard]] virtual jobs::Services services() const = 0;
    virtual void signOut() = 0;
    /// Another workspace or gateway for the same sign-in.
    virtual void changeProfile(settings::Profile profile) = 0;

Q_SIGNALS:
    void stateChanged();
    void progressChanged();
    void accountChanged();
};

/// Opens profiles. The only way from the window to what stands behind it.
class SessionFactory
{
public:
    virtual ~SessionFactory() = default;
    /// A session that start() was not called on yet.
    [[nodiscard]] virtual std::unique_ptr<ProfileSession> open(const settings::Profile& profile) = 0;
};

} // namespace gatehouse::ui
