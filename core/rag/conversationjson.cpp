// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/base/utf8.h"
#include "core/rag/conversation.h"

#include <array>

namespace gatehouse::rag {

namespace {

constexpr int CurrentVersion = 1;
constexpr std::size_t MaxBytes = 64U << 20U;
constexpr std::size_t MaxPassages = 100;

constexpr std::array<std::pair<Message::Role, const char*>, 3> Roles{
    {{Message::Role::System, "system"},
     {Message::Role::User, "user"},
     {Message::Role::Assistant, "assistant"}}};
constexpr std::array<std::pair<TokenUsage::Source, const char*>, 3> Sources{
    {{TokenUsage::Source::Unknown, "unknown"},
     {TokenUsage::Source::Estimated, "estimated"},
     {TokenUsage::Source::Measured, "measured"}}};

template <typename Table, typename Value>
std::string wordOf(const Table& table, Value value)
{
    for (const auto& [known, word] : table) {
        if (known == value)
            return word;
    }
    return table.front().second;
}

template <typename Table>
auto valueOf(const Table& table, const std::string& word)
{
    for (const auto& [known, name] : table) {
        if (word == name)
            return known;
    }
    return table.front().first;
}

const Json& listAt(const Json& object, std::string_view key)
{
    static const Json empty = Json::array();
    const Json& list = memberAt(object, key);
    return list.is_array() ? list : empty;
}

std::optional<double> numberAt(const Json& object, std::string_view key)
{
    const Json& member = memberAt(object, key);
    return member.is_number() ? std::optional(member.get<double>()) : std::nullopt;
}

template <typename T>
std::optional<T> wholeAt(const Json& object, std::string_view key)
{
    const Json& member = memberAt(object, key);
    return member.is_number_integer() ? std::optional(static_cast<T>(member.get<std::int64_t>()))
                                      : std::nullopt;
}

std::optional<bool> flagAt(const Json& object, std::string_view key)
{
    const Json& member = memberAt(object, key);
    return member.is_boolean() ? std::optional(member.get<bool>()) : std::nullopt;
}

template <typename T>
void put(Json& object, const char* key, const std::optional<T>& value)
{
    if (value)
        object[key] = *value;
}

Json toJson(const Passage& passage)
{
    Json json{{"id", passage.id},
              {"document", passage.documentId},
              {"name", passage.documentName},
              {"index", passage.index},
              {"text", passage.text}};
    put(json, "page", passage.page);
    put(json, "tokens", passage.tokens);
    put(json, "score", passage.score);
    put(json, "vectorRank", passage.vectorRank);
    put(json, "keywordRank", passage.keywordRank);
    return json;
}

Passage passageFrom(const Json& json)
{
    Passage passage;
    passage.id = textAt(json, "id");
    passage.documentId = textAt(json, "document");
    passage.documentName = textAt(json, "name");
    passage.index = integerAt(json, "index");
    passage.text = textAt(json, "text");
    passage.page = wholeAt<int>(json, "page");
    passage.tokens = wholeAt<std::int64_t>(json, "tokens");
    passage.score = numberAt(json, "score");
    passage.vectorRank = wholeAt<int>(json, "vectorRank");
    passage.keywordRank = wholeAt<int>(json, "keywordRank");
    return passage;
}

Json toJson(const AnswerFacts& facts)
{
    Json citations = Json::array();
    for (const Citation& citation : facts.citations)
        citations.push_back({{"marker", citation.marker}, {"passage", citation.passageId}});
    Json json{{"citations", std::move(citations)},
              {"model", facts.model},
              {"backend", facts.backend},
              {"route", facts.route},
              {"requestId", facts.requestId},
              {"finishReason", facts.finishReason},
              {"totalMs", facts.total.count()},
              {"usage",
               {{"source", wordOf(Sources, facts.usage.source)},
                {"prompt", facts.usage.prompt},
                {"completion", facts.usage.completion}}}};
    if (!facts.endConfirmed)
        json["endConfirmed"] = false;
    put(json, "grounded", facts.grounded);
    put(json, "simulated", facts.simulated);
    put(json, "attempts", facts.attempts);
    if (facts.firstToken)
        json["firstTokenMs"] = facts.firstToken->count();
    return json;
}

AnswerFacts factsFrom(const Json& json)
{
    AnswerFacts facts;
    for (const Json& citation : listAt(json, "citations")) {
        if (facts.citations.size() < MaxPassages)
            facts.citations.push_back(
                {static_cast<int>(integerAt(citation, "marker")), textAt(citation, "passage")});
    }
    facts.model = textAt(json, "model");
    facts.backend = textAt(json, "backend");
    facts.route = textAt(json, "route");
    facts.requestId = textAt(json, "requestId");
    facts.finishReason = textAt(json, "finishReason");
    facts.total = std::chrono::milliseconds(integerAt(json, "totalMs"));
    const Json& usage = memberAt(json, "usage");
    facts.usage.source = valueOf(Sources, textAt(usage, "source"));
    facts.usage.prompt = integerAt(usage, "prompt");
    facts.usage.completion = integerAt(usage, "completion");
    facts.endConfirmed = flagAt(json, "endConfirmed").value_or(true);
    facts.grounded = flagAt(json, "grounded");
    facts.simulated = flagAt(json, "simulated");
    facts.attempts = wholeAt<int>(json, "attempts");
    if (const auto first = wholeAt<std::int64_t>(json, "firstTokenMs"))
        facts.firstToken = std::chrono::milliseconds(*first);
    return facts;
}

Json toJson(const Error& error)
{
    return {{"kind", toString(error.kind)}, {"message", error.message},     {"advice", error.advice},
            {"code", error.serviceCode},    {"requestId", error.requestId}, {"status", error.httpStatus}};
}

Error errorFrom(const Json& json)
{
    Error error;
    const std::string word = textAt(json, "kind");
    for (int kind = 0; kind <= static_cast<int>(Error::Kind::Cancelled); ++kind) {
        if (toString(static_cast<Error::Kind>(kind)) == word)
            error.kind = static_cast<Error::Kind>(kind);
    }
    error.message = textAt(json, "message");
    error.advice = textAt(json, "advice");
    error.serviceCode = textAt(json, "code");
    error.requestId = textAt(json, "requestId");
    error.httpStatus = static_cast<int>(integerAt(json, "status"));
    return error;
}

Json toJson(const Turn& turn)
{
    Json passages = Json::array();
    for (const Passage& passage : turn.grounding.passages)
        passages.push_back(toJson(passage));
    Json prompt = Json::array();
    for (const Message& message : turn.grounding.prompt)
        prompt.push_back({{"role", wordOf(Roles, message.role)}, {"content", message.text}});
    Json json{{"question", turn.question},           {"documents", turn.documents},
              {"asked", formatDateTime(turn.asked)}, {"answer", turn.answer},
              {"passages", std::move(passages)},     {"prompt", std::move(prompt)},
              {"facts", toJson(turn.facts)}};
    if (turn.error)
        json["error"] = toJson(*turn.error);
    return json;
}

Turn turnFrom(const Json& json)
{
    Turn turn;
    turn.question = textAt(json, "question");
    for (const Json& id : listAt(json, "documents")) {
        if (id.is_string())
            turn.documents.push_back(id.get<std::string>());
    }
    turn.asked = parseDateTime(textAt(json, "asked")).value_or(DateTime{});
    turn.answer = textAt(json, "answer");
    for (const Json& passage : listAt(json, "passages")) {
        if (turn.grounding.passages.size() < MaxPassages)
            turn.grounding.passages.push_back(passageFrom(passage));
    }
    for (const Json& message : listAt(json, "prompt"))
        turn.grounding.prompt.push_back(
            {valueOf(Roles, textAt(message, "role")), textAt(message, "content")});
    turn.facts = factsFrom(memberAt(json, "facts"));
    if (memberAt(json, "error").is_object())
        turn.error = errorFrom(memberAt(json, "error"));
    return turn;
}

} // namespace

std::string toJsonText(const Conversation& conversation)
{
    Json turns = Json::array();
    for (const Turn& turn : conversation.turns)
        turns.push_back(toJson(turn));
    const Json document{{"version", CurrentVersion},
                        {"id", conversation.id},
                        {"profile", conversation.profile},
                        {"title", conversation.title},
                        {"created", formatDateTime(conversation.created)},
                        {"changed", formatDateTime(conversation.changed)},
                        {"turns", std::move(turns)}};
    return dumpJson(document, 1) + "\n";
}

Result<Conversation> conversationFrom(std::string_view json)
{
    const Result<Json> document = parseJson(json, MaxBytes);
    if (!document)
        return fail(document.error());
    Conversation conversation;
    conversation.id = textAt(*document, "id");
    const auto created = parseDateTime(textAt(*document, "created"));
    if (integerAt(*document, "version", -1) < 1 || conversation.id.empty() || !created)
        return fail(Error::Kind::Parse, "This file holds no conversation.");
    conversation.profile = textAt(*document, "profile");
    for (const Json& turn : listAt(*document, "turns"))
        conversation.add(turnFrom(turn));
    conversation.title = titleFrom(textAt(*document, "title"));
    conversation.created = *created;
    conversation.changed = parseDateTime(textAt(*document, "changed")).value_or(*created);
    return conversation;
}

} // namespace gatehouse::rag
