// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/rag/extract/extracted.h"

#include <cstdint>

namespace gatehouse::local {

struct Chunk
{
    std::int64_t index = 0;
    std::optional<int> page;
    std::int64_t tokens = 0;
    std::string text;
};

[[nodiscard]] std::vector<Chunk> chunkDocument(const ExtractedDocument& document, std::int64_t size = 512,
                                               std::int64_t overlap = 64);

} // namespace gatehouse::local
