// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/accountcommands.h"

#include <CLI/CLI.hpp>

namespace gatehouse::cli {

namespace {

Json accountJson(const app::Session& session, const jobs::Account& account)
{
    return {{"profile", session.profile().name}, {"name", account.name},
            {"username", account.username},      {"objectId", account.objectId},
            {"tenantId", account.tenantId},      {"stored", account.stored}};
}

void showAccount(const Context& context)
{
    const jobs::Account& account = *context.session.account();
    if (context.output.format() == Format::Table) {
        context.output.line("Signed in as " + account.name + " (" + account.username + ")");
        context.output.line("Profile: " + context.session.profile().name);
        context.output.line("Tenant:  " + account.tenantId);
        if (!account.stored)
            context.output.line("The sign-in is kept in memory only. " +
                                context.session.keychainNote().toStdString());
        return;
    }
    if (context.output.format() == Format::Json) {
        context.output.json(accountJson(context.session, account));
        return;
    }
    Table table("account");
    const Json fields = accountJson(context.session, account); // items() refers to it
    for (const auto& [name, value] : fields.items())
        table.addColumn(name, ColumnType::String)
            .appendText(value.is_string() ? value.get<std::string>() : dumpJson(value));
    context.output.table(table);
}

} // namespace

Error notSignedIn(const app::Session& session)
{
    Error error;
    error.kind = Error::Kind::SignInRequired;
    error.message = "Nobody is signed in to the profile “" + session.profile().name + "”.";
    error.advice = "Run gatehouse-cli login first.";
    return error;
}

void LoginCommand::addTo(CLI::App& parser, std::function<void()> chosen)
{
    CLI::App* command = parser.add_subcommand("login", "Sign in with Entra ID");
    auto* device = command->add_flag("--device", m_device, "with a code typed on any device (the default)");
    command->add_flag("--browser", m_browser, "in this computer's browser")->excludes(device);
    command->callback(std::move(chosen));
}

void LoginCommand::run(const Context& context)
{
    if (context.session.profile().isLocal() && context.session.account()) {
        showAccount(context); // this computer signs in by itself
        finish(ExitStatus::Done);
        return;
    }
    jobs::SignIn& signIn = context.session.signIn();
    connect(&signIn, &jobs::SignIn::codeReady, this, [context](const jobs::DeviceCode& code) {
        // The code is what the caller waits for, so it goes out in every format.
        if (context.output.format() == Format::Table)
            context.output.line("Open " + code.verificationUri + " and enter the code " + code.userCode);
        else
            context.output.json({{"verificationUri", code.verificationUri}, {"userCode", code.userCode}});
    });
    connect(&signIn, &jobs::SignIn::browserNeeded, this, [context](const QString& url) {
        context.output.line("Open this page to sign in: " + url.toStdString());
    });
    connect(&signIn, &jobs::SignIn::failed, this, [this, context](const Error& error, bool offerBrowser) {
        Error shown = error;
        if (offerBrowser)
            shown.advice +=
                (shown.advice.empty() ? "" : " ") + std::string("Run gatehouse-cli login --browser.");
        fail(context, shown);
    });
    connect(
        &signIn, &jobs::SignIn::signedIn, this,
        [this, context] {
            showAccount(context);
            finish(ExitStatus::Done);
        },
        Qt::QueuedConnection); // the session takes the account over first
    if (m_browser)
        signIn.startBrowser();
    else
        signIn.startDeviceCode();
}

void LogoutCommand::addTo(CLI::App& parser, std::function<void()> chosen)
{
    parser.add_subcommand("logout", "Forget the sign-in, here and in the keychain")
        ->callback(std::move(chosen));
}

void LogoutCommand::run(const Context& context)
{
    context.session.signOut();
    context.output.line("Signed out of “" + context.session.profile().name + "”.");
    finish(ExitStatus::Done);
}

void WhoamiCommand::addTo(CLI::App& parser, std::function<void()> chosen)
{
    parser.add_subcommand("whoami", "Show who is signed in")->callback(std::move(chosen));
}

void WhoamiCommand::run(const Context& context)
{
    if (!context.session.account()) {
        fail(context, notSignedIn(context.session));
        return;
    }
    showAccount(context);
    finish(ExitStatus::Done);
}

} // namespace gatehouse::cli
