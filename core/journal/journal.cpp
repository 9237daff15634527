// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/journal/journal.h"

#include "core/journal/record.h"
#include "core/journal/withhold.h"

#include <algorithm>

namespace gatehouse::journal {

namespace {

constexpr std::int64_t Format = 1;
constexpr std::size_t MaxIntentBytes = 16U << 20U;
/// Beyond the size of the intent itself: the records of its steps, which repeat what was merged.
constexpr std::size_t ReservePerStep = 1'024;

Error newerVersion()
{
    return fail(Error::Kind::InvalidInput, "The journal of changes was written by a newer Gatehouse.",
                "Install that version, or move journal.jsonl and journal.anchor away to begin a new one.")
        .value();
}

Error doesNotHold(const std::string& why)
{
    return fail(Error::Kind::Storage, "The journal of changes does not hold: " + why,
                "Nothing is changed without it. Keep journal.jsonl and journal.anchor as evidence elsewhere; "
                "a "
                "new journal begins when they are gone.")
        .value();
}

Error noSuchEntry(std::int64_t number)
{
    return fail(Error::Kind::NotFound, "The journal has no entry " + std::to_string(number) + ".",
                "List the entries with gatehouse-cli journal list.")
        .value();
}

std::string anchorText(std::size_t records, const std::string& hash)
{
    return dumpJson({{"hash", hash}, {"records", records}});
}

/// "" when the anchor names a record that is there; else what is wrong.
std::string checkAnchor(const std::string& text, const std::vector<std::string>& hashes)
{
    if (text.empty())
        return hashes.empty() ? std::string()
                              : "its anchor is missing, so that a cut-off end could not be noticed.";
    const Result<Json> anchor = parseJson(text);
    const std::int64_t records = anchor ? integerAt(*anchor, "records", -1) : -1;
    const std::string hash = anchor ? textAt(*anchor, "hash") : std::string();
    std::string whole = anchor && records >= 0 ? anchorText(static_cast<std::size_t>(records), hash) : "";
    whole.resize(std::max(whole.size(), text.size() - 1), ' ');
    if (records < 0 || text != whole + "\n")
        return "its anchor cannot be read.";
    if (static_cast<std::size_t>(records) > hashes.size())
        return "its end was cut off: " + std::to_string(records) + " records were written, " +
               std::to_string(hashes.size()) + " are there.";
    if (records > 0 && hashes[static_cast<std::size_t>(records) - 1] != hash)
        return "it is not the one that its anchor belongs to.";
    return {};
}

} // namespace

Journal::Journal(std::unique_ptr<Storage> storage, const Clock& clock)
    : m_storage(std::move(storage))
    , m_clock(clock)
{}

void Journal::breakAt(State& state, std::string why)
{
    state.broken = std::move(why);
    // The record itself cannot be trusted to say to which entry it belongs.
    state.firstBroken = state.entries.empty() ? 1 : state.entries.rbegin()->first;
    const auto last = state.entries.rbegin();
    if (last != state.entries.rend() && last->second.entry.result != JournalEntry::Result::Pending)
        ++state.firstBroken;
}

/// Only a version of a later Gatehouse is an error; what does not hold is noted in the state.
Status Journal::readInto(State& state, Storage::Session& session)
{
    if (!state.broken.empty())
        state = State(); // somebody may have put it right
    const Result<std::string> bytes = session.read(state.offset);
    if (!bytes)
        return fail(bytes.error());
    std::size_t begin = 0;
    for (;;) {
        const std::size_t end = bytes->find('\n', begin);
        if (end == std::string::npos || !state.broken.empty())
            break;
        const std::string_view line = std::string_view(*bytes).substr(begin, end - begin);
        const auto record = unseal(line, state.hashes.empty() ? std::string() : state.hashes.back());
        if (!record) {
            breakAt(state, "record " + std::to_string(state.hashes.size() + 1) +
                               " was changed, or one before it is missing.");
            break;
        }
        if (const Status taken = takeRecord(state, *record); !taken)
            return taken;
        state.hashes.push_back(textAt(*record, "hash"));
        if (!state.entries.empty() && state.entries.contains(integerAt(*record, "number")))
            state.entries[integerAt(*record, "number")].entry.hash = state.hashes.back();
        begin = end + 1;
        state.offset += line.size() + 1;
    }
    state.torn = bytes->size() - begin;
    if (!state.broken.empty())
        return {};
    const Result<std::string> anchor = session.anchor();
    if (!anchor)
        return fail(anchor.error());
    if (std::string wrong = checkAnchor(*anchor, state.hashes); !wrong.empty())
        breakAt(state, std::move(wrong));
    return {};
}

Status Journal::takeRecord(State& state, const Json& record)
{
    const std::string kind = textAt(record, "kind");
    const std::int64_t number = integerAt(record, "number");
    const bool first = state.hashes.empty();
    if (first && integerAt(record, "format") > Format)
        return fail(newerVersion());
    if (first != (kind == "journal") ||
        integerAt(record, "seq", -1) != static_cast<std::int64_t>(state.hashes.size()))
        breakAt(state, "record " + std::to_string(state.hashes.size() + 1) + " stands in the wrong place.");
    else if (kind == "begin") {
        auto entry = entryFrom(memberAt(record, "entry"));
        if (!entry || entry->number != number || state.entries.contains(number))
            return breakAt(state, "an entry cannot be read."), Status();
        const std::size_t steps = entry->steps.size();
        state.entries[number] = {std::move(*entry), {}};
        state.entries[number].outcomes.resize(steps);
    } else if (kind == "attempt" || kind == "step") {
        takeStep(state, record);
    } else if (kind == "end") {
        const auto result = resultFrom(textAt(record, "result"));
        const auto entry = state.entries.find(number);
        if (!result || entry == state.entries.end())
            return breakAt(state, "the end of an entry cannot be read."), Status();
        entry->second.entry.result = *result;
        entry->second.entry.message = textAt(record, "message");
    }
    // Another kind is one that a later version of this format adds; the chain holds it like any other.
    return {};
}

void Journal::takeStep(State& state, const Json& record)
{
    const auto found = state.entries.find(integerAt(record, "number"));
    const auto step = static_cast<std::size_t>(integerAt(record, "step", -1));
    if (found == state.entries.end() || step >= found->second.outcomes.size())
        return breakAt(state, "the step of an entry cannot be read.");
    Stored& stored = found->second;
    if (textAt(record, "kind") == "attempt") {
        takeProperties(record, stored.entry.steps[step]);
        stored.outcomes[step].reset();
        return;
    }
    stored.outcomes[step] = outcomeFrom(textAt(record, "outcome"));
    if (!stored.outcomes[step])
        breakAt(state, "the outcome of a step cannot be read.");
}

Result<std::unique_ptr<Storage::Session>> Journal::openToWrite()
{
    auto session = m_storage->open(true);
    if (!session)
        return session;
    if (const Status read = readInto(m_state, **session); !read)
        return fail(read.error());
    if (!m_state.broken.empty())
        return fail(doesNotHold(m_state.broken));
    return session;
}

Status Journal::append(Storage::Session& session, Json record, std::size_t reserve)
{
    m_dropped = m_dropped || m_state.torn > 0;
    if (m_state.hashes.empty() && textAt(record, "kind") != "journal") {
        // Before the first record, so that from then on a missing anchor means something.
        if (const Status anchored = session.setAnchor(anchorText(0, {})); !anchored)
            return anchored;
        const Json head = {{"kind", "journal"}, {"format", Format}, {"at", formatDateTime(m_clock.now())}};
        if (const Status begun = append(session, head, 0); !begun)
            return begun;
    }
    record["seq"] = m_state.hashes.size();
    const SealedRecord sealed =
        seal(std::move(record), m_state.hashes.empty() ? std::string() : m_state.hashes.back());
    if (const Status written = session.append(m_state.offset, sealed.line, reserve); !written)
        return written;
    m_state.torn = 0;
    m_state.offset += sealed.line.size();
    m_state.hashes.push_back(sealed.hash);
    // The record is durable; an anchor that lags behind is one that notices less, not a failure.
    static_cast<void>(session.setAnchor(anchorText(m_state.hashes.size(), sealed.hash)));
    return {};
}

Result<JournalEntry> Journal::begin(JournalEntry intent)
{
    const std::lock_guard lock(m_mutex);
    const auto session = openToWrite();
    if (!session)
        return fail(session.error());
    intent.number = m_state.entries.empty() ? 1 : m_state.entries.rbegin()->first + 1;
    intent.at = m_clock.now();
    intent.result = JournalEntry::Result::Pending;
    for (JournalStep& step : intent.steps)
        withhold(step.before, step.after);
    Json record = {{"kind", "begin"}, {"number", intent.number}, {"entry", toJson(intent)}};
    const std::size_t size = dumpJson(record).size();
    if (size > MaxIntentBytes)
        return fail(Error::Kind::InvalidInput, "The change is larger than 16 MB.", "Change less at once.");
    const std::size_t reserve = size + ReservePerStep * (intent.steps.size() + 2);
    if (const Status appended = append(**session, std::move(record), reserve); !appended)
        return fail(appended.error());
    intent.hash = m_state.hashes.back();
    Stored& stored = m_state.entries[intent.number];
    stored = {intent, {}};
    stored.outcomes.resize(intent.steps.size());
    return intent;
}

Status Journal::appendFor(std::int64_t number, std::size_t step, Json record)
{
    const auto session = openToWrite();
    if (!session)
        return fail(session.error());
    const auto found = m_state.entries.find(number);
    if (found == m_state.entries.end() || step >= found->second.outcomes.size())
        return fail(noSuchEntry(number));
    record["number"] = number;
    record["step"] = step;
    record["at"] = formatDateTime(m_clock.now());
    if (const Status appended = append(**session, record, 0); !appended)
        return appended;
    takeStep(m_state, record);
    found->second.entry.hash = m_state.hashes.back();
    return {};
}

Status Journal::attempt(std::int64_t number, std::size_t step, std::optional<Json> before,
                        std::optional<Json> after)
{
    const std::lock_guard lock(m_mutex);
    withhold(before, after);
    Json record = {{"kind", "attempt"}};
    JournalStep now;
    now.before = std::move(before);
    now.after = std::move(after);
    putProperties(record, now);
    return appendFor(number, step, std::move(record));
}

Status Journal::settle(std::int64_t number, std::size_t step, JournalStep::Outcome outcome)
{
    const std::lock_guard lock(m_mutex);
    return appendFor(number, step, {{"kind", "step"}, {"outcome", toString(outcome)}});
}

Result<JournalEntry> Journal::finish(std::int64_t number, JournalEntry::Result result, std::string message)
{
    const std::lock_guard lock(m_mutex);
    const auto session = openToWrite();
    if (!session)
        return fail(session.error());
    const auto found = m_state.entries.find(number);
    if (found == m_state.entries.end())
        return fail(noSuchEntry(number));
    const Json record = {{"kind", "end"},
                         {"number", number},
                         {"result", toString(result)},
                         {"message", message},
                         {"at", formatDateTime(m_clock.now())}};
    if (const Status appended = append(**session, record, 0); !appended)
        return fail(appended.error());
    found->second.entry.result = result;
    found->second.entry.message = std::move(message);
    found->second.entry.hash = m_state.hashes.back();
    return find(number);
}

Result<JournalEntry> Journal::find(std::int64_t number) const
{
    const auto found = m_state.entries.find(number);
    if (found == m_state.entries.end())
        return fail(noSuchEntry(number));
    return settled(found->second);
}

/// By a later entry that was applied and not taken back itself.
bool Journal::isTakenBack(std::int64_t number) const
{
    return std::any_of(m_state.entries.upper_bound(number), m_state.entries.end(), [&](const auto& later) {
        return later.second.entry.undoes == number &&
               later.second.entry.result == JournalEntry::Result::Applied && !isTakenBack(later.first);
    });
}

JournalEntry Journal::settled(const Stored& stored) const
{
    JournalEntry entry = stored.entry;
    bool mayBeSent = entry.result == JournalEntry::Result::Pending;
    for (std::size_t i = 0; i < entry.steps.size(); ++i) {
        if (stored.outcomes[i])
            entry.steps[i].outcome = *stored.outcomes[i];
        else if (std::exchange(mayBeSent, false))
            entry.steps[i].outcome = JournalStep::Outcome::Unknown;
    }
    if (entry.result != JournalEntry::Result::Failed && isTakenBack(entry.number))
        entry.result = JournalEntry::Result::Undone;
    return entry;
}

Result<std::vector<JournalEntry>> Journal::entries()
{
    const std::lock_guard lock(m_mutex);
    const auto session = m_storage->open(false);
    if (!session)
        return fail(session.error());
    if (const Status read = readInto(m_state, **session); !read)
        return fail(read.error());
    std::vector<JournalEntry> all;
    for (const auto& stored : m_state.entries)
        all.push_back(settled(stored.second));
    std::reverse(all.begin(), all.end());
    return all;
}

Result<JournalEntry> Journal::entry(std::int64_t number)
{
    const std::lock_guard lock(m_mutex);
    const auto session = m_storage->open(false);
    if (!session)
        return fail(session.error());
    if (const Status read = readInto(m_state, **session); !read)
        return fail(read.error());
    return find(number);
}

Result<JournalVerdict> Journal::verify()
{
    const std::lock_guard lock(m_mutex);
    const auto session = m_storage->open(false);
    if (!session)
        return fail(session.error());
    State state;
    if (const Status read = readInto(state, **session); !read)
        return fail(read.error());
    JournalVerdict verdict;
    verdict.entries = static_cast<std::int64_t>(state.entries.size());
    verdict.holds = state.broken.empty();
    verdict.firstBroken = state.firstBroken;
    if (!verdict.holds) {
        verdict.sentence = "The journal does not hold: " + state.broken;
        return verdict;
    }
    verdict.sentence = state.hashes.empty() ? std::string("The journal is empty.")
                                            : "The journal holds: " + std::to_string(verdict.entries) +
                                                  (verdict.entries == 1 ? " entry in " : " entries in ") +
                                                  std::to_string(state.hashes.size()) +
                                                  " records, the last with hash " + state.hashes.back() + ".";
    if (state.torn > 0)
        verdict.sentence += " A line that was never finished stands behind them and counts for nothing.";
    return verdict;
}

bool Journal::droppedTornTail() const
{
    const std::lock_guard lock(m_mutex);
    return m_dropped;
}

Result<std::shared_ptr<void>> Journal::tryHoldApply()
{
    return m_storage->tryHoldApply();
}

} // namespace gatehouse::journal
