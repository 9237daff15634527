// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/arrays.h"
#include "core/kql/functions/json.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/values.h"

#include <algorithm>
#include <array>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;
using Elements = std::vector<std::string>;

/// array_shift_left(array, places [, fill]) and its mirror.
template <bool Left>
void shift(Evaluation& evaluation, Args args, Column& out)
{
    const auto elements = elementsOf(evaluation, args[0]);
    if (!elements || args[1].null) {
        out.appendNull();
        return;
    }
    const std::string fill = args.size() > 2 && !args[2].null ? std::string(args[2].text) : "null";
    const auto size = static_cast<std::int64_t>(elements->size());
    const std::int64_t places = std::clamp(args[1].integer, -size, size);
    const std::int64_t offset = Left ? places : -places;
    Elements moved(elements->size(), fill);
    for (std::int64_t i = 0; i < size; ++i) {
        if (i + offset >= 0 && i + offset < size)
            moved[static_cast<std::size_t>(i)] = (*elements)[static_cast<std::size_t>(i + offset)];
    }
    appendArray(evaluation, out, moved);
}

template <bool Left>
void rotate(Evaluation& evaluation, Args args, Column& out)
{
    auto elements = elementsOf(evaluation, args[0]);
    if (!elements) {
        out.appendNull();
        return;
    }
    if (!elements->empty()) {
        const auto size = static_cast<std::int64_t>(elements->size());
        const std::int64_t places = positiveModulo(args[1].integer, size);
        std::rotate(elements->begin(), elements->begin() + (Left ? places : (size - places) % size),
                    elements->end());
    }
    appendArray(evaluation, out, *elements);
}

std::string arrayText(const Elements& elements, std::size_t from, std::size_t to)
{
    std::string json = "[";
    for (std::size_t i = from; i < to; ++i) {
        json += i > from ? "," : "";
        json += elements[i];
    }
    return json + ']';
}

/// Cuts at the indices, of which negative ones count from the end.
void splitAt(Evaluation& evaluation, const Elements& elements, const std::vector<std::int64_t>& indices,
             Column& out)
{
    const auto size = static_cast<std::int64_t>(elements.size());
    std::string& json = evaluation.scratch;
    json = "[";
    std::int64_t from = 0;
    for (const std::int64_t index : indices) {
        const std::int64_t to = std::clamp(index < 0 ? index + size : index, from, size);
        json += arrayText(elements, static_cast<std::size_t>(from), static_cast<std::size_t>(to)) + ',';
        from = to;
    }
    json += arrayText(elements, static_cast<std::size_t>(from), elements.size()) + ']';
    out.appendText(json);
}

void splitOnce(Evaluation& evaluation, Args args, Column& out)
{
    const auto elements = elementsOf(evaluation, args[0]);
    if (!elements)
        out.appendNull();
    else
        splitAt(evaluation, *elements, {args[1].integer}, out);
}
void splitOften(Evaluation& evaluation, Args args, Column& out)
{
    const auto elements = elementsOf(evaluation, args[0]);
    const auto places = elementsOf(evaluation, args[1]);
    if (!elements || !places) {
        out.appendNull();
        return;
    }
    std::vector<std::int64_t> indices;
    for (const std::string& place : *places)
        indices.push_back(readLong(place).value_or(0));
    splitAt(evaluation, *elements, indices, out);
}

/// The element of an array at a place, or the value itself when it is none; "null" behind the end.
std::string choiceAt(const std::optional<Elements>& array, const Datum& value, std::size_t at)
{
    if (array)
        return at < array->size() ? (*array)[at] : "null";
    return value.null ? "null" : std::string(value.text);
}

/// A condition is a bool or a number; anything else is neither true nor false.
void arrayChoose(Evaluation& evaluation, Args args, Column& out)
{
    const auto conditions = elementsOf(evaluation, args[0]);
    if (!conditions) {
        out.appendNull();
        return;
    }
    const auto whenTrue = elementsOf(evaluation, args[1]);
    const auto whenFalse = elementsOf(evaluation, args[2]);
    Elements chosen;
    for (std::size_t i = 0; i < conditions->size(); ++i) {
        const std::string& condition = (*conditions)[i];
        const bool text = condition.starts_with('"');
        const auto number = text ? std::nullopt : readReal(condition);
        if (condition == "true" || (number && *number != 0))
            chosen.push_back(choiceAt(whenTrue, args[1], i));
        else if (condition == "false" || number)
            chosen.push_back(choiceAt(whenFalse, args[2], i));
        else
            chosen.emplace_back("null");
    }
    appendArray(evaluation, out, chosen);
}

/// zip(arrays…): the first elements together, then the second ones, shorter arrays with null.
void zip(Evaluation& evaluation, Args args, Column& out)
{
    std::vector<Elements> arrays;
    std::size_t longest = 0;
    for (const Datum& arg : args) {
        auto elements = elementsOf(evaluation, arg);
        if (!elements) {
            out.appendNull();
            return;
        }
        longest = std::max(longest, elements->size());
        arrays.push_back(std::move(*elements));
    }
    Elements rows;
    for (std::size_t i = 0; i < longest; ++i) {
        std::string& row = rows.emplace_back("[");
        for (const Elements& array : arrays) {
            row += row.size() > 1 ? "," : "";
            row += i < array.size() ? array[i] : "null";
        }
        row += ']';
    }
    appendArray(evaluation, out, rows);
}

const std::array ArrayMoveFunctions = {
    FunctionSpec{"array_shift_left", "jl|J", 'j', shift<true>},
    FunctionSpec{"array_shift_right", "jl|J", 'j', shift<false>},
    FunctionSpec{"array_rotate_left", "jl", 'j', rotate<true>, nullptr, Strict},
    FunctionSpec{"array_rotate_right", "jl", 'j', rotate<false>, nullptr, Strict},
    FunctionSpec{"array_split", "jl", 'j', splitOnce, nullptr, Strict},
    FunctionSpec{"array_split", "jj", 'j', splitOften, nullptr, Strict},
    FunctionSpec{"array_iff", "jJJ", 'j', arrayChoose},
    FunctionSpec{"array_iif", "jJJ", 'j', arrayChoose},
    FunctionSpec{"zip", "j+", 'j', zip},
};

} // namespace

std::span<const FunctionSpec> arrayMoveFunctions()
{
    return ArrayMoveFunctions;
}

} // namespace gatehouse::kql
