// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/http/scheduler.h"
#include "core/http/streamclient.h"
#include "core/rag/answerreader.h"
#include "core/rag/backend.h"
#include "core/rag/bearer.h"

#include <QtCore/QObject>

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace gatehouse::rag {

/// One question on its way: the token, the stream, and what becomes of it. A refusal before the first word is
/// tried again (401 once with a new token; 429 and 503 after the time that the backend names, three attempts
/// in all); a stream that has begun never is. Main thread; deleting it stops it.
class Chat final : public QObject
{
    Q_OBJECT
public:
    struct Parts
    {
        http::StreamClient& streams;
        auth::TokenSource& tokens;
        const Clock& clock;
        http::Scheduler& scheduler;
    };
    /// Nothing is emitted before this returns.
    Chat(const Parts& parts, const Backend& backend, const Limits& limits, const Question& question);
    ~Chat() override;

    /// What was read but not given yet is dropped; finished follows with Cancelled.
    void stop();

Q_SIGNALS:
    void grounded(const gatehouse::rag::Grounding& grounding);
    void text(const std::string& piece);
    /// Once, last.
    void finished(const gatehouse::rag::AnswerFacts& facts, const std::optional<gatehouse::Error>& error);

private:
    void authorize();
    void open(const std::string& token);
    void take(const std::vector<SseEvent>& events);
    void ended(const http::StreamEnd& end);
    [[nodiscard]] bool triesAgain(const http::StreamEnd& end);
    [[nodiscard]] std::optional<Error> verdict(const http::StreamEnd& end);
    void finish(std::optional<Error> error);

    Parts m_parts;
    Backend m_backend;
    Limits m_limits;
    http::HttpRequest m_request;
    Bearer m_bearer;
    AnswerReader m_reader;
    std::unique_ptr<http::EventStream> m_stream;
    http::Scheduler::Wait m_wait;
    std::stop_source m_stop;
    std::chrono::nanoseconds m_sent{0};
    int m_attempts = 0;
    bool m_over = false;
};

/// InvalidInput for a question that no backend takes: nothing asked, more than 32,000 characters, or more
/// than 50 messages before it.
[[nodiscard]] Status checkQuestion(const Question& question);
/// The body of POST /chat.
[[nodiscard]] Json questionJson(const Question& question, const settings::RagMapping& mapping);

} // namespace gatehouse::rag
