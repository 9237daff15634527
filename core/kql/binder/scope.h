// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/parser/ast.h"
#include "core/kql/plan/plan.h"

#include <memory>
#include <string>
#include <unordered_map>

namespace gatehouse::kql {

struct Scope;
using ScopeRef = std::shared_ptr<Scope>;

/// What a name means that let, a parameter or as has given: a scalar, a table or a function.
struct Binding
{
    ExprRef scalar;      ///< a constant, or the argument of an inlined function
    PlanRef table;       ///< shared rows (materialize, as); everything else is bound anew at each use
    ExprPtr tableSource; ///< the text of a table, to be bound in closure
    std::shared_ptr<FunctionBody> function;                    ///< to be inlined in closure
    std::shared_ptr<const std::vector<PatternEntry>> patterns; ///< of declare pattern, to be bound in closure
    ScopeRef closure;
};

/// The names of a statement list. Inner scopes see the outer ones.
struct Scope
{
    ScopeRef parent;
    std::unordered_map<std::string, Binding> names;

    [[nodiscard]] const Binding* find(const std::string& name) const
    {
        for (const Scope* scope = this; scope != nullptr; scope = scope->parent.get()) {
            const auto found = scope->names.find(name);
            if (found != scope->names.end())
                return &found->second;
        }
        return nullptr;
    }
};

/// The columns that an expression may name.
struct RowScope
{
    const Schema* schema = nullptr;
    bool serialized = false;
    std::string_view operation; ///< the operator's name, for messages
    std::size_t starFrom = 0;   ///< the first column that * stands for
};

} // namespace gatehouse::kql
