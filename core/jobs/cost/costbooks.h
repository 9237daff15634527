// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/cost.h"
#include "core/jobs/cost/costnotes.h"
#include "core/jobs/cost/costrows.h"
#include "core/usage/store/ledgerstore.h"

namespace gatehouse::jobs {

/// The ledger's two files (a database, and the notes beside it) and what was worked out of them. One thread
/// at a time, never the main one: it reads and writes files.
class CostBooks
{
public:
    /// path without an ending; first: the prices that a new ledger begins with.
    CostBooks(std::string path, cost::PriceVersions first);

    /// Loads both files, once. A damaged database is set aside, and the log has to be read anew.
    [[nodiscard]] Status open();

    [[nodiscard]] const cost::Ledger& ledger() const { return *m_ledger; }
    [[nodiscard]] const CostNotes& notes() const { return m_notes; }

    /// Books whole days, and notes that the log was read so far. Rows that another window booked meanwhile
    /// are loaded first.
    [[nodiscard]] Result<cost::Folded> fold(const std::vector<cost::UsageRow>& rows, const TimeRange& read);
    [[nodiscard]] Result<cost::Repriced> applyPrices(const PriceDraft& draft, const std::string& note,
                                                     DateTime now);
    [[nodiscard]] Status close(cost::Month month);
    [[nodiscard]] Status change(const std::function<Status(CostNotes&)>& edit);

    /// At most so many of the calls of some days, each as it is known now.
    [[nodiscard]] Result<std::vector<cost::UsageRow>> rows(const cost::DayRange& range, std::size_t most,
                                                           const std::stop_token& stop);
    [[nodiscard]] Result<std::vector<BookedCall>> calls(const CostQuestion& question, std::size_t most,
                                                        const std::stop_token& stop);

    /// Grows with every change of the ledger.
    [[nodiscard]] std::int64_t generation() const { return m_generation; }

private:
    [[nodiscard]] Status load();
    [[nodiscard]] Status saveNotes();
    template <typename Change>
    [[nodiscard]] auto changeLedger(const Change& change);

    std::string m_path;
    cost::PriceVersions m_first;
    std::unique_ptr<cost::LedgerStore> m_store;
    std::optional<cost::Ledger> m_ledger;
    CostNotes m_notes;
    std::int64_t m_generation = 0;
};

} // namespace gatehouse::jobs
