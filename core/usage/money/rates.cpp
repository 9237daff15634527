// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/money/rates.h"

#include <algorithm>
#include <tuple>

namespace gatehouse::cost {

namespace {

auto orderOf(const Rate& rate)
{
    return std::tuple(rate.from, rate.to, rate.since);
}

} // namespace

Status Rates::add(const Rate& rate)
{
    const std::string pair = rate.from.text() + " in " + rate.to.text();
    if (!rate.from.known() || !rate.to.known() || rate.from == rate.to || rate.value <= 0)
        return fail(Error::Kind::InvalidInput,
                    "A rate of " + pair + " must be more than 0, between two currencies.");
    const auto place = std::lower_bound(m_rates.begin(), m_rates.end(), rate,
                                        [](const Rate& a, const Rate& b) { return orderOf(a) < orderOf(b); });
    if (place != m_rates.end() && orderOf(*place) == orderOf(rate)) {
        if (place->value == rate.value)
            return {};
        return fail(Error::Kind::InvalidInput,
                    "There are two rates of " + pair + " for " + dayText(rate.since) + ".");
    }
    m_rates.insert(place, rate);
    return {};
}

const Rate* Rates::find(Currency from, Currency to, Day day) const
{
    const auto after =
        std::upper_bound(m_rates.begin(), m_rates.end(), std::tuple(from, to, day),
                         [](const auto& key, const Rate& rate) { return key < orderOf(rate); });
    if (after == m_rates.begin())
        return nullptr;
    const Rate& rate = *std::prev(after);
    return rate.from == from && rate.to == to ? &rate : nullptr;
}

Result<Money> Rates::convert(const Money& money, Currency to, Day day) const
{
    if (money.currency == to)
        return money;
    const Rate* rate = find(money.currency, to, day);
    if (rate == nullptr)
        return fail(Error::Kind::InvalidInput,
                    "There is no rate of " + money.currency.text() + " in " + to.text() + " for " +
                        dayText(day) + ".",
                    "Add the rate with the day from which it holds.");
    const std::optional<Int128> pico = mulDiv(money.pico, rate->value, PicoPerUnit);
    if (!pico)
        return fail(Error::Kind::InvalidInput, "The amount is too large.");
    return Money{*pico, to};
}

} // namespace gatehouse::cost
