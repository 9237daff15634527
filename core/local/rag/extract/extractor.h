// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/local/rag/extract/extracted.h"

#include <memory>
#include <string>
#include <string_view>

namespace gatehouse::local {

struct ExtractionLimits
{
    std::size_t bytes = 20U << 20U;
};

/// The text of an uploaded document.
class Extractor
{
public:
    Extractor() = default;
    Extractor(const Extractor&) = delete;
    Extractor& operator=(const Extractor&) = delete;
    virtual ~Extractor() = default;

    [[nodiscard]] virtual Result<ExtractedDocument> extract(std::string_view bytes,
                                                            const std::string& fileName) = 0;
};

[[nodiscard]] std::unique_ptr<Extractor> makeExtractor(std::string workerProgram,
                                                       ExtractionLimits limits = {});
[[nodiscard]] std::string extractionProgram();

} // namespace gatehouse::local
