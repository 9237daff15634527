// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// Which English words and short phrases say the same, learnt from a German–English dictionary (Frank
/// Richter's, Debian: `trans-de-en`): two that translate one German word are paraphrases ("hand in" and
/// "submit" are both "einreichen"; Bannard and Callison-Burch 2005), the better the fewer others translate
/// it. The file is read once, in about a second, and 9 bytes are kept of each of its 800,000 pairs. Without
/// the file nothing is found. Constant from then on; any thread.
class Paraphrases
{
public:
    /// A German word, and how much it connects: 1 where two English ones translate it, less where many do.
    struct Pivot
    {
        std::uint32_t german = 0;
        float weight = 0;
    };

    /// The one of this computer: $GATEHOUSE_DE_EN, or where Debian's package puts it. Read at first use.
    [[nodiscard]] static const Paraphrases& ofThisComputer();
    explicit Paraphrases(const std::string& file);

    [[nodiscard]] bool available() const { return !m_english.empty(); }
    /// words: one to three in lower case, in any form ("handed in"). Sorted by `german`.
    [[nodiscard]] std::vector<Pivot> pivotsOf(std::string_view words) const;

private:
    void learn(std::string_view text);

    // One pair each, sorted by the English side's hash.
    std::vector<std::uint32_t> m_english;
    std::vector<std::uint32_t> m_german;
    std::vector<std::uint8_t> m_fan; ///< how many English ones translate the German one; at most 255
};

/// How surely two lists of pivots mean the same, 0 to 1: that not every German word in common is a
/// coincidence.
[[nodiscard]] double commonPivots(const std::vector<Paraphrases::Pivot>& a,
                                  const std::vector<Paraphrases::Pivot>& b);

} // namespace gatehouse::local
