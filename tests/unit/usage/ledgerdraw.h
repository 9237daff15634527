// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/ledger/grouping.h"
#include "core/usage/ledger/ledger.h"

#include <random>

namespace gatehouse::test {

using namespace gatehouse::cost;

using Random = std::mt19937_64;

inline const Currency Usd = *Currency::parse("USD");

inline Day day(const char* text)
{
    return *parseDay(text);
}
inline DateTime moment(const char* text)
{
    return *parseDateTime(text);
}
inline Price price(const char* model, Direction direction, const char* amount,
                   const char* since = "2026-01-01", const char* region = "")
{
    return {{model, region, direction}, day(since), *parseAmount(amount), Unit::Million, Usd};
}

/// gpt-4o and gpt-4o-mini, whole.
inline PriceBook listPrices()
{
    return *PriceBook(Usd).with(
        {price("gpt-4o", Direction::Input, "2.50"), price("gpt-4o", Direction::Output, "10"),
         price("gpt-4o", Direction::CachedInput, "1.25"), price("gpt-4o-mini", Direction::Input, "0.15"),
         price("gpt-4o-mini", Direction::CachedInput, "0.075"),
         price("gpt-4o-mini", Direction::Output, "0.60")});
}

inline UsageRow usageRow(const std::string& id, const char* time, const char* service = "checkout",
                         Tokens tokens = {1'000, 0, 100, 0}, const char* model = "gpt-4o")
{
    UsageRow row;
    row.id = id;
    row.time = moment(time);
    row.seen = row.time + std::chrono::minutes(2);
    row.service = service;
    row.model = model;
    row.backend = "east";
    row.region = "eastus";
    row.tokens = tokens;
    return row;
}

template <typename List>
const auto& pick(Random& random, const List& list)
{
    return *(std::begin(list) + static_cast<std::ptrdiff_t>(random() % std::size(list)));
}

/// A row of June, July or August 2026 with anything that a row can have.
inline UsageRow drawRow(Random& random, int ids)
{
    static const char* const services[] = {"", "checkout", "support", "Search", "fraud"};
    static const char* const models[] = {"gpt-4o", "gpt-4o-mini", "phi-4", "gpt-4o-2024-05-13", ""};
    static const char* const backends[] = {"", "east", "west", "ptu"};
    static const char* const features[] = {"", "chat", "gatehouse-smoke", "search"};
    static const char* const owners[] = {"", "", "ada", "bob"};
    UsageRow row;
    row.id = "id-" + std::to_string(random() % static_cast<unsigned>(ids));
    row.time = moment("2026-06-01") + std::chrono::seconds(random() % (92 * 86'400));
    row.seen = row.time + std::chrono::seconds(random() % 172'800);
    row.service = pick(random, services);
    row.model = pick(random, models);
    row.backend = pick(random, backends);
    row.region = random() % 2 == 0 ? "eastus" : "westeurope";
    row.feature = pick(random, features);
    row.owner = pick(random, owners);
    row.environment = random() % 3 == 0 ? "test" : "";
    row.source = static_cast<TokenSource>(random() % 4);
    row.status = random() % 5 == 0 ? 429 : 200;
    row.attempts = static_cast<int>(random() % 4);
    if (row.source == TokenSource::Measured || row.source == TokenSource::Estimated) {
        for (std::int64_t& count : row.tokens)
            count = random() % 2 == 0 ? 0 : static_cast<std::int64_t>(random() % 100'000);
        row.tokens[3] = 0;
    }
    return row;
}

/// A price book that lacks some models, with a discount, a change in mid-month and a reservation at times.
inline PriceBook drawBook(Random& random)
{
    const auto amount = [&] { return static_cast<Pico>(1 + random() % (20 * PicoPerUnit)); };
    std::vector<Price> prices;
    for (const char* model : {"gpt-4o", "gpt-4o-mini", "gpt-4o-0513"}) {
        for (const Direction direction : {Direction::Input, Direction::CachedInput, Direction::Output}) {
            for (const char* since : {"2026-01-01", "2026-07-15"}) {
                if (random() % 5 != 0)
                    prices.push_back({{model, "", direction},
                                      day(since),
                                      amount(),
                                      random() % 2 == 0 ? Unit::Million : Unit::Thousand,
                                      Usd});
            }
        }
    }
    PriceBook book = *PriceBook(Usd).with(prices);
    if (random() % 2 == 0)
        book = *book.withDiscounts({{"gpt-4o", "", static_cast<std::int64_t>(random() % 1'000'001),
                                     day("2026-06-10"), std::nullopt}});
    if (random() % 2 == 0)
        book = *book.withReservations({{"PTU", "ptu", amount(), Usd, day("2026-06-20"), day("2026-08-05")}});
    return book;
}

inline ServiceFacts someFacts()
{
    ServiceFacts facts;
    facts.set("checkout", {day("2026-01-01"), "Checkout", "commerce", "ada", "CC-1", "production", "shop"});
    facts.set("checkout", {day("2026-07-10"), "Checkout", "payments", "bob", "CC-2", "production", "shop"});
    facts.set("search", {day("2026-01-01"), "Search", "knowledge", "", "CC-3", "", ""});
    facts.rename("support", "support-copilot");
    return facts;
}

/// What the cells hold, without those that hold nothing (any more).
inline std::vector<Cell> cellsOf(const Ledger& ledger, std::optional<Month> upTo = std::nullopt)
{
    std::vector<Cell> cells;
    for (const Cell& cell : ledger.cells()) {
        if (!(cell.sum == Measures{}) && (!upTo || monthOf(Day(std::chrono::days(cell.key.day))) <= *upTo))
            cells.push_back(cell);
    }
    const auto order = [](const CellKey& key) {
        return std::tuple(key.day, key.tags, key.source, key.standing, key.afterClose);
    };
    std::sort(cells.begin(), cells.end(),
              [&](const Cell& a, const Cell& b) { return order(a.key) < order(b.key); });
    return cells;
}

} // namespace gatehouse::test
