// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/kernels.h"

#include <array>

namespace gatehouse::kql {

namespace {

/// The default of prev and next: a number may stand for a real.
void appendDefault(Column& out, const View& value, std::size_t row)
{
    const ColumnType from = value.column->type();
    const bool whole = from == ColumnType::Int || from == ColumnType::Long;
    if (from == out.type() || (whole && (out.type() == ColumnType::Long || out.type() == ColumnType::Int)))
        out.appendFrom(*value.column, value.at(row));
    else if (whole && out.type() == ColumnType::Real && !value.isNull(row))
        out.appendReal(static_cast<double>(value.column->integerAt(value.at(row))));
    else
        out.appendNull();
}

/// prev (-1) and next (+1) by an offset; beyond the ends the default or null.
template <int Direction>
View neighbour(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    Column out({}, type);
    out.reserve(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        const std::int64_t offset = args.size() > 1 ? datumAt(args[1], i).integer : 1;
        const std::int64_t from = static_cast<std::int64_t>(i) + Direction * offset;
        if (from >= 0 && from < static_cast<std::int64_t>(rows))
            out.appendFrom(*args[0].column, args[0].at(static_cast<std::size_t>(from)));
        else if (args.size() > 2)
            appendDefault(out, args[2], i);
        else
            out.appendNull();
    }
    return viewOf(std::move(out));
}

/// row_number([start [, restart]])
View rowNumber(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    Column out({}, type);
    out.reserve(rows);
    std::int64_t number = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        const std::int64_t start = args.empty() ? 1 : datumAt(args[0], i).integer;
        const bool restart = args.size() > 1 && datumAt(args[1], i).integer != 0;
        number = i == 0 || restart ? start : number + 1;
        out.appendInteger(number);
    }
    return viewOf(std::move(out));
}

/// row_cumsum(value [, restart]): a null counts as zero.
template <typename Side>
View cumulate(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    std::vector<typename Side::Value> scratch;
    const auto values = Side::of(args[0], rows, scratch);
    Column out({}, type);
    out.reserve(rows);
    typename Side::Value sum{};
    for (std::size_t i = 0; i < rows; ++i) {
        if (args.size() > 1 && datumAt(args[1], i).integer != 0)
            sum = {};
        if (!args[0].isNull(i))
            sum = static_cast<typename Side::Value>(sum + values[i]);
        Side::append(out, sum);
    }
    return viewOf(std::move(out));
}

bool sameAt(const View& view, std::size_t a, std::size_t b)
{
    const Datum x = datumAt(view, a);
    const Datum y = datumAt(view, b);
    return x.null == y.null && x.integer == y.integer && x.real == y.real && x.text == y.text;
}

/// row_rank_dense and row_rank_min of a term in the order of the rows, with an optional restart.
template <bool Dense>
View rank(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    Column out({}, type);
    std::int64_t current = 0;
    std::int64_t position = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        const bool restart = i == 0 || (args.size() > 1 && datumAt(args[1], i).integer != 0);
        position = restart ? 1 : position + 1;
        if (restart)
            current = 1;
        else if (!sameAt(args[0], i, i - 1))
            current = Dense ? current + 1 : position;
        out.appendInteger(current);
    }
    return viewOf(std::move(out));
}

/// row_window_session(value, farthest from the first, farthest from the one before [, restart]): the first
/// value of each session.
template <typename Side>
View session(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    std::vector<typename Side::Value> scratch[3];
    const auto values = Side::of(args[0], rows, scratch[0]);
    const auto whole = Side::of(args[1], rows, scratch[1]);
    const auto between = Side::of(args[2], rows, scratch[2]);
    Column out({}, type);
    out.reserve(rows);
    bool open = false;
    typename Side::Value first{};
    typename Side::Value last{};
    for (std::size_t i = 0; i < rows; ++i) {
        if (args[0].isNull(i)) {
            out.appendNull();
            continue;
        }
        const bool restart = args.size() > 3 && datumAt(args[3], i).integer != 0;
        if (!open || restart || values[i] - first > whole[i] || values[i] - last > between[i])
            first = values[i];
        open = true;
        last = values[i];
        Side::append(out, first);
    }
    return viewOf(std::move(out));
}

constexpr unsigned Whole = FunctionSpec::WholeInput;

const std::array WindowFunctions = {
    FunctionSpec{"prev", "*|l*", '1', nullptr, neighbour<-1>, Whole},
    FunctionSpec{"next", "*|l*", '1', nullptr, neighbour<1>, Whole},
    FunctionSpec{"row_number", "|lb", 'l', nullptr, rowNumber, Whole},
    FunctionSpec{"row_cumsum", "l|b", 'l', nullptr, cumulate<Integers>, Whole},
    FunctionSpec{"row_cumsum", "r|b", 'r', nullptr, cumulate<Reals>, Whole},
    FunctionSpec{"row_cumsum", "t|b", 't', nullptr, cumulate<Integers>, Whole},
    FunctionSpec{"row_window_session", "dtt|b", 'd', nullptr, session<Integers>, Whole},
    FunctionSpec{"row_window_session", "ttt|b", 't', nullptr, session<Integers>, Whole},
    FunctionSpec{"row_window_session", "lll|b", 'l', nullptr, session<Integers>, Whole},
    FunctionSpec{"row_window_session", "rrr|b", 'r', nullptr, session<Reals>, Whole},
    FunctionSpec{"row_rank_dense", "*|b", 'l', nullptr, rank<true>, Whole},
    FunctionSpec{"row_rank_min", "*|b", 'l', nullptr, rank<false>, Whole},
};

} // namespace

std::span<const FunctionSpec> windowFunctions()
{
    return WindowFunctions;
}

} // namespace gatehouse::kql
