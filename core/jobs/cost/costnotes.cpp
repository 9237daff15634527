// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/cost/costnotes.h"

#include "core/base/encoding.h"
#include "core/base/json.h"

#include <array>

namespace gatehouse::jobs {

namespace {

constexpr int Version = 1;

/// The texts of terms in the order in which they are written.
constexpr std::array<std::string cost::ServiceTerms::*, 6> TermTexts = {
    &cost::ServiceTerms::name,       &cost::ServiceTerms::team,        &cost::ServiceTerms::owner,
    &cost::ServiceTerms::costCentre, &cost::ServiceTerms::environment, &cost::ServiceTerms::application};

tl::unexpected<Error> noNotes()
{
    return fail(Error::Kind::InvalidInput, "The notes beside the ledger of costs cannot be read.",
                "Set the file aside; budgets have to be entered again.");
}

cost::ServiceTerms termsOf(const gateway::ServiceFacts& facts, const std::string& name)
{
    cost::ServiceTerms terms;
    terms.name = name;
    // The directory names no team of its own: who owns the services is one.
    terms.team = facts.owner;
    terms.owner = facts.owner;
    terms.costCentre = facts.costCentre;
    terms.environment = facts.environment;
    terms.application = facts.application;
    return terms;
}

Json budgetJson(const cost::Budget& budget)
{
    return {{"scope", static_cast<int>(budget.scope)},
            {"key", budget.key},
            {"monthly", cost::exactText(budget.monthly)},
            {"currency", budget.currency.text()},
            {"since", cost::monthText(budget.since)},
            {"until", budget.until ? Json(cost::monthText(*budget.until)) : Json(nullptr)}};
}

std::optional<cost::Budget> budgetFrom(const Json& json)
{
    cost::Budget budget;
    const std::int64_t scope = integerAt(json, "scope", -1);
    const auto monthly = cost::parseAmount(textAt(json, "monthly"));
    const auto currency = cost::Currency::parse(textAt(json, "currency"));
    const auto since = cost::parseMonth(textAt(json, "since"));
    if (scope < 0 || scope > 2 || !monthly || !currency || !since)
        return std::nullopt;
    budget.scope = static_cast<cost::BudgetScope>(scope);
    budget.key = textAt(json, "key");
    budget.monthly = *monthly;
    budget.currency = *currency;
    budget.since = *since;
    if (memberAt(json, "until").is_string()) {
        budget.until = cost::parseMonth(textAt(json, "until"));
        if (!budget.until)
            return std::nullopt;
    }
    return budget;
}

Json termsJson(const cost::ServiceTerms& terms)
{
    Json row = Json::array({cost::dayText(terms.since)});
    for (const auto text : TermTexts)
        row.push_back(terms.*text);
    return row;
}

std::optional<cost::ServiceTerms> termsFrom(const Json& row)
{
    if (!row.is_array() || row.size() != TermTexts.size() + 1 || !row[0].is_string())
        return std::nullopt;
    cost::ServiceTerms terms;
    const auto since = cost::parseDay(row[0].get<std::string>());
    if (!since)
        return std::nullopt;
    terms.since = *since;
    for (std::size_t i = 0; i < TermTexts.size(); ++i) {
        if (!row[i + 1].is_string())
            return std::nullopt;
        terms.*TermTexts[i] = row[i + 1].get<std::string>();
    }
    return terms;
}

Json toldJson(const cost::Told& told)
{
    return {{"kind", static_cast<int>(told.kind)},
            {"service", told.service},
            {"from", formatDateTime(told.from)},
            {"until", formatDateTime(told.until)}};
}

std::optional<cost::Told> toldFrom(const Json& json)
{
    const std::int64_t kind = integerAt(json, "kind", -1);
    const auto from = parseDateTime(textAt(json, "from"));
    const auto until = parseDateTime(textAt(json, "until"));
    if (kind < 0 || kind > static_cast<int>(cost::AnomalyKind::NoData) || !from || !until)
        return std::nullopt;
    return cost::Told{static_cast<cost::AnomalyKind>(kind), std::string(textAt(json, "service")), *from,
                      *until};
}

Json momentJson(const std::optional<DateTime>& moment)
{
    return moment ? Json(formatDateTime(*moment)) : Json(nullptr);
}

} // namespace

bool CostNotes::learn(const gateway::ServiceDirectory& directory, const usage::ServiceNames& names,
                      cost::Day today)
{
    bool isNew = false;
    std::map<std::string, cost::ServiceTerms> now;
    for (const auto& [service, name] : names)
        now[toLower(service)].name = name;
    for (const gateway::ServiceFacts& facts : directory.services) {
        const std::string key = toLower(facts.subscription);
        now[key] = termsOf(facts, now[key].name);
    }
    for (auto& [service, fresh] : now) {
        std::vector<cost::ServiceTerms>& known = terms[service];
        if (!known.empty()) {
            cost::ServiceTerms last = known.back();
            fresh.since = last.since;
            if (fresh == last)
                continue;
            fresh.since = today;
            if (last.since == today)
                known.pop_back();
        }
        known.push_back(fresh);
        isNew = true;
    }
    return isNew;
}

cost::ServiceFacts CostNotes::facts() const
{
    cost::ServiceFacts facts;
    for (const auto& [service, list] : terms) {
        for (const cost::ServiceTerms& one : list)
            facts.set(service, one);
    }
    return facts;
}

std::string CostNotes::toJson() const
{
    Json json = {{"version", Version},           {"readFrom", momentJson(readFrom)},
                 {"readTo", momentJson(readTo)}, {"budgets", Json::array()},
                 {"snoozes", Json::array()},     {"told", Json::array()},
                 {"services", Json::object()}};
    for (const cost::Budget& budget : budgets)
        json["budgets"].push_back(budgetJson(budget));
    for (const cost::Snooze& snooze : snoozes)
        json["snoozes"].push_back({{"service", snooze.service}, {"until", formatDateTime(snooze.until)}});
    for (const cost::Told& one : told)
        json["told"].push_back(toldJson(one));
    for (const auto& [service, list] : terms) {
        Json rows = Json::array();
        for (const cost::ServiceTerms& one : list)
            rows.push_back(termsJson(one));
        json["services"][service] = std::move(rows);
    }
    return dumpJson(json);
}

Result<CostNotes> CostNotes::fromJson(std::string_view text)
{
    const Result<Json> json = parseJson(text);
    if (!json || !json->is_object() || integerAt(*json, "version") != Version)
        return noNotes();
    CostNotes notes;
    notes.readFrom = parseDateTime(textAt(*json, "readFrom"));
    notes.readTo = parseDateTime(textAt(*json, "readTo"));
    for (const Json& one : memberAt(*json, "budgets")) {
        const auto budget = budgetFrom(one);
        if (!budget)
            return noNotes();
        notes.budgets.push_back(*budget);
    }
    for (const Json& one : memberAt(*json, "snoozes")) {
        const auto until = parseDateTime(textAt(one, "until"));
        if (!until)
            return noNotes();
        notes.snoozes.push_back({std::string(textAt(one, "service")), *until});
    }
    for (const Json& one : memberAt(*json, "told")) {
        const auto told = toldFrom(one);
        if (!told)
            return noNotes();
        notes.told.push_back(*told);
    }
    const Json& services = memberAt(*json, "services");
    for (auto service = services.begin(); service != services.end(); ++service) {
        for (const Json& row : *service) {
            const auto terms = termsFrom(row);
            if (!terms)
                return noNotes();
            notes.terms[service.key()].push_back(*terms);
        }
    }
    return notes;
}

} // namespace gatehouse::jobs
