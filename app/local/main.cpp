// SPDX-License-Identifier: GPL-3.0-or-later
// gatehouse-local: the embedded stack as a server (INTERFACES).
#include "core/local/stack.h"

#include <CLI/CLI.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <semaphore>
#include <string>
#include <thread>

namespace {

using namespace gatehouse;

enum ExitStatus { Done = 0, Usage = 2, Failed = 4 };

std::string defaultDataDirectory()
{
    const char* data = std::getenv("XDG_DATA_HOME");
    if (data != nullptr && *data == '/')
        return std::string(data) + "/gatehouse/local";
    const char* home = std::getenv("HOME");
    return std::string(home != nullptr ? home : ".") + "/.local/share/gatehouse/local";
}

struct Arguments
{
    local::StackOptions options;
    std::string time;
};

void declare(CLI::App& app, Arguments& arguments)
{
    local::StackOptions& options = arguments.options;
    options.dataDirectory = defaultDataDirectory();
    // Scripts put their flags behind a wrapper's: the last one counts.
    app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    app.add_option("--port", options.port, "Port to listen on; 0 takes any free one")
        ->check(CLI::Range(0, 65'535));
    app.add_option("--data", options.dataDirectory, "Directory of the store, the keys and the certificate")
        ->capture_default_str();
    app.add_option("--sample-days", options.sampleDays,
                   "Days of sample history in an empty store; 0 for none")
        ->check(CLI::Range(0, 365))
        ->capture_default_str();
    app.add_option("--sample-seed", options.sampleSeed, "Seed of the sample data")->capture_default_str();
    app.add_flag("--live", options.live, "Sample traffic goes on while the stack runs");
    app.add_flag("--tls", options.tls, "Serve https with a self-signed certificate (DATA/tls/cert.pem)");
    app.add_option("--upstream", options.upstreamFile, "JSON file that names real model endpoints")
        ->check(CLI::ExistingFile);
    app.add_option("--approve", options.approvePersona, "Approve every sign-in at once as this persona")
        ->check(CLI::IsMember({"admin", "manager", "developer"}));
    app.add_option("--time", arguments.time, "End of the sample history, ISO 8601 in UTC");
    app.set_version_flag("--version", std::string("gatehouse-local ") + GATEHOUSE_VERSION);
}

int complain(const Error& error)
{
    std::cerr << "gatehouse-local: " << error.message;
    if (!error.advice.empty())
        std::cerr << " " << error.advice;
    std::cerr << std::endl;
    return error.kind == Error::Kind::InvalidInput ? Usage : Failed;
}

/// These signals are taken by the watcher below; every thread that is made later inherits the mask.
sigset_t blockEndSignals()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signals;
}

/// Waits for a signal that ends the program, from before the stack starts: making the sample history takes
/// seconds, and until it is there nothing needs an orderly end.
class EndWatcher
{
public:
    explicit EndWatcher(sigset_t signals)
        : m_thread([this, signals] {
            int signal = 0;
            sigwait(&signals, &signal);
            if (!m_ready)
                std::_Exit(Done);
            m_ended.release();
        })
    {}
    EndWatcher(const EndWatcher&) = delete;
    EndWatcher& operator=(const EndWatcher&) = delete;
    ~EndWatcher()
    {
        m_ready = true;
        pthread_kill(m_thread.native_handle(), SIGTERM);
        m_thread.join();
    }

    void setReady() { m_ready = true; }
    /// True when the program shall end.
    bool waitFor(std::chrono::milliseconds time) { return m_ended.try_acquire_for(time); }

private:
    std::atomic<bool> m_ready{false};
    std::binary_semaphore m_ended{0};
    std::thread m_thread;
};

int serve(const local::StackOptions& options)
{
    EndWatcher watcher(blockEndSignals());
    const SystemClock clock;
    Log log(clock, [](Log::Level level, const std::string& line) {
        if (level >= Log::Level::Warning)
            std::cerr << line << std::endl;
    });
    auto stack = local::Stack::start(options, clock, log);
    if (!stack)
        return complain(stack.error());
    for (const std::string& notice : (*stack)->notices())
        std::cerr << "gatehouse-local: " << notice << std::endl;
    watcher.setReady();
    std::cout << (*stack)->info().toJson() << std::endl;
    // An attached process has nothing to serve; it stands for the owner until that one ends.
    while ((*stack)->serving()) {
        if (watcher.waitFor(std::chrono::milliseconds(500)))
            return Done;
    }
    std::cerr << "gatehouse-local: the process that served this data directory has ended." << std::endl;
    return Failed;
}

} // namespace

int main(int argc, char** argv)
{
    try {
        CLI::App app(
            "The embedded stack of Gatehouse: Entra, ARM, Log Analytics and an AI gateway on this computer.");
        Arguments arguments;
        declare(app, arguments);
        try {
            app.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            return app.exit(error) == 0 ? Done : Usage;
        }
        if (!arguments.time.empty()) {
            arguments.options.sampleEnd = parseDateTime(arguments.time);
            if (!arguments.options.sampleEnd) {
                std::cerr << "gatehouse-local: --time is not an ISO 8601 date and time, such as "
                             "2026-06-01T00:00:00Z."
                          << std::endl;
                return Usage;
            }
        }
        return serve(arguments.options);
    } catch (const std::exception& error) {
        std::cerr << "gatehouse-local: " << error.what() << std::endl;
        return Failed;
    }
}
