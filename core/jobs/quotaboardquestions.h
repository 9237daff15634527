// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/apimclient.h"
#include "core/jobs/aicapacity.h"
#include "core/jobs/question.h"
#include "core/jobs/quotaboard.h"

#include <memory>

namespace gatehouse::jobs {

/// QuotaBoardService over an API Management service, a workspace and the subscription's AI accounts. A board
/// asks them side by side and then the logs, four questions at once; an impact asks past calls slice by
/// slice. Whatever takes long is worked out off the main thread, on which this lives as its sources do.
class QuotaBoardQuestions final : public QObject, public QuotaBoardService
{
public:
    struct Sources
    {
        Workspace& workspace;
        azure::ApimClient& apim;
        AiCapacity& capacity;
        const Clock& clock;
        std::string serviceId;
        Ticks reportingDelay; ///< how old a call may be before the log has it
    };

    /// Rows of one answer: the service gives 500,000 and 64 MB (contracts §2.4).
    static constexpr std::int64_t MaxSlice = 150'000;
    /// Calls of one impact, the newest.
    static constexpr std::int64_t MaxCalls = 1'500'000;

    explicit QuotaBoardQuestions(const Sources& sources, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<std::shared_ptr<const QuotaBoard>>> board(QuotaBoardQuestion question,
                                                                           std::stop_token stop) override;
    [[nodiscard]] QFuture<Result<std::shared_ptr<const QuotaImpact>>>
    impact(QuotaImpactQuestion question, std::function<void(QuotaImpactProgress)> progress,
           std::stop_token stop) override;

private:
    struct Refresh;
    using RefreshPtr = std::shared_ptr<Refresh>;
    struct Rehearsal;
    using RehearsalPtr = std::shared_ptr<Rehearsal>;

    void askService(const RefreshPtr& refresh);
    void askInclusion(const RefreshPtr& refresh);
    void arrived(const RefreshPtr& refresh);
    void askLogs(const RefreshPtr& refresh);
    void takeLogs(const RefreshPtr& refresh, const Result<Answers>& answers);
    void compute(const RefreshPtr& refresh, const std::optional<Answers>& answers);

    void countCalls(const RehearsalPtr& rehearsal);
    void planSlices(const RehearsalPtr& rehearsal, const Table& counts);
    void askSlice(const RehearsalPtr& rehearsal);
    void takeSlice(const RehearsalPtr& rehearsal, const Result<Answers>& answers);
    void replay(const RehearsalPtr& rehearsal);

    Sources m_sources;
};

} // namespace gatehouse::jobs
