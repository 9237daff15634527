// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/expression/tree.h"
#include "core/gateway/expression/value.h"

#include <tl/expected.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::gateway {

/// A value, or a sentence that says why there is none.
using Computed = tl::expected<ExpressionValue, std::string>;

inline constexpr std::size_t MaxExpressionString = 1U << 20U;

/// Every operator but && and ||, with C#'s promotions int → long → double. With a null among numbers a
/// comparison is false and a sum is null; a string plus anything joins.
[[nodiscard]] Computed compute(ExpressionOperator op, const ExpressionValue& left,
                               const ExpressionValue& right);
[[nodiscard]] Computed negate(const ExpressionValue& value);
/// (int): a double is cut towards zero.
[[nodiscard]] Computed toInt(const ExpressionValue& value);
/// int.Parse: white space around and a sign are allowed.
[[nodiscard]] Computed parseInt(std::string_view text);

} // namespace gatehouse::gateway
