// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/local/rag/extract/extracted.h"
#include "core/local/rag/extract/extractor.h"

#include <string>

namespace gatehouse {

/// The text of a PDF, page by page. Only for the child process: a hostile file may crash it, stop it or use
/// up its memory.
[[nodiscard]] Result<local::ExtractedDocument> readPdf(const std::string& bytes,
                                                       const local::ExtractionLimits& limits);

} // namespace gatehouse
