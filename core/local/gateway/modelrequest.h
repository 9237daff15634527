// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/local/gateway/endpoint.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace gatehouse::local {

/// The owner's limits on what may be asked of a model (defaults of the gateway's contract with its callers).
struct RequestLimits
{
    std::int64_t maxMessages = 50;
    std::int64_t maxContentCharacters = 32'000; ///< of one message
    double maxTemperature = 2.0;
    std::int64_t maxOutputTokens = 4'096; ///< max_tokens and max_completion_tokens
    std::int64_t maxInputs = 2'048;       ///< of one embeddings call
};

/// What the gateway needs to know of a body; the rest (tools, formats, …) passes through untouched.
struct ModelRequest
{
    bool stream = false;
    bool includeUsage = false; ///< stream_options.include_usage
    std::int64_t estimatedPromptTokens = 0;
    std::optional<std::int64_t> maxOutputTokens; ///< max_tokens or max_completion_tokens; 0 for embeddings
};

/// Reads and checks a body in one pass. InvalidInput names the field in serviceCode and the limit in its
/// message.
[[nodiscard]] Result<ModelRequest> readModelRequest(Operation operation, std::string_view body,
                                                    const RequestLimits& limits = {});

} // namespace gatehouse::local
