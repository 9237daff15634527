// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kql/engine.h"

#include <string>
#include <vector>

namespace gatehouse::test {

/// A small workspace with fixed rows that scripts may query: Requests and Usage (README.md).
[[nodiscard]] const kql::Catalog& scriptCatalog();

/// Runs each query of the scripts and compares its answer with the expected lines; prints what differs.
/// The clock stands at 2026-06-01T00:00:00Z.
[[nodiscard]] bool runScripts(const std::vector<std::string>& paths);

} // namespace gatehouse::test
