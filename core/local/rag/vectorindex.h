// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// A chunk that is near to a question.
struct Near
{
    std::int64_t key = 0;
    float similarity = 0; ///< cosine
};

/// The vectors of all chunks in memory, one after the other. Looks at every one of a space: exact, and fast
/// enough for what one computer holds. Any thread.
class VectorIndex
{
public:
    VectorIndex() = default;
    VectorIndex(const VectorIndex&) = delete;
    VectorIndex& operator=(const VectorIndex&) = delete;

    /// values: one vector of length 1 after the other, for the keys firstKey, firstKey + 1, …
    void add(std::int64_t firstKey, const std::string& documentId, const std::string& space,
             std::size_t dimensions, std::span<const float> values);
    void remove(std::string_view documentId);

    /// The nearest chunks, nearest first, equal ones by key; of the documents named, or of all. Nothing when
    /// no vector is in that space.
    [[nodiscard]] std::vector<Near> search(std::span<const float> question, const std::string& space,
                                           const std::vector<std::string>& documents, std::size_t most) const;
    [[nodiscard]] std::size_t size() const;

private:
    struct Block ///< of one document
    {
        std::int64_t firstKey;
        std::string documentId;
        std::string space;
        std::size_t dimensions;
        std::vector<float> values;
    };
    mutable std::shared_mutex m_mutex;
    std::vector<Block> m_blocks;
};

} // namespace gatehouse::local
