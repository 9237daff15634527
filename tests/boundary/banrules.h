// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/boundary/sourcetree.h"

namespace gatehouse::boundary {

/// What no source may contain, each for a reason that the table in banrules.cpp gives. Comments and literals
/// do not count.
[[nodiscard]] std::vector<Violation> checkBans(const std::vector<SourceFile>& files);

/// The names of all rules of checkBans, so that a test can prove that each of them bites.
[[nodiscard]] std::vector<std::string> banNames();

} // namespace gatehouse::boundary
