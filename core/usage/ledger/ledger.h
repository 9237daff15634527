// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/ledger/archive.h"
#include "core/usage/ledger/days.h"
#include "core/usage/ledger/idindex.h"
#include "core/usage/prices/priceversions.h"

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace gatehouse::cost {

/// What became of some rows; the counts sum to the number of rows that were given.
struct Folded
{
    std::size_t added = 0;      ///< booked for the first time
    std::size_t duplicates = 0; ///< there already, or older than what is there
    std::size_t amended = 0;    ///< another version of a row that was there
    std::size_t afterClose = 0; ///< of added and amended: their month was closed already
};

/// What another price version does to the months that are open.
struct Repriced
{
    struct Line
    {
        std::string model;
        Int128 before = 0; ///< pico of the home currency
        Int128 after = 0;
        std::int64_t nowUnpriced = 0; ///< calls that lost their price, negative: that got one
    };
    int from = 0;
    int to = 0;
    std::vector<Line> lines; ///< by model; only those that differ
};

/// The ledger's cells, ids and state as a store kept them.
struct LedgerImage
{
    std::vector<std::string> texts; ///< by id; the first is ""
    std::vector<Cell> cells;
    std::vector<std::uint64_t> fingerprints; ///< by the number of the booking
    std::vector<std::uint32_t> withdrawn;    ///< bookings that are reversals, or that one took back
    LedgerState state;
};

/// Every call on its day with its amount, and the sums of them that are kept as rows come in.
///
/// A row is booked once, whatever its id is seen (again, late, amended); a month that is closed never
/// changes: what comes for it later is booked on the first open day and marked. All amounts are in the home
/// currency of the price book. One thread at a time; it never drops a row. Rules: core/usage/README.md.
class Ledger
{
public:
    /// An empty ledger. The archive must outlive it and be empty.
    Ledger(Archive& archive, Days days, PriceVersions prices);
    /// The one that a store kept. InvalidInput when the image does not hold together.
    [[nodiscard]] static Result<Ledger> restore(Archive& archive, Days days, LedgerImage image);

    /// Books rows, all or none. InvalidInput (checkRow) for the first bad one.
    [[nodiscard]] Result<Folded> fold(const std::vector<UsageRow>& rows);
    /// Adds a version of the prices; nothing is priced with it before reprice.
    [[nodiscard]] Result<int> addPrices(PriceBook book, DateTime made, std::string note);
    /// Prices the open months with a version, and what comes in from now on.
    [[nodiscard]] Result<Repriced> reprice(int version);
    /// Closes this month and all before it, for good.
    [[nodiscard]] Status close(Month month);

    [[nodiscard]] const std::vector<Cell>& cells() const { return m_cells; }
    [[nodiscard]] const Texts& texts() const { return m_texts; }
    [[nodiscard]] const Days& days() const { return m_days; }
    [[nodiscard]] const PriceVersions& prices() const { return m_prices; }
    [[nodiscard]] const LedgerState& state() const { return m_state; }
    [[nodiscard]] Currency currency() const { return m_prices.newest().book.home(); }
    [[nodiscard]] bool closed(Month month) const
    {
        return m_state.closedThrough && month <= *m_state.closedThrough;
    }
    /// The prices that a month stands on.
    [[nodiscard]] const PriceVersion& pricesOf(Month month) const;
    [[nodiscard]] Measures total() const;

private:
    struct Staged;
    struct TariffKey
    {
        TextId model;
        TextId region;
        TextId backend;
        Day day;
        bool operator==(const TariffKey&) const = default;
    };
    struct TariffKeyHash
    {
        std::size_t operator()(const TariffKey& key) const;
    };

    void price(Booking& booking);
    [[nodiscard]] Booking book(const UsageRow& row);
    [[nodiscard]] Result<std::optional<std::size_t>> findRow(const std::string& id, std::uint64_t print,
                                                             Staged& staged);
    [[nodiscard]] Status foldOne(const UsageRow& row, Staged& staged);
    void amend(std::size_t number, const Booking& old, Booking fresh, std::uint64_t print, Staged& staged);
    [[nodiscard]] Result<Booking> current(std::size_t number, const Staged& staged);
    /// Writes what is staged and only then changes the ledger.
    [[nodiscard]] Status commit(Staged& staged);

    Archive* m_archive;
    Days m_days;
    PriceVersions m_prices;
    LedgerState m_state;
    Texts m_texts;
    std::size_t m_savedTexts = 1;
    std::vector<Cell> m_cells;
    std::unordered_map<CellKey, std::uint32_t, CellKeyHash> m_cellOf;
    IdIndex m_ids;
    std::unordered_map<TariffKey, Tariff, TariffKeyHash> m_tariffs;
};

} // namespace gatehouse::cost
