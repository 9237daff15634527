// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/chatstream.h"
#include "core/local/gateway/gatewayservice.h"
#include "core/local/gateway/requestrecord.h"
#include "core/local/gateway/streamredactor.h"

#include <memory>
#include <string>

namespace gatehouse::local {

/// Passes a backend's stream on to the client, byte for byte but for keys in its text, and reads along for
/// the tokens. The end of the
/// stream (its [DONE], or else its last byte) is held back until the log rows are committed. A stream that
/// breaks off is a late failure of its circuit, and the client's stream ends as cut. One thread; the recorder
/// must outlive it.
class RelayStream final : public AnswerStream
{
public:
    RelayStream(RequestRecord record, std::unique_ptr<UpstreamStream> upstream, std::string firstChunk,
                std::int64_t estimatedPromptTokens, RequestRecorder& recorder, const Clock& clock);
    /// Before the end: the client left.
    ~RelayStream() override;

    [[nodiscard]] Step next(std::string& chunk) override;

private:
    enum class Ending { Complete, Cut, ClientLeft };
    [[nodiscard]] Step finish(Ending ending, std::string& chunk);
    void takeTokens();
    void describe(Ending ending);
    /// Moves what may be sent now from m_held to chunk; true once [DONE] is in.
    bool release(std::string& chunk);

    RequestRecord m_record;
    std::unique_ptr<UpstreamStream> m_upstream;
    std::string m_held;
    std::string m_incoming;
    gateway::ChatStream m_reader;
    StreamRedactor m_redactor;
    std::int64_t m_estimatedPromptTokens;
    RequestRecorder& m_recorder;
    const Clock& m_clock;
    std::chrono::nanoseconds m_firstByte;
    bool m_ended = false;
};

} // namespace gatehouse::local
