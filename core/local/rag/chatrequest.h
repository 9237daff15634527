// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/local/rag/prompt.h"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// POST /rag/chat, checked.
struct ChatRequest
{
    std::string question;
    std::vector<ChatMessage> history;
    std::vector<std::string> documents; ///< ids; empty: all
    std::string deployment;
    std::string task;
    std::string feature;
};

/// InvalidInput with code BadQuestion, InputTooLarge (413) or InjectionRefused, and a message for a person.
[[nodiscard]] Result<ChatRequest> readChatRequest(std::string_view body);

} // namespace gatehouse::local
