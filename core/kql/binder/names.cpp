// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kql/binder/binder.h"
#include "core/kql/values.h"

#include <algorithm>
#include <charconv>

namespace gatehouse::kql {

std::string nameOfExpression(const Expr& expr)
{
    switch (expr.kind) {
    case ExprKind::Name:
        return expr.text;
    case ExprKind::Path: {
        const std::string base = nameOfExpression(*expr.args[0]);
        if (expr.args[0]->kind == ExprKind::Name && expr.args[0]->text.starts_with('$'))
            return expr.text;
        return base.empty() ? expr.text : base + "_" + expr.text;
    }
    case ExprKind::Index: {
        const std::string base = nameOfExpression(*expr.args[0]);
        const Expr& index = *expr.args[1];
        const bool named = index.kind == ExprKind::Literal &&
                           (index.type == ColumnType::String || index.type == ColumnType::Long);
        return base.empty() || !named ? std::string() : base + "_" + index.text;
    }
    case ExprKind::Call: {
        const auto forms = findFunctions(expr.text);
        const bool keeps = !forms.empty() && (forms.front()->flags & FunctionSpec::KeepsName) != 0;
        const bool prefixes = !forms.empty() && (forms.front()->flags & FunctionSpec::PrefixesName) != 0;
        const std::string base =
            !expr.args.empty() && (keeps || prefixes) ? nameOfExpression(*expr.args[0]) : "";
        return prefixes && !base.empty() ? expr.text + "_" + base : base;
    }
    default:
        return {};
    }
}

std::optional<std::size_t> indexOf(const Schema& schema, std::string_view name)
{
    for (std::size_t i = 0; i < schema.size(); ++i) {
        if (schema[i].name == name)
            return i;
    }
    return std::nullopt;
}

std::string uniqueName(const Schema& schema, const std::string& name)
{
    if (!indexOf(schema, name))
        return name;
    // Numbers that are taken, found in one pass: wide joins ask for many names.
    std::vector<bool> taken(schema.size() + 2, false);
    for (const SchemaColumn& column : schema) {
        const bool longer = column.name.size() > name.size() && column.name.starts_with(name);
        if (!longer || column.name[name.size()] == '0')
            continue;
        std::size_t number = 0;
        const char* const end = column.name.data() + column.name.size();
        const auto read = std::from_chars(column.name.data() + name.size(), end, number);
        if (read.ec == std::errc() && read.ptr == end && number < taken.size())
            taken[number] = true;
    }
    std::size_t number = 1;
    while (taken[number])
        ++number;
    return name + std::to_string(number);
}

ExprRef columnRef(const Schema& schema, std::size_t index)
{
    auto expr = std::make_shared<BoundExpr>();
    expr->kind = BoundExpr::Kind::Column;
    expr->type = schema[index].type;
    expr->column = index;
    return expr;
}

bool matchesWildcard(std::string_view pattern, std::string_view name)
{
    // Greedy with one point of return: linear in practice, never exponential.
    std::size_t p = 0;
    std::size_t n = 0;
    std::size_t star = std::string_view::npos;
    std::size_t back = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            back = n;
        } else if (p < pattern.size() && pattern[p] == name[n]) {
            ++p;
            ++n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++back;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::string parameterOf(const Stage& stage, std::string_view name)
{
    for (const Parameter& parameter : stage.parameters) {
        if (parameter.name == name)
            return parameter.value->text;
    }
    return {};
}

} // namespace gatehouse::kql
