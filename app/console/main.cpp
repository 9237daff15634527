// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/capture.h"
#include "app/console/options.h"
#include "app/console/sessionadapter.h"
#include "core/base/files.h"
#include "core/base/log.h"
#include "ui/shell/alertbell.h"
#include "ui/shell/desktopnotifier.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/openexternal.h"
#include "ui/shell/workbench.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QtCore/QHashSeed>
#include <QtCore/QSocketNotifier>
#include <QtCore/QStandardPaths>
#include <QtCore/QTimer>
#include <QtWidgets/QApplication>

#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <unistd.h>

namespace {

using namespace gatehouse;

constexpr int ServiceFailed = 4;
constexpr const char* NoDisplay =
    "There is no display to open a window on. Start Gatehouse in a desktop session, or use "
    "--capture DIR to draw the pages into files.\n";

// A handler has no context: it may only write to a pipe, and the event loop does the rest.
int stopPipe[2] = {-1, -1}; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

void onStopSignal(int /*signal*/)
{
    const char byte = 1;
    [[maybe_unused]] const auto written = ::write(stopPipe[1], &byte, 1);
}

/// SIGTERM and SIGINT end the program as closing the window does.
void quitOnSignals(QApplication& application)
{
    if (::pipe(stopPipe) != 0)
        return;
    auto* const notifier = new QSocketNotifier(stopPipe[0], QSocketNotifier::Read, &application);
    QObject::connect(notifier, &QSocketNotifier::activated, &application, &QApplication::quit);
    struct sigaction action = {};
    action.sa_handler = onStopSignal;
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(SIGINT, &action, nullptr);
}

bool hasDisplay()
{
    const auto isSet = [](const char* name) {
        const char* const value = std::getenv(name);
        return value != nullptr && *value != '\0';
    };
    return isSet("DISPLAY") || isSet("WAYLAND_DISPLAY") || isSet("QT_QPA_PLATFORM");
}

/// Qt gives up with a stack of technical lines when a display is named but cannot be reached.
void explainFatal(QtMsgType type, const QMessageLogContext& /*context*/, const QString& text)
{
    if (type == QtFatalMsg && text.contains(QLatin1StringView("platform plugin"))) {
        std::fputs(NoDisplay, stderr);
        std::_Exit(ServiceFailed);
    }
    if (type == QtWarningMsg || type == QtCriticalMsg || type == QtFatalMsg)
        std::fprintf(stderr, "%s\n", qPrintable(text));
}

void logToStderr(Log::Level level, const std::string& line)
{
    if (level == Log::Level::Warning || level == Log::Level::Error)
        std::fprintf(stderr, "%s\n", line.c_str());
}

bool profileExists(const ui::Workbench& workbench, const std::string& name)
{
    for (const settings::Profile& profile : workbench.profiles()) {
        if (profile.name == name)
            return true;
    }
    return name.empty();
}

int runWindow(QApplication& application, const console::Options& options)
{
    const bool capturing = !options.capture.empty();
    std::string data = options.data;
    if (data.empty())
        data = QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation).toStdString();
    if (const Status made = makeDirectory(data); !made) {
        std::fprintf(stderr, "%s %s\n", made.error().message.c_str(), made.error().advice.c_str());
        return ServiceFailed;
    }
    SystemClock clock;
    Log log(clock, logToStderr);
    settings::SettingsStore store(data);
    app::Environment environment;
    environment.dataDirectory = data;
    environment.keychain = !capturing;
    environment.clock = &clock;
    environment.log = &log;
    console::SessionOpener opener(environment);
    ui::Theme theme(application, !capturing);
    ui::Workbench workbench(store, opener, clock, options.profile);
    if (!profileExists(workbench, options.profile)) {
        std::fprintf(stderr, "There is no profile \"%s\". Add it in the window.\n", options.profile.c_str());
        return 2;
    }
    ui::MainWindow window(theme, workbench, QString::fromStdString(options.page), ui::openExternally);

    // The window paints first; the stack, the keychain and the network start behind it.
    QObject::connect(&window, &ui::MainWindow::firstPainted, &workbench, [&] {
        if (options.reportFirstPaint) {
            std::puts("first-paint");
            std::fflush(stdout);
        }
        workbench.start();
    });
    std::optional<ui::DesktopNotifier> notifier;
    std::optional<ui::AlertBell> bell;
    if (!capturing) {
        notifier.emplace(ui::applicationIcon());
        bell.emplace(workbench.cost(), *notifier);
        QObject::connect(&*notifier, &ui::Notifier::activated, &window, &ui::MainWindow::openAnomalies);
    }
    std::optional<console::Capture> capture;
    if (capturing) {
        capture.emplace(theme, workbench, window, QString::fromStdString(options.capture));
        QObject::connect(&*capture, &console::Capture::finished, &application,
                         [](int status, const QString& message) {
                             if (!message.isEmpty())
                                 std::fprintf(stderr, "%s\n", qPrintable(message));
                             QApplication::exit(status);
                         });
        window.resize(1440, 900);
        capture->start();
    }
    window.show();
    if (options.quitAfter)
        QTimer::singleShot(std::chrono::milliseconds(std::llround(*options.quitAfter * 1000)), &application,
                           &QApplication::quit);
    return QApplication::exec();
}

int run(int argc, char** argv)
{
    console::Options options;
    if (const std::optional<int> status = console::parseOptions(argc, argv, options))
        return *status;
    if (!options.capture.empty()) {
        ::setenv("QT_QPA_PLATFORM", "offscreen", 1);
    } else if (!hasDisplay()) {
        std::fputs(NoDisplay, stderr);
        return ServiceFailed;
    }
    qInstallMessageHandler(explainFatal);
    QApplication::setApplicationName(QStringLiteral("gatehouse"));
    QApplication::setApplicationDisplayName(QStringLiteral("Gatehouse"));
    QApplication::setApplicationVersion(QStringLiteral(GATEHOUSE_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("gatehouse"));
    // Qt writes parts of a PDF in the order of its hashes, which differs from process to process otherwise.
    QHashSeed::setDeterministicGlobalSeed();
    QApplication application(argc, argv);
    quitOnSignals(application);
    return runWindow(application, options);
}

} // namespace

int main(int argc, char** argv)
{
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "Gatehouse had to stop: %s\n", error.what());
        return ServiceFailed;
    }
}
