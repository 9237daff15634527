// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/gateway/keyredactor.h"

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// Takes keys out of a streamed chat completion, also those that are spread over many deltas, choice by
/// choice. An event passes on as it came, byte for byte, as soon as its line is whole and none of its text
/// may still turn out to be a key's secret; an event with a part of a key is written anew without it. In
/// other fields than a delta's content only keys within one event are found. One thread.
class StreamRedactor
{
public:
    /// Appends to out what may go on to the client.
    void feed(std::string_view bytes, std::string& out);
    /// The stream ended: the rest.
    void finish(std::string& out);

private:
    /// A delta's text within its choice's whole text.
    struct Piece
    {
        int choice = 0;
        std::size_t from = 0;
        std::string text;
    };
    struct Line
    {
        std::string raw;
        std::vector<Piece> pieces;
    };
    struct Choice
    {
        KeyScanner scanner;
        std::vector<KeySpan> spans;
        std::size_t length = 0;
    };

    void take(std::string raw);
    void readPieces(Line& line);
    void release(std::string& out);
    [[nodiscard]] std::string render(Line line) const;
    void endTexts();

    std::string m_partial; // of a line that is not whole yet
    std::deque<Line> m_lines;
    std::map<int, Choice> m_choices;
};

} // namespace gatehouse::local
