// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/services.h"

#include <cstdint>

/// What a change did to the traffic: the hour before it and the hour after it.
namespace gatehouse::jobs {

/// All calls through the gateways of the workspace in one hour.
struct HourFigures
{
    std::int64_t requests = 0;
    std::int64_t errors = 0; ///< refused or failed, but not throttled
    std::int64_t throttled = 0;
    std::optional<std::int64_t> tokens; ///< empty: the log holds no token counts
    bool tokensAtLeast = false;         ///< some calls' tokens are not in the log
};

struct ChangeEffect
{
    TimeRange before;
    TimeRange after;
    std::optional<HourFigures> hourBefore; ///< empty: the log does not cover the hour
    std::optional<HourFigures> hourAfter;  ///< likewise, or it is too early
    bool tooEarly = false;                 ///< the hour after is not over, or its rows may not all be there
    std::vector<std::string> queries;
};

/// What a change did (Activity).
class ChangeEffectService
{
public:
    ChangeEffectService() = default;
    ChangeEffectService(const ChangeEffectService&) = delete;
    ChangeEffectService& operator=(const ChangeEffectService&) = delete;
    virtual ~ChangeEffectService() = default;
    /// Of the change that was written at this moment.
    [[nodiscard]] virtual QFuture<Result<ChangeEffect>> effect(DateTime at, std::stop_token stop) = 0;
};

} // namespace gatehouse::jobs
