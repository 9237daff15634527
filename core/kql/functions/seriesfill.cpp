// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/arrays.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/functions/series.h"
#include "core/kql/values.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;
using Elements = std::vector<std::string>;

/// Whether an element is one of those to be filled: null, or the placeholder given.
bool isMissing(const std::string& element, const Datum* placeholder)
{
    if (placeholder == nullptr || placeholder->null || placeholder->text == "\"NaN\"")
        return element == "null" || element == "\"NaN\"";
    if (element == placeholder->text)
        return true;
    const auto a = element.starts_with('"') ? std::nullopt : readReal(element);
    const auto b = placeholder->text.starts_with('"') ? std::nullopt : readReal(placeholder->text);
    return a && b && *a == *b;
}

const Datum* argument(Args args, std::size_t at)
{
    return args.size() > at ? &args[at] : nullptr;
}

/// series_fill_forward(series [, placeholder]) and its mirror: the last value before a gap.
template <bool Forward>
void fillFromNeighbour(Evaluation& evaluation, Args args, Column& out)
{
    auto elements = elementsOf(evaluation, args[0]);
    if (!elements) {
        out.appendNull();
        return;
    }
    if (!Forward)
        std::reverse(elements->begin(), elements->end());
    const std::string* last = nullptr;
    for (std::string& element : *elements) {
        if (!isMissing(element, argument(args, 1)))
            last = &element;
        else if (last != nullptr)
            element = *last;
    }
    if (!Forward)
        std::reverse(elements->begin(), elements->end());
    appendArray(evaluation, out, *elements);
}

/// series_fill_const(series, constant [, placeholder])
void fillConstant(Evaluation& evaluation, Args args, Column& out)
{
    auto elements = elementsOf(evaluation, args[0]);
    if (!elements) {
        out.appendNull();
        return;
    }
    for (std::string& element : *elements) {
        if (isMissing(element, argument(args, 2)))
            element = args[1].null ? "null" : std::string(args[1].text);
    }
    appendArray(evaluation, out, *elements);
}

/// Values between two that are there lie on a line; whole numbers stay whole.
void fillBetween(Elements& elements, std::size_t from, std::size_t to, bool whole)
{
    const double first = readReal(elements[from]).value_or(0);
    const double last = readReal(elements[to]).value_or(0);
    const double step = (last - first) / static_cast<double>(to - from);
    for (std::size_t i = from + 1; i < to; ++i) {
        const double value = first + step * static_cast<double>(i - from);
        elements[i].clear();
        if (whole)
            appendInteger(elements[i], truncated(value).value_or(0));
        else
            appendJsonReal(elements[i], value);
    }
}

/// series_fill_linear(series [, placeholder, fill edges, constant for a series without values])
void fillLinear(Evaluation& evaluation, Args args, Column& out)
{
    auto elements = elementsOf(evaluation, args[0]);
    if (!elements) {
        out.appendNull();
        return;
    }
    std::vector<std::size_t> known;
    bool whole = true;
    for (std::size_t i = 0; i < elements->size(); ++i) {
        const std::string& element = (*elements)[i];
        if (isMissing(element, argument(args, 1)) || !readReal(element))
            continue;
        known.push_back(i);
        whole = whole && element.find_first_of(".eEN") == std::string::npos;
    }
    if (known.empty()) {
        const Datum* constant = argument(args, 3);
        std::fill(elements->begin(), elements->end(),
                  constant != nullptr && !constant->null ? std::string(constant->text) : "0.0");
        appendArray(evaluation, out, *elements);
        return;
    }
    for (std::size_t i = 0; i + 1 < known.size(); ++i)
        fillBetween(*elements, known[i], known[i + 1], whole);
    const bool edges = args.size() < 3 || args[2].null || args[2].integer != 0;
    for (std::size_t i = 0; i < elements->size(); ++i) {
        if (i < known.front())
            (*elements)[i] = edges ? (*elements)[known.front()] : "null";
        else if (i > known.back())
            (*elements)[i] = edges ? (*elements)[known.back()] : "null";
    }
    appendArray(evaluation, out, *elements);
}

const std::array SeriesFillFunctions = {
    FunctionSpec{"series_fill_forward", "j|J", 'j', fillFromNeighbour<true>},
    FunctionSpec{"series_fill_backward", "j|J", 'j', fillFromNeighbour<false>},
    FunctionSpec{"series_fill_const", "jJ|J", 'j', fillConstant},
    FunctionSpec{"series_fill_linear", "j|JbJ", 'j', fillLinear},
};

} // namespace

std::span<const FunctionSpec> seriesFillFunctions()
{
    return SeriesFillFunctions;
}

} // namespace gatehouse::kql
