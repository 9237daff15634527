// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/money/rates.h"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::cost {

enum class Direction : std::uint8_t { Input, CachedInput, Output, Embedding };
inline constexpr std::size_t Directions = 4;
/// "input", "cached input", "output", "embedding".
[[nodiscard]] std::string_view toString(Direction direction);
[[nodiscard]] std::optional<Direction> directionFrom(std::string_view name);

enum class Unit : std::int64_t { Thousand = 1'000, Million = 1'000'000 };
/// "1K", "1M", with " Tokens" behind or not; empty for anything else ("1 Hour", "1").
[[nodiscard]] std::optional<Unit> unitFrom(std::string_view text);
[[nodiscard]] std::string_view toString(Unit unit);

/// What a price is for. Names are in the one form of names.h; region "" is every region.
struct PriceKey
{
    std::string model;
    std::string region;
    Direction direction = Direction::Input;
    auto operator<=>(const PriceKey&) const = default;
};

/// The price of one unit of tokens from a day on, until the next price of the same key.
struct Price
{
    PriceKey key;
    Day since;
    Pico amount = 0; ///< more than 0: what costs 0 is not known
    Unit unit = Unit::Million;
    Currency currency;
    bool operator==(const Price&) const = default;
};

/// A negotiated part off. Of several that match only the most specific one counts: model and region, model,
/// region, all.
struct Discount
{
    std::string model;           ///< "" is every model
    std::string region;          ///< "" is every region
    std::int64_t millionths = 0; ///< 0..1'000'000 of the price
    Day since;
    std::optional<Day> until; ///< the first day without it
    bool operator==(const Discount&) const = default;
};

/// Capacity paid by the month (PTU). Calls that it serves cost nothing by themselves; its own cost is spread
/// over them (ledger/reservations.h).
struct Reservation
{
    std::string name;
    std::string backend; ///< whose calls it serves
    Pico monthly = 0;    ///< more than 0
    Currency currency;
    Day since;
    std::optional<Day> until; ///< the first day without it
    bool operator==(const Reservation&) const = default;
};

/// A running cost of the infrastructure (nodes, search, storage), shown beside the models' and never in their
/// sum.
struct RunningCost
{
    std::string name;
    Pico monthly = 0;
    Currency currency;
    Day since;
    std::optional<Day> until;
    bool operator==(const RunningCost&) const = default;
};

/// Prices, discounts, reservations and rates that hold together. A value: it is changed by making another
/// one, and each function that does so checks everything before anything is different. Amounts are converted
/// into the home currency, so every currency that is used must have a rate from the first day on that it is
/// needed.
class PriceBook
{
public:
    explicit PriceBook(Currency home = {});

    [[nodiscard]] Currency home() const { return m_home; }
    /// A price of a key and day that is there already takes its place; two among the new ones that differ are
    /// InvalidInput, as are prices that are not more than 0 or above 1,000,000, and currencies without a
    /// rate.
    [[nodiscard]] Result<PriceBook> with(const std::vector<Price>& prices) const;
    [[nodiscard]] Result<PriceBook> without(const PriceKey& key, Day since) const;
    /// All of them anew. InvalidInput when two of the same kind overlap.
    [[nodiscard]] Result<PriceBook> withDiscounts(std::vector<Discount> discounts) const;
    [[nodiscard]] Result<PriceBook> withReservations(std::vector<Reservation> reservations) const;
    [[nodiscard]] Result<PriceBook> withRunningCosts(std::vector<RunningCost> costs) const;
    [[nodiscard]] Result<PriceBook> withRates(const std::vector<Rate>& rates) const;

    /// The price in force: of the very version, else of the family; of the region, else of every region; null
    /// without one. A model is never priced as another.
    [[nodiscard]] const Price* find(std::string_view model, std::string_view region, Direction direction,
                                    Day day) const;
    [[nodiscard]] const Discount* discountFor(std::string_view model, std::string_view region, Day day) const;
    /// The reservation that serves calls of the backend on the day.
    [[nodiscard]] const Reservation* reservationOf(std::string_view backend, Day day) const;

    [[nodiscard]] std::vector<Price> prices() const;
    [[nodiscard]] const std::vector<Discount>& discounts() const { return m_discounts; }
    [[nodiscard]] const std::vector<Reservation>& reservations() const { return m_reservations; }
    [[nodiscard]] const std::vector<RunningCost>& runningCosts() const { return m_runningCosts; }
    [[nodiscard]] const Rates& rates() const { return m_rates; }
    bool operator==(const PriceBook&) const = default;

private:
    [[nodiscard]] Status needRate(Currency currency, Day since, const std::string& what) const;
    [[nodiscard]] const Price* newest(const PriceKey& key, Day day) const;

    Currency m_home;
    std::map<PriceKey, std::map<Day, Price>> m_prices;
    std::vector<Discount> m_discounts;
    std::vector<Reservation> m_reservations;
    std::vector<RunningCost> m_runningCosts;
    Rates m_rates;
};

/// One price that differs between two books; empty where a book does not have it.
struct PriceChange
{
    PriceKey key;
    Day since;
    std::optional<Price> before;
    std::optional<Price> after;
};
[[nodiscard]] std::vector<PriceChange> diff(const PriceBook& before, const PriceBook& after);

} // namespace gatehouse::cost
