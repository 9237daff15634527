// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/ask.h"
#include "core/rag/ragclient.h"

namespace gatehouse::jobs {

/// AskService over the client of the profile's backend. Main thread; what it gives out must go before it
/// does.
class RagAsk final : public AskService
{
public:
    /// Both must outlive this; the scheduler paces the pieces of answers.
    RagAsk(rag::RagClient& client, http::Scheduler& scheduler)
        : m_client(client)
        , m_scheduler(scheduler)
    {}

    [[nodiscard]] QFuture<Result<rag::Health>> health(std::stop_token stop) override;
    [[nodiscard]] std::unique_ptr<Upload> upload(const QString& path) override;
    [[nodiscard]] std::unique_ptr<Answer> ask(const rag::Question& question) override;
    [[nodiscard]] QFuture<Result<std::vector<rag::Document>>> documents(std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<std::vector<rag::Passage>>> passages(std::string documentId,
                                                                      std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<rag::Receipt>> forget(std::string documentId, std::stop_token stop) override;

private:
    rag::RagClient& m_client;
    http::Scheduler& m_scheduler;
};

} // namespace gatehouse::jobs
