// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/jobs/services.h"
#include "core/settings/profile.h"

#include <QtCore/QObject>

#include <memory>
#include <optional>
#include <string>

#ifndef Q_MOC_RUN // Qt 6.4's moc does not read concepts
#include "core/base/log.h"
#endif

namespace gatehouse::app {

/// What every session of a process shares.
struct Environment
{
    std::string dataDirectory;    ///< settings, lock files and the embedded store
    bool keychain = true;         ///< false: tokens stay in memory (--capture, tests)
    int sampleDays = 30;          ///< of a new embedded store
    const Clock* clock = nullptr; ///< outlives the session
    Log* log = nullptr;           ///< outlives the session
};

/// One profile at work: the embedded stack where the profile is this computer, the network, the tokens, the
/// clients and the services on top. The composition root that the window and the command line share; nobody
/// else constructs services. Lives on the main thread and must be destroyed there; what takes long runs
/// elsewhere. Destroying it stops what is under way.
class Session final : public QObject
{
    Q_OBJECT
public:
    enum class State {
        Starting,  ///< the embedded stack comes up, or the stored sign-in is read
        SignedOut, ///< a person has to sign in
        Ready,     ///< services() may be used
        Failed     ///< error() says why; start() tries again
    };

    Session(Environment environment, settings::Profile profile, QObject* parent = nullptr);
    ~Session() override;

    /// On this computer: starts the stack, or attaches to the one that owns the directory, and signs in by
    /// itself. Against Azure: reads the stored sign-in. Ends in SignedOut, Ready or Failed. Call it once, or
    /// after Failed.
    void start();

    [[nodiscard]] State state() const;
    [[nodiscard]] const std::optional<Error>& error() const;
    /// Where Starting stands: what is being done, and 0..1 or negative when that is not known.
    [[nodiscard]] QString progressText() const;
    [[nodiscard]] double progressFraction() const;

    [[nodiscard]] const settings::Profile& profile() const;
    [[nodiscard]] const std::optional<jobs::Account>& account() const;
    /// The first sentence is empty when tokens are kept in the keychain; else why they are in memory only.
    [[nodiscard]] QString keychainNote() const;

    /// Valid from construction to destruction; discovery needs a signed-in account.
    [[nodiscard]] jobs::SignIn& signIn();
    [[nodiscard]] jobs::Discovery& discovery();
    /// All null before Ready.
    [[nodiscard]] jobs::Services services() const;

    /// Forgets the tokens, here and in the keychain. Ends in SignedOut.
    void signOut();
    /// Tokens of another choice of workspace and gateway stay valid: takes the profile over without a new
    /// sign-in.
    void changeProfile(settings::Profile profile);

Q_SIGNALS:
    void stateChanged();
    void progressChanged();
    void accountChanged();

private:
    class Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace gatehouse::app
