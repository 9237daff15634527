// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/local/rag/chatanswer.h"
#include "core/local/rag/chatrequest.h"
#include "core/local/rag/extract/extractor.h"
#include "core/local/rag/modelcalls.h"
#include "core/local/rag/ragstore.h"
#include "core/local/rag/ratelimit.h"
#include "core/local/rag/vectorindex.h"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

class Router;

/// What the RAG backend works with; all of it outlives the service.
struct RagParts
{
    GatewayService& gateway;
    const ResourceStore& resources;
    const Clock& clock;
    bool realModels = false; ///< some endpoints may be real: whether one is shows in its answers only
};

/// The embedded RAG backend: documents in, grounded answers out. Owns the index; the models are the
/// gateway's. Everybody who may call it sees the same documents. Any thread; an upload holds up no question.
class RagService
{
public:
    /// path: of rag.sqlite. A damaged file is Storage with code "corrupt".
    [[nodiscard]] static Result<std::unique_ptr<RagService>>
    open(const std::string& path, const RagParts& parts, std::unique_ptr<Extractor> extractor);

    struct Uploaded
    {
        StoredDocument document;
        bool duplicate = false;
    };
    /// Extracts, embeds and indexes, or changes nothing. What is wrong with the file is InvalidInput with the
    /// code of core/rag/README.md.
    [[nodiscard]] Result<Uploaded> upload(const std::string& name, std::string_view bytes,
                                          const ModelTags& tags);
    /// Retrieves, and readies the answer; the model is asked when the answer is read. NotFound with code
    /// NoDocuments when there is nothing to search in.
    [[nodiscard]] Result<std::shared_ptr<ChatAnswer>> ask(const ChatRequest& request);

    struct Receipt
    {
        StoredDocument document;
        DateTime at;
    };
    /// Empty when there is no such document.
    [[nodiscard]] Result<std::optional<Receipt>> forget(std::string_view id);
    [[nodiscard]] RagStore& store() { return *m_store; }
    [[nodiscard]] bool mayBeReal() const { return m_parts.realModels; }
    [[nodiscard]] UserRateLimit& limit() { return m_limit; }

private:
    RagService(std::unique_ptr<RagStore> store, const RagParts& parts, std::unique_ptr<Extractor> extractor);
    [[nodiscard]] Status loadVectors();
    [[nodiscard]] Status checkDocuments(const std::vector<std::string>& ids);

    RagParts m_parts;
    std::unique_ptr<Extractor> m_extractor;
    std::unique_ptr<RagStore> m_store;
    VectorIndex m_vectors;
    ModelCalls m_models;
    UserRateLimit m_limit;
};

/// GET /rag/health, POST /rag/upload, POST /rag/chat, GET and DELETE /rag/documents. origin: of this server,
/// the only one that a browser's page may call from. The service outlives the router.
void addRagRoutes(Router& router, RagService& service, const std::string& origin);

} // namespace gatehouse::local
