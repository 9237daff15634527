// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/reportvalue.h"

#include <cstdint>
#include <string>
#include <vector>

namespace gatehouse::test {

/// Reports that tests write: the same name and seed are the same report.
[[nodiscard]] std::vector<std::string> exampleNames();
[[nodiscard]] report::Report exampleReport(const std::string& name, std::uint64_t seed = 1);

/// Any shape that check() lets through: up to 60 rows, amounts of all sizes, unknown cells, credits.
[[nodiscard]] report::Report randomReport(std::uint64_t seed);

/// Names that break what takes text for something else: formulas, markup, directions, controls, very long
/// ones.
[[nodiscard]] const std::vector<std::string>& hostileNames();

} // namespace gatehouse::test
