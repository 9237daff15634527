// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/sse.h"
#include "core/gateway/chatstream.h"
#include "core/local/gateway/gatewayservice.h"
#include "core/local/rag/prompt.h"
#include "core/local/rag/search.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::local {

/// What an answer is made from.
struct Grounding
{
    std::vector<Retrieved> passages; ///< best first
    std::vector<ChatMessage> prompt;
};

/// The events of one POST /rag/chat, as they become known: context, token…, done and [DONE], or an error. One
/// thread. Destroying it before its end hangs up on the model.
class ChatAnswer
{
public:
    /// complete asks the model; it is called after the context has been given.
    ChatAnswer(Grounding grounding, std::function<GatewayAnswer()> complete);

    enum class Step { More, Last };
    /// Waits for the next events and puts their text into events (replacing what is there; it may be empty).
    [[nodiscard]] Step next(std::string& events);

private:
    enum class State { Context, Asking, Streaming, Over };
    [[nodiscard]] Step ask(std::string& events);
    [[nodiscard]] Step relay(std::string& events);
    [[nodiscard]] Step finish(std::string& events);
    [[nodiscard]] Step failWith(std::string_view message, std::string& events);
    void noteModel(std::string_view bytes);
    [[nodiscard]] std::string header(std::string_view name) const;

    State m_state = State::Context;
    Grounding m_grounding;
    std::function<GatewayAnswer()> m_complete;
    GatewayAnswer m_answer;
    gateway::ChatStream m_reader;
    SseParser m_parser; // for what the reader does not keep
    std::string m_model;
    std::string m_fingerprint;
    std::string m_chunk;
};

/// The context event's passages.
[[nodiscard]] Json passageJson(const StoredPassage& passage);

} // namespace gatehouse::local
