// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::local {

/// What of a request's head decides how its bytes are read. status is 0, or the answer for a head that is
/// refused before anybody looks at its meaning.
struct RequestHead
{
    int status = 0;
    std::string_view problem; ///< one sentence when status is not 0
    std::string_view line;    ///< the request line
    std::string_view target;  ///< undecoded, with its query
    std::string_view host;
    std::string_view connection; ///< the value of the first such header
    std::optional<std::uint64_t> contentLength;
    bool chunked = false;

    [[nodiscard]] bool hasBody() const { return chunked || contentLength.value_or(0) > 0; }
};

/// Limits of a head, in bytes and lines; more is refused with 414 or 431.
inline constexpr std::size_t MaxHeadBytes = 32U << 10U;
inline constexpr std::size_t MaxLineBytes = 8U << 10U;
inline constexpr int MaxHeaderLines = 100;

/// Reads a head strictly (RFC 9112): whatever two readers could understand differently (bare line feeds,
/// folded lines, two lengths, a length beside chunks, several hosts, space before a colon) is 400. bytes ends
/// with the empty line and must outlive the answer.
[[nodiscard]] RequestHead readRequestHead(std::string_view bytes);

} // namespace gatehouse::local
