// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/gateway/policy/limitstatements.h"

#include "core/base/datetime.h"

#include <charconv>

namespace gatehouse::local {

namespace {

using gateway::ExpressionContext;
using gateway::ExpressionValue;
using gateway::LimitPolicy;
using gateway::RequestLimit;

/// Reads the limits of one statement into an outcome.
class LimitReader
{
public:
    LimitReader(const PolicyEvaluator& evaluator, const gateway::TokenDemand& demand, PolicyOutcome& outcome)
        : m_evaluator(evaluator)
        , m_demand(demand)
        , m_outcome(outcome)
    {}

    Status read(const CountLimit& limit);

private:
    Result<std::optional<std::string>> attribute(const CountLimit& limit, std::string_view name) const;
    Result<std::optional<std::int64_t>> number(const CountLimit& limit, std::string_view name) const;
    Status tokens(const CountLimit& limit, const std::string& key);
    Status calls(const CountLimit& limit, const std::string& key);
    Status quota(const CountLimit& limit, const std::string& key);
    Status add(const CountLimit& source, RequestLimit limit);

    const PolicyEvaluator& m_evaluator;
    const gateway::TokenDemand& m_demand;
    PolicyOutcome& m_outcome;
};

Result<std::optional<std::string>> LimitReader::attribute(const CountLimit& limit,
                                                          std::string_view name) const
{
    const auto found = limit.values.find(name);
    if (found == limit.values.end())
        return std::optional<std::string>();
    auto text = m_evaluator.text(found->second);
    if (!text)
        return fail(text.error());
    return std::optional(std::move(*text));
}

Result<std::optional<std::int64_t>> LimitReader::number(const CountLimit& limit, std::string_view name) const
{
    const auto text = attribute(limit, name);
    if (!text)
        return fail(text.error());
    if (!*text)
        return std::optional<std::int64_t>();
    std::int64_t number = 0;
    const char* const end = (*text)->data() + (*text)->size();
    const auto [at, code] = std::from_chars((*text)->data(), end, number);
    if (code != std::errc() || at != end || number < 0)
        return fail(Error::Kind::InvalidInput,
                    "The attribute '" + std::string(name) + "' of a limit is not a whole number.");
    return std::optional(number);
}

Status LimitReader::read(const CountLimit& limit)
{
    const auto key = attribute(limit, "counter-key");
    if (!key)
        return fail(key.error());
    const std::string caller =
        m_evaluator.context().subscription ? m_evaluator.context().subscription->id : std::string();
    switch (limit.kind) {
    case LimitPolicy::LlmTokenLimit:
    case LimitPolicy::AzureOpenAiTokenLimit:
        return tokens(limit, key->value_or(caller));
    case LimitPolicy::RateLimit:
        return calls(limit, limit.scope + "/" + caller);
    case LimitPolicy::RateLimitByKey:
        return calls(limit, key->value_or(caller));
    case LimitPolicy::QuotaByKey:
        return quota(limit, key->value_or(caller));
    }
    return {};
}

/// One counter for each key, wherever the policy stands (Microsoft Learn, llm-token-limit and
/// rate-limit-by-key); only windows of another length count apart.
Status LimitReader::add(const CountLimit& source, RequestLimit limit)
{
    limit.identity = std::string(gateway::elementName(source.kind)) + limit.identity;
    if (const Status sound = gateway::checkRule(limit.rule); !sound)
        return sound;
    m_outcome.limits.limits.push_back(std::move(limit));
    m_outcome.sources.push_back(&source);
    return {};
}

Status LimitReader::tokens(const CountLimit& limit, const std::string& key)
{
    const auto rate = number(limit, "tokens-per-minute");
    const auto quota = number(limit, "token-quota");
    const auto periodText = attribute(limit, "token-quota-period");
    const auto estimates = attribute(limit, "estimate-prompt-tokens");
    if (!rate || !quota || !periodText || !estimates)
        return fail((!rate         ? rate.error()
                     : !quota      ? quota.error()
                     : !periodText ? periodText.error()
                                   : estimates.error()));
    m_outcome.limits.tokens = m_demand;
    if (estimates->value_or("") != "true")
        m_outcome.limits.tokens.prompt = 0;
    if (*rate) {
        if (const Status added = add(limit, {"", key, gateway::TokenRate{**rate}}); !added)
            return added;
    }
    if (!*quota)
        return {};
    const auto period = gateway::parseQuotaPeriod(periodText->value_or(""));
    if (!period)
        return fail(Error::Kind::InvalidInput, "The token-quota-period is none that the service knows.");
    return add(limit, {"/" + gateway::toString(*period), key, gateway::TokenAllowance{**quota, *period}});
}

Status LimitReader::calls(const CountLimit& limit, const std::string& key)
{
    const auto calls = number(limit, "calls");
    const auto period = number(limit, "renewal-period");
    const auto count = number(limit, "increment-count");
    if (!calls || !period || !count)
        return fail(!calls ? calls.error() : !period ? period.error() : count.error());
    const std::int64_t seconds = period->value_or(60);
    RequestLimit asked{"/" + std::to_string(seconds), key,
                       gateway::CallRate{calls->value_or(0), std::chrono::seconds(seconds)},
                       count->value_or(1)};
    return add(limit, std::move(asked));
}

Status LimitReader::quota(const CountLimit& limit, const std::string& key)
{
    const auto calls = number(limit, "calls");
    const auto bandwidth = number(limit, "bandwidth");
    const auto period = number(limit, "renewal-period");
    const auto count = number(limit, "increment-count");
    const auto first = attribute(limit, "first-period-start");
    for (const auto* each : {&calls, &bandwidth, &period, &count}) {
        if (!*each)
            return fail(each->error());
    }
    if (!first)
        return fail(first.error());
    gateway::CallAllowance rule{*calls, *bandwidth, std::chrono::seconds(period->value_or(0)), DateTime{}};
    if (*first) {
        const auto start = parseDateTime(**first);
        if (!start)
            return fail(Error::Kind::InvalidInput, "The first-period-start is no time.");
        rule.firstPeriodStart = *start;
    }
    return add(limit, {"/" + std::to_string(period->value_or(0)), key, rule, count->value_or(1)});
}

std::string_view headerNameFor(gateway::LimitKind kind)
{
    switch (kind) {
    case gateway::LimitKind::TokenRate:
        return "remaining-tokens-header-name";
    case gateway::LimitKind::TokenQuota:
        return "remaining-quota-tokens-header-name";
    case gateway::LimitKind::CallRate:
    case gateway::LimitKind::CallQuota:
        break;
    }
    return "remaining-calls-header-name";
}

} // namespace

Status addLimits(const CountLimit& limit, const PolicyEvaluator& evaluator,
                 const gateway::TokenDemand& demand, PolicyOutcome& outcome)
{
    return LimitReader(evaluator, demand, outcome).read(limit);
}

std::vector<std::size_t> uncountedLimits(const PolicyOutcome& outcome, ExpressionContext context)
{
    context.variable = [&outcome](std::string_view name) -> std::optional<ExpressionValue> {
        const auto found = outcome.variables.find(name);
        return found == outcome.variables.end() ? std::nullopt : std::optional(found->second);
    };
    std::vector<std::size_t> uncounted;
    for (std::size_t i = 0; i < outcome.sources.size(); ++i) {
        const auto found = outcome.sources[i]->values.find("increment-condition");
        if (found == outcome.sources[i]->values.end())
            continue;
        const auto* expression = std::get_if<gateway::Expression>(&found->second);
        const bool counts = expression == nullptr ? std::get<std::string>(found->second) != "false"
                                                  : expression->evaluateBool(context).value_or(true);
        if (!counts)
            uncounted.push_back(i);
    }
    return uncounted;
}

PolicyRefusal refusalOf(const PolicyOutcome& outcome, const gateway::LimitRefusal& refusal)
{
    const std::string_view source = gateway::elementName(outcome.sources[refusal.limit]->kind);
    const std::string again =
        refusal.retryAfter
            ? " Try again in " + std::to_string(gateway::retryAfterSeconds(*refusal.retryAfter)) + " seconds."
            : std::string(" It does not renew.");
    switch (refusal.kind) {
    case gateway::LimitKind::CallRate:
        return {"RateLimitExceeded", source, "Rate limit is exceeded." + again};
    case gateway::LimitKind::TokenRate:
        return {"TokenLimitExceeded", source, "Token limit is exceeded." + again};
    case gateway::LimitKind::TokenQuota:
        return {"TokenQuotaExceeded", source, "Token quota is exceeded." + again};
    case gateway::LimitKind::CallQuota:
        return {"QuotaExceeded", source, "Out of call volume quota." + again};
    }
    return {"RateLimitExceeded", source, "A limit is exceeded." + again};
}

std::vector<std::pair<std::string, std::string>> remainingHeaders(const PolicyOutcome& outcome,
                                                                  const std::vector<std::int64_t>& remaining)
{
    std::vector<std::pair<std::string, std::string>> headers;
    for (std::size_t i = 0; i < outcome.sources.size() && i < remaining.size(); ++i) {
        const CountLimit& source = *outcome.sources[i];
        const auto kind = gateway::kindOf(outcome.limits.limits[i].rule);
        const auto name = source.names.find(std::string(headerNameFor(kind)));
        if (name != source.names.end())
            headers.emplace_back(name->second, std::to_string(remaining[i]));
    }
    return headers;
}

} // namespace gatehouse::local
