// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/audit/audit.h"

#include "core/usage/audit/parts.h"

namespace gatehouse::cost {

std::string_view labelOf(FaultKind kind)
{
    static constexpr std::array<std::string_view, FaultKinds> Labels = {
        "Missing price",     "Wrong join",   "Duplicates",   "Late rows",       "Estimated streams",
        "Failed but billed", "Direct calls", "Price change", "Renamed service", "Retry storm"};
    return Labels[static_cast<std::size_t>(kind)];
}

std::vector<Fault> audit(const Evidence& evidence, const PriceBook& prices, const ServiceFacts& facts,
                         const AuditLimits& limits)
{
    std::vector<Fault> faults;
    auditRows(evidence, limits, faults);
    auditAccounts(evidence, limits, faults);
    auditPrices(evidence, prices, limits.days, faults);
    auditPatterns(evidence, facts, limits, faults);
    std::stable_sort(faults.begin(), faults.end(),
                     [](const Fault& a, const Fault& b) { return a.kind < b.kind; });
    return faults;
}

} // namespace gatehouse::cost
