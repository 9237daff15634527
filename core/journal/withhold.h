// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <optional>

namespace gatehouse::journal {

/// Puts a mark in the place of each secret of a resource's properties, found by structure: keys, passwords
/// and connection strings by the name of their member, the value of a secret named value, the credentials of
/// a backend. Where both versions hold a secret and differ in it, their marks differ too. What somebody has
/// written into the text of a policy is not found: a secret belongs into a named value.
void withhold(std::optional<Json>& before, std::optional<Json>& after);
/// The same for one version.
[[nodiscard]] Json withheld(const Json& properties);
/// Whether a mark stands in it: what it stands for is not known any more, so it must not be written.
[[nodiscard]] bool holdsMark(const Json& properties);

} // namespace gatehouse::journal
