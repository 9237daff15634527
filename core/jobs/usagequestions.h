// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/question.h"

namespace gatehouse::jobs {

/// Who the callers are. Asked with every refresh: whoever implements it keeps its answer for a while.
class ServiceDirectory
{
public:
    ServiceDirectory() = default;
    ServiceDirectory(const ServiceDirectory&) = delete;
    ServiceDirectory& operator=(const ServiceDirectory&) = delete;
    virtual ~ServiceDirectory() = default;

    /// APIM subscription ids to their display names.
    [[nodiscard]] virtual QFuture<Result<usage::ServiceNames>> serviceNames(std::stop_token stop) = 0;
};

/// UsageService over a workspace: four queries a refresh, answered as one report that is computed off the
/// main thread. Without names the raw ids are shown; without the LLM log every call's usage is unknown;
/// without the gateway log the error says which telemetry is off. Lives on the main thread, as the two it
/// refers to do.
class UsageQuestions final : public QObject, public UsageService
{
public:
    UsageQuestions(Workspace& workspace, ServiceDirectory& names, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<std::shared_ptr<const usage::Report>>>
    report(usage::Dimension dimension, TimeRange range, std::vector<usage::Filter> filters,
           std::stop_token stop) override;

private:
    struct Refresh;
    using RefreshPtr = std::shared_ptr<Refresh>;

    [[nodiscard]] QFuture<Result<Answers>> ask(const Refresh& refresh, const char* calls);
    void take(const RefreshPtr& refresh, const Result<Answers>& answers);
    void compute(const RefreshPtr& refresh, const Answers& answers);

    Workspace& m_workspace;
    ServiceDirectory& m_names;
};

} // namespace gatehouse::jobs
