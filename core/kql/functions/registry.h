// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/plan/expression.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace gatehouse::kql {

/// One form of a function or an operator: what it takes, what it gives and how it is computed.
///
/// A signature has a letter a parameter: b bool, l int or long, r real, m decimal, d datetime, t timespan, g
/// guid, s string, j dynamic (exact, or what converts to it); S any type as its text; J any type as JSON; *
/// any type as it is; c all of these as their common type. Behind "|" parameters are optional; "+" repeats
/// the last one. result is a letter of a type (i is int), "1" for the type of the first argument, "c" for the
/// common type.
struct FunctionSpec
{
    enum Flag : unsigned {
        None = 0,
        NullIfAnyNull = 1,
        WholeInput = 2,
        Changing = 4,
        KeepsName = 8,
        PrefixesName = 16
    };

    std::string_view name;
    std::string_view signature;
    char result = 's';
    RowFunction row = nullptr;
    VectorFunction vector = nullptr;
    unsigned flags = None;
};

/// Of the many functions whose answer is null when an argument is.
inline constexpr unsigned Strict = FunctionSpec::NullIfAnyNull;

/// All forms of a name, in the order in which they are tried; empty for an unknown name.
[[nodiscard]] std::span<const FunctionSpec* const> findFunctions(std::string_view name);
/// Names for a did-you-mean.
[[nodiscard]] std::vector<std::string_view> functionNames();

/// The type that values of both types are brought to; empty when there is none.
[[nodiscard]] std::optional<ColumnType> commonType(ColumnType a, ColumnType b);
/// Whether a value converts without being asked to.
[[nodiscard]] bool convertsTo(ColumnType from, ColumnType to);
[[nodiscard]] std::optional<ColumnType> typeOfLetter(char letter);

} // namespace gatehouse::kql
