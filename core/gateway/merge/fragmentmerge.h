// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace gatehouse::gateway {

struct TextMerge
{
    std::string text;
    std::vector<std::string> conflicts;
};

/// The fragment gatehouse-quotas by its rows: the rows that the draft changed are edited in the text as it is
/// now, so that everything else there stays byte for byte. Within a row by its limits, owner and ticket; a
/// temporary raise and its limits are one. Empty when a text is no such fragment, or the draft changed more
/// than rows.
[[nodiscard]] std::optional<TextMerge> mergeQuotaFragment(const std::string& base, const std::string& wanted,
                                                          const std::string& now, bool draftWins);

/// The fragment gatehouse-routing by its rules. Empty when a text is no such fragment, two rules have one
/// name, or the draft changed what is not of Gatehouse's form.
[[nodiscard]] std::optional<TextMerge> mergeRoutingFragment(const std::string& base,
                                                            const std::string& wanted, const std::string& now,
                                                            bool draftWins);

} // namespace gatehouse::gateway
