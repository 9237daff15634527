// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/ledger/idindex.h"

namespace gatehouse::cost {

namespace {

constexpr std::size_t FirstCapacity = 64;

} // namespace

std::uint64_t fingerprint(std::string_view id)
{
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (const char c : id)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    hash ^= hash >> 32U;
    return hash * 0xD6E8FEB86659FD93U;
}

void IdIndex::reserve(std::size_t count)
{
    std::size_t capacity = FirstCapacity;
    while (capacity < count * 2)
        capacity *= 2;
    if (capacity > m_numbers.size())
        grow(capacity);
}

void IdIndex::grow(std::size_t capacity)
{
    std::vector<std::uint64_t> prints(capacity);
    std::vector<std::uint32_t> numbers(capacity, Free);
    prints.swap(m_prints);
    numbers.swap(m_numbers);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (numbers[i] != Free)
            place(prints[i], numbers[i]);
    }
}

void IdIndex::place(std::uint64_t print, std::uint32_t number)
{
    const std::size_t mask = m_numbers.size() - 1;
    std::size_t slot = print & mask;
    while (m_numbers[slot] != Free)
        slot = (slot + 1) & mask;
    m_prints[slot] = print;
    m_numbers[slot] = number;
}

void IdIndex::insert(std::uint64_t print, std::uint32_t number)
{
    if ((m_count + 1) * 2 > m_numbers.size())
        grow(m_numbers.empty() ? FirstCapacity : m_numbers.size() * 2);
    place(print, number);
    ++m_count;
}

void IdIndex::move(std::uint64_t print, std::uint32_t from, std::uint32_t to)
{
    const std::size_t mask = m_numbers.size() - 1;
    for (std::size_t slot = print & mask; m_numbers[slot] != Free; slot = (slot + 1) & mask) {
        if (m_numbers[slot] == from) {
            m_numbers[slot] = to;
            return;
        }
    }
}

void IdIndex::find(std::uint64_t print, const std::function<bool(std::uint32_t)>& match) const
{
    if (m_numbers.empty())
        return;
    const std::size_t mask = m_numbers.size() - 1;
    for (std::size_t slot = print & mask; m_numbers[slot] != Free; slot = (slot + 1) & mask) {
        if (m_prints[slot] == print && match(m_numbers[slot]))
            return;
    }
}

} // namespace gatehouse::cost
