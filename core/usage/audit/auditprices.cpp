// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/audit/parts.h"
#include "core/usage/money/day.h"
#include "core/usage/prices/pricing.h"

#include <unordered_set>

namespace gatehouse::cost {

namespace {

class PriceAudit
{
public:
    PriceAudit(const Evidence& evidence, const PriceBook& prices, const Days& days)
        : m_evidence(evidence)
        , m_prices(prices)
        , m_days(days)
    {}

    void run(std::vector<Fault>& out)
    {
        FaultsBy missing(FaultKind::MissingPrice);
        FaultsBy changes(FaultKind::PriceChange);
        std::unordered_set<std::string> seen;
        for (const UsageRow& row : m_evidence.rows) {
            if (row.source == TokenSource::Unknown || sumOf(row.tokens) == 0 || !seen.insert(row.id).second)
                continue;
            const Day day = m_days.dayOf(row.time);
            const std::optional<Pico> cost = costOf(tariff(row, day), row.tokens);
            if (!cost) {
                missing[row.model].add(row.time, 1, sumOf(row.tokens));
                continue;
            }
            const Day end = dayAfter(monthOf(day)) - std::chrono::days{1};
            const std::optional<Pico> last = costOf(tariff(row, end), row.tokens);
            if (last && *last != *cost)
                changes[row.model].add(row.time, 1, sumOf(row.tokens), Int128{*last} - *cost);
        }
        missing.into(out);
        changes.into(out);
    }

private:
    const Tariff& tariff(const UsageRow& row, Day day)
    {
        const auto [place, isNew] =
            m_tariffs.try_emplace(std::tuple(row.model, row.region, row.backend, day));
        if (isNew)
            place->second = tariffOf(m_prices, row.model, row.region, row.backend, day);
        return place->second;
    }

    const Evidence& m_evidence;
    const PriceBook& m_prices;
    const Days& m_days;
    std::map<std::tuple<std::string, std::string, std::string, Day>, Tariff> m_tariffs;
};

} // namespace

void auditPrices(const Evidence& evidence, const PriceBook& prices, const Days& days, std::vector<Fault>& out)
{
    PriceAudit(evidence, prices, days).run(out);
}

} // namespace gatehouse::cost
