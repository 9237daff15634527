// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/ledger/booking.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::cost {

/// What the ledger remembers besides its bookings.
struct LedgerState
{
    std::string zone = "UTC";
    std::optional<Month> closedThrough;
    int priceVersion = 1;                ///< what open months are priced with
    std::map<Month, int> closedVersions; ///< what each closed month was priced with
    std::string prices;                  ///< PriceVersions as JSON
    bool operator==(const LedgerState&) const = default;
};

/// Everything that one change of the ledger changes; written whole or not at all.
struct LedgerChange
{
    std::vector<Booking> added;                            ///< numbered on from the archive's size
    std::vector<std::pair<std::size_t, Booking>> replaced; ///< by number
    std::vector<std::pair<std::size_t, Cell>> cells;       ///< by number, new ones included
    std::vector<std::size_t> withdrawn;                    ///< numbers that no id stands for any more
    std::vector<std::pair<TextId, std::string>> texts;     ///< new ones
    std::optional<LedgerState> state;
};

/// Where bookings are kept. One thread at a time.
class Archive
{
public:
    Archive() = default;
    Archive(const Archive&) = delete;
    Archive& operator=(const Archive&) = delete;
    virtual ~Archive() = default;

    [[nodiscard]] virtual std::size_t size() const = 0;
    [[nodiscard]] virtual Result<Booking> at(std::size_t number) = 0;
    /// Every booking of these days, in any order, until visitor fails.
    using Visitor = std::function<Status(std::size_t number, const Booking&)>;
    [[nodiscard]] virtual Status visit(Day from, const Visitor& visitor) = 0;
    [[nodiscard]] virtual Status write(const LedgerChange& change) = 0;
};

/// In memory, for tests and for questions that nobody keeps.
class MemoryArchive final : public Archive
{
public:
    [[nodiscard]] std::size_t size() const override { return m_bookings.size(); }
    [[nodiscard]] Result<Booking> at(std::size_t number) override { return m_bookings[number]; }
    [[nodiscard]] Status visit(Day from, const Visitor& visitor) override;
    [[nodiscard]] Status write(const LedgerChange& change) override;
    [[nodiscard]] const std::vector<Booking>& all() const { return m_bookings; }

private:
    std::vector<Booking> m_bookings;
};

} // namespace gatehouse::cost
