// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/output.h"
#include "app/session/session.h"

#include <QtCore/QObject>

#include <functional>
#include <stop_token>

namespace CLI {
class App;
}

namespace gatehouse::cli {

/// What a command works with. All references outlive it.
struct Context
{
    app::Session& session;
    Output& output;
    TimeRange range;         ///< --timespan, ended now
    std::stop_token stop;    ///< Ctrl+C
    std::string data;        ///< the folder of settings and embedded store
    bool rangeGiven = false; ///< --timespan was said
};

/// One subcommand. It adds its options to the parser; when it was chosen, run() is called once on the main
/// thread with a session in the state that it asked for, and it emits finished exactly once, after its last
/// output.
class Command : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    enum class Needs {
        Session, ///< Ready
        Nothing  ///< whatever state the session ends up in (login, logout, whoami)
    };

    /// Adds the subcommand and its options; chosen is called by the parser when the user picked it.
    virtual void addTo(CLI::App& parser, std::function<void()> chosen) = 0;
    [[nodiscard]] virtual Needs needs() const { return Needs::Session; }
    virtual void run(const Context& context) = 0;

Q_SIGNALS:
    void finished(int exitStatus);

protected:
    void finish(ExitStatus status) { Q_EMIT finished(static_cast<int>(status)); }
    /// Writes the error and finishes with its status. A cancelled call says nothing more.
    void fail(const Context& context, const Error& error)
    {
        if (!error.cancelled())
            context.output.error(error);
        finish(exitStatusFor(error));
    }
};

} // namespace gatehouse::cli
