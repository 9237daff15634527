// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace gatehouse::gateway {

/// What the service takes of one policy document (contracts §4.3).
inline constexpr std::size_t MaxFragmentBytes = 512U << 10U;

} // namespace gatehouse::gateway
