// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/record.h"

#include "core/base/encoding.h"

#include <openssl/sha.h>

#include <array>

namespace gatehouse::journal {

namespace {

/// Properties come from documents of depth 64 and stand some levels deeper here.
constexpr int MaxDepth = 96;
constexpr std::size_t MaxLine = 64U << 20U;

std::string sha256(std::string_view bytes)
{
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest = {};
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
    return toHex(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

template <typename Value>
struct Word
{
    Value value;
    const char* text;
};

constexpr std::array Outcomes{Word<JournalStep::Outcome>{JournalStep::Outcome::NotDone, "notDone"},
                              Word<JournalStep::Outcome>{JournalStep::Outcome::Done, "done"},
                              Word<JournalStep::Outcome>{JournalStep::Outcome::Unknown, "unknown"}};
constexpr std::array Results{Word<JournalEntry::Result>{JournalEntry::Result::Pending, "pending"},
                             Word<JournalEntry::Result>{JournalEntry::Result::Applied, "applied"},
                             Word<JournalEntry::Result>{JournalEntry::Result::Failed, "failed"},
                             Word<JournalEntry::Result>{JournalEntry::Result::Partial, "partial"},
                             Word<JournalEntry::Result>{JournalEntry::Result::Undone, "undone"}};

template <typename Words, typename Value>
std::string wordOf(const Words& words, Value value)
{
    for (const auto& word : words) {
        if (word.value == value)
            return word.text;
    }
    return {};
}

template <typename Value, std::size_t Count>
std::optional<Value> valueOf(const std::array<Word<Value>, Count>& words, std::string_view text)
{
    for (const auto& word : words) {
        if (word.text == text)
            return word.value;
    }
    return std::nullopt;
}

} // namespace

SealedRecord seal(Json record, const std::string& previousHash)
{
    record.erase("hash");
    SealedRecord sealed;
    sealed.hash = sha256(previousHash + "\n" + dumpJson(record));
    record["hash"] = sealed.hash;
    sealed.line = dumpJson(record) + "\n";
    return sealed;
}

std::optional<Json> unseal(std::string_view line, const std::string& previousHash)
{
    Result<Json> record = parseJson(line, MaxLine, MaxDepth);
    if (!record || !record->is_object())
        return std::nullopt;
    const std::string hash = textAt(*record, "hash");
    const SealedRecord sealed = seal(*record, previousHash);
    // Byte for byte: another spelling of the same values is a change too.
    if (sealed.hash != hash || std::string_view(sealed.line).substr(0, sealed.line.size() - 1) != line)
        return std::nullopt;
    return std::move(*record);
}

std::string toString(JournalStep::Outcome outcome)
{
    return wordOf(Outcomes, outcome);
}

std::string toString(JournalEntry::Result result)
{
    return wordOf(Results, result);
}

std::optional<JournalStep::Outcome> outcomeFrom(std::string_view text)
{
    return valueOf(Outcomes, text);
}

std::optional<JournalEntry::Result> resultFrom(std::string_view text)
{
    return valueOf(Results, text);
}

void putProperties(Json& into, const JournalStep& step)
{
    if (step.before)
        into["before"] = *step.before;
    if (step.after)
        into["after"] = *step.after;
}

void takeProperties(const Json& from, JournalStep& step)
{
    step.before = from.contains("before") ? std::optional(from["before"]) : std::nullopt;
    step.after = from.contains("after") ? std::optional(from["after"]) : std::nullopt;
}

Json toJson(const JournalEntry& entry)
{
    Json steps = Json::array();
    for (const JournalStep& step : entry.steps) {
        Json json = {{"resourceId", step.resourceId}, {"title", step.title}};
        putProperties(json, step);
        steps.push_back(std::move(json));
    }
    return {{"number", entry.number}, {"at", formatDateTime(entry.at)}, {"oid", entry.objectId},
            {"name", entry.name},     {"title", entry.title},           {"ticket", entry.ticket},
            {"scope", entry.scope},   {"undoes", entry.undoes},         {"steps", std::move(steps)}};
}

std::optional<JournalEntry> entryFrom(const Json& json)
{
    const auto at = parseDateTime(textAt(json, "at"));
    const Json& steps = memberAt(json, "steps");
    JournalEntry entry;
    entry.number = integerAt(json, "number");
    if (!at || !steps.is_array() || entry.number < 1)
        return std::nullopt;
    entry.at = *at;
    entry.objectId = textAt(json, "oid");
    entry.name = textAt(json, "name");
    entry.title = textAt(json, "title");
    entry.ticket = textAt(json, "ticket");
    entry.scope = textAt(json, "scope");
    entry.undoes = integerAt(json, "undoes");
    for (const Json& item : steps) {
        if (!item.is_object())
            return std::nullopt;
        JournalStep step;
        step.resourceId = textAt(item, "resourceId");
        step.title = textAt(item, "title");
        takeProperties(item, step);
        entry.steps.push_back(std::move(step));
    }
    return entry;
}

} // namespace gatehouse::journal
