// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::gateway {

/// The two spellings of a policy document on the wire (contracts §4.3). rawxml is what the portal's editor
/// shows: expressions stand in it as plain C#, quotes and < included, so it is no XML. xml is the same with
/// expressions escaped. Only what stands within @( … ) and @{ … } differs; all else is passed on byte for
/// byte.

/// An expression that never ends is left as it is, for whoever parses the result to complain about.
[[nodiscard]] std::string xmlFromRaw(std::string_view raw);
[[nodiscard]] std::string rawFromXml(std::string_view xml);

} // namespace gatehouse::gateway
