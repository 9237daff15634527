// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/merge/fragmentmerge.h"
#include "core/gateway/policy/quotasheet.h"

#include <map>

namespace gatehouse::gateway {

namespace {

using Rows = std::map<std::string, ServiceQuota>;

std::optional<PolicyDocument> documentOf(const std::string& xml)
{
    auto document = PolicyDocument::parse(xml, PolicyDocument::Root::Fragment);
    return document ? std::optional(std::move(*document)) : std::nullopt;
}

Rows rowsOf(const PolicyDocument& document)
{
    const QuotaSheet sheet = readQuotaSheet(document);
    Rows rows;
    for (const ServiceQuota& row : sheet.services)
        rows[row.service] = row;
    if (sheet.everybodyElse)
        rows[""] = *sheet.everybodyElse;
    return rows;
}

std::optional<ServiceQuota> rowIn(const Rows& rows, const std::string& service)
{
    const auto found = rows.find(service);
    return found == rows.end() ? std::nullopt : std::optional(found->second);
}

Result<PolicyDocument> withRow(const PolicyDocument& document, const std::string& service,
                               const std::optional<ServiceQuota>& row)
{
    return row ? setServiceQuota(document, *row) : removeServiceQuota(document, service);
}

std::string nameOf(const std::string& service)
{
    return service.empty() ? "everybody else" : service;
}

/// One row, of which both sides changed something.
class RowMerge
{
public:
    RowMerge(bool draftWins, std::vector<std::string>& conflicts)
        : m_draftWins(draftWins)
        , m_conflicts(conflicts)
    {}

    std::optional<ServiceQuota> merge(const std::string& service, const std::optional<ServiceQuota>& base,
                                      const std::optional<ServiceQuota>& wanted,
                                      const std::optional<ServiceQuota>& now)
    {
        m_name = nameOf(service);
        if (!base || !wanted || !now)
            return pick("limits", base, wanted, now);
        ServiceQuota row = *now;
        const bool raises = base->raise != wanted->raise || base->raise != now->raise;
        if (raises) {
            // A raise says what held before it: the two are one.
            const auto whole =
                pick("temporary raise", std::pair(base->limits, base->raise),
                     std::pair(wanted->limits, wanted->raise), std::pair(now->limits, now->raise));
            row.limits = whole.first;
            row.raise = whole.second;
        } else {
            row.limits = mergeLimits(base->limits, wanted->limits, now->limits);
        }
        row.owner = pick("owner", base->owner, wanted->owner, now->owner);
        row.ticket = pick("ticket", base->ticket, wanted->ticket, now->ticket);
        return row;
    }

private:
    QuotaLimits mergeLimits(const QuotaLimits& base, const QuotaLimits& wanted, const QuotaLimits& now)
    {
        QuotaLimits limits;
        limits.tokensPerMinute =
            pick("tokens per minute", base.tokensPerMinute, wanted.tokensPerMinute, now.tokensPerMinute);
        const auto quota = pick("token quota", std::pair(base.tokenQuota, base.tokenQuotaPeriod),
                                std::pair(wanted.tokenQuota, wanted.tokenQuotaPeriod),
                                std::pair(now.tokenQuota, now.tokenQuotaPeriod));
        limits.tokenQuota = quota.first;
        limits.tokenQuotaPeriod = quota.second;
        const auto calls =
            pick("calls", std::pair(base.calls, base.callsPeriod),
                 std::pair(wanted.calls, wanted.callsPeriod), std::pair(now.calls, now.callsPeriod));
        limits.calls = calls.first;
        limits.callsPeriod = calls.second;
        return limits;
    }

    template <typename T>
    T pick(const char* what, const T& base, const T& wanted, const T& now)
    {
        if (wanted == base || wanted == now)
            return now;
        if (now == base)
            return wanted;
        m_conflicts.push_back(std::string(what) + " of " + m_name);
        return m_draftWins ? wanted : now;
    }

    bool m_draftWins;
    std::vector<std::string>& m_conflicts;
    std::string m_name;
};

/// The services whose row the draft changed.
std::vector<std::string> changedIn(const Rows& base, const Rows& wanted)
{
    std::vector<std::string> changed;
    for (const auto& [service, row] : wanted) {
        if (rowIn(base, service) != row)
            changed.push_back(service);
    }
    for (const auto& item : base) {
        if (!wanted.contains(item.first))
            changed.push_back(item.first);
    }
    return changed;
}

/// Whether the draft is its base with other rows and nothing else; an edit by hand around them is not.
bool differsInRowsOnly(const PolicyDocument& base, const PolicyDocument& wanted)
{
    const Rows rows = rowsOf(wanted);
    std::vector<std::string> changed = changedIn(rowsOf(base), rows);
    // Where a row comes and another goes, the text depends on which is first.
    for (int order = 0; order < 2; ++order) {
        PolicyDocument document = base;
        bool edited = true;
        for (const std::string& service : changed) {
            auto next = withRow(document, service, rowIn(rows, service));
            edited = edited && next.has_value();
            if (edited)
                document = std::move(*next);
        }
        if (edited && document.text() == wanted.text())
            return true;
        std::reverse(changed.begin(), changed.end());
    }
    return false;
}

} // namespace

std::optional<TextMerge> mergeQuotaFragment(const std::string& base, const std::string& wanted,
                                            const std::string& now, bool draftWins)
{
    const auto baseDocument = documentOf(base);
    const auto wantedDocument = documentOf(wanted);
    const auto nowDocument = documentOf(now);
    if (!baseDocument || !wantedDocument || !nowDocument ||
        !differsInRowsOnly(*baseDocument, *wantedDocument))
        return std::nullopt;
    const Rows before = rowsOf(*baseDocument);
    const Rows mine = rowsOf(*wantedDocument);
    const Rows theirs = rowsOf(*nowDocument);
    TextMerge merged;
    PolicyDocument document = *nowDocument;
    RowMerge rows(draftWins, merged.conflicts);
    for (const std::string& service : changedIn(before, mine)) {
        const auto row = rowIn(theirs, service);
        const auto result = rows.merge(service, rowIn(before, service), rowIn(mine, service), row);
        if (result == row)
            continue;
        auto edited = withRow(document, service, result);
        if (edited)
            document = std::move(*edited);
        else
            return std::nullopt;
    }
    merged.text = document.text();
    if (draftWins)
        merged.conflicts.clear();
    return merged;
}

} // namespace gatehouse::gateway
