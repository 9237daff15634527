// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/cost/costview.h"

#include "core/base/encoding.h"
#include "core/usage/forecast/forecast.h"
#include "core/usage/ledger/reservations.h"

#include <algorithm>
#include <map>
#include <set>

namespace gatehouse::jobs {

namespace {

constexpr int ForecastHistoryDays = 400;
constexpr int MoreDigits = 4; ///< where the whole is less than one unit

cost::Day dayOf(const cost::Cell& cell)
{
    return cost::Day(std::chrono::days(cell.key.day));
}

bool within(cost::Day day, const cost::DayRange& range)
{
    return range.first <= day && day < range.end;
}

cost::TextId tagOf(const cost::Cell& cell, cost::Tag tag)
{
    return cell.key.tags[static_cast<std::size_t>(tag)];
}

bool isTest(const cost::Ledger& ledger, const cost::Cell& cell)
{
    return ledger.texts()[tagOf(cell, cost::Tag::Feature)] == cost::TestFeature;
}

std::vector<UnpricedModel> unpricedOf(const cost::Ledger& ledger, const cost::DayRange& range)
{
    // A deployment whose name differs in case alone is no other model.
    std::map<std::pair<std::string, std::string>, UnpricedModel> byModel;
    for (const cost::Cell& cell : ledger.cells()) {
        if (cell.key.standing != cost::Standing::Unpriced || !within(dayOf(cell), range))
            continue;
        const std::string& name = ledger.texts()[tagOf(cell, cost::Tag::Model)];
        const std::string& region = ledger.texts()[tagOf(cell, cost::Tag::Region)];
        UnpricedModel& model = byModel[{toLower(name), toLower(region)}];
        if (model.model.empty())
            model.model = name;
        if (model.region.empty())
            model.region = region;
        model.calls += cell.sum.requests;
        for (std::size_t i = 0; i < cost::Directions; ++i)
            model.tokens[i] += cell.sum.tokens[i];
    }
    std::vector<UnpricedModel> list;
    for (auto& [key, model] : byModel) {
        if (model.calls != 0)
            list.push_back(std::move(model));
    }
    std::stable_sort(list.begin(), list.end(),
                     [](const UnpricedModel& a, const UnpricedModel& b) { return a.calls > b.calls; });
    return list;
}

std::vector<UnownedService> unownedOf(const cost::Ledger& ledger, const cost::ServiceFacts& facts,
                                      const cost::DayRange& range)
{
    std::map<std::string, UnownedService> byService;
    for (const cost::Cell& cell : ledger.cells()) {
        const std::string& id = ledger.texts()[tagOf(cell, cost::Tag::Service)];
        if (id.empty() || !within(dayOf(cell), range) || isTest(ledger, cell))
            continue;
        const cost::ServiceTerms* terms = facts.find(id, dayOf(cell));
        if (terms != nullptr && !terms->owner.empty())
            continue;
        UnownedService& service = byService[facts.today(id)];
        service.calls += cell.sum.requests;
        service.pico += cell.sum.pico;
    }
    std::vector<UnownedService> list;
    for (auto& [id, service] : byService) {
        service.service = id;
        if (service.calls != 0 || service.pico != 0)
            list.push_back(std::move(service));
    }
    std::stable_sort(list.begin(), list.end(),
                     [](const UnownedService& a, const UnownedService& b) { return a.pico > b.pico; });
    return list;
}

std::vector<KnownService> servicesOf(const cost::Ledger& ledger, const CostNotes& notes,
                                     const cost::ServiceFacts& facts, cost::Day today)
{
    std::set<cost::TextId> tags;
    for (const cost::Cell& cell : ledger.cells())
        tags.insert(tagOf(cell, cost::Tag::Service));
    std::set<std::string> ids;
    for (const cost::TextId tag : tags)
        ids.insert(facts.today(ledger.texts()[tag]));
    for (const auto& [id, terms] : notes.terms)
        ids.insert(facts.today(id));
    ids.erase(std::string());
    std::vector<KnownService> services;
    for (const std::string& id : ids) {
        const cost::ServiceTerms* terms = facts.find(id, today);
        const std::string name = facts.nameOf(id);
        services.push_back({id, name.empty() ? id : name, terms != nullptr ? terms->team : std::string()});
    }
    return services;
}

std::vector<RunningLine> runningOf(const cost::Ledger& ledger, const cost::DayRange& range)
{
    const cost::PriceBook& book = ledger.prices().newest().book;
    std::vector<RunningLine> lines;
    for (const cost::RunningCost& one : book.runningCosts()) {
        RunningLine line{one, 0};
        bool touched = false;
        for (cost::Day day = range.first; day < range.end; day += std::chrono::days{1}) {
            if (day < one.since || (one.until && day >= *one.until))
                continue;
            // A book does not hold a cost whose currency has no rate.
            const auto part =
                book.rates().convert({cost::dayPart(one.monthly, day), one.currency}, book.home(), day);
            line.pico += part ? part->pico : 0;
            touched = true;
        }
        if (touched)
            lines.push_back(std::move(line));
    }
    return lines;
}

void addBudgets(const cost::Ledger& ledger, const CostNotes& notes, const cost::ServiceFacts& facts,
                CostView& view)
{
    const cost::Month month = cost::monthOf(view.today);
    for (const cost::Budget& budget : notes.budgets) {
        if (month < budget.since || (budget.until && *budget.until <= month))
            continue;
        auto status = cost::statusOf(ledger, facts, budget, view.today);
        if (status)
            view.budgets.push_back(std::move(*status));
        else
            view.budgetsUnknown = status.error().message;
    }
}

ForecastPart forecastPart(const cost::Ledger& ledger, const cost::ServiceFacts& facts,
                          const std::vector<cost::CostFilter>& filters, cost::Day today)
{
    ForecastPart part{true, today, filters, {}, {}, {}, {}};
    std::optional<cost::Day> first;
    for (const cost::Cell& cell : ledger.cells())
        first = std::min(first.value_or(dayOf(cell)), dayOf(cell));
    if (!first || *first >= today)
        return part;
    const cost::DayRange history{std::max(*first, today - std::chrono::days{ForecastHistoryDays}), today};
    part.daily = cost::dailyCost(ledger, facts, filters, history);
    part.forecast = cost::forecast(part.daily, today);
    part.straightLine = cost::straightLine(part.daily, today);
    ForecastProof proof;
    proof.summary = cost::summaryOf(cost::backtest(part.daily, proof.dayOfMonth));
    if (proof.summary.months > 0)
        part.proof = proof;
    return part;
}

void addForecast(const cost::Ledger& ledger, const cost::ServiceFacts& facts, const CostQuestion& question,
                 ForecastPart& kept, CostView& view)
{
    if (!kept.known || kept.today != view.today || kept.filters != question.filters)
        kept = forecastPart(ledger, facts, question.filters, view.today);
    view.daily = kept.daily;
    view.forecast = kept.forecast;
    view.straightLine = kept.straightLine;
    view.proof = kept.proof;
}

} // namespace

CostQuestion withRange(CostQuestion question, cost::Day today)
{
    if (question.range.first >= question.range.end)
        question.range = {cost::firstDay(cost::monthOf(today)), today + std::chrono::days{1}};
    return question;
}

cost::AlertList alertsOf(const CostNotes& notes, const CostAnalysis& analysis)
{
    return cost::withTold(cost::withFound({{}, notes.snoozes}, analysis.found), notes.told);
}

std::shared_ptr<CostView> viewOf(const cost::Ledger& ledger, const CostNotes& notes,
                                 const CostQuestion& question, const CostAnalysis& analysis, DateTime now,
                                 ForecastPart& kept)
{
    auto view = std::make_shared<CostView>();
    view->at = now;
    view->zone = ledger.days().zone();
    view->today = ledger.days().dayOf(now);
    const CostQuestion asked = withRange(question, view->today);
    const cost::ServiceFacts facts = notes.facts();
    view->grouping = cost::group(
        ledger, facts, {asked.by, asked.range, cost::periodBefore(asked.range), asked.step, asked.filters});
    // What was amended leaves groups behind in which nothing is left.
    std::erase_if(view->grouping.rows, [](const cost::CostRow& row) {
        return row.now == cost::Measures{} && row.before == cost::Measures{} &&
               std::all_of(row.pico.begin(), row.pico.end(), [](cost::Int128 pico) { return pico == 0; });
    });
    const cost::Int128 whole = view->grouping.now.pico;
    view->digits = ledger.currency().digits();
    if (whole != 0 && whole < cost::PicoPerUnit && whole > -cost::Int128{cost::PicoPerUnit})
        view->digits += MoreDigits;
    view->shown = cost::shownOf(view->grouping, view->digits);
    view->readFrom = notes.readFrom;
    view->readTo = notes.readTo;
    view->priceVersion = ledger.state().priceVersion;
    view->closedThrough = ledger.state().closedThrough;
    view->completeness = analysis.completeness;
    view->faults = analysis.faults;
    view->audited = analysis.audited;
    addBudgets(ledger, notes, facts, *view);
    addForecast(ledger, facts, asked, kept, *view);
    view->causes = cost::causesOf(ledger, facts, view->grouping.question.before, asked.range, asked.filters);
    view->alerts = alertsOf(notes, analysis);
    view->services = servicesOf(ledger, notes, facts, view->today);
    view->unpriced = unpricedOf(ledger, asked.range);
    view->unowned = unownedOf(ledger, facts, asked.range);
    view->running = runningOf(ledger, asked.range);
    return view;
}

} // namespace gatehouse::jobs
