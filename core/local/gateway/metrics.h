// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace gatehouse::local {

/// One finished request, as the counters see it.
struct MeasuredRequest
{
    std::string_view backend;    ///< of the last attempt; "" for none
    std::string_view deployment; ///< "" for one that does not exist, so that callers cannot make labels
    std::string_view service;    ///< APIM subscription id; "" for a caller with a token only
    int code = 0;
    std::int64_t promptTokens = 0;
    std::int64_t completionTokens = 0;
    std::chrono::nanoseconds duration{0};
};

/// The gateway's counters. Any thread; kept in shards so that requests do not wait for one another, and added
/// up when they are read.
class GatewayMetrics
{
public:
    void count(const MeasuredRequest& request);
    void countAttempt(std::string_view backend);

    /// Prometheus text format 0.0.4, without the circuit states, which are no counters.
    [[nodiscard]] std::string text() const;

private:
    static constexpr std::size_t Shards = 16;
    static constexpr std::size_t Buckets = 14;
    struct Histogram
    {
        std::array<std::uint64_t, Buckets + 1> counts{};
        double sum = 0;
    };
    struct alignas(64) Shard
    {
        mutable std::mutex mutex;
        std::unordered_map<std::string, std::uint64_t> requests; // by rendered labels
        std::unordered_map<std::string, std::uint64_t> tokens;
        std::unordered_map<std::string, std::uint64_t> attempts;
        std::unordered_map<std::string, Histogram> durations;
    };
    [[nodiscard]] Shard& shard();
    [[nodiscard]] std::map<std::string, std::uint64_t>
    sum(std::unordered_map<std::string, std::uint64_t> Shard::*counters) const;
    [[nodiscard]] std::string durationText() const;

    static const std::array<double, Buckets> Bounds;
    std::array<Shard, Shards> m_shards;
};

/// A label's value with backslash, quote and line break escaped.
[[nodiscard]] std::string labelValue(std::string_view text);

} // namespace gatehouse::local
