// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/usage/money/shown.h"

#include <algorithm>
#include <numeric>

namespace gatehouse::cost {

namespace {

Int128 stepOf(int digits)
{
    Int128 step = PicoPerUnit;
    for (int i = 0; i < digits; ++i)
        step /= 10;
    return step;
}

/// Gives one more to each of the `count` largest remainders.
void handOut(Int128 count, const std::vector<Int128>& remainders, std::vector<Int128>& values)
{
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
    for (std::size_t i = 0; i < order.size() && count > 0; ++i, --count)
        ++values[order[i]];
}

} // namespace

Int128 shownWhole(Int128 pico, int digits)
{
    return roundedDiv(pico, stepOf(digits));
}

std::vector<Int128> shownParts(const std::vector<Int128>& parts, int digits)
{
    const Int128 whole = std::accumulate(parts.begin(), parts.end(), Int128{0});
    return shownPartsOf(shownWhole(whole, digits), parts, digits);
}

std::vector<Int128> shownPartsOf(Int128 shown, const std::vector<Int128>& parts, int digits)
{
    const Int128 step = stepOf(digits);
    std::vector<Int128> values;
    std::vector<Int128> remainders;
    for (const Int128 part : parts) {
        Int128 floor = part / step;
        if (part % step < 0)
            --floor;
        values.push_back(floor);
        remainders.push_back(part - floor * step);
        shown -= floor;
    }
    handOut(shown, remainders, values);
    return values;
}

std::vector<Int128> spread(Int128 pico, const std::vector<std::int64_t>& weights)
{
    std::vector<Int128> values;
    if (weights.empty())
        return values;
    const bool negative = pico < 0;
    Int128 rest = negative ? -pico : pico;
    const Int128 amount = rest;
    Int128 all = 0;
    for (const std::int64_t weight : weights)
        all += weight;
    // A remainder times a weight must fit: weights beyond any count of tokens lose their last bits.
    int bits = 0;
    while ((all >> bits) >= Int128{1} << 62)
        ++bits;
    Int128 sum = 0;
    for (const std::int64_t weight : weights)
        sum += weight >> bits;
    std::vector<Int128> remainders;
    for (const std::int64_t weight : weights) {
        const Int128 share = sum == 0 ? 1 : weight >> bits;
        const Int128 of = sum == 0 ? static_cast<Int128>(weights.size()) : sum;
        // The whole steps first, since amount × weight may not fit.
        const Int128 value = amount / of * share + amount % of * share / of;
        values.push_back(value);
        remainders.push_back(amount % of * share % of);
        rest -= value;
    }
    handOut(rest, remainders, values);
    if (negative)
        std::transform(values.begin(), values.end(), values.begin(), [](Int128 v) { return -v; });
    return values;
}

} // namespace gatehouse::cost
