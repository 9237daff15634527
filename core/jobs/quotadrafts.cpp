// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/quotadrafts.h"

#include "core/base/encoding.h"

#include <algorithm>

namespace gatehouse::jobs {

using gateway::QuotaLimits;
using gateway::ServiceQuota;

namespace {

constexpr const char* Description = "Limits of each service. Gatehouse writes it.";

Result<gateway::PolicyDocument> documentOf(const std::optional<Json>& base)
{
    if (!base)
        return gateway::emptyQuotaFragment();
    return gateway::PolicyDocument::parse(textAt(*base, "value"), gateway::PolicyDocument::Root::Fragment);
}

std::string titleOf(const QuotaDrafts& drafts, const std::map<std::string, std::string>& names)
{
    constexpr std::size_t Named = 3;
    std::string title = "Limits of ";
    std::size_t told = 0;
    for (const auto& [service, draft] : drafts) {
        if (told == Named) {
            title += " and " + std::to_string(drafts.size() - Named) + " more";
            break;
        }
        const auto name = names.find(service);
        title += told++ == 0 ? "" : ", ";
        title += service.empty() ? "everybody else" : name == names.end() ? service : name->second;
    }
    return title;
}

const QuotaBoardRow* everybodyElse(const std::vector<QuotaBoardRow>& rows)
{
    const auto found =
        std::find_if(rows.begin(), rows.end(), [](const QuotaBoardRow& row) { return row.service.empty(); });
    return found == rows.end() ? nullptr : &*found;
}

} // namespace

Result<std::string> draftedFragment(const std::optional<Json>& base, const QuotaDrafts& drafts)
{
    auto document = documentOf(base);
    for (const auto& [service, draft] : drafts) {
        if (!document)
            return fail(document.error());
        if (draft) {
            document = gateway::setServiceQuota(*document, *draft);
            continue;
        }
        auto removed = gateway::removeServiceQuota(*document, service);
        // Somebody else took it away already: that is what was wanted.
        if (removed || removed.error().kind != Error::Kind::NotFound)
            document = std::move(removed);
    }
    if (!document)
        return fail(document.error());
    return document->text();
}

Result<ChangeSet> quotaChangeSet(const std::string& resourceId, const std::optional<Json>& base,
                                 const QuotaDrafts& drafts, const std::map<std::string, std::string>& names)
{
    const auto text = draftedFragment(base, drafts);
    if (!text)
        return fail(text.error());
    Json wanted = base.value_or(Json{{"description", Description}});
    wanted["format"] = "xml";
    wanted["value"] = *text;
    ChangeSet set;
    set.title = titleOf(drafts, names);
    set.changes.push_back({resourceId, set.title, base, std::move(wanted), {}});
    return set;
}

std::map<std::string, QuotaLimits> draftedLimits(const std::vector<QuotaBoardRow>& rows,
                                                 const QuotaDrafts& drafts, DateTime moment)
{
    const auto now = [moment](const std::optional<ServiceQuota>& quota) {
        return quota ? gateway::limitsAt(*quota, moment) : QuotaLimits();
    };
    const auto common = drafts.find("");
    const QuotaBoardRow* const everybody = everybodyElse(rows);
    const QuotaLimits commonLimits = common != drafts.end() ? now(common->second)
                                     : everybody != nullptr ? now(everybody->quota)
                                                            : QuotaLimits();
    std::map<std::string, QuotaLimits> limits;
    for (const QuotaBoardRow& row : rows) {
        const auto draft = drafts.find(row.service);
        const bool isDrafted = draft != drafts.end();
        const auto& quota = isDrafted ? draft->second : row.quota;
        // A rule without limits at this moment is one that is not there yet or no longer.
        const QuotaLimits own = row.service.empty() ? QuotaLimits() : now(quota);
        if (isDrafted || (common != drafts.end() && own.isEmpty()))
            limits[row.service] = own.isEmpty() ? commonLimits : own;
    }
    return limits;
}

CountedLimits countedLimits(const QuotaLimits& limits)
{
    CountedLimits counted;
    const auto take = [&counted](const std::optional<gateway::LimitValue>& value, const char* name) {
        const auto number = value ? value->number() : std::nullopt;
        if (value && !number)
            counted.unknown.emplace_back(name);
        return number;
    };
    if (const auto tokens = take(limits.tokensPerMinute, "tokens per minute"))
        counted.rules.emplace_back(gateway::TokenRate{*tokens});
    if (const auto tokens = take(limits.tokenQuota, "token quota")) {
        const auto period =
            limits.tokenQuotaPeriod ? gateway::parseQuotaPeriod(limits.tokenQuotaPeriod->text) : std::nullopt;
        if (period)
            counted.rules.emplace_back(gateway::TokenAllowance{*tokens, *period});
        else
            counted.unknown.emplace_back("token quota");
    }
    const auto calls = take(limits.calls, "calls");
    const auto seconds = limits.callsPeriod.number();
    if (calls && seconds)
        counted.rules.emplace_back(gateway::CallRate{*calls, std::chrono::seconds(*seconds)});
    else if (calls)
        counted.unknown.emplace_back("calls");
    return counted;
}

} // namespace gatehouse::jobs
