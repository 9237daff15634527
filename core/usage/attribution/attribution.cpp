// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/attribution/attribution.h"

#include <cmath>

namespace gatehouse::cost {

namespace {

Int128 rounded(double value)
{
    return static_cast<Int128>(std::round(value));
}

double ratio(double a, double b)
{
    return b == 0 ? 0 : a / b;
}

/// A model's part, when calls changed from one total to another.
void addModel(const ModelUse& before, const ModelUse& now, double callsBefore, double callsNow,
              ChangeCauses& causes)
{
    if (before.requests <= 0 && now.requests <= 0) {
        causes.rest += now.pico - before.pico;
        return;
    }
    const double costBefore = static_cast<double>(before.pico);
    const double costNow = static_cast<double>(now.pico);
    // As many calls more or fewer as all together, with the model's old share of them.
    const double afterVolume = callsBefore > 0 ? costBefore * callsNow / callsBefore : costBefore;
    const bool comparable = before.requests > 0 && now.requests > 0;
    // The model's calls of now, each at what one cost before.
    const double afterMix =
        comparable ? costBefore * static_cast<double>(now.requests) / static_cast<double>(before.requests)
                   : costNow;
    double afterLength = costNow;
    if (comparable && before.tokens > 0 && now.tokens > 0)
        afterLength = ratio(costBefore, static_cast<double>(before.tokens)) * static_cast<double>(now.tokens);
    const Int128 volume = rounded(afterVolume - costBefore);
    const Int128 mix = comparable ? rounded(afterMix - afterVolume) : now.pico - before.pico - volume;
    const Int128 length = comparable ? rounded(afterLength - afterMix) : 0;
    causes.volume += volume;
    causes.modelMix += mix;
    causes.tokensPerCall += length;
    const Int128 left = now.pico - before.pico - volume - mix - length;
    // What is left is the price, or, where there is nothing to compare, nothing.
    (comparable ? causes.price : causes.rest) += left;
}

} // namespace

ChangeCauses causesOf(const std::map<std::string, ModelUse>& before,
                      const std::map<std::string, ModelUse>& now)
{
    double callsBefore = 0;
    double callsNow = 0;
    std::map<std::string, std::pair<ModelUse, ModelUse>> models;
    for (const auto& [model, use] : before) {
        models[model].first = use;
        callsBefore += static_cast<double>(use.requests);
    }
    for (const auto& [model, use] : now) {
        models[model].second = use;
        callsNow += static_cast<double>(use.requests);
    }
    ChangeCauses causes;
    for (const auto& [model, uses] : models)
        addModel(uses.first, uses.second, callsBefore, callsNow, causes);
    return causes;
}

ChangeCauses causesOf(const Ledger& ledger, const ServiceFacts& facts, const DayRange& before,
                      const DayRange& now, const std::vector<CostFilter>& filters)
{
    const Grouping grouping =
        group(ledger, facts, {CostDimension::Model, now, before, Step::Monthly, filters});
    std::map<std::string, ModelUse> then;
    std::map<std::string, ModelUse> today;
    Int128 rest = 0;
    for (const CostRow& row : grouping.rows) {
        if (row.kind != RowKind::Value) {
            rest += row.now.pico - row.before.pico; // no model, or no call
            continue;
        }
        then[row.key] = {row.before.requests, row.before.allTokens(), row.before.pico};
        today[row.key] = {row.now.requests, row.now.allTokens(), row.now.pico};
    }
    ChangeCauses causes = causesOf(then, today);
    causes.rest += rest;
    return causes;
}

} // namespace gatehouse::cost
