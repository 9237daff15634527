// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/rag/ragservice.h"

#include "core/local/rag/defaults.h"
#include "core/local/rag/extract/chunker.h"

namespace gatehouse::local {

namespace {

tl::unexpected<Error> refuse(Error::Kind kind, int status, std::string code, std::string message,
                             std::string advice)
{
    Error error;
    error.kind = kind;
    error.httpStatus = status;
    error.serviceCode = std::move(code);
    error.message = std::move(message);
    error.advice = std::move(advice);
    return fail(std::move(error));
}

} // namespace

RagService::RagService(std::unique_ptr<RagStore> store, const RagParts& parts,
                       std::unique_ptr<Extractor> extractor)
    : m_parts(parts)
    , m_extractor(std::move(extractor))
    , m_store(std::move(store))
    , m_models(parts.gateway, parts.resources)
    , m_limit(parts.clock, RequestsPerMinute)
{}

Result<std::unique_ptr<RagService>> RagService::open(const std::string& path, const RagParts& parts,
                                                     std::unique_ptr<Extractor> extractor)
{
    auto store = RagStore::open(path);
    if (!store)
        return fail(store.error());
    std::unique_ptr<RagService> service(new RagService(std::move(*store), parts, std::move(extractor)));
    if (Status loaded = service->loadVectors(); !loaded)
        return fail(loaded.error());
    return service;
}

Status RagService::loadVectors()
{
    return m_store->eachVector([this](std::int64_t key, const std::string& documentId,
                                      const std::string& space, std::span<const float> vector) {
        m_vectors.add(key, documentId, space, vector.size(), vector);
    });
}

Result<RagService::Uploaded> RagService::upload(const std::string& name, std::string_view bytes,
                                                const ModelTags& tags)
{
    if (bytes.size() > MostDocumentBytes)
        return refuse(Error::Kind::InvalidInput, 413, "DocumentTooLarge",
                      "The document is larger than 20 MB.",
                      "Split it, or upload the part that you want to ask about.");
    StoredDocument document;
    document.id = documentIdOf(bytes);
    auto known = m_store->document(document.id);
    if (!known)
        return fail(known.error());
    if (*known)
        return Uploaded{std::move(**known), true};
    auto extracted = m_extractor->extract(bytes, name);
    if (!extracted)
        return fail(extracted.error());
    const std::vector<Chunk> chunks = chunkDocument(*extracted);
    if (chunks.empty())
        return refuse(Error::Kind::InvalidInput, 422, "NoText", "The document holds no text.",
                      "A scan has to go through text recognition first.");
    std::vector<std::string> texts;
    for (const Chunk& chunk : chunks)
        texts.push_back(chunk.text);
    const auto vectors = m_models.embed(texts, tags);
    if (!vectors)
        return fail(vectors.error());
    document.name = name;
    document.mediaType = extracted->mediaType;
    document.bytes = static_cast<std::int64_t>(bytes.size());
    document.pages = extracted->pages;
    document.chunks = static_cast<std::int64_t>(chunks.size());
    document.uploaded = m_parts.clock.now();
    const auto first = m_store->add(document, chunks, *vectors);
    if (!first)
        return fail(first.error());
    if (!*first) { // somebody else uploaded the same bytes meanwhile
        known = m_store->document(document.id);
        return known && *known ? Uploaded{std::move(**known), true} : Uploaded{std::move(document), true};
    }
    m_vectors.add(**first, document.id, vectors->space, vectors->dimensions, vectors->values);
    return Uploaded{std::move(document), false};
}

Status RagService::checkDocuments(const std::vector<std::string>& ids)
{
    for (const std::string& id : ids) {
        const auto known = m_store->document(id);
        if (!known)
            return fail(known.error());
        if (!*known)
            return refuse(Error::Kind::NotFound, 404, "NoDocuments",
                          "One of the documents is not there any more.",
                          "Upload it again, or ask about the others.");
    }
    const auto documents = ids.empty() ? m_store->documents() : Result<std::vector<StoredDocument>>();
    if (!documents)
        return fail(documents.error());
    if (ids.empty() && documents->empty())
        return refuse(Error::Kind::NotFound, 404, "NoDocuments", "There are no documents to ask about.",
                      "Upload one first.");
    return {};
}

Result<std::shared_ptr<ChatAnswer>> RagService::ask(const ChatRequest& request)
{
    if (Status there = checkDocuments(request.documents); !there)
        return fail(there.error());
    const ModelTags tags{request.task.empty() ? std::string(AnswerTask) : request.task,
                         request.feature.empty() ? std::string(RagFeature) : request.feature};
    // Without a vector the words alone must do: a failed embedding is no reason for no answer.
    const auto vectors = m_models.embed({request.question}, tags);
    SearchRequest search;
    search.question = request.question;
    search.documents = request.documents;
    if (vectors) {
        search.vector = vectors->values;
        search.space = vectors->space;
    }
    auto found = searchPassages(*m_store, m_vectors, search);
    if (!found)
        return fail(found.error());
    Grounding grounding;
    grounding.passages = std::move(*found);
    std::vector<StoredPassage> passages;
    for (const Retrieved& one : grounding.passages)
        passages.push_back(one.passage);
    grounding.prompt = groundedPrompt(request.question, request.history, passages);
    const std::string deployment =
        request.deployment.empty() ? std::string(AnswerDeployment) : request.deployment;
    return std::make_shared<ChatAnswer>(grounding, [this, prompt = grounding.prompt, deployment, tags] {
        return m_models.complete(prompt, deployment, tags);
    });
}

Result<std::optional<RagService::Receipt>> RagService::forget(std::string_view id)
{
    auto gone = m_store->forget(id);
    if (!gone)
        return fail(gone.error());
    if (!*gone)
        return std::optional<Receipt>();
    m_vectors.remove(id);
    return std::optional(Receipt{std::move(**gone), m_parts.clock.now()});
}

} // namespace gatehouse::local
