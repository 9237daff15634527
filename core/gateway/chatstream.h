// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/sse.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::gateway {

struct TokenUsage
{
    std::int64_t prompt = 0;
    std::int64_t completion = 0;
    std::int64_t total = 0;
};

/// Reads the events of a streamed Azure OpenAI chat completion. A stream is complete only with a finish
/// reason (or [DONE]); the end of the connection alone means that it was cut. Of several choices only the
/// first is read.
class ChatStream
{
public:
    enum class Outcome { Truncated, Complete, Error };
    struct Failure
    {
        std::string kind; ///< "server_error", "malformed_chunk", "line_too_long", "event_too_large"
        std::string code;
        std::string message;
    };

    explicit ChatStream(SseLimits limits = {});

    /// Feeds bytes and answers the new pieces of text, in order. After an error or [DONE] nothing more comes.
    std::vector<std::string> feed(std::string_view bytes);
    /// The stream ended.
    void finish();

    [[nodiscard]] Outcome outcome() const;
    [[nodiscard]] const std::string& text() const { return m_text; }
    [[nodiscard]] int deltas() const { return m_deltas; }
    [[nodiscard]] const std::optional<std::string>& finishReason() const { return m_finishReason; }
    [[nodiscard]] const std::optional<TokenUsage>& usage() const { return m_usage; }
    [[nodiscard]] bool doneMarker() const { return m_done; }
    [[nodiscard]] const std::optional<Failure>& failure() const { return m_failure; }

private:
    [[nodiscard]] bool over() const { return m_done || m_failure.has_value(); }
    void take(const SseEvent& event, std::vector<std::string>& pieces);
    void takeError(const Json& error, std::string_view raw);
    void takeChoice(const Json& choice, std::vector<std::string>& pieces);
    void takeUsage(const Json& usage);

    SseParser m_parser;
    std::string m_text;
    int m_deltas = 0;
    std::optional<std::string> m_finishReason;
    std::optional<TokenUsage> m_usage;
    std::optional<Failure> m_failure;
    bool m_done = false;
};

} // namespace gatehouse::gateway
