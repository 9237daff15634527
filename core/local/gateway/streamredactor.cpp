// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/streamredactor.h"

#include "core/base/json.h"

#include <simdjson.h>

#include <algorithm>

namespace gatehouse::local {

namespace {

constexpr std::string_view Field = "data:";

/// What follows "data:" without blanks and the line's end; empty for other lines.
std::string_view dataOf(std::string_view line)
{
    if (!line.starts_with(Field))
        return {};
    line.remove_prefix(Field.size());
    const std::size_t from = line.find_first_not_of(' ');
    const std::size_t to = line.find_last_not_of(" \r\n");
    return from == std::string_view::npos || to < from ? std::string_view{}
                                                       : line.substr(from, to - from + 1);
}

bool overlaps(const std::vector<KeySpan>& spans, std::size_t from, std::size_t to)
{
    return std::ranges::any_of(spans,
                               [from, to](const KeySpan& span) { return span.from < to && span.to > from; });
}

} // namespace

void StreamRedactor::feed(std::string_view bytes, std::string& out)
{
    m_partial += bytes;
    std::size_t taken = 0;
    for (std::size_t end = m_partial.find_first_of("\r\n"); end != std::string::npos;
         end = m_partial.find_first_of("\r\n", taken)) {
        take(m_partial.substr(taken, end + 1 - taken));
        taken = end + 1;
    }
    m_partial.erase(0, taken);
    release(out);
}

void StreamRedactor::finish(std::string& out)
{
    if (!m_partial.empty())
        take(std::exchange(m_partial, {}));
    endTexts();
    release(out);
}

void StreamRedactor::take(std::string raw)
{
    Line line;
    line.raw = std::move(raw);
    const std::string_view data = dataOf(line.raw);
    if (data == "[DONE]")
        endTexts();
    else if (data.starts_with('{'))
        readPieces(line);
    m_lines.push_back(std::move(line));
}

void StreamRedactor::readPieces(Line& line)
{
    // The whole event is checked before a field is asked for: a reader that goes on after an error in a cut
    // event has no text left to read from.
    namespace json = simdjson::dom;
    const simdjson::padded_string padded(dataOf(line.raw));
    json::parser parser;
    json::element document;
    json::array choices;
    if (parser.parse(padded).get(document) != simdjson::SUCCESS ||
        document["choices"].get_array().get(choices) != simdjson::SUCCESS)
        return;
    for (const json::element item : choices) {
        std::int64_t index = 0;
        std::string_view text;
        if (item["index"].get_int64().get(index) != simdjson::SUCCESS)
            index = 0;
        if (item["delta"]["content"].get_string().get(text) != simdjson::SUCCESS || text.empty())
            continue;
        const int number = static_cast<int>(index);
        Choice& choice = m_choices[number];
        line.pieces.push_back({number, choice.length, std::string(text)});
        choice.length += text.size();
        choice.scanner.feed(text, choice.spans);
    }
}

void StreamRedactor::release(std::string& out)
{
    const auto isReady = [this](const Piece& piece) {
        return piece.from + piece.text.size() <= m_choices[piece.choice].scanner.decided();
    };
    while (!m_lines.empty() && std::ranges::all_of(m_lines.front().pieces, isReady)) {
        out += render(std::move(m_lines.front()));
        m_lines.pop_front();
    }
}

std::string StreamRedactor::render(Line line) const
{
    const auto isTouched = [this](const Piece& piece) {
        return overlaps(m_choices.at(piece.choice).spans, piece.from, piece.from + piece.text.size());
    };
    if (std::ranges::any_of(line.pieces, isTouched)) {
        auto event = parseJson(dataOf(line.raw));
        if (!event)
            return {}; // what cannot be written anew must not go on
        for (Json& choice : (*event)["choices"]) {
            const int number = static_cast<int>(integerAt(choice, "index"));
            const auto piece = std::ranges::find(line.pieces, number, &Piece::choice);
            if (piece != line.pieces.end())
                choice["delta"]["content"] =
                    withoutSpans(piece->text, piece->from, m_choices.at(number).spans);
        }
        const std::size_t end = line.raw.find_first_of("\r\n");
        line.raw = "data: " + dumpJson(*event) + (end == std::string::npos ? "" : line.raw.substr(end));
    }
    redactKeys(line.raw);
    return std::move(line.raw);
}

void StreamRedactor::endTexts()
{
    for (auto& [number, choice] : m_choices)
        choice.scanner.finish();
}

} // namespace gatehouse::local
