// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/prices/pricebook.h"

#include "core/base/encoding.h"
#include "core/usage/prices/names.h"

#include <algorithm>

namespace gatehouse::cost {

namespace {

constexpr Pico MaxAmount = 1'000'000 * PicoPerUnit;
constexpr std::int64_t All = 1'000'000;

constexpr std::array<std::string_view, Directions> DirectionNames = {"input", "cached input", "output",
                                                                     "embedding"};

std::string nameOf(const PriceKey& key)
{
    return "“" + key.model + "” " + (key.region.empty() ? "" : "in " + key.region + " ") +
           std::string(toString(key.direction));
}

tl::unexpected<Error> refused(std::string message)
{
    return fail(Error::Kind::InvalidInput, std::move(message), "Nothing was changed.");
}

/// Both hold on some day.
template <typename Term>
bool meet(const Term& a, const Term& b)
{
    return (!a.until || b.since < *a.until) && (!b.until || a.since < *b.until);
}

template <typename Term>
bool holdsOn(const Term& term, Day day)
{
    return term.since <= day && (!term.until || day < *term.until);
}

template <typename Term, typename Same>
Status noneMeet(const std::vector<Term>& terms, const char* what, Same same)
{
    for (std::size_t i = 0; i < terms.size(); ++i) {
        if (terms[i].until && *terms[i].until <= terms[i].since)
            return refused(std::string("A ") + what + " ends before it begins.");
        for (std::size_t j = 0; j < i; ++j) {
            if (same(terms[i], terms[j]) && meet(terms[i], terms[j]))
                return refused(std::string("Two ") + what + "s of the same kind overlap from " +
                               dayText(std::max(terms[i].since, terms[j].since)) + " on.");
        }
    }
    return {};
}

} // namespace

std::string_view toString(Direction direction)
{
    return DirectionNames[static_cast<std::size_t>(direction)];
}

std::optional<Direction> directionFrom(std::string_view name)
{
    for (std::size_t i = 0; i < Directions; ++i) {
        if (equalsIgnoreCase(DirectionNames[i], name))
            return static_cast<Direction>(i);
    }
    return std::nullopt;
}

std::optional<Unit> unitFrom(std::string_view text)
{
    std::string unit = toLower(text);
    if (unit.ends_with(" tokens"))
        unit.resize(unit.size() - 7);
    if (unit == "1k")
        return Unit::Thousand;
    if (unit == "1m")
        return Unit::Million;
    return std::nullopt;
}

std::string_view toString(Unit unit)
{
    return unit == Unit::Thousand ? "1K" : "1M";
}

PriceBook::PriceBook(Currency home)
    : m_home(home)
{}

Status PriceBook::needRate(Currency currency, Day since, const std::string& what) const
{
    if (!currency.known())
        return refused("The price of " + what + " has no currency.");
    if (currency == m_home || m_rates.find(currency, m_home, since) != nullptr)
        return {};
    return fail(Error::Kind::InvalidInput,
                "The price of " + what + " is in " + currency.text() + ", and there is no rate of " +
                    currency.text() + " in " + m_home.text() + " for " + dayText(since) + ".",
                "Add the rate first. Nothing was changed.");
}

Result<PriceBook> PriceBook::with(const std::vector<Price>& prices) const
{
    PriceBook book = *this;
    std::map<std::pair<PriceKey, Day>, const Price*> fresh;
    for (const Price& price : prices) {
        Price own = price;
        own.key.model = modelName(price.key.model).text();
        own.key.region = regionName(price.key.region);
        const std::string name = nameOf(own.key);
        if (own.key.model.empty())
            return refused("A price names no model.");
        if (own.amount <= 0 || own.amount > MaxAmount)
            return refused("The price of " + name + " must be more than 0 and at most 1,000,000.");
        if (const Status rate = needRate(own.currency, own.since, name); !rate)
            return fail(rate.error());
        const auto [other, isNew] = fresh.try_emplace({own.key, own.since}, &price);
        const Price& first = *other->second;
        if (!isNew &&
            (first.amount != own.amount || first.unit != own.unit || first.currency != own.currency))
            return refused("There are two prices of " + name + " for " + dayText(own.since) + ".");
        book.m_prices[own.key][own.since] = own;
    }
    return book;
}

Result<PriceBook> PriceBook::without(const PriceKey& key, Day since) const
{
    PriceBook book = *this;
    const auto found = book.m_prices.find(key);
    if (found == book.m_prices.end() || found->second.erase(since) == 0)
        return fail(Error::Kind::NotFound, "There is no such price.");
    if (found->second.empty())
        book.m_prices.erase(found);
    return book;
}

Result<PriceBook> PriceBook::withDiscounts(std::vector<Discount> discounts) const
{
    for (Discount& discount : discounts) {
        discount.model = modelName(discount.model).text();
        discount.region = regionName(discount.region);
        if (discount.millionths < 0 || discount.millionths > All)
            return refused("A discount is between 0 and 100 %.");
    }
    const Status apart = noneMeet(discounts, "discount", [](const Discount& a, const Discount& b) {
        return a.model == b.model && a.region == b.region;
    });
    if (!apart)
        return fail(apart.error());
    PriceBook book = *this;
    book.m_discounts = std::move(discounts);
    return book;
}

Result<PriceBook> PriceBook::withReservations(std::vector<Reservation> reservations) const
{
    for (const Reservation& one : reservations) {
        if (one.backend.empty() || one.monthly <= 0)
            return refused("A reservation needs a backend and a monthly price of more than 0.");
        if (const Status rate = needRate(one.currency, one.since, one.name); !rate)
            return fail(rate.error());
    }
    const Status apart =
        noneMeet(reservations, "reservation", [](const Reservation& a, const Reservation& b) {
            return equalsIgnoreCase(a.backend, b.backend);
        });
    if (!apart)
        return fail(apart.error());
    PriceBook book = *this;
    book.m_reservations = std::move(reservations);
    return book;
}

Result<PriceBook> PriceBook::withRunningCosts(std::vector<RunningCost> costs) const
{
    for (const RunningCost& one : costs) {
        if (one.name.empty() || one.monthly <= 0)
            return refused("A running cost needs a name and a monthly price of more than 0.");
        if (const Status rate = needRate(one.currency, one.since, one.name); !rate)
            return fail(rate.error());
    }
    const Status apart = noneMeet(costs, "running cost", [](const RunningCost& a, const RunningCost& b) {
        return equalsIgnoreCase(a.name, b.name);
    });
    if (!apart)
        return fail(apart.error());
    PriceBook book = *this;
    book.m_runningCosts = std::move(costs);
    return book;
}

Result<PriceBook> PriceBook::withRates(const std::vector<Rate>& rates) const
{
    PriceBook book = *this;
    for (const Rate& rate : rates) {
        if (const Status added = book.m_rates.add(rate); !added)
            return fail(added.error());
    }
    return book;
}

const Price* PriceBook::newest(const PriceKey& key, Day day) const
{
    const auto found = m_prices.find(key);
    if (found == m_prices.end())
        return nullptr;
    const auto after = found->second.upper_bound(day);
    return after == found->second.begin() ? nullptr : &std::prev(after)->second;
}

const Price* PriceBook::find(std::string_view model, std::string_view region, Direction direction,
                             Day day) const
{
    const ModelName name = modelName(model);
    const std::string place = regionName(region);
    for (const std::string& known : {name.text(), name.family}) {
        for (const std::string& where : {place, std::string()}) {
            if (const Price* price = newest({known, where, direction}, day); price != nullptr)
                return price;
        }
    }
    return nullptr;
}

const Discount* PriceBook::discountFor(std::string_view model, std::string_view region, Day day) const
{
    const ModelName name = modelName(model);
    const std::string place = regionName(region);
    const Discount* best = nullptr;
    int bestRank = -1;
    for (const Discount& discount : m_discounts) {
        const bool version = discount.model == name.text();
        if (!holdsOn(discount, day) || (!discount.region.empty() && discount.region != place) ||
            (!discount.model.empty() && !version && discount.model != name.family))
            continue;
        const int rank = (discount.model.empty() ? 0 : version ? 4 : 2) + (discount.region.empty() ? 0 : 1);
        if (rank > bestRank) {
            best = &discount;
            bestRank = rank;
        }
    }
    return best;
}

const Reservation* PriceBook::reservationOf(std::string_view backend, Day day) const
{
    const auto found = std::find_if(m_reservations.begin(), m_reservations.end(), [&](const auto& one) {
        return holdsOn(one, day) && equalsIgnoreCase(one.backend, backend);
    });
    return found == m_reservations.end() ? nullptr : &*found;
}

std::vector<Price> PriceBook::prices() const
{
    std::vector<Price> all;
    for (const auto& [key, days] : m_prices) {
        for (const auto& [day, price] : days)
            all.push_back(price);
    }
    return all;
}

std::vector<PriceChange> diff(const PriceBook& before, const PriceBook& after)
{
    std::map<std::pair<PriceKey, Day>, PriceChange> changes;
    for (const Price& price : before.prices())
        changes[{price.key, price.since}] = {price.key, price.since, price, std::nullopt};
    for (const Price& price : after.prices()) {
        PriceChange& change = changes[{price.key, price.since}];
        change.key = price.key;
        change.since = price.since;
        change.after = price;
    }
    std::vector<PriceChange> list;
    for (auto& [key, change] : changes) {
        if (change.before != change.after)
            list.push_back(std::move(change));
    }
    return list;
}

} // namespace gatehouse::cost
