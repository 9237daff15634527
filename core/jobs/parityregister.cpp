// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/changes.h"
#include "core/jobs/posture.h"

namespace gatehouse::jobs {

Result<Change> parityChange(const PostureReport& report, gateway::ParityRegister entries, std::string title,
                            DateTime now)
{
    if (report.entriesError)
        return fail(*report.entriesError);
    Result<std::string> text = gateway::writeParityRegister(entries);
    if (!text) {
        // What has ended says nothing any more, and makes room.
        if (entries.removeExpired(now) == 0)
            return fail(text.error());
        text = gateway::writeParityRegister(entries);
        if (!text)
            return fail(text.error());
        title += ", and what has ended is removed to make room";
    }
    Change change;
    change.resourceId = report.entriesId;
    change.title = std::move(title);
    change.base = report.entriesBase;
    Json wanted = report.entriesBase.value_or(Json{
        {"displayName", gateway::ParityNamedValue}, {"secret", false}, {"tags", Json::array({"gatehouse"})}});
    wanted["value"] = *text;
    change.wanted = std::move(wanted);
    return change;
}

} // namespace gatehouse::jobs
