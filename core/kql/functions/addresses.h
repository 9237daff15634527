// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::kql {

/// An IPv4 address and how many of its bits count.
struct Ipv4
{
    std::uint32_t address = 0;
    unsigned prefix = 32;

    [[nodiscard]] std::uint32_t masked(unsigned bits) const
    {
        return bits == 0 ? 0 : address & (~std::uint32_t{0} << (32 - bits));
    }
};

/// An IPv6 address, or an IPv4 address as IPv6 has it, and how many of its 128 bits count.
struct Ipv6
{
    std::array<unsigned char, 16> bytes{};
    unsigned prefix = 128;

    [[nodiscard]] std::array<unsigned char, 16> masked(unsigned bits) const;
};

/// "192.168.1.1" or "192.168.1.1/24".
[[nodiscard]] std::optional<Ipv4> readIpv4(std::string_view text);
[[nodiscard]] std::optional<Ipv6> readIpv6(std::string_view text);
[[nodiscard]] std::string ipv4ToText(std::uint32_t address);
/// All eight groups with four digits each.
[[nodiscard]] std::string ipv6ToText(const std::array<unsigned char, 16>& bytes);

} // namespace gatehouse::kql
