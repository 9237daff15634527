// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/upstream/httpconnection.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::local {

/// What the client reads of a response's head.
struct HttpHead
{
    int status = 0;
    std::optional<std::uint64_t> contentLength;
    bool chunked = false;
    bool keepAlive = true;
    std::string contentType;
    std::optional<std::chrono::milliseconds> retryAfter; ///< in seconds only; a date is not understood

    /// From the status line to the empty line. Empty when it is no HTTP/1.x head.
    [[nodiscard]] static std::optional<HttpHead> parse(std::string_view bytes);
};

/// Reads one response off a connection: head first, then the body in pieces, by its length, in chunks or up
/// to the end of the connection. One thread.
class HttpResponseReader
{
public:
    enum class Read { Data, End, Failed };

    explicit HttpResponseReader(HttpConnection& connection)
        : m_connection(connection)
    {}

    /// Skips interim 1xx heads. False when the connection ended or the bytes are no HTTP.
    [[nodiscard]] bool readHead();
    [[nodiscard]] const HttpHead& head() const { return m_head; }
    /// Whether anything of an answer has come; if not, the server had closed the connection before.
    [[nodiscard]] bool anyBytes() const { return m_anyBytes; }

    /// Appends the next piece of the body.
    [[nodiscard]] Read readPiece(std::string& body);
    /// All of the body, up to maxBytes.
    [[nodiscard]] bool readAll(std::string& body, std::size_t maxBytes);
    /// The body is in, to its last byte, and the connection can serve another request.
    [[nodiscard]] bool reusable() const { return m_ended && m_head.keepAlive && m_buffer.empty(); }

private:
    [[nodiscard]] bool fill();
    [[nodiscard]] Read readChunked(std::string& body);
    [[nodiscard]] bool takeLine(std::string& line);
    Read end();

    HttpConnection& m_connection;
    HttpHead m_head;
    std::string m_buffer;
    std::uint64_t m_left = 0; // of the body, or of the chunk
    bool m_inChunk = false;
    bool m_ended = false;
    bool m_anyBytes = false;
};

} // namespace gatehouse::local
