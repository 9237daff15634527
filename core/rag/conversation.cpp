// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/conversation.h"

#include "core/base/utf8.h"

#include <algorithm>

namespace gatehouse::rag {

namespace {

/// At most max bytes, without a part of a character at the end.
std::string cut(std::string text, std::size_t max)
{
    if (text.size() <= max)
        return text;
    while (max > 0 && (static_cast<unsigned char>(text[max]) & 0xC0U) == 0x80U)
        --max;
    text.resize(max);
    return text;
}

} // namespace

const Passage* Turn::cited(int marker) const
{
    const auto citation = std::find_if(facts.citations.begin(), facts.citations.end(),
                                       [marker](const Citation& one) { return one.marker == marker; });
    if (citation == facts.citations.end())
        return nullptr;
    const auto passage =
        std::find_if(grounding.passages.begin(), grounding.passages.end(),
                     [&](const Passage& one) { return !one.id.empty() && one.id == citation->passageId; });
    return passage == grounding.passages.end() ? nullptr : &*passage;
}

void Conversation::add(Turn turn)
{
    turn.question = cut(toValidUtf8(turn.question), MaxQuestion);
    turn.answer = cut(toValidUtf8(turn.answer), MaxAnswer);
    if (turns.empty() && title.empty())
        title = titleFrom(turn.question);
    changed = turn.asked;
    turns.push_back(std::move(turn));
    if (turns.size() > MaxTurns)
        turns.erase(turns.begin());
}

std::vector<Message> Conversation::history() const
{
    std::vector<Message> messages;
    for (auto turn = turns.rbegin(); turn != turns.rend() && messages.size() + 2 <= MaxHistory; ++turn) {
        if (turn->error || turn->answer.empty())
            continue;
        messages.push_back({Message::Role::Assistant, turn->answer});
        messages.push_back({Message::Role::User, turn->question});
    }
    std::reverse(messages.begin(), messages.end());
    return messages;
}

std::string titleFrom(std::string_view text)
{
    std::string line;
    for (const char c : text) {
        const bool space = static_cast<unsigned char>(c) <= 0x20U;
        if (!space)
            line += c;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
        if (line.size() > 4 * Conversation::MaxTitle)
            break;
    }
    while (!line.empty() && line.back() == ' ')
        line.pop_back();
    return cut(std::move(line), Conversation::MaxTitle);
}

} // namespace gatehouse::rag
