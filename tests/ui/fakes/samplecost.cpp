// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes/samplecost.h"

#include "core/base/encoding.h"
#include "core/jobs/cost/costreport.h"
#include "core/jobs/cost/costview.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace gatehouse::test {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr cost::Day Today{std::chrono::year{2026} / 6 / 3};
constexpr cost::Day First{std::chrono::year{2025} / 12 / 1};
/// Calls are hourly in the last weeks, so that spikes are seen, and a few a day before that.
constexpr cost::Day Hourly{std::chrono::year{2026} / 4 / 28};

struct Member
{
    const char* id;
    const char* name;
    const char* team;
    const char* owner;
    const char* costCentre;
    const char* model;
    const char* backend;
    double weight; ///< of its tokens
};
// Without a team: nobody owns it yet.
constexpr std::array<Member, 10> Members{{
    {"sub-checkout", "checkout-assistant", "Shop", "Ann Berg", "CC-100", "gpt-4o", "aoai-eastus", 9},
    {"sub-search", "product-search", "Shop", "Ann Berg", "CC-100", "gpt-4o-mini", "aoai-eastus", 7.2},
    {"sub-support", "support-copilot", "Service", "Ivo Lang", "CC-210", "gpt-4o", "aoai-westus", 6.1},
    {"sub-docs", "docs-summarizer", "Service", "Ivo Lang", "CC-210", "gpt-4o", "aoai-westeurope", 4.4},
    {"sub-fraud", "fraud-review", "Risk", "Mei Tan", "CC-330", "gpt-4o", "aoai-eastus", 3.1},
    {"sub-hr", "hr-policy-bot", "People", "Sam Roth", "CC-400", "gpt-4o-mini", "aoai-westus", 2.2},
    {"sub-legal", "contract-analyzer", "Risk", "Mei Tan", "CC-330", "gpt-4o", "ptu-sweden", 1.7},
    {"sub-crm", "crm-enrichment", "", "", "", "gpt-4o-mini", "aoai-westus", 1.2},
    {"sub-iot", "telemetry-narrator", "Operations", "Lea Roy", "CC-520", "text-embedding-3-small",
     "aoai-westeurope", 0.7},
    // With a key of no subscription.
    {"", "", "", "", "", "gpt-4o-mini", "aoai-eastus", 0.4},
}};

cost::Currency dollars()
{
    return cost::Currency::parse("USD").value_or(cost::Currency());
}

constexpr cost::Pico cents(std::int64_t count)
{
    return count * (cost::PicoPerUnit / 100);
}

/// A sample that does not hold together is a mistake of this file.
template <typename T>
T need(Result<T> result)
{
    if (!result)
        std::abort();
    return std::move(*result);
}

cost::PriceBook firstBook()
{
    const auto price = [](const char* model, cost::Direction direction, std::int64_t amount) {
        return cost::Price{
            {model, "", direction}, First - days{90}, cents(amount), cost::Unit::Million, dollars()};
    };
    using cost::Direction;
    cost::PriceBook book = need(cost::PriceBook(dollars()).with(
        {price("gpt-4o", Direction::Input, 250), price("gpt-4o", Direction::CachedInput, 125),
         price("gpt-4o", Direction::Output, 1000), price("gpt-4o-mini", Direction::Input, 15),
         price("gpt-4o-mini", Direction::CachedInput, 8), price("gpt-4o-mini", Direction::Output, 60),
         price("text-embedding-3-small", Direction::Embedding, 2)}));
    book = need(book.withReservations(
        {{"PTU Sweden Central", "ptu-sweden", cents(90'000), dollars(), First, {}},
         {"PTU France Central", "ptu-france", cents(21'000), dollars(), Today - days{40}, {}}}));
    return need(book.withRunningCosts({{"AI Search, two replicas", cents(49'000), dollars(), First, {}},
                                       {"Gateway nodes", cents(140'000), dollars(), First, {}}}));
}

/// A negotiated discount on the large model.
cost::PriceBook secondBook(const cost::PriceBook& first)
{
    return need(
        first.withDiscounts({{"gpt-4o", "", 50'000, cost::Day{std::chrono::year{2026} / 5 / 1}, {}}}));
}

std::string named(const std::string& name, bool hostile)
{
    return hostile && !name.empty() ? "<img src=file:///canary><b>" + name + "</b>" : name;
}

/// Numbers that are always the same.
class Drawn
{
public:
    std::uint32_t next(std::uint32_t below)
    {
        m_state = m_state * 6364136223846793005U + 1442695040888963407U;
        return static_cast<std::uint32_t>(m_state >> 33U) % below;
    }

private:
    std::uint64_t m_state = 6;
};

class Rows
{
public:
    /// first: of the ids' numbers.
    explicit Rows(std::int64_t first)
        : m_number(first)
    {}

    std::vector<cost::UsageRow> all()
    {
        for (cost::Day day = First; day <= Today; day += days{1}) {
            const int step = day < Hourly ? 8 : 1;
            const int end = day == Today ? 15 : 24;
            for (int hour = 0; hour < end; hour += step) {
                for (const Member& member : Members)
                    addCall(member, day, hour, step);
            }
        }
        addSpecial();
        return std::move(m_rows);
    }

    /// What the log had only after May was closed.
    std::vector<cost::UsageRow> late()
    {
        for (int i = 0; i < 12; ++i) {
            cost::UsageRow row = rowOf(Members[static_cast<std::size_t>(i % 3)],
                                       Today - days{5} + hours{8 + i}, 900'000, 90'000);
            row.seen = row.time + days{4};
            m_rows.push_back(row);
        }
        return std::move(m_rows);
    }

private:
    cost::UsageRow rowOf(const Member& member, std::chrono::sys_seconds time, std::int64_t prompt,
                         std::int64_t completion)
    {
        cost::UsageRow row;
        row.id = "6f1d0000-0000-4000-8000-" + std::to_string(100'000'000'000 + m_number++);
        row.time = DateTime::fromUnixSeconds(time.time_since_epoch().count());
        row.seen = row.time + std::chrono::seconds(95);
        row.service = member.id;
        row.model = member.model;
        row.backend = member.backend;
        row.region = std::string(member.backend).substr(std::string(member.backend).find('-') + 1);
        row.feature = m_number % 3 == 0 ? "" : m_number % 3 == 1 ? "chat" : "summaries";
        row.environment = "production";
        const bool embeds = row.model == "text-embedding-3-small";
        row.tokens = cost::tokensOf(row.model, prompt, embeds ? 0 : prompt / 5, embeds ? 0 : completion);
        return row;
    }

    void addCall(const Member& member, cost::Day day, int hour, int hoursOfIt)
    {
        const bool weekend = cost::weekdayOf(day) >= 5;
        const double ofDay = 0.35 + std::exp(-std::pow((hour - 14) / 5.0, 2));
        const double growth = 1 + 0.0018 * static_cast<double>((day - First).count());
        const double noise = 0.92 + 0.16 * m_drawn.next(1000) / 1000.0;
        const double size =
            member.weight * 110'000 * ofDay * growth * noise * (weekend ? 0.4 : 1.0) * hoursOfIt;
        const auto prompt = static_cast<std::int64_t>(size);
        cost::UsageRow row = rowOf(member, day + hours{hour} + minutes{m_drawn.next(50)}, prompt, prompt / 6);
        if (std::string_view(member.id) == "sub-hr" || m_drawn.next(12) == 0)
            row.source = cost::TokenSource::Estimated;
        m_rows.push_back(row);
    }

    void addSpecial()
    {
        for (int i = 0; i < 60; ++i) {
            const cost::Day day = Today - days{i % 20};
            cost::UsageRow row =
                rowOf(Members[static_cast<std::size_t>(i % 4)], day + hours{i % 14}, 900'000, 150'000);
            if (i % 3 == 0) {
                row.model = "o4-preview";
            } else if (i % 3 == 1) {
                row.source = cost::TokenSource::Unknown;
                row.tokens = {};
            } else {
                row.feature = cost::TestFeature;
            }
            m_rows.push_back(row);
        }
        // A launch, and a caller that tries again and again.
        for (int i = 0; i < 24; ++i) {
            const bool storm = i % 2 == 0;
            cost::UsageRow row =
                rowOf(Members[storm ? 3 : 2],
                      Today - days{storm ? 2 : 1} + hours{storm ? 9 : 10} + minutes{i}, 500'000, 60'000);
            row.feature = storm ? "summaries" : "bulk-import";
            row.attempts = storm ? 6 : 1;
            m_rows.push_back(row);
        }
    }

    Drawn m_drawn;
    std::int64_t m_number;
    std::vector<cost::UsageRow> m_rows;
};

/// The ledger with what is kept beside it, as CostLedger has them.
struct Sample
{
    explicit Sample(bool hostile)
        : hostileNames(hostile)
        , ledger(archive, {}, cost::PriceVersions(firstBook(), noon(First), "List prices as of 2025-09-01"))
    {
        learn();
        const std::vector<cost::UsageRow> rows = Rows(0).all();
        (void)need(ledger.fold(rows));
        const int second = need(ledger.addPrices(secondBook(firstBook()), noon(Today - days{2}),
                                                 "5 % off gpt-4o since May, as agreed"));
        (void)need(ledger.reprice(second));
        if (!ledger.close(std::chrono::year{2026} / 5))
            std::abort();
        (void)need(ledger.fold(Rows(1'000'000).late()));
        look(rows);
    }

    static DateTime noon(cost::Day day)
    {
        return DateTime::fromUnixSeconds(std::chrono::seconds(day.time_since_epoch()).count() + 43'200);
    }

    void learn()
    {
        for (const Member& member : Members) {
            if (*member.id == '\0')
                continue;
            cost::ServiceTerms terms;
            terms.since = First;
            terms.name = named(member.name, hostileNames);
            terms.team = named(member.team, hostileNames);
            terms.owner = named(member.owner, hostileNames);
            terms.costCentre = member.costCentre;
            terms.environment = "production";
            terms.application = std::string_view(member.team) == "Shop" ? "web-shop" : "";
            notes.terms[member.id] = {terms};
        }
        notes.readFrom = noon(First) - hours(12);
        notes.readTo = sampleCostNow() - minutes(5);
        notes.budgets = sampleBudgets();
        if (hostileNames) {
            for (cost::Budget& budget : notes.budgets) {
                if (budget.scope == cost::BudgetScope::Team)
                    budget.key = named(budget.key, true);
            }
        }
    }

    void look(const std::vector<cost::UsageRow>& rows)
    {
        jobs::AnalysisInput input;
        input.now = sampleCostNow();
        input.reportingDelay = minutes(5);
        input.span = {noon(Today - days{jobs::AnalysisDays}) - hours(12), noon(Today) - hours(12)};
        for (const cost::UsageRow& row : rows) {
            if (input.span.start <= row.time && row.time < input.now)
                input.rows.push_back(row);
        }
        input.span.end = input.now;
        jobs::CostCounts counts;
        counts.repeated = 4;
        const DateTime gap = noon(Today) - hours(2);
        counts.counts = {{gap, 412, 398, 412, 409},
                         {gap + minutes(5), 377, 377, 378, 377},
                         {gap + minutes(10), 401, 396, std::nullopt, 399}};
        input.counts = counts;
        analysis = jobs::analyse(input, ledger, notes.facts());
        analysis.completeness.sampled = 7;
        analysis.completeness.metricsAsked = true;
        analysis.completeness.missingGateway = 1;
    }

    bool hostileNames;
    cost::MemoryArchive archive;
    cost::Ledger ledger;
    jobs::CostNotes notes;
    jobs::CostAnalysis analysis;
};

Sample& sampleOf(bool hostile)
{
    static Sample plain(false);
    if (!hostile)
        return plain;
    static Sample marked(true);
    return marked;
}

cost::RowKind kindOf(const jobs::BookedCall& call)
{
    if (call.row.feature == cost::TestFeature)
        return cost::RowKind::TestTraffic;
    if (call.standing == cost::Standing::UnknownUsage)
        return cost::RowKind::UnknownUsage;
    if (call.standing == cost::Standing::Unpriced)
        return cost::RowKind::Unpriced;
    return call.afterClose ? cost::RowKind::AfterClose : cost::RowKind::Value;
}

bool passes(const jobs::BookedCall& call, const cost::CostFilter& filter)
{
    const auto value = [&]() -> std::optional<std::string> {
        switch (filter.dimension) {
        case cost::CostDimension::Service:
            return call.row.service;
        case cost::CostDimension::Model:
            return call.row.model;
        case cost::CostDimension::Backend:
            return call.row.backend;
        case cost::CostDimension::Region:
            return call.row.region;
        case cost::CostDimension::Feature:
            return call.row.feature;
        default:
            return std::nullopt;
        }
    }();
    if (filter.kind == cost::RowKind::Value)
        return !value || equalsIgnoreCase(*value, filter.value);
    if (filter.kind == cost::RowKind::Unattributed)
        return kindOf(call) == cost::RowKind::Value && value && value->empty();
    return kindOf(call) == filter.kind;
}

} // namespace

cost::Day sampleCostDay()
{
    return Today;
}

DateTime sampleCostNow()
{
    return DateTime::fromCivil(2026, 6, 3) + hours(15) + minutes(7);
}

std::shared_ptr<const jobs::CostView> sampleCost(const jobs::CostQuestion& question, bool hostile)
{
    const Sample& sample = sampleOf(hostile);
    jobs::ForecastPart forecast;
    const auto view =
        jobs::viewOf(sample.ledger, sample.notes, question, sample.analysis, sampleCostNow(), forecast);
    view->age = std::chrono::seconds(12);
    view->queries = {"ApiManagementGatewayLogs\n| take 1"};
    return view;
}

std::vector<jobs::BookedCall> sampleCostCalls(const jobs::CostQuestion& question, int most, bool hostile)
{
    const Sample& sample = sampleOf(hostile);
    const cost::DayRange range = jobs::withRange(question, Today).range;
    std::vector<jobs::BookedCall> calls;
    for (const cost::Booking& booking : sample.archive.all()) {
        const bool then = !question.moments ||
                          (booking.time >= question.moments->start && booking.time < question.moments->end);
        if (!then || booking.booked < range.first || booking.booked >= range.end)
            continue;
        const auto text = [&](cost::Tag tag) {
            return sample.ledger.texts()[booking.tags[static_cast<std::size_t>(tag)]];
        };
        jobs::BookedCall call{
            {}, booking.booked, booking.afterClose, booking.reversal, booking.standing, booking.cost};
        call.row = {booking.id,
                    booking.time,
                    booking.seen,
                    text(cost::Tag::Service),
                    text(cost::Tag::Model),
                    text(cost::Tag::Backend),
                    text(cost::Tag::Region),
                    text(cost::Tag::Application),
                    text(cost::Tag::Feature),
                    text(cost::Tag::Environment),
                    text(cost::Tag::Owner),
                    booking.tokens,
                    booking.source,
                    booking.attempts,
                    booking.status};
        if (std::all_of(question.filters.begin(), question.filters.end(),
                        [&](const cost::CostFilter& filter) { return passes(call, filter); }))
            calls.push_back(std::move(call));
    }
    std::sort(calls.begin(), calls.end(), [](const jobs::BookedCall& a, const jobs::BookedCall& b) {
        return a.row.time != b.row.time ? a.row.time < b.row.time : a.row.id < b.row.id;
    });
    if (calls.size() > static_cast<std::size_t>(std::max(most, 0)))
        calls.resize(static_cast<std::size_t>(std::max(most, 0)));
    return calls;
}

std::shared_ptr<const report::Report> sampleCostReport(const jobs::CostQuestion& question, bool hostile)
{
    const Sample& sample = sampleOf(hostile);
    jobs::ReportInput input{"Contoso", sampleCostNow(), question, {}, false, {"Sample data."}};
    input.question.range = jobs::reportRange(question, Today);
    input.calls = sampleCostCalls(input.question, 500, hostile);
    input.callsCut = true;
    return std::make_shared<const report::Report>(
        jobs::reportOf(sample.ledger, sample.notes, sample.analysis, input));
}

jobs::CostPrices sampleCostPrices()
{
    const cost::Ledger& ledger = sampleOf(false).ledger;
    return {std::make_shared<const cost::PriceVersions>(ledger.prices()), ledger.state().priceVersion,
            ledger.state().closedThrough};
}

std::vector<cost::Budget> sampleBudgets()
{
    using cost::BudgetScope;
    const cost::Month since = std::chrono::year{2026} / 1;
    return {
        {BudgetScope::Everything, "", cents(1'450'000), dollars(), since, {}},
        {BudgetScope::Team, "Shop", cents(700'000), dollars(), since, {}},
        {BudgetScope::Team, "Service", cents(600'000), dollars(), since, {}},
        {BudgetScope::Service, "sub-support", cents(150'000), dollars(), since, {}},
    };
}

} // namespace gatehouse::test
