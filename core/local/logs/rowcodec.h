// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/logs/schemas.h"
#include "core/table/table.h"

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The encoding of rows, in the file and in memory. A row is its header and then the columns that the mask
/// names, in the order of the table's spec: a text as its length and its bytes, an integer zigzag, both as
/// varints of 7 bits, a real as 8 bytes. TimeGenerated is in the header; what all rows of a table share is
/// not stored at all.
namespace gatehouse::local {

/// table u8 · length u32 (of the whole row) · ticks i64 · mask u64, in the machine's byte order (the file
/// does not travel between machines).
struct RowHeader
{
    static constexpr std::size_t Size = 1 + 4 + 8 + 8;
    static constexpr std::size_t MaxColumns = 64;

    std::uint8_t table = 0;
    std::uint32_t length = 0;
    std::int64_t ticks = 0;
    std::uint64_t mask = 0;

    void write(char* at) const
    {
        std::memcpy(at, &table, 1);
        std::memcpy(at + 1, &length, 4);
        std::memcpy(at + 5, &ticks, 8);
        std::memcpy(at + 13, &mask, 8);
    }
    static void setLength(char* at, std::uint32_t length) { std::memcpy(at + 1, &length, 4); }
    static void setColumn(char* at, std::size_t column)
    {
        std::uint64_t mask = 0;
        std::memcpy(&mask, at + 13, 8);
        mask |= std::uint64_t{1} << column;
        std::memcpy(at + 13, &mask, 8);
    }
    /// Empty when the bytes are cut or say an impossible length.
    [[nodiscard]] static std::optional<RowHeader> read(std::string_view bytes);
};

[[nodiscard]] constexpr std::uint64_t zigzag(std::int64_t value)
{
    return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63);
}
[[nodiscard]] constexpr std::int64_t unzigzag(std::uint64_t value)
{
    return static_cast<std::int64_t>(value >> 1U) ^ -static_cast<std::int64_t>(value & 1U);
}

inline void appendVarint(std::string& bytes, std::uint64_t value)
{
    while (value >= 0x80U) {
        bytes += static_cast<char>(static_cast<unsigned char>(value | 0x80U));
        value >>= 7U;
    }
    bytes += static_cast<char>(static_cast<unsigned char>(value));
}

/// Decodes the wanted columns (positions in columns, ascending) of some rows of one table. Rows that are
/// damaged end it; what was read before stays.
[[nodiscard]] Table decodeRows(const std::string& tableName, const std::vector<StoredColumn>& columns,
                               std::span<const std::size_t> wanted, std::string_view rows,
                               std::size_t rowCount);

} // namespace gatehouse::local
