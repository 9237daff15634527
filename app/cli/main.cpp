// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/accountcommands.h"
#include "app/cli/askcommand.h"
#include "app/cli/costcommand.h"
#include "app/cli/directorycommand.h"
#include "app/cli/healthcommand.h"
#include "app/cli/journalcommand.h"
#include "app/cli/pricecommand.h"
#include "app/cli/querycommand.h"
#include "app/cli/quotacommand.h"
#include "app/cli/reportcommand.h"
#include "app/cli/routecommand.h"
#include "app/cli/smokecommand.h"
#include "app/cli/usagecommand.h"
#include "core/settings/settingsstore.h"

#include <CLI/CLI.hpp>
#include <QtCore/QCoreApplication>
#include <QtCore/QHash>
#include <QtCore/QSocketNotifier>
#include <QtCore/QStandardPaths>
#include <QtGui/QGuiApplication>

#include <algorithm>
#include <array>
#include <csignal>
#include <iostream>
#include <memory>
#include <string_view>
#include <unistd.h>

namespace {

using namespace gatehouse;

struct Options
{
    std::string profile;
    bool local = false;
    std::string data;
    std::string timespan = "P1D";
    cli::Format format = cli::Format::Table;
};

// A signal may only write to a pipe; the event loop reads it and stops what is under way.
int signalPipe[2] = {
    -1, -1}; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): a handler has no context

void onSignal(int)
{
    const char byte = 1;
    [[maybe_unused]] const auto written = ::write(signalPipe[1], &byte, 1);
}

Result<settings::Profile> chooseProfile(const Options& options, settings::SettingsStore& store)
{
    const settings::Settings saved = store.load();
    const std::string name = !options.profile.empty() ? options.profile
                             : options.local          ? std::string(settings::LocalProfileName)
                                                      : saved.lastProfile;
    if (name == settings::LocalProfileName) {
        settings::Profile local;
        local.name = name;
        local.cloudId = "local";
        return local;
    }
    for (const settings::Profile& profile : saved.profiles) {
        if (profile.name == name)
            return profile;
    }
    return fail(Error::Kind::InvalidInput, "There is no profile “" + name + "”.",
                "Add it in the window, or use --local for this computer.");
}

/// Waits for the session to come to rest and then runs the command.
class Runner final : public QObject
{
public:
    Runner(app::Session& session, cli::Command& command, cli::Context context)
        : m_session(session)
        , m_command(command)
        , m_context(std::move(context))
    {
        connect(&session, &app::Session::stateChanged, this, &Runner::onState);
        connect(&command, &cli::Command::finished, this, [](int status) { QCoreApplication::exit(status); });
    }

    void start() { m_session.start(); }

private:
    void onState()
    {
        if (m_started || m_session.state() == app::Session::State::Starting)
            return;
        m_started = true;
        const bool ready = m_session.state() == app::Session::State::Ready;
        const bool failed = m_session.state() == app::Session::State::Failed;
        if (failed || (!ready && m_command.needs() == cli::Command::Needs::Session)) {
            const Error error =
                failed && m_session.error() ? *m_session.error() : cli::notSignedIn(m_session);
            m_context.output.error(error);
            QCoreApplication::exit(static_cast<int>(cli::exitStatusFor(error)));
            return;
        }
        m_command.run(m_context);
    }

    app::Session& m_session;
    cli::Command& m_command;
    cli::Context m_context;
    bool m_started = false;
};

void addGlobalOptions(CLI::App& parser, Options& options)
{
    parser.set_version_flag("--version", "gatehouse-cli " GATEHOUSE_VERSION);
    parser.require_subcommand(1);
    parser.fallthrough();
    // Scripts put their flags behind a wrapper's: the last one counts.
    parser.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    parser.add_option("--profile", options.profile, "the profile (default: the last used)");
    parser.add_flag("--local", options.local, "this computer: start, or attach to, the embedded stack");
    parser.add_option("--data", options.data, "folder of the settings and the embedded store");
    parser.add_option("--timespan", options.timespan, "ISO 8601: P7D, or start/end")->capture_default_str();
    const std::map<std::string, cli::Format> formats = {
        {"table", cli::Format::Table}, {"json", cli::Format::Json}, {"csv", cli::Format::Csv}};
    parser.add_option("--format", options.format, "table, json or csv")
        ->transform(CLI::CheckedTransformer(formats, CLI::ignore_case));
}

constexpr std::array<std::string_view, 2> JsonFlags = {"--format", "json"};

/// What --format says on a command line that cannot be parsed.
cli::Format formatAskedFor(int argc, char** argv)
{
    const std::vector<std::string_view> arguments(argv + 1, argv + argc);
    const bool json = std::find(arguments.begin(), arguments.end(), "--format=json") != arguments.end() ||
                      std::search(arguments.begin(), arguments.end(), JsonFlags.begin(), JsonFlags.end()) !=
                          arguments.end();
    return json ? cli::Format::Json : cli::Format::Table;
}

std::vector<std::unique_ptr<cli::Command>> allCommands()
{
    std::vector<std::unique_ptr<cli::Command>> commands;
    commands.push_back(std::make_unique<cli::LoginCommand>());
    commands.push_back(std::make_unique<cli::LogoutCommand>());
    commands.push_back(std::make_unique<cli::WhoamiCommand>());
    commands.push_back(std::make_unique<cli::QueryCommand>());
    commands.push_back(std::make_unique<cli::UsageCommand>());
    commands.push_back(std::make_unique<cli::CostCommand>());
    commands.push_back(std::make_unique<cli::PriceCommand>());
    commands.push_back(std::make_unique<cli::ReportCommand>());
    commands.push_back(std::make_unique<cli::HealthCommand>());
    commands.push_back(std::make_unique<cli::DirectoryCommand>());
    commands.push_back(std::make_unique<cli::QuotaCommand>());
    commands.push_back(std::make_unique<cli::JournalCommand>());
    commands.push_back(std::make_unique<cli::RouteCommand>());
    commands.push_back(std::make_unique<cli::SmokeCommand>());
    commands.push_back(std::make_unique<cli::AskCommand>());
    return commands;
}

/// Reports need fonts, and so the part of Qt that draws; no display. Nothing else waits for it to load.
std::unique_ptr<QCoreApplication> makeApplication(int& argc, char** argv)
{
    const bool draws = std::find(argv + 1, argv + argc, std::string_view("report")) != argv + argc;
    if (!draws)
        return std::make_unique<QCoreApplication>(argc, argv);
    qputenv("QT_QPA_PLATFORM", "offscreen");
    // Qt writes parts of a PDF in the order of its hashes, which differs from process to process otherwise.
    QHashSeed::setDeterministicGlobalSeed();
    return std::make_unique<QGuiApplication>(argc, argv);
}

int run(int argc, char** argv)
{
    const auto application = makeApplication(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("gatehouse"));
    Options options;
    CLI::App parser("Gatehouse on the command line: spend and health of a company's AI gateway",
                    "gatehouse-cli");
    addGlobalOptions(parser, options);
    const auto commands = allCommands();
    cli::Command* chosen = nullptr;
    for (const auto& command : commands)
        command->addTo(parser, [&chosen, one = command.get()] { chosen = one; });
    try {
        parser.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0)
            return parser.exit(error, std::cout, std::cerr); // help or version
        Error usage;
        usage.kind = Error::Kind::InvalidInput;
        usage.message = std::string("The command line is not right: ") + error.what() + ".";
        usage.advice = "Run gatehouse-cli --help.";
        cli::Output(std::cout, std::cerr, formatAskedFor(argc, argv)).error(usage);
        return static_cast<int>(cli::ExitStatus::Usage);
    }

    cli::Output output(std::cout, std::cerr, options.format);
    const auto refuse = [&output](const Error& error) {
        output.error(error);
        return static_cast<int>(cli::exitStatusFor(error));
    };
    if (options.data.empty())
        options.data = QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation).toStdString();
    const SystemClock clock;
    const auto range = parseTimeRange(options.timespan, clock.now());
    if (!range)
        return refuse(fail(Error::Kind::InvalidInput, "“" + options.timespan + "” is no time span.",
                           "Write a duration such as P7D or PT6H, or start/end.")
                          .value());
    settings::SettingsStore store(options.data);
    const auto profile = chooseProfile(options, store);
    if (!profile)
        return refuse(profile.error());

    Log log(clock);
    std::stop_source stop;
    app::Session session({options.data, true, 30, &clock, &log}, *profile);
    Runner runner(session, *chosen,
                  {session, output, *range, stop.get_token(), options.data, parser.count("--timespan") > 0});
    if (::pipe(signalPipe) != 0)
        return static_cast<int>(cli::ExitStatus::ServiceFailed);
    QSocketNotifier notifier(signalPipe[0], QSocketNotifier::Read);
    QObject::connect(&notifier, &QSocketNotifier::activated, application.get(), [&stop] {
        stop.request_stop();
        QCoreApplication::exit(static_cast<int>(cli::ExitStatus::ServiceFailed));
    });
    std::signal(SIGINT, onSignal);
    std::signal(SIGTERM, onSignal);
    runner.start();
    return QCoreApplication::exec();
}

} // namespace

int main(int argc, char** argv)
{
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "gatehouse-cli: internal error: " << error.what() << "\n";
        return static_cast<int>(cli::ExitStatus::ServiceFailed);
    }
}
