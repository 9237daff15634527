// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/httpclient.h"
#include "core/rag/chat.h"
#include "core/rag/fileupload.h"

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace gatehouse::rag {

/// The RAG backend of a profile, spoken to as README.md says. The token goes to the backend's own address
/// alone: no redirect is followed. Main thread; what it gives out must go before it does.
class RagClient final : public QObject
{
public:
    struct Parts
    {
        http::HttpClient& calls; ///< the client that retries
        http::StreamClient& streams;
        auth::TokenSource& tokens;
        const Clock& clock;
        http::Scheduler& scheduler;
    };

    RagClient(const Parts& parts, Backend backend, Limits limits = {}, QObject* parent = nullptr);

    /// Without a token.
    [[nodiscard]] QFuture<Result<Health>> health(std::stop_token stop);
    [[nodiscard]] std::unique_ptr<FileUpload> upload(const std::string& path);
    [[nodiscard]] std::unique_ptr<Chat> ask(const Question& question);

    /// NotFound with serviceCode "NotOffered" from a backend that has the owner's contract only.
    [[nodiscard]] QFuture<Result<std::vector<Document>>> documents(std::stop_token stop);
    [[nodiscard]] QFuture<Result<std::vector<Passage>>> passages(const std::string& documentId,
                                                                 std::stop_token stop);
    [[nodiscard]] QFuture<Result<Receipt>> forget(const std::string& documentId, std::stop_token stop);

private:
    struct Call;
    using CallPtr = std::shared_ptr<Call>;

    /// An answer of 200 to 299 as JSON.
    [[nodiscard]] QFuture<Result<Json>> send(const std::string& method, const std::string& path,
                                             std::string scope, std::stop_token stop);
    void authorize(const CallPtr& call);
    void take(const CallPtr& call, const http::HttpResponse& response);

    Parts m_parts;
    Backend m_backend;
    Limits m_limits;
};

} // namespace gatehouse::rag
