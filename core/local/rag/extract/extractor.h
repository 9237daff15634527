// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/local/rag/extract/extracted.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace gatehouse::local {

/// What one extraction may take. README.md says what each protects.
struct ExtractionLimits
{
    std::uint64_t bytes = 20U << 20U;         ///< of the uploaded file
    std::uint64_t addressSpace = 512U << 20U; ///< of the child, in bytes
    std::chrono::seconds cpu{10};
    std::chrono::milliseconds wall{20'000};
    std::uint64_t textBytes = 20U << 20U; ///< of what the document says
    int pages = 5'000;
};

/// Takes the text out of an uploaded file, in a child process that may do nothing else. It owns no thread;
/// extract() blocks until the child has ended, for at most ExtractionLimits::wall and the moment that killing
/// it takes. Any thread may call it, many at once. It must never parse a document in the calling process.
class Extractor
{
public:
    Extractor() = default;
    Extractor(const Extractor&) = delete;
    Extractor& operator=(const Extractor&) = delete;
    virtual ~Extractor() = default;

    /// fileName is only asked for its ending. Errors: InvalidInput with a service code of core/rag/README.md
    /// (EmptyDocument, UnsupportedType, TypeMismatch, EncryptedDocument, DamagedDocument, DocumentTooLarge,
    /// TooComplex, NoText); Unavailable where the child program cannot be started.
    [[nodiscard]] virtual Result<ExtractedDocument> extract(std::string_view bytes,
                                                            const std::string& fileName) = 0;
};

/// workerProgram is the path of gatehouse-extract.
[[nodiscard]] std::unique_ptr<Extractor> makeExtractor(std::string workerProgram,
                                                       ExtractionLimits limits = {});

/// Where gatehouse-extract is: beside the running program, or in ../libexec/gatehouse from there. The first
/// is answered where neither exists, so that the error names it.
[[nodiscard]] std::string extractionProgram();

} // namespace gatehouse::local
