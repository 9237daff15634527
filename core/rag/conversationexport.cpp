// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/utf8.h"
#include "core/rag/conversation.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace gatehouse::rag {

namespace {

/// Reorders, hides or separates: none of these has a shape of its own.
bool actsOnText(char32_t c)
{
    constexpr std::array<std::pair<char32_t, char32_t>, 13> Ranges{{{0x00, 0x08},
                                                                    {0x0B, 0x1F},
                                                                    {0x7F, 0x9F},
                                                                    {0xAD, 0xAD},
                                                                    {0x61C, 0x61C},
                                                                    {0x180E, 0x180E},
                                                                    {0x200B, 0x200B},
                                                                    {0x200E, 0x200F},
                                                                    {0x2028, 0x202E},
                                                                    {0x2060, 0x206F},
                                                                    {0xFEFF, 0xFEFF},
                                                                    {0xFFF0, 0xFFFC},
                                                                    {0xE0000, 0xE0FFF}}};
    return std::any_of(Ranges.begin(), Ranges.end(),
                       [c](const auto& range) { return c >= range.first && c <= range.second; });
}

/// The code point that starts at text[at], of well-formed text, and its length in bytes.
std::pair<char32_t, std::size_t> codePointAt(std::string_view text, std::size_t at)
{
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead < 0x80U ? 1 : lead < 0xE0U ? 2 : lead < 0xF0U ? 3 : 4;
    char32_t value = length == 1 ? lead : lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i)
        value = (value << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    return {value, length};
}

/// A fence that no line of text can close.
std::string fenced(std::string_view text)
{
    const std::string shown = visibleText(text);
    std::size_t longest = 2;
    std::size_t run = 0;
    for (const char c : shown) {
        run = c == '~' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    const std::string fence(longest + 1, '~');
    return fence + "text\n" + shown + (shown.ends_with('\n') ? "" : "\n") + fence + "\n";
}

/// On one line in a code span that nothing in it can close.
std::string span(std::string_view text)
{
    std::string line = visibleText(text);
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const char c : line) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    const std::string ticks(longest + 1, '`');
    return line.empty() ? "–" : ticks + " " + line + " " + ticks;
}

std::string tokensText(const TokenUsage& usage)
{
    if (usage.source == TokenUsage::Source::Unknown)
        return "unknown";
    return std::to_string(usage.prompt) + " + " + std::to_string(usage.completion) +
           (usage.source == TokenUsage::Source::Measured ? " (measured)" : " (estimated)");
}

void appendFacts(std::string& out, const Turn& turn)
{
    const AnswerFacts& facts = turn.facts;
    out += "- Model: " + span(facts.model) + (facts.simulated == true ? " (simulated model)" : "") + "\n";
    out += "- Endpoint: " + span(facts.backend) +
           ", attempts: " + (facts.attempts ? std::to_string(*facts.attempts) : "unknown") +
           ", route: " + span(facts.route) + "\n";
    out += "- Time to first token: " +
           (facts.firstToken ? std::to_string(facts.firstToken->count()) + " ms" : "unknown") +
           ", total: " + std::to_string(facts.total.count()) + " ms\n";
    out += "- Tokens (prompt + completion): " + tokensText(facts.usage) + "\n";
    out += "- Request id: " + span(facts.requestId) + "\n";
}

void appendPassages(std::string& out, const Turn& turn)
{
    if (turn.grounding.passages.empty())
        return;
    out += "\n### Passages\n";
    int number = 1;
    for (const Passage& passage : turn.grounding.passages) {
        out += "\n" + std::to_string(number++) + ". " + span(passage.documentName);
        if (passage.page)
            out += ", page " + std::to_string(*passage.page);
        out += "\n\n" + fenced(passage.text);
    }
}

} // namespace

std::string visibleText(std::string_view text)
{
    const std::string valid = toValidUtf8(text);
    std::string shown;
    shown.reserve(valid.size());
    for (std::size_t at = 0; at < valid.size();) {
        const auto [c, length] = codePointAt(valid, at);
        if (c == '\r') {
            // Of CR LF the line feed stays; a CR alone would write over its line.
            if (at + 1 >= valid.size() || valid[at + 1] != '\n')
                shown += '\n';
        } else if (actsOnText(c)) {
            std::array<char, 16> code{};
            std::snprintf(code.data(), code.size(), "<U+%04X>", static_cast<unsigned>(c));
            shown += code.data();
        } else {
            shown.append(valid, at, length);
        }
        at += length;
    }
    return shown;
}

std::string toMarkdown(const Conversation& conversation)
{
    std::string out = "# Conversation\n\n- Title: " + span(conversation.title) +
                      "\n- Profile: " + span(conversation.profile) +
                      "\n- Changed: " + formatDateTime(conversation.changed) + "\n";
    int number = 1;
    for (const Turn& turn : conversation.turns) {
        out += "\n## Question " + std::to_string(number++) + "\n\n" + formatDateTime(turn.asked) + "\n\n" +
               fenced(turn.question) + "\n### Answer\n\n";
        if (turn.refused())
            out += "The documents do not say.\n\n";
        if (!turn.answer.empty())
            out += fenced(turn.answer) + "\n";
        if (turn.error)
            out += "Not whole: " + span(turn.error->message) + "\n\n";
        else if (!turn.facts.endConfirmed)
            out += "End not confirmed: this may not be all of the answer.\n\n";
        appendFacts(out, turn);
        appendPassages(out, turn);
    }
    return out;
}

} // namespace gatehouse::rag
