// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/jobs/changes.h"

namespace gatehouse::cli {

/// A command that changes something: reviewed against the service as it is, applied, and in the journal.
class WritingCommand : public Command
{
    Q_OBJECT
public:
    using Command::Command;

protected:
    /// The last thing that a command does. Conflict, with nothing written, when somebody else changed the
    /// same.
    void write(const Context& context, jobs::ChangeSet set);
};

} // namespace gatehouse::cli
