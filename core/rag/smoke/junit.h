// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rag/smoke/results.h"

#include <string>

namespace gatehouse::rag::smoke {

/// JUnit's XML: a testsuite for each member, a testcase for each ask. What does not hold is a failure, what
/// cannot be told is a failure of type "unknown", what broke on the way is an error. Well-formed whatever
/// the answers are: what XML cannot hold is U+FFFD.
[[nodiscard]] std::string toJUnit(const Run& run);

} // namespace gatehouse::rag::smoke
