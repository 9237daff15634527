// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"
#include "core/base/json.h"
#include "core/local/rag/extract/chunker.h"
#include "core/local/rag/extract/extractor.h"
#include "core/local/rag/prompt.h"
#include "core/local/rag/search.h"
#include "core/local/upstream/grounded.h"
#include "core/local/upstream/textvector.h"

#include <QtCore/QTemporaryDir>

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace gatehouse::local::test {

inline constexpr std::size_t WorldDimensions = 1'536;

/// What a question came to.
struct Outcome
{
    std::string answer;
    std::vector<std::string> cited; ///< the texts of the passages that the answer names
    [[nodiscard]] bool refused() const { return cited.empty(); }
    /// Whether a cited passage holds this text, whatever its line breaks.
    [[nodiscard]] bool cites(const std::string& evidence) const
    {
        for (std::string text : cited) {
            for (char& c : text)
                c = c == '\n' ? ' ' : c;
            if (text.find(evidence) != std::string::npos)
                return true;
        }
        return false;
    }
};

/// The store, the search and the simulated model together, without a gateway between them.
class RagWorld
{
public:
    RagWorld()
        : store(std::move(*RagStore::open(folder.path().toStdString() + "/rag.sqlite")))
    {}

    void add(const std::string& name, const std::string& text)
    {
        add(name, documentIdOf(text), {"text/plain", {}, {{{}, text}}});
    }
    void add(const std::string& name, const std::string& id, const ExtractedDocument& extracted)
    {
        const std::vector<Chunk> chunks = chunkDocument(extracted);
        StoredDocument document;
        document.id = id;
        document.name = name;
        document.mediaType = extracted.mediaType;
        document.chunks = static_cast<std::int64_t>(chunks.size());
        DocumentVectors vectors;
        vectors.space = "test";
        vectors.dimensions = WorldDimensions;
        for (const Chunk& chunk : chunks) {
            const std::vector<float> one = textVector(chunk.text, WorldDimensions);
            vectors.values.insert(vectors.values.end(), one.begin(), one.end());
        }
        const auto first = store->add(document, chunks, vectors);
        if (first && *first)
            index.add(**first, document.id, vectors.space, vectors.dimensions, vectors.values);
    }
    /// Every .txt of a folder.
    void addFolder(const std::string& path)
    {
        std::set<std::filesystem::path> files;
        for (const auto& entry : std::filesystem::directory_iterator(path))
            if (entry.path().extension() == ".txt")
                files.insert(entry.path());
        for (const auto& file : files)
            add(file.filename().string(), readFile(file.string()).value_or(""));
    }

    /// Every document of a folder, as an upload takes it.
    void addDocuments(const std::string& path)
    {
        const auto extractor = makeExtractor(std::string(TEST_BIN_DIR) + "/gatehouse-extract");
        std::set<std::filesystem::path> files;
        for (const auto& entry : std::filesystem::directory_iterator(path))
            if (entry.is_regular_file())
                files.insert(entry.path());
        for (const auto& file : files) {
            const std::string bytes = readFile(file.string()).value_or("");
            const auto extracted = extractor->extract(bytes, file.filename().string());
            if (extracted)
                add(file.filename().string(), documentIdOf(bytes), *extracted);
        }
    }

    [[nodiscard]] std::vector<StoredPassage> find(const std::string& question)
    {
        const std::vector<float> vector = textVector(question, WorldDimensions);
        SearchRequest request;
        request.question = question;
        request.vector = vector;
        request.space = "test";
        std::vector<StoredPassage> passages;
        for (Retrieved& one : searchPassages(*store, index, request).value_or(std::vector<Retrieved>()))
            passages.push_back(std::move(one.passage));
        return passages;
    }

    [[nodiscard]] Outcome ask(const std::string& question)
    {
        const std::vector<StoredPassage> passages = find(question);
        const auto prompt = readGroundedPrompt(groundedPrompt(question, {}, passages));
        Outcome outcome;
        if (!prompt)
            return outcome;
        outcome.answer = answerFromPassages(*prompt);
        for (const int number : citedPassages(outcome.answer))
            if (static_cast<std::size_t>(number) <= passages.size())
                outcome.cited.push_back(passages[static_cast<std::size_t>(number) - 1].text);
        return outcome;
    }

    QTemporaryDir folder;
    std::unique_ptr<RagStore> store;
    VectorIndex index;
};

} // namespace gatehouse::local::test
