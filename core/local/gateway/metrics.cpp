// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/metrics.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <thread>

namespace gatehouse::local {

// Seconds. A model answers in tenths of a second to minutes; the first bounds show the gateway's own share.
const std::array<double, GatewayMetrics::Buckets> GatewayMetrics::Bounds = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120};

namespace {

std::string number(double value)
{
    std::array<char, 32> text{};
    const auto [end, code] = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), end};
}

void appendLabel(std::string& labels, std::string_view name, std::string_view value)
{
    labels += labels.empty() ? "" : ",";
    labels.append(name).append("=\"").append(labelValue(value)) += '"';
}

void appendFamily(std::string& text, std::string_view name, std::string_view help,
                  const std::map<std::string, std::uint64_t>& counters)
{
    text.append("# HELP ")
        .append(name)
        .append(" ")
        .append(help)
        .append("\n# TYPE ")
        .append(name)
        .append(" counter\n");
    for (const auto& [labels, value] : counters)
        text.append(name).append("{").append(labels).append("} ").append(std::to_string(value)) += '\n';
}

} // namespace

std::string labelValue(std::string_view text)
{
    std::string escaped;
    escaped.reserve(text.size());
    for (const char c : text) {
        if (c == '\\' || c == '"')
            escaped += '\\';
        if (c == '\n')
            escaped += "\\n";
        else
            escaped += c;
    }
    return escaped;
}

GatewayMetrics::Shard& GatewayMetrics::shard()
{
    return m_shards[std::hash<std::thread::id>{}(std::this_thread::get_id()) % Shards];
}

void GatewayMetrics::count(const MeasuredRequest& request)
{
    std::array<char, 12> code{};
    const auto end = std::to_chars(code.data(), code.data() + code.size(), request.code).ptr;
    std::string requestLabels;
    appendLabel(requestLabels, "backend", request.backend);
    std::string durationLabels = requestLabels;
    appendLabel(requestLabels, "deployment", request.deployment);
    appendLabel(requestLabels, "code", {code.data(), end});
    std::string tokenLabels;
    appendLabel(tokenLabels, "service", request.service);
    appendLabel(tokenLabels, "deployment", request.deployment);
    const double seconds = std::chrono::duration<double>(request.duration).count();
    const auto bucket = static_cast<std::size_t>(std::ranges::lower_bound(Bounds, seconds) - Bounds.begin());

    Shard& mine = shard();
    const std::lock_guard lock(mine.mutex);
    ++mine.requests[requestLabels];
    if (request.promptTokens > 0)
        mine.tokens[tokenLabels + ",direction=\"prompt\""] +=
            static_cast<std::uint64_t>(request.promptTokens);
    if (request.completionTokens > 0)
        mine.tokens[tokenLabels + ",direction=\"completion\""] +=
            static_cast<std::uint64_t>(request.completionTokens);
    Histogram& histogram = mine.durations[durationLabels];
    ++histogram.counts[bucket];
    histogram.sum += seconds;
}

void GatewayMetrics::countAttempt(std::string_view backend)
{
    std::string labels;
    appendLabel(labels, "backend", backend);
    Shard& mine = shard();
    const std::lock_guard lock(mine.mutex);
    ++mine.attempts[labels];
}

std::map<std::string, std::uint64_t>
GatewayMetrics::sum(std::unordered_map<std::string, std::uint64_t> Shard::*counters) const
{
    std::map<std::string, std::uint64_t> total;
    for (const Shard& one : m_shards) {
        const std::lock_guard lock(one.mutex);
        for (const auto& [labels, value] : one.*counters)
            total[labels] += value;
    }
    return total;
}

std::string GatewayMetrics::durationText() const
{
    std::map<std::string, Histogram> total;
    for (const Shard& one : m_shards) {
        const std::lock_guard lock(one.mutex);
        for (const auto& [labels, histogram] : one.durations) {
            Histogram& to = total[labels];
            for (std::size_t i = 0; i <= Buckets; ++i)
                to.counts[i] += histogram.counts[i];
            to.sum += histogram.sum;
        }
    }
    constexpr std::string_view Name = "gatehouse_request_duration_seconds";
    std::string text =
        "# HELP gatehouse_request_duration_seconds From the request to the end of its answer.\n"
        "# TYPE gatehouse_request_duration_seconds histogram\n";
    for (const auto& [labels, histogram] : total) {
        std::uint64_t below = 0;
        for (std::size_t i = 0; i <= Buckets; ++i) {
            below += histogram.counts[i];
            const std::string bound = i < Buckets ? number(Bounds[i]) : "+Inf";
            text.append(Name).append("_bucket{").append(labels).append(",le=\"").append(bound).append("\"} ");
            text.append(std::to_string(below)) += '\n';
        }
        text.append(Name).append("_sum{").append(labels).append("} ").append(number(histogram.sum)) += '\n';
        text.append(Name).append("_count{").append(labels).append("} ").append(std::to_string(below)) += '\n';
    }
    return text;
}

std::string GatewayMetrics::text() const
{
    std::string text;
    appendFamily(text, "gatehouse_requests_total", "Finished requests.", sum(&Shard::requests));
    appendFamily(text, "gatehouse_tokens_total", "Tokens of finished requests, measured or estimated.",
                 sum(&Shard::tokens));
    appendFamily(text, "gatehouse_attempts_total", "Calls to a backend, retries included.",
                 sum(&Shard::attempts));
    text += durationText();
    return text;
}

} // namespace gatehouse::local
