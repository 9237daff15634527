// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/base/json.h"
#include "core/http/headers.h"
#include "core/settings/profile.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace gatehouse::rag {

/// A RAG backend as the profile names it.
struct Backend
{
    std::string url;   ///< /chat lies below it
    std::string scope; ///< of its tokens; "": it is sent none
    settings::RagMapping mapping;

    /// The address of "/chat" and its like, below url.
    [[nodiscard]] std::string address(std::string_view path) const;
};

/// How long and how much is waited for.
struct Limits
{
    std::chrono::milliseconds silence{60'000};     ///< without a byte of an answer
    std::chrono::milliseconds answer{600'000};     ///< of one answer, from sending to its end
    std::chrono::milliseconds indexing{300'000};   ///< from the last byte of a file to the backend's answer
    std::chrono::milliseconds upload{3'600'000};   ///< of one file
    std::chrono::milliseconds longestWait{60'000}; ///< that a Retry-After may ask for
    std::size_t maxAnswerBytes = 2U << 20U;        ///< of an answer's text
};

/// A refusal by name. The body is hostile: its code is used only if it looks like one, its message is
/// bounded, without control and direction characters, and quoted where it is not ours.
[[nodiscard]] Error backendError(int status, const http::Headers& headers, std::string_view body,
                                 DateTime now);
/// The same for {"code","message"} of an error event, whose code alone says what kind it is.
[[nodiscard]] Error backendError(const Json& object);
/// "" when the text holds no error in the backend's shape.
[[nodiscard]] std::string errorCodeOf(std::string_view body);

/// Foreign text for a sentence: one line, at most so many characters.
[[nodiscard]] std::string tamed(std::string_view text, std::size_t maxCharacters);

} // namespace gatehouse::rag
