// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/aggregates.h"
#include "core/kql/functions/aggregatestates.h"
#include "core/kql/functions/json.h"
#include "core/kql/values.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

namespace gatehouse::kql {

namespace {

/// make_list and make_set: the JSON of the elements of each group.
class ListState final : public Aggregate
{
public:
    ListState(Evaluation& evaluation, StateRequest request)
        : m_evaluation(evaluation)
        , m_request(request)
        , m_unique(request.name == "make_set")
    {}

    void grow(std::size_t groups) override { m_groups.resize(groups); }

    void update(std::span<const std::uint32_t> groups, std::span<const View> args) override
    {
        const Column& column = *args[0].column;
        const View* condition = args.size() > 1 ? &args[1] : nullptr;
        const bool dynamic = column.type() == ColumnType::Dynamic;
        std::string element;
        for (std::size_t i = 0; i < groups.size(); ++i) {
            if (condition != nullptr &&
                (condition->isNull(i) || !condition->column->boolAt(condition->at(i))))
                continue;
            const std::size_t at = args[0].at(i);
            if (column.isNull(at) && !m_request.keepNulls && !(dynamic && !m_unique))
                continue;
            element.clear();
            appendJsonOf(element, column, at);
            if (dynamic && element.starts_with('['))
                addElements(m_groups[groups[i]], element);
            else
                add(m_groups[groups[i]], element);
        }
    }

    void finish(std::size_t group, std::span<Column> out) override
    {
        out[0].appendText('[' + m_groups[group].json + ']');
        m_groups[group] = {};
    }
    [[nodiscard]] std::size_t memoryBytes() const override
    {
        return m_groups.capacity() * sizeof(Group) + m_bytes;
    }

private:
    struct Group
    {
        std::string json;
        std::int64_t count = 0;
        std::unordered_set<std::string> seen;
    };

    void addElements(Group& group, const std::string& array)
    {
        const auto value = m_evaluation.json().read(array);
        if (!value || !value->is_array())
            return;
        std::string element;
        for (const auto item : simdjson::dom::array(*value)) {
            element.clear();
            appendJson(element, item);
            add(group, element);
        }
    }

    void add(Group& group, const std::string& element)
    {
        if (group.count >= m_request.limit || (m_unique && !group.seen.insert(element).second))
            return;
        if (group.count++ > 0)
            group.json += ',';
        group.json += element;
        m_bytes += element.size() * (m_unique ? 2 : 1) + (m_unique ? 64 : 1);
    }

    Evaluation& m_evaluation;
    StateRequest m_request;
    bool m_unique;
    std::size_t m_bytes = 0;
    std::vector<Group> m_groups;
};

/// make_bag: the first value of each key stays.
class BagState final : public Aggregate
{
public:
    explicit BagState(Evaluation& evaluation)
        : m_evaluation(evaluation)
    {}
    void grow(std::size_t groups) override { m_groups.resize(groups); }
    void update(std::span<const std::uint32_t> groups, std::span<const View> args) override
    {
        forEachValue(groups, args, [&](std::uint32_t number, std::size_t at) {
            const auto value = m_evaluation.json().read(args[0].column->textAt(at));
            if (!value || !value->is_object())
                return;
            Group& group = m_groups[number];
            for (const auto& field : simdjson::dom::object(*value)) {
                if (!group.seen.insert(std::string(field.key)).second)
                    continue;
                const std::size_t before = group.json.size();
                group.json += group.json.empty() ? "" : ",";
                appendJsonString(group.json, field.key);
                group.json += ':';
                appendJson(group.json, field.value);
                m_bytes += group.json.size() - before + 64;
            }
        });
    }
    void finish(std::size_t group, std::span<Column> out) override
    {
        out[0].appendText('{' + m_groups[group].json + '}');
    }
    [[nodiscard]] std::size_t memoryBytes() const override
    {
        return m_groups.capacity() * sizeof(Group) + m_bytes;
    }

private:
    struct Group
    {
        std::string json;
        std::unordered_set<std::string> seen;
    };
    Evaluation& m_evaluation;
    std::size_t m_bytes = 0;
    std::vector<Group> m_groups;
};

/// Keeps all values of a group and selects by nearest rank at the end: exact.
class PercentileState final : public Aggregate
{
public:
    PercentileState(std::vector<double> percents, bool asArray)
        : m_percents(std::move(percents))
        , m_asArray(asArray)
    {}
    void grow(std::size_t groups) override { m_groups.resize(groups); }
    void update(std::span<const std::uint32_t> groups, std::span<const View> args) override
    {
        const Column& column = *args[0].column;
        m_type = column.type();
        const bool real = m_type == ColumnType::Real;
        forEachValue(groups, args, [&](std::uint32_t group, std::size_t at) {
            const double value = real ? column.realAt(at)
                                 : m_type == ColumnType::Decimal || m_type == ColumnType::Dynamic
                                     ? readReal(column.textAt(at)).value_or(0)
                                     : static_cast<double>(column.integerAt(at));
            m_groups[group].push_back(value);
        });
        m_values += groups.size();
    }
    void finish(std::size_t group, std::span<Column> out) override
    {
        std::vector<double>& values = m_groups[group];
        if (m_asArray) {
            std::string json = "[";
            for (const double percent : m_percents) {
                json += json.size() > 1 ? "," : "";
                Column one({}, m_type == ColumnType::Dynamic ? ColumnType::Real : m_type);
                appendTo(one, values, percent);
                appendJsonOf(json, one, 0);
            }
            out[0].appendText(json + ']');
            return;
        }
        appendTo(out[0], values, m_percents.front());
    }
    [[nodiscard]] std::size_t memoryBytes() const override
    {
        return m_groups.capacity() * 24 + m_values * 12;
    }

private:
    static void appendTo(Column& out, std::vector<double>& values, double percent)
    {
        if (values.empty()) {
            out.appendNull();
            return;
        }
        const double rank = std::ceil(percent / 100.0 * static_cast<double>(values.size()));
        const auto index =
            static_cast<std::ptrdiff_t>(std::clamp(rank, 1.0, static_cast<double>(values.size()))) - 1;
        std::nth_element(values.begin(), values.begin() + index, values.end());
        const double value = values[static_cast<std::size_t>(index)];
        switch (out.type()) {
        case ColumnType::Real:
            out.appendReal(value);
            return;
        case ColumnType::Decimal:
            out.appendText(decimalFromReal(value));
            return;
        default:
            out.appendInteger(static_cast<std::int64_t>(value));
        }
    }

    std::vector<double> m_percents;
    bool m_asArray;
    ColumnType m_type = ColumnType::Real;
    std::size_t m_values = 0;
    std::vector<std::vector<double>> m_groups;
};

/// arg_max, arg_min and take_any: remembers where the best row of each group lies. Args are by, then the
/// outputs; the chunks that hold a winner are kept.
class PickState final : public Aggregate
{
public:
    explicit PickState(Pick pick)
        : m_pick(pick)
    {}
    void grow(std::size_t groups) override { m_winners.resize(groups); }
    void update(std::span<const std::uint32_t> groups, std::span<const View> args) override
    {
        m_chunks.emplace_back(args.begin(), args.end());
        m_rows += groups.size() * args.size();
        const auto chunk = static_cast<std::uint32_t>(m_chunks.size() - 1);
        for (std::size_t i = 0; i < groups.size(); ++i) {
            Winner& winner = m_winners[groups[i]];
            if (!winner.any ||
                (m_pick != Pick::Any && isBetter(args[0], i, m_chunks[winner.chunk][0], winner.row)))
                winner = {true, chunk, static_cast<std::uint32_t>(i)};
        }
    }
    void finish(std::size_t group, std::span<Column> out) override
    {
        const Winner& winner = m_winners[group];
        for (std::size_t i = 0; i < out.size(); ++i) {
            if (!winner.any) {
                out[i].appendNull();
                continue;
            }
            const View& view = m_chunks[winner.chunk][i];
            out[i].appendFrom(*view.column, view.at(winner.row));
        }
    }
    [[nodiscard]] std::size_t memoryBytes() const override
    {
        return m_winners.capacity() * sizeof(Winner) + m_rows * 4;
    }

private:
    struct Winner
    {
        bool any = false;
        std::uint32_t chunk = 0;
        std::uint32_t row = 0;
    };

    [[nodiscard]] bool isBetter(const View& view, std::size_t row, const View& best,
                                std::size_t bestRow) const
    {
        const Datum a = datumAt(view, row);
        const Datum b = datumAt(best, bestRow);
        if (a.null || b.null)
            return b.null && !a.null;
        const bool largest = m_pick == Pick::Largest;
        switch (view.column->type()) {
        case ColumnType::Real:
            if (std::isnan(a.real) || std::isnan(b.real))
                return std::isnan(a.real) && !std::isnan(b.real);
            return largest ? a.real > b.real : a.real < b.real;
        case ColumnType::Decimal: {
            const double x = readReal(a.text).value_or(0);
            const double y = readReal(b.text).value_or(0);
            return largest ? x > y : x < y;
        }
        case ColumnType::Guid:
        case ColumnType::String:
        case ColumnType::Dynamic:
            return largest ? a.text > b.text : a.text < b.text;
        default:
            return largest ? a.integer > b.integer : a.integer < b.integer;
        }
    }

    Pick m_pick;
    std::size_t m_rows = 0;
    std::vector<std::vector<View>> m_chunks;
    std::vector<Winner> m_winners;
};

} // namespace

std::shared_ptr<const AggregateFactory> listFactory(const StateRequest& request)
{
    if (request.name == "make_bag") {
        if (request.input != ColumnType::Dynamic)
            return nullptr;
        return factoryOf([](Evaluation& evaluation) { return std::make_unique<BagState>(evaluation); });
    }
    StateRequest kept = request;
    kept.name =
        request.name == "make_set" ? "make_set" : "make_list"; // the caller's text may not live as long
    return factoryOf(
        [kept](Evaluation& evaluation) { return std::make_unique<ListState>(evaluation, kept); });
}

AggregateCall pickRow(Pick pick, ExprRef by, std::vector<ExprRef> outputs)
{
    AggregateCall call;
    call.args.push_back(std::move(by));
    call.outputs.push_back(call.args.front()->type);
    for (ExprRef& output : outputs) {
        call.outputs.push_back(output->type);
        call.args.push_back(std::move(output));
    }
    call.factory = factoryOf([pick](Evaluation&) { return std::make_unique<PickState>(pick); });
    return call;
}

AggregateCall percentileOf(ExprRef value, double percent)
{
    AggregateCall call;
    call.outputs = {value->type == ColumnType::Dynamic ? ColumnType::Real
                    : value->type == ColumnType::Int   ? ColumnType::Long
                                                       : value->type};
    call.args = {std::move(value)};
    call.factory = factoryOf([percent](Evaluation&) {
        return std::make_unique<PercentileState>(std::vector<double>{percent}, false);
    });
    return call;
}

AggregateCall percentilesArrayOf(ExprRef value, std::vector<double> percents)
{
    AggregateCall call;
    call.outputs = {ColumnType::Dynamic};
    call.args = {std::move(value)};
    call.factory =
        factoryOf([percents](Evaluation&) { return std::make_unique<PercentileState>(percents, true); });
    return call;
}

} // namespace gatehouse::kql
