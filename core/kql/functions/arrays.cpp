// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/json.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/values.h"

#include <algorithm>
#include <array>
#include <set>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;
using simdjson::dom::element;

/// The JSON of each element of an array; empty when it is none.
std::optional<std::vector<std::string>> elementsOf(Evaluation& evaluation, const Datum& value)
{
    if (value.null)
        return std::nullopt;
    const auto array = evaluation.json().read(value.text);
    if (!array || !array->is_array())
        return std::nullopt;
    std::vector<std::string> elements;
    for (const element item : simdjson::dom::array(*array))
        appendJson(elements.emplace_back(), item);
    return elements;
}

void appendArray(Evaluation& evaluation, Column& out, const std::vector<std::string>& elements)
{
    std::string& json = evaluation.scratch;
    json = "[";
    for (const std::string& element : elements) {
        if (json.size() > 1)
            json += ',';
        json += element;
    }
    json += ']';
    constexpr std::size_t MaxDynamic = 16U << 20U;
    if (json.size() > MaxDynamic)
        out.appendNull();
    else
        out.appendText(json);
}

void arrayLength(Evaluation& evaluation, Args args, Column& out)
{
    const auto array = evaluation.json().read(args[0].text);
    if (!array || !array->is_array())
        out.appendNull();
    else
        out.appendInteger(static_cast<std::int64_t>(simdjson::dom::array(*array).size()));
}

void arrayConcat(Evaluation& evaluation, Args args, Column& out)
{
    std::vector<std::string> all;
    for (const Datum& arg : args) {
        const auto elements = elementsOf(evaluation, arg);
        if (elements)
            all.insert(all.end(), elements->begin(), elements->end());
        else if (!arg.null)
            all.emplace_back(arg.text);
    }
    appendArray(evaluation, out, all);
}

/// Both ends inclusive, negative ones from the end.
void arraySlice(Evaluation& evaluation, Args args, Column& out)
{
    auto elements = elementsOf(evaluation, args[0]);
    if (!elements) {
        out.appendNull();
        return;
    }
    const auto size = static_cast<std::int64_t>(elements->size());
    const auto place = [&](std::int64_t index) { return index < 0 ? index + size : index; };
    const std::int64_t first = std::max<std::int64_t>(place(args[1].integer), 0);
    const std::int64_t last = std::min(place(args[2].integer), size - 1);
    if (first > last) {
        out.appendText("[]");
        return;
    }
    appendArray(evaluation, out, {elements->begin() + first, elements->begin() + last + 1});
}

void arrayReverse(Evaluation& evaluation, Args args, Column& out)
{
    auto elements = elementsOf(evaluation, args[0]);
    if (!elements) {
        out.appendNull();
        return;
    }
    std::reverse(elements->begin(), elements->end());
    appendArray(evaluation, out, *elements);
}

void arraySum(Evaluation& evaluation, Args args, Column& out)
{
    const auto elements = elementsOf(evaluation, args[0]);
    double sum = 0;
    bool good = elements.has_value();
    for (std::size_t i = 0; good && i < elements->size(); ++i) {
        const auto number = readReal((*elements)[i]);
        good = number.has_value();
        sum += number.value_or(0);
    }
    if (good)
        out.appendReal(sum);
    else
        out.appendNull();
}

void arrayIndexOf(Evaluation& evaluation, Args args, Column& out)
{
    const auto elements = elementsOf(evaluation, args[0]);
    if (!elements) {
        out.appendNull();
        return;
    }
    const auto found = std::find(elements->begin(), elements->end(), std::string(args[1].text));
    out.appendInteger(found == elements->end() ? -1 : found - elements->begin());
}

void setHasElement(Evaluation& evaluation, Args args, Column& out)
{
    const auto elements = elementsOf(evaluation, args[0]);
    if (!elements)
        out.appendNull();
    else
        out.appendBool(std::find(elements->begin(), elements->end(), std::string(args[1].text)) !=
                       elements->end());
}

enum class SetOperation : std::uint8_t { Union, Intersect, Difference };

/// Elements in the order in which they first come.
template <SetOperation Operation>
void setOperation(Evaluation& evaluation, Args args, Column& out)
{
    const auto first = elementsOf(evaluation, args[0]);
    if (!first) {
        out.appendNull();
        return;
    }
    std::vector<std::string> result;
    std::set<std::string> seen;
    const auto add = [&](const std::vector<std::string>& from) {
        for (const std::string& item : from) {
            if (seen.insert(item).second)
                result.push_back(item);
        }
    };
    add(*first);
    for (std::size_t i = 1; i < args.size(); ++i) {
        const auto other = elementsOf(evaluation, args[i]);
        if (!other) {
            out.appendNull();
            return;
        }
        if (Operation == SetOperation::Union) {
            add(*other);
            continue;
        }
        const std::set<std::string> members(other->begin(), other->end());
        std::erase_if(result, [&](const std::string& item) {
            return members.contains(item) == (Operation == SetOperation::Difference);
        });
    }
    appendArray(evaluation, out, result);
}

/// Numbers by value, texts by code points; null last.
template <bool Descending>
void arraySort(Evaluation& evaluation, Args args, Column& out)
{
    auto elements = elementsOf(evaluation, args[0]);
    if (!elements) {
        out.appendNull();
        return;
    }
    std::stable_sort(elements->begin(), elements->end(), [](const std::string& a, const std::string& b) {
        const bool aNull = a == "null";
        const bool bNull = b == "null";
        if (aNull || bNull)
            return bNull && !aNull;
        const auto x = a.starts_with('"') ? std::nullopt : readReal(a);
        const auto y = b.starts_with('"') ? std::nullopt : readReal(b);
        if (x && y)
            return Descending ? *x > *y : *x < *y;
        return Descending ? a > b : a < b;
    });
    appendArray(evaluation, out, *elements);
}

/// range(start, stop [, step]) of numbers.
void rangeArray(Evaluation& evaluation, Args args, Column& out)
{
    constexpr std::int64_t Most = 1'048'576;
    const std::int64_t step = args.size() > 2 ? args[2].integer : 1;
    std::vector<std::string> elements;
    if (step != 0) {
        for (std::int64_t v = args[0].integer; (step > 0 ? v <= args[1].integer : v >= args[1].integer) &&
                                               static_cast<std::int64_t>(elements.size()) < Most;
             v += step)
            elements.push_back(std::to_string(v));
    }
    appendArray(evaluation, out, elements);
}
void rangeReals(Evaluation& evaluation, Args args, Column& out)
{
    constexpr std::size_t Most = 1'048'576;
    const double step = args.size() > 2 ? args[2].real : 1;
    std::vector<std::string> elements;
    for (std::size_t i = 0; step != 0 && elements.size() < Most; ++i) {
        const double value = args[0].real + static_cast<double>(i) * step;
        if (!(step > 0 ? value <= args[1].real : value >= args[1].real))
            break;
        appendJsonReal(elements.emplace_back(), value);
    }
    appendArray(evaluation, out, elements);
}

void repeatValue(Evaluation& evaluation, Args args, Column& out)
{
    const std::int64_t count = std::clamp<std::int64_t>(args[1].integer, 0, 1'048'576);
    appendArray(evaluation, out,
                std::vector<std::string>(static_cast<std::size_t>(count),
                                         args[0].null ? "null" : std::string(args[0].text)));
}

constexpr unsigned Strict = FunctionSpec::NullIfAnyNull;

const std::array Functions = {
    FunctionSpec{"array_length", "j", 'l', arrayLength, nullptr, Strict},
    FunctionSpec{"arraylength", "j", 'l', arrayLength, nullptr, Strict},
    FunctionSpec{"array_concat", "j+", 'j', arrayConcat},
    FunctionSpec{"array_slice", "jll", 'j', arraySlice, nullptr, Strict},
    FunctionSpec{"array_reverse", "j", 'j', arrayReverse, nullptr, Strict},
    FunctionSpec{"array_sum", "j", 'r', arraySum, nullptr, Strict},
    FunctionSpec{"array_index_of", "jJ", 'l', arrayIndexOf, nullptr, Strict},
    FunctionSpec{"set_has_element", "jJ", 'b', setHasElement, nullptr, Strict},
    FunctionSpec{"set_union", "j+", 'j', setOperation<SetOperation::Union>},
    FunctionSpec{"set_intersect", "j+", 'j', setOperation<SetOperation::Intersect>},
    FunctionSpec{"set_difference", "j+", 'j', setOperation<SetOperation::Difference>},
    FunctionSpec{"array_sort_asc", "j", 'j', arraySort<false>, nullptr, Strict},
    FunctionSpec{"array_sort_desc", "j", 'j', arraySort<true>, nullptr, Strict},
    FunctionSpec{"range", "ll|l", 'j', rangeArray, nullptr, Strict},
    FunctionSpec{"range", "rr|r", 'j', rangeReals, nullptr, Strict},
    FunctionSpec{"repeat", "Jl", 'j', repeatValue},
};

} // namespace

std::span<const FunctionSpec> arrayFunctions()
{
    return Functions;
}

} // namespace gatehouse::kql
