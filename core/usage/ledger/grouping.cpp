// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/ledger/grouping.h"

#include "core/base/encoding.h"
#include "core/usage/ledger/reservations.h"
#include "core/usage/ledger/valuereader.h"
#include "core/usage/money/shown.h"

#include <algorithm>

namespace gatehouse::cost {

namespace {

constexpr std::array<std::string_view, 10> DimensionNames = {
    "service",     "team",    "owner", "cost centre", "environment",
    "application", "feature", "model", "backend",     "region"};
constexpr std::array<std::string_view, 7> KindLabels = {
    "Test traffic", "Unknown usage", "Unpriced", "After close", "Unattributed", "Unused reservation", ""};

Day startOf(Step step, Day day)
{
    if (step == Step::Weekly)
        return weekOf(day);
    return step == Step::Monthly ? firstDay(monthOf(day)) : day;
}

/// The buckets of a range and which one a day lies in.
struct Buckets
{
    std::vector<Day> starts;
    std::vector<std::size_t> ofDay;

    Buckets(const DayRange& range, Step step)
    {
        Day last{};
        for (Day day = range.first; day < range.end; day += std::chrono::days{1}) {
            const Day start = startOf(step, day);
            if (starts.empty() || start != last)
                starts.push_back(std::max(start, range.first));
            last = start;
            ofDay.push_back(starts.size() - 1);
        }
    }
};

bool isWholeMonths(const DayRange& range)
{
    return range.first < range.end && firstDay(monthOf(range.first)) == range.first &&
           firstDay(monthOf(range.end)) == range.end;
}

/// Adds cells up into rows.
class Grouper
{
public:
    Grouper(const Ledger& ledger, const ServiceFacts& facts, const CostQuestion& question)
        : m_ledger(ledger)
        , m_question(question)
        , m_buckets(question.range, question.step)
        , m_by(ledger, facts, question.by)
    {
        for (const CostFilter& filter : question.filters)
            m_filters.emplace_back(ValueReader(ledger, facts, filter.dimension), filter);
    }

    Grouping run()
    {
        for (const Cell& cell : m_ledger.cells())
            add({Day(std::chrono::days(cell.key.day)), cell.key.tags, cell.key.source, kindOf(cell.key)},
                cell.sum);
        for (const DayRange& range : {m_question.range, m_question.before}) {
            for (const ReservedCharge& charge : reservedCharges(m_ledger, range.first, range.end)) {
                Measures sum;
                sum.pico = charge.pico;
                const RowKind kind =
                    charge.unused ? RowKind::UnusedReservation : testOr(charge.tags, RowKind::Value);
                add({charge.day, charge.tags, TokenSource::None, kind}, sum,
                    range == m_question.range ? 1 : 2);
            }
        }
        return finish();
    }

private:
    struct Fact
    {
        Day day;
        const TagIds& tags;
        TokenSource source;
        RowKind kind; ///< Value where the dimension decides
    };

    RowKind testOr(const TagIds& tags, RowKind other)
    {
        return m_by.isTest(tags) ? RowKind::TestTraffic : other;
    }
    RowKind kindOf(const CellKey& key)
    {
        RowKind kind = key.afterClose ? RowKind::AfterClose : RowKind::Value;
        if (key.standing == Standing::Unpriced)
            kind = RowKind::Unpriced;
        if (key.standing == Standing::UnknownUsage)
            kind = RowKind::UnknownUsage;
        return testOr(key.tags, kind);
    }

    bool passes(const Fact& fact)
    {
        return std::all_of(m_filters.begin(), m_filters.end(), [&](auto& pair) {
            const std::string& value = pair.first.read(fact.tags, fact.day);
            const RowKind kind = fact.kind != RowKind::Value ? fact.kind
                                 : value.empty()             ? RowKind::Unattributed
                                                             : RowKind::Value;
            if (pair.second.kind != RowKind::Value)
                return kind == pair.second.kind;
            return pair.first.same(value, pair.second.value);
        });
    }

    /// periods: 1 for the range, 2 for the one before, 3 for whichever the day lies in.
    void add(const Fact& fact, const Measures& sum, int periods = 3)
    {
        const bool isNow =
            (periods & 1) != 0 && fact.day >= m_question.range.first && fact.day < m_question.range.end;
        const bool isBefore =
            (periods & 2) != 0 && fact.day >= m_question.before.first && fact.day < m_question.before.end;
        if ((!isNow && !isBefore) || !passes(fact))
            return;
        CostRow& row = rowOf(fact);
        if (isBefore)
            row.before += sum;
        if (!isNow)
            return;
        row.now += sum;
        row.estimatedRequests += fact.source == TokenSource::Estimated ? sum.requests : 0;
        row.pico[m_buckets.ofDay[static_cast<std::size_t>((fact.day - m_question.range.first).count())]] +=
            sum.pico;
    }

    CostRow& rowOf(const Fact& fact)
    {
        const std::string* key = nullptr;
        RowKind kind = fact.kind;
        if (kind == RowKind::Value) {
            key = &m_by.read(fact.tags, fact.day);
            if (key->empty())
                kind = RowKind::Unattributed;
        }
        std::size_t& place =
            kind == RowKind::Value ? m_places[key] : m_special[static_cast<std::size_t>(kind)];
        if (place == 0) {
            CostRow row;
            row.kind = kind;
            row.key = kind == RowKind::Value ? *key : std::string();
            row.label = kind == RowKind::Value ? m_by.labelOf(*key) : std::string(labelOf(kind));
            row.pico.resize(m_buckets.starts.size());
            m_rows.push_back(std::move(row));
            place = m_rows.size();
        }
        return m_rows[place - 1];
    }

    Grouping finish()
    {
        std::sort(m_rows.begin(), m_rows.end(), [](const CostRow& a, const CostRow& b) {
            if ((a.kind == RowKind::Value) != (b.kind == RowKind::Value))
                return a.kind == RowKind::Value;
            if (a.kind != b.kind)
                return a.kind < b.kind;
            return a.now.pico != b.now.pico ? a.now.pico > b.now.pico : a.key < b.key;
        });
        Grouping grouping{
            m_question, m_ledger.currency(), std::move(m_buckets.starts), std::move(m_rows), {}, {}, 0};
        for (const CostRow& row : grouping.rows) {
            grouping.now += row.now;
            grouping.before += row.before;
            grouping.estimatedRequests += row.estimatedRequests;
        }
        return grouping;
    }

    const Ledger& m_ledger;
    const CostQuestion& m_question;
    Buckets m_buckets;
    ValueReader m_by;
    std::vector<std::pair<ValueReader, CostFilter>> m_filters;
    std::unordered_map<const std::string*, std::size_t>
        m_places; ///< values are interned, so addresses tell them
    std::array<std::size_t, 7> m_special{};
    std::vector<CostRow> m_rows;
};

} // namespace

std::string_view toString(CostDimension dimension)
{
    return DimensionNames[static_cast<std::size_t>(dimension)];
}

std::optional<CostDimension> costDimensionFrom(std::string_view name)
{
    for (std::size_t i = 0; i < DimensionNames.size(); ++i) {
        if (equalsIgnoreCase(DimensionNames[i], name))
            return static_cast<CostDimension>(i);
    }
    return std::nullopt;
}

std::string_view labelOf(RowKind kind)
{
    return KindLabels[static_cast<std::size_t>(kind)];
}

DayRange periodBefore(const DayRange& range)
{
    if (!isWholeMonths(range))
        return {range.first - (range.end - range.first), range.first};
    const std::chrono::months length = monthOf(range.end) - monthOf(range.first);
    return {firstDay(monthOf(range.first) - length), range.first};
}

Grouping group(const Ledger& ledger, const ServiceFacts& facts, const CostQuestion& question)
{
    return Grouper(ledger, facts, question).run();
}

ShownGrouping shownOf(const Grouping& grouping, int digits)
{
    ShownGrouping shown;
    std::vector<Int128> exact;
    for (const CostRow& row : grouping.rows)
        exact.push_back(row.now.pico);
    shown.total = shownWhole(grouping.now.pico, digits);
    shown.rows = shownPartsOf(shown.total, exact, digits);
    shown.bucketTotals.resize(grouping.buckets.size());
    for (std::size_t i = 0; i < grouping.rows.size(); ++i) {
        shown.buckets.push_back(shownPartsOf(shown.rows[i], grouping.rows[i].pico, digits));
        for (std::size_t bucket = 0; bucket < shown.bucketTotals.size(); ++bucket)
            shown.bucketTotals[bucket] += shown.buckets.back()[bucket];
    }
    return shown;
}

} // namespace gatehouse::cost
