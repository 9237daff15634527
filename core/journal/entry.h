// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/base/json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::journal {

/// One resource that a change set wrote, or was to write.
struct JournalStep
{
    enum class Outcome { NotDone, Done, Unknown };
    std::string resourceId;
    std::string title;
    std::optional<Json> before; ///< properties
    std::optional<Json> after;
    Outcome outcome = Outcome::NotDone;
};

/// One line of the journal: a change set that was applied, or tried.
struct JournalEntry
{
    enum class Result {
        Pending, ///< begun, and its end was never written: a crash, or it is under way
        Applied,
        Failed,  ///< nothing was written
        Partial, ///< some steps are done
        Undone   ///< applied, and taken back by a later entry
    };
    std::int64_t number = 0; ///< from 1, without gaps
    DateTime at;
    std::string objectId; ///< who: Entra oid
    std::string name;
    std::string title;
    std::string ticket;
    std::string scope; ///< the API Management service or account that was changed: ARM id
    std::vector<JournalStep> steps;
    Result result = Result::Pending;
    std::string message;     ///< why it failed
    std::int64_t undoes = 0; ///< the entry that it takes back; 0: none
    std::string hash;        ///< of this entry and the one before
};

struct JournalVerdict
{
    bool holds = true;
    std::int64_t entries = 0;
    std::int64_t firstBroken = 0; ///< the number of the first entry that does not hold; 0: none
    std::string sentence;
};

} // namespace gatehouse::journal
