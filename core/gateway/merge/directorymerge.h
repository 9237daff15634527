// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/merge/fragmentmerge.h"

namespace gatehouse::gateway {

/// The text of the service directory, service by service. Empty when a text is no directory.
[[nodiscard]] std::optional<TextMerge> mergeDirectory(const std::string& base, const std::string& wanted,
                                                      const std::string& now, bool draftWins);

} // namespace gatehouse::gateway
