// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/sqlite/database.h"
#include "core/usage/ledger/ledger.h"

#include <memory>
#include <string>

namespace gatehouse::cost {

/// The ledger in a SQLite file. Cells and ids are read when it is opened, bookings only when they are asked
/// for, so a year opens in the time that its sums take. Each change is one transaction. Two programs may have
/// the file open, but who did not see the other's change cannot write (Conflict): load again. One thread at a
/// time.
class LedgerStore final : public Archive
{
public:
    /// Storage with serviceCode "corrupt" for a damaged file, InvalidInput for one of another version.
    [[nodiscard]] static Result<std::unique_ptr<LedgerStore>> open(const std::string& path);

    /// The ledger of the file, or a new one that begins with these prices. The store must outlive it.
    [[nodiscard]] Result<Ledger> load(const Days& days, const PriceVersions& first);
    /// The zone that the file is kept in; "" for a new file.
    [[nodiscard]] Result<std::string> zone();

    [[nodiscard]] std::size_t size() const override { return m_size; }
    [[nodiscard]] Result<Booking> at(std::size_t number) override;
    [[nodiscard]] Status visit(Day from, const Visitor& visitor) override;
    [[nodiscard]] Status write(const LedgerChange& change) override;

private:
    explicit LedgerStore(std::unique_ptr<Database> database);
    [[nodiscard]] Status prepare();
    [[nodiscard]] Status writeAll(const LedgerChange& change);
    [[nodiscard]] Status writeBookings(const LedgerChange& change);
    [[nodiscard]] Status checkGeneration();
    [[nodiscard]] Result<std::optional<LedgerState>> state();
    [[nodiscard]] Status readImage(LedgerImage& image);

    std::unique_ptr<Database> m_database;
    std::unique_ptr<Statement> m_addBooking;
    std::unique_ptr<Statement> m_replaceBooking;
    std::unique_ptr<Statement> m_putCell;
    std::unique_ptr<Statement> m_readBooking;
    std::size_t m_size = 0;
    std::int64_t m_generation = 0;
    std::string m_buffer;
};

} // namespace gatehouse::cost
