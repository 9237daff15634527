// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/boundary/sourcetree.h"

namespace gatehouse::boundary {

/// The arrows between the folders, read from the include lines of core, ui and app. Rules:
/// "arrow" (a folder includes one that it may not know), "qt" (a std folder includes Qt), "widgets" (core or
/// a presenter includes widgets or charts), "services" (ui includes a concrete service).
[[nodiscard]] std::vector<Violation> checkIncludes(const std::vector<SourceFile>& files);

} // namespace gatehouse::boundary
