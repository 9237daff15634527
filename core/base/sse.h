// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse {

struct SseEvent
{
    std::string type = "message";
    std::string data; ///< valid UTF-8
    std::string lastEventId;
};

struct SseLimits
{
    std::size_t maxLineBytes = 1U << 20U;  ///< without its line end; a comment has no limit, it is not kept
    std::size_t maxEventBytes = 8U << 20U; ///< of an event's data
    std::size_t maxIdBytes = 1024;         ///< a longer id is ignored: it would become a request header
    std::int64_t maxRetryMs = 60'000;
    std::int64_t minRetryMs = 0;
};

/// A server-sent event parser (WHATWG HTML 9.2.5 and 9.2.6) over bytes in any slices: lines are split on raw
/// bytes and decoded whole, so a character may be cut anywhere. An event is given as soon as the byte that
/// ends it is in. One thread, linear time, no allocation that a hostile stream could grow beyond the limits.
class SseParser
{
public:
    enum class Failure { None, LineTooLong, EventTooLong };

    explicit SseParser(SseLimits limits = {});

    /// Appends the events that these bytes complete. After a failure nothing more comes.
    void feed(std::string_view bytes, std::vector<SseEvent>& events);
    /// The stream ended: an event without its blank line is discarded; answers whether there was one.
    [[nodiscard]] bool finish();

    [[nodiscard]] Failure failure() const { return m_failure; }
    [[nodiscard]] const std::string& lastEventId() const { return m_lastEventId; }
    /// The last valid "retry:", clamped; empty when there was none.
    [[nodiscard]] std::optional<std::int64_t> reconnectionTimeMs() const { return m_retryMs; }

private:
    [[nodiscard]] std::string_view skipByteOrderMark(std::string_view bytes);
    void appendToLine(std::string_view piece);
    void takeLine(std::vector<SseEvent>& events);
    void takeField(std::string_view name, std::string_view value);
    void takeRetry(std::string_view digits);
    void dispatch(std::vector<SseEvent>& events);

    SseLimits m_limits;
    Failure m_failure = Failure::None;
    std::string m_line; // of the current line, as much as is in; empty in a comment
    std::string m_type;
    std::string m_data;
    std::string m_idBuffer;
    std::string m_lastEventId;
    std::optional<std::int64_t> m_retryMs;
    bool m_afterCarriageReturn = false; // a line feed that comes next belongs to the line that is over
    bool m_inComment = false;
    int m_bomBytes = 0; // how much of a leading byte order mark is in; -1 once that is settled
};

} // namespace gatehouse
