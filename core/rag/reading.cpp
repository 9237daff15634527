// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/reading.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gatehouse::rag {

namespace {

constexpr std::size_t MostPassages = 10'000; // of a document
constexpr std::size_t MostDocuments = 10'000;
constexpr std::size_t MostMessages = 200;
constexpr std::size_t MostCitations = 1'000;
constexpr std::size_t LongestName = 1'024;
constexpr std::size_t LongestText = 256U << 10U;

/// Not more bytes than that, and no half character at the end.
std::string bounded(std::string text, std::size_t most)
{
    if (text.size() <= most)
        return text;
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    text.resize(end);
    return text;
}

std::string nameAt(const Json& json, const char* key)
{
    return bounded(textAt(json, key), LongestName);
}

/// Ids may be numbers.
std::string idAt(const Json& json, const char* key)
{
    const Json& value = memberAt(json, key);
    return value.is_number_integer() ? std::to_string(integerAt(json, key)) : nameAt(json, key);
}

std::optional<std::int64_t> countAt(const Json& json, const std::string& key)
{
    const std::int64_t value = integerAt(json, key, -1);
    return value >= 0 ? std::optional(value) : std::nullopt;
}

std::optional<int> smallAt(const Json& json, const std::string& key)
{
    const auto value = countAt(json, key);
    return value && *value > 0 && *value <= std::numeric_limits<int>::max()
               ? std::optional(static_cast<int>(*value))
               : std::nullopt;
}

std::optional<bool> flagAt(const Json& json, const char* key)
{
    const Json& value = memberAt(json, key);
    return value.is_boolean() ? std::optional(value.get<bool>()) : std::nullopt;
}

std::optional<double> scoreAt(const Json& json, const char* key)
{
    const Json& value = memberAt(json, key);
    if (!value.is_number() || !std::isfinite(value.get<double>()))
        return std::nullopt;
    return value.get<double>();
}

std::optional<DateTime> momentAt(const Json& json, const char* key)
{
    return parseDateTime(textAt(json, key));
}

template <typename T, typename Read>
std::vector<T> listFrom(const Json& list, std::size_t most, Read&& read)
{
    std::vector<T> values;
    if (!list.is_array())
        return values;
    for (const Json& item : list) {
        if (values.size() >= most)
            break;
        if (item.is_object())
            values.push_back(read(item));
    }
    return values;
}

Passage passageFrom(const Json& json)
{
    Passage passage;
    passage.id = idAt(json, "id");
    passage.documentId = idAt(json, "document");
    passage.documentName = nameAt(json, "name");
    passage.page = smallAt(json, "page");
    passage.index = countAt(json, "index").value_or(0);
    passage.tokens = countAt(json, "tokens");
    passage.text = bounded(textAt(json, "text"), LongestText);
    passage.score = scoreAt(json, "score");
    passage.vectorRank = smallAt(json, "vectorRank");
    passage.keywordRank = smallAt(json, "keywordRank");
    return passage;
}

TokenUsage usageFrom(const Json& json, TokenUsage known)
{
    const auto prompt = countAt(json, json.contains("prompt_tokens") ? "prompt_tokens" : "prompt");
    const auto completion =
        countAt(json, json.contains("completion_tokens") ? "completion_tokens" : "completion");
    if (!prompt || !completion)
        return known;
    TokenUsage usage{TokenUsage::Source::Unknown, *prompt, *completion};
    const std::string source = textAt(json, "source", json.contains("prompt_tokens") ? "measured" : "");
    if (source == "measured")
        usage.source = TokenUsage::Source::Measured;
    else if (source == "estimated")
        usage.source = TokenUsage::Source::Estimated;
    return usage;
}

} // namespace

Health healthFrom(const Json& json)
{
    Health health;
    health.status = nameAt(json, "status");
    health.ready = true;
    health.model = nameAt(json, "model");
    health.embedding = nameAt(json, "embedding");
    health.simulated = flagAt(json, "simulated");
    health.documents = countAt(json, "documents");
    return health;
}

Document documentFrom(const Json& json, const std::string& chunksField)
{
    Document document;
    document.id = idAt(json, "id");
    document.name = nameAt(json, "name");
    document.mediaType = nameAt(json, "type");
    document.bytes = countAt(json, "bytes").value_or(0);
    document.pages = smallAt(json, "pages");
    document.chunks = countAt(json, chunksField);
    if (const Json& chunks = memberAt(json, chunksField); chunks.is_array())
        document.chunks = static_cast<std::int64_t>(chunks.size());
    document.uploaded = momentAt(json, "uploaded");
    document.duplicate = boolAt(json, "duplicate");
    return document;
}

std::vector<Document> documentsFrom(const Json& list)
{
    return listFrom<Document>(list, MostDocuments, [](const Json& item) { return documentFrom(item); });
}

std::vector<Passage> passagesFrom(const Json& list)
{
    return listFrom<Passage>(list, MostPassages, [](const Json& item) { return passageFrom(item); });
}

std::vector<Message> messagesFrom(const Json& list)
{
    return listFrom<Message>(list, MostMessages, [](const Json& item) {
        const std::string role = textAt(item, "role");
        Message message;
        message.role = role == "system"      ? Message::Role::System
                       : role == "assistant" ? Message::Role::Assistant
                                             : Message::Role::User;
        message.text = bounded(textAt(item, "content"), LongestText);
        return message;
    });
}

Json messagesJson(const std::vector<Message>& messages)
{
    Json list = Json::array();
    for (const Message& message : messages) {
        const char* const role = message.role == Message::Role::System      ? "system"
                                 : message.role == Message::Role::Assistant ? "assistant"
                                                                            : "user";
        list.push_back({{"role", role}, {"content", message.text}});
    }
    return list;
}

Receipt receiptFrom(const Json& json)
{
    Receipt receipt;
    receipt.documentId = idAt(json, "id");
    receipt.documentName = nameAt(json, "name");
    receipt.chunksRemoved = countAt(json, "chunksRemoved").value_or(0);
    receipt.at = momentAt(json, "at").value_or(DateTime{});
    return receipt;
}

void readFacts(const Json& json, const std::string& citationsField, AnswerFacts& facts)
{
    if (!json.is_object())
        return;
    const auto take = [&json](const char* key, std::string& into) {
        if (std::string text = nameAt(json, key); !text.empty())
            into = std::move(text);
    };
    if (const auto grounded = flagAt(json, "grounded"))
        facts.grounded = grounded;
    if (const auto simulated = flagAt(json, "simulated"))
        facts.simulated = simulated;
    if (const auto attempts = smallAt(json, "attempts"))
        facts.attempts = attempts;
    take("model", facts.model);
    take("backend", facts.backend);
    take("route", facts.route);
    take("requestId", facts.requestId);
    take("finishReason", facts.finishReason);
    if (const Json& usage = memberAt(json, "usage"); usage.is_object())
        facts.usage = usageFrom(usage, facts.usage);
    auto citations = listFrom<Citation>(memberAt(json, citationsField), MostCitations, [](const Json& item) {
        return Citation{
            static_cast<int>(std::clamp<std::int64_t>(integerAt(item, "marker", 0), 0, 1'000'000)),
            idAt(item, "passage")};
    });
    if (!citations.empty())
        facts.citations = std::move(citations);
}

} // namespace gatehouse::rag
