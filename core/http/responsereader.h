// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/headers.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::http {

/// Reads one HTTP/1.1 answer (RFC 9112) out of bytes in any slices: interim answers are passed over, the body
/// ends by its length, its chunks or with the connection. Bounded; one thread.
class ResponseReader
{
public:
    enum class State {
        Head,  ///< the status is not known yet
        Body,  ///< the head is in
        Whole, ///< nothing more belongs to the answer
        Broken ///< no HTTP, or larger than is accepted
    };

    explicit ResponseReader(std::size_t maxBodyBytes);

    void feed(std::string_view bytes);
    /// The connection is closed: a body without a length is whole by that, one with a length may be short.
    void close();

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] int status() const { return m_status; }
    [[nodiscard]] const Headers& headers() const { return m_headers; }
    [[nodiscard]] const std::string& body() const { return m_body; }

private:
    [[nodiscard]] bool readHead();
    void chooseFraming();
    void readBody();
    [[nodiscard]] bool readChunk();
    void takeBody(std::size_t count);

    std::size_t m_maxBodyBytes;
    State m_state = State::Head;
    std::string m_buffer; // what was fed and not used yet
    int m_status = 0;
    Headers m_headers;
    std::string m_body;
    std::optional<std::uint64_t> m_left; // of the body or of the current chunk
    bool m_chunked = false;
    bool m_inTrailer = false;
};

} // namespace gatehouse::http
