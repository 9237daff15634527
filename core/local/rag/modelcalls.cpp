// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/rag/modelcalls.h"

#include "core/base/encoding.h"
#include "core/base/json.h"
#include "core/local/arm/resourcestore.h"
#include "core/local/rag/defaults.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace gatehouse::local {

namespace {

constexpr std::string_view ApiVersion = "2024-10-21";
constexpr std::string_view Subscription = "document-search";
constexpr std::size_t TextsPerCall = 64;
constexpr int MostAnswerTokens = 800;
constexpr std::size_t MostAnswerBytes = 64U << 20U;
/// The embedding models take 8,191 tokens.
constexpr std::size_t MostEmbeddedBytes = 24'000;

Error failed(std::string message)
{
    Error error;
    error.kind = Error::Kind::Unavailable;
    error.serviceCode = "ModelFailed";
    error.httpStatus = 503;
    error.message = std::move(message);
    error.advice = "Look at Health for the state of the endpoints, and try again.";
    return error;
}

void normalise(std::vector<float>& vector)
{
    double length = 0;
    for (const float value : vector)
        length += static_cast<double>(value) * value;
    if (length <= 0)
        return;
    const auto scale = static_cast<float>(1.0 / std::sqrt(length));
    for (float& value : vector)
        value *= scale;
}

/// base64 of float32, or numbers from endpoints that know only those.
std::vector<float> vectorFrom(const Json& embedding)
{
    std::vector<float> vector;
    if (embedding.is_string()) {
        const auto bytes = fromBase64(embedding.get_ref<const std::string&>());
        if (bytes && bytes->size() % sizeof(float) == 0) {
            vector.resize(bytes->size() / sizeof(float));
            std::memcpy(vector.data(), bytes->data(), bytes->size());
        }
    } else if (embedding.is_array()) {
        for (const Json& value : embedding)
            vector.push_back(value.is_number() ? value.get<float>() : 0.0F);
    }
    if (!std::ranges::all_of(vector, [](float value) { return std::isfinite(value); }))
        vector.clear();
    normalise(vector);
    return vector;
}

/// Two answers may be compared when they come from the same model, made in the same way.
std::string spaceOf(const Json& answer)
{
    const std::string fingerprint = textAt(answer, "system_fingerprint");
    return textAt(answer, "model") + (fingerprint.empty() ? "" : "/" + fingerprint);
}

std::string_view embeddable(const std::string& text)
{
    std::size_t most = std::min(text.size(), MostEmbeddedBytes);
    while (most > 0 && most < text.size() && (static_cast<unsigned char>(text[most]) & 0xc0U) == 0x80U)
        --most;
    return std::string_view(text).substr(0, most);
}

} // namespace

bool isSimulated(std::string_view systemFingerprint)
{
    return systemFingerprint.starts_with("fp_simulated");
}

Error modelFailure(const GatewayAnswer& answer)
{
    const auto body = parseJson(answer.body);
    const std::string said = body ? textAt(memberAt(*body, "error"), "message") : std::string();
    Error error =
        failed("The gateway answered " + std::to_string(answer.status) + (said.empty() ? "." : ": " + said));
    for (const auto& [name, value] : answer.headers)
        if (name == "x-ms-request-id")
            error.requestId = value;
    return error;
}

ModelCalls::ModelCalls(GatewayService& gateway, const ResourceStore& resources)
    : m_gateway(gateway)
    , m_resources(resources)
{}

GatewayAnswer ModelCalls::call(Operation operation, std::string_view deployment, std::string_view body,
                               const ModelTags& tags)
{
    // Asked for each time: a subscription that was suspended, or a key that was changed, counts from now on.
    const std::string key = m_resources.keyOf(Subscription);
    GatewayCall call;
    call.operation = operation;
    call.deployment = deployment;
    call.apiVersion = ApiVersion;
    call.body = body;
    call.callerIp = "127.0.0.1";
    call.headers = {{"x-gh-application", std::string(RagApplication)},
                    {"x-gh-environment", "production"},
                    {"x-gh-feature", tags.feature},
                    {"x-gh-owner", "knowledge"},
                    {"x-gh-sensitivity", "internal"},
                    {"x-gh-task", tags.task},
                    {"User-Agent", std::string(RagApplication) + "/1.0"}};
    call.credentials = [&key](std::string_view name, bool inQuery) -> std::string_view {
        return !inQuery && equalsIgnoreCase(name, "api-key") ? std::string_view(key) : std::string_view();
    };
    const std::optional<std::string> subscription = m_resources.subscriptionForKey(key);
    if (!subscription)
        return m_gateway.refuse(call, 401, "401",
                                "The subscription of the RAG backend (document-search) is not active.");
    call.caller.subscriptionId = *subscription;
    return m_gateway.handle(call);
}

Status ModelCalls::embedSome(const std::vector<std::string>& texts, std::size_t first, std::size_t count,
                             const ModelTags& tags, DocumentVectors& vectors)
{
    Json input = Json::array();
    for (std::size_t i = 0; i < count; ++i)
        input.push_back(embeddable(texts[first + i]));
    const std::string body = dumpJson({{"input", std::move(input)}, {"encoding_format", "base64"}});
    const GatewayAnswer answer = call(Operation::Embeddings, EmbeddingDeployment, body, tags);
    if (answer.status != 200)
        return fail(modelFailure(answer));
    const auto json = parseJson(answer.body, MostAnswerBytes);
    const Json& data = json ? memberAt(*json, "data") : memberAt(Json(), "data");
    if (!data.is_array() || data.size() != count)
        return fail(failed("The embedding model did not answer with one vector for each text."));
    const std::string space = spaceOf(*json);
    if (vectors.space.empty())
        vectors.space = space;
    for (const Json& one : data) {
        const std::vector<float> vector = vectorFrom(memberAt(one, "embedding"));
        if (vectors.dimensions == 0)
            vectors.dimensions = vector.size();
        if (vector.empty() || vector.size() != vectors.dimensions || vectors.space != space)
            return fail(
                failed("The embedding model answered with vectors that do not fit together. A fallback "
                       "to another model may be the reason."));
        vectors.values.insert(vectors.values.end(), vector.begin(), vector.end());
    }
    return {};
}

Result<DocumentVectors> ModelCalls::embed(const std::vector<std::string>& texts, const ModelTags& tags)
{
    DocumentVectors vectors;
    for (std::size_t first = 0; first < texts.size(); first += TextsPerCall)
        if (Status done =
                embedSome(texts, first, std::min(TextsPerCall, texts.size() - first), tags, vectors);
            !done)
            return fail(done.error());
    return vectors;
}

GatewayAnswer ModelCalls::complete(const std::vector<ChatMessage>& messages, std::string_view deployment,
                                   const ModelTags& tags)
{
    Json list = Json::array();
    for (const ChatMessage& message : messages)
        list.push_back({{"role", message.role}, {"content", message.content}});
    const std::string body = dumpJson({{"messages", std::move(list)},
                                       {"temperature", 0},
                                       {"max_tokens", MostAnswerTokens},
                                       {"stream", true},
                                       {"stream_options", {{"include_usage", true}}}});
    return call(Operation::ChatCompletions, deployment, body, tags);
}

} // namespace gatehouse::local
