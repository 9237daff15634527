// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/policy/quotasheet.h"

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::test {

using gateway::LimitValue;
using gateway::QuotaLimits;
using gateway::ServiceQuota;
using gateway::TemporaryRaise;

/// Draws quotas with every sort of value, and texts that try to break out of the comment.
class QuotaDraw
{
public:
    explicit QuotaDraw(std::uint64_t seed)
        : m_random(seed)
    {}

    std::size_t below(std::size_t bound) { return m_random() % bound; }

    ServiceQuota quota(const std::string& service)
    {
        ServiceQuota quota;
        quota.service = service;
        while (quota.limits.isEmpty())
            quota.limits = limits();
        if (below(3) == 0)
            quota.owner = text();
        if (below(3) == 0)
            quota.ticket = text();
        if (below(3) == 0)
            quota.raise =
                TemporaryRaise{DateTime::fromUnixSeconds(static_cast<std::int64_t>(below(4'000'000'000))) +
                                   Ticks(static_cast<std::int64_t>(below(3))),
                               limits()};
        return quota;
    }

private:
    LimitValue value(std::int64_t most)
    {
        switch (below(6)) {
        case 0:
            return LimitValue::of(std::string_view("@(context.Product.Id == \"gold\" && true ? 9 : 1)"));
        case 1:
            return LimitValue::of(std::string_view("{{limit}}"));
        default:
            return LimitValue::of(1 + static_cast<std::int64_t>(below(static_cast<std::size_t>(most))));
        }
    }

    QuotaLimits limits()
    {
        QuotaLimits limits;
        if (below(2) == 0)
            limits.tokensPerMinute = value(1'000'000);
        if (below(2) == 0) {
            limits.tokenQuota = value(10'000'000'000);
            limits.tokenQuotaPeriod = LimitValue::of(std::vector<std::string_view>{
                "Hourly", "Daily", "Weekly", "Monthly", "Yearly", "@(p)"}[below(6)]);
        }
        if (below(2) == 0) {
            limits.calls = value(10'000);
            if (below(4) == 0)
                limits.callsPeriod = LimitValue::of(1 + static_cast<std::int64_t>(below(300)));
        }
        return limits;
    }

    std::string text()
    {
        static const std::vector<std::string> Pieces{
            "Anna Ek", "CHG-1234",           "-->", "--",        "<b>", "{{name}}", "\"",
            "\\",      "ä€\xF0\x9F\x9A\xA7", "-",   "@(x && y)", "}}",  "'",        "\\u002d",
            "{",       " gatehouse {"};
        std::string text;
        for (std::size_t pieces = 1 + below(5); pieces > 0; --pieces)
            text += Pieces[below(Pieces.size())];
        return text;
    }

    std::mt19937_64 m_random;
};

} // namespace gatehouse::test
