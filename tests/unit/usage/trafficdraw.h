// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/anomalies/anomaly.h"
#include "tests/unit/usage/ledgerdraw.h"

#include <cmath>

namespace gatehouse::test {

/// Hours, or parts of hours, of a service like those of a business: busy by day, less at weekends, calls that
/// come by chance, answers of all lengths, a few retries, days that are busier than others.
class TrafficDraw
{
public:
    explicit TrafficDraw(std::uint64_t seed)
        : m_random(seed)
    {}

    ServiceBuckets service(int number, int days, int minutes = 60)
    {
        const int perDay = 24 * 60 / minutes;
        ServiceBuckets service{"service-" + std::to_string(number),
                               moment("2026-05-04"),
                               Ticks(std::chrono::minutes(minutes)),
                               {}};
        const double busy =
            std::exp(uniform(std::log(30.0), std::log(400.0))); // calls at the busiest quarter
        const double weekend = uniform(0.05, 0.6);
        const double night = uniform(0.02, 0.3);
        m_prompt = uniform(200, 1'500);
        m_completion = uniform(80, 600);
        m_small = uniform(0, 0.9);
        for (int day = 0; day < days; ++day) {
            const double level = std::exp(0.08 * normal()) * ((day % 7) >= 5 ? weekend : 1);
            for (int i = 0; i < perDay; ++i) {
                const double hour = i * minutes / 60.0;
                const double shape = std::max(night, std::exp(-(hour - 13.5) * (hour - 13.5) / 24));
                service.buckets.push_back(
                    bucket(std::poisson_distribution<int>(busy * level * shape * minutes / 15)(m_random)));
            }
        }
        return service;
    }

    /// What a cause makes of a bucket: 3 times the tokens.
    void spike(UsageBucket& bucket, AnomalyKind kind)
    {
        switch (kind) {
        case AnomalyKind::Launch:
            add(bucket, "gpt-4o-mini", "new-feature", 2);
            break;
        case AnomalyKind::RetryStorm:
            add(bucket, "gpt-4o", "chat", 2);
            scale(bucket, [](Activity& activity) { activity.attempts = activity.requests * 3; });
            break;
        case AnomalyKind::LongerPrompts:
            scale(bucket, [](Activity& activity) { activity.prompt += 2 * activity.tokens(); });
            break;
        case AnomalyKind::ModelSwitch:
        case AnomalyKind::NoData: {
            // All calls go to a model that says three times as much.
            Activity all = bucket.sum;
            all.completion += 2 * all.tokens();
            bucket.byModel = {{"o3", all}};
            bucket.byCaller = {{"chat", all}};
            bucket.sum = all;
            break;
        }
        }
    }

    double uniform(double low, double high) { return std::uniform_real_distribution<>(low, high)(m_random); }
    Random& random() { return m_random; }

private:
    double normal() { return m_normal(m_random); }

    UsageBucket bucket(int calls)
    {
        UsageBucket bucket;
        for (int i = 0; i < calls; ++i) {
            Activity one{1, 0, uniform(0, 1) < 0.02 ? 2 : 1, tokens(m_prompt), tokens(m_completion), 0};
            one.pico = Int128{one.tokens()} * 1'000'000;
            bucket.sum += one;
            bucket.byModel[uniform(0, 1) < m_small ? "gpt-4o-mini" : "gpt-4o"] += one;
            bucket.byCaller[uniform(0, 1) < 0.7 ? "chat" : "search"] += one;
        }
        return bucket;
    }
    std::int64_t tokens(double mean)
    {
        return static_cast<std::int64_t>(mean * std::exp(0.6 * normal() - 0.18)); // a long tail
    }
    template <typename Change>
    static void scale(UsageBucket& bucket, Change change)
    {
        change(bucket.sum);
        for (auto& [name, activity] : bucket.byModel)
            change(activity);
        for (auto& [name, activity] : bucket.byCaller)
            change(activity);
    }
    static void add(UsageBucket& bucket, const char* model, const char* caller, int times)
    {
        const Activity sum = bucket.sum;
        for (int i = 0; i < times; ++i) {
            bucket.sum += sum;
            bucket.byModel[model] += sum;
            bucket.byCaller[caller] += sum;
        }
    }

    Random m_random;
    std::normal_distribution<> m_normal{0, 1};
    double m_prompt = 0;
    double m_completion = 0;
    double m_small = 0;
};

} // namespace gatehouse::test
