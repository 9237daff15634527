// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/datetime.h"
#include "core/base/result.h"
#include "core/local/rag/extract/chunker.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse {
class Database;
}

namespace gatehouse::local {

/// A document of the index, without its text.
struct StoredDocument
{
    std::string id; ///< of its bytes: the same bytes have the same id
    std::string name;
    std::string mediaType;
    std::int64_t bytes = 0;
    std::optional<int> pages;
    std::int64_t chunks = 0;
    DateTime uploaded;
};

/// A chunk as it was indexed. key is its row; id is what citations name.
struct StoredPassage
{
    std::int64_t key = 0;
    std::string id;
    std::string documentId;
    std::string documentName;
    std::optional<int> page;
    std::int64_t index = 0;
    std::int64_t tokens = 0;
    std::string text;
};

/// The vectors of one document's chunks, in their order, and the name of the space that they live in: vectors
/// of two models cannot be compared.
struct DocumentVectors
{
    std::string space;
    std::size_t dimensions = 0;
    std::vector<float> values; ///< chunks × dimensions, each of length 1
};

/// "32 hexadecimal digits", from the bytes alone.
[[nodiscard]] std::string documentIdOf(std::string_view bytes);

/// rag.sqlite: documents, their chunks, the words of the chunks (FTS5) and their vectors. A document is
/// written and removed in one transaction, so nothing is ever half there. What is removed is overwritten. Any
/// thread; one writes at a time, and readers do not wait for it.
class RagStore
{
public:
    [[nodiscard]] static Result<std::unique_ptr<RagStore>> open(const std::string& path);
    RagStore(const RagStore&) = delete;
    RagStore& operator=(const RagStore&) = delete;
    ~RagStore();

    [[nodiscard]] Result<std::vector<StoredDocument>> documents();
    [[nodiscard]] Result<std::optional<StoredDocument>> document(std::string_view id);
    /// In their order.
    [[nodiscard]] Result<std::vector<StoredPassage>> passages(std::string_view documentId);
    /// Those that still exist, in the order of the keys.
    [[nodiscard]] Result<std::vector<StoredPassage>> load(std::span<const std::int64_t> keys);
    [[nodiscard]] Result<std::int64_t> chunkCount();

    /// The key of the document's first chunk (the others follow); empty when the document was there already.
    [[nodiscard]] Result<std::optional<std::int64_t>>
    add(const StoredDocument& document, const std::vector<Chunk>& chunks, const DocumentVectors& vectors);
    /// Removes the document's rows and the bytes they were in. What it was; empty when there is none.
    [[nodiscard]] Result<std::optional<StoredDocument>> forget(std::string_view id);

    /// Keys by BM25, best first. terms are words, never FTS syntax. An empty list of documents means all.
    [[nodiscard]] Result<std::vector<std::int64_t>> searchWords(const std::vector<std::string>& terms,
                                                                const std::vector<std::string>& documents,
                                                                std::size_t most);

    using VectorVisitor = std::function<void(std::int64_t key, const std::string& documentId,
                                             const std::string& space, std::span<const float> vector)>;
    /// Every vector, to be kept in memory.
    [[nodiscard]] Status eachVector(const VectorVisitor& visit);

private:
    RagStore(std::unique_ptr<Database> writer, std::unique_ptr<Database> reader);
    [[nodiscard]] Status insert(const StoredDocument& document, const std::vector<Chunk>& chunks,
                                const DocumentVectors& vectors, std::int64_t firstKey);
    [[nodiscard]] Result<std::vector<std::string>> worthwhile(const std::vector<std::string>& terms);
    [[nodiscard]] Status remove(const StoredDocument& document);

    std::mutex m_writeMutex;
    std::unique_ptr<Database> m_writer;
    std::mutex m_readMutex;
    std::unique_ptr<Database> m_reader;
};

} // namespace gatehouse::local
