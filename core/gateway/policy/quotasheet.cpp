// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/policy/quotasheet.h"

#include "core/base/encoding.h"
#include "core/gateway/policy/limits.h"
#include "core/gateway/policy/quotanote.h"
#include "core/gateway/policy/quotarules.h"

#include <algorithm>

namespace gatehouse::gateway {

namespace {

/// Walks the fragment once and sorts what it meets into rows, problems and what is foreign.
class QuotaSheetReader
{
public:
    QuotaSheet read(const PolicyDocument& document)
    {
        const auto choose = quotaChoose(document);
        addForeign(foreignIn(document.root(), choose ? std::vector{*choose} : std::vector<PolicyElement>()));
        if (choose)
            readChoose(*choose);
        return std::move(m_sheet);
    }

private:
    void readChoose(const PolicyElement& choose)
    {
        const auto everybody = everybodyElseIn(choose);
        std::vector<PolicyElement> own;
        for (const PolicyElement& rule : choose.children()) {
            const auto service = serviceOfCondition(rule.attribute("condition").value_or(""));
            const bool isEverybody = everybody == rule;
            if (!isEverybody && (rule.name() != "when" || !service))
                continue;
            own.push_back(rule);
            if (!isEverybody && isKnown(*service)) {
                m_sheet.foreign.push_back({rule.name(),
                                           "condition",
                                           rule.position(),
                                           "A second rule of the same service never applies; it is not "
                                           "written by Gatehouse.",
                                           {}});
                continue;
            }
            ServiceQuota quota = readRule(rule);
            if (isEverybody) {
                m_sheet.everybodyElse = std::move(quota);
            } else {
                quota.service = *service;
                m_sheet.services.push_back(std::move(quota));
            }
        }
        addForeign(foreignIn(choose, own));
    }

    ServiceQuota readRule(const PolicyElement& rule)
    {
        const QuotaRuleParts parts = partsOf(rule);
        ServiceQuota quota;
        if (parts.tokens)
            readTokens(*parts.tokens, quota.limits);
        if (parts.calls)
            readCalls(*parts.calls, quota.limits);
        if (!parts.tokens && !parts.calls)
            m_sheet.problems.push_back(
                {rule.name(), {}, rule.position(), "The rule has no limit that Gatehouse wrote.", {}});
        if (parts.note) {
            const Status note = readQuotaNote(parts.note->text(), quota);
            if (!note)
                m_sheet.problems.push_back(
                    {rule.name(), {}, parts.note->position(), note.error().message, note.error().advice});
        }
        addForeign(foreignInRule(rule));
        return quota;
    }

    void readTokens(const PolicyElement& element, QuotaLimits& limits)
    {
        const auto limit = readLimit(element);
        const auto& values = std::get<TokenLimitPolicy>(limit->values);
        limits.tokensPerMinute = values.tokensPerMinute;
        limits.tokenQuota = values.tokenQuota;
        limits.tokenQuotaPeriod = values.tokenQuotaPeriod;
        addProblems(*limit);
    }

    void readCalls(const PolicyElement& element, QuotaLimits& limits)
    {
        const auto limit = readLimit(element);
        const auto& values = std::get<RateLimitPolicy>(limit->values);
        limits.calls = values.calls;
        limits.callsPeriod = values.renewalPeriod.value_or(limits.callsPeriod);
        addProblems(*limit);
    }

    [[nodiscard]] bool isKnown(const std::string& service) const
    {
        return std::any_of(m_sheet.services.begin(), m_sheet.services.end(), [&](const ServiceQuota& quota) {
            return equalsIgnoreCase(quota.service, service);
        });
    }

    void addProblems(const PolicyLimit& limit)
    {
        m_sheet.problems.insert(m_sheet.problems.end(), limit.problems.begin(), limit.problems.end());
    }

    void addForeign(const std::vector<PolicyProblem>& foreign)
    {
        m_sheet.foreign.insert(m_sheet.foreign.end(), foreign.begin(), foreign.end());
    }

    QuotaSheet m_sheet;
};

} // namespace

const QuotaLimits& limitsAt(const ServiceQuota& quota, DateTime moment)
{
    return quota.raise && moment >= quota.raise->until ? quota.raise->before : quota.limits;
}

PolicyDocument emptyQuotaFragment()
{
    return *PolicyDocument::parse("<fragment>\r\n\t<!--" + std::string(QuotaFragmentNote) +
                                      "-->\r\n</fragment>",
                                  PolicyDocument::Root::Fragment);
}

QuotaSheet readQuotaSheet(const PolicyDocument& document)
{
    return QuotaSheetReader().read(document);
}

} // namespace gatehouse::gateway
