// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/execution/chunk.h"
#include "core/kql/lexer/token.h"

#include <memory>
#include <string>
#include <vector>

namespace gatehouse::kql {

class Evaluation;

/// Computes one row of a function: appends exactly one value to out. A null argument is passed on as it is.
using RowFunction = void (*)(Evaluation& evaluation, std::span<const Datum> args, Column& out);
/// Computes all rows of a chunk at once; the answer has the type given.
using VectorFunction = View (*)(Evaluation& evaluation, ColumnType type, std::span<const View> args,
                                std::size_t rows);

struct BoundExpr;
using ExprRef = std::shared_ptr<const BoundExpr>;

/// An expression with types and columns resolved. Immutable and shared; the same node may stand in many
/// trees.
struct BoundExpr
{
    enum class Kind : std::uint8_t { Column, Constant, Call };

    Kind kind = Kind::Constant;
    ColumnType type = ColumnType::Dynamic;
    Span span;
    std::size_t column = 0;                 ///< Column: index in the input's schema
    std::shared_ptr<const Column> constant; ///< Constant: a column of one row
    std::string function;                   ///< Call: for the plan's analysis
    RowFunction row = nullptr;
    VectorFunction vector = nullptr;
    bool nullIfAnyNull = false; ///< row is only called with arguments that are not null
    bool wholeInput = false;    ///< needs all rows of the table in their order (prev, row_number)
    bool changing = false;      ///< not the same for each call (rand, new_guid): never folded
    std::vector<ExprRef> args;
    std::size_t weight = 1; ///< nodes of the tree, shared ones counted each time
    int depth = 1;
};

} // namespace gatehouse::kql
