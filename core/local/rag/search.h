// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/rag/ragstore.h"
#include "core/local/rag/vectorindex.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::local {

/// A chunk's place in the fused ranking.
struct Fused
{
    std::int64_t key = 0;
    double score = 0;
    std::optional<int> vectorRank;  ///< from 1
    std::optional<int> keywordRank; ///< from 1
};

/// Reciprocal rank fusion (Cormack, Clarke, Büttcher 2009): 1 / (60 + rank), summed over both lists. Best
/// first; equal ones by key.
[[nodiscard]] std::vector<Fused> fuse(const std::vector<std::int64_t>& byVector,
                                      const std::vector<std::int64_t>& byKeyword, std::size_t most);

/// The words of a question that are worth looking for: lower case, each once, none of the language's small
/// words unless there is nothing else, at most 32.
[[nodiscard]] std::vector<std::string> searchTerms(std::string_view question);

struct SearchRequest
{
    std::string_view question;
    std::span<const float> vector; ///< empty: by words only
    std::string space;             ///< that the vector lives in
    std::vector<std::string> documents;
    std::size_t most = 5;
};

struct Retrieved
{
    StoredPassage passage;
    Fused rank;
};

/// Vectors and words, fused, and the first of them ranked once more by how much of the question they speak
/// of. Of a question that asks two things, the passages for each in turn.
[[nodiscard]] Result<std::vector<Retrieved>> searchPassages(RagStore& store, const VectorIndex& vectors,
                                                            const SearchRequest& request);

} // namespace gatehouse::local
