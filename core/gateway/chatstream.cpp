// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/chatstream.h"

#include <algorithm>
#include <charconv>

namespace gatehouse::gateway {

namespace {

constexpr std::size_t MaxErrorText = 500; // of a body that is no JSON; a person reads it

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view Blank = " \t\r\n";
    const std::size_t first = text.find_first_not_of(Blank);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(Blank) - first + 1);
}

/// The four hex digits of an escape that starts at the backslash, or -1.
int escapedUnit(std::string_view json, std::size_t at)
{
    if (at + 6 > json.size() || json[at] != '\\' || json[at + 1] != 'u')
        return -1;
    int unit = 0;
    const char* end = json.data() + at + 6;
    const auto [stop, code] = std::from_chars(json.data() + at + 2, end, unit, 16);
    return code == std::errc() && stop == end ? unit : -1;
}

/// A delta may end between the two escapes of one character. JSON allows a lone surrogate but no UTF-8 can
/// hold it, so it becomes U+FFFD instead of ending the answer.
std::string replaceLoneSurrogates(std::string_view json)
{
    std::string text(json);
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        if (text[i] != '\\')
            continue;
        const int unit = escapedUnit(text, i);
        const bool high = unit >= 0xD800 && unit <= 0xDBFF;
        const int next = high ? escapedUnit(text, i + 6) : -1;
        if (next >= 0xDC00 && next <= 0xDFFF)
            i += 11;
        else if (unit >= 0xD800 && unit <= 0xDFFF)
            text.replace(i, 6, "\\ufffd");
        else
            ++i; // whatever was escaped is not itself the start of an escape
    }
    return text;
}

/// Text, or the digits of a number (some services send status numbers as codes).
std::string textOrNumber(const Json& value)
{
    if (value.is_string())
        return value.get<std::string>();
    return value.is_number() ? dumpJson(value) : std::string{};
}

} // namespace

ChatStream::ChatStream(SseLimits limits)
    : m_parser(limits)
{}

std::vector<std::string> ChatStream::feed(std::string_view bytes)
{
    std::vector<std::string> pieces;
    if (over())
        return pieces;
    std::vector<SseEvent> events;
    m_parser.feed(bytes, events);
    for (const SseEvent& event : events) {
        if (over())
            return pieces;
        take(event, pieces);
    }
    if (!over() && m_parser.failure() == SseParser::Failure::LineTooLong)
        m_failure = Failure{"line_too_long", {}, "The answer holds a line that is longer than allowed."};
    else if (!over() && m_parser.failure() == SseParser::Failure::EventTooLong)
        m_failure = Failure{"event_too_large", {}, "The answer holds an event that is larger than allowed."};
    return pieces;
}

void ChatStream::finish()
{
    // Whatever was still without its blank line is no event; outcome() says whether the answer was whole.
    static_cast<void>(m_parser.finish());
}

ChatStream::Outcome ChatStream::outcome() const
{
    if (m_failure)
        return Outcome::Error;
    return m_done || m_finishReason ? Outcome::Complete : Outcome::Truncated;
}

void ChatStream::take(const SseEvent& event, std::vector<std::string>& pieces)
{
    const std::string_view data = trimmed(event.data);
    if (data.empty())
        return; // a keep-alive
    if (data == "[DONE]") {
        m_done = true;
        return;
    }
    Result<Json> chunk = parseJson(data);
    if (!chunk && data.find("\\u") != std::string_view::npos)
        chunk = parseJson(replaceLoneSurrogates(data));
    const bool isObject = chunk && chunk->is_object();
    if (event.type == "error") {
        const Json body = isObject ? std::move(*chunk) : Json();
        const Json& inner = memberAt(body, "error");
        takeError(inner.is_null() ? body : inner, data);
        return;
    }
    if (!isObject) {
        m_failure = Failure{"malformed_chunk", {}, "The answer holds a piece that is no JSON object."};
        return;
    }
    if (const Json& error = memberAt(*chunk, "error"); !error.is_null()) {
        takeError(error, {});
        return;
    }
    takeUsage(memberAt(*chunk, "usage"));
    const Json& choices = memberAt(*chunk, "choices");
    if (!choices.is_array())
        return;
    for (const Json& choice : choices) {
        if (integerAt(choice, "index") == 0)
            takeChoice(choice, pieces);
    }
}

void ChatStream::takeError(const Json& error, std::string_view raw)
{
    Failure failure{"server_error", textOrNumber(memberAt(error, "code")), textAt(error, "message")};
    if (failure.code.empty())
        failure.code = textAt(error, "type");
    if (error.is_string())
        failure.message = error.get<std::string>();
    if (failure.message.empty())
        failure.message = std::string(raw.substr(0, std::min(raw.size(), MaxErrorText)));
    m_failure = std::move(failure);
}

void ChatStream::takeChoice(const Json& choice, std::vector<std::string>& pieces)
{
    std::string piece = textAt(memberAt(choice, "delta"), "content");
    if (!piece.empty()) {
        ++m_deltas;
        m_text += piece;
        pieces.push_back(std::move(piece));
    }
    const Json& reason = memberAt(choice, "finish_reason");
    if (reason.is_string())
        m_finishReason = reason.get<std::string>();
}

void ChatStream::takeUsage(const Json& usage)
{
    if (!usage.is_object())
        return;
    TokenUsage read;
    read.prompt = integerAt(usage, "prompt_tokens");
    read.completion = integerAt(usage, "completion_tokens");
    read.total = integerAt(usage, "total_tokens", read.prompt + read.completion);
    if (read.prompt >= 0 && read.completion >= 0 && read.total >= 0)
        m_usage = read;
}

} // namespace gatehouse::gateway
