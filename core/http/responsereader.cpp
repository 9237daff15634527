// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/responsereader.h"

#include "core/base/encoding.h"

#include <algorithm>
#include <charconv>

namespace gatehouse::http {

namespace {

constexpr std::size_t MaxHeadBytes = 64U << 10U;
constexpr std::size_t MaxChunkLine = 1024;

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}

std::optional<std::uint64_t> number(std::string_view text, int base)
{
    std::uint64_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return problem == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(value)
                                                                                       : std::nullopt;
}

/// "HTTP/1.1 413 Content Too Large" → 413; 0 when it is no status line.
int statusOf(std::string_view line)
{
    if (!line.starts_with("HTTP/1.") || line.size() < 12 || line[8] != ' ')
        return 0;
    const auto status = number(line.substr(9, 3), 10);
    return status && *status >= 100 && (line.size() == 12 || line[12] == ' ') ? static_cast<int>(*status) : 0;
}

} // namespace

ResponseReader::ResponseReader(std::size_t maxBodyBytes)
    : m_maxBodyBytes(maxBodyBytes)
{}

void ResponseReader::feed(std::string_view bytes)
{
    if (m_state == State::Whole || m_state == State::Broken)
        return;
    m_buffer.append(bytes);
    while (m_state == State::Head && readHead()) {
    }
    if (m_state == State::Body)
        readBody();
}

void ResponseReader::close()
{
    if (m_state == State::Body && !m_chunked && !m_left)
        m_state = State::Whole;
}

/// True when a head was read, which may be an interim one.
bool ResponseReader::readHead()
{
    const std::size_t end = m_buffer.find("\r\n\r\n");
    if (std::min(end, m_buffer.size()) > MaxHeadBytes) {
        m_state = State::Broken;
        return false;
    }
    if (end == std::string::npos)
        return false;
    const std::string head = m_buffer.substr(0, end + 2);
    m_buffer.erase(0, end + 4);
    std::size_t at = head.find("\r\n");
    m_status = statusOf(std::string_view(head).substr(0, at));
    if (m_status == 0) {
        m_state = State::Broken;
        return false;
    }
    if (m_status < 200)
        return true; // 100 Continue and its like
    for (at += 2; at < head.size();) {
        const std::size_t lineEnd = head.find("\r\n", at);
        const std::string_view line = std::string_view(head).substr(at, lineEnd - at);
        if (const std::size_t colon = line.find(':'); colon != std::string_view::npos)
            m_headers.add(std::string(trimmed(line.substr(0, colon))),
                          std::string(trimmed(line.substr(colon + 1))));
        at = lineEnd + 2;
    }
    m_state = State::Body;
    chooseFraming();
    return true;
}

void ResponseReader::chooseFraming()
{
    m_chunked = toLower(m_headers.text("Transfer-Encoding")).find("chunked") != std::string::npos;
    if (m_status == 204 || m_status == 304) {
        m_state = State::Whole;
    } else if (!m_chunked && m_headers.has("Content-Length")) {
        m_left = number(m_headers.text("Content-Length"), 10);
        if (!m_left)
            m_state = State::Broken;
        else if (*m_left == 0)
            m_state = State::Whole;
    }
}

void ResponseReader::readBody()
{
    if (m_chunked) {
        while (m_state == State::Body && readChunk()) {
        }
        return;
    }
    takeBody(m_left ? static_cast<std::size_t>(std::min<std::uint64_t>(*m_left, m_buffer.size()))
                    : m_buffer.size());
    if (m_left && *m_left == 0 && m_state == State::Body)
        m_state = State::Whole;
}

/// One step; false when more bytes are needed.
bool ResponseReader::readChunk()
{
    if (m_left && *m_left > 0) {
        takeBody(static_cast<std::size_t>(std::min<std::uint64_t>(*m_left, m_buffer.size())));
        return m_state == State::Body && *m_left == 0;
    }
    // A size line, the empty line behind a chunk, or a line of the trailer.
    const std::size_t end = m_buffer.find("\r\n");
    if (end == std::string::npos) {
        if (m_buffer.size() > MaxChunkLine)
            m_state = State::Broken;
        return false;
    }
    const std::string line = m_buffer.substr(0, end);
    m_buffer.erase(0, end + 2);
    if (m_inTrailer) {
        if (line.empty())
            m_state = State::Whole;
        return true;
    }
    if (m_left) {
        m_left.reset();
        if (!line.empty())
            m_state = State::Broken;
        return true;
    }
    m_left = number(trimmed(std::string_view(line).substr(0, line.find(';'))), 16);
    if (!m_left)
        m_state = State::Broken;
    m_inTrailer = m_left && *m_left == 0;
    return true;
}

void ResponseReader::takeBody(std::size_t count)
{
    if (m_body.size() + count > m_maxBodyBytes) {
        m_state = State::Broken;
        return;
    }
    m_body.append(m_buffer, 0, count);
    m_buffer.erase(0, count);
    if (m_left)
        *m_left -= count;
}

} // namespace gatehouse::http
