// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/journal/entry.h"
#include "core/journal/storage.h"

#include "core/base/clock.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::journal {

/// Every change that Gatehouse makes, as a chain of records of which each carries the hash of the one before:
/// what is to be written stands in it before the first request, the outcome of each step and the end follow.
///
/// One JSON record a line rather than a database: the file can be read, copied and checked with any tool, an
/// append is the whole of the write path, and the chain is over the very bytes that are there. A record that
/// was acknowledged survives the death of the process and, synced, that of the machine; a line that was not
/// finished is dropped by the next writer.
///
/// verify() finds a record that was changed, removed, inserted or moved, and, by the anchor beside the file,
/// a tail that was cut off. It cannot find what somebody did who rewrote the chain from there on and the
/// anchor with it, or took both files away: nothing on this computer is out of the reach of its owner.
/// Whoever needs that keeps the last hash elsewhere (`gatehouse-cli journal verify` prints it). A tail that
/// was cut off after a power failure that lost the anchor's last step is not found either.
///
/// Any thread, one at a time; it may block for the disk. Two processes take turns by a lock.
class Journal
{
public:
    /// The clock must outlive this.
    Journal(std::unique_ptr<Storage> storage, const Clock& clock);

    /// Acknowledged only when it is durable; gives the number and the moment. Secrets are withheld. Storage
    /// when it cannot be written, or when what is there does not hold; InvalidInput, with the file untouched,
    /// when a newer version has written it.
    [[nodiscard]] Result<JournalEntry> begin(JournalEntry intent);
    /// What the step is about to write, where that is not what stands there or the step is tried again.
    [[nodiscard]] Status attempt(std::int64_t number, std::size_t step, std::optional<Json> before,
                                 std::optional<Json> after);
    [[nodiscard]] Status settle(std::int64_t number, std::size_t step, JournalStep::Outcome outcome);
    [[nodiscard]] Result<JournalEntry> finish(std::int64_t number, JournalEntry::Result result,
                                              std::string message);

    /// Newest first; those before the first that does not hold. In a pending one, the first step without an
    /// outcome is Unknown: its request may have been sent.
    [[nodiscard]] Result<std::vector<JournalEntry>> entries();
    [[nodiscard]] Result<JournalEntry> entry(std::int64_t number);
    /// Reads everything anew.
    [[nodiscard]] Result<JournalVerdict> verify();
    /// An unfinished line was dropped since this was made.
    [[nodiscard]] bool droppedTornTail() const;

    /// See Storage::tryHoldApply.
    [[nodiscard]] Result<std::shared_ptr<void>> tryHoldApply();

private:
    struct Stored
    {
        JournalEntry entry;
        std::vector<std::optional<JournalStep::Outcome>> outcomes; ///< of the steps, where recorded
    };
    /// What was read, and how far.
    struct State
    {
        std::size_t offset = 0;
        std::vector<std::string> hashes; ///< of the records, in order
        std::map<std::int64_t, Stored> entries;
        std::string broken; ///< why the chain does not hold from here on; "" while it does
        std::int64_t firstBroken = 0;
        std::size_t torn = 0; ///< bytes of a line that was not finished
    };

    static Status readInto(State& state, Storage::Session& session);
    static void takeLine(State& state, std::string_view line);
    static Status takeRecord(State& state, const Json& record);
    static void takeStep(State& state, const Json& record);
    static void breakAt(State& state, std::string why);
    [[nodiscard]] Status append(Storage::Session& session, Json record, std::size_t reserve);
    [[nodiscard]] Result<std::unique_ptr<Storage::Session>> openToWrite();
    [[nodiscard]] Result<JournalEntry> find(std::int64_t number) const;
    [[nodiscard]] JournalEntry settled(const Stored& stored) const;
    [[nodiscard]] bool isTakenBack(std::int64_t number) const;
    [[nodiscard]] Status appendFor(std::int64_t number, std::size_t step, Json record);

    std::unique_ptr<Storage> m_storage;
    const Clock& m_clock;
    mutable std::mutex m_mutex;
    State m_state;
    bool m_dropped = false;
};

} // namespace gatehouse::journal
