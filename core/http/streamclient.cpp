// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/streamclient.h"

#include "core/base/encoding.h"
#include "core/http/deferred.h"
#include "core/http/qtrequest.h"
#include "core/http/stophook.h"

#include <QtCore/QTimer>
#include <QtNetwork/QNetworkAccessManager>

namespace gatehouse::http {

namespace {

constexpr int StreamsPerManager = 6; // Qt's own limit of connections to a host
constexpr std::size_t MaxRefusalBytes = 1U << 20U;

Error streamError(Error::Kind kind, std::string message, std::string advice)
{
    return fail(kind, std::move(message), std::move(advice)).value();
}

bool isEventStream(const Headers& headers)
{
    std::string type = toLower(headers.text("Content-Type"));
    type.resize(std::min(type.find(';'), type.size()));
    while (!type.empty() && type.back() == ' ')
        type.pop_back();
    return type == "text/event-stream";
}

} // namespace

/// A manager and how many of its connections streams hold.
struct StreamClient::Line
{
    QNetworkAccessManager manager;
    int open = 0;
};

/// Reads the reply, queues the events and gives them out in slices.
class EventStream::Reader final : public QObject
{
public:
    Reader(std::shared_ptr<StreamClient::Line> line, const HttpRequest& request,
           const Result<QNetworkRequest>& qtRequest, const std::stop_token& stop, StreamOptions options)
        : m_line(std::move(line))
        , m_options(std::move(options))
        , m_parser(m_options.limits)
        , m_stop(stop, this, [this] { end(streamStopped()); })
    {
        m_slice.setSingleShot(true);
        m_deadline.setSingleShot(true);
        m_silence.setSingleShot(true);
        connect(&m_silence, &QTimer::timeout, this, [this] {
            end(streamError(Error::Kind::Timeout, "Nothing came for too long, so the answer was given up.",
                            "Ask again; if it lasts, check whether the service is well."));
        });
        connect(&m_slice, &QTimer::timeout, this, [this] { giveSlice(); });
        connect(&m_deadline, &QTimer::timeout, this, [this] {
            end(streamError(Error::Kind::Timeout, "The answer took longer than is allowed and was stopped.",
                            "Try again with a shorter question."));
        });
        if (!qtRequest || stop.stop_requested()) {
            end(qtRequest ? streamStopped() : qtRequest.error());
            return;
        }
        m_reply.reset(startRequest(m_line->manager, *qtRequest, request));
        ++m_line->open;
        connect(m_reply.get(), &QNetworkReply::readyRead, this, [this] { take(); });
        connect(m_reply.get(), &QNetworkReply::finished, this, [this] { closed(); });
        m_deadline.start(request.deadline);
        hear();
    }

    ~Reader() override { letGo(); }

    void attach(EventStream* stream) { m_stream = stream; }

    void end(Error error)
    {
        if (m_over)
            return;
        m_over = true;
        m_pending.clear();
        m_given = 0;
        m_end.error = std::move(error);
        letGo();
        m_slice.start(0);
    }

    [[nodiscard]] static Error streamStopped() { return cancelledError(); }

private:
    /// Without our own connections no signal of an abort comes back here.
    void letGo()
    {
        m_deadline.stop();
        m_silence.stop();
        if (m_reply == nullptr)
            return;
        m_reply->disconnect(this);
        m_reply->abort();
        m_reply.release()->deleteLater();
        --m_line->open;
    }

    void hear()
    {
        if (m_options.longestSilence.count() > 0)
            m_silence.start(m_options.longestSilence);
    }

    void take()
    {
        if (m_over || m_reply == nullptr)
            return;
        hear();
        if (m_end.status == 0 && !readHead())
            return;
        const QByteArray bytes = m_reply->readAll();
        const std::string_view view(bytes.constData(), static_cast<std::size_t>(bytes.size()));
        if (!m_isEventStream) {
            m_end.body.append(view.substr(0, MaxRefusalBytes - std::min(MaxRefusalBytes, m_end.body.size())));
            return;
        }
        m_received += view.size();
        m_parser.feed(view, m_pending);
        if (m_parser.failure() != SseParser::Failure::None || m_received > m_options.maxBytes) {
            end(streamError(Error::Kind::Protocol, "The answer's stream is longer or wider than is accepted.",
                            "Try again; if it lasts, the service is at fault."));
            return;
        }
        if (!m_pending.empty() && !m_slice.isActive())
            m_slice.start(0);
    }

    /// False when there is no status yet.
    [[nodiscard]] bool readHead()
    {
        m_end.status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        if (m_end.status == 0)
            return false;
        m_end.headers = headersOf(*m_reply);
        m_isEventStream = m_end.status == 200 && isEventStream(m_end.headers);
        if (m_isEventStream && m_stream != nullptr)
            Q_EMIT m_stream->opened(m_end.headers);
        return true;
    }

    void closed()
    {
        take();
        if (m_over || m_reply == nullptr)
            return;
        m_over = true;
        m_closedBecause = closingError();
        m_end.closedProperly = m_isEventStream && wasClosedProperly();
        letGo();
        m_slice.start(0);
    }

    [[nodiscard]] bool wasClosedProperly() const
    {
        if (m_reply->error() == QNetworkReply::NoError)
            return true;
        // A server that closes right after its answer may do so before Qt has seen that the question is sent.
        // Qt wants to send it again then, which is refused, and says so; an answer without a length ends with
        // the connection all the same.
        return m_reply->error() == QNetworkReply::ContentReSendError &&
               !m_end.headers.has("Content-Length") && !m_end.headers.has("Transfer-Encoding");
    }

    [[nodiscard]] Error closingError() const
    {
        if (m_end.status == 0)
            return networkError(*m_reply);
        if (m_end.status == 200 && !m_isEventStream)
            return streamError(Error::Kind::Protocol,
                               "The service answered with something that is no stream.",
                               "Check the address of the service.");
        if (m_end.status != 200) {
            Error error = streamError(Error::Kind::Http, "The service refused the request.", "");
            error.httpStatus = m_end.status;
            return error;
        }
        return streamError(Error::Kind::Network, "The answer was cut: what is shown is not all of it.",
                           "Ask again.");
    }

    void giveSlice()
    {
        if (m_stream == nullptr)
            return;
        std::vector<SseEvent> slice;
        const auto most = static_cast<std::size_t>(m_options.eventsPerSlice);
        while (m_given < m_pending.size() && slice.size() < most && !m_end.complete) {
            m_end.complete = m_options.isLast(m_pending[m_given]);
            slice.push_back(std::move(m_pending[m_given++]));
        }
        if (m_given == m_pending.size()) {
            m_pending.clear();
            m_given = 0;
        }
        if (m_end.complete) {
            m_over = true;
            letGo();
        }
        const bool last = m_over && (m_end.complete || m_pending.empty());
        if (!last && !m_pending.empty())
            m_slice.start(0);
        // The receiver may delete the stream, and this with it.
        EventStream* stream = m_stream;
        const QPointer<EventStream> alive(stream);
        if (last) {
            m_stop.reset();
            if (m_end.complete)
                m_end.error.reset();
            else if (!m_end.error)
                m_end.error = m_closedBecause;
            const StreamEnd end = m_end;
            m_stream = nullptr;
            if (!slice.empty())
                Q_EMIT stream->events(slice);
            if (alive)
                Q_EMIT stream->finished(end);
        } else if (!slice.empty()) {
            Q_EMIT stream->events(slice);
        }
    }

    std::shared_ptr<StreamClient::Line> m_line;
    StreamOptions m_options;
    SseParser m_parser;
    std::unique_ptr<QNetworkReply> m_reply;
    QTimer m_slice;
    QTimer m_deadline;
    QTimer m_silence;
    EventStream* m_stream = nullptr;
    std::vector<SseEvent> m_pending;
    std::size_t m_given = 0; // of m_pending
    StreamEnd m_end;
    std::optional<Error> m_closedBecause;
    std::size_t m_received = 0;
    bool m_isEventStream = false;
    bool m_over = false; // nothing more comes from the network
    StopHook m_stop;
};

EventStream::EventStream(std::unique_ptr<Reader> reader)
    : m_reader(std::move(reader))
{
    m_reader->attach(this);
}

EventStream::~EventStream() = default;

void EventStream::stop()
{
    m_reader->end(Reader::streamStopped());
}

StreamClient::StreamClient(QObject* parent)
    : QObject(parent)
{}

StreamClient::~StreamClient() = default;

std::shared_ptr<StreamClient::Line> StreamClient::freeLine()
{
    for (const std::shared_ptr<Line>& line : m_lines) {
        if (line->open < StreamsPerManager)
            return line;
    }
    m_lines.push_back(std::make_shared<Line>());
    configureManager(m_lines.back()->manager);
    return m_lines.back();
}

std::unique_ptr<EventStream> StreamClient::open(HttpRequest request, const std::stop_token& stop,
                                                StreamOptions options)
{
    request.headers.set("Accept", "text/event-stream");
    // Qt would buffer a compressed stream until it can inflate a block.
    request.headers.set("Accept-Encoding", "identity");
    auto reader = std::make_unique<EventStream::Reader>(freeLine(), request, makeQtRequest(request), stop,
                                                        std::move(options));
    return std::unique_ptr<EventStream>(new EventStream(std::move(reader)));
}

} // namespace gatehouse::http
