// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/encoding.h"
#include "core/base/json.h"
#include "core/base/utf8.h"
#include "core/local/http/router.h"
#include "core/local/rag/defaults.h"
#include "core/local/rag/extract/multipart.h"
#include "core/local/rag/ragservice.h"

namespace gatehouse::local {

namespace {

/// What the form adds around the document.
constexpr std::size_t MultipartOverhead = 64U << 10U;

int statusOf(const Error& error)
{
    if (error.httpStatus != 0)
        return error.httpStatus;
    static constexpr std::pair<std::string_view, int> Statuses[] = {
        {"UnsupportedType", 415}, {"TypeMismatch", 415},      {"DocumentTooLarge", 413},
        {"TooComplex", 413},      {"EncryptedDocument", 422}, {"DamagedDocument", 422},
        {"NoText", 422}};
    for (const auto& [code, status] : Statuses)
        if (error.serviceCode == code)
            return status;
    switch (error.kind) {
    case Error::Kind::InvalidInput:
        return 400;
    case Error::Kind::NotFound:
        return 404;
    case Error::Kind::Unavailable:
    case Error::Kind::Timeout:
        return 503;
    default:
        return 500;
    }
}

void give(const Error& error, httplib::Response& response)
{
    std::string message = error.message;
    if (!error.advice.empty())
        message += " " + error.advice;
    const bool named = !error.serviceCode.empty() && statusOf(error) != 500;
    answerError(response, statusOf(error), named ? error.serviceCode : "InternalServerError", message);
}

Json documentJson(const StoredDocument& document)
{
    return {{"id", document.id},
            {"name", document.name},
            {"type", document.mediaType},
            {"bytes", document.bytes},
            {"pages", document.pages ? Json(*document.pages) : Json()},
            {"chunks", document.chunks},
            {"uploaded", formatDateTime(document.uploaded)}};
}

/// Nobody's page but our own may call, and no answer invites one: a browser says with Origin where its page
/// came from, other clients send none.
bool isForeign(const httplib::Request& request, const std::string& origin)
{
    const auto header = request.headers.find("Origin");
    if (header == request.headers.end() || header->second == origin)
        return false;
    std::string localhost = origin;
    if (const std::size_t host = localhost.find("127.0.0.1"); host != std::string::npos)
        localhost.replace(host, 9, "localhost");
    return header->second != localhost;
}

/// What every route but health asks before its own work.
class Door
{
public:
    Door(RagService& service, std::string origin)
        : m_service(service)
        , m_origin(std::move(origin))
    {}

    [[nodiscard]] Handler guard(std::function<void(RagService&, Exchange&)> work) const
    {
        return [this, work = std::move(work)](Exchange& exchange) {
            if (isForeign(exchange.request, m_origin)) {
                answerError(exchange.response, 403, "OriginRefused",
                            "This service answers no page of another origin.");
            } else if (const auto wait = m_service.limit().admit(exchange.caller.objectId)) {
                const auto seconds = std::chrono::ceil<std::chrono::seconds>(*wait).count();
                exchange.response.set_header("Retry-After", std::to_string(seconds));
                answerError(exchange.response, 429, "RateLimited",
                            "More than " + std::to_string(RequestsPerMinute) +
                                " requests came within a minute. The next one is taken in " +
                                std::to_string(seconds) + " s.");
            } else {
                work(m_service, exchange);
            }
        };
    }

private:
    RagService& m_service;
    std::string m_origin;
};

/// Gives a body that was refused for its size the name that the contract has for it.
std::function<void(const httplib::Request&, httplib::Response&)> nameTooLarge(std::string code,
                                                                              std::string message)
{
    return [code = std::move(code), message = std::move(message)](const httplib::Request&,
                                                                  httplib::Response& response) {
        if (response.status == 413)
            answerError(response, 413, code, message);
    };
}

void health(RagService& service, Exchange& exchange)
{
    const auto documents = service.store().documents();
    const auto chunks = service.store().chunkCount();
    Json json = {{"status", documents && chunks ? "ok" : "failing"},
                 {"model", AnswerDeployment},
                 {"embedding", EmbeddingDeployment}};
    // With real endpoints beside simulated ones only an answer knows which it came from.
    if (!service.mayBeReal())
        json["simulated"] = true;
    if (documents && chunks) {
        json["documents"] = documents->size();
        json["chunks"] = *chunks;
    }
    answerJson(exchange.response, documents && chunks ? 200 : 503, dumpJson(json));
}

void upload(RagService& service, Exchange& exchange)
{
    const auto file = readUpload(exchange.request.get_header_value("Content-Type"), exchange.request.body);
    if (!file)
        return give(file.error(), exchange.response);
    const std::string feature = exchange.request.get_header_value("x-gh-feature").substr(0, 64);
    const auto uploaded = service.upload(
        file->name, file->content,
        {std::string(IndexTask), feature.empty() ? std::string(RagFeature) : toValidUtf8(feature)});
    if (!uploaded)
        return give(uploaded.error(), exchange.response);
    Json json = documentJson(uploaded->document);
    json["duplicate"] = uploaded->duplicate;
    answerJson(exchange.response, uploaded->duplicate ? 200 : 201, dumpJson(json));
}

/// Hands the events over as they come. A client that has gone ends the call to the model.
bool pump(ChatAnswer& answer, httplib::DataSink& sink)
{
    std::string events;
    const ChatAnswer::Step step = answer.next(events);
    if (!events.empty() && !sink.write(events.data(), events.size()))
        return false;
    if (step == ChatAnswer::Step::Last)
        sink.done();
    return true;
}

void chat(RagService& service, Exchange& exchange)
{
    const auto request = readChatRequest(exchange.request.body);
    if (!request)
        return give(request.error(), exchange.response);
    const auto answer = service.ask(*request);
    if (!answer)
        return give(answer.error(), exchange.response);
    exchange.response.status = 200;
    exchange.response.set_header("Cache-Control", "no-cache");
    exchange.response.set_chunked_content_provider(
        "text/event-stream",
        [answer = *answer](std::size_t, httplib::DataSink& sink) { return pump(*answer, sink); });
}

void listDocuments(RagService& service, Exchange& exchange)
{
    const auto documents = service.store().documents();
    if (!documents)
        return give(documents.error(), exchange.response);
    Json list = Json::array();
    for (const StoredDocument& document : *documents)
        list.push_back(documentJson(document));
    answerJson(exchange.response, 200, dumpJson({{"documents", std::move(list)}}));
}

void notThere(httplib::Response& response)
{
    answerError(response, 404, "NoDocuments", "There is no such document. It may have been forgotten.");
}

void showDocument(RagService& service, Exchange& exchange)
{
    const auto document = service.store().document(exchange.parameters.front());
    if (!document)
        return give(document.error(), exchange.response);
    if (!*document)
        return notThere(exchange.response);
    const auto passages = service.store().passages((*document)->id);
    if (!passages)
        return give(passages.error(), exchange.response);
    Json json = documentJson(**document);
    json["passages"] = Json::array();
    for (const StoredPassage& passage : *passages)
        json["passages"].push_back(passageJson(passage));
    answerJson(exchange.response, 200, dumpJson(json));
}

void forgetDocument(RagService& service, Exchange& exchange)
{
    const auto receipt = service.forget(exchange.parameters.front());
    if (!receipt)
        return give(receipt.error(), exchange.response);
    if (!*receipt)
        return notThere(exchange.response);
    const StoredDocument& document = (*receipt)->document;
    answerJson(exchange.response, 200,
               dumpJson({{"id", document.id},
                         {"name", document.name},
                         {"chunksRemoved", document.chunks},
                         {"at", formatDateTime((*receipt)->at)}}));
}

} // namespace

void addRagRoutes(Router& router, RagService& service, const std::string& origin)
{
    const auto door = std::make_shared<const Door>(service, origin);
    const auto add = [&](const char* method, const char* pattern, std::size_t most,
                         void (*work)(RagService&, Exchange&), auto onRefused) {
        // The guard points into the door, so the handler keeps it alive.
        router.add({method, pattern, Access::Rag, most,
                    [door, guarded = door->guard(work)](Exchange& exchange) { guarded(exchange); },
                    onRefused});
    };
    router.add({"GET", "/rag/health", Access::Open, 0,
                [&service](Exchange& exchange) { health(service, exchange); }});
    add("POST", "/rag/upload", MostDocumentBytes + MultipartOverhead, upload,
        nameTooLarge("DocumentTooLarge", "The document is larger than 20 MB."));
    add("POST", "/rag/chat", MostChatBytes, chat,
        nameTooLarge("InputTooLarge", "The request is larger than 50 KB."));
    add("GET", "/rag/documents", 0, listDocuments, nullptr);
    add("GET", "/rag/documents/{id}", 0, showDocument, nullptr);
    add("DELETE", "/rag/documents/{id}", 0, forgetDocument, nullptr);
}

} // namespace gatehouse::local
