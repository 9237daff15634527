// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/rag/vectorindex.h"

#include <algorithm>
#include <cstring>
#include <mutex>

namespace gatehouse::local {

namespace {

/// Eight numbers at once. The compiler may not reorder a sum of floats by itself, so the lanes are spelled
/// out.
using Lanes = float __attribute__((vector_size(32)));
constexpr std::size_t LaneCount = 8;

/// Unaligned, so through memcpy; the lanes stay here, since not every computer has registers to pass them in.
inline void accumulate(const float* a, const float* b, Lanes& sum)
{
    Lanes left;
    Lanes right;
    std::memcpy(&left, a, sizeof left);
    std::memcpy(&right, b, sizeof right);
    sum += left * right;
}

float dot(const float* a, const float* b, std::size_t size)
{
    Lanes first = {};
    Lanes second = {};
    std::size_t i = 0;
    for (; i + 2 * LaneCount <= size; i += 2 * LaneCount) {
        accumulate(a + i, b + i, first);
        accumulate(a + i + LaneCount, b + i + LaneCount, second);
    }
    first += second;
    float sum = 0;
    for (std::size_t lane = 0; lane < LaneCount; ++lane)
        sum += first[lane];
    for (; i < size; ++i)
        sum += a[i] * b[i];
    return sum;
}

bool nearer(const Near& a, const Near& b)
{
    return a.similarity != b.similarity ? a.similarity > b.similarity : a.key < b.key;
}

/// Keeps the best of all in a heap whose front is the worst of them.
void keep(std::vector<Near>& best, std::size_t most, Near candidate)
{
    if (best.size() == most && !nearer(candidate, best.front()))
        return;
    if (best.size() == most) {
        std::pop_heap(best.begin(), best.end(), nearer);
        best.pop_back();
    }
    best.push_back(candidate);
    std::push_heap(best.begin(), best.end(), nearer);
}

} // namespace

void VectorIndex::add(std::int64_t firstKey, const std::string& documentId, const std::string& space,
                      std::size_t dimensions, std::span<const float> values)
{
    const std::lock_guard lock(m_mutex);
    if (!m_blocks.empty()) {
        Block& last = m_blocks.back(); // chunk by chunk, as they are read at the start
        const auto held = static_cast<std::int64_t>(last.values.size() / last.dimensions);
        if (last.documentId == documentId && last.space == space && last.dimensions == dimensions &&
            last.firstKey + held == firstKey) {
            last.values.insert(last.values.end(), values.begin(), values.end());
            return;
        }
    }
    m_blocks.push_back({firstKey, documentId, space, dimensions, {values.begin(), values.end()}});
}

void VectorIndex::remove(std::string_view documentId)
{
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_blocks, [&](const Block& block) { return block.documentId == documentId; });
}

std::vector<Near> VectorIndex::search(std::span<const float> question, const std::string& space,
                                      const std::vector<std::string>& documents, std::size_t most) const
{
    std::vector<Near> best;
    best.reserve(most + 1);
    const std::shared_lock lock(m_mutex);
    for (const Block& block : m_blocks) {
        if (most == 0 || block.space != space || block.dimensions != question.size())
            continue;
        if (!documents.empty() && std::ranges::find(documents, block.documentId) == documents.end())
            continue;
        const std::size_t count = block.values.size() / block.dimensions;
        for (std::size_t i = 0; i < count; ++i) {
            const float near =
                dot(question.data(), block.values.data() + i * block.dimensions, block.dimensions);
            keep(best, most, {block.firstKey + static_cast<std::int64_t>(i), near});
        }
    }
    std::sort_heap(best.begin(), best.end(), nearer);
    return best;
}

std::size_t VectorIndex::size() const
{
    const std::shared_lock lock(m_mutex);
    std::size_t count = 0;
    for (const Block& block : m_blocks)
        count += block.values.size() / block.dimensions;
    return count;
}

} // namespace gatehouse::local
