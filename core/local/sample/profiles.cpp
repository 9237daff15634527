// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/sample/profiles.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace gatehouse::local {

namespace {

constexpr std::string_view Large = "gpt-4o";
constexpr std::string_view Small = "gpt-4o-mini";
constexpr std::string_view Embedding = "text-embedding-3-small";
constexpr std::string_view Unpriced = "phi-4"; ///< no price list names it

/// By hour of a weekday, UTC.
constexpr std::array<double, 24> Weekday = {0.04, 0.03, 0.03, 0.03, 0.05, 0.10, 0.25, 0.55,
                                            0.85, 1.00, 1.00, 0.92, 0.70, 0.90, 1.00, 0.98,
                                            0.88, 0.65, 0.40, 0.25, 0.16, 0.12, 0.08, 0.05};

} // namespace

const std::vector<ServiceProfile>& serviceProfiles()
{
    static const std::vector<ServiceProfile> Profiles = {
        {"checkout-assistant",
         20,
         0.55,
         0.45,
         90,
         400,
         {{Large, 0.25}, {Small, 0.75}},
         "cart-help",
         "commerce",
         "internal",
         "chat"},
        {"support-copilot",
         18,
         0.65,
         0.30,
         260,
         700,
         {{Large, 0.6}, {Small, 0.4}},
         "reply-draft",
         "customer-care",
         "confidential",
         "drafting"},
        {"document-search",
         17,
         0.10,
         0.20,
         420,
         500,
         {{Embedding, 0.8}, {Large, 0.2}},
         "retrieval",
         "knowledge",
         "internal",
         "search"},
        {"fraud-review",
         9,
         0.00,
         0.80,
         180,
         250,
         {{Large, 0.9}, {Unpriced, 0.1}},
         "case-triage",
         "risk",
         "restricted",
         "classification"},
        {"product-copy",
         7,
         0.20,
         0.10,
         140,
         900,
         {{Large, 0.8}, {Small, 0.2}},
         "descriptions",
         "commerce",
         "public",
         "writing"},
        {"code-review-bot",
         8,
         0.05,
         0.15,
         900,
         600,
         {{Large, 1.0}},
         "pull-requests",
         "engineering",
         "internal",
         "review"},
        {"hr-assistant", 3, 0.50, 0.05, 120, 400, {{Small, 1.0}}, "policies", "people", "restricted", "chat"},
        {"translation-hub",
         7,
         0.00,
         0.50,
         320,
         800,
         {{Small, 0.95}, {Unpriced, 0.05}},
         "batches",
         "knowledge",
         "internal",
         "translation"},
        {"forecast-notes",
         2,
         0.00,
         0.05,
         600,
         500,
         {{Large, 0.5}, {Unpriced, 0.5}},
         "month-end",
         "finance",
         "confidential",
         "summary"},
        {"meeting-summaries",
         5,
         0.00,
         0.10,
         1500,
         700,
         {{Small, 0.8}, {Embedding, 0.2}},
         "transcripts",
         "engineering",
         "confidential",
         "summary"},
        {"", 4, 0.40, 0.15, 150, 500, {{Large, 0.5}, {Small, 0.5}}, "", "", "", ""},
    };
    return Profiles;
}

double activityAt(DateTime moment, double nightShare)
{
    const std::int64_t seconds = moment.unixSeconds();
    const std::int64_t day = seconds / 86'400;
    const auto weekday = (day + 3) % 7; // 1970-01-01 was a Thursday; 0 is Monday
    const double hour = static_cast<double>(seconds % 86'400) / 3600.0;
    const auto from = static_cast<std::size_t>(hour);
    const double part = hour - std::floor(hour);
    const double busy = Weekday[from] * (1 - part) + Weekday[(from + 1) % 24] * part;
    const double daytime = weekday >= 5 ? busy * 0.15 : busy;
    return std::max(daytime, nightShare * 0.5);
}

} // namespace gatehouse::local
