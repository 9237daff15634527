// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace gatehouse::cost {

/// 64 bits of an id. Two ids may share one, so who finds a match compares the ids themselves.
[[nodiscard]] std::uint64_t fingerprint(std::string_view id);

/// Numbers by fingerprint, for millions of ids in 12 bytes each.
class IdIndex
{
public:
    void reserve(std::size_t count);
    void insert(std::uint64_t print, std::uint32_t number);
    /// The entry of the old number gets another one.
    void move(std::uint64_t print, std::uint32_t from, std::uint32_t to);
    /// Calls with each number of the fingerprint until it answers true.
    void find(std::uint64_t print, const std::function<bool(std::uint32_t)>& match) const;

private:
    static constexpr std::uint32_t Free = 0xFFFF'FFFF;
    void grow(std::size_t capacity);
    void place(std::uint64_t print, std::uint32_t number);

    std::vector<std::uint64_t> m_prints;
    std::vector<std::uint32_t> m_numbers;
    std::size_t m_count = 0;
};

} // namespace gatehouse::cost
