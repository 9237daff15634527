// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/samplereports.h"

#include <algorithm>
#include <cmath>

namespace gatehouse::test {

namespace {

constexpr double Pi = 3.14159265358979;

struct Member
{
    std::string key;
    std::string label;
    double weight;
    double estimated;
};

std::vector<Member> membersOf(usage::Dimension dimension)
{
    switch (dimension) {
    case usage::Dimension::Service:
        return {{"sub-checkout", "checkout-assistant", 9, 0.02}, {"sub-search", "product-search", 7.2, 0},
                {"sub-support", "support-copilot", 6.1, 0.34},   {"sub-docs", "docs-summarizer", 4.4, 0},
                {"sub-fraud", "fraud-review", 3.1, 0},           {"sub-hr", "hr-policy-bot", 2.2, 0.82},
                {"sub-legal", "contract-analyzer", 1.7, 0},      {"sub-crm", "crm-enrichment", 1.2, 0},
                {"sub-iot", "telemetry-narrator", 0.7, 0},       {"", "Unattributed", 0.4, 0}};
    case usage::Dimension::Model:
        return {{"gpt-4o", "gpt-4o", 14, 0.08},
                {"gpt-4o-mini", "gpt-4o-mini", 12, 0.12},
                {"text-embedding-3-small", "text-embedding-3-small", 6, 0},
                {"o4-preview", "o4-preview", 1, 0}};
    case usage::Dimension::Backend:
        break;
    }
    return {{"aoai-eastus", "aoai-eastus", 21, 0.05},
            {"aoai-westus", "aoai-westus", 9, 0.1},
            {"aoai-westeurope", "aoai-westeurope", 2, 0}};
}

/// Working hours on working days, a little noise that is always the same.
double rhythm(DateTime moment, std::size_t member)
{
    const double hours = static_cast<double>(moment.unixSeconds()) / 3600.0;
    const double day = std::fmod(hours / 24.0 + 3, 7.0);
    const double ofDay = std::fmod(hours, 24.0);
    const double work = std::exp(-std::pow((ofDay - 14.0) / 5.0, 2));
    const double noise = std::sin(hours * (2.1 + 0.37 * static_cast<double>(member))) * 0.12 +
                         std::sin(hours * 11.7 + static_cast<double>(member)) * 0.06;
    return (0.18 + work * (day < 5 ? 1.0 : 0.35)) * (1 + noise);
}

std::string hostileName(const std::string& name)
{
    return "<img src=file:///canary><b>" + name + "</b>";
}

void addTo(usage::Totals& sum, const usage::Totals& part)
{
    sum.requests += part.requests;
    sum.failed += part.failed;
    sum.throttled += part.throttled;
    sum.promptTokens += part.promptTokens;
    sum.completionTokens += part.completionTokens;
    sum.totalTokens += part.totalTokens;
    sum.estimatedTokens += part.estimatedTokens;
}

} // namespace

std::shared_ptr<const usage::Report> sampleReport(usage::Dimension dimension, TimeRange range,
                                                  const std::vector<usage::Filter>& filters, bool hostile)
{
    auto report = std::make_shared<usage::Report>();
    report->dimension = dimension;
    report->range = range;
    const Ticks bucket = range.length() <= std::chrono::hours(1)     ? Ticks(std::chrono::minutes(1))
                         : range.length() <= std::chrono::hours(6)   ? Ticks(std::chrono::minutes(5))
                         : range.length() <= std::chrono::hours(24)  ? Ticks(std::chrono::minutes(15))
                         : range.length() <= std::chrono::hours(168) ? Ticks(std::chrono::hours(1))
                                                                     : Ticks(std::chrono::hours(4));
    report->tokens.bucket = report->requests.bucket = bucket;
    DateTime start{Ticks(range.start.sinceYearOne.count() / bucket.count() * bucket.count())};
    for (; start < range.end; start += bucket) {
        report->tokens.buckets.push_back(start);
        report->requests.buckets.push_back(start);
    }
    const double minutes = static_cast<double>(bucket.count()) / 600'000'000.0;
    std::size_t number = 0;
    for (const Member& member : membersOf(dimension)) {
        ++number;
        const bool dropped = std::any_of(filters.begin(), filters.end(), [&](const usage::Filter& filter) {
            return filter.dimension == dimension && filter.key != member.key;
        });
        if (dropped)
            continue;
        usage::Row row;
        row.key = member.key;
        row.label = hostile ? hostileName(member.label) : member.label;
        usage::Series tokens;
        tokens.key = row.key;
        tokens.label = row.label;
        tokens.estimatedShare = member.estimated;
        usage::Series requests = tokens;
        for (const DateTime moment : report->tokens.buckets) {
            const auto calls = static_cast<std::int64_t>(
                std::llround(rhythm(moment, number) * member.weight * minutes * 1.4));
            const auto used = static_cast<std::int64_t>(static_cast<double>(calls) *
                                                        (1180 + 40 * std::sin(static_cast<double>(number))));
            requests.values.push_back(static_cast<double>(calls));
            tokens.values.push_back(static_cast<double>(used));
            row.totals.requests += calls;
            row.totals.totalTokens += used;
        }
        requests.total = static_cast<double>(row.totals.requests);
        tokens.total = static_cast<double>(row.totals.totalTokens);
        row.totals.completionTokens = row.totals.totalTokens / 4;
        row.totals.promptTokens = row.totals.totalTokens - row.totals.completionTokens;
        row.totals.estimatedTokens = std::llround(tokens.total * member.estimated);
        row.totals.failed = row.totals.requests * static_cast<std::int64_t>(number) / 300;
        row.totals.throttled = row.totals.requests / 160;
        row.totals.p95Ms = 840 + 210 * std::sin(2.0 * Pi * static_cast<double>(number) / 7);
        addTo(report->totals, row.totals);
        report->rows.push_back(row);
        report->tokens.series.push_back(std::move(tokens));
        report->requests.series.push_back(std::move(requests));
    }
    report->totals.p95Ms = 1180;
    report->before = report->totals;
    report->before.totalTokens = report->totals.totalTokens * 100 / 112;
    report->before.requests = report->totals.requests * 100 / 104;
    report->before.failed = report->totals.failed / 2;
    report->before.p95Ms = 1290;
    return report;
}

std::shared_ptr<const gateway::HealthReport> sampleHealth(TimeRange range, bool hostile)
{
    using gateway::CircuitState;
    auto report = std::make_shared<gateway::HealthReport>();
    report->range = range;
    const auto at = [&](double share) {
        return range.start + Ticks(std::llround(share * static_cast<double>(range.length().count())));
    };
    const auto span = [&](CircuitState state, double from, double to, const char* reason) {
        return gateway::CircuitSpan{state, at(from), at(to), reason};
    };
    const auto name = [&](const char* text) { return hostile ? hostileName(text) : std::string(text); };

    gateway::EndpointHealth east;
    east.backend = name("aoai-eastus");
    east.region = name("East US");
    east.requests = 48'213;
    east.p50Ms = 412;
    east.p95Ms = 2'140;
    east.p99Ms = 9'400;
    east.errorShare = 0.083;
    east.throttledShare = 0.021;
    east.inferred = {CircuitState::Open, gateway::StateSource::Inferred, range.end - std::chrono::seconds(12),
                     range.end + std::chrono::seconds(18), "5 answers with 503 within 1 min"};
    east.reported = east.inferred;
    east.reported.source = gateway::StateSource::Reported;
    east.timeline = {span(CircuitState::Closed, 0, 0.31, ""),
                     span(CircuitState::Open, 0.31, 0.33, "5 answers with 503 within 1 min"),
                     span(CircuitState::HalfOpen, 0.33, 0.34, "30 s have passed"),
                     span(CircuitState::Closed, 0.34, 0.72, ""),
                     span(CircuitState::Open, 0.72, 0.83, "5 answers with 500 within 1 min"),
                     span(CircuitState::HalfOpen, 0.83, 0.9, "30 s have passed"),
                     span(CircuitState::Closed, 0.9, 0.985, ""),
                     span(CircuitState::Open, 0.985, 1, "5 answers with 503 within 1 min")};
    gateway::EndpointHealth west;
    west.backend = name("aoai-westus");
    west.region = name("West US");
    west.requests = 12'960;
    west.p50Ms = 388;
    west.p95Ms = 1'020;
    west.p99Ms = 2'210;
    west.errorShare = 0.004;
    west.throttledShare = 0.0;
    west.reported = {CircuitState::Closed, gateway::StateSource::Reported, range.start, {}, ""};
    west.inferred = {CircuitState::Closed, gateway::StateSource::Inferred, range.start, {}, ""};
    west.timeline = {span(CircuitState::Closed, 0, 1, "")};
    gateway::EndpointHealth europe = west;
    europe.backend = name("aoai-westeurope");
    europe.region = name("West Europe");
    europe.requests = 804;
    europe.p50Ms = 530;
    europe.throttledShare = 0.067;
    europe.inferred.state = CircuitState::HalfOpen;
    europe.disagree = true;
    europe.timeline = {span(CircuitState::Closed, 0, 0.7, ""),
                       span(CircuitState::HalfOpen, 0.7, 1, "30 s have passed")};
    report->endpoints = {east, west, europe};
    return report;
}

} // namespace gatehouse::test
