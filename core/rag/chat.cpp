// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/chat.h"

#include "core/base/encoding.h"
#include "core/base/utf8.h"
#include "core/http/retryafter.h"
#include "core/rag/reading.h"

#include <QtCore/QPointer>
#include <QtCore/QRandomGenerator>

#include <algorithm>

namespace gatehouse::rag {

namespace {

using std::chrono::milliseconds;

constexpr int MostAttempts = 3;
constexpr std::size_t MostCharacters = 32'000;
constexpr std::size_t MostHistory = 50;
/// Without a wish of the backend's; doubled each time.
constexpr milliseconds FirstWait{500};
/// Clients that were refused together do not come back together.
constexpr int SpreadMs = 500;

tl::unexpected<Error> refuse(const char* code, const char* message, const char* advice)
{
    Error error;
    error.kind = Error::Kind::InvalidInput;
    error.serviceCode = code;
    error.message = message;
    error.advice = advice;
    return fail(std::move(error));
}

milliseconds spread()
{
    return milliseconds(QRandomGenerator::global()->bounded(SpreadMs));
}

} // namespace

Status checkQuestion(const Question& question)
{
    if (question.text.find_first_not_of(" \t\r\n") == std::string::npos)
        return refuse("BadQuestion", "There is no question.", "Write what you want to know.");
    if (codePointCount(question.text) > MostCharacters)
        return refuse("InputTooLarge", "The question is longer than 32,000 characters.",
                      "Shorten it, or upload the text as a document.");
    if (question.history.size() > MostHistory)
        return refuse("InputTooLarge", "The conversation has more than 50 messages.",
                      "Begin a new conversation.");
    return {};
}

Json questionJson(const Question& question, const settings::RagMapping& mapping)
{
    Json json = {{mapping.questionField, question.text},
                 {mapping.historyField, messagesJson(question.history)}};
    if (!question.documents.empty())
        json["documents"] = question.documents;
    const auto add = [&json](const char* key, const std::string& value) {
        if (!value.empty())
            json[key] = value;
    };
    add("deployment", question.deployment);
    add("task", question.task);
    add("feature", question.feature);
    return json;
}

Chat::Chat(const Parts& parts, const Backend& backend, const Limits& limits, const Question& question)
    : m_parts(parts)
    , m_backend(backend)
    , m_limits(limits)
    , m_bearer(parts.tokens, backend.scope)
    , m_reader(backend.mapping, limits.maxAnswerBytes)
{
    m_request.method = "POST";
    m_request.url = backend.address("/chat");
    m_request.headers.set("Content-Type", "application/json");
    m_request.body = dumpJson(questionJson(question, backend.mapping));
    m_request.deadline = limits.answer;
    // Queued, so that nothing is emitted before its owner has connected to it.
    QMetaObject::invokeMethod(
        this,
        [this, valid = checkQuestion(question)] {
            if (m_over)
                return;
            if (valid)
                authorize();
            else
                finish(valid.error());
        },
        Qt::QueuedConnection);
}

Chat::~Chat()
{
    m_stop.request_stop();
}

void Chat::stop()
{
    if (m_over)
        return;
    m_over = true;
    m_wait.cancel();
    m_stop.request_stop();
    m_stream.reset();
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_over = false;
            finish(http::cancelledError());
        },
        Qt::QueuedConnection);
}

void Chat::authorize()
{
    m_bearer.token(m_stop.get_token()).then(this, [this](const Result<std::string>& token) {
        if (m_over)
            return;
        if (token)
            open(*token);
        else
            finish(token.error());
    });
}

void Chat::open(const std::string& token)
{
    ++m_attempts;
    m_bearer.put(m_request.headers, token);
    http::StreamOptions options;
    options.isLast = [this](const SseEvent& event) { return m_reader.isLast(event); };
    options.longestSilence = m_limits.silence;
    if (m_sent.count() == 0)
        m_sent = m_parts.clock.monotonic();
    m_stream = m_parts.streams.open(m_request, m_stop.get_token(), std::move(options));
    connect(m_stream.get(), &http::EventStream::opened, this, [this](const http::Headers& headers) {
        AnswerFacts& facts = m_reader.facts();
        facts.backend = tamed(headers.text("x-gh-backend"), 200);
        facts.route = tamed(headers.text("x-gh-route"), 200);
        facts.requestId = tamed(headers.text("x-ms-request-id"), 200);
    });
    connect(m_stream.get(), &http::EventStream::events, this, &Chat::take);
    connect(m_stream.get(), &http::EventStream::finished, this, &Chat::ended);
}

void Chat::take(const std::vector<SseEvent>& events)
{
    const QPointer<Chat> alive(this);
    std::string piece;
    for (const SseEvent& event : events) {
        AnswerReader::Step step = m_reader.take(event);
        if (step.grounding)
            Q_EMIT grounded(*step.grounding);
        if (!alive || m_over)
            return;
        piece += step.text;
        if (step.error) {
            if (!piece.empty())
                Q_EMIT text(piece);
            if (alive && !m_over)
                finish(step.error);
            return;
        }
    }
    if (piece.empty())
        return;
    AnswerFacts& facts = m_reader.facts();
    if (!facts.firstToken)
        facts.firstToken = std::chrono::duration_cast<milliseconds>(m_parts.clock.monotonic() - m_sent);
    Q_EMIT text(piece);
}

void Chat::ended(const http::StreamEnd& end)
{
    if (m_over || triesAgain(end))
        return;
    finish(verdict(end));
}

/// Only what the backend refused to begin with.
bool Chat::triesAgain(const http::StreamEnd& end)
{
    if (end.status == 401 && m_bearer.renew(end.headers)) {
        --m_attempts;
        authorize();
        return true;
    }
    if ((end.status != 429 && end.status != 503) || m_attempts >= MostAttempts)
        return false;
    const auto wish = http::retryAfterOf(end.headers, m_parts.clock.now());
    milliseconds wait = FirstWait * (1 << (m_attempts - 1));
    // An hour and more is no time that anybody means.
    if (wish && *wish < http::LongestRetryAfter) {
        if (*wish > m_limits.longestWait)
            return false;
        wait = *wish;
    } else if (end.status == 503 && !wish) {
        return false; // it does not say that it comes back
    }
    m_wait = m_parts.scheduler.callAfter(wait + spread(), [this] { authorize(); });
    return true;
}

std::optional<Error> Chat::verdict(const http::StreamEnd& end)
{
    if (end.error && end.error->cancelled())
        return end.error;
    // What happens to the connection after the end was seen does not matter.
    const bool over = !end.error || m_reader.whole();
    if (m_reader.notUnderstood() && (over || end.closedProperly))
        return fail(Error::Kind::Protocol, "The RAG backend's events have names that are not known here.",
                    "Set the names of its events and fields in the profile.")
            .value();
    if (over)
        return std::nullopt;
    if (end.closedProperly && m_reader.shape() == AnswerReader::Shape::PlainText) {
        m_reader.facts().endConfirmed = false;
        return std::nullopt;
    }
    if (end.status != 0 && end.status != 200) {
        Error error = backendError(end.status, end.headers, end.body, m_parts.clock.now());
        if (end.status == 401)
            error.claims = m_bearer.claims();
        return error;
    }
    Error error = *end.error;
    if (error.kind == Error::Kind::Protocol && end.status == 200 && !end.body.empty()) {
        const bool page = toLower(end.headers.text("Content-Type")).starts_with("text/html");
        error.message = page ? "The RAG backend answered with a web page instead of an answer."
                             : "The RAG backend answered with something that is no stream of events.";
        error.advice = "Check its address in the profile; a proxy or a sign-in page may stand before it.";
    }
    return error;
}

void Chat::finish(std::optional<Error> error)
{
    if (m_over)
        return;
    m_over = true;
    m_wait.cancel();
    if (m_stream != nullptr) {
        m_stream->disconnect(this);
        m_stream->stop();
    }
    AnswerFacts facts = m_reader.facts();
    if (m_sent.count() != 0)
        facts.total = std::chrono::duration_cast<milliseconds>(m_parts.clock.monotonic() - m_sent);
    Q_EMIT finished(facts, error);
}

} // namespace gatehouse::rag
