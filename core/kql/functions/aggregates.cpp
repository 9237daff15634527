// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/functions/aggregates.h"

#include "core/kql/functions/aggregatestates.h"
#include "core/kql/functions/registry.h"

#include <array>

namespace gatehouse::kql {

namespace {

struct Spec
{
    std::string_view name;
    std::size_t fewest;
    std::size_t most;
    bool conditional; ///< the last argument is a condition
};

constexpr std::array<Spec, 40> Specs = {{{"count", 0, 1, false},
                                         {"countif", 1, 1, true},
                                         {"sum", 1, 1, false},
                                         {"sumif", 2, 2, true},
                                         {"avg", 1, 1, false},
                                         {"avgif", 2, 2, true},
                                         {"min", 1, 1, false},
                                         {"minif", 2, 2, true},
                                         {"max", 1, 1, false},
                                         {"maxif", 2, 2, true},
                                         {"dcount", 1, 2, false},
                                         {"dcountif", 2, 3, true},
                                         {"count_distinct", 1, 1, false},
                                         {"count_distinctif", 2, 2, true},
                                         {"stdev", 1, 1, false},
                                         {"stdevif", 2, 2, true},
                                         {"stdevp", 1, 1, false},
                                         {"variance", 1, 1, false},
                                         {"varianceif", 2, 2, true},
                                         {"variancep", 1, 1, false},
                                         {"make_list", 1, 2, false},
                                         {"makelist", 1, 2, false},
                                         {"make_list_if", 2, 3, true},
                                         {"make_list_with_nulls", 1, 1, false},
                                         {"make_set", 1, 2, false},
                                         {"makeset", 1, 2, false},
                                         {"make_set_if", 2, 3, true},
                                         {"make_bag", 1, 2, false},
                                         {"make_bag_if", 2, 3, true},
                                         {"percentile", 2, 2, false},
                                         {"percentiles", 2, 100, false},
                                         {"percentiles_array", 2, 100, false},
                                         {"arg_max", 1, 100, false},
                                         {"arg_min", 1, 100, false},
                                         {"argmax", 1, 100, false},
                                         {"argmin", 1, 100, false},
                                         {"take_any", 1, 100, false},
                                         {"any", 1, 100, false},
                                         {"take_anyif", 2, 2, true},
                                         {"anyif", 2, 2, true}}};

const Spec* findSpec(std::string_view name)
{
    for (const Spec& spec : Specs) {
        if (spec.name == name)
            return &spec;
    }
    return nullptr;
}

bool isNumeric(ColumnType type)
{
    return type == ColumnType::Int || type == ColumnType::Long || type == ColumnType::Real ||
           type == ColumnType::Decimal;
}

std::string_view baseName(std::string_view name)
{
    if (name == "makelist" || name == "make_list_if" || name == "make_list_with_nulls")
        return "make_list";
    if (name == "makeset" || name == "make_set_if")
        return "make_set";
    if (name == "make_bag_if")
        return "make_bag";
    if (name.ends_with("if") && name != "countif" && name.size() > 2)
        return name.substr(0, name.size() - 2);
    return name;
}

std::string prefixOf(std::string_view name)
{
    if (name.starts_with("make_list") || name == "makelist")
        return "list";
    if (name.starts_with("make_set") || name == "makeset")
        return "set";
    if (name.starts_with("make_bag"))
        return "bag";
    return std::string(name);
}

std::optional<ColumnType> resultType(std::string_view base, ColumnType value)
{
    const bool span = value == ColumnType::Timespan || value == ColumnType::DateTime;
    if (base == "sum" || base == "avg") {
        if (value == ColumnType::Dynamic)
            return ColumnType::Real;
        if (value == ColumnType::Timespan || (base == "avg" && span))
            return value;
        if (!isNumeric(value))
            return std::nullopt;
        if (base == "avg")
            return value == ColumnType::Decimal ? value : ColumnType::Real;
        return value == ColumnType::Int ? ColumnType::Long : value;
    }
    if (base == "min" || base == "max" || base == "take_any" || base == "any")
        return value;
    if (base == "dcount" || base == "count_distinct")
        return ColumnType::Long;
    if (base == "make_list" || base == "make_set" || base == "make_bag")
        return ColumnType::Dynamic;
    return isNumeric(value) || span || value == ColumnType::Dynamic ? std::optional(ColumnType::Real)
                                                                    : std::nullopt;
}

} // namespace

bool isAggregate(std::string_view name)
{
    return findSpec(name) != nullptr;
}

std::vector<std::string_view> aggregateNames()
{
    std::vector<std::string_view> names;
    for (const Spec& spec : Specs)
        names.push_back(spec.name);
    return names;
}

tl::expected<BoundAggregate, std::string> bindAggregate(std::string_view name, std::vector<ExprRef> args)
{
    const Spec* spec = findSpec(name);
    if (spec == nullptr || args.size() < spec->fewest || args.size() > spec->most)
        return tl::unexpected(std::string(name) + "(): function expects " +
                              (spec != nullptr && spec->fewest == spec->most ? std::to_string(spec->fewest)
                                                                             : "another number of") +
                              " argument(s).");
    BoundAggregate bound;
    bound.prefix = prefixOf(name);
    const std::string_view base = baseName(name);
    ExprRef condition;
    if (spec->conditional) {
        const std::size_t at = base == "countif" ? 0 : 1;
        condition = args[at];
        if (condition->type != ColumnType::Bool && condition->type != ColumnType::Dynamic)
            return tl::unexpected(std::string(name) + "(): the condition must be a bool.");
        args.erase(args.begin() + static_cast<std::ptrdiff_t>(at));
    }
    std::int64_t limit = 1'048'576;
    if (args.size() > 1 && (base == "make_list" || base == "make_set" || base == "make_bag")) {
        if (args[1]->kind == BoundExpr::Kind::Constant && args[1]->type == ColumnType::Long)
            limit = std::max<std::int64_t>(args[1]->constant->integerAt(0), 0);
        args.pop_back();
    }
    if (base == "dcount" && args.size() > 1)
        args.pop_back(); // an accuracy: this engine counts exactly
    if (base == "count" || base == "countif") {
        bound.call.outputs = {ColumnType::Long};
        bound.call.factory = countFactory(condition != nullptr);
        if (condition)
            bound.call.args = {condition};
        return bound;
    }
    const auto type = resultType(base, args[0]->type);
    if (!type)
        return tl::unexpected(std::string(name) + "(): argument #1 has the wrong type: " +
                              std::string(toString(args[0]->type)) + ".");
    bound.call.outputs = {*type};
    bound.call.args = {args[0]};
    if (condition)
        bound.call.args.push_back(condition);
    bound.call.factory =
        stateFactory(StateRequest{base, args[0]->type, *type, limit, name == "make_list_with_nulls"});
    if (!bound.call.factory)
        return tl::unexpected(std::string(name) + "(): argument #1 has the wrong type: " +
                              std::string(toString(args[0]->type)) + ".");
    return bound;
}

} // namespace gatehouse::kql
