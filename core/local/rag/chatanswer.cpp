// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/rag/chatanswer.h"

#include "core/base/json.h"
#include "core/local/gateway/tokens.h"
#include "core/local/rag/modelcalls.h"

#include <charconv>

namespace gatehouse::local {

namespace {

void appendEvent(std::string& events, std::string_view name, const Json& data)
{
    events.append("event: ").append(name).append("\ndata: ").append(dumpJson(data)).append("\n\n");
}

Json contextJson(const Grounding& grounding)
{
    Json passages = Json::array();
    for (const Retrieved& one : grounding.passages) {
        Json passage = passageJson(one.passage);
        passage["document"] = one.passage.documentId;
        passage["name"] = one.passage.documentName;
        passage["score"] = one.rank.score;
        passage["vectorRank"] = one.rank.vectorRank ? Json(*one.rank.vectorRank) : Json();
        passage["keywordRank"] = one.rank.keywordRank ? Json(*one.rank.keywordRank) : Json();
        passages.push_back(std::move(passage));
    }
    Json prompt = Json::array();
    for (const ChatMessage& message : grounding.prompt)
        prompt.push_back({{"role", message.role}, {"content", message.content}});
    return {{"passages", std::move(passages)}, {"prompt", std::move(prompt)}};
}

/// Citations of passages that are there; of others the text alone remains.
Json citationsJson(std::string_view text, const std::vector<Retrieved>& passages)
{
    Json citations = Json::array();
    for (const int marker : citedPassages(text))
        if (static_cast<std::size_t>(marker) <= passages.size())
            citations.push_back(
                {{"marker", marker}, {"passage", passages[static_cast<std::size_t>(marker) - 1].passage.id}});
    return citations;
}

/// True with a proof, false where the model said that there is none; unknown for a text that does neither.
Json groundedJson(std::string_view text, const Json& citations)
{
    if (!citations.empty())
        return true;
    return text.find(NotInDocuments) != std::string_view::npos ? Json(false) : Json();
}

} // namespace

Json passageJson(const StoredPassage& passage)
{
    return {{"id", passage.id},
            {"page", passage.page ? Json(*passage.page) : Json()},
            {"index", passage.index},
            {"tokens", passage.tokens},
            {"text", passage.text}};
}

ChatAnswer::ChatAnswer(Grounding grounding, std::function<GatewayAnswer()> complete)
    : m_grounding(std::move(grounding))
    , m_complete(std::move(complete))
{}

ChatAnswer::Step ChatAnswer::next(std::string& events)
{
    events.clear();
    switch (m_state) {
    case State::Context:
        appendEvent(events, "context", contextJson(m_grounding));
        m_state = State::Asking;
        return Step::More;
    case State::Asking:
        return ask(events);
    case State::Streaming:
        return relay(events);
    case State::Over:
        break;
    }
    return Step::Last;
}

ChatAnswer::Step ChatAnswer::ask(std::string& events)
{
    m_answer = m_complete();
    if (m_answer.stream == nullptr)
        return failWith(modelFailure(m_answer).message, events);
    m_state = State::Streaming;
    return Step::More;
}

/// The first chunk says which model answers.
void ChatAnswer::noteModel(std::string_view bytes)
{
    if (!m_model.empty())
        return;
    std::vector<SseEvent> read;
    m_parser.feed(bytes, read);
    for (const SseEvent& event : read) {
        const auto chunk = parseJson(event.data);
        if (!chunk || !m_model.empty())
            continue;
        m_model = textAt(*chunk, "model");
        m_fingerprint = textAt(*chunk, "system_fingerprint");
    }
}

ChatAnswer::Step ChatAnswer::relay(std::string& events)
{
    const AnswerStream::Step step = m_answer.stream->next(m_chunk);
    noteModel(m_chunk);
    for (const std::string& piece : m_reader.feed(m_chunk))
        appendEvent(events, "token", {{"token", piece}});
    if (m_reader.failure())
        return failWith("The model broke off: " + m_reader.failure()->message, events);
    if (step == AnswerStream::Step::Cut)
        return failWith("The answer broke off before its end.", events);
    return step == AnswerStream::Step::More ? Step::More : finish(events);
}

ChatAnswer::Step ChatAnswer::finish(std::string& events)
{
    m_state = State::Over;
    m_reader.finish();
    const std::string& text = m_reader.text();
    const Json citations = citationsJson(text, m_grounding.passages);
    Json usage;
    if (const auto& measured = m_reader.usage()) {
        usage = {{"prompt", measured->prompt}, {"completion", measured->completion}, {"source", "measured"}};
    } else {
        std::int64_t prompt = TokensPerChat;
        for (const ChatMessage& message : m_grounding.prompt)
            prompt += estimateTokens(message.content) + TokensPerMessage;
        usage = {{"prompt", prompt}, {"completion", estimateTokens(text)}, {"source", "estimated"}};
    }
    const std::string attempts = header("x-gh-attempts");
    int count = 0;
    std::from_chars(attempts.data(), attempts.data() + attempts.size(), count);
    appendEvent(events, "done",
                {{"grounded", groundedJson(text, citations)},
                 {"citations", citations},
                 {"model", m_model},
                 {"simulated", isSimulated(m_fingerprint)},
                 {"backend", header("x-gh-backend")},
                 {"attempts", count},
                 {"route", header("x-gh-route")},
                 {"requestId", header("x-ms-request-id")},
                 {"finishReason", m_reader.finishReason().value_or("")},
                 {"usage", std::move(usage)}});
    events += "data: [DONE]\n\n";
    return Step::Last;
}

/// No [DONE] after it: the answer is not whole.
ChatAnswer::Step ChatAnswer::failWith(std::string_view message, std::string& events)
{
    m_state = State::Over;
    Json data = {{"code", "ModelFailed"}, {"message", message}};
    for (const auto& [field, name] :
         {std::pair("backend", "x-gh-backend"), std::pair("requestId", "x-ms-request-id")})
        if (std::string value = header(name); !value.empty())
            data[field] = std::move(value);
    appendEvent(events, "error", data);
    m_answer.stream.reset();
    return Step::Last;
}

std::string ChatAnswer::header(std::string_view name) const
{
    for (const auto& [key, value] : m_answer.headers)
        if (key == name)
            return value;
    return {};
}

} // namespace gatehouse::local
