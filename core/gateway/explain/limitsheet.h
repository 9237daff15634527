// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/policy/quotasheet.h"
#include "core/gateway/quota/limits.h"

#include <map>
#include <string>
#include <vector>

namespace gatehouse::gateway {

/// The limits of each service as numbers, in the order in which the fragment has them.
struct LimitSheet
{
    std::map<std::string, std::vector<LimitRule>> services; ///< by subscription id
    std::vector<LimitRule> everybodyElse; ///< callers with a token alone too, who share a counter
    bool complete = true; ///< false: other limits hold too, or one that only the gateway can work out

    [[nodiscard]] const std::vector<LimitRule>& of(const std::string& service) const;
};

/// The limits of a sheet at that moment; values that are expressions make it incomplete.
[[nodiscard]] LimitSheet limitSheetOf(const QuotaSheet& sheet, DateTime moment);

/// "60 calls in 60 s", "9,000 tokens a minute", …
[[nodiscard]] std::string describe(const LimitRule& rule);

} // namespace gatehouse::gateway
