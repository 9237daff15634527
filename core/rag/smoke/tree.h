// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::rag::smoke {

/// A value of a YAML or JSON document with the place where it stands.
struct Node
{
    enum class Type { Null, Scalar, List, Map };
    Type type = Type::Null;
    std::string text;        ///< of a scalar
    bool plain = false;      ///< written without quotes: "4" is a number and "true" no text then
    std::vector<Node> items; ///< of a list; of a map: key, value, key, value, …
    int line = 1;            ///< from 1
    int column = 1;
};

inline constexpr std::size_t MaxTreeBytes = 1U << 20U;
inline constexpr std::size_t MaxTreeNodes = 20'000; ///< what aliases stand for is counted each time
inline constexpr int MaxTreeDepth = 40;

/// One document. YAML as YAML 1.2's core schema has it; JSON is read as the YAML that it is. InvalidInput
/// with line and column for text that is neither, for a second document, for a key that stands twice in one
/// map, for tags, and for what is over the limits.
[[nodiscard]] Result<Node> readTree(std::string_view text);

/// The value as JSON: plain scalars become null, booleans and numbers as the core schema says.
[[nodiscard]] Json toJson(const Node& node);

/// InvalidInput at the node.
[[nodiscard]] Error problemAt(const Node& node, std::string message, std::string advice = {});

} // namespace gatehouse::rag::smoke
