// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/anomalies/anomaly.h"

#include "core/usage/forecast/statistics.h"
#include "core/usage/money/day.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string_view>

namespace gatehouse::cost {

namespace {

constexpr int WeeksBack = 4;
constexpr double LeastSpread = 0.12;   ///< a service is never taken for steadier than this
constexpr double ChanceVariance = 1.5; ///< of a call's tokens about their mean, and of the number of calls
constexpr double LeastOfADay = 0.005;  ///< what is more than expected must be this part of a day
constexpr double FewCalls = 10;        ///< in a bucket: so few, that their mean says little
constexpr double ChanceCalls = 2;      ///< of the dearest model: so many more or fewer are chance
constexpr double StormAttempts = 1.6;  ///< attempts a call, against what they were
constexpr double LongerBy = 1.5;       ///< tokens a call, likewise
constexpr double MoreCalls = 1.4;
constexpr double SwitchBy = 0.3; ///< of the calls that another model does now

using Figure = std::function<double(const Activity&)>;

double tokensOfActivity(const Activity& activity)
{
    return static_cast<double>(activity.tokens());
}
double costOfActivity(const Activity& activity)
{
    return static_cast<double>(activity.pico) / static_cast<double>(PicoPerUnit);
}
double callsOfActivity(const Activity& activity)
{
    return static_cast<double>(activity.requests);
}

bool isWeekend(DateTime time)
{
    return weekdayOf(utcDay(time)) >= 5;
}

/// Which buckets before one are like it: the same time of day, a quarter of an hour more or less, on days of
/// its kind.
std::vector<std::size_t> alikeBefore(const ServiceBuckets& service, std::size_t index)
{
    const std::int64_t day = Ticks(std::chrono::hours(24)).count() / service.length.count();
    const std::int64_t beside = service.length <= std::chrono::minutes(30) ? 1 : 0;
    std::vector<std::size_t> alike;
    for (std::int64_t back = 1; back <= WeeksBack * 7; ++back) {
        for (std::int64_t by = -beside; by <= beside; ++by) {
            const std::int64_t at = static_cast<std::int64_t>(index) - back * day + by;
            if (at < 0 || at >= static_cast<std::int64_t>(index))
                continue;
            const auto place = static_cast<std::size_t>(at);
            if (isWeekend(service.startOf(place)) == isWeekend(service.startOf(index)))
                alike.push_back(place);
        }
    }
    return alike;
}

/// What the service has on a day of the last week.
double perDay(const ServiceBuckets& service, std::size_t index, const Figure& figure)
{
    const auto week =
        static_cast<std::size_t>(7 * Ticks(std::chrono::hours(24)).count() / service.length.count());
    double sum = 0;
    for (std::size_t at = index > week ? index - week : 0; at < index; ++at)
        sum += figure(service.buckets[at].sum);
    return sum / 7;
}

/// What a call of the last week is worth: the root of the mean square, so that a few dear ones count. Those
/// of one model are taken for alike.
double callSize(const ServiceBuckets& service, std::size_t index, const Figure& figure)
{
    const auto week =
        static_cast<std::size_t>(7 * Ticks(std::chrono::hours(24)).count() / service.length.count());
    std::map<std::string_view, std::pair<double, double>> models; // calls and figure
    for (std::size_t at = index > week ? index - week : 0; at < index; ++at) {
        for (const auto& [name, activity] : service.buckets[at].byModel) {
            auto& [calls, sum] = models[name];
            calls += callsOfActivity(activity);
            sum += figure(activity);
        }
    }
    double all = 0;
    double squares = 0;
    for (const auto& [name, model] : models) {
        all += model.first;
        squares += model.first > 0 ? model.second * model.second / model.first : 0;
    }
    return all > 0 ? std::sqrt(squares / all) : 0;
}

/// What a call is worth of the dearest model that did something in the bucket: as it was in the last week, or
/// as it is now where it is new.
double dearestCall(const ServiceBuckets& service, std::size_t index, const Figure& figure)
{
    const auto week =
        static_cast<std::size_t>(7 * Ticks(std::chrono::hours(24)).count() / service.length.count());
    double dearest = 0;
    for (const auto& [name, now] : service.buckets[index].byModel) {
        double calls = 0;
        double sum = 0;
        for (std::size_t at = index > week ? index - week : 0; at < index; ++at) {
            const auto then = service.buckets[at].byModel.find(name);
            if (then == service.buckets[at].byModel.end())
                continue;
            calls += callsOfActivity(then->second);
            sum += figure(then->second);
        }
        if (calls == 0) {
            calls = callsOfActivity(now);
            sum = figure(now);
        }
        dearest = std::max(dearest, calls > 0 ? sum / calls : 0);
    }
    return dearest;
}

/// Whether calls differ by their model: in what they cost they do.
enum class Spread { Alike, ByModel };

struct Expected
{
    double mean = 0;
    double noise = 0;
};

/// The mean of the alike, with what stands out drawn in, and how far single ones lie off it: as they do, but
/// never less than calls that come by chance would. Neighbours in time are for the mean only, since they lie
/// off by the hour.
Expected expectedOf(const ServiceBuckets& service, std::size_t index, const std::vector<std::size_t>& alike,
                    const Figure& figure, Spread spread = Spread::Alike)
{
    const auto day = static_cast<std::size_t>(Ticks(std::chrono::hours(24)).count() / service.length.count());
    std::vector<double> values;
    std::vector<double> sameTime;
    double calls = 0;
    for (const std::size_t at : alike) {
        values.push_back(figure(service.buckets[at].sum));
        calls += callsOfActivity(service.buckets[at].sum);
        if ((index - at) % day == 0)
            sameTime.push_back(values.back());
    }
    const double mean = clippedMean(values, 3);
    const double meanCalls = calls / static_cast<double>(values.size());
    double chance = meanCalls > 0 ? mean * std::sqrt(ChanceVariance / meanCalls) : 0;
    // Where a call is rare, the next one is chance, too; so is one of a model that is dear and rarely called.
    if (meanCalls < FewCalls || spread == Spread::ByModel)
        chance = std::max(chance, callSize(service, index, figure) *
                                      std::sqrt(ChanceVariance * std::max(meanCalls, 1.0)));
    const double least = chance * chance + LeastSpread * LeastSpread * mean * mean;
    const double seen = robustDeviation(sameTime);
    return {mean, std::sqrt((2 * least + std::max(seen * seen, least)) / 3)};
}

/// How busy the last day was against what it is otherwise, so that a service that grew is not an anomaly
/// every day.
double recentLevel(const ServiceBuckets& service, std::size_t index, const Figure& figure)
{
    const auto day = static_cast<std::size_t>(Ticks(std::chrono::hours(24)).count() / service.length.count());
    const auto sumBack = [&](std::size_t days) {
        double sum = 0;
        for (std::size_t at = index - days * day; at < index - (days - 1) * day; ++at)
            sum += figure(service.buckets[at].sum);
        return sum;
    };
    std::vector<double> ratios;
    for (std::size_t days = 1; days <= 3 && (days + 7) * day <= index; ++days) {
        const double before = sumBack(days + 7);
        if (before > 0)
            ratios.push_back(sumBack(days) / before);
    }
    return ratios.empty() ? 1 : std::clamp(medianOf(ratios), 1.0, 2.0);
}

/// Who grew most against a share of what was before.
std::string grewMost(const ServiceBuckets& service, std::size_t index, const std::vector<std::size_t>& alike,
                     std::map<std::string, Activity> UsageBucket::*parts, const Figure& figure, bool* isNew)
{
    std::string most;
    double best = -1;
    for (const auto& [name, activity] : service.buckets[index].*parts) {
        double before = 0;
        for (const std::size_t at : alike) {
            const auto& then = service.buckets[at].*parts;
            const auto found = then.find(name);
            before += found == then.end() ? 0 : figure(found->second);
        }
        const double more =
            figure(activity) - before / std::max<double>(static_cast<double>(alike.size()), 1);
        if (more > best) {
            best = more;
            most = name;
            if (isNew != nullptr)
                *isNew = before <= 0;
        }
    }
    return most;
}

Activity sumOf(const ServiceBuckets& service, const std::vector<std::size_t>& alike)
{
    Activity sum;
    for (const std::size_t at : alike)
        sum += service.buckets[at].sum;
    return sum;
}

double per(std::int64_t amount, std::int64_t calls)
{
    return calls > 0 ? static_cast<double>(amount) / static_cast<double>(calls) : 0;
}

/// The largest part of the calls that went over to a model.
double switched(const ServiceBuckets& service, std::size_t index, const std::vector<std::size_t>& alike)
{
    const UsageBucket& bucket = service.buckets[index];
    const Activity before = sumOf(service, alike);
    double most = 0;
    for (const auto& [model, activity] : bucket.byModel) {
        std::int64_t then = 0;
        for (const std::size_t at : alike) {
            const auto found = service.buckets[at].byModel.find(model);
            then += found == service.buckets[at].byModel.end() ? 0 : found->second.requests;
        }
        most = std::max(most, per(activity.requests, bucket.sum.requests) - per(then, before.requests));
    }
    return most;
}

AnomalyKind kindOf(const ServiceBuckets& service, std::size_t index, const std::vector<std::size_t>& alike,
                   double expectedCalls)
{
    const Activity& now = service.buckets[index].sum;
    const Activity before = sumOf(service, alike);
    const double attempts =
        per(now.attempts, now.requests) / std::max(per(before.attempts, before.requests), 1.0);
    if (attempts >= StormAttempts)
        return AnomalyKind::RetryStorm;
    const double longer =
        per(now.tokens(), now.requests) / std::max(per(before.tokens(), before.requests), 1.0);
    const double more = static_cast<double>(now.requests) / std::max(expectedCalls, 1.0);
    if (more < MoreCalls && switched(service, index, alike) >= SwitchBy)
        return AnomalyKind::ModelSwitch;
    if (longer >= LongerBy && longer > more)
        return AnomalyKind::LongerPrompts;
    return AnomalyKind::Launch;
}

} // namespace

std::string_view labelOf(AnomalyKind kind)
{
    static constexpr std::array<std::string_view, 5> Labels = {"Launch", "Retry storm", "Longer prompts",
                                                               "Model switch", "No data"};
    return Labels[static_cast<std::size_t>(kind)];
}

std::optional<Expectation> expectationOf(const ServiceBuckets& service, std::size_t index,
                                         const AnomalyRule& rule)
{
    const std::int64_t learned = service.length.count() * static_cast<std::int64_t>(index);
    if (learned < Ticks(std::chrono::hours(24) * rule.learningDays).count())
        return std::nullopt;
    const std::vector<std::size_t> alike = alikeBefore(service, index);
    if (alike.size() < 2)
        return std::nullopt;
    const double level = recentLevel(service, index, tokensOfActivity);
    const Expected tokens = expectedOf(service, index, alike, tokensOfActivity);
    const Expected cost = expectedOf(service, index, alike, costOfActivity, Spread::ByModel);
    const Expected calls = expectedOf(service, index, alike, callsOfActivity);
    return Expectation{tokens.mean * level, cost.mean * level, calls.mean * level, tokens.noise * level,
                       cost.noise * level};
}

std::optional<Anomaly> lookAt(const ServiceBuckets& service, std::size_t index, const AnomalyRule& rule)
{
    const std::optional<Expectation> expected = expectationOf(service, index, rule);
    if (!expected)
        return std::nullopt;
    const Activity& now = service.buckets[index].sum;
    const auto stands = [&](const Figure& figure, double mean, double noise) {
        const double value = figure(now);
        return value >= rule.least * mean && value > mean + rule.deviations * noise &&
               value - mean > LeastOfADay * perDay(service, index, figure) &&
               value - mean > rule.deviations * noise + ChanceCalls * dearestCall(service, index, figure);
    };
    const bool byTokens = stands(tokensOfActivity, expected->tokens, expected->tokenNoise);
    const bool byCost = stands(costOfActivity, expected->cost, expected->costNoise);
    const std::vector<std::size_t> alike = alikeBefore(service, index);
    // Attempts are no tokens: a storm shows in the calls' attempts, whatever the failed ones used.
    const Activity before = sumOf(service, alike);
    const bool storm = now.requests >= 10 && per(now.attempts, now.requests) >= 2 &&
                       per(now.attempts, now.requests) >=
                           StormAttempts * std::max(per(before.attempts, before.requests), 1.0);
    if (!byTokens && !byCost && !storm)
        return std::nullopt;
    Anomaly anomaly;
    anomaly.kind = storm ? AnomalyKind::RetryStorm : kindOf(service, index, alike, expected->requests);
    anomaly.service = service.service;
    anomaly.start = service.startOf(index);
    anomaly.length = service.length;
    anomaly.byCost = byCost && !byTokens;
    const Figure figure = anomaly.byCost       ? costOfActivity
                          : storm && !byTokens ? callsOfActivity
                                               : tokensOfActivity;
    anomaly.model = grewMost(service, index, alike, &UsageBucket::byModel, figure, nullptr);
    anomaly.caller = grewMost(service, index, alike, &UsageBucket::byCaller, figure, &anomaly.newCaller);
    anomaly.value = anomaly.byCost ? costOfActivity(now) : tokensOfActivity(now);
    anomaly.expected = anomaly.byCost ? expected->cost : expected->tokens;
    return anomaly;
}

namespace {

/// The calls that should have come in the last buckets, none of which did; empty when some did.
std::optional<double> silence(const ServiceBuckets& service, const AnomalyRule& rule)
{
    const auto count = static_cast<std::size_t>(
        std::max<std::int64_t>(Ticks(rule.silentFor).count() / service.length.count(), 1));
    if (service.buckets.size() < count)
        return std::nullopt;
    double expected = 0;
    for (std::size_t i = service.buckets.size() - count; i < service.buckets.size(); ++i) {
        const std::optional<Expectation> its = expectationOf(service, i, rule);
        if (!its || service.buckets[i].sum.requests > 0)
            return std::nullopt;
        expected += its->requests;
    }
    return expected;
}

Anomaly noData(const ServiceBuckets& service, std::string name, double expected)
{
    Anomaly anomaly;
    anomaly.kind = AnomalyKind::NoData;
    anomaly.service = std::move(name);
    anomaly.start = service.startOf(service.buckets.size() - 1);
    anomaly.length = service.length;
    anomaly.expected = expected;
    return anomaly;
}

} // namespace

std::vector<Anomaly> lookAtLast(const std::vector<ServiceBuckets>& services, const AnomalyRule& rule)
{
    std::vector<Anomaly> found;
    bool allSilent = !services.empty();
    double lacking = 0;
    for (const ServiceBuckets& service : services) {
        if (service.buckets.empty())
            continue;
        const std::optional<double> expected = silence(service, rule);
        allSilent = allSilent && service.buckets.back().sum.requests == 0;
        lacking += expected.value_or(0);
        if (expected && *expected >= rule.silentCalls)
            found.push_back(noData(service, service.service, *expected));
        else if (std::optional<Anomaly> anomaly = lookAt(service, service.buckets.size() - 1, rule))
            found.push_back(std::move(*anomaly));
    }
    if (allSilent && lacking >= rule.silentCalls)
        return {noData(services.front(), {}, lacking)};
    return found;
}

} // namespace gatehouse::cost
