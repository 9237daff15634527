// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/execution/chunk.h"

#include <cstdint>
#include <vector>

namespace gatehouse::kql {

/// Hashes of the rows of some columns; equal values (null with null, NaN with NaN) have equal hashes.
void hashRows(std::span<const View> keys, std::size_t rows, std::vector<std::uint64_t>& hashes);
/// Equal as keys are: null equals null, NaN equals NaN.
[[nodiscard]] bool sameKey(const Column& left, std::size_t leftRow, const Column& right,
                           std::size_t rightRow);

/// Numbers the distinct rows of key columns in the order in which they first come: an open-addressing hash
/// table over keys that are kept column by column.
class Grouping
{
public:
    explicit Grouping(std::vector<ColumnType> types);

    /// The group of each row; new keys get the next numbers.
    void assign(std::span<const View> keys, std::size_t rows, std::vector<std::uint32_t>& groups);
    /// The group of each row, or NoGroup where the key is unknown.
    void lookUp(std::span<const View> keys, std::size_t rows, std::vector<std::uint32_t>& groups) const;

    static constexpr std::uint32_t NoGroup = UINT32_MAX;

    [[nodiscard]] std::size_t size() const { return m_hashes.size(); }
    [[nodiscard]] std::vector<Column>& keys() { return m_keys; }
    [[nodiscard]] std::size_t memoryBytes() const;

private:
    [[nodiscard]] std::size_t slotOf(std::uint64_t hash, std::span<const View> keys, std::size_t row) const;
    [[nodiscard]] bool matches(std::uint32_t group, std::span<const View> keys, std::size_t row) const;
    void rehash(std::size_t slots);

    std::vector<Column> m_keys;
    std::vector<std::uint64_t> m_hashes; // of each group
    std::vector<std::uint32_t> m_slots;  // group, or NoGroup
};

} // namespace gatehouse::kql
