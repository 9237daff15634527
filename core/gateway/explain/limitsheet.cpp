// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/explain/limitsheet.h"

#include <algorithm>

namespace gatehouse::gateway {

namespace {

/// A limit that is there but is no number now.
bool unreadable(const std::optional<LimitValue>& value)
{
    return value && !value->number();
}

std::vector<LimitRule> rulesOf(const QuotaLimits& limits, bool& complete)
{
    std::vector<LimitRule> rules;
    if (unreadable(limits.tokensPerMinute) || unreadable(limits.tokenQuota) || unreadable(limits.calls))
        complete = false;
    if (limits.tokensPerMinute && limits.tokensPerMinute->number())
        rules.emplace_back(TokenRate{*limits.tokensPerMinute->number()});
    if (limits.tokenQuota && limits.tokenQuota->number()) {
        const auto period = parseQuotaPeriod(limits.tokenQuotaPeriod ? limits.tokenQuotaPeriod->text : "");
        if (period)
            rules.emplace_back(TokenAllowance{*limits.tokenQuota->number(), *period});
        else
            complete = false;
    }
    if (limits.calls && limits.calls->number()) {
        const std::int64_t seconds = limits.callsPeriod.number().value_or(60);
        rules.emplace_back(CallRate{*limits.calls->number(), std::chrono::seconds(seconds)});
    }
    return rules;
}

std::string grouped(std::int64_t number)
{
    std::string text = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
        text.insert(static_cast<std::size_t>(at), ",");
    return text;
}

std::string secondsText(Ticks span)
{
    return grouped(std::chrono::duration_cast<std::chrono::seconds>(span).count()) + " s";
}

struct Describe
{
    std::string operator()(const CallRate& rule) const
    {
        return grouped(rule.calls) + " calls in " + secondsText(rule.renewalPeriod);
    }
    std::string operator()(const TokenRate& rule) const
    {
        return grouped(rule.tokensPerMinute) + " tokens a minute";
    }
    std::string operator()(const TokenAllowance& rule) const
    {
        return grouped(rule.tokens) + " tokens (" + toString(rule.period) + ")";
    }
    std::string operator()(const CallAllowance& rule) const
    {
        std::string text = rule.calls ? grouped(*rule.calls) + " calls" : "";
        if (rule.kilobytes)
            text += (text.empty() ? "" : " and ") + grouped(*rule.kilobytes) + " KB";
        return rule.renewalPeriod > Ticks(0) ? text + " in " + secondsText(rule.renewalPeriod) : text;
    }
};

} // namespace

const std::vector<LimitRule>& LimitSheet::of(const std::string& service) const
{
    const auto found = services.find(service);
    return found == services.end() ? everybodyElse : found->second;
}

LimitSheet limitSheetOf(const QuotaSheet& sheet, DateTime moment)
{
    LimitSheet limits;
    limits.complete = sheet.foreign.empty() && sheet.problems.empty();
    for (const ServiceQuota& one : sheet.services)
        limits.services[one.service] = rulesOf(limitsAt(one, moment), limits.complete);
    if (sheet.everybodyElse)
        limits.everybodyElse = rulesOf(limitsAt(*sheet.everybodyElse, moment), limits.complete);
    return limits;
}

std::string describe(const LimitRule& rule)
{
    return std::visit(Describe{}, rule);
}

} // namespace gatehouse::gateway
