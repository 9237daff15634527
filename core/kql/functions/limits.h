// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace gatehouse::kql {

/// The bytes of one text or one dynamic value that a function builds, as the service bounds them.
constexpr std::size_t MaxText = std::size_t{1} << 20U;
constexpr std::size_t MaxDynamic = std::size_t{16} << 20U;
/// The elements of an array that grows from a number (range, repeat, shifts).
constexpr std::size_t MaxElements = std::size_t{1} << 20U;

} // namespace gatehouse::kql
