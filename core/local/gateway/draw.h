// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace gatehouse::local {

/// SplitMix64 (Steele, Lea, Flood 2014): small, fast, and the same on every machine, which the standard's
/// distributions are not. Not for secrets.
[[nodiscard]] inline std::uint64_t nextRandom(std::uint64_t& state)
{
    state += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
}

/// In [0, 1).
[[nodiscard]] inline double nextUnit(std::uint64_t& state)
{
    return static_cast<double>(nextRandom(state) >> 11U) * 0x1.0p-53;
}

} // namespace gatehouse::local
