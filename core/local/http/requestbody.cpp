// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/http/requestbody.h"

#include <algorithm>
#include <charconv>

namespace gatehouse::local {

namespace {

constexpr std::size_t MaxChunkLine = 256;
constexpr int MaxTrailers = 32;

/// Collects the parts of one body; status says why it ended when it is not 0.
class BodyReader
{
public:
    BodyReader(SocketStream& stream, SocketStream::Time deadline, std::string& body)
        : m_stream(stream)
        , m_deadline(deadline)
        , m_body(body)
    {}

    [[nodiscard]] int status() const { return m_status; }

    bool take(std::uint64_t count)
    {
        while (count > 0) {
            if (m_stream.buffered().empty() && !more())
                return false;
            const std::string_view held = m_stream.buffered();
            const std::size_t part = static_cast<std::size_t>(std::min<std::uint64_t>(held.size(), count));
            m_body.append(held.substr(0, part));
            m_stream.consume(part);
            count -= part;
        }
        return true;
    }

    /// A line without its CR LF.
    bool line(std::string& text)
    {
        for (;;) {
            const std::string_view held = m_stream.buffered();
            const std::size_t feed = held.find('\n');
            if (feed != std::string_view::npos) {
                if (feed == 0 || held[feed - 1] != '\r')
                    return refuse(400);
                text.assign(held.substr(0, feed - 1));
                m_stream.consume(feed + 1);
                return true;
            }
            if (held.size() > MaxChunkLine)
                return refuse(400);
            if (!more())
                return false;
        }
    }

    bool refuse(int status)
    {
        m_status = status;
        return false;
    }

private:
    bool more()
    {
        const SocketStream::Filled filled = m_stream.fill(m_deadline);
        if (filled == SocketStream::Filled::Data)
            return true;
        return refuse(filled == SocketStream::Filled::Timeout ? 408 : 400);
    }

    SocketStream& m_stream;
    SocketStream::Time m_deadline;
    std::string& m_body;
    int m_status = 0;
};

bool readChunks(BodyReader& reader, std::size_t maxBytes, const std::string& body)
{
    std::string line;
    for (;;) {
        if (!reader.line(line))
            return false;
        const std::string_view digits = std::string_view(line).substr(0, line.find_first_of("; \t"));
        std::uint64_t size = 0;
        const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
        if (code != std::errc() || end != digits.data() + digits.size() || digits.empty())
            return reader.refuse(400);
        if (size == 0)
            break;
        if (size > maxBytes - body.size())
            return reader.refuse(413);
        if (!reader.take(size) || !reader.line(line))
            return false;
        if (!line.empty())
            return reader.refuse(400);
    }
    for (int trailers = 0; trailers < MaxTrailers; ++trailers) {
        if (!reader.line(line))
            return false;
        if (line.empty())
            return true;
    }
    return reader.refuse(400);
}

} // namespace

int readRequestBody(SocketStream& stream, const RequestHead& head, std::size_t maxBytes,
                    SocketStream::Time deadline, std::string& body)
{
    BodyReader reader(stream, deadline, body);
    if (head.chunked) {
        (void)readChunks(reader, maxBytes, body);
    } else if (head.contentLength) {
        if (*head.contentLength > maxBytes)
            return 413;
        body.reserve(static_cast<std::size_t>(*head.contentLength));
        (void)reader.take(*head.contentLength);
    }
    return reader.status();
}

} // namespace gatehouse::local
