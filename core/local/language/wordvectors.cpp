// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/language/wordvectors.h"

#include "core/local/language/words.h"

#include <algorithm>
#include <cmath>
#include <string>

// The file is too large for a literal: the assembler takes it as it is.
#ifdef __APPLE__
#define GATEHOUSE_SECTION ".const_data\n"
#define GATEHOUSE_SYMBOL(name) "_" name
#define GATEHOUSE_HIDDEN ".private_extern "
#define GATEHOUSE_END ".text\n"
#else
#define GATEHOUSE_SECTION ".pushsection .rodata\n"
#define GATEHOUSE_SYMBOL(name) name
#define GATEHOUSE_HIDDEN ".hidden "
#define GATEHOUSE_END ".popsection\n"
#endif
#define GATEHOUSE_LABEL(name)                                                                                \
    ".globl " GATEHOUSE_SYMBOL(name) "\n" GATEHOUSE_HIDDEN GATEHOUSE_SYMBOL(name) "\n" GATEHOUSE_SYMBOL(     \
        name) ":\n"
asm(GATEHOUSE_SECTION GATEHOUSE_LABEL(
    "gatehouseWordVectors") ".incbin \"" GATEHOUSE_WORD_VECTORS
                            "\"\n" GATEHOUSE_LABEL("gatehouseWordVectorsEnd") ".byte "
                                                                              "0\n" GATEHOUSE_END);
extern "C" {
extern const char gatehouseWordVectors[];
extern const char gatehouseWordVectorsEnd[];
}

namespace gatehouse::local {

namespace {

constexpr std::string_view Magic = "GHWV1 ";
/// So that a compiler cache takes another file for another source.
[[maybe_unused]] constexpr std::string_view Digest = GATEHOUSE_WORD_VECTORS_DIGEST;

/// "GHWV1 16000 128\n": how many; 0: it is no such file.
std::size_t countIn(std::string_view line)
{
    if (!line.starts_with(Magic) || !line.ends_with(" " + std::to_string(WordDimensions)))
        return 0;
    std::size_t count = 0;
    for (const char c : line.substr(Magic.size())) {
        if (c < '0' || c > '9')
            break;
        count = std::min<std::size_t>(count * 10 + static_cast<std::size_t>(c - '0'), 1'000'000);
    }
    return count;
}

} // namespace

WordVectors::WordVectors(std::string_view data)
{
    const auto nextLine = [&data] {
        const std::size_t end = data.find('\n');
        const std::string_view line = data.substr(0, end);
        data.remove_prefix(end == std::string_view::npos ? data.size() : end + 1);
        return line;
    };
    const std::size_t count = countIn(nextLine());
    std::vector<std::string_view> stems;
    for (std::size_t i = 0; i < count && !data.empty(); ++i)
        stems.push_back(nextLine());
    if (stems.size() != count || data.size() < count * WordDimensions || !std::ranges::is_sorted(stems))
        return;
    m_stems = std::move(stems);
    m_values = reinterpret_cast<const std::int8_t*>(data.data());
}

const WordVectors& WordVectors::builtIn()
{
    static const WordVectors one(
        {gatehouseWordVectors, static_cast<std::size_t>(gatehouseWordVectorsEnd - gatehouseWordVectors)});
    return one;
}

WordVector WordVectors::vectorOf(std::string_view word) const
{
    WordVector vector = {};
    const std::string stem = stemOf(word);
    const auto found = std::ranges::lower_bound(m_stems, std::string_view(stem));
    if (found == m_stems.end() || *found != stem)
        return vector;
    const std::int8_t* values = m_values + static_cast<std::size_t>(found - m_stems.begin()) * WordDimensions;
    for (std::size_t d = 0; d < WordDimensions; ++d)
        vector[d] = static_cast<float>(values[d]);
    normalise(vector);
    return vector;
}

void normalise(WordVector& vector)
{
    const float length = std::sqrt(cosine(vector, vector));
    if (length > 0)
        for (float& value : vector)
            value /= length;
}

float cosine(const WordVector& a, const WordVector& b)
{
    float sum = 0;
    for (std::size_t d = 0; d < WordDimensions; ++d)
        sum += a[d] * b[d];
    return sum;
}

} // namespace gatehouse::local
