// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/local/rag/extract/extracted.h"
#include "core/local/rag/extract/extractor.h"

#include <string_view>

namespace gatehouse::local {

/// The readers run in the child process only (but for their tests). bytes is the whole file.
/// UTF-8, UTF-16 with a byte order mark, else Windows-1252; binary data is TypeMismatch.
[[nodiscard]] Result<ExtractedDocument> readPlainText(std::string_view bytes, const ExtractionLimits& limits);

/// Paragraphs, headings, lists, tables and notes, in the order of the document. What is deleted or hidden in
/// it, and headers and footers, are left out.
[[nodiscard]] Result<ExtractedDocument> readDocx(std::string_view bytes, const ExtractionLimits& limits);

} // namespace gatehouse::local
