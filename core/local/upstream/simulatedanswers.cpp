// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/upstream/simulatedanswers.h"

#include "core/base/encoding.h"
#include "core/local/gateway/draw.h"
#include "core/local/gateway/tokens.h"
#include "core/local/upstream/grounded.h"
#include "core/local/upstream/textvector.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace gatehouse::local {

namespace {

constexpr std::size_t DefaultDimensions = 1'536;
/// By which whoever asks sees that no real model answered.
constexpr const char* ChatFingerprint = "fp_simulated";

constexpr std::array<std::string_view, 12> Sentences = {
    " The request came through the gateway and was answered without a model.",
    " The text is made up, but the tokens, the latency and the log rows are counted as for a real answer.",
    " Set a real endpoint with --upstream to get real answers.",
    " The same question always gets the same words.",
    " Each region answers with its own latency.",
    " A fault that is set for the endpoint changes what comes back.",
    " Usage is reported as the service reports it.",
    " Longer questions get longer answers here.",
    " The circuit of the endpoint sees this call as a success.",
    " The streamed form brings this text in pieces.",
    " Nothing of the question has left this computer.",
    " The caller's business tags are kept with the log row."};

/// FNV-1a, 64 bits.
std::uint64_t hashOf(std::string_view text)
{
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return hash;
}

void collectText(const Json& content, std::string& text)
{
    if (content.is_string())
        text += content.get_ref<const std::string&>();
    else if (content.is_array())
        for (const Json& part : content)
            text += textAt(part, "text");
}

std::vector<std::string> piecesOf(std::string_view text)
{
    std::vector<std::string> pieces;
    while (!text.empty()) {
        // A word with the space before it, as tokens are.
        const std::size_t end = text.find(' ', 1);
        pieces.emplace_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end);
    }
    return pieces;
}

std::string modelName(const SimulatedModel& model)
{
    return model.version.find('-') == std::string::npos ? model.name : model.name + "-" + model.version;
}

Json usageJson(const gateway::TokenUsage& usage)
{
    return {{"prompt_tokens", usage.prompt},
            {"completion_tokens", usage.completion},
            {"total_tokens", usage.total}};
}

Json chunkJson(const SimulatedCompletion& completion, const SimulatedModel& model, Json choices)
{
    Json chunk = {{"id", completion.id},
                  {"object", "chat.completion.chunk"},
                  {"created", completion.created},
                  {"model", modelName(model)},
                  {"system_fingerprint", ChatFingerprint},
                  {"choices", std::move(choices)}};
    if (completion.includeUsage)
        chunk["usage"] = nullptr;
    return chunk;
}

Json deltaChoice(Json delta, Json finishReason)
{
    return Json::array(
        {{{"index", 0}, {"delta", std::move(delta)}, {"finish_reason", std::move(finishReason)}}});
}

std::string event(const Json& chunk)
{
    return "data: " + dumpJson(chunk) + "\n\n";
}

void appendVector(std::string& json, const std::vector<float>& vector, bool base64)
{
    if (base64) {
        std::string bytes(vector.size() * sizeof(float), '\0');
        std::memcpy(bytes.data(), vector.data(), bytes.size());
        json += '"' + toBase64(bytes) + '"';
        return;
    }
    json += '[';
    std::array<char, 32> text{};
    for (std::size_t i = 0; i < vector.size(); ++i) {
        const auto end = std::to_chars(text.data(), text.data() + text.size(), vector[i]).ptr;
        json.append(i == 0 ? "" : ",").append(text.data(), end);
    }
    json += ']';
}

/// The texts to embed; an array of tokens stands for one text.
std::vector<std::string> inputsOf(const Json& request)
{
    const Json& input = memberAt(request, "input");
    if (input.is_string())
        return {input.get<std::string>()};
    std::vector<std::string> texts;
    if (!input.is_array() || input.empty())
        return texts;
    if (input.front().is_number())
        return {dumpJson(input)};
    for (const Json& one : input)
        texts.push_back(one.is_string() ? one.get<std::string>() : dumpJson(one));
    return texts;
}

std::optional<std::string> groundedText(const Json& request)
{
    std::vector<ChatMessage> messages;
    for (const Json& message : memberAt(request, "messages")) {
        messages.push_back({textAt(message, "role"), {}});
        collectText(memberAt(message, "content"), messages.back().content);
    }
    const auto prompt = readGroundedPrompt(messages);
    return prompt ? std::optional(answerFromPassages(*prompt)) : std::nullopt;
}

std::string madeUpText(std::string_view prompt, const SimulatedModel& model, std::uint64_t& state)
{
    std::string text = "This is a simulated answer from " + modelName(model) + " in " + model.region + ".";
    const std::uint64_t sentences =
        1 + nextRandom(state) % 5 + std::min<std::uint64_t>(prompt.size() / 400, 12);
    for (std::uint64_t i = 0; i < sentences; ++i)
        text += Sentences[nextRandom(state) % Sentences.size()];
    return text;
}

} // namespace

std::string SimulatedCompletion::text() const
{
    std::string whole;
    for (const std::string& piece : pieces)
        whole += piece;
    return whole;
}

std::int64_t simulatedTokens(std::string_view text)
{
    const std::int64_t estimate = estimateTokens(text);
    return estimate + static_cast<std::int64_t>(hashOf(text) % static_cast<std::uint64_t>(2 + estimate / 8));
}

SimulatedCompletion completeChat(const Json& request, const SimulatedModel& model, std::int64_t created)
{
    std::string prompt;
    std::int64_t promptTokens = TokensPerChat;
    for (const Json& message : memberAt(request, "messages")) {
        collectText(memberAt(message, "content"), prompt);
        promptTokens += TokensPerMessage;
    }
    promptTokens += simulatedTokens(prompt);
    std::uint64_t state = hashOf(prompt);
    const auto grounded = groundedText(request);
    const std::string text = grounded ? *grounded : madeUpText(prompt, model, state);

    SimulatedCompletion completion;
    completion.pieces = piecesOf(text);
    completion.finishReason = "stop";
    const std::int64_t most =
        integerAt(request, "max_completion_tokens", integerAt(request, "max_tokens", 0));
    if (most > 0 && static_cast<std::int64_t>(completion.pieces.size()) > most) {
        completion.pieces.resize(static_cast<std::size_t>(most));
        completion.finishReason = "length";
    }
    std::int64_t answerTokens = simulatedTokens(completion.text());
    if (most > 0)
        answerTokens = std::min(answerTokens, most);
    completion.usage = {promptTokens, answerTokens, promptTokens + answerTokens};
    completion.includeUsage = boolAt(memberAt(request, "stream_options"), "include_usage");
    completion.created = created;
    std::string id(8, '\0');
    const std::uint64_t number = nextRandom(state) ^ static_cast<std::uint64_t>(created);
    std::memcpy(id.data(), &number, id.size());
    completion.id = "chatcmpl-" + toHex(id);
    return completion;
}

std::string chatJson(const SimulatedCompletion& completion, const SimulatedModel& model)
{
    const Json message = {{"role", "assistant"}, {"content", completion.text()}, {"refusal", nullptr}};
    return dumpJson(Json{{"id", completion.id},
                         {"object", "chat.completion"},
                         {"created", completion.created},
                         {"model", modelName(model)},
                         {"choices", Json::array({{{"index", 0},
                                                   {"message", message},
                                                   {"logprobs", nullptr},
                                                   {"finish_reason", completion.finishReason}}})},
                         {"usage", usageJson(completion.usage)},
                         {"system_fingerprint", ChatFingerprint}});
}

std::vector<std::string> chatEvents(const SimulatedCompletion& completion, const SimulatedModel& model)
{
    constexpr std::size_t PiecesPerEvent = 2;
    std::vector<std::string> events;
    events.push_back(
        event(chunkJson(completion, model, deltaChoice({{"role", "assistant"}, {"content", ""}}, nullptr))));
    for (std::size_t i = 0; i < completion.pieces.size(); i += PiecesPerEvent) {
        std::string text = completion.pieces[i];
        if (i + 1 < completion.pieces.size())
            text += completion.pieces[i + 1];
        events.push_back(event(chunkJson(completion, model, deltaChoice({{"content", text}}, nullptr))));
    }
    events.push_back(
        event(chunkJson(completion, model, deltaChoice(Json::object(), completion.finishReason))));
    if (completion.includeUsage) {
        Json last = chunkJson(completion, model, Json::array());
        last["usage"] = usageJson(completion.usage);
        events.push_back(event(last));
    }
    events.emplace_back("data: [DONE]\n\n");
    return events;
}

std::string embeddingsJson(const Json& request, const SimulatedModel& model)
{
    const bool base64 = textAt(request, "encoding_format") == "base64";
    const auto dimensions = static_cast<std::size_t>(std::clamp<std::int64_t>(
        integerAt(request, "dimensions", static_cast<std::int64_t>(DefaultDimensions)), 1,
        DefaultDimensions));
    std::string json = R"({"object":"list","data":[)";
    std::int64_t tokens = 0;
    std::size_t index = 0;
    for (const std::string& text : inputsOf(request)) {
        tokens += simulatedTokens(text);
        json += index == 0 ? "" : ",";
        json += R"({"object":"embedding","index":)" + std::to_string(index) + R"(,"embedding":)";
        appendVector(json, textVector(text, dimensions), base64);
        json += '}';
        ++index;
    }
    json += R"(],"model":)" + dumpJson(Json(modelName(model))) + R"(,"system_fingerprint":")" +
            textVectorFingerprint() + R"(","usage":{"prompt_tokens":)" + std::to_string(tokens) +
            R"(,"total_tokens":)" + std::to_string(tokens) + "}}";
    return json;
}

} // namespace gatehouse::local
