// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/prices/pricing.h"

#include "core/usage/prices/names.h"

namespace gatehouse::cost {

namespace {

constexpr std::int64_t Millionths = 1'000'000;

} // namespace

Tokens tokensOf(std::string_view model, std::int64_t prompt, std::int64_t cached, std::int64_t completion)
{
    if (modelName(model).family.find("embedding") != std::string::npos)
        return {0, 0, completion, prompt};
    return {prompt - cached, cached, completion, 0};
}

Tariff tariffOf(const PriceBook& book, std::string_view model, std::string_view region,
                std::string_view backend, Day day)
{
    Tariff tariff;
    if (book.reservationOf(backend, day) != nullptr) {
        tariff.reserved = true;
        return tariff;
    }
    if (const Discount* discount = book.discountFor(model, region, day); discount != nullptr)
        tariff.charged = Millionths - discount->millionths;
    for (std::size_t i = 0; i < Directions; ++i) {
        const Price* price = book.find(model, region, static_cast<Direction>(i), day);
        if (price == nullptr)
            continue;
        Tariff::Part& part = tariff.parts[i];
        part.unit = static_cast<std::int64_t>(price->unit);
        if (price->currency == book.home()) {
            part.amount = price->amount;
        } else if (const Rate* rate = book.rates().find(price->currency, book.home(), day)) {
            part.amount = price->amount;
            part.rate = rate->value;
        }
    }
    return tariff;
}

std::optional<Pico> costOf(const Tariff& tariff, const Tokens& tokens)
{
    if (tariff.reserved)
        return 0;
    Int128 sum = 0;
    for (std::size_t i = 0; i < Directions; ++i) {
        const Tariff::Part& part = tariff.parts[i];
        if (tokens[i] == 0)
            continue;
        if (part.amount == 0)
            return std::nullopt;
        std::optional<Int128> cost =
            mulDiv(Int128{tokens[i]} * part.amount, tariff.charged, Int128{part.unit} * Millionths);
        if (cost && part.rate != 0)
            cost = mulDiv(*cost, part.rate, PicoPerUnit);
        if (!cost)
            return std::nullopt;
        sum += *cost;
    }
    return fitsPico(sum) ? std::optional(static_cast<Pico>(sum)) : std::nullopt;
}

} // namespace gatehouse::cost
