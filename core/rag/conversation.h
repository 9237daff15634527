// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/rag/values.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::rag {

/// A question and what became of it. Question, answer and passages are untrusted text.
struct Turn
{
    std::string question;
    std::vector<std::string> documents; ///< ids that the question was limited to; empty: all
    DateTime asked;
    std::string answer; ///< as far as it came
    Grounding grounding;
    AnswerFacts facts;
    std::optional<Error> error; ///< why the answer is not whole; Cancelled: somebody stopped it

    /// "The documents do not say": an answer of its own kind.
    [[nodiscard]] bool refused() const { return !error && facts.grounded == false; }
    /// The passage that "[marker]" of the answer stands on; null: unproven.
    [[nodiscard]] const Passage* cited(int marker) const;
};

/// What was asked one after the other. Limits keep one file small enough to read at once; what is beyond them
/// is cut when a turn is added.
struct Conversation
{
    std::string id;      ///< a GUID, and the name of its file
    std::string profile; ///< whose backend was asked
    std::string title;
    DateTime created;
    DateTime changed;
    std::vector<Turn> turns;

    static constexpr std::size_t MaxTurns = 200;
    static constexpr std::size_t MaxTitle = 120;        ///< bytes
    static constexpr std::size_t MaxAnswer = 512 << 10; ///< bytes of one answer
    static constexpr std::size_t MaxQuestion = 128 << 10;
    static constexpr std::size_t MaxHistory = 50; ///< messages that go along with a question

    /// Adds a turn, the first of which gives the title; the oldest goes beyond MaxTurns.
    void add(Turn turn);
    /// What was said so far, oldest first: whole answers alone, in pairs, at most MaxHistory messages.
    [[nodiscard]] std::vector<Message> history() const;
};

/// The beginning of text on one line, whole characters, at most Conversation::MaxTitle bytes.
[[nodiscard]] std::string titleFrom(std::string_view text);

/// The whole conversation as JSON text, with everything that is known of each answer.
[[nodiscard]] std::string toJsonText(const Conversation& conversation);
/// Parse: it is no conversation. Members of unexpected kinds count as unknown.
[[nodiscard]] Result<Conversation> conversationFrom(std::string_view json);

/// To read or to forward. Everything that was not written here stands in a fence that is longer than any in
/// it, so nothing of it is read as Markdown or HTML; control and bidirectional characters are shown as codes.
[[nodiscard]] std::string toMarkdown(const Conversation& conversation);
/// text without what a terminal or a viewer would act on: ESC and other controls but line feed and tab, and
/// characters that reorder or hide text, each as its code "<U+001B>".
[[nodiscard]] std::string visibleText(std::string_view text);

} // namespace gatehouse::rag
