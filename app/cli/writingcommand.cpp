// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/writingcommand.h"

namespace gatehouse::cli {

void WritingCommand::write(const Context& context, jobs::ChangeSet set)
{
    if (context.session.services().changes == nullptr)
        return fail(context, gatehouse::fail(Error::Kind::Denied, "This profile cannot change anything.",
                                             "Sign in as somebody who may, or choose another profile.")
                                 .value());
    jobs::ChangeService& changes = *context.session.services().changes;
    changes.review(std::move(set), context.stop)
        .then(this, [this, context, &changes](const Result<jobs::Review>& review) {
            if (!review)
                return fail(context, review.error());
            if (review->hasConflict()) {
                std::string what;
                for (const jobs::ReviewedChange& change : review->changes) {
                    for (const std::string& conflict : change.conflicts)
                        what += (what.empty() ? "" : ", ") + conflict;
                }
                Error error;
                error.kind = Error::Kind::Conflict;
                error.message = "Somebody else changed the same: " + what + ".";
                error.advice = "Nothing was written. Look at it as it is now, then decide again.";
                return fail(context, error);
            }
            if (review->changes.empty()) {
                context.output.line("Everything is as wanted already.");
                return finish(ExitStatus::Done);
            }
            changes.apply(*review, context.stop)
                .then(this, [this, context](const Result<jobs::JournalEntry>& entry) {
                    if (!entry)
                        return fail(context, entry.error());
                    if (entry->result != jobs::JournalEntry::Result::Applied)
                        return fail(context,
                                    gatehouse::fail(
                                        Error::Kind::Http, "It was not applied as a whole: " + entry->message,
                                        "Look at the journal, entry " + std::to_string(entry->number) + ".")
                                        .value());
                    if (context.output.format() == Format::Json)
                        context.output.json({{"entry", entry->number}, {"steps", entry->steps.size()}});
                    else
                        context.output.line("Applied; it is entry " + std::to_string(entry->number) +
                                            " of the journal.");
                    finish(ExitStatus::Done);
                });
        });
}

} // namespace gatehouse::cli
