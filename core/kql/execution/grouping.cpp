// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/execution/grouping.h"

#include <bit>
#include <cmath>
#include <cstring>

namespace gatehouse::kql {

namespace {

constexpr std::uint64_t Golden = 0x9E3779B97F4A7C15ULL;

std::uint64_t mix(std::uint64_t value)
{
    value ^= value >> 32U;
    value *= 0xD6E8FEB86659FD93ULL;
    value ^= value >> 32U;
    return value;
}

std::uint64_t hashText(std::string_view text)
{
    std::uint64_t hash = Golden ^ text.size();
    std::size_t i = 0;
    for (; i + 8 <= text.size(); i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + i, 8);
        hash = mix(hash ^ word) + Golden;
    }
    std::uint64_t tail = 0;
    if (i < text.size())
        std::memcpy(&tail, text.data() + i, text.size() - i);
    return mix(hash ^ tail);
}

std::uint64_t hashReal(double value)
{
    if (std::isnan(value))
        return 0x7FF8;
    return mix(std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value));
}

std::uint64_t hashAt(const Column& column, std::size_t row)
{
    if (column.isNull(row))
        return Golden;
    switch (column.type()) {
    case ColumnType::Bool:
        return column.boolAt(row) ? 3 : 5;
    case ColumnType::Real:
        return hashReal(column.realAt(row));
    case ColumnType::Int:
    case ColumnType::Long:
    case ColumnType::DateTime:
    case ColumnType::Timespan:
        return mix(static_cast<std::uint64_t>(column.integerAt(row)) + Golden);
    case ColumnType::Decimal:
        return hashReal(column.numberAt(row));
    case ColumnType::Guid:
    case ColumnType::String:
    case ColumnType::Dynamic:
        break;
    }
    return hashText(column.textAt(row));
}

} // namespace

void hashRows(std::span<const View> keys, std::size_t rows, std::vector<std::uint64_t>& hashes)
{
    hashes.assign(rows, 0);
    for (const View& key : keys) {
        if (key.constant) {
            const std::uint64_t hash = hashAt(*key.column, 0);
            for (std::uint64_t& out : hashes)
                out = (out ^ hash) * Golden;
            continue;
        }
        for (std::size_t i = 0; i < rows; ++i)
            hashes[i] = (std::rotl(hashes[i], 23) ^ hashAt(*key.column, key.at(i))) * Golden;
    }
    for (std::uint64_t& hash : hashes)
        hash = mix(hash);
}

bool sameKey(const Column& left, std::size_t leftRow, const Column& right, std::size_t rightRow)
{
    const bool leftNull = left.isNull(leftRow);
    if (leftNull || right.isNull(rightRow))
        return leftNull && right.isNull(rightRow);
    switch (left.type()) {
    case ColumnType::Bool:
        return left.boolAt(leftRow) == right.boolAt(rightRow);
    case ColumnType::Real: {
        const double a = left.realAt(leftRow);
        const double b = right.realAt(rightRow);
        return a == b || (std::isnan(a) && std::isnan(b));
    }
    case ColumnType::Int:
    case ColumnType::Long:
    case ColumnType::DateTime:
    case ColumnType::Timespan:
        return left.integerAt(leftRow) == right.integerAt(rightRow);
    case ColumnType::Decimal:
        return left.numberAt(leftRow) == right.numberAt(rightRow);
    case ColumnType::Guid:
    case ColumnType::String:
    case ColumnType::Dynamic:
        break;
    }
    return left.textAt(leftRow) == right.textAt(rightRow);
}

Grouping::Grouping(std::vector<ColumnType> types)
{
    for (const ColumnType type : types)
        m_keys.emplace_back(std::string(), type);
    m_slots.assign(1024, NoGroup);
}

bool Grouping::matches(std::uint32_t group, std::span<const View> keys, std::size_t row) const
{
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (!sameKey(m_keys[i], group, *keys[i].column, keys[i].at(row)))
            return false;
    }
    return true;
}

std::size_t Grouping::slotOf(std::uint64_t hash, std::span<const View> keys, std::size_t row) const
{
    const std::size_t mask = m_slots.size() - 1;
    std::size_t slot = hash & mask;
    while (m_slots[slot] != NoGroup) {
        const std::uint32_t group = m_slots[slot];
        if (m_hashes[group] == hash && matches(group, keys, row))
            break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

void Grouping::rehash(std::size_t slots)
{
    m_slots.assign(slots, NoGroup);
    for (std::size_t group = 0; group < m_hashes.size(); ++group) {
        std::size_t slot = m_hashes[group] & (slots - 1);
        while (m_slots[slot] != NoGroup)
            slot = (slot + 1) & (slots - 1);
        m_slots[slot] = static_cast<std::uint32_t>(group);
    }
}

void Grouping::assign(std::span<const View> keys, std::size_t rows, std::vector<std::uint32_t>& groups)
{
    groups.resize(rows);
    std::vector<std::uint64_t> hashes;
    hashRows(keys, rows, hashes);
    for (std::size_t row = 0; row < rows; ++row) {
        const std::size_t slot = slotOf(hashes[row], keys, row);
        if (m_slots[slot] != NoGroup) {
            groups[row] = m_slots[slot];
            continue;
        }
        const auto group = static_cast<std::uint32_t>(m_hashes.size());
        m_slots[slot] = group;
        groups[row] = group;
        m_hashes.push_back(hashes[row]);
        for (std::size_t i = 0; i < keys.size(); ++i)
            m_keys[i].appendFrom(*keys[i].column, keys[i].at(row));
        if (m_hashes.size() * 2 > m_slots.size())
            rehash(m_slots.size() * 4);
    }
}

void Grouping::lookUp(std::span<const View> keys, std::size_t rows, std::vector<std::uint32_t>& groups) const
{
    groups.resize(rows);
    std::vector<std::uint64_t> hashes;
    hashRows(keys, rows, hashes);
    for (std::size_t row = 0; row < rows; ++row)
        groups[row] = m_slots[slotOf(hashes[row], keys, row)];
}

std::size_t Grouping::memoryBytes() const
{
    std::size_t bytes = m_hashes.capacity() * 8 + m_slots.capacity() * 4;
    for (const Column& key : m_keys)
        bytes += key.memoryBytes();
    return bytes;
}

} // namespace gatehouse::kql
