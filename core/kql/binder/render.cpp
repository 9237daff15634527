// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/binder/binder.h"
#include "core/kql/values.h"

#include "core/base/encoding.h"

#include <array>

namespace gatehouse::kql {

namespace {

struct Property
{
    std::string_view name;     ///< in the answer
    std::string_view fallback; ///< JSON
};

/// In the order in which the service writes them (contracts §2, include-render).
constexpr std::array<Property, 17> Properties = {{{"visualization", "null"},
                                                  {"title", "null"},
                                                  {"accumulate", "false"},
                                                  {"isQuerySorted", "false"},
                                                  {"kind", "null"},
                                                  {"legend", "null"},
                                                  {"series", "null"},
                                                  {"yMin", "\"NaN\""},
                                                  {"yMax", "\"NaN\""},
                                                  {"xAxis", "null"},
                                                  {"xColumn", "null"},
                                                  {"xTitle", "null"},
                                                  {"yAxis", "null"},
                                                  {"yColumns", "null"},
                                                  {"ySplit", "null"},
                                                  {"yTitle", "null"},
                                                  {"anomalyColumns", "null"}}};

void appendValue(std::string& json, const Expr& value, std::string_view property)
{
    const bool list = property == "series" || property == "yColumns" || property == "anomalyColumns";
    if (value.kind == ExprKind::List || list) {
        json += '[';
        const std::vector<ExprPtr> single{std::make_shared<Expr>(value)};
        bool first = true;
        for (const ExprPtr& part : value.kind == ExprKind::List ? value.args : single) {
            json += first ? "" : ",";
            first = false;
            appendJsonString(json, part->text);
        }
        json += ']';
        return;
    }
    const bool negative = value.kind == ExprKind::Unary && value.text == "-";
    const Expr& inner = value.kind == ExprKind::Unary ? *value.args.front() : value;
    const bool number =
        inner.kind == ExprKind::Literal && (inner.type == ColumnType::Long || inner.type == ColumnType::Real);
    const bool boolean = inner.text == "true" || inner.text == "false";
    if (number)
        json += (negative ? "-" : "") + jsonOfLiteral(inner.type, inner.text);
    else if (boolean)
        json += inner.text;
    else
        appendJsonString(json, inner.text);
}

} // namespace

Result<std::string> Binder::bindRender(const Stage& stage)
{
    std::string json = "{";
    for (const Parameter& parameter : stage.parameters) {
        bool known = false;
        for (const Property& property : Properties)
            known = known || equalsIgnoreCase(property.name, parameter.name);
        if (!known)
            return semantic("SEM0046", "'render' operator: unknown property '" + parameter.name + "'.",
                            parameter.span);
    }
    for (const Property& property : Properties) {
        json += json.size() > 1 ? "," : "";
        appendJsonString(json, property.name);
        json += ':';
        const Expr* value = property.name == "visualization" ? stage.items.front().get() : nullptr;
        for (const Parameter& parameter : stage.parameters) {
            if (equalsIgnoreCase(property.name, parameter.name))
                value = parameter.value.get();
        }
        if (value == nullptr)
            json += property.fallback;
        else
            appendValue(json, *value, property.name);
    }
    return json + '}';
}

} // namespace gatehouse::kql
