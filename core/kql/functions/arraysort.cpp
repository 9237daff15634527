// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/arrays.h"
#include "core/kql/functions/calendar.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/functions/limits.h"
#include "core/kql/values.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;
using Elements = std::vector<std::string>;

/// An element as it is compared: numbers by value, other values by their text.
struct SortKey
{
    bool null = false;
    std::optional<double> number;
};

template <bool Descending>
std::vector<std::size_t> orderOf(const Elements& elements, bool nullsLast)
{
    std::vector<SortKey> keys;
    for (const std::string& element : elements)
        keys.push_back({element == "null", element.starts_with('"') ? std::nullopt : readReal(element)});
    std::vector<std::size_t> order(elements.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        if (keys[a].null || keys[b].null)
            return keys[a].null != keys[b].null && keys[b].null == nullsLast;
        const auto& x = keys[a].number;
        const auto& y = keys[b].number;
        if (x && y)
            return Descending ? *x > *y : *x < *y;
        if (x.has_value() != y.has_value()) // numbers stand before texts, whatever the direction
            return x.has_value();
        return Descending ? elements[a] > elements[b] : elements[a] < elements[b];
    });
    return order;
}

Elements arranged(const Elements& elements, const std::vector<std::size_t>& order)
{
    Elements result;
    for (const std::size_t at : order)
        result.push_back(elements[at]);
    return result;
}

template <bool Descending>
void sortOne(Evaluation& evaluation, Args args, Column& out)
{
    const auto elements = elementsOf(evaluation, args[0]);
    if (!elements) {
        out.appendNull();
        return;
    }
    const bool nullsLast = args.size() < 2 || args[1].null || args[1].integer != 0;
    appendArray(evaluation, out, arranged(*elements, orderOf<Descending>(*elements, nullsLast)));
}

std::string textOf(const Elements& elements)
{
    std::string json = "[";
    for (const std::string& element : elements) {
        json += json.size() > 1 ? "," : "";
        json += element;
    }
    return json + ']';
}

/// Several arrays: all in the order of the first one. An array of another length is null.
template <bool Descending>
void sortTogether(Evaluation& evaluation, Args args, Column& out)
{
    const auto keys = elementsOf(evaluation, args[0]);
    if (!keys) {
        out.appendNull();
        return;
    }
    const auto order = orderOf<Descending>(*keys, true);
    Elements sorted;
    for (const Datum& arg : args) {
        const auto elements = elementsOf(evaluation, arg);
        const bool fits = elements && elements->size() == keys->size();
        sorted.push_back(fits ? textOf(arranged(*elements, order)) : "null");
    }
    appendArray(evaluation, out, sorted);
}

/// range(start, stop [, step]) of whole numbers, moments or spans; append writes one as JSON.
template <typename Append>
void wholeRange(Evaluation& evaluation, Args args, std::int64_t defaultStep, Column& out, Append append)
{
    const std::int64_t step = args.size() > 2 ? args[2].integer : defaultStep;
    Elements elements;
    std::int64_t value = args[0].integer;
    const std::int64_t stop = args[1].integer;
    while (step != 0 && (step > 0 ? value <= stop : value >= stop) && elements.size() < MaxElements) {
        append(elements.emplace_back(), value);
        if (__builtin_add_overflow(value, step, &value))
            break;
    }
    appendArray(evaluation, out, elements);
}
void rangeWhole(Evaluation& evaluation, Args args, Column& out)
{
    wholeRange(evaluation, args, 1, out,
               [](std::string& json, std::int64_t value) { appendInteger(json, value); });
}
void rangeMoments(Evaluation& evaluation, Args args, Column& out)
{
    wholeRange(evaluation, args, TicksADay, out, [](std::string& json, std::int64_t value) {
        if (value < 0 || value > LastTick)
            json += "null";
        else
            appendJsonString(json, dateTimeToText(value));
    });
}
void rangeSpans(Evaluation& evaluation, Args args, Column& out)
{
    wholeRange(evaluation, args, 3600 * TicksASecond, out, [](std::string& json, std::int64_t value) {
        appendJsonString(json, formatTimespan(Ticks(value)));
    });
}
void rangeReals(Evaluation& evaluation, Args args, Column& out)
{
    const double step = args.size() > 2 ? args[2].real : 1;
    Elements elements;
    for (std::size_t i = 0; step != 0 && elements.size() < MaxElements; ++i) {
        const double value = args[0].real + static_cast<double>(i) * step;
        if (!(step > 0 ? value <= args[1].real : value >= args[1].real))
            break;
        appendJsonReal(elements.emplace_back(), value);
    }
    appendArray(evaluation, out, elements);
}

void repeatValue(Evaluation& evaluation, Args args, Column& out)
{
    if (args[1].null || args[1].integer < 0) {
        out.appendNull();
        return;
    }
    const std::string value = args[0].null ? "null" : std::string(args[0].text);
    const std::size_t most = std::min(MaxElements, MaxDynamic / (value.size() + 1));
    appendArray(evaluation, out, Elements(std::min(static_cast<std::size_t>(args[1].integer), most), value));
}

const std::array ArraySortFunctions = {
    FunctionSpec{"array_sort_asc", "j|b", 'j', sortOne<false>},
    FunctionSpec{"array_sort_asc", "jj+", 'j', sortTogether<false>},
    FunctionSpec{"array_sort_desc", "j|b", 'j', sortOne<true>},
    FunctionSpec{"array_sort_desc", "jj+", 'j', sortTogether<true>},
    FunctionSpec{"range", "ll|l", 'j', rangeWhole, nullptr, Strict},
    FunctionSpec{"range", "dd|t", 'j', rangeMoments, nullptr, Strict},
    FunctionSpec{"range", "tt|t", 'j', rangeSpans, nullptr, Strict},
    FunctionSpec{"range", "rr|r", 'j', rangeReals, nullptr, Strict},
    FunctionSpec{"repeat", "Jl", 'j', repeatValue},
};

} // namespace

std::span<const FunctionSpec> arraySortFunctions()
{
    return ArraySortFunctions;
}

} // namespace gatehouse::kql
