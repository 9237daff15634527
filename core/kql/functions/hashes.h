// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace gatehouse::kql {

/// xxHash64 with seed 0: what hash() answers.
[[nodiscard]] std::uint64_t xxHash64(std::string_view bytes);

} // namespace gatehouse::kql
