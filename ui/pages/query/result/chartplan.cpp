// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/query/result/chartplan.h"

#include "core/base/encoding.h"
#include "core/base/json.h"
#include "core/table/tabletext.h"
#include "ui/models/format.h"
#include "ui/models/resultmodel.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

namespace gatehouse::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t MostSeries = 10;
constexpr std::size_t MostBars = 200;
constexpr std::size_t MostColumns = 240; ///< standing ones over time; more are drawn as areas

QString planWord(const char* text)
{
    return QCoreApplication::translate("ChartPlan", text);
}

/// What the render operator says.
struct Wish
{
    std::string chart;
    std::string kind;
    std::string title;
    std::string xColumn;
    std::vector<std::string> yColumns;
    std::vector<std::string> series;
};

std::vector<std::string> textsAt(const Json& object, std::string_view key)
{
    std::vector<std::string> texts;
    const Json& list = memberAt(object, key);
    if (list.is_string())
        texts.push_back(list.get<std::string>());
    if (list.is_array()) {
        for (const Json& item : list) {
            if (item.is_string())
                texts.push_back(item.get<std::string>());
        }
    }
    return texts;
}

Wish wishFrom(const std::string& render)
{
    const Result<Json> json = parseJson(render);
    if (!json || !json->is_object())
        return {};
    return {toLower(textAt(*json, "visualization")),
            toLower(textAt(*json, "kind")),
            textAt(*json, "title"),
            textAt(*json, "xColumn"),
            textsAt(*json, "yColumns"),
            textsAt(*json, "series")};
}

bool isAmount(const Column& column)
{
    return isNumeric(column.type()) || column.type() == ColumnType::Timespan;
}

bool contains(const std::vector<std::string>& names, const std::string& name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Which column is which.
struct Roles
{
    const Column* x = nullptr;
    std::vector<const Column*> amounts;
    std::vector<const Column*> splits;
};

Roles rolesOf(const Table& table, const Wish& wish)
{
    Roles roles;
    const bool overTime = wish.chart == "timechart";
    if (!wish.xColumn.empty())
        roles.x = table.find(wish.xColumn);
    for (const Column& column : table.columns()) {
        if (roles.x == nullptr && (!overTime || column.type() == ColumnType::DateTime))
            roles.x = &column;
    }
    for (const Column& column : table.columns()) {
        if (&column == roles.x)
            continue;
        const bool isSplit = wish.series.empty() ? !isAmount(column) && column.type() != ColumnType::DateTime
                                                 : contains(wish.series, column.name());
        if (isSplit)
            roles.splits.push_back(&column);
        else if (isAmount(column) && (wish.yColumns.empty() || contains(wish.yColumns, column.name())))
            roles.amounts.push_back(&column);
    }
    return roles;
}

/// The series of a table: which one each row's amounts belong to, and how much each has in all.
class Splitter
{
public:
    Splitter(const Table& table, const Roles& roles)
        : m_roles(roles)
        , m_groups(table.rowCount())
    {
        std::unordered_map<std::string, std::uint32_t> known;
        std::string name;
        for (std::size_t row = 0; row < table.rowCount(); ++row) {
            name.clear();
            for (const Column* const split : roles.splits)
                name += (name.empty() ? "" : ", ") + split->displayAt(row);
            const auto [place, isNew] = known.try_emplace(name, static_cast<std::uint32_t>(known.size()));
            if (isNew)
                m_names.push_back(name);
            m_groups[row] = place->second;
        }
        m_totals.assign(m_names.size() * roles.amounts.size(), 0.0);
        for (std::size_t row = 0; row < table.rowCount(); ++row) {
            for (std::size_t amount = 0; amount < roles.amounts.size(); ++amount) {
                const double value = roles.amounts[amount]->numberAt(row);
                if (std::isfinite(value))
                    m_totals[seriesOf(row, amount)] += std::fabs(value);
            }
        }
    }

    [[nodiscard]] std::size_t count() const { return m_totals.size(); }
    [[nodiscard]] std::size_t seriesOf(std::size_t row, std::size_t amount) const
    {
        return m_groups[row] * m_roles.amounts.size() + amount;
    }
    [[nodiscard]] std::string nameOf(std::size_t series) const
    {
        const std::string& group = m_names[series / m_roles.amounts.size()];
        const std::string& amount = m_roles.amounts[series % m_roles.amounts.size()]->name();
        if (m_roles.splits.empty())
            return amount;
        return m_roles.amounts.size() == 1 ? group : group + ": " + amount;
    }
    /// Largest first.
    [[nodiscard]] std::vector<std::size_t> ranked() const
    {
        std::vector<std::size_t> order(m_totals.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(),
                         [this](std::size_t a, std::size_t b) { return m_totals[a] > m_totals[b]; });
        return order;
    }

private:
    const Roles& m_roles;
    std::vector<std::uint32_t> m_groups;
    std::vector<std::string> m_names;
    std::vector<double> m_totals;
};

/// Draws what stands at the same place together: series × places, the small series as one.
std::vector<ChartSeries> gather(const Table& table, const Roles& roles,
                                const std::vector<std::int64_t>& places, std::size_t width, bool sumTheRest,
                                QString& note)
{
    const Splitter splitter(table, roles);
    const std::vector<std::size_t> ranked = splitter.ranked();
    const std::size_t shown = std::min(MostSeries, ranked.size());
    const bool hasRest = ranked.size() > shown;
    std::vector<std::size_t> placeOf(splitter.count(), hasRest && sumTheRest ? shown : SIZE_MAX);
    std::vector<ChartSeries> series(shown);
    for (std::size_t i = 0; i < shown; ++i) {
        placeOf[ranked[i]] = i;
        series[i].name = fromText(splitter.nameOf(ranked[i]));
        series[i].key = series[i].name;
    }
    if (hasRest && sumTheRest) {
        series.emplace_back();
        series.back().name = planWord("Other");
        series.back().key = u"\n"_s; // no name of a series
    }
    if (hasRest)
        note =
            planWord(sumTheRest ? "The %1 largest of %2 series, the others together; the rows have them all."
                                : "The %1 largest of %2 series; the rows have them all.")
                .arg(shown)
                .arg(ranked.size());
    for (ChartSeries& one : series)
        one.values.assign(width, std::nan(""));
    for (std::size_t row = 0; row < table.rowCount(); ++row) {
        if (places[row] < 0)
            continue;
        for (std::size_t amount = 0; amount < roles.amounts.size(); ++amount) {
            const std::size_t at = placeOf[splitter.seriesOf(row, amount)];
            const double value = roles.amounts[amount]->numberAt(row);
            if (at == SIZE_MAX || !std::isfinite(value))
                continue;
            double& sum = series[at].values[static_cast<std::size_t>(places[row])];
            sum = std::isfinite(sum) ? sum + value : value;
        }
    }
    return series;
}

/// Series that were not measured at the same moments are joined from point to point.
void joinSparse(ChartSeries& series)
{
    const auto known = static_cast<std::size_t>(
        std::count_if(series.values.begin(), series.values.end(), [](double v) { return std::isfinite(v); }));
    if (known * 2 >= series.values.size())
        return;
    std::size_t last = SIZE_MAX;
    for (std::size_t i = 0; i < series.values.size(); ++i) {
        if (!std::isfinite(series.values[i]))
            continue;
        for (std::size_t gap = last == SIZE_MAX ? i : last + 1; gap < i; ++gap) {
            const double share = static_cast<double>(gap - last) / static_cast<double>(i - last);
            series.values[gap] = series.values[last] + share * (series.values[i] - series.values[last]);
        }
        last = i;
    }
}

void planLines(ChartPlan& plan, const Table& table, const Roles& roles)
{
    const bool overTime = roles.x->type() == ColumnType::DateTime;
    std::vector<double> xs(table.rowCount());
    std::vector<double> distinct;
    for (std::size_t row = 0; row < xs.size(); ++row) {
        xs[row] = roles.x->numberAt(row) * (overTime ? 1000 : 1);
        if (std::isfinite(xs[row]))
            distinct.push_back(xs[row]);
    }
    std::sort(distinct.begin(), distinct.end());
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    if (distinct.empty()) {
        plan.kind = ChartPlan::Kind::None;
        return;
    }
    std::vector<std::int64_t> places(xs.size(), -1);
    for (std::size_t row = 0; row < xs.size(); ++row) {
        if (std::isfinite(xs[row]))
            places[row] = std::lower_bound(distinct.begin(), distinct.end(), xs[row]) - distinct.begin();
    }
    const bool stacked = plan.kind == ChartPlan::Kind::Stacked;
    plan.lines.series = gather(table, roles, places, distinct.size(), stacked, plan.note);
    if (!stacked) {
        for (ChartSeries& series : plan.lines.series)
            joinSparse(series);
    }
    if (overTime)
        plan.lines.range = {DateTime::fromUnix(std::chrono::milliseconds(std::llround(distinct.front()))),
                            DateTime::fromUnix(std::chrono::milliseconds(std::llround(distinct.back())))};
    else
        plan.lines.numbers.emplace(distinct.front(), distinct.back());
    plan.lines.moments = std::move(distinct);
}

QString categoryText(const Column& column, std::size_t row)
{
    if (column.type() == ColumnType::DateTime && !column.isNull(row))
        return formatMoment(DateTime{Ticks(column.integerAt(row))});
    const QString text = cellText(column, row);
    return text.isEmpty() ? planWord("(empty)") : text;
}

void planBars(ChartPlan& plan, const Table& table, const Roles& roles, bool byValue)
{
    std::unordered_map<std::string, std::int64_t> known;
    std::vector<std::int64_t> places(table.rowCount(), -1);
    std::size_t left = 0; // rows of categories that are not drawn
    for (std::size_t row = 0; row < places.size(); ++row) {
        const auto [place, isNew] = known.try_emplace(roles.x->displayAt(row), -1);
        if (isNew && plan.bars.categories.size() < MostBars) {
            place->second = static_cast<std::int64_t>(plan.bars.categories.size());
            plan.bars.categories.push_back(categoryText(*roles.x, row));
        }
        places[row] = place->second;
        left += place->second < 0 ? 1U : 0U;
    }
    QString note;
    plan.bars.series = gather(table, roles, places, plan.bars.categories.size(), plan.bars.stacked, note);
    if (left > 0)
        note = planWord("The first %1 bars of %2; the rows have them all.")
                   .arg(plan.bars.categories.size())
                   .arg(known.size());
    if (!note.isEmpty())
        plan.note = plan.note.isEmpty() ? note : plan.note + u' ' + note;
    if (!byValue || plan.bars.series.empty())
        return;
    std::vector<std::size_t> order(plan.bars.categories.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const std::vector<double> values = plan.bars.series.front().values;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::isfinite(values[a]) && (!std::isfinite(values[b]) || values[a] > values[b]);
    });
    const std::vector<QString> names = plan.bars.categories;
    for (std::size_t i = 0; i < order.size(); ++i) {
        plan.bars.categories[i] = names[order[i]];
        for (ChartSeries& series : plan.bars.series)
            if (&series == &plan.bars.series.front())
                series.values[i] = values[order[i]];
    }
}

QString kindOfSplit(const Roles& roles)
{
    if (roles.splits.size() != 1)
        return u"query"_s;
    const std::string name = toLower(roles.splits.front()->name());
    if (name == "service" || name == "apimsubscriptionid")
        return u"service"_s;
    if (name == "model" || name == "modelname")
        return u"model"_s;
    return name == "backend" || name == "backendid" || name == "target" ? u"backend"_s : u"query"_s;
}

std::size_t distinctMoments(const Column& column)
{
    std::vector<std::int64_t> moments(column.integers().begin(), column.integers().end());
    std::sort(moments.begin(), moments.end());
    return static_cast<std::size_t>(std::unique(moments.begin(), moments.end()) - moments.begin());
}

} // namespace

ChartPlan planChart(const Table& table, const std::string& render)
{
    ChartPlan plan;
    const Wish wish = wishFrom(render);
    if (table.rowCount() == 0 || wish.chart.empty() || wish.chart == "table")
        return plan;
    plan.title = fromText(wish.title);
    Roles roles = rolesOf(table, wish);
    if (roles.x == nullptr || roles.amounts.empty()) {
        plan.note = planWord("There is nothing to draw: a chart needs a column of numbers.");
        return plan;
    }
    plan.seriesKind = kindOfSplit(roles);
    const bool overTime = roles.x->type() == ColumnType::DateTime;
    const bool ordered = overTime || isAmount(*roles.x);
    const bool stacks = wish.kind.starts_with("stacked");
    if (wish.chart == "timechart" || (wish.chart == "linechart" && ordered)) {
        plan.kind = ChartPlan::Kind::Lines;
    } else if ((wish.chart == "areachart" || wish.chart == "stackedareachart") && ordered) {
        plan.kind =
            stacks || wish.chart == "stackedareachart" ? ChartPlan::Kind::Stacked : ChartPlan::Kind::Areas;
    } else if (wish.chart == "columnchart" && overTime && distinctMoments(*roles.x) > MostColumns) {
        plan.kind = ChartPlan::Kind::Stacked;
        plan.note = planWord("More columns than fit are drawn as areas.");
    } else if (wish.chart == "barchart" || wish.chart == "columnchart" || wish.chart == "piechart" ||
               wish.chart == "linechart" || wish.chart == "areachart") {
        plan.kind = ChartPlan::Kind::Bars;
        plan.bars.horizontal = wish.chart == "barchart" || wish.chart == "piechart";
        plan.bars.stacked = stacks;
        if (wish.chart == "piechart") {
            plan.note = planWord("A pie is drawn as bars, which compare better.");
            roles.amounts.resize(1);
            roles.splits.clear();
        }
        planBars(plan, table, roles, wish.chart == "piechart");
        return plan;
    } else {
        plan.note = planWord("%1 is not drawn; these are its rows.").arg(fromText(wish.chart));
        return plan;
    }
    planLines(plan, table, roles);
    return plan;
}

} // namespace gatehouse::ui
