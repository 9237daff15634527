// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/conversion.h"

#include "core/kql/functions/json.h"
#include "core/kql/functions/kernels.h"
#include "core/kql/values.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace gatehouse::kql {

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

template <typename Value, typename Append>
void appendOptional(Column& out, const std::optional<Value>& value, Append append)
{
    if (value)
        append(*value);
    else
        out.appendNull();
}

void appendWhole(Column& out, std::optional<std::int64_t> value)
{
    if (value && out.type() == ColumnType::Int && (*value < INT32_MIN || *value > INT32_MAX))
        value.reset();
    appendOptional(out, value, [&](std::int64_t v) { out.appendInteger(v); });
}

/// Text as a value of the column's type.
void appendParsed(Column& out, std::string_view text)
{
    switch (out.type()) {
    case ColumnType::Bool:
        appendOptional(out, readBool(text), [&](bool v) { out.appendBool(v); });
        return;
    case ColumnType::Int:
    case ColumnType::Long:
        appendWhole(out, readLong(text));
        return;
    case ColumnType::DateTime:
        appendWhole(out, readDateTime(text));
        return;
    case ColumnType::Timespan:
        appendWhole(out, readTimespan(text));
        return;
    case ColumnType::Real:
        if (text.find_first_of("xX") != std::string_view::npos) // only whole numbers are read in hex
            out.appendNull();
        else
            appendOptional(out, readReal(text), [&](double v) { out.appendReal(v); });
        return;
    case ColumnType::Decimal:
        appendOptional(out, readDecimal(text), [&](const std::string& v) { out.appendText(v); });
        return;
    case ColumnType::Guid:
        appendOptional(out, readGuid(text), [&](const std::string& v) { out.appendText(v); });
        return;
    case ColumnType::String:
    case ColumnType::Dynamic:
        out.appendText(text);
        return;
    }
}

void appendNumber(Column& out, double value)
{
    switch (out.type()) {
    case ColumnType::Bool:
        out.appendBool(value != 0);
        return;
    case ColumnType::Int:
        if (!std::isfinite(value))
            out.appendNull();
        else
            out.appendInteger(static_cast<std::int64_t>(std::clamp(value, -2147483648.0, 2147483647.0)));
        return;
    case ColumnType::Long:
    case ColumnType::DateTime:
    case ColumnType::Timespan:
        if (!std::isfinite(value))
            out.appendNull();
        else
            out.appendInteger(truncated(value).value_or(value > 0 ? INT64_MAX : INT64_MIN));
        return;
    case ColumnType::Real:
        out.appendReal(value);
        return;
    case ColumnType::Decimal:
        if (std::isfinite(value))
            out.appendText(decimalFromReal(value));
        else
            out.appendNull();
        return;
    case ColumnType::String:
        out.appendText(realToText(value));
        return;
    default:
        out.appendNull();
    }
}

void appendInteger(Column& out, std::int64_t value)
{
    switch (out.type()) {
    case ColumnType::Bool:
        out.appendBool(value != 0);
        return;
    case ColumnType::Int:
        out.appendInteger(static_cast<std::int32_t>(static_cast<std::uint32_t>(value))); // the low 32 bits
        return;
    case ColumnType::Long:
    case ColumnType::DateTime:
    case ColumnType::Timespan:
        appendWhole(out, value);
        return;
    case ColumnType::Decimal:
    case ColumnType::String:
        out.appendText(std::to_string(value));
        return;
    case ColumnType::Real:
        out.appendReal(static_cast<double>(value));
        return;
    default:
        out.appendNull();
    }
}

void appendElement(Column& out, element value)
{
    switch (value.type()) {
    case element_type::STRING:
        appendParsed(out, std::string_view(value));
        return;
    case element_type::INT64:
        appendInteger(out, std::int64_t(value));
        return;
    case element_type::UINT64:
        appendNumber(out, static_cast<double>(std::uint64_t(value)));
        return;
    case element_type::DOUBLE:
        appendNumber(out, double(value));
        return;
    case element_type::BOOL:
        if (out.type() == ColumnType::String)
            out.appendText(bool(value) ? "true" : "false");
        else
            appendInteger(out, bool(value) ? 1 : 0);
        return;
    default:
        out.appendNull();
    }
}

void fromText(Evaluation&, std::span<const Datum> args, Column& out)
{
    appendParsed(out, args[0].text);
}
void fromInteger(Evaluation&, std::span<const Datum> args, Column& out)
{
    appendInteger(out, args[0].integer);
}
void fromReal(Evaluation&, std::span<const Datum> args, Column& out)
{
    appendNumber(out, args[0].real);
}
void fromDecimal(Evaluation&, std::span<const Datum> args, Column& out)
{
    if (out.type() == ColumnType::String)
        out.appendText(args[0].text);
    else
        appendNumber(out, readReal(args[0].text).value_or(0));
}
void fromDynamic(Evaluation& evaluation, std::span<const Datum> args, Column& out)
{
    if (args[0].null)
        out.appendNull();
    else
        appendFromJson(evaluation, out, args[0].text);
}
/// Values with only one text form: bool, datetime, timespan, guid.
template <ColumnType From>
void toText(Evaluation&, std::span<const Datum> args, Column& out)
{
    if (args[0].null)
        out.appendNull();
    else if (From == ColumnType::Bool)
        out.appendText(args[0].integer != 0 ? "True" : "False");
    else if (From == ColumnType::DateTime)
        out.appendText(dateTimeToText(args[0].integer));
    else if (From == ColumnType::Timespan)
        out.appendText(formatTimespan(Ticks(args[0].integer)));
    else
        out.appendText(args[0].text);
}

/// Any value as JSON.
template <ColumnType From>
void toJson(Evaluation& evaluation, std::span<const Datum> args, Column& out)
{
    if (args[0].null) {
        out.appendNull();
        return;
    }
    std::string& json = evaluation.scratch;
    json.clear();
    Column one({}, From);
    if (From == ColumnType::Bool)
        one.appendBool(args[0].integer != 0);
    else if (From == ColumnType::Real)
        one.appendReal(args[0].real);
    else if (From == ColumnType::Int || From == ColumnType::Long || From == ColumnType::DateTime ||
             From == ColumnType::Timespan)
        one.appendInteger(args[0].integer);
    else
        one.appendText(args[0].text);
    appendJsonOf(json, one, 0);
    out.appendText(json);
}

void parseJson(Evaluation& evaluation, std::span<const Datum> args, Column& out)
{
    const auto json = dynamicFromText(evaluation.json(), args[0].text);
    appendOptional(out, json, [&](const std::string& v) { out.appendText(v); });
}
void same(Evaluation&, std::span<const Datum> args, Column& out)
{
    if (args[0].null)
        out.appendNull();
    else
        out.appendText(args[0].text);
}

constexpr unsigned StrictNamed = FunctionSpec::NullIfAnyNull | FunctionSpec::KeepsName;

void addForms(std::vector<FunctionSpec>& all, std::string_view name, char result)
{
    all.push_back({name, "s", result, fromText, nullptr, StrictNamed});
    all.push_back({name, "l", result, fromInteger, nullptr, StrictNamed});
    all.push_back({name, "r", result, fromReal, nullptr, StrictNamed});
    all.push_back({name, "b", result, fromInteger, nullptr, StrictNamed});
    all.push_back({name, "d", result, fromInteger, nullptr, StrictNamed});
    all.push_back({name, "t", result, fromInteger, nullptr, StrictNamed});
    all.push_back({name, "m", result, fromDecimal, nullptr, StrictNamed});
    all.push_back({name, "g", result, fromText, nullptr, StrictNamed});
    all.push_back({name, "j", result, fromDynamic, nullptr, StrictNamed});
}

std::vector<FunctionSpec> conversionForms()
{
    std::vector<FunctionSpec> all;
    for (const auto& [name, result] : {std::pair{"toint", 'i'},
                                       {"tolong", 'l'},
                                       {"todouble", 'r'},
                                       {"toreal", 'r'},
                                       {"todecimal", 'm'},
                                       {"tobool", 'b'},
                                       {"toboolean", 'b'},
                                       {"todatetime", 'd'},
                                       {"totimespan", 't'},
                                       {"toguid", 'g'}})
        addForms(all, name, result);
    all.push_back({"tostring", "S", 's', same, nullptr, FunctionSpec::KeepsName});
    for (const std::string_view name : {"parse_json", "todynamic", "toobject", "parsejson"}) {
        all.push_back({name, "j", 'j', same, nullptr, StrictNamed});
        all.push_back({name, "s", 'j', parseJson, nullptr, StrictNamed});
        all.push_back({name, "J", 'j', same, nullptr, StrictNamed});
    }
    return all;
}

} // namespace

void appendFromJson(Evaluation& evaluation, Column& out, std::string_view json)
{
    if (out.type() == ColumnType::Dynamic) {
        if (json == "null")
            out.appendNull();
        else
            out.appendText(json);
        return;
    }
    const auto value = evaluation.json().read(json);
    if (!value) {
        appendParsed(out, json);
        return;
    }
    const bool nested = value->is_array() || value->is_object();
    if (out.type() != ColumnType::String || !nested) {
        appendElement(out, *value);
        return;
    }
    std::string text;
    appendDynamicText(text, *value);
    out.appendText(text);
}

RowFunction castFunction(ColumnType from, ColumnType to)
{
    if (from == to)
        return nullptr;
    if (from == ColumnType::Dynamic)
        return fromDynamic;
    const bool text = to == ColumnType::String;
    const bool json = to == ColumnType::Dynamic;
    switch (from) {
    case ColumnType::Bool:
        return text ? toText<ColumnType::Bool> : json ? toJson<ColumnType::Bool> : fromInteger;
    case ColumnType::Int:
    case ColumnType::Long:
        return json ? toJson<ColumnType::Long> : fromInteger;
    case ColumnType::Real:
        return json ? toJson<ColumnType::Real> : fromReal;
    case ColumnType::Decimal:
        return json ? toJson<ColumnType::Decimal> : fromDecimal;
    case ColumnType::DateTime:
        return text ? toText<ColumnType::DateTime> : json ? toJson<ColumnType::DateTime> : fromInteger;
    case ColumnType::Timespan:
        return text ? toText<ColumnType::Timespan> : json ? toJson<ColumnType::Timespan> : fromInteger;
    case ColumnType::Guid:
        return text ? toText<ColumnType::Guid> : json ? toJson<ColumnType::Guid> : nullptr;
    case ColumnType::String:
        return json ? toJson<ColumnType::String> : fromText;
    case ColumnType::Dynamic:
        break;
    }
    return nullptr;
}

std::span<const FunctionSpec> conversionFunctions()
{
    static const std::vector<FunctionSpec> functions = conversionForms();
    return functions;
}

} // namespace gatehouse::kql
