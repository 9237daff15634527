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

constexpr std::array<Spec, 65> Specs = {{{"count", 0, 1, false},
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
                                         {"anyif", 2, 2, true},
                                         {"stdevpif", 2, 2, true},
                                         {"variancepif", 2, 2, true},
                                         {"covariance", 2, 2, false},
                                         {"covarianceif", 3, 3, true},
                                         {"covariancep", 2, 2, false},
                                         {"covariancepif", 3, 3, true},
                                         {"binary_all_and", 1, 1, false},
                                         {"binary_all_or", 1, 1, false},
                                         {"binary_all_xor", 1, 1, false},
                                         {"buildschema", 1, 1, false},
                                         {"hll", 1, 2, false},
                                         {"hll_if", 2, 3, true},
                                         {"hll_merge", 1, 1, false},
                                         {"tdigest", 1, 2, false},
                                         {"tdigest_merge", 1, 1, false},
                                         {"merge_tdigest", 1, 1, false},
                                         {"percentilew", 3, 3, false},
                                         {"percentilesw", 3, 100, false},
                                         {"percentilesw_array", 3, 100, false},
                                         {"make_list_with_nulls_if", 2, 2, true},
                                         {"makebag", 1, 2, false},
                                         {"makelist_if", 2, 3, true},
                                         {"makeset_if", 2, 3, true},
                                         {"makebag_if", 2, 3, true},
                                         {"dcount_if", 2, 3, true}}};

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
    if (name.starts_with("makelist") || name.starts_with("make_list"))
        return "make_list";
    if (name.starts_with("makeset") || name.starts_with("make_set"))
        return "make_set";
    if (name.starts_with("makebag") || name.starts_with("make_bag"))
        return "make_bag";
    if (name == "merge_tdigest")
        return "tdigest_merge";
    if (name.ends_with("_if"))
        return name.substr(0, name.size() - 3);
    if (name.ends_with("if") && name != "countif" && name.size() > 2)
        return name.substr(0, name.size() - 2);
    return name;
}

std::string prefixOf(std::string_view name)
{
    if (name.starts_with("make_list") || name.starts_with("makelist"))
        return "list";
    if (name.starts_with("make_set") || name.starts_with("makeset"))
        return "set";
    if (name.starts_with("make_bag") || name.starts_with("makebag"))
        return "bag";
    if (name == "buildschema")
        return "schema";
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
    if (base == "make_list" || base == "make_set" || base == "make_bag" || base == "buildschema" ||
        base.starts_with("hll") || base == "tdigest_merge")
        return ColumnType::Dynamic;
    if (base.starts_with("binary_all_"))
        return ColumnType::Long;
    if (base == "tdigest")
        return isNumeric(value) || span || value == ColumnType::Dynamic ? std::optional(ColumnType::Dynamic)
                                                                        : std::nullopt;
    return isNumeric(value) || span || value == ColumnType::Dynamic ? std::optional(ColumnType::Real)
                                                                    : std::nullopt;
}

} // namespace

bool isAggregate(std::string_view name)
{
    return findSpec(name) != nullptr;
}

std::optional<std::size_t> conditionOf(std::string_view name)
{
    const Spec* spec = findSpec(name);
    if (spec == nullptr || !spec->conditional)
        return std::nullopt;
    return name == "countif" ? 0 : name.starts_with("covariance") ? 2 : 1;
}

bool hasPercentiles(ColumnType type)
{
    return isNumeric(type) || type == ColumnType::Timespan || type == ColumnType::DateTime ||
           type == ColumnType::Dynamic;
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
        const std::size_t at = *conditionOf(name);
        condition = args[at];
        if (condition->type != ColumnType::Bool)
            return tl::unexpected(std::string(name) + "(): the condition must be a bool.");
        args.erase(args.begin() + static_cast<std::ptrdiff_t>(at));
    }
    std::int64_t limit = 1'048'576;
    if (args.size() > 1 && (base == "make_list" || base == "make_set" || base == "make_bag")) {
        if (args[1]->kind == BoundExpr::Kind::Constant && args[1]->type == ColumnType::Long)
            limit = std::max<std::int64_t>(args[1]->constant->integerAt(0), 0);
        args.pop_back();
    }
    if ((base == "dcount" || base == "hll") && args.size() > 1)
        args.pop_back(); // an accuracy: this engine counts exactly or with the best one
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
    const bool paired = base.starts_with("covariance") || base == "tdigest";
    if (paired && args.size() > 1 && !hasPercentiles(args[1]->type))
        return tl::unexpected(std::string(name) + "(): argument #2 has the wrong type: " +
                              std::string(toString(args[1]->type)) + ".");
    bound.call.outputs = {*type};
    bound.call.args = std::move(args);
    if (condition)
        bound.call.args.push_back(condition);
    const ColumnType input = bound.call.args.front()->type;
    bound.call.factory =
        stateFactory(StateRequest{base, input, *type, limit, name.starts_with("make_list_with_nulls")});
    if (!bound.call.factory)
        return tl::unexpected(std::string(name) +
                              "(): argument #1 has the wrong type: " + std::string(toString(input)) + ".");
    return bound;
}

} // namespace gatehouse::kql
