// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/azure/apimclient.h"
#include "core/base/clock.h"
#include "core/jobs/question.h"
#include "core/jobs/routing.h"

namespace gatehouse::jobs {

/// RoutingService over ARM, the health of the endpoints and the log. Resources are read anew each time, since
/// a draft is made of them. Circuits, policies and what the log says take something from the view when they
/// cannot be had, but never fail it. Main thread; what it refers to outlives it.
class ApimRouting final : public QObject, public RoutingService
{
public:
    struct Sources
    {
        azure::ApimClient& apim;
        HealthService& health;
        Workspace& workspace;
        const Clock& clock;
        std::string serviceId;
    };

    explicit ApimRouting(Sources sources, QObject* parent = nullptr);

    [[nodiscard]] QFuture<Result<std::shared_ptr<const RoutingView>>> view(TimeRange range,
                                                                           std::stop_token stop) override;

private:
    struct Refresh;
    using RefreshPtr = std::shared_ptr<Refresh>;

    void askResources(const RefreshPtr& refresh);
    void askTraffic(const RefreshPtr& refresh);
    void settlePart(const RefreshPtr& refresh) const;

    Sources m_sources;
};

} // namespace gatehouse::jobs
