// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/local/rag/search.h"

#include "core/base/encoding.h"
#include "core/local/language/halves.h"
#include "core/local/language/words.h"
#include "core/local/rag/alignment.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <span>

namespace gatehouse::local {

namespace {

constexpr double RankConstant = 60;
/// How far down each list is looked at.
constexpr std::size_t Candidates = 50;
constexpr std::size_t MostTerms = 32;
/// How many passages are compared with the question word by word, and how much that rank counts.
constexpr std::size_t MostAligned = 20;
constexpr double AlignmentWeight = 2;

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

std::vector<std::string> worthLooking(std::span<const std::string> all)
{
    std::vector<std::string> words;
    std::vector<std::string> small;
    for (const std::string& word : all) {
        auto& list = isStopWord(word) ? small : words;
        if (list.size() < MostTerms && std::ranges::find(list, word) == list.end())
            list.push_back(word);
    }
    return words.empty() ? small : words;
}

/// With a third rank: of how much of these words each passage speaks of. Best first.
void rankAgain(const std::vector<std::string>& words, std::vector<Retrieved>& found)
{
    std::vector<std::string_view> texts;
    for (const Retrieved& one : found)
        texts.emplace_back(one.passage.text);
    const std::vector<double> aligned = alignments(words, texts);
    std::vector<std::size_t> order(found.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return aligned[a] > aligned[b]; });
    for (std::size_t i = 0; i < order.size(); ++i)
        found[order[i]].rank.score += AlignmentWeight / (RankConstant + static_cast<double>(i) + 1.0);
    std::ranges::stable_sort(
        found, [](const Retrieved& a, const Retrieved& b) { return a.rank.score > b.rank.score; });
}

/// The passages for one question, or for one of the two things that it asks.
Result<std::vector<Retrieved>> passagesFor(std::span<const std::string> part, RagStore& store,
                                           const std::vector<std::int64_t>& byVector,
                                           const SearchRequest& request)
{
    const std::vector<std::string> words = worthLooking(part);
    const auto byKeyword = store.searchWords(words, request.documents, Candidates);
    if (!byKeyword)
        return fail(byKeyword.error());
    const std::vector<Fused> fused = fuse(byVector, *byKeyword, std::max(request.most, MostAligned));
    std::vector<std::int64_t> keys;
    for (const Fused& one : fused)
        keys.push_back(one.key);
    auto passages = store.load(keys);
    if (!passages)
        return fail(passages.error());
    std::vector<Retrieved> found;
    for (StoredPassage& passage : *passages) { // one that was forgotten meanwhile is missing here
        const auto rank =
            std::ranges::find_if(fused, [&](const Fused& one) { return one.key == passage.key; });
        found.push_back({std::move(passage), *rank});
    }
    rankAgain(words, found);
    return found;
}

/// The best of each in turn.
std::vector<Retrieved> inTurn(std::array<std::vector<Retrieved>, 2> lists, std::size_t most)
{
    std::vector<Retrieved> best;
    for (std::size_t i = 0; i < std::max(lists[0].size(), lists[1].size()); ++i)
        for (std::vector<Retrieved>& list : lists) {
            const auto same = [&](const Retrieved& one) { return one.rank.key == list[i].rank.key; };
            if (i < list.size() && best.size() < most && std::ranges::none_of(best, same))
                best.push_back(std::move(list[i]));
        }
    return best;
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
    return worthLooking(wordsOf(question));
}

Result<std::vector<Retrieved>> searchPassages(RagStore& store, const VectorIndex& vectors,
                                              const SearchRequest& request)
{
    std::vector<std::int64_t> byVector;
    if (!request.vector.empty())
        for (const Near& near : vectors.search(request.vector, request.space, request.documents, Candidates))
            byVector.push_back(near.key);
    const std::vector<std::string> words = wordsOf(request.question);
    const std::size_t second = secondQuestion(words);
    const std::span<const std::string> all(words);
    auto found = passagesFor(second == 0 ? all : all.first(second), store, byVector, request);
    if (!found)
        return fail(found.error());
    if (second == 0) {
        found->resize(std::min(found->size(), request.most));
        return found;
    }
    auto other = passagesFor(all.subspan(second), store, byVector, request);
    if (!other)
        return fail(other.error());
    return inTurn({std::move(*found), std::move(*other)}, request.most);
}

} // namespace gatehouse::local
