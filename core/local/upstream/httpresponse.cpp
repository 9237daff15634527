// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/upstream/httpresponse.h"

#include "core/base/encoding.h"

#include <algorithm>
#include <charconv>

namespace gatehouse::local {

namespace {

constexpr std::size_t MaxHead = 64U << 10U;

template <typename Number>
std::optional<Number> numberFrom(std::string_view text, int base = 10)
{
    Number number{};
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (code != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool takeHeader(HttpHead& head, std::string_view name, std::string_view value)
{
    if (equalsIgnoreCase(name, "Content-Length")) {
        head.contentLength = numberFrom<std::uint64_t>(value);
        return head.contentLength.has_value();
    }
    if (equalsIgnoreCase(name, "Transfer-Encoding"))
        head.chunked = toLower(value).ends_with("chunked");
    else if (equalsIgnoreCase(name, "Connection"))
        head.keepAlive =
            !equalsIgnoreCase(value, "close") && (head.keepAlive || equalsIgnoreCase(value, "keep-alive"));
    else if (equalsIgnoreCase(name, "Content-Type"))
        head.contentType = value;
    else if (equalsIgnoreCase(name, "Retry-After")) {
        if (const auto seconds = numberFrom<std::int64_t>(value);
            seconds && *seconds >= 0 && *seconds <= 86'400)
            head.retryAfter = std::chrono::seconds(*seconds);
    }
    return true;
}

} // namespace

std::optional<HttpHead> HttpHead::parse(std::string_view bytes)
{
    // "HTTP/1.1 200 OK"
    if (!bytes.starts_with("HTTP/1.") || bytes.size() < 13)
        return std::nullopt;
    HttpHead head;
    head.keepAlive = bytes[7] == '1';
    const auto status = numberFrom<int>(bytes.substr(9, 3));
    if (!status || *status < 100 || *status > 599)
        return std::nullopt;
    head.status = *status;
    std::size_t at = bytes.find("\r\n");
    while (at != std::string_view::npos) {
        bytes.remove_prefix(at + 2);
        at = bytes.find("\r\n");
        const std::string_view line = bytes.substr(0, at);
        if (line.empty())
            break;
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos ||
            !takeHeader(head, line.substr(0, colon), trimmed(line.substr(colon + 1))))
            return std::nullopt;
    }
    return head;
}

bool HttpResponseReader::fill()
{
    const bool got = m_connection.readInto(m_buffer) > 0;
    m_anyBytes = m_anyBytes || got;
    return got;
}

bool HttpResponseReader::readHead()
{
    for (;;) {
        std::size_t end = m_buffer.find("\r\n\r\n");
        while (end == std::string::npos) {
            const std::size_t searched = m_buffer.size() < 3 ? 0 : m_buffer.size() - 3;
            if (m_buffer.size() > MaxHead || !fill())
                return false;
            end = m_buffer.find("\r\n\r\n", searched);
        }
        const auto head = HttpHead::parse(std::string_view(m_buffer).substr(0, end + 2));
        if (!head)
            return false;
        m_buffer.erase(0, end + 4);
        if (head->status >= 200) {
            m_head = *head;
            m_left = m_head.contentLength.value_or(0);
            m_ended = m_head.status == 204 || m_head.status == 304;
            return true;
        }
    }
}

HttpResponseReader::Read HttpResponseReader::end()
{
    m_ended = true;
    return Read::End;
}

HttpResponseReader::Read HttpResponseReader::readPiece(std::string& body)
{
    if (m_ended)
        return Read::End;
    if (m_head.chunked)
        return readChunked(body);
    if (m_head.contentLength && m_left == 0)
        return end();
    if (m_buffer.empty() && !fill()) {
        m_head.keepAlive = false;
        return m_head.contentLength ? Read::Failed
                                    : end(); // without a length the body ends with the connection
    }
    const std::size_t take =
        m_head.contentLength ? std::min<std::size_t>(m_left, m_buffer.size()) : m_buffer.size();
    body.append(m_buffer, 0, take);
    m_buffer.erase(0, take);
    m_left -= m_head.contentLength ? take : 0;
    if (m_head.contentLength && m_left == 0)
        m_ended = true;
    return Read::Data;
}

bool HttpResponseReader::takeLine(std::string& line)
{
    std::size_t at = m_buffer.find("\r\n");
    while (at == std::string::npos) {
        if (m_buffer.size() > MaxHead || !fill())
            return false;
        at = m_buffer.find("\r\n");
    }
    line.assign(m_buffer, 0, at);
    m_buffer.erase(0, at + 2);
    return true;
}

HttpResponseReader::Read HttpResponseReader::readChunked(std::string& body)
{
    std::string line;
    if (!m_inChunk) {
        if (!takeLine(line))
            return Read::Failed;
        const auto size =
            numberFrom<std::uint64_t>(trimmed(std::string_view(line).substr(0, line.find(';'))), 16);
        if (!size)
            return Read::Failed;
        if (*size == 0) {
            do { // trailers
                if (!takeLine(line))
                    return Read::Failed;
            } while (!line.empty());
            return end();
        }
        m_left = *size;
        m_inChunk = true;
    }
    if (m_buffer.empty() && !fill())
        return Read::Failed;
    const std::size_t take = std::min<std::size_t>(m_left, m_buffer.size());
    body.append(m_buffer, 0, take);
    m_buffer.erase(0, take);
    m_left -= take;
    if (m_left == 0) {
        m_inChunk = false;
        if (!takeLine(line) || !line.empty())
            return Read::Failed;
    }
    return Read::Data;
}

bool HttpResponseReader::readAll(std::string& body, std::size_t maxBytes)
{
    if (m_head.contentLength)
        body.reserve(std::min<std::size_t>(*m_head.contentLength, maxBytes));
    for (;;) {
        switch (readPiece(body)) {
        case Read::End:
            return true;
        case Read::Failed:
            return false;
        case Read::Data:
            if (body.size() > maxBytes)
                return false;
            break;
        }
    }
}

} // namespace gatehouse::local
