// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/ledger/texts.h"
#include "core/usage/ledger/usagerow.h"

#include <array>

namespace gatehouse::cost {

/// The texts of a row in the order in which bookings and cells hold them.
enum class Tag : std::uint8_t { Service, Model, Backend, Region, Application, Feature, Environment, Owner };
inline constexpr std::size_t Tags = 8;
using TagIds = std::array<TextId, Tags>;

/// Whether a row has an amount.
enum class Standing : std::uint8_t { Priced, Unpriced, UnknownUsage };

/// A row as the ledger holds it: on a day, with its amount. The sum of all bookings is the ledger.
struct Booking
{
    std::string id;
    DateTime time;
    DateTime seen;
    TagIds tags{};
    Tokens tokens{};
    TokenSource source = TokenSource::Measured;
    std::int32_t attempts = 1;
    std::int32_t status = 200;
    Day booked; ///< its own day, or the first open one when its month was closed already
    bool afterClose =
        false; ///< booked on another day than its own, or the reversal of what a closed month holds
    bool reversal = false; ///< takes back an earlier booking; its amount never changes
    Standing standing = Standing::Priced;
    Pico cost = 0; ///< 0 unless Priced; of a reversal: what is taken back

    [[nodiscard]] bool failed() const { return status < 200 || status >= 400; }
    bool operator==(const Booking&) const = default;
};

/// What many bookings have in common, and what regrouping looks at.
struct CellKey
{
    std::int32_t day = 0; ///< since 1970-01-01
    TagIds tags{};
    TokenSource source = TokenSource::Measured;
    Standing standing = Standing::Priced;
    bool afterClose = false;

    bool operator==(const CellKey&) const = default;
};
struct CellKeyHash
{
    [[nodiscard]] std::size_t operator()(const CellKey& key) const
    {
        std::uint64_t hash = static_cast<std::uint32_t>(key.day) * 0x9E3779B97F4A7C15U;
        const auto mix = [&hash](std::uint64_t value) {
            hash = (hash ^ value) * 0xD6E8FEB86659FD93U;
            hash ^= hash >> 32U;
        };
        for (std::size_t i = 0; i < Tags; i += 2)
            mix(static_cast<std::uint64_t>(key.tags[i]) << 32U | key.tags[i + 1]);
        mix(static_cast<std::uint64_t>(key.source) << 16U | static_cast<std::uint64_t>(key.standing) << 8U |
            (key.afterClose ? 1U : 0U));
        return hash;
    }
};

/// Sums; a reversal counts negative.
struct Measures
{
    std::int64_t requests = 0;
    std::int64_t failed = 0;
    std::int64_t attempts = 0;
    Tokens tokens{};
    Int128 pico = 0;

    Measures& operator+=(const Measures& other);
    Measures& operator-=(const Measures& other);
    [[nodiscard]] std::int64_t allTokens() const { return tokens[0] + tokens[1] + tokens[2] + tokens[3]; }
    bool operator==(const Measures&) const = default;
};

struct Cell
{
    CellKey key;
    Measures sum;
    bool operator==(const Cell&) const = default;
};

[[nodiscard]] CellKey keyOf(const Booking& booking);
[[nodiscard]] Measures measuresOf(const Booking& booking);

} // namespace gatehouse::cost
