// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace gatehouse::local {

inline constexpr std::size_t WordDimensions = 128;
using WordVector = std::array<float, WordDimensions>;

/// Which words stand in the same company: a vector for each of 16,000 English stems, made once from free
/// dictionaries and manuals (resources/language/README.md) and built into the program. Nothing is copied but
/// the places of the stems. Constant; any thread.
class WordVectors
{
public:
    [[nodiscard]] static const WordVectors& builtIn();
    /// data: as resources/language/README.md says; outlives this. Of other data, nothing is known.
    explicit WordVectors(std::string_view data);

    [[nodiscard]] std::size_t size() const { return m_stems.size(); }
    /// Of length 1, or all zero for a word that nothing is known of. Lower case.
    [[nodiscard]] WordVector vectorOf(std::string_view word) const;

private:
    std::vector<std::string_view> m_stems; // sorted
    const std::int8_t* m_values = nullptr; // a vector after the other
};

/// To length 1; nothing becomes nothing.
void normalise(WordVector& vector);

/// -1 to 1; 0 where nothing is known.
[[nodiscard]] float cosine(const WordVector& a, const WordVector& b);

} // namespace gatehouse::local
