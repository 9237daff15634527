// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/policy/limitrules.h"

#include "core/base/datetime.h"
#include "core/gateway/policy/xmltext.h"

#include <algorithm>
#include <array>
#include <limits>

namespace gatehouse::gateway {

namespace {

using enum AttributeForm;

// The schema of the policies types these as 32-bit integers; quotas of tokens and bandwidth are larger.
constexpr std::int64_t MaxInt = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t MaxLong = std::numeric_limits<std::int64_t>::max();

constexpr std::array<std::string_view, 5> Periods{"Hourly", "Daily", "Weekly", "Monthly", "Yearly"};

// Contracts §4.5. Every policy may also have an id.
constexpr std::array TokenLimitRules{
    AttributeRule{"counter-key", Text, true, true},
    AttributeRule{"tokens-per-minute", Number, false, true, 1, MaxInt},
    AttributeRule{"token-quota", Number, false, true, 1, MaxLong},
    AttributeRule{"token-quota-period", Period, false, true},
    AttributeRule{"estimate-prompt-tokens", Boolean, true, true},
    AttributeRule{"retry-after-header-name", Header},
    AttributeRule{"retry-after-variable-name"},
    AttributeRule{"remaining-quota-tokens-header-name", Header},
    AttributeRule{"remaining-quota-tokens-variable-name"},
    AttributeRule{"remaining-tokens-header-name", Header},
    AttributeRule{"remaining-tokens-variable-name"},
    AttributeRule{"tokens-consumed-header-name", Header},
    AttributeRule{"tokens-consumed-variable-name"},
    AttributeRule{"id"},
};

constexpr std::array RateLimitByKeyRules{
    AttributeRule{"calls", Number, true, true, 1, MaxInt},
    AttributeRule{"renewal-period", Number, true, true, 1, 300},
    AttributeRule{"counter-key", Text, true, true},
    AttributeRule{"increment-condition", Boolean, false, true},
    AttributeRule{"increment-count", Number, false, true, 0, MaxInt},
    AttributeRule{"retry-after-header-name", Header},
    AttributeRule{"retry-after-variable-name"},
    AttributeRule{"remaining-calls-header-name", Header},
    AttributeRule{"remaining-calls-variable-name"},
    AttributeRule{"total-calls-header-name", Header},
    AttributeRule{"id"},
};

// learn.microsoft.com, rate-limit-policy: no attribute takes an expression.
constexpr std::array RateLimitRules{
    AttributeRule{"calls", Number, true, false, 1, MaxInt},
    AttributeRule{"renewal-period", Number, true, false, 1, 300},
    AttributeRule{"retry-after-header-name", Header},
    AttributeRule{"retry-after-variable-name"},
    AttributeRule{"remaining-calls-header-name", Header},
    AttributeRule{"remaining-calls-variable-name"},
    AttributeRule{"total-calls-header-name", Header},
    AttributeRule{"id"},
};

// learn.microsoft.com, quota-by-key-policy: the limits themselves take no expression.
constexpr std::array QuotaByKeyRules{
    AttributeRule{"calls", Number, false, false, 1, MaxInt},
    AttributeRule{"bandwidth", Number, false, false, 1, MaxLong},
    AttributeRule{"renewal-period", QuotaSeconds, true, false, 300, MaxInt},
    AttributeRule{"counter-key", Text, true, true},
    AttributeRule{"increment-condition", Boolean, false, true},
    AttributeRule{"increment-count", Number, false, true, 0, MaxInt},
    AttributeRule{"first-period-start", Moment},
    AttributeRule{"id"},
};

/// A field name of HTTP (RFC 9110, 5.1).
bool isHeaderName(std::string_view text)
{
    constexpr std::string_view Marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               Marks.find(c) != std::string_view::npos;
    });
}

std::string numberComplaint(const AttributeRule& rule, const LimitValue& value)
{
    const auto number = value.number();
    const bool forEver = rule.form == QuotaSeconds && number == 0;
    if (number && (forEver || (*number >= rule.least && *number <= rule.most)))
        return {};
    std::string range = " of " + std::to_string(rule.least) + " to " + std::to_string(rule.most);
    if (rule.form == QuotaSeconds)
        range = " of seconds, at least 300, or 0 for a quota that is never renewed";
    else if (rule.most >= MaxInt)
        range = " of " + std::to_string(rule.least) + " or more";
    const bool tooLarge = number && *number > rule.most && rule.most >= MaxInt;
    return tooLarge ? "'" + std::string(rule.name) + "' must be at most " + std::to_string(rule.most) + "."
                    : "'" + std::string(rule.name) + "' must be a whole number" + range + ".";
}

} // namespace

std::span<const AttributeRule> attributeRules(LimitPolicy kind)
{
    switch (kind) {
    case LimitPolicy::LlmTokenLimit:
    case LimitPolicy::AzureOpenAiTokenLimit:
        return TokenLimitRules;
    case LimitPolicy::RateLimitByKey:
        return RateLimitByKeyRules;
    case LimitPolicy::RateLimit:
        return RateLimitRules;
    case LimitPolicy::QuotaByKey:
        break;
    }
    return QuotaByKeyRules;
}

const AttributeRule* attributeRule(LimitPolicy kind, std::string_view name)
{
    const auto rules = attributeRules(kind);
    const auto found = std::find_if(rules.begin(), rules.end(),
                                    [&](const AttributeRule& rule) { return rule.name == name; });
    return found == rules.end() ? nullptr : &*found;
}

std::string complaintAbout(const AttributeRule& rule, const LimitValue& value)
{
    const std::string name = "'" + std::string(rule.name) + "'";
    if (value.kind == LimitValue::Kind::Expression)
        return rule.takesExpression ? std::string() : name + " takes no policy expression.";
    if (value.kind == LimitValue::Kind::NamedValue)
        return {};
    const std::string text(withoutBlanks(value.text));
    switch (rule.form) {
    case Number:
    case QuotaSeconds:
        return numberComplaint(rule, value);
    case Boolean:
        return text == "true" || text == "false" ? std::string() : name + " must be true or false.";
    case Period:
        return std::find(Periods.begin(), Periods.end(), text) != Periods.end()
                   ? std::string()
                   : name + " must be Hourly, Daily, Weekly, Monthly or Yearly.";
    case Moment:
        return parseDateTime(text) ? std::string() : name + " must be a moment such as 2026-01-01T00:00:00Z.";
    case Header:
        return isHeaderName(text) ? std::string() : name + " must be the name of an HTTP header.";
    case Text:
        break;
    }
    return text.empty() ? name + " must not be empty." : std::string();
}

} // namespace gatehouse::gateway
