// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/json.h"
#include "core/kql/functions/kernels.h"

#include <array>
#include <cmath>

namespace gatehouse::kql {

namespace {

/// Three-valued: decided is what ends the question (false for and, true for or).
template <bool Decided>
View combine(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    Column out({}, type);
    out.reserve(rows);
    for (std::size_t i = 0; i < rows; ++i) {
        bool decided = false;
        bool unknown = false;
        for (const View& view : args) {
            const std::size_t at = view.at(i);
            if (view.column->isNull(at))
                unknown = true;
            else if (view.column->boolAt(at) == Decided) {
                decided = true;
                break;
            }
        }
        if (decided || !unknown)
            out.appendBool(decided == Decided);
        else
            out.appendNull();
    }
    return viewOf(std::move(out));
}

void negate(Evaluation&, std::span<const Datum> args, Column& out)
{
    out.appendBool(args[0].integer == 0);
}

/// condition, value, condition, value, …, otherwise
View choose(Evaluation& evaluation, ColumnType type, std::span<const View> args, std::size_t rows)
{
    Column out({}, type);
    out.reserve(rows);
    bool full = false;
    for (std::size_t i = 0; i < rows; ++i) {
        std::size_t chosen = args.size() - 1;
        for (std::size_t c = 0; c + 1 < args.size(); c += 2) {
            const std::size_t at = args[c].at(i);
            if (!args[c].column->isNull(at) && args[c].column->boolAt(at)) {
                chosen = c + 1;
                break;
            }
        }
        full = full || (i % 256 == 255 && evaluation.outgrown(out.memoryBytes()));
        if (full)
            out.appendNull();
        else
            out.appendFrom(*args[chosen].column, args[chosen].at(i));
    }
    return viewOf(std::move(out));
}

View coalesce(Evaluation& evaluation, ColumnType type, std::span<const View> args, std::size_t rows)
{
    Column out({}, type);
    out.reserve(rows);
    bool full = false;
    for (std::size_t i = 0; i < rows; ++i) {
        std::size_t chosen = 0;
        while (chosen + 1 < args.size()) {
            const Datum value = datumAt(args[chosen], i);
            const bool missing = value.null || (type == ColumnType::String && value.text.empty());
            if (!missing)
                break;
            ++chosen;
        }
        full = full || (i % 256 == 255 && evaluation.outgrown(out.memoryBytes()));
        if (full)
            out.appendNull();
        else
            out.appendFrom(*args[chosen].column, args[chosen].at(i));
    }
    return viewOf(std::move(out));
}

template <bool WantNull>
View nullness(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    Column out({}, type);
    out.reserve(rows);
    for (std::size_t i = 0; i < rows; ++i)
        out.appendBool(args[0].isNull(i) == WantNull);
    return viewOf(std::move(out));
}

bool isEmptyAt(const View& view, std::size_t row)
{
    const Datum value = datumAt(view, row);
    const bool texty =
        view.column->type() == ColumnType::String || view.column->type() == ColumnType::Dynamic;
    return value.null || (texty && (value.text.empty() || value.text == "\"\""));
}

template <bool WantEmpty>
View emptiness(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    Column out({}, type);
    out.reserve(rows);
    for (std::size_t i = 0; i < rows; ++i)
        out.appendBool(isEmptyAt(args[0], i) == WantEmpty);
    return viewOf(std::move(out));
}

/// Whether a is before b in the order of values of one type.
bool isLess(ColumnType type, const Datum& a, const Datum& b)
{
    switch (type) {
    case ColumnType::Real:
        return a.real < b.real;
    case ColumnType::Decimal:
    case ColumnType::Guid:
    case ColumnType::String:
    case ColumnType::Dynamic:
        return a.text < b.text;
    default:
        return a.integer < b.integer;
    }
}

template <bool Largest>
View extreme(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    Column out({}, type);
    for (std::size_t i = 0; i < rows; ++i) {
        const View* best = nullptr;
        for (const View& view : args) {
            const Datum value = datumAt(view, i);
            if (value.null)
                continue;
            if (best == nullptr ||
                (Largest ? isLess(type, datumAt(*best, i), value) : isLess(type, value, datumAt(*best, i))))
                best = &view;
        }
        if (best == nullptr)
            out.appendNull();
        else
            out.appendFrom(*best->column, best->at(i));
    }
    return viewOf(std::move(out));
}

const std::array LogicFunctions = {
    FunctionSpec{"and", "bb+", 'b', nullptr, combine<false>},
    FunctionSpec{"or", "bb+", 'b', nullptr, combine<true>},
    FunctionSpec{"not", "b", 'b', negate, nullptr, Strict},
    FunctionSpec{"case", "bc+", 'c', nullptr, choose},
    FunctionSpec{"iff", "bcc", 'c', nullptr, choose},
    FunctionSpec{"iif", "bcc", 'c', nullptr, choose},
    FunctionSpec{"coalesce", "cc+", 'c', nullptr, coalesce},
    FunctionSpec{"isnull", "*", 'b', nullptr, nullness<true>},
    FunctionSpec{"isnotnull", "*", 'b', nullptr, nullness<false>},
    FunctionSpec{"notnull", "*", 'b', nullptr, nullness<false>},
    FunctionSpec{"isempty", "*", 'b', nullptr, emptiness<true>},
    FunctionSpec{"isnotempty", "*", 'b', nullptr, emptiness<false>},
    FunctionSpec{"notempty", "*", 'b', nullptr, emptiness<false>},
    FunctionSpec{"max_of", "c+", 'c', nullptr, extreme<true>},
    FunctionSpec{"min_of", "c+", 'c', nullptr, extreme<false>},
};

} // namespace

std::span<const FunctionSpec> logicFunctions()
{
    return LogicFunctions;
}

} // namespace gatehouse::kql
