// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/gateway/gatewayservice.h"
#include "core/local/rag/prompt.h"
#include "core/local/rag/ragstore.h"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

class ResourceStore;

/// What a call says of itself to the gateway.
struct ModelTags
{
    std::string task;    ///< x-gh-task
    std::string feature; ///< x-gh-feature
};

/// Whether a model's fingerprint says that it is simulated.
[[nodiscard]] bool isSimulated(std::string_view systemFingerprint);

/// The models, called through the gateway like any microservice: with the subscription of the document
/// search, under the application name rag-chatbot. Any thread; a call blocks.
class ModelCalls
{
public:
    /// Both outlive this.
    ModelCalls(GatewayService& gateway, const ResourceStore& resources);

    /// One vector of length 1 for each text. What the gateway refuses is Unavailable with code ModelFailed.
    [[nodiscard]] Result<DocumentVectors> embed(const std::vector<std::string>& texts, const ModelTags& tags);
    /// A streamed completion at temperature 0; an answer without a stream is a refusal.
    [[nodiscard]] GatewayAnswer complete(const std::vector<ChatMessage>& messages,
                                         std::string_view deployment, const ModelTags& tags);

private:
    [[nodiscard]] GatewayAnswer call(Operation operation, std::string_view deployment, std::string_view body,
                                     const ModelTags& tags);
    [[nodiscard]] Status embedSome(const std::vector<std::string>& texts, std::size_t first,
                                   std::size_t count, const ModelTags& tags, DocumentVectors& vectors);

    GatewayService& m_gateway;
    const ResourceStore& m_resources;
};

/// Why the gateway gave no answer: ModelFailed with its own message.
[[nodiscard]] Error modelFailure(const GatewayAnswer& answer);

} // namespace gatehouse::local
