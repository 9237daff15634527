// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/usage/ledger/grouping.h"

#include <map>
#include <string>
#include <vector>

namespace gatehouse::cost {

/// What a model did and cost in a span of time.
struct ModelUse
{
    std::int64_t requests = 0;
    std::int64_t tokens = 0;
    Int128 pico = 0;
};

/// Why an amount differs from the one before. The four and the rest sum to the difference exactly.
struct ChangeCauses
{
    Int128 volume = 0;        ///< more or fewer calls, each costing what a call did before
    Int128 modelMix = 0;      ///< other models for the calls
    Int128 tokensPerCall = 0; ///< longer or shorter calls of the same model
    Int128 price = 0;         ///< another price for a token of the same model
    Int128 rest = 0;          ///< of calls without tokens, reservations and the like: none of the four
    [[nodiscard]] Int128 sum() const { return volume + modelMix + tokensPerCall + price + rest; }
};

/// before and now by model. One cause after the other is changed, in the order of ChangeCauses; what is
/// rounded off goes to the last of a model's causes, so that their sum is exact. A model that is new brings
/// its whole cost as mix (beyond volume), since there is nothing to compare its calls with; a price change of
/// it needs tokens on both sides.
[[nodiscard]] ChangeCauses causesOf(const std::map<std::string, ModelUse>& before,
                                    const std::map<std::string, ModelUse>& now);

/// The same of two ranges of the ledger under some filters; the sum is the difference of the two totals.
[[nodiscard]] ChangeCauses causesOf(const Ledger& ledger, const ServiceFacts& facts, const DayRange& before,
                                    const DayRange& now, const std::vector<CostFilter>& filters);

} // namespace gatehouse::cost
