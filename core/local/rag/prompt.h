// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/rag/ragstore.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

struct ChatMessage
{
    std::string role; ///< "system", "user", "assistant"
    std::string content;
    bool operator==(const ChatMessage&) const = default;
};

/// What a model says when the passages do not hold the answer. The prompt asks for these words.
inline constexpr std::string_view NotInDocuments = "The documents do not say";

/// The prompt of a grounded answer: the rules as the system, then what was said before, then the passages in
/// a message of their own, then the question alone. Each passage stands between two lines that carry a key
/// made from the texts, so that no text can write the line that ends it. history loses its oldest messages
/// first, and every passage its end, where the whole would be too large.
[[nodiscard]] std::vector<ChatMessage> groundedPrompt(std::string_view question,
                                                      const std::vector<ChatMessage>& history,
                                                      const std::vector<StoredPassage>& passages);

/// A grounded prompt, read back. Empty when the messages are no such prompt.
struct GroundedPrompt
{
    std::vector<std::string> passages; ///< [1] is the first
    std::vector<std::string> sources;  ///< the document's name of each
    std::string question;
    std::vector<ChatMessage> history;
};
[[nodiscard]] std::optional<GroundedPrompt> readGroundedPrompt(const std::vector<ChatMessage>& messages);

/// The passages that an answer names, as numbers from 1 in the order of their first mention: "[2]", "[1, 3]".
[[nodiscard]] std::vector<int> citedPassages(std::string_view answer);

} // namespace gatehouse::local
