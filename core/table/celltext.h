// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace gatehouse {

/// The number that eight ASCII digits write; false when one is none. All of them are worked on at once:
/// neighbours are joined to pairs, pairs to fours, fours to the whole. The first digit is in the lowest byte.
[[nodiscard]] inline bool readEightDigits(std::uint64_t bytes, std::uint32_t& number)
{
    constexpr std::uint64_t HighHalves = 0xF0F0F0F0F0F0F0F0;
    const std::uint64_t carried = bytes + 0x0606060606060606; // ':' and above reach the next high half
    if (((bytes & HighHalves) | ((carried & HighHalves) >> 4U)) != 0x3333333333333333)
        return false;
    bytes = (bytes & 0x0F0F0F0F0F0F0F0F) * 2561 >> 8U;
    bytes = (bytes & 0x00FF00FF00FF00FF) * 6553601 >> 16U;
    number = static_cast<std::uint32_t>((bytes & 0x0000FFFF0000FFFF) * 42949672960001 >> 32U);
    return true;
}

/// Reads the datetimes of one column. Rows that follow each other mostly fall on the same day, so the
/// calendar is worked out only when the day changes; whatever is not "YYYY-MM-DDTHH:MM:SS[.fffffff]Z" goes to
/// parseDateTime. This is most of what decoding a large answer costs, hence inline and without an optional on
/// its way.
class DateTimeReader
{
public:
    /// Ticks since year one; false when the text is no time.
    [[nodiscard]] bool read(std::string_view text, std::int64_t& ticks)
    {
        const std::size_t digits = text.size() - Shortest - 1; // of the fraction; huge without one
        if (text.size() < Shortest || text.size() > Longest || text[DayLength] != 'T' || text.back() != 'Z' ||
            digits == 0 || std::memcmp(m_day.data(), text.data(), DayLength) != 0)
            return readSlowly(text, ticks);
        std::uint32_t clock = 0;
        std::uint32_t fraction = 0;
        if (text[ClockStart + 2] != ':' || text[ClockStart + 5] != ':' ||
            !readEightDigits(loadEight(text.data() + ClockStart) ^ ColonsToZeros, clock) ||
            (text.size() > Shortest &&
             (text[Shortest - 1] != '.' || !readFraction(text, static_cast<unsigned>(digits), fraction))))
            return readSlowly(text, ticks);
        const std::uint32_t hours = clock / 1'000'000;
        const std::uint32_t minutes = clock / 1000 % 1000;
        const std::uint32_t seconds = clock % 1000;
        ticks = m_midnight + std::int64_t{(hours * 60 + minutes) * 60 + seconds} * TicksPerSecond + fraction;
        return hours < 24 && minutes < 60 && seconds < 60;
    }

private:
    static constexpr std::int64_t TicksPerSecond = 10'000'000;
    static constexpr std::size_t DayLength = 10;  // "2026-06-01"
    static constexpr std::size_t ClockStart = 11; // "08:00:00"
    static constexpr std::size_t Shortest = 20;   // "2026-06-01T08:00:00Z"
    static constexpr std::size_t Longest = 28;    // "2026-06-01T08:00:00.1234567Z"
    static constexpr std::uint64_t ColonsToZeros =
        (std::uint64_t{':' ^ '0'} << 16U) | (std::uint64_t{':' ^ '0'} << 40U);

    [[nodiscard]] static std::uint64_t loadEight(const char* at)
    {
        std::array<char, 8> bytes{};
        std::memcpy(bytes.data(), at, bytes.size());
        const auto value = std::bit_cast<std::uint64_t>(bytes);
        return std::endian::native == std::endian::little ? value : __builtin_bswap64(value);
    }

    [[nodiscard]] static bool readFraction(std::string_view text, unsigned digits, std::uint32_t& ticks)
    {
        // The eight bytes before the Z end with the digits: those before them go out, zeros follow them.
        const std::uint64_t bytes = loadEight(text.data() + text.size() - 9) >> (64 - 8 * digits);
        const bool fine = readEightDigits(bytes | (0x3030303030303030 << (8 * digits)), ticks);
        ticks /= 10;
        return fine;
    }

    [[nodiscard]] bool readSlowly(std::string_view text, std::int64_t& ticks);

    std::array<char, DayLength> m_day{}; // the day of m_midnight as text
    std::int64_t m_midnight = 0;
};

/// A decimal number as Log Analytics writes it: sign, digits, fraction, exponent.
[[nodiscard]] bool isDecimalText(std::string_view text);

} // namespace gatehouse
