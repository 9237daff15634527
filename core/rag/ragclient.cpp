// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rag/ragclient.h"

#include "core/base/encoding.h"
#include "core/rag/reading.h"

namespace gatehouse::rag {

namespace {

/// A backend with the owner's contract alone has no such address; one with all of it says by name what it
/// does not find.
Error notOffered(Error error)
{
    const bool noSuchPath = error.httpStatus == 404 || error.httpStatus == 405 || error.httpStatus == 501;
    if (!noSuchPath || !error.serviceCode.empty())
        return error;
    error.kind = Error::Kind::NotFound;
    error.serviceCode = "NotOffered";
    error.message = "This RAG backend does not list or forget its documents.";
    error.advice = "What it knows can only be asked about.";
    return error;
}

template <typename T, typename Read>
Result<T> read(const Result<Json>& json, Read&& from)
{
    if (!json)
        return fail(notOffered(json.error()));
    return from(*json);
}

} // namespace

struct RagClient::Call
{
    http::HttpRequest request;
    Bearer bearer;
    std::stop_token stop;
    http::Deferred<Json> deferred;
};

RagClient::RagClient(const Parts& parts, Backend backend, Limits limits, QObject* parent)
    : QObject(parent)
    , m_parts(parts)
    , m_backend(std::move(backend))
    , m_limits(limits)
{}

QFuture<Result<Json>> RagClient::send(const std::string& method, const std::string& path, std::string scope,
                                      std::stop_token stop)
{
    auto call =
        std::make_shared<Call>(Call{{}, Bearer(m_parts.tokens, std::move(scope)), std::move(stop), {}});
    call->request.method = method;
    call->request.url = m_backend.address(path);
    call->request.headers.set("Accept", "application/json");
    call->request.deadline = std::chrono::seconds(30);
    call->request.maxBytes = 64U << 20U;
    call->request.lane = "rag";
    authorize(call);
    return call->deferred.future();
}

void RagClient::authorize(const CallPtr& call)
{
    call->bearer.token(call->stop).then(this, [this, call](const Result<std::string>& token) {
        if (!token) {
            call->deferred.settle(fail(token.error()));
            return;
        }
        call->bearer.put(call->request.headers, *token);
        m_parts.calls.send(call->request, call->stop)
            .then(this, [this, call](const Result<http::HttpResponse>& response) {
                if (response)
                    take(call, *response);
                else
                    call->deferred.settle(fail(response.error()));
            });
    });
}

void RagClient::take(const CallPtr& call, const http::HttpResponse& response)
{
    if (response.status == 401 && call->bearer.renew(response.headers)) {
        authorize(call);
        return;
    }
    if (!response.ok()) {
        Error error =
            backendError(response.status, response.headers, response.body.text(), m_parts.clock.now());
        if (response.status == 401)
            error.claims = call->bearer.claims();
        call->deferred.settle(fail(std::move(error)));
        return;
    }
    const Result<Json> json = parseJson(response.body.text(), 64U << 20U);
    if (json)
        call->deferred.settle(*json);
    else
        call->deferred.settle(fail(Error::Kind::Protocol, "The RAG backend's answer cannot be read.",
                                   "Check its address in the profile; a proxy or a sign-in page may stand "
                                   "before it."));
}

QFuture<Result<Health>> RagClient::health(std::stop_token stop)
{
    return send("GET", "/health", {}, std::move(stop))
        .then(this, [](const Result<Json>& json) -> Result<Health> {
            if (!json)
                return fail(json.error());
            return healthFrom(*json);
        });
}

std::unique_ptr<FileUpload> RagClient::upload(const std::string& path)
{
    return std::make_unique<FileUpload>(m_parts.tokens, m_parts.clock, m_backend, m_limits, path);
}

std::unique_ptr<Chat> RagClient::ask(const Question& question)
{
    return std::make_unique<Chat>(
        Chat::Parts{m_parts.streams, m_parts.tokens, m_parts.clock, m_parts.scheduler}, m_backend, m_limits,
        question);
}

QFuture<Result<std::vector<Document>>> RagClient::documents(std::stop_token stop)
{
    return send("GET", "/documents", m_backend.scope, std::move(stop))
        .then(this, [](const Result<Json>& json) {
            return read<std::vector<Document>>(
                json, [](const Json& answer) { return documentsFrom(memberAt(answer, "documents")); });
        });
}

QFuture<Result<std::vector<Passage>>> RagClient::passages(const std::string& documentId, std::stop_token stop)
{
    return send("GET", "/documents/" + percentEncode(documentId), m_backend.scope, std::move(stop))
        .then(this, [](const Result<Json>& json) {
            return read<std::vector<Passage>>(json, [](const Json& answer) {
                auto passages = passagesFrom(memberAt(answer, "passages"));
                const Document document = documentFrom(answer);
                for (Passage& passage : passages) {
                    passage.documentId = passage.documentId.empty() ? document.id : passage.documentId;
                    passage.documentName =
                        passage.documentName.empty() ? document.name : passage.documentName;
                }
                return passages;
            });
        });
}

QFuture<Result<Receipt>> RagClient::forget(const std::string& documentId, std::stop_token stop)
{
    return send("DELETE", "/documents/" + percentEncode(documentId), m_backend.scope, std::move(stop))
        .then(this, [documentId](const Result<Json>& json) {
            return read<Receipt>(json, [&documentId](const Json& answer) {
                Receipt receipt = receiptFrom(answer);
                if (receipt.documentId.empty())
                    receipt.documentId = documentId;
                return receipt;
            });
        });
}

} // namespace gatehouse::rag
