// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/modelrequest.h"

#include "core/local/gateway/tokens.h"

#include <simdjson.h>

#include <algorithm>
#include <array>

namespace gatehouse::local {

namespace {

namespace json = simdjson::dom;
using Value = json::element;

tl::unexpected<Error> invalid(std::string field, std::string message)
{
    Error error;
    error.kind = Error::Kind::InvalidInput;
    error.message = std::move(message);
    error.advice = "Correct the request and send it again.";
    error.serviceCode = std::move(field);
    error.httpStatus = 400;
    return fail(std::move(error));
}

tl::unexpected<Error> notJson()
{
    return invalid("", "The body is not a JSON object.");
}

std::int64_t characters(std::string_view utf8)
{
    return std::ranges::count_if(utf8,
                                 [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; });
}

bool isRole(std::string_view role)
{
    // The owner's three, and those that OpenAI's clients send for tools and instructions.
    static constexpr std::array<std::string_view, 6> Roles = {"system", "user",      "assistant",
                                                              "tool",   "developer", "function"};
    return std::ranges::find(Roles, role) != Roles.end();
}

/// One pass over a body. Reads what it knows, skips the rest.
class Reader
{
public:
    explicit Reader(const RequestLimits& limits)
        : m_limits(limits)
    {}

    Status chatField(std::string_view key, Value value);
    Status embeddingsField(std::string_view key, Value value);
    [[nodiscard]] bool hasSubject() const { return m_hasSubject; }
    [[nodiscard]] const ModelRequest& request() const { return m_request; }

private:
    Status messages(Value value);
    Status message(const json::object& object);
    Status content(Value value, std::int64_t& length);
    Status outputTokens(Value value, const char* name);
    Result<std::optional<double>> numberIn(Value value, const char* name, double least, double most);
    Status flag(Value value, const char* name, bool& target);
    Status streamOptions(Value value);
    Status input(Value value);
    Status inputItem(Value value);
    void countText(std::string_view text) { m_request.estimatedPromptTokens += estimateTokens(text); }

    const RequestLimits& m_limits;
    ModelRequest m_request;
    bool m_hasSubject = false; // messages or input
};

Status Reader::chatField(std::string_view key, Value value)
{
    if (key == "messages")
        return messages(value);
    if (key == "stream")
        return flag(value, "stream", m_request.stream);
    if (key == "stream_options")
        return streamOptions(value);
    if (key == "temperature")
        return numberIn(value, "temperature", 0, m_limits.maxTemperature).map([](auto) {});
    if (key == "max_tokens")
        return outputTokens(value, "max_tokens");
    if (key == "max_completion_tokens")
        return outputTokens(value, "max_completion_tokens");
    return {};
}

/// Where both are given, nobody can say which one the model heeds: the larger is reckoned with.
Status Reader::outputTokens(Value value, const char* name)
{
    const auto number = numberIn(value, name, 1, static_cast<double>(m_limits.maxOutputTokens));
    if (!number)
        return fail(number.error());
    if (*number) {
        const auto tokens = static_cast<std::int64_t>(**number);
        m_request.maxOutputTokens = std::max(m_request.maxOutputTokens.value_or(0), tokens);
    }
    return {};
}

Status Reader::embeddingsField(std::string_view key, Value value)
{
    if (key == "input")
        return input(value);
    if (key == "encoding_format") {
        std::string_view format;
        if (value.get_string().get(format) != simdjson::SUCCESS || (format != "float" && format != "base64"))
            return invalid("encoding_format", "encoding_format must be float or base64.");
    }
    return {};
}

Status Reader::messages(Value value)
{
    json::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS)
        return invalid("messages", "messages must be an array.");
    m_hasSubject = true;
    std::int64_t count = 0;
    for (const Value item : array) {
        json::object object;
        if (item.get_object().get(object) != simdjson::SUCCESS)
            return invalid("messages", "Each of messages must be an object with role and content.");
        if (++count > m_limits.maxMessages)
            return invalid("messages", "messages may hold at most " + std::to_string(m_limits.maxMessages) +
                                           " messages.");
        if (auto done = message(object); !done)
            return done;
    }
    if (count == 0)
        return invalid("messages", "messages must hold at least one message.");
    m_request.estimatedPromptTokens += TokensPerChat;
    return {};
}

Status Reader::message(const json::object& object)
{
    bool hasRole = false;
    bool mayBeEmpty = false;
    std::int64_t length = -1;
    for (const auto& [key, value] : object) {
        std::string_view role;
        if (key == "role") {
            if (value.get_string().get(role) != simdjson::SUCCESS || !isRole(role))
                return invalid("messages",
                               "The role of a message must be system, user, assistant, developer or tool.");
            hasRole = true;
            mayBeEmpty = mayBeEmpty || role == "assistant" || role == "tool" || role == "function";
        } else if (key == "content") {
            if (auto done = content(value, length); !done)
                return done;
        }
    }
    if (!hasRole)
        return invalid("messages", "Each of messages needs a role.");
    if (length <= 0 && !mayBeEmpty)
        return invalid("messages", "The content of a message must not be empty.");
    if (length > m_limits.maxContentCharacters)
        return invalid("messages", "The content of a message may have at most " +
                                       std::to_string(m_limits.maxContentCharacters) + " characters.");
    m_request.estimatedPromptTokens += TokensPerMessage;
    return {};
}

/// Text, or parts of which those with a text count; images and sounds pass.
Status Reader::content(Value value, std::int64_t& length)
{
    std::string_view text;
    if (value.get_string().get(text) == simdjson::SUCCESS) {
        length = characters(text);
        countText(text);
        return {};
    }
    json::array parts;
    if (value.is_null() || value.get_array().get(parts) != simdjson::SUCCESS)
        return value.is_null() ? Status{}
                               : invalid("messages", "The content of a message must be text or parts.");
    length = 0;
    for (const Value part : parts) {
        json::object object;
        if (part.get_object().get(object) != simdjson::SUCCESS)
            return invalid("messages", "Each part of a content must be an object.");
        if (object["text"].get_string().get(text) == simdjson::SUCCESS) {
            length += characters(text);
            countText(text);
        } else {
            length += 1; // something is there, though no text
        }
    }
    return {};
}

Result<std::optional<double>> Reader::numberIn(Value value, const char* name, double least, double most)
{
    if (value.is_null())
        return std::optional<double>();
    double number = 0;
    if (value.get_double().get(number) != simdjson::SUCCESS || !(number >= least && number <= most))
        return invalid(name, std::string(name) + " must be a number from " +
                                 std::to_string(static_cast<int>(least)) + " to " +
                                 std::to_string(static_cast<int>(most)) + ".");
    return std::optional(number);
}

Status Reader::flag(Value value, const char* name, bool& target)
{
    if (value.is_null())
        return {};
    if (value.get_bool().get(target) != simdjson::SUCCESS)
        return invalid(name, std::string(name) + " must be true or false.");
    return {};
}

Status Reader::streamOptions(Value value)
{
    json::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS)
        return {};
    bool include = false;
    if (object["include_usage"].get_bool().get(include) == simdjson::SUCCESS)
        m_request.includeUsage = include;
    return {};
}

Status Reader::inputItem(Value value)
{
    std::string_view text;
    if (value.get_string().get(text) == simdjson::SUCCESS) {
        if (text.empty())
            return invalid("input", "input must not hold an empty text.");
        countText(text);
        return {};
    }
    if (value.is_number()) {
        m_request.estimatedPromptTokens += 1; // one token of a text that the caller has encoded itself
        return {};
    }
    json::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS || array.size() == 0)
        return invalid("input", "input must be a text, or an array of texts or tokens.");
    m_request.estimatedPromptTokens += static_cast<std::int64_t>(array.size());
    return {};
}

Status Reader::input(Value value)
{
    m_hasSubject = true;
    m_request.maxOutputTokens = 0;
    if (value.is_string())
        return inputItem(value);
    json::array items;
    if (value.get_array().get(items) != simdjson::SUCCESS)
        return invalid("input", "input must be a text, or an array of texts or tokens.");
    std::int64_t count = 0;
    bool numbers = true;
    for (const Value item : items) {
        numbers = numbers && item.is_number();
        if (!numbers && ++count > m_limits.maxInputs)
            return invalid("input",
                           "input may hold at most " + std::to_string(m_limits.maxInputs) + " texts.");
        if (auto done = inputItem(item); !done)
            return done;
        count = numbers ? 1 : count;
    }
    return count == 0 ? invalid("input", "input must not be empty.") : Status{};
}

} // namespace

Result<ModelRequest> readModelRequest(Operation operation, std::string_view body, const RequestLimits& limits)
{
    const simdjson::padded_string padded(body);
    json::parser parser;
    json::object object;
    if (parser.parse(padded).get_object().get(object) != simdjson::SUCCESS)
        return notJson();
    Reader reader(limits);
    for (const auto& [key, value] : object) {
        const Status done = operation == Operation::ChatCompletions ? reader.chatField(key, value)
                                                                    : reader.embeddingsField(key, value);
        if (!done)
            return fail(done.error());
    }
    if (!reader.hasSubject()) {
        const std::string field = operation == Operation::ChatCompletions ? "messages" : "input";
        return invalid(field, field + " is missing.");
    }
    return reader.request();
}

} // namespace gatehouse::local
