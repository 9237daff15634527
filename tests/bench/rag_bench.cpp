// SPDX-License-Identifier: GPL-3.0-or-later
// One question among 10,000 chunks: vectors, words and their fusion, without the embedding of the question,
// which is a call to a model. The bar is 20 ms.
#include "core/local/gateway/draw.h"
#include "core/local/rag/search.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

using namespace gatehouse::local;

constexpr std::size_t Documents = 100;
constexpr std::size_t ChunksPerDocument = 100;
constexpr std::size_t WordsPerChunk = 380; // about 512 tokens
constexpr std::size_t Dimensions = 1'536;
constexpr int Vocabulary = 20'000;
constexpr double BarMs = 20;

/// Words as in a language: few of them often, most of them rarely.
std::string wordFrom(std::uint64_t& random)
{
    const double rank = std::pow(static_cast<double>(Vocabulary), nextUnit(random));
    return "word" + std::to_string(static_cast<int>(rank));
}

std::vector<float> vectorFrom(std::uint64_t& random)
{
    std::vector<float> vector(Dimensions);
    double length = 0;
    for (float& value : vector) {
        value = static_cast<float>(nextUnit(random) - 0.5);
        length += static_cast<double>(value) * value;
    }
    for (float& value : vector)
        value = static_cast<float>(value / std::sqrt(length));
    return vector;
}

struct Corpus
{
    std::string folder =
        (std::filesystem::temp_directory_path() / ("rag-bench-" + std::to_string(::getpid()))).string();
    std::unique_ptr<RagStore> store;
    VectorIndex vectors;
    std::uint64_t random = 1;

    Corpus()
    {
        std::filesystem::create_directories(folder);
        store = std::move(*RagStore::open(folder + "/rag.sqlite"));
        for (std::size_t i = 0; i < Documents; ++i)
            addDocument(i);
    }
    Corpus(const Corpus&) = delete;
    Corpus& operator=(const Corpus&) = delete;
    ~Corpus()
    {
        store.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }

    void addDocument(std::size_t number)
    {
        StoredDocument document;
        document.id = std::to_string(number);
        document.name = "document";
        DocumentVectors made{"bench", Dimensions, {}};
        std::vector<Chunk> chunks;
        for (std::size_t i = 0; i < ChunksPerDocument; ++i) {
            Chunk chunk;
            chunk.index = static_cast<std::int64_t>(i);
            for (std::size_t word = 0; word < WordsPerChunk; ++word)
                chunk.text += wordFrom(random) + " ";
            chunks.push_back(std::move(chunk));
            const std::vector<float> vector = vectorFrom(random);
            made.values.insert(made.values.end(), vector.begin(), vector.end());
        }
        const auto first = store->add(document, chunks, made);
        if (!first || !*first)
            std::exit(1);
        vectors.add(**first, document.id, made.space, Dimensions, made.values);
    }
};

double threadMs()
{
    timespec time = {};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// joint: "" for one question, "and what " for one that asks two things.
double searchMs(Corpus& corpus, const std::string& joint)
{
    std::string question;
    for (int i = 0; i < 10; ++i)
        question += (i == 5 ? joint : "") + wordFrom(corpus.random) + " ";
    const std::vector<float> vector = vectorFrom(corpus.random);
    SearchRequest request;
    request.question = question;
    request.vector = vector;
    request.space = "bench";
    // The processor's time: what else runs on the computer is not measured with it.
    const double start = threadMs();
    const auto found = searchPassages(*corpus.store, corpus.vectors, request);
    const double took = threadMs() - start;
    if (!found || found->size() != request.most)
        std::exit(1);
    return took;
}

void measure(Corpus& corpus, const std::string& joint, const char* name)
{
    std::vector<double> times;
    for (int i = 0; i < 101; ++i)
        times.push_back(searchMs(corpus, joint));
    std::ranges::sort(times);
    std::printf("among %zu chunks: median %.2f ms, 95 of 100 under %.2f ms\n", Documents * ChunksPerDocument,
                times[50], times[95]);
    std::printf("ratio %s %.3f\n", name, times[50] / BarMs);
}

} // namespace

int main(int argc, char** argv)
{
    benchmark::Initialize(&argc, argv);
    Corpus corpus;
    measure(corpus, "", "rag_retrieval_vs_20ms");
    measure(corpus, "and what ", "rag_retrieval_of_two_things_vs_20ms");
    return 0;
}
