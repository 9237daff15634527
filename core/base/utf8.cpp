// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/utf8.h"

#include <cstddef>

namespace gatehouse {

namespace {

constexpr std::string_view Replacement = "\xEF\xBF\xBD";

/// What may follow a lead byte: how many more bytes, and the range of the first of them.
struct Lead
{
    std::size_t more;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
};

/// more is 0 for a byte that starts nothing.
Lead leadOf(unsigned char byte)
{
    if (byte >= 0xC2 && byte <= 0xDF)
        return {1};
    if (byte == 0xE0)
        return {2, 0xA0, 0xBF};
    if (byte == 0xED)
        return {2, 0x80, 0x9F};
    if (byte >= 0xE1 && byte <= 0xEF)
        return {2};
    if (byte == 0xF0)
        return {3, 0x90, 0xBF};
    if (byte == 0xF4)
        return {3, 0x80, 0x8F};
    if (byte >= 0xF1 && byte <= 0xF3)
        return {3};
    return {0};
}

std::size_t asciiRun(std::string_view bytes)
{
    std::size_t length = 0;
    while (length < bytes.size() && static_cast<unsigned char>(bytes[length]) < 0x80)
        ++length;
    return length;
}

struct Sequence
{
    std::size_t length; ///< of the character, or of the maximal subpart when it is ill-formed
    bool valid;
};

/// bytes starts with a byte of 0x80 or more.
Sequence nextSequence(std::string_view bytes)
{
    const Lead lead = leadOf(static_cast<unsigned char>(bytes.front()));
    if (lead.more == 0)
        return {1, false};
    for (std::size_t i = 1; i <= lead.more; ++i) {
        if (i == bytes.size())
            return {i, false};
        const auto byte = static_cast<unsigned char>(bytes[i]);
        if (byte < (i == 1 ? lead.low : 0x80) || byte > (i == 1 ? lead.high : 0xBF))
            return {i, false};
    }
    return {lead.more + 1, true};
}

} // namespace

void appendValidUtf8(std::string& out, std::string_view bytes)
{
    while (true) {
        const std::size_t plain = asciiRun(bytes);
        out.append(bytes.substr(0, plain));
        bytes.remove_prefix(plain);
        if (bytes.empty())
            return;
        const Sequence next = nextSequence(bytes);
        out.append(next.valid ? bytes.substr(0, next.length) : Replacement);
        bytes.remove_prefix(next.length);
    }
}

std::string toValidUtf8(std::string_view bytes)
{
    std::string text;
    text.reserve(bytes.size());
    appendValidUtf8(text, bytes);
    return text;
}

bool isValidUtf8(std::string_view bytes)
{
    while (true) {
        bytes.remove_prefix(asciiRun(bytes));
        if (bytes.empty())
            return true;
        const Sequence next = nextSequence(bytes);
        if (!next.valid)
            return false;
        bytes.remove_prefix(next.length);
    }
}

std::size_t codePointCount(std::string_view text)
{
    std::size_t count = 0;
    for (const char c : text)
        count += (static_cast<unsigned char>(c) & 0xC0U) == 0x80U ? 0 : 1;
    return count;
}

} // namespace gatehouse
