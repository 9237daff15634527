// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/textdiff.h"

#include <QtCore/QString>

#include <optional>
#include <vector>

/// How the two versions of a resource are compared for people. No widgets.
namespace gatehouse::ui {

/// A resource's properties as text to compare line by line: a policy is its XML, under whatever else is set;
/// a JSON document that is kept as text is laid out; line ends are all alike. "" when it is not there.
[[nodiscard]] std::string documentText(const std::optional<Json>& properties);

/// What differs, with a few lines around. Empty when nothing does, as shown.
[[nodiscard]] std::vector<DiffLine> documentDiff(const std::optional<Json>& before,
                                                 const std::optional<Json>& after);

/// "Created", "Removed", "Changed", "Unchanged".
[[nodiscard]] QString changeWord(const std::optional<Json>& before, const std::optional<Json>& after);

/// The last two segments of an ARM id: "policyFragments/gatehouse-quotas".
[[nodiscard]] QString shortResource(const std::string& resourceId);

} // namespace gatehouse::ui
