// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"

namespace gatehouse::cli {

/// `login [--device|--browser]`: signs in and keeps the sign-in in the keychain.
class LoginCommand final : public Command
{
    Q_OBJECT
public:
    using Command::Command;
    void addTo(CLI::App& parser, std::function<void()> chosen) override;
    [[nodiscard]] Needs needs() const override { return Needs::Nothing; }
    void run(const Context& context) override;

private:
    bool m_browser = false;
    bool m_device = false;
};

/// `logout`: forgets the tokens, here and in the keychain.
class LogoutCommand final : public Command
{
    Q_OBJECT
public:
    using Command::Command;
    void addTo(CLI::App& parser, std::function<void()> chosen) override;
    [[nodiscard]] Needs needs() const override { return Needs::Nothing; }
    void run(const Context& context) override;
};

/// `whoami`: the account of the profile; NotAllowed when nobody is signed in.
class WhoamiCommand final : public Command
{
    Q_OBJECT
public:
    using Command::Command;
    void addTo(CLI::App& parser, std::function<void()> chosen) override;
    [[nodiscard]] Needs needs() const override { return Needs::Nothing; }
    void run(const Context& context) override;
};

/// The error that a command without a sign-in ends with.
[[nodiscard]] Error notSignedIn(const app::Session& session);

} // namespace gatehouse::cli
