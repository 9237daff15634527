// SPDX-License-Identifier: GPL-3.0-or-later
// Where the tags of a policy document stand in its text. Internal to core/gateway/policy.
#pragma once

#include "core/gateway/policy/problem.h"

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::gateway {

inline constexpr std::size_t NoIndex = static_cast<std::size_t>(-1);
/// More than this is refused. Contracts §4.3 has the 512 KB; where a tier takes less (256 KiB, Consumption
/// 16 KiB), the service's own answer says so. The depth is ours.
inline constexpr std::size_t MaxPolicyBytes = 512U * 1024U;
inline constexpr std::size_t MaxPolicyDepth = 64;

/// Offsets are bytes of the text; an end is the first byte behind.
struct MarkupAttribute
{
    std::size_t start = 0; ///< of the blanks before its name
    std::size_t nameStart = 0;
    std::size_t nameEnd = 0;
    std::size_t valueStart = 0; ///< behind the opening quote
    std::size_t valueEnd = 0;   ///< the closing quote
    char quote = '"';
};

/// <name attributes>content</name>, or <name attributes/> whose content is empty.
struct MarkupElement
{
    std::size_t parent = NoIndex;
    std::size_t start = 0; ///< the '<'
    std::size_t nameEnd = 0;
    std::size_t contentStart = 0; ///< behind the start tag
    std::size_t contentEnd = 0;   ///< the '<' of the end tag
    std::size_t end = 0;
    bool selfClosing = false;
    std::size_t firstText = NoIndex; ///< of its own text (or CDATA) that is not blank
    std::vector<MarkupAttribute> attributes;

    [[nodiscard]] std::size_t nameStart() const { return start + 1; }
};

struct MarkupComment
{
    std::size_t parent = NoIndex;
    std::size_t start = 0; ///< the '<'
    std::size_t end = 0;
};

struct Markup
{
    std::vector<MarkupElement> elements; ///< in the order of their start tags
    std::vector<MarkupComment> comments; ///< those inside of the root
};

/// Reads strictly what XML 1.0 calls well-formed, without a document type, within the limits above. pugixml
/// lets more pass (a bare & or <, unknown entities, duplicate attributes, text beside the root), which APIM
/// refuses; and it does not tell where an attribute stands. rootName is named when there is no element at
/// all.
[[nodiscard]] tl::expected<Markup, PolicyProblem> scanMarkup(std::string_view text,
                                                             std::string_view rootName);

} // namespace gatehouse::gateway
