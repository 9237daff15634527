// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/policy/quotasheet.h"

#include "core/gateway/policy/limits.h"
#include "core/gateway/policy/quotanote.h"
#include "core/gateway/policy/quotarules.h"
#include "core/gateway/policy/xmltext.h"

#include <algorithm>

namespace gatehouse::gateway {

namespace {

constexpr std::size_t MaxNoteBytes = 200;
constexpr std::size_t MaxServiceBytes = 256;

Status checkService(const std::string& service)
{
    // The characters that the service forbids in a subscription id, and those that would end the condition.
    constexpr std::string_view Forbidden = "*#&+:<>?\"\\{}/";
    const bool fits = service.size() <= MaxServiceBytes &&
                      service.find_first_of(Forbidden) == std::string::npos &&
                      firstForbidden(service) == std::string_view::npos &&
                      std::none_of(service.begin(), service.end(), isBlank);
    if (!fits)
        return fail(Error::Kind::InvalidInput, "“" + service + "” is no id of an APIM subscription.",
                    "Use the id as the list of subscriptions shows it.");
    return {};
}

Status checkLimits(const QuotaLimits& limits)
{
    struct Check
    {
        LimitPolicy policy;
        const char* attribute;
        const std::optional<LimitValue>& value;
    };
    const std::optional<LimitValue> period = limits.callsPeriod;
    for (const Check& check :
         {Check{LimitPolicy::LlmTokenLimit, "tokens-per-minute", limits.tokensPerMinute},
          Check{LimitPolicy::LlmTokenLimit, "token-quota", limits.tokenQuota},
          Check{LimitPolicy::LlmTokenLimit, "token-quota-period", limits.tokenQuotaPeriod},
          Check{LimitPolicy::RateLimitByKey, "calls", limits.calls},
          Check{LimitPolicy::RateLimitByKey, "renewal-period", period}}) {
        if (!check.value)
            continue;
        if (auto checked = checkLimitValue(check.policy, check.attribute, *check.value); !checked)
            return checked;
    }
    if (limits.tokenQuota.has_value() != limits.tokenQuotaPeriod.has_value())
        return fail(Error::Kind::InvalidInput, "A token quota and its period belong together.",
                    "Give both, or neither.");
    return {};
}

Status checkNoted(const char* what, const std::string& text)
{
    if (text.size() > MaxNoteBytes || firstForbidden(text) != std::string_view::npos)
        return fail(Error::Kind::InvalidInput,
                    std::string("The ") + what + " is longer than 200 bytes or has control characters.",
                    "Shorten it.");
    return {};
}

Status checkQuota(const ServiceQuota& quota)
{
    if (quota.limits.isEmpty())
        return fail(Error::Kind::InvalidInput, "The service has no limit.",
                    "Give a limit, or remove the service from the sheet.");
    for (const Status& checked : {checkService(quota.service), checkLimits(quota.limits),
                                  checkNoted("owner", quota.owner), checkNoted("ticket", quota.ticket)}) {
        if (!checked)
            return checked;
    }
    if (!quota.raise)
        return {};
    if (parseDateTime(formatDateTime(quota.raise->until)) != quota.raise->until)
        return fail(Error::Kind::InvalidInput, "The raise ends at no moment of the calendar.",
                    "Give a date within the years 1 to 9999.");
    return checkLimits(quota.raise->before);
}

NewElement tokenLimitElement(const QuotaLimits& limits)
{
    NewElement element{"llm-token-limit", {{"counter-key", std::string(QuotaCounterKey)}}, {}, {}};
    const auto add = [&element](const char* name, const std::string& value) {
        element.attributes.push_back({name, value});
    };
    if (limits.tokensPerMinute)
        add("tokens-per-minute", limits.tokensPerMinute->text);
    if (limits.tokenQuota) {
        add("token-quota", limits.tokenQuota->text);
        add("token-quota-period", limits.tokenQuotaPeriod->text);
    }
    // What is left over is what a caller can plan with, so the prompt counts before the answer is there.
    add("estimate-prompt-tokens", "true");
    add("retry-after-header-name", "Retry-After");
    if (limits.tokensPerMinute)
        add("remaining-tokens-header-name", "x-ratelimit-remaining-tokens");
    if (limits.tokenQuota)
        add("remaining-quota-tokens-header-name", "x-ratelimit-remaining-quota-tokens");
    return element;
}

NewElement callLimitElement(const QuotaLimits& limits)
{
    return {"rate-limit-by-key",
            {{"calls", limits.calls->text},
             {"renewal-period", limits.callsPeriod.text},
             {"counter-key", std::string(QuotaCounterKey)},
             {"retry-after-header-name", "Retry-After"},
             {"remaining-calls-header-name", "x-ratelimit-remaining-requests"}},
            {},
            {}};
}

/// <otherwise> has no condition.
NewElement ruleElement(const ServiceQuota& quota, std::optional<DateTime> until, const char* name,
                       const std::string& condition)
{
    NewElement rule{name, {}, {}, {}};
    if (!condition.empty())
        rule.attributes.push_back({"condition", condition});
    if (std::string note = quotaNote(quota, until); !note.empty())
        rule.comments.push_back(std::move(note));
    if (quota.limits.tokensPerMinute || quota.limits.tokenQuota)
        rule.children.push_back(tokenLimitElement(quota.limits));
    if (quota.limits.calls)
        rule.children.push_back(callLimitElement(quota.limits));
    return rule;
}

/// Edits one rule in place; each step answers the rule in the next version.
class QuotaRuleEditor
{
public:
    QuotaRuleEditor(const ServiceQuota& quota, std::optional<DateTime> until, PolicyEdit rule)
        : m_quota(quota)
        , m_until(until)
        , m_edit(std::move(rule))
    {}

    Result<PolicyDocument> run()
    {
        for (const auto step : {&QuotaRuleEditor::editTokens, &QuotaRuleEditor::editCalls,
                                &QuotaRuleEditor::editNote, &QuotaRuleEditor::editEnd}) {
            if (const Status done = (this->*step)(); !done)
                return tl::unexpected(done.error());
        }
        return m_edit.document;
    }

private:
    Status editTokens()
    {
        const QuotaLimits& limits = m_quota.limits;
        const QuotaRuleParts parts = partsOf(m_edit.element);
        const bool wanted = limits.tokensPerMinute || limits.tokenQuota;
        if (!wanted)
            return parts.tokens ? take(m_edit.document.removeElement(*parts.tokens)) : Status();
        if (!parts.tokens) {
            const NewElement element = tokenLimitElement(limits);
            return take(parts.calls
                            ? m_edit.document.insertElement(PolicyPlace::Before, *parts.calls, element)
                            : m_edit.document.insertElement(PolicyPlace::LastChild, m_edit.element, element));
        }
        std::vector<LimitChange> changes{{"tokens-per-minute", limits.tokensPerMinute},
                                         {"token-quota", limits.tokenQuota},
                                         {"token-quota-period", limits.tokenQuotaPeriod}};
        addHeader(*parts.tokens, limits.tokensPerMinute.has_value(), "remaining-tokens-header-name",
                  "x-ratelimit-remaining-tokens", changes);
        addHeader(*parts.tokens, limits.tokenQuota.has_value(), "remaining-quota-tokens-header-name",
                  "x-ratelimit-remaining-quota-tokens", changes);
        return take(editLimit(m_edit.document, *parts.tokens, changes));
    }

    Status editCalls()
    {
        const QuotaLimits& limits = m_quota.limits;
        const QuotaRuleParts parts = partsOf(m_edit.element);
        if (!limits.calls)
            return parts.calls ? take(m_edit.document.removeElement(*parts.calls)) : Status();
        if (parts.calls)
            return take(editLimit(m_edit.document, *parts.calls,
                                  {{"calls", limits.calls}, {"renewal-period", limits.callsPeriod}}));
        const NewElement element = callLimitElement(limits);
        return take(parts.tokens
                        ? m_edit.document.insertElement(PolicyPlace::After, *parts.tokens, element)
                        : m_edit.document.insertElement(PolicyPlace::LastChild, m_edit.element, element));
    }

    Status editNote()
    {
        const std::string note = quotaNote(m_quota, m_until);
        const QuotaRuleParts parts = partsOf(m_edit.element);
        if (parts.note && note.empty())
            return take(m_edit.document.removeComment(*parts.note));
        if (parts.note)
            return parts.note->text() == note ? Status()
                                              : take(m_edit.document.setComment(*parts.note, note));
        if (note.empty())
            return {};
        const auto children = m_edit.element.children();
        return take(m_edit.document.insertComment(PolicyPlace::Before, children.front(), note));
    }

    Status editEnd()
    {
        return m_until ? take(m_edit.document.setAttribute(m_edit.element, "condition",
                                                           conditionText({m_quota.service, m_until})))
                       : Status();
    }

    /// A header tells what remains of a limit, so it comes and goes with it.
    static void addHeader(const PolicyElement& element, bool wanted, const char* name, const char* value,
                          std::vector<LimitChange>& changes)
    {
        if (!wanted)
            changes.push_back({name, std::nullopt});
        else if (!element.attribute(name))
            changes.push_back({name, LimitValue::of(std::string_view(value))});
    }

    Status take(Result<PolicyEdit> edit)
    {
        if (!edit)
            return tl::unexpected(std::move(edit.error()));
        // An edit answers the element that it touched, which is the rule or one of its children.
        const bool isRule = edit->element.name() == m_edit.element.name();
        PolicyElement rule = isRule ? edit->element : *edit->element.parent();
        m_edit = {std::move(edit->document), std::move(rule)};
        return {};
    }

    const ServiceQuota& m_quota;
    std::optional<DateTime> m_until;
    PolicyEdit m_edit;
};

Result<PolicyDocument> documentOf(Result<PolicyEdit> edit)
{
    return std::move(edit).map([](PolicyEdit done) { return std::move(done.document); });
}

/// Everybody else is the last <when> while it is alone, and <otherwise> beside services.
Result<PolicyDocument> asOtherwise(const PolicyDocument& document)
{
    const auto choose = quotaChoose(document);
    const auto everybody = choose ? everybodyElseIn(*choose) : std::nullopt;
    if (!everybody || everybody->name() != "when")
        return document;
    const auto renamed = document.renameElement(*everybody, "otherwise");
    return renamed ? documentOf(renamed->document.removeAttribute(renamed->element, "condition"))
                   : documentOf(renamed);
}

Result<PolicyDocument> asAlways(const PolicyDocument& document, const PolicyElement& otherwise)
{
    if (otherwise.name() == "when")
        return document;
    const auto renamed = document.renameElement(otherwise, "when");
    return renamed
               ? documentOf(renamed->document.setAttribute(renamed->element, "condition", AlwaysCondition))
               : documentOf(renamed);
}

/// Where a new rule stands: a raise before the service's lasting rule, services before everybody else.
std::pair<PolicyPlace, PolicyElement> placeFor(const PolicyElement& choose, const QuotaCondition& rule)
{
    const auto lasting = quotaRule(choose, rule.service);
    if (rule.until && lasting)
        return {PolicyPlace::Before, *lasting};
    const auto raise = raiseRule(choose, rule.service);
    if (raise && !rule.service.empty())
        return {PolicyPlace::After, *raise};
    if (!rule.service.empty()) {
        for (const auto& last : {raiseRule(choose, ""), everybodyElseIn(choose)}) {
            if (last)
                return {PolicyPlace::Before, *last};
        }
    }
    return {PolicyPlace::LastChild, choose};
}

Result<PolicyDocument> insertRule(const PolicyDocument& document, const ServiceQuota& quota,
                                  std::optional<DateTime> until)
{
    const auto choose = quotaChoose(document);
    const bool always = quota.service.empty() && !until;
    if (!choose) {
        const std::string condition =
            always ? std::string(AlwaysCondition) : conditionText({quota.service, until});
        NewElement added{"choose", {}, {}, {ruleElement(quota, until, "when", condition)}};
        return documentOf(document.insertElement(PolicyPlace::LastChild, document.root(), added));
    }
    const auto [place, neighbour] = placeFor(*choose, {quota.service, until});
    const NewElement rule = always ? ruleElement(quota, until, "otherwise", {})
                                   : ruleElement(quota, until, "when", conditionText({quota.service, until}));
    const auto inserted = document.insertElement(place, neighbour, rule);
    return inserted ? asOtherwise(inserted->document) : documentOf(inserted);
}

/// Edits the rule where it stands, or adds it.
Result<PolicyDocument> putRule(const PolicyDocument& document, const ServiceQuota& quota,
                               std::optional<DateTime> until)
{
    const auto choose = quotaChoose(document);
    const auto rule = !choose ? std::nullopt
                      : until ? raiseRule(*choose, quota.service)
                              : quotaRule(*choose, quota.service);
    return rule ? QuotaRuleEditor(quota, until, {document, *rule}).run() : insertRule(document, quota, until);
}

Status checkNothingForeign(const std::vector<PolicyProblem>& foreign, const std::string& what)
{
    if (foreign.empty())
        return {};
    Error error = toError(foreign.front());
    error.message = what + " also holds what Gatehouse did not write, first on line " +
                    std::to_string(foreign.front().position.line) + ".";
    error.advice = "Remove that by hand first.";
    return fail(std::move(error));
}

std::string nameOf(std::string_view service)
{
    return service.empty() ? std::string("everybody else") : "“" + std::string(service) + "”";
}

/// Removes a rule, and the choose with its last one.
Result<PolicyDocument> dropRule(const PolicyDocument& document, const PolicyElement& rule,
                                std::string_view service)
{
    if (const Status own = checkNothingForeign(foreignInRule(rule), "The rule of " + nameOf(service)); !own)
        return tl::unexpected(own.error());
    const PolicyElement choose = *rule.parent();
    const auto rules = choose.children();
    const auto everybody = everybodyElseIn(choose);
    const auto othersWhen = std::count_if(rules.begin(), rules.end(), [&](const PolicyElement& other) {
        return other.name() == "when" && other != rule && everybody != other;
    });
    if (othersWhen > 0)
        return documentOf(document.removeElement(rule));
    if (!everybody || *everybody == rule) {
        const Status own = checkNothingForeign(foreignIn(choose, rules), "The element 'choose'");
        return own ? documentOf(document.removeElement(choose)) : tl::unexpected(own.error());
    }
    // What remains alone is everybody else, which must then be a <when>. It is the last child.
    const auto removed = document.removeElement(rule);
    return removed ? asAlways(removed->document, *everybodyElseIn(removed->element)) : documentOf(removed);
}

/// The raise of a service, or its lasting rule, where there is one.
Result<PolicyDocument> dropIfThere(const PolicyDocument& document, std::string_view service, bool isRaise)
{
    const auto choose = quotaChoose(document);
    const auto rule = !choose   ? std::nullopt
                      : isRaise ? raiseRule(*choose, service)
                                : quotaRule(*choose, service);
    return rule ? dropRule(document, *rule, service) : Result<PolicyDocument>(document);
}

} // namespace

Result<PolicyDocument> setServiceQuota(const PolicyDocument& document, const ServiceQuota& quota)
{
    if (document.rootKind() != PolicyDocument::Root::Fragment)
        return fail(Error::Kind::InvalidInput, "Quotas of services belong into a policy fragment.",
                    "Open the fragment gatehouse-quotas.");
    if (const Status checked = checkQuota(quota); !checked)
        return tl::unexpected(checked.error());
    ServiceQuota lasting = quota;
    if (quota.raise)
        lasting.limits = quota.raise->before;
    // What is to stand comes first, so that the choose never becomes empty on the way.
    Result<PolicyDocument> edited = document;
    if (quota.raise)
        edited = putRule(*edited, quota, quota.raise->until);
    if (edited && !lasting.limits.isEmpty())
        edited = putRule(*edited, lasting, std::nullopt);
    if (edited && !quota.raise)
        edited = dropIfThere(*edited, quota.service, true);
    if (edited && lasting.limits.isEmpty())
        edited = dropIfThere(*edited, quota.service, false);
    return edited;
}

Result<PolicyDocument> removeServiceQuota(const PolicyDocument& document, std::string_view service)
{
    const auto choose = quotaChoose(document);
    if (!choose || (!quotaRule(*choose, service) && !raiseRule(*choose, service)))
        return fail(Error::Kind::NotFound, "The sheet has no rule of " + nameOf(service) + ".");
    const auto lowered = dropIfThere(document, service, true);
    return lowered ? dropIfThere(*lowered, service, false) : lowered;
}

} // namespace gatehouse::gateway
