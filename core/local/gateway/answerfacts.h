// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/chatstream.h"
#include "core/local/gateway/endpoint.h"
#include "core/local/gateway/tokens.h"

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::local {

/// What the log wants to know of an answer.
struct AnswerFacts
{
    TokenSource source = TokenSource::Unknown;
    gateway::TokenUsage usage; ///< zero when the source is Unknown
};

/// Reads the usage of a whole answer. Without usage the completion is estimated from its texts, where
/// the body is a completion at all.
[[nodiscard]] AnswerFacts readAnswerFacts(Operation operation, std::string_view body,
                                          std::int64_t estimatedPromptTokens);

} // namespace gatehouse::local
