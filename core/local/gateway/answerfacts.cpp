// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/answerfacts.h"

#include <simdjson.h>

namespace gatehouse::local {

namespace {

namespace json = simdjson::ondemand;

std::int64_t integerOf(json::object& object, const char* key)
{
    std::int64_t value = 0;
    if (object[key].get_int64().get(value) != simdjson::SUCCESS || value < 0)
        return 0;
    return value;
}

bool readUsage(json::value value, gateway::TokenUsage& usage)
{
    json::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS)
        return false;
    usage.prompt = integerOf(object, "prompt_tokens");
    usage.completion = integerOf(object, "completion_tokens");
    usage.total = integerOf(object, "total_tokens");
    if (usage.total == 0)
        usage.total = usage.prompt + usage.completion;
    return true;
}

std::optional<std::int64_t> estimateChoices(json::value value)
{
    json::array choices;
    if (value.get_array().get(choices) != simdjson::SUCCESS)
        return std::nullopt;
    std::int64_t tokens = 0;
    for (auto choice : choices) {
        std::string_view text;
        if (choice["message"]["content"].get_string().get(text) == simdjson::SUCCESS)
            tokens += estimateTokens(text);
    }
    return tokens;
}

} // namespace

AnswerFacts readAnswerFacts(Operation operation, std::string_view body, std::int64_t estimatedPromptTokens)
{
    AnswerFacts facts;
    const simdjson::padded_string padded(body);
    json::parser parser;
    json::document document;
    json::object object;
    if (parser.iterate(padded).get(document) != simdjson::SUCCESS ||
        document.get_object().get(object) != simdjson::SUCCESS)
        return facts;
    bool measured = false;
    std::optional<std::int64_t> estimated;
    for (auto field : object) {
        std::string_view key;
        json::value value;
        if (field.unescaped_key().get(key) != simdjson::SUCCESS ||
            field.value().get(value) != simdjson::SUCCESS)
            break;
        if (key == "usage")
            measured = readUsage(value, facts.usage);
        else if (key == "choices" && operation == Operation::ChatCompletions)
            estimated = estimateChoices(value);
        else if (key == "data" && operation == Operation::Embeddings)
            estimated = 0;
    }
    if (measured) {
        facts.source = TokenSource::Measured;
    } else if (estimated) {
        facts.source = TokenSource::Estimated;
        facts.usage = {estimatedPromptTokens, *estimated, estimatedPromptTokens + *estimated};
    }
    return facts;
}

} // namespace gatehouse::local
