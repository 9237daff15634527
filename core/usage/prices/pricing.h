// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/prices/pricebook.h"

#include <array>

namespace gatehouse::cost {

/// Tokens of one call by direction. Input does not hold the cached ones.
using Tokens = std::array<std::int64_t, Directions>;
/// The most tokens of one direction that one call can have.
inline constexpr std::int64_t MaxTokens = 1'000'000'000;

/// The tokens of a call as logs count them, where prompt holds the cached ones. What a model of embeddings
/// reads is Embedding.
[[nodiscard]] Tokens tokensOf(std::string_view model, std::int64_t prompt, std::int64_t cached,
                              std::int64_t completion);

/// What the tokens of a model in a region cost on a day.
struct Tariff
{
    struct Part
    {
        Pico amount = 0; ///< 0: there is no price
        std::int64_t unit = 1;
        Pico rate = 0; ///< of the home currency for one of the price's; 0 when it is the same
    };
    std::array<Part, Directions> parts;
    std::int64_t charged = 1'000'000; ///< millionths of the price that remain after the discount
    bool reserved = false;            ///< a reservation serves these calls, so tokens cost nothing themselves
};
[[nodiscard]] Tariff tariffOf(const PriceBook& book, std::string_view model, std::string_view region,
                              std::string_view backend, Day day);

/// The cost of a call in the home currency. Each direction is tokens × price × (1 − discount) ÷ unit, rounded
/// half up to a whole pico once, and once more where it is converted; the directions are added. Empty
/// (*Unpriced*) when a direction with tokens has no price, or the amount does not fit: half a price is none.
[[nodiscard]] std::optional<Pico> costOf(const Tariff& tariff, const Tokens& tokens);

} // namespace gatehouse::cost
