// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/audit/audit.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace gatehouse::cost {

/// Collects what belongs to one fault.
class FaultBuilder
{
public:
    FaultBuilder(FaultKind kind, std::string subject)
    {
        m_fault = {kind, std::move(subject), {}, {}, {}, 0, 0, 0};
    }

    void add(DateTime time, std::int64_t calls, std::int64_t tokens, Int128 pico = 0)
    {
        m_fault.first = m_any ? std::min(m_fault.first, time) : time;
        m_fault.last = m_any ? std::max(m_fault.last, time) : time;
        m_any = true;
        m_fault.calls += calls;
        m_fault.tokens += tokens;
        m_fault.pico += pico;
    }
    [[nodiscard]] bool any() const { return m_any; }
    [[nodiscard]] const Fault& fault() const { return m_fault; }

private:
    Fault m_fault;
    bool m_any = false;
};

/// One builder a subject.
class FaultsBy
{
public:
    explicit FaultsBy(FaultKind kind)
        : m_kind(kind)
    {}
    FaultBuilder& operator[](const std::string& subject)
    {
        return m_builders.try_emplace(subject, m_kind, subject).first->second;
    }
    void into(std::vector<Fault>& out) const
    {
        for (const auto& [subject, builder] : m_builders) {
            if (builder.any())
                out.push_back(builder.fault());
        }
    }

private:
    FaultKind m_kind;
    std::map<std::string, FaultBuilder> m_builders;
};

[[nodiscard]] inline std::int64_t sumOf(const Tokens& tokens)
{
    return std::accumulate(tokens.begin(), tokens.end(), std::int64_t{0});
}

/// The three parts of the audit; each appends what it finds.
void auditRows(const Evidence& evidence, const AuditLimits& limits, std::vector<Fault>& out);
void auditAccounts(const Evidence& evidence, const AuditLimits& limits, std::vector<Fault>& out);
void auditPrices(const Evidence& evidence, const PriceBook& prices, const Days& days,
                 std::vector<Fault>& out);
void auditPatterns(const Evidence& evidence, const ServiceFacts& facts, const AuditLimits& limits,
                   std::vector<Fault>& out);

} // namespace gatehouse::cost
