// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/answerfacts.h"

#include <simdjson.h>

namespace gatehouse::local {

namespace {

// Not on demand: an answer that was cut or is no JSON counts as a whole as unknown.
namespace json = simdjson::dom;

std::int64_t integerOf(const json::object& object, const char* key)
{
    std::int64_t value = 0;
    if (object[key].get_int64().get(value) != simdjson::SUCCESS || value < 0)
        return 0;
    return value;
}

bool readUsage(json::element value, gateway::TokenUsage& usage)
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

std::optional<std::int64_t> estimateChoices(json::element value)
{
    json::array choices;
    if (value.get_array().get(choices) != simdjson::SUCCESS)
        return std::nullopt;
    std::int64_t tokens = 0;
    for (const json::element choice : choices) {
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
    json::object object;
    if (parser.parse(padded).get_object().get(object) != simdjson::SUCCESS)
        return facts;
    bool measured = false;
    std::optional<std::int64_t> estimated;
    for (const auto& [key, value] : object) {
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
