// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/cognitiveclient.h"
#include "core/jobs/directories.h"
#include "core/jobs/quotaboard.h"

#include <memory>

namespace gatehouse::jobs {

/// What the subscription's model deployments can give and what its regions have left: every account with its
/// deployments, every region with its quotas, joined through the models' usage names. A part that cannot be
/// read is left out and named; the answer is kept for a minute. Main thread.
class AiCapacity final : public QObject
{
public:
    AiCapacity(azure::CognitiveClient& client, const Clock& clock, std::string subscriptionId,
               QObject* parent = nullptr);

    /// Cancelled is the only error.
    [[nodiscard]] QFuture<Result<QuotaCapacity>> capacity(std::stop_token stop);

private:
    struct Reading;
    using ReadingPtr = std::shared_ptr<Reading>;

    [[nodiscard]] QFuture<Result<QuotaCapacity>> read(std::stop_token stop);
    void readParts(const ReadingPtr& reading, const std::vector<azure::AiAccount>& accounts);
    static void arrived(const ReadingPtr& reading, const std::optional<Error>& error,
                        const std::string& what);

    azure::CognitiveClient& m_client;
    std::string m_subscriptionId;
    Remembered<QuotaCapacity> m_kept;
};

} // namespace gatehouse::jobs
