// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/sse.h"
#include "core/rag/values.h"
#include "core/settings/profile.h"

#include <cstddef>
#include <optional>
#include <string>

namespace gatehouse::rag {

/// Makes an answer out of the events of POST /chat (README.md): plain text, JSON events whose names the
/// profile maps, or OpenAI's chunks. Which of them a stream speaks its first piece of text decides, so that
/// an answer that consists of JSON is not taken for one. One thread; bounded.
class AnswerReader
{
public:
    enum class Shape { Unknown, PlainText, Json };

    AnswerReader(settings::RagMapping mapping, std::size_t maxBytes);

    /// What an event brought.
    struct Step
    {
        std::string text;                   ///< the next piece, valid UTF-8
        std::optional<Grounding> grounding; ///< at most once, before the first piece
        std::optional<Error> error;         ///< the answer is over and not whole
    };
    [[nodiscard]] Step take(const SseEvent& event);

    /// Nothing of the answer comes after this event.
    [[nodiscard]] bool isLast(const SseEvent& event) const;
    /// The end was seen: the marker, a done event or a finish reason.
    [[nodiscard]] bool whole() const { return m_whole; }
    [[nodiscard]] Shape shape() const { return m_shape; }
    /// There were events, and none of them could be understood.
    [[nodiscard]] bool notUnderstood() const { return m_unknown > 0 && m_bytes == 0 && !m_grounded; }
    [[nodiscard]] AnswerFacts& facts() { return m_facts; }

private:
    void takeData(const SseEvent& event, Step& step);
    void takeObject(const Json& object, Step& step);
    void takeChunk(const Json& chunk, Step& step);
    void takeContext(const Json& object, Step& step);
    void addText(std::string text, Step& step);
    [[nodiscard]] std::optional<std::string> pieceOf(const Json& object) const;

    settings::RagMapping m_mapping;
    std::size_t m_maxBytes;
    Shape m_shape = Shape::Unknown;
    AnswerFacts m_facts;
    std::size_t m_bytes = 0; // of the answer's text
    std::size_t m_unknown = 0;
    bool m_grounded = false;
    bool m_whole = false;
};

} // namespace gatehouse::rag
