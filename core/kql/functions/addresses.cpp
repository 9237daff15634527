// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/addresses.h"

#include <arpa/inet.h>
#include <charconv>

namespace gatehouse::kql {

namespace {

std::optional<unsigned> readNumber(std::string_view text, unsigned most)
{
    unsigned value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || text.size() > 3 || code != std::errc{} || end != text.data() + text.size() ||
        value > most)
        return std::nullopt;
    return value;
}

/// Cuts "/24" off; empty when it is no number of that many bits.
std::optional<unsigned> takePrefix(std::string_view& text, unsigned most)
{
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos)
        return most;
    const auto prefix = readNumber(text.substr(slash + 1), most);
    text = text.substr(0, slash);
    return prefix;
}

std::string_view withoutBlanks(std::string_view text)
{
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

} // namespace

std::array<unsigned char, 16> Ipv6::masked(unsigned bits) const
{
    auto result = bytes;
    for (unsigned i = 0; i < result.size(); ++i) {
        const unsigned kept = bits > i * 8 ? bits - i * 8 : 0;
        if (kept < 8)
            result.at(i) = static_cast<unsigned char>(result.at(i) & (0xFF00U >> kept));
    }
    return result;
}

std::optional<Ipv4> readIpv4(std::string_view text)
{
    text = withoutBlanks(text);
    const auto prefix = takePrefix(text, 32);
    if (!prefix)
        return std::nullopt;
    Ipv4 result;
    result.prefix = *prefix;
    for (int part = 0; part < 4; ++part) {
        const std::size_t dot = text.find('.');
        if ((dot == std::string_view::npos) != (part == 3))
            return std::nullopt;
        const auto octet = readNumber(text.substr(0, dot), 255);
        if (!octet)
            return std::nullopt;
        result.address = result.address << 8U | *octet;
        text.remove_prefix(part == 3 ? text.size() : dot + 1);
    }
    return result;
}

std::optional<Ipv6> readIpv6(std::string_view text)
{
    if (const auto old = readIpv4(text)) {
        Ipv6 result;
        result.bytes[10] = result.bytes[11] = 0xFF;
        for (unsigned i = 0; i < 4; ++i)
            result.bytes.at(12 + i) = static_cast<unsigned char>(old->address >> (24 - 8 * i));
        result.prefix = 96 + old->prefix;
        return result;
    }
    text = withoutBlanks(text);
    // A prefix behind a dotted address counts from its start.
    const bool dotted = text.find('.') != std::string_view::npos;
    const auto prefix = takePrefix(text, dotted ? 32 : 128);
    const std::string address(text.substr(0, INET6_ADDRSTRLEN));
    Ipv6 result;
    if (!prefix || text.size() > INET6_ADDRSTRLEN ||
        inet_pton(AF_INET6, address.c_str(), result.bytes.data()) != 1)
        return std::nullopt;
    result.prefix = dotted ? 96 + *prefix : *prefix;
    return result;
}

std::string ipv4ToText(std::uint32_t address)
{
    std::string text;
    for (unsigned shift = 32; shift > 0; shift -= 8) {
        text += text.empty() ? "" : ".";
        text += std::to_string((address >> (shift - 8)) & 0xFFU);
    }
    return text;
}

std::string ipv6ToText(const std::array<unsigned char, 16>& bytes)
{
    constexpr std::string_view Hex = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i > 0 && i % 2 == 0)
            text += ':';
        text += Hex[bytes.at(i) >> 4U];
        text += Hex[bytes.at(i) & 0xFU];
    }
    return text;
}

} // namespace gatehouse::kql
