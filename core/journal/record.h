// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/entry.h"

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace gatehouse::journal {

/// The line of a record: its canonical JSON (sorted members, no blanks) with "hash", the SHA-256 in hex over
/// the hash of the record before and the canonical JSON without "hash".
struct SealedRecord
{
    std::string line; ///< with its line feed
    std::string hash;
};

[[nodiscard]] SealedRecord seal(Json record, const std::string& previousHash);
/// The record of a line without its line feed; empty unless it is, byte for byte, what seal() would write
/// after that hash.
[[nodiscard]] std::optional<Json> unseal(std::string_view line, const std::string& previousHash);

[[nodiscard]] Json toJson(const JournalEntry& entry);
/// Empty when a member is missing or of another type.
[[nodiscard]] std::optional<JournalEntry> entryFrom(const Json& json);

[[nodiscard]] std::string toString(JournalStep::Outcome outcome);
[[nodiscard]] std::string toString(JournalEntry::Result result);
[[nodiscard]] std::optional<JournalStep::Outcome> outcomeFrom(std::string_view text);
[[nodiscard]] std::optional<JournalEntry::Result> resultFrom(std::string_view text);

/// Members "before" and "after", absent where there is nothing.
void putProperties(Json& into, const JournalStep& step);
void takeProperties(const Json& from, JournalStep& step);

} // namespace gatehouse::journal
