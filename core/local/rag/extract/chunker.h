// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/rag/extract/extracted.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::local {

/// A passage of a document: what is embedded, found and cited.
struct Chunk
{
    std::int64_t index = 0; ///< in the document, from 0
    std::optional<int> page;
    std::int64_t tokens = 0; ///< estimateTokens(text)
    std::string text;
};

/// Cuts a document into chunks of at most size tokens (at least 16). They end at paragraphs where that leaves
/// a chunk at least half full, else at sentences, else at words, and inside a word only where the word alone
/// is too long. Each starts with whole sentences of the one before, of at most overlap tokens (at most a
/// quarter of size); where the last sentence is longer, with its last words. Every word of the text is in
/// some chunk; no chunk spans two pages.
[[nodiscard]] std::vector<Chunk> chunkDocument(const ExtractedDocument& document, std::int64_t size = 512,
                                               std::int64_t overlap = 64);

} // namespace gatehouse::local
