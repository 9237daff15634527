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

/// Up to seven bytes as a number, without a copy of variable length.
std::uint64_t shortWord(const char* text, std::size_t size)
{
    if (size >= 4) {
        std::uint32_t first = 0;
        std::uint32_t last = 0;
        std::memcpy(&first, text, 4);
        std::memcpy(&last, text + size - 4, 4);
        return first | std::uint64_t{last} << 32U;
    }
    const auto byteAt = [&](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(text[i])}; };
    return size == 0 ? 0 : byteAt(0) | byteAt(size / 2) << 8U | byteAt(size - 1) << 16U;
}

std::uint64_t wordAt(const char* text)
{
    std::uint64_t word = 0;
    std::memcpy(&word, text, 8);
    return word;
}

/// The last eight bytes count whole, whatever of them counted before.
std::uint64_t hashText(std::string_view text)
{
    std::uint64_t hash = Golden ^ text.size();
    if (text.size() < 8)
        return mix(hash ^ shortWord(text.data(), text.size()));
    for (std::size_t i = 0; i + 8 < text.size(); i += 8)
        hash = mix(hash ^ wordAt(text.data() + i)) + Golden;
    return mix(hash ^ wordAt(text.data() + text.size() - 8));
}

std::uint64_t hashReal(double value)
{
    if (std::isnan(value))
        return 0x7FF8;
    return mix(std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value));
}

std::uint64_t hashInteger(std::int64_t value)
{
    return mix(static_cast<std::uint64_t>(value) + Golden);
}

/// Calls visit(row, hash of its value).
template <typename Hash, typename Visit>
void hashEach(const View& key, std::size_t rows, Hash hash, Visit visit)
{
    const bool nulls = key.mayBeNull();
    if (!nulls && !key.rows && !key.constant) {
        for (std::size_t i = 0; i < rows; ++i)
            visit(i, hash(key.offset + i));
        return;
    }
    for (std::size_t i = 0; i < rows; ++i) {
        const std::size_t at = key.at(i);
        visit(i, nulls && key.column->isNull(at) ? Golden : hash(at));
    }
}

template <typename Visit>
void hashKey(const View& key, std::size_t rows, Visit visit)
{
    const Column& column = *key.column;
    switch (column.type()) {
    case ColumnType::Bool:
        hashEach(
            key, rows, [&](std::size_t at) { return column.boolAt(at) ? 3U : 5U; }, visit);
        return;
    case ColumnType::Real:
        hashEach(
            key, rows, [&](std::size_t at) { return hashReal(column.realAt(at)); }, visit);
        return;
    case ColumnType::Int:
    case ColumnType::Long:
    case ColumnType::DateTime:
    case ColumnType::Timespan:
        hashEach(
            key, rows, [&](std::size_t at) { return hashInteger(column.integerAt(at)); }, visit);
        return;
    case ColumnType::Decimal:
        hashEach(
            key, rows, [&](std::size_t at) { return hashReal(column.numberAt(at)); }, visit);
        return;
    case ColumnType::Guid:
    case ColumnType::String:
    case ColumnType::Dynamic:
        hashEach(
            key, rows, [&](std::size_t at) { return hashText(column.textAt(at)); }, visit);
    }
}

} // namespace

void hashRows(std::span<const View> keys, std::size_t rows, std::vector<std::uint64_t>& hashes)
{
    hashes.assign(rows, 0);
    for (const View& key : keys)
        hashKey(key, rows, [&](std::size_t row, std::uint64_t hash) {
            hashes[row] = (std::rotl(hashes[row], 23) ^ hash) * Golden;
        });
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
