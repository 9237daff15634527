// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/suggestion.h"

#include <algorithm>
#include <cctype>

namespace gatehouse {

namespace {

std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            const bool same = std::tolower(static_cast<unsigned char>(a[i - 1])) ==
                              std::tolower(static_cast<unsigned char>(b[j - 1]));
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (same ? 0U : 1U)});
            diagonal = above;
        }
    }
    return row.back();
}

} // namespace

std::string didYouMean(std::string_view name, const std::vector<std::string_view>& candidates)
{
    constexpr std::size_t Longest = 64;
    std::size_t best = std::max<std::size_t>(name.size() / 3, 1) + 1;
    std::string_view nearest;
    for (const std::string_view candidate : candidates) {
        if (name.size() > Longest || candidate.size() > Longest)
            continue;
        if (const std::size_t far = distance(name, candidate); far < best) {
            best = far;
            nearest = candidate;
        }
    }
    return nearest.empty() ? std::string() : " Did you mean '" + std::string(nearest) + "'?";
}

} // namespace gatehouse
