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
    /// The rules of one service: its raise, its lasting one, or both.
    struct Found
    {
        std::string service;
        std::optional<ServiceQuota> raised;
        std::optional<ServiceQuota> lasting;
    };

    void readChoose(const PolicyElement& choose)
    {
        const auto everybody = everybodyElseIn(choose);
        std::vector<PolicyElement> own;
        std::vector<Found> found;
        for (const PolicyElement& rule : choose.children()) {
            const bool isEverybody = everybody == rule;
            const auto condition = rule.name() == "when"
                                       ? readCondition(rule.attribute("condition").value_or(""))
                                       : std::nullopt;
            if (!isEverybody && !condition)
                continue;
            own.push_back(rule);
            Found& row = rowOf(found, isEverybody ? std::string() : condition->service);
            const bool isRaise = !isEverybody && condition->until;
            // The first rule that holds is the one that counts.
            if (row.lasting || (isRaise && row.raised)) {
                m_sheet.foreign.push_back({rule.name(),
                                           "condition",
                                           rule.position(),
                                           "A second rule of the same service never applies; it is not "
                                           "written by Gatehouse.",
                                           {}});
                continue;
            }
            ServiceQuota quota = readRule(rule);
            quota.service = row.service;
            if (isRaise)
                quota.raise = TemporaryRaise{*condition->until, {}};
            (isRaise ? row.raised : row.lasting) = std::move(quota);
        }
        for (Found& row : found)
            addRow(std::move(row));
        addForeign(foreignIn(choose, own));
    }

    static Found& rowOf(std::vector<Found>& found, const std::string& service)
    {
        const auto known = std::find_if(found.begin(), found.end(), [&](const Found& row) {
            return equalsIgnoreCase(row.service, service);
        });
        if (known != found.end())
            return *known;
        found.push_back({service, {}, {}});
        return found.back();
    }

    void addRow(Found row)
    {
        ServiceQuota quota = row.raised ? std::move(*row.raised) : std::move(*row.lasting);
        if (row.raised && row.lasting)
            quota.raise->before = std::move(row.lasting->limits);
        if (quota.service.empty())
            m_sheet.everybodyElse = std::move(quota);
        else
            m_sheet.services.push_back(std::move(quota));
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
