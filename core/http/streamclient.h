// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/sse.h"
#include "core/http/httpclient.h"

#include <QtCore/QObject>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace gatehouse::http {

/// How a stream ended.
struct StreamEnd
{
    /// The event that ends the answer was seen. A connection that is closed properly is no proof of that.
    bool complete = false;
    /// Not complete, but the connection ended as one does whose answer is whole: neither reset nor short of
    /// a length or chunk that was announced.
    bool closedProperly = false;
    /// Set unless complete: Network for a cut stream, Timeout, Cancelled, Protocol for another content type
    /// or a broken stream, Http with the status for a refusal (body holds its text).
    std::optional<Error> error;
    int status = 0;
    Headers headers;
    std::string body; ///< of an answer that is no event stream, at most 1 MiB
};

struct StreamOptions
{
    /// Whether this event ends the answer.
    std::function<bool(const SseEvent&)> isLast = [](const SseEvent& event) {
        return event.data == "[DONE]";
    };
    SseLimits limits = {};
    std::size_t maxBytes = 64U << 20U;
    int eventsPerSlice = 64; ///< then other work gets its turn
    /// Not a byte for so long is a Timeout, the head included; 0 waits for the deadline alone.
    std::chrono::milliseconds longestSilence{0};
};

class EventStream;

/// Server-sent events over managers of its own: one opens six connections to a host at most, so there are as
/// many as the open streams need. A stream is never sent again. Main thread.
class StreamClient final : public QObject
{
public:
    explicit StreamClient(QObject* parent = nullptr);
    ~StreamClient() override;

    /// Starts at once; nothing is emitted before this returns. deadline is for the whole stream. The stream
    /// must go before the client does; deleting it closes its connection.
    [[nodiscard]] std::unique_ptr<EventStream> open(HttpRequest request, const std::stop_token& stop,
                                                    StreamOptions options = {});

private:
    friend class EventStream;
    struct Line;
    [[nodiscard]] std::shared_ptr<Line> freeLine();

    std::vector<std::shared_ptr<Line>> m_lines;
};

/// One stream that is being read.
class EventStream final : public QObject
{
    Q_OBJECT
public:
    ~EventStream() override;

    /// Closes the connection and drops what was read but not yet given; finished follows with Cancelled.
    void stop();

Q_SIGNALS:
    /// The answer's head came and it is an event stream.
    void opened(const gatehouse::http::Headers& headers);
    void events(const std::vector<gatehouse::SseEvent>& events);
    /// Once, last.
    void finished(const gatehouse::http::StreamEnd& end);

private:
    friend class StreamClient;
    class Reader;

    explicit EventStream(std::unique_ptr<Reader> reader);

    std::unique_ptr<Reader> m_reader;
};

} // namespace gatehouse::http
