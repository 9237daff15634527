// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/quotarows.h"

#include "core/base/encoding.h"
#include "core/usage/columns.h"

#include <algorithm>
#include <array>

namespace gatehouse::jobs {

using gateway::QuotaPeriod;
using gateway::ServiceQuota;
using usage::countAt;

namespace {

constexpr std::array<std::pair<QuotaPeriod, const char*>, 5> PeriodColumns{{
    {QuotaPeriod::Hourly, "HourTokens"},
    {QuotaPeriod::Daily, "DayTokens"},
    {QuotaPeriod::Weekly, "WeekTokens"},
    {QuotaPeriod::Monthly, "MonthTokens"},
    {QuotaPeriod::Yearly, "YearTokens"},
}};

/// A log that begins this much after the window did has probably not seen all of it.
constexpr Ticks Quiet = std::chrono::hours(24);

Status readConsumption(const Table& table, const std::set<QuotaPeriod>& periods, bool tokensKnown,
                       QuotaUses& uses)
{
    usage::Columns columns(table);
    const Column* key = columns.text("Key");
    const Column* minuteTokens = columns.number("MinuteTokens");
    const Column* minuteCalls = columns.number("MinuteCalls");
    const Column* unknown = columns.number("UnknownUsage");
    std::vector<std::pair<QuotaPeriod, const Column*>> windows;
    for (const auto& [period, name] : PeriodColumns) {
        const Column* const column = columns.number(name);
        if (periods.contains(period))
            windows.emplace_back(period, column);
    }
    if (Status checked = columns.check(); !checked)
        return checked;
    for (std::size_t row = 0; row < table.rowCount(); ++row) {
        QuotaUse& use = uses[toLower(key->textAt(row))];
        use.callsLastMinute = use.callsLastMinute.value_or(0) + countAt(*minuteCalls, row);
        if (!tokensKnown)
            continue;
        use.tokensLastMinute = use.tokensLastMinute.value_or(0) + countAt(*minuteTokens, row);
        use.atLeast = use.atLeast || countAt(*unknown, row) > 0;
        for (const auto& [period, column] : windows)
            use.tokensInPeriod[period] += countAt(*column, row);
    }
    return {};
}

Status readPace(const Table& table, QuotaUses& uses)
{
    usage::Columns columns(table);
    const Column* key = columns.text("Key");
    const Column* bucket = columns.moment("Bucket");
    const Column* tokens = columns.number("Tokens");
    if (Status checked = columns.check(); !checked)
        return checked;
    for (std::size_t row = 0; row < table.rowCount(); ++row)
        uses[toLower(key->textAt(row))].today.push_back(
            {DateTime{Ticks(bucket->integerAt(row))}, countAt(*tokens, row)});
    return {};
}

Status readPeaks(const Table& table, QuotaUses& uses)
{
    usage::Columns columns(table);
    const Column* key = columns.text("Key");
    const Column* peak = columns.number("PeakTokens");
    if (Status checked = columns.check(); !checked)
        return checked;
    for (std::size_t row = 0; row < table.rowCount(); ++row) {
        QuotaUse& use = uses[toLower(key->textAt(row))];
        use.peakTokensPerMinute = std::max(use.peakTokensPerMinute.value_or(0), countAt(*peak, row));
    }
    return {};
}

/// Whether the workspace's log begins well after the scan did.
bool beginsLate(const Table& extent, DateTime scanStart)
{
    const Column* const first = extent.find("FirstSeen");
    return first != nullptr && extent.rowCount() > 0 && !first->isNull(0) &&
           DateTime{Ticks(first->integerAt(0))} - scanStart > Quiet;
}

/// The most of each, since each subscription counts for itself.
void keepMost(QuotaUse& most, const QuotaUse& one)
{
    const auto keep = [](std::optional<std::int64_t>& into, const std::optional<std::int64_t>& value) {
        if (value)
            into = std::max(into.value_or(0), *value);
    };
    keep(most.tokensLastMinute, one.tokensLastMinute);
    keep(most.callsLastMinute, one.callsLastMinute);
    keep(most.peakTokensPerMinute, one.peakTokensPerMinute);
    for (const auto& [period, tokens] : one.tokensInPeriod) {
        std::int64_t& kept = most.tokensInPeriod[period];
        if (tokens >= kept)
            most.today = one.today;
        kept = std::max(kept, tokens);
    }
    most.atLeast = most.atLeast || one.atLeast;
}

/// What a log that knows nothing of a service says of it: it used nothing.
QuotaUse noUse(const QuotaUses& uses)
{
    QuotaUse none;
    for (const auto& [key, use] : uses) {
        if (use.callsLastMinute)
            none.callsLastMinute = 0;
        if (use.tokensLastMinute)
            none.tokensLastMinute = 0;
        if (use.peakTokensPerMinute)
            none.peakTokensPerMinute = 0;
        for (const auto& [period, tokens] : use.tokensInPeriod)
            none.tokensInPeriod[period] = 0;
    }
    return none;
}

std::string productName(const std::vector<azure::ApimProduct>& products, const std::string& id)
{
    for (const azure::ApimProduct& product : products) {
        if (equalsIgnoreCase(product.id, id) && !product.displayName.empty())
            return product.displayName;
    }
    return id;
}

} // namespace

Result<QuotaUses> readUses(const Answers& answers, const std::set<QuotaPeriod>& periods, DateTime scanStart,
                           bool tokensKnown)
{
    QuotaUses uses;
    if (Status read = readConsumption(answers.table(0), periods, tokensKnown, uses); !read)
        return fail(read.error());
    if (tokensKnown) {
        if (Status read = readPace(answers.table(1), uses); !read)
            return fail(read.error());
        if (Status read = readPeaks(answers.table(2), uses); !read)
            return fail(read.error());
    }
    const bool late = beginsLate(answers.table(3), scanStart);
    const QuotaUse none = noUse(uses);
    for (auto& [key, use] : uses) {
        use.atLeast = use.atLeast || (late && tokensKnown);
        // Known of one service is known of all: an absent row of an answer is a zero.
        if (!use.callsLastMinute)
            use.callsLastMinute = none.callsLastMinute;
        if (!use.tokensLastMinute)
            use.tokensLastMinute = none.tokensLastMinute;
        if (!use.peakTokensPerMinute)
            use.peakTokensPerMinute = none.peakTokensPerMinute;
        for (const auto& [period, zero] : none.tokensInPeriod)
            use.tokensInPeriod.try_emplace(period, zero);
    }
    return uses;
}

std::vector<QuotaBoardRow> boardRows(const std::vector<azure::ApimSubscription>& subscriptions,
                                     const std::vector<azure::ApimProduct>& products,
                                     const gateway::QuotaSheet& sheet, const QuotaUses* uses)
{
    std::map<std::string, QuotaBoardRow> rows;
    for (const azure::ApimSubscription& one : subscriptions)
        rows[toLower(one.id)] = {one.id,
                                 one.displayName.empty() ? one.id : one.displayName,
                                 productName(products, one.product),
                                 one.state,
                                 true,
                                 {},
                                 {}};
    for (const ServiceQuota& quota : sheet.services) {
        QuotaBoardRow& row = rows[toLower(quota.service)];
        if (!row.subscribed) {
            row.service = quota.service;
            row.displayName = quota.service;
        }
        row.quota = quota;
    }
    QuotaBoardRow everybody;
    everybody.quota = sheet.everybodyElse;
    const QuotaUse none = uses != nullptr ? noUse(*uses) : QuotaUse();
    everybody.use = none;
    if (uses != nullptr) {
        for (auto& [key, row] : rows) {
            const auto found = uses->find(key);
            row.use = found == uses->end() ? none : found->second;
        }
        for (const auto& [key, use] : *uses) {
            const auto row = rows.find(key);
            if (row == rows.end() || !row->second.quota)
                keepMost(everybody.use, use);
        }
    }
    std::vector<QuotaBoardRow> sorted;
    for (auto& [key, row] : rows)
        sorted.push_back(std::move(row));
    std::stable_sort(sorted.begin(), sorted.end(), [](const QuotaBoardRow& a, const QuotaBoardRow& b) {
        return toLower(a.displayName) < toLower(b.displayName);
    });
    sorted.push_back(std::move(everybody));
    return sorted;
}

} // namespace gatehouse::jobs
