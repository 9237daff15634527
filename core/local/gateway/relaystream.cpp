// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/relaystream.h"

namespace gatehouse::local {

namespace {

constexpr std::string_view DoneLine = "data: [DONE]";
constexpr std::string_view DoneLineTight = "data:[DONE]";

/// Whether a line that is not whole yet may become the end marker.
bool mayBecomeDone(std::string_view line)
{
    return DoneLine.starts_with(line.substr(0, DoneLine.size())) ||
           DoneLineTight.starts_with(line.substr(0, DoneLineTight.size()));
}

/// Where the line of the end marker begins; npos when it is not in.
std::size_t findDone(std::string_view bytes)
{
    for (const std::string_view marker : {DoneLine, DoneLineTight}) {
        for (std::size_t at = bytes.find(marker); at != std::string_view::npos;
             at = bytes.find(marker, at + 1))
            if (at == 0 || bytes[at - 1] == '\n' || bytes[at - 1] == '\r')
                return at;
    }
    return std::string_view::npos;
}

} // namespace

RelayStream::RelayStream(RequestRecord record, std::unique_ptr<UpstreamStream> upstream,
                         std::string firstChunk, std::int64_t estimatedPromptTokens,
                         RequestRecorder& recorder, const Clock& clock)
    : m_record(std::move(record))
    , m_upstream(std::move(upstream))
    , m_incoming(std::move(firstChunk))
    , m_estimatedPromptTokens(estimatedPromptTokens)
    , m_recorder(recorder)
    , m_clock(clock)
    , m_firstByte(clock.monotonic())
{}

RelayStream::~RelayStream()
{
    std::string ignored;
    if (!m_ended)
        static_cast<void>(finish(Ending::ClientLeft, ignored));
}

AnswerStream::Step RelayStream::next(std::string& chunk)
{
    chunk.clear();
    for (;;) {
        if (m_incoming.empty()) {
            const auto read = m_upstream->read(m_incoming);
            if (read != UpstreamStream::Read::Data) {
                m_reader.finish();
                m_redactor.finish(m_held);
                // An end of the connection without a finish reason is a cut, however politely it came.
                const bool whole = read == UpstreamStream::Read::End &&
                                   m_reader.outcome() != gateway::ChatStream::Outcome::Truncated;
                return finish(whole ? Ending::Complete : Ending::Cut, chunk);
            }
        }
        m_record.responseBytes += m_incoming.size();
        static_cast<void>(m_reader.feed(m_incoming));
        m_redactor.feed(m_incoming, m_held);
        m_incoming.clear();
        const bool done = release(chunk);
        if (!chunk.empty())
            return Step::More;
        if (done)
            return finish(Ending::Complete, chunk);
    }
}

bool RelayStream::release(std::string& chunk)
{
    const std::size_t done = findDone(m_held);
    if (done == 0) {
        const bool whole =
            m_held.find("\n\n") != std::string::npos || m_held.find("\r\n\r\n") != std::string::npos;
        return whole;
    }
    std::size_t ready = done;
    if (done == std::string::npos) {
        const std::size_t lineStart = m_held.rfind('\n') + 1; // npos + 1 is 0
        const bool hold = mayBecomeDone(std::string_view(m_held).substr(lineStart));
        ready = hold ? lineStart : m_held.size();
    }
    chunk.assign(m_held, 0, ready);
    m_held.erase(0, ready);
    return false;
}

AnswerStream::Step RelayStream::finish(Ending ending, std::string& chunk)
{
    m_ended = true;
    m_record.streamed = m_clock.monotonic() - m_firstByte;
    takeTokens();
    describe(ending);
    if (ending == Ending::ClientLeft)
        m_upstream.reset();
    if (!m_recorder.finish(m_record))
        return Step::Cut; // not logged, so the client must not take it for whole
    if (ending != Ending::Complete)
        return Step::Cut;
    chunk = std::move(m_held);
    return Step::Last;
}

void RelayStream::takeTokens()
{
    if (const auto& usage = m_reader.usage()) {
        m_record.tokenSource = TokenSource::Measured;
        m_record.usage = *usage;
        return;
    }
    m_record.tokenSource = TokenSource::Estimated;
    const std::int64_t completion = estimateTokens(m_reader.text());
    m_record.usage = {m_estimatedPromptTokens, completion, m_estimatedPromptTokens + completion};
}

void RelayStream::describe(Ending ending)
{
    Attempt& last = m_record.attempts.back();
    const bool failed = m_reader.outcome() == gateway::ChatStream::Outcome::Error;
    if (ending == Ending::ClientLeft) {
        m_record.error = {"ClientConnectionFailure", "The client closed the connection.", "request-forwarder",
                          "outbound"};
        return;
    }
    if (ending == Ending::Complete && !failed)
        return;
    last.cut = true;
    last.firstByte = last.duration;
    last.duration = m_clock.monotonic() - last.began;
    last.failure = failed ? "the stream carried an error" : "the stream broke off";
    last.backend->circuit->lateFailure();
    m_record.streamed = {};
    m_record.error = {"BackendConnectionFailure", "The backend's " + last.failure.substr(4) + ".",
                      "forward-request", "backend"};
}

} // namespace gatehouse::local
