// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sse.h"

#include "core/base/utf8.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace gatehouse {

namespace {

constexpr std::string_view ByteOrderMark = "\xEF\xBB\xBF";

std::size_t lineLength(std::string_view bytes)
{
    const auto end = std::find_if(bytes.begin(), bytes.end(), [](char c) { return c == '\n' || c == '\r'; });
    return static_cast<std::size_t>(end - bytes.begin());
}

} // namespace

SseParser::SseParser(SseLimits limits)
    : m_limits(limits)
{}

void SseParser::feed(std::string_view bytes, std::vector<SseEvent>& events)
{
    bytes = skipByteOrderMark(bytes);
    while (!bytes.empty() && m_failure == Failure::None) {
        if (std::exchange(m_afterCarriageReturn, false) && bytes.front() == '\n') {
            bytes.remove_prefix(1);
            continue;
        }
        const std::size_t length = lineLength(bytes);
        appendToLine(bytes.substr(0, length));
        bytes.remove_prefix(length);
        if (bytes.empty() || m_failure != Failure::None)
            return;
        m_afterCarriageReturn = bytes.front() == '\r';
        bytes.remove_prefix(1);
        takeLine(events);
    }
}

bool SseParser::finish()
{
    const bool pending = !m_line.empty() || !m_data.empty() || m_bomBytes == 1 || m_bomBytes == 2;
    m_line.clear();
    m_data.clear();
    m_type.clear();
    m_inComment = false;
    m_bomBytes = -1;
    return pending;
}

std::string_view SseParser::skipByteOrderMark(std::string_view bytes)
{
    while (m_bomBytes >= 0 && !bytes.empty()) {
        const auto seen = static_cast<std::size_t>(m_bomBytes);
        if (bytes.front() != ByteOrderMark[seen]) {
            appendToLine(ByteOrderMark.substr(0, seen));
            m_bomBytes = -1;
            break;
        }
        bytes.remove_prefix(1);
        m_bomBytes = seen + 1 == ByteOrderMark.size() ? -1 : m_bomBytes + 1;
    }
    return bytes;
}

void SseParser::appendToLine(std::string_view piece)
{
    if (m_inComment || piece.empty())
        return;
    if (m_line.empty() && piece.front() == ':') {
        m_inComment = true;
        return;
    }
    if (piece.size() > m_limits.maxLineBytes - m_line.size()) {
        m_failure = Failure::LineTooLong;
        m_line.clear();
        m_line.shrink_to_fit();
        return;
    }
    m_line.append(piece);
}

void SseParser::takeLine(std::vector<SseEvent>& events)
{
    if (std::exchange(m_inComment, false))
        return;
    if (m_line.empty()) {
        dispatch(events);
        return;
    }
    const std::string_view line = m_line;
    const std::size_t colon = line.find(':');
    std::string_view value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
    if (!value.empty() && value.front() == ' ')
        value.remove_prefix(1);
    takeField(line.substr(0, colon), value);
    m_line.clear();
}

void SseParser::takeField(std::string_view name, std::string_view value)
{
    if (name == "data") {
        appendValidUtf8(m_data, value);
        if (m_data.size() > m_limits.maxEventBytes) {
            m_failure = Failure::EventTooLong;
            m_data.clear();
            m_data.shrink_to_fit();
            return;
        }
        m_data += '\n'; // dispatch takes the last one off again
    } else if (name == "event") {
        m_type = toValidUtf8(value);
    } else if (name == "id") {
        std::string id = toValidUtf8(value);
        if (id.size() <= m_limits.maxIdBytes && id.find('\0') == std::string::npos)
            m_idBuffer = std::move(id);
    } else if (name == "retry") {
        takeRetry(value);
    }
}

void SseParser::takeRetry(std::string_view digits)
{
    if (digits.empty())
        return;
    constexpr std::int64_t Most = std::numeric_limits<std::int64_t>::max();
    std::int64_t value = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9')
            return;
        const std::int64_t digit = c - '0';
        value = value > (Most - digit) / 10 ? Most : value * 10 + digit;
    }
    m_retryMs = std::clamp(value, m_limits.minRetryMs, std::max(m_limits.minRetryMs, m_limits.maxRetryMs));
}

void SseParser::dispatch(std::vector<SseEvent>& events)
{
    m_lastEventId = m_idBuffer;
    std::string type = std::exchange(m_type, {});
    if (m_data.empty())
        return;
    m_data.pop_back();
    SseEvent& event = events.emplace_back();
    if (!type.empty())
        event.type = std::move(type);
    event.data = std::exchange(m_data, {});
    event.lastEventId = m_lastEventId;
}

} // namespace gatehouse
