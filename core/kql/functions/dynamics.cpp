// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/json.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/values.h"

#include <array>
#include <set>

namespace gatehouse::kql {

namespace {

using Args = std::span<const Datum>;
using simdjson::dom::element;
using simdjson::dom::element_type;

void appendElementJson(Evaluation& evaluation, Column& out, element value)
{
    if (value.is_null()) {
        out.appendNull();
        return;
    }
    std::string& json = evaluation.scratch;
    json.clear();
    appendJson(json, value);
    out.appendText(json);
}

/// Values that grow from each other stay within what the service allows for one value.
void appendBounded(Column& out, const std::string& json)
{
    constexpr std::size_t MaxDynamic = 1U << 20U;
    if (json.size() > MaxDynamic)
        out.appendNull();
    else
        out.appendText(json);
}

/// a.b and a["b"]: what is not there is null.
void accessKey(Evaluation& evaluation, Args args, Column& out)
{
    const auto value = evaluation.json().read(args[0].text);
    element found;
    if (!value || !value->is_object() || value->at_key(args[1].text).get(found) != simdjson::SUCCESS)
        out.appendNull();
    else
        appendElementJson(evaluation, out, found);
}

/// a[0]; a negative index counts from the end.
void accessIndex(Evaluation& evaluation, Args args, Column& out)
{
    const auto value = evaluation.json().read(args[0].text);
    if (!value || !value->is_array()) {
        out.appendNull();
        return;
    }
    const simdjson::dom::array array = *value;
    const auto size = static_cast<std::int64_t>(array.size());
    const std::int64_t index = args[1].integer < 0 ? args[1].integer + size : args[1].integer;
    element found;
    if (index < 0 || index >= size ||
        array.at(static_cast<std::size_t>(index)).get(found) != simdjson::SUCCESS)
        out.appendNull();
    else
        appendElementJson(evaluation, out, found);
}

/// pack(key, value, key, value, …): values come as JSON.
void pack(Evaluation& evaluation, Args args, Column& out)
{
    std::string& json = evaluation.scratch;
    json = "{";
    for (std::size_t i = 0; i + 1 < args.size(); i += 2) {
        if (json.size() > 1)
            json += ',';
        const auto key = evaluation.json().read(args[i].text);
        if (key && key->is_string())
            appendJsonString(json, std::string_view(*key));
        else
            appendJsonString(json, args[i].text);
        json += ':';
        json += args[i + 1].null ? std::string_view("null") : args[i + 1].text;
    }
    json += '}';
    appendBounded(out, json);
}

/// pack_all(true): the fields that have a value.
void packPresent(Evaluation& evaluation, Args args, Column& out)
{
    std::vector<Datum> present;
    for (std::size_t i = 0; i + 1 < args.size(); i += 2) {
        if (!args[i + 1].null && args[i + 1].text != "\"\"")
            present.insert(present.end(), {args[i], args[i + 1]});
    }
    pack(evaluation, present, out);
}

/// Bytes of text, and of the other types what they take in a table.
View estimateSize(Evaluation&, ColumnType type, std::span<const View> args, std::size_t rows)
{
    Column out({}, type);
    for (std::size_t row = 0; row < rows; ++row) {
        std::int64_t bytes = 0;
        for (const View& view : args) {
            switch (view.column->type()) {
            case ColumnType::Bool:
                bytes += 1;
                break;
            case ColumnType::Int:
                bytes += 4;
                break;
            case ColumnType::Guid:
            case ColumnType::Decimal:
                bytes += 16;
                break;
            case ColumnType::String:
            case ColumnType::Dynamic:
                bytes += static_cast<std::int64_t>(view.column->textAt(view.at(row)).size());
                break;
            default:
                bytes += 8;
            }
        }
        out.appendInteger(bytes);
    }
    return viewOf(std::move(out));
}

void packArray(Evaluation& evaluation, Args args, Column& out)
{
    std::string& json = evaluation.scratch;
    json = "[";
    for (const Datum& item : args) {
        if (json.size() > 1)
            json += ',';
        json += item.null ? std::string_view("null") : item.text;
    }
    json += ']';
    appendBounded(out, json);
}

void bagKeys(Evaluation& evaluation, Args args, Column& out)
{
    const auto value = evaluation.json().read(args[0].text);
    if (!value || !value->is_object()) {
        out.appendNull();
        return;
    }
    std::string& json = evaluation.scratch;
    json = "[";
    for (const auto& field : simdjson::dom::object(*value)) {
        if (json.size() > 1)
            json += ',';
        appendJsonString(json, field.key);
    }
    json += ']';
    out.appendText(json);
}

/// Left values win.
void bagMerge(Evaluation& evaluation, Args args, Column& out)
{
    std::string& json = evaluation.scratch;
    json = "{";
    std::set<std::string, std::less<>> seen;
    for (const Datum& bag : args) {
        const auto value = bag.null ? std::nullopt : evaluation.json().read(bag.text);
        if (!value || !value->is_object())
            continue;
        for (const auto& field : simdjson::dom::object(*value)) {
            if (!seen.insert(std::string(field.key)).second)
                continue;
            if (json.size() > 1)
                json += ',';
            appendJsonString(json, field.key);
            json += ':';
            appendJson(json, field.value);
        }
    }
    json += '}';
    appendBounded(out, json);
}

/// Moments inside dynamic values are texts with all seven digits of the fraction, which hardly anybody else
/// writes.
bool isMoment(std::string_view text)
{
    return text.size() == 28 && text[10] == 'T' && text[19] == '.' && text[27] == 'Z' && readDateTime(text);
}

void getType(Evaluation& evaluation, Args args, Column& out)
{
    if (args[0].null) {
        out.appendText("null");
        return;
    }
    const auto value = evaluation.json().read(args[0].text);
    if (!value) {
        out.appendText("string");
        return;
    }
    switch (value->type()) {
    case element_type::ARRAY:
        out.appendText("array");
        return;
    case element_type::OBJECT:
        out.appendText("dictionary");
        return;
    case element_type::INT64:
    case element_type::UINT64:
        out.appendText("long");
        return;
    case element_type::DOUBLE:
        out.appendText("real");
        return;
    case element_type::STRING:
        out.appendText(isMoment(std::string_view(*value)) ? "datetime" : "string");
        return;
    case element_type::BOOL:
        out.appendText("bool");
        return;
    case element_type::NULL_VALUE:
        out.appendText("null");
        return;
    }
}
template <ColumnType Type>
void getTypeOf(Evaluation&, Args args, Column& out)
{
    out.appendText(args[0].null ? std::string_view("null") : toString(Type));
}

const std::array DynamicFunctions = {
    FunctionSpec{"access", "jl", 'j', accessIndex, nullptr, Strict},
    FunctionSpec{"access", "js", 'j', accessKey, nullptr, Strict},
    FunctionSpec{"pack", "J+", 'j', pack},
    FunctionSpec{"pack_all", "J+", 'j', packPresent},
    FunctionSpec{"estimate_data_size", "*+", 'l', nullptr, estimateSize},
    FunctionSpec{"bag_pack", "J+", 'j', pack},
    FunctionSpec{"pack_dictionary", "J+", 'j', pack},
    FunctionSpec{"pack_array", "J+", 'j', packArray},
    FunctionSpec{"bag_keys", "j", 'j', bagKeys, nullptr, Strict},
    FunctionSpec{"bag_merge", "jj+", 'j', bagMerge},
    FunctionSpec{"gettype", "j", 's', getType},
    FunctionSpec{"gettype", "s", 's', getTypeOf<ColumnType::String>},
    FunctionSpec{"gettype", "i", 's', getTypeOf<ColumnType::Int>},
    FunctionSpec{"gettype", "l", 's', getTypeOf<ColumnType::Long>},
    FunctionSpec{"gettype", "r", 's', getTypeOf<ColumnType::Real>},
    FunctionSpec{"gettype", "b", 's', getTypeOf<ColumnType::Bool>},
    FunctionSpec{"gettype", "d", 's', getTypeOf<ColumnType::DateTime>},
    FunctionSpec{"gettype", "t", 's', getTypeOf<ColumnType::Timespan>},
    FunctionSpec{"gettype", "g", 's', getTypeOf<ColumnType::Guid>},
    FunctionSpec{"gettype", "m", 's', getTypeOf<ColumnType::Decimal>},
};

} // namespace

std::span<const FunctionSpec> dynamicFunctions()
{
    return DynamicFunctions;
}

} // namespace gatehouse::kql
