// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/arrays.h"
#include "core/kql/functions/json.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/functions/limits.h"
#include "core/kql/values.h"

#include <algorithm>
#include <array>
#include <set>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;

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

/// 15 is found as 15.0 and the other way round.
bool sameElement(std::string_view element, std::string_view value)
{
    const auto isNumber = [](std::string_view text) {
        return !text.empty() && (text.front() == '-' || (text.front() >= '0' && text.front() <= '9'));
    };
    const auto isReal = [](std::string_view text) { return text.find_first_of(".eE") != text.npos; };
    if (element == value || !isNumber(element) || !isNumber(value))
        return element == value;
    return (isReal(element) || isReal(value)) && readReal(element) == readReal(value);
}

/// array_index_of(array, value [, start, length, occurrence]): a negative start counts from the end, a length
/// of -1 means all.
void arrayIndexOf(Evaluation& evaluation, Args args, Column& out)
{
    const auto elements = elementsOf(evaluation, args[0]);
    if (!elements) {
        out.appendNull();
        return;
    }
    const auto size = static_cast<std::int64_t>(elements->size());
    const auto option = [&](std::size_t i, std::int64_t otherwise) {
        return args.size() > i ? args[i].integer : otherwise;
    };
    std::int64_t start = option(2, 0);
    start = std::clamp<std::int64_t>(start < 0 ? start + size : start, 0, size);
    const std::int64_t length = option(3, -1);
    const std::int64_t end = length < 0 || length > size - start ? size : start + length;
    std::int64_t occurrence = option(4, 1);
    for (std::int64_t i = start; i < end; ++i) {
        if (sameElement((*elements)[static_cast<std::size_t>(i)], args[1].text) && --occurrence <= 0) {
            out.appendInteger(i);
            return;
        }
    }
    out.appendInteger(-1);
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

/// How much two sets have in common: the shared elements among all.
void jaccardIndex(Evaluation& evaluation, Args args, Column& out)
{
    const auto a = elementsOf(evaluation, args[0]);
    const auto b = elementsOf(evaluation, args[1]);
    if (!a || !b) {
        out.appendNull();
        return;
    }
    const std::set<std::string> first(a->begin(), a->end());
    const std::set<std::string> second(b->begin(), b->end());
    const auto shared = std::count_if(first.begin(), first.end(),
                                      [&](const std::string& item) { return second.contains(item); });
    const auto all = static_cast<double>(first.size() + second.size()) - static_cast<double>(shared);
    out.appendReal(static_cast<double>(shared) / all);
}

const std::array ArrayFunctions = {
    FunctionSpec{"array_length", "j", 'l', arrayLength, nullptr, Strict},
    FunctionSpec{"arraylength", "j", 'l', arrayLength, nullptr, Strict},
    FunctionSpec{"array_concat", "j+", 'j', arrayConcat},
    FunctionSpec{"array_slice", "jll", 'j', arraySlice, nullptr, Strict},
    FunctionSpec{"array_reverse", "j", 'j', arrayReverse, nullptr, Strict},
    FunctionSpec{"array_sum", "j", 'r', arraySum, nullptr, Strict},
    FunctionSpec{"array_index_of", "jJ|lll", 'l', arrayIndexOf, nullptr, Strict},
    FunctionSpec{"set_has_element", "jJ", 'b', setHasElement, nullptr, Strict},
    FunctionSpec{"set_union", "j+", 'j', setOperation<SetOperation::Union>},
    FunctionSpec{"set_intersect", "j+", 'j', setOperation<SetOperation::Intersect>},
    FunctionSpec{"set_difference", "j+", 'j', setOperation<SetOperation::Difference>},
    FunctionSpec{"jaccard_index", "jj", 'r', jaccardIndex, nullptr, Strict},
};

} // namespace

std::optional<std::vector<std::string>> elementsOf(Evaluation& evaluation, const Datum& value)
{
    if (value.null)
        return std::nullopt;
    const auto array = evaluation.json().read(value.text);
    if (!array || !array->is_array())
        return std::nullopt;
    std::vector<std::string> elements;
    for (const auto item : simdjson::dom::array(*array))
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
    if (json.size() > MaxDynamic)
        out.appendNull();
    else
        out.appendText(json);
}

std::span<const FunctionSpec> arrayFunctions()
{
    return ArrayFunctions;
}

} // namespace gatehouse::kql
