// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/gateway/policy/quotasheet.h"
#include "core/gateway/quota/exhaustion.h"
#include "core/gateway/quota/throttleimpact.h"

#include <QtCore/QFuture>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

/// What the Quotas page is about: the limits of all services beside what they use, what their deployments can
/// give, and what a draft of other limits would have done to past calls.
namespace gatehouse::jobs {

/// Whatever is empty is not known; QuotaBoard::logsUnknown says why.
struct QuotaUse
{
    std::optional<std::int64_t> tokensLastMinute;
    std::optional<std::int64_t> callsLastMinute; ///< without those that the gateway refused
    std::optional<std::int64_t> peakTokensPerMinute;
    /// In the UTC window of each period that was asked for.
    std::map<gateway::QuotaPeriod, std::int64_t> tokensInPeriod;
    /// Some calls did not say what they used, or the log begins after the window did: tokens are at least
    /// those.
    bool atLeast = false;
    std::vector<gateway::UsedAt> today; ///< in steps of a minute
};

struct QuotaBoardRow
{
    std::string service; ///< id of the APIM subscription; "" is everybody else
    std::string displayName;
    std::string product;     ///< display name; "" where the subscription is for no product, or is not known
    std::string state;       ///< "active", …; "" where it is not known
    bool subscribed = false; ///< the service has such a subscription; false: only the sheet names it
    std::optional<gateway::ServiceQuota> quota; ///< its own rule
    QuotaUse use; ///< of everybody else: the most that one of them used, since each counts for itself
};

/// One deployment and the capacity that it holds.
struct DeploymentCapacity
{
    std::string account;
    std::string region; ///< "East US"
    std::string name;
    std::string model;
    std::string sku;
    std::optional<std::int64_t> capacity; ///< thousands of tokens per minute, or PTUs
    bool provisioned = false;             ///< capacity is in PTUs
    std::string usageName;                ///< of the region's quota that it draws from; "" where not known
};

/// A region's quota for one model and SKU.
struct RegionQuota
{
    std::string region;
    std::string usageName;
    std::string title;
    double used = 0; ///< thousands of tokens per minute; of provisioned SKUs, PTUs
    double limit = 0;
    [[nodiscard]] double left() const { return limit - used; }
};

struct QuotaCapacity
{
    std::vector<DeploymentCapacity> deployments; ///< by region, then name
    std::vector<RegionQuota> quotas;             ///< those that the deployments draw from
    std::string unknown; ///< why some or all of it is missing; "" when it is all there
};

/// Everything of one moment. The parts come from different services: what one of them did not give is empty
/// and its sentence says why.
struct QuotaBoard
{
    DateTime at;
    TimeRange range;                 ///< of the peaks
    TimeRange minute;                ///< the minute that was counted: the last one that the log has whole
    std::vector<QuotaBoardRow> rows; ///< subscriptions by name, others of the sheet, everybody else last
    std::string subscriptionsUnknown;

    std::string resourceId;                       ///< of the policy fragment
    std::optional<Json> fragment;                 ///< its properties: format xml; empty when it is not there
    std::string fragmentUnknown;                  ///< why it could not be read: nothing can be edited then
    std::vector<gateway::PolicyProblem> foreign;  ///< QuotaSheet's
    std::vector<gateway::PolicyProblem> problems; ///< QuotaSheet's
    /// Whether a policy of the service or of an API includes the fragment; empty when that is not known.
    std::optional<bool> included;

    std::string logsUnknown;
    bool partial = false;
    std::string partialReason;
    std::chrono::seconds age{0};
    std::vector<std::string> queries;

    QuotaCapacity capacity;
};

struct QuotaBoardQuestion
{
    TimeRange range;
    std::set<gateway::QuotaPeriod> periods; ///< wanted beside those in the sheet
};

struct QuotaImpactQuestion
{
    /// The limits that each service would have, by its id as logs have it. Others are not asked about.
    std::map<std::string, gateway::QuotaLimits> limits;
    int days = 7;
};

struct QuotaImpact
{
    gateway::ThrottleImpact impact;
    TimeRange range;
    std::int64_t calls = 0; ///< that were replayed
    /// Which calls or limits are not in it, in sentences; empty when all are.
    std::vector<std::string> leftOut;
    std::vector<std::string> queries;
};

struct QuotaImpactProgress
{
    std::int64_t read = 0;
    std::int64_t total = 0;
};

class QuotaBoardService
{
public:
    virtual ~QuotaBoardService() = default;
    /// A part that cannot be read is told in the board; only Cancelled is an error, and when nothing at all
    /// could be read.
    [[nodiscard]] virtual QFuture<Result<std::shared_ptr<const QuotaBoard>>>
    board(QuotaBoardQuestion question, std::stop_token stop) = 0;
    /// Replays the past calls of the services. progress is called on the main thread.
    [[nodiscard]] virtual QFuture<Result<std::shared_ptr<const QuotaImpact>>>
    impact(QuotaImpactQuestion question, std::function<void(QuotaImpactProgress)> progress,
           std::stop_token stop) = 0;
};

} // namespace gatehouse::jobs
