// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/gateway/chatstream.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// Which model answers, and where.
struct SimulatedModel
{
    std::string name;    ///< "gpt-4o"
    std::string version; ///< "2024-11-20"
    std::string region;  ///< "East US"
};

/// What a simulated model says to a chat; the same body gets the same text.
struct SimulatedCompletion
{
    std::vector<std::string> pieces; ///< of the text, as a stream brings them
    std::string finishReason;        ///< "stop", "length"
    gateway::TokenUsage usage;
    bool includeUsage = false; ///< the caller asked for a usage chunk
    std::int64_t created = 0;  ///< Unix seconds
    std::string id;

    [[nodiscard]] std::string text() const;
};

[[nodiscard]] SimulatedCompletion completeChat(const Json& request, const SimulatedModel& model,
                                               std::int64_t created);
/// The body of a whole chat completion.
[[nodiscard]] std::string chatJson(const SimulatedCompletion& completion, const SimulatedModel& model);
/// The events of a streamed one, each with its blank line, the last being [DONE].
[[nodiscard]] std::vector<std::string> chatEvents(const SimulatedCompletion& completion,
                                                  const SimulatedModel& model);

/// The body of an embeddings answer: unit vectors of 1,536 numbers (or "dimensions"), made from the words of
/// the text, so that texts with common words are near each other. Honours encoding_format.
[[nodiscard]] std::string embeddingsJson(const Json& request, const SimulatedModel& model);

/// Prompt tokens as the simulated tokenizer counts them; close to, but not the same as, estimateTokens().
[[nodiscard]] std::int64_t simulatedTokens(std::string_view text);

} // namespace gatehouse::local
