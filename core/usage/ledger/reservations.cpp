// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/ledger/reservations.h"

#include "core/base/encoding.h"
#include "core/usage/money/shown.h"

#include <algorithm>

namespace gatehouse::cost {

namespace {

/// Who used a backend on a day, by all tags.
struct Use
{
    std::map<TagIds, std::pair<std::int64_t, std::int64_t>> byTags; ///< tokens, calls
};
using Uses = std::map<std::pair<std::string, Day>, Use>; ///< by backend in lower case and day

Uses usesOf(const Ledger& ledger, Day from, Day to)
{
    Uses uses;
    std::vector<std::string> lowered(ledger.texts().size());
    for (const Cell& cell : ledger.cells()) {
        const Day day{std::chrono::days(cell.key.day)};
        const TextId backend = cell.key.tags[static_cast<std::size_t>(Tag::Backend)];
        if (day < from || day >= to || backend == 0 || cell.key.afterClose)
            continue;
        if (lowered[backend].empty())
            lowered[backend] = toLower(ledger.texts()[backend]);
        auto& [tokens, calls] = uses[{lowered[backend], day}].byTags[cell.key.tags];
        tokens += cell.sum.allTokens();
        calls += cell.sum.requests;
    }
    return uses;
}

void charge(const Reservation& reservation, Day day, Int128 pico, const Use* use,
            std::vector<ReservedCharge>& out)
{
    std::vector<std::int64_t> byTokens;
    std::vector<std::int64_t> byCalls;
    if (use != nullptr) {
        for (const auto& [tags, amounts] : use->byTags) {
            byTokens.push_back(std::max<std::int64_t>(amounts.first, 0));
            byCalls.push_back(std::max<std::int64_t>(amounts.second, 0));
        }
    }
    const auto any = [](const std::vector<std::int64_t>& list) {
        return std::any_of(list.begin(), list.end(), [](std::int64_t value) { return value > 0; });
    };
    if (!any(byTokens) && !any(byCalls)) {
        out.push_back({day, reservation.name, true, {}, pico});
        return;
    }
    const std::vector<Int128> parts = spread(pico, any(byTokens) ? byTokens : byCalls);
    std::size_t i = 0;
    for (const auto& [tags, amounts] : use->byTags) {
        if (parts[i] != 0)
            out.push_back({day, reservation.name, false, tags, parts[i]});
        ++i;
    }
}

} // namespace

Int128 dayPart(Int128 monthly, Day day)
{
    const Month month = monthOf(day);
    const auto index = static_cast<std::size_t>((day - firstDay(month)).count());
    return spread(monthly, std::vector<std::int64_t>(static_cast<std::size_t>(daysIn(month)), 1))[index];
}

std::vector<ReservedCharge> reservedCharges(const Ledger& ledger, Day from, Day to)
{
    std::vector<ReservedCharge> charges;
    std::optional<Uses> uses;
    for (Day day = from; day < to; day += std::chrono::days{1}) {
        const PriceBook& book = ledger.pricesOf(monthOf(day)).book;
        for (const Reservation& one : book.reservations()) {
            if (day < one.since || (one.until && day >= *one.until))
                continue;
            const Result<Money> home =
                book.rates().convert({dayPart(one.monthly, day), one.currency}, book.home(), day);
            if (!home)
                continue; // cannot be: a reservation in a book has its rate
            if (!uses)
                uses = usesOf(ledger, from, to);
            const auto use = uses->find({toLower(one.backend), day});
            charge(one, day, home->pico, use == uses->end() ? nullptr : &use->second, charges);
        }
    }
    return charges;
}

} // namespace gatehouse::cost
