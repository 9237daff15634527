// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/rag/search.h"

#include "core/base/encoding.h"
#include "core/local/language/words.h"

#include <algorithm>
#include <map>

namespace gatehouse::local {

namespace {

constexpr double RankConstant = 60;
/// How far down each list is looked at.
constexpr std::size_t Candidates = 50;
constexpr std::size_t MostTerms = 32;

void addRanks(const std::vector<std::int64_t>& keys, std::optional<int> Fused::*rank,
              std::map<std::int64_t, Fused>& all)
{
    for (std::size_t i = 0; i < keys.size(); ++i) {
        Fused& one = all[keys[i]];
        one.key = keys[i];
        one.*rank = static_cast<int>(i) + 1;
        one.score += 1.0 / (RankConstant + static_cast<double>(i) + 1.0);
    }
}

} // namespace

std::vector<Fused> fuse(const std::vector<std::int64_t>& byVector, const std::vector<std::int64_t>& byKeyword,
                        std::size_t most)
{
    std::map<std::int64_t, Fused> all;
    addRanks(byVector, &Fused::vectorRank, all);
    addRanks(byKeyword, &Fused::keywordRank, all);
    std::vector<Fused> ranked;
    for (const auto& [key, one] : all)
        ranked.push_back(one);
    std::ranges::stable_sort(ranked, [](const Fused& a, const Fused& b) { return a.score > b.score; });
    if (ranked.size() > most)
        ranked.resize(most);
    return ranked;
}

std::vector<std::string> searchTerms(std::string_view question)
{
    std::vector<std::string> words;
    std::vector<std::string> small;
    for (std::string& word : wordsOf(question)) {
        auto& list = isStopWord(word) ? small : words;
        if (list.size() < MostTerms && std::ranges::find(list, word) == list.end())
            list.push_back(std::move(word));
    }
    return words.empty() ? small : words;
}

Result<std::vector<Retrieved>> searchPassages(RagStore& store, const VectorIndex& vectors,
                                              const SearchRequest& request)
{
    std::vector<std::int64_t> byVector;
    if (!request.vector.empty())
        for (const Near& near : vectors.search(request.vector, request.space, request.documents, Candidates))
            byVector.push_back(near.key);
    const auto byKeyword = store.searchWords(searchTerms(request.question), request.documents, Candidates);
    if (!byKeyword)
        return fail(byKeyword.error());
    const std::vector<Fused> ranked = fuse(byVector, *byKeyword, request.most);
    std::vector<std::int64_t> keys;
    for (const Fused& one : ranked)
        keys.push_back(one.key);
    auto passages = store.load(keys);
    if (!passages)
        return fail(passages.error());
    std::vector<Retrieved> found;
    for (StoredPassage& passage : *passages) { // one that was forgotten meanwhile is missing here
        const auto rank =
            std::ranges::find_if(ranked, [&](const Fused& one) { return one.key == passage.key; });
        found.push_back({std::move(passage), *rank});
    }
    return found;
}

} // namespace gatehouse::local
