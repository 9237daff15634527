// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/routing/rules.h"

#include <random>
#include <string>
#include <vector>

namespace gatehouse::test {

using namespace gateway;

/// Texts that try to break out of quotation marks, comments and elements.
inline std::string randomText(std::mt19937_64& random)
{
    static const std::vector<std::string> Pieces = {
        "a",      "Zürich", "東京",         "😀",    "\"",    "'",          "<",         ">",
        "&",      "&amp;",  "--",           "-->",  "<!--",  "]]>",        "{{",        "}}",
        "@(",     ")",      "\\",           "\\\"", "\n",    "\r\n",       "\t",        " ",
        "\u2028", "\u0085", "\xEF\xBF\xBE", "-",    "{",     "gatehouse:", "x-gh-task", std::string(1, '\0'),
        "\x7F",   "/*",     "//",           "%",    "\u00A0"};
    std::string text = random() % 3 == 0 ? "" : "r";
    for (std::uint64_t i = 0, count = 1 + random() % 6; i < count; ++i)
        text += Pieces[random() % Pieces.size()];
    return text;
}

inline RoutingRule randomRule(std::mt19937_64& random)
{
    RoutingRule rule;
    rule.name = randomText(random);
    rule.pool = randomText(random);
    for (std::vector<std::string>& accepted : rule.match.accepted) {
        for (std::uint64_t i = 0, count = random() % 3 == 0 ? 1 + random() % 4 : 0; i < count; ++i)
            accepted.push_back(random() % 8 == 0 ? "" : randomText(random));
    }
    if (random() % 3 == 0)
        rule.match.budgetUsedAbove = static_cast<int>(random() % 101);
    if (random() % 3 == 0)
        rule.downgrade = Downgrade{randomText(random), random() % 2 == 0};
    if (random() % 2 == 0)
        rule.note = randomText(random);
    rule.enabled = random() % 4 != 0;
    return rule;
}

inline RoutingPlan randomPlan(std::mt19937_64& random)
{
    RoutingPlan plan;
    for (std::uint64_t i = 0, count = random() % 6; i < count; ++i)
        plan.rules.push_back(randomRule(random));
    if (random() % 4 != 0)
        plan.defaultPool = randomText(random);
    return plan;
}

} // namespace gatehouse::test
