// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/utf8.h"
#include "core/gateway/directory/servicedirectory.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace gatehouse::gateway {

/// The facts by name, in the order in which they are written.
struct DirectoryField
{
    std::string_view name;
    std::string ServiceFacts::*text;
};

inline constexpr std::array<DirectoryField, 7> DirectoryFields = {{
    {"subscription", &ServiceFacts::subscription},
    {"application", &ServiceFacts::application},
    {"feature", &ServiceFacts::feature},
    {"environment", &ServiceFacts::environment},
    {"owner", &ServiceFacts::owner},
    {"costCentre", &ServiceFacts::costCentre},
    {"sensitivity", &ServiceFacts::sensitivity},
}};

inline constexpr std::size_t MaxFactLength = 256; ///< characters

/// Why a text cannot be a fact; "" when it can.
[[nodiscard]] inline std::string whyNoFact(std::string_view text)
{
    if (!isValidUtf8(text))
        return "is not UTF-8";
    if (codePointCount(text) > MaxFactLength)
        return "is longer than " + std::to_string(MaxFactLength) + " characters";
    const auto isControl = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    return std::any_of(text.begin(), text.end(), isControl)
               ? "holds a line break or another control character"
               : "";
}

} // namespace gatehouse::gateway
