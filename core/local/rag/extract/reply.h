// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/local/rag/extract/extractor.h"

#include <string>
#include <string_view>

namespace gatehouse::local {

/// An InvalidInput error with a service code of core/rag/README.md.
[[nodiscard]] tl::unexpected<Error> refuse(std::string code, std::string message, std::string advice = {});
inline constexpr const char* SaveAgain = "Open it in the program that made it and save it again.";
/// DamagedDocument: "The document is damaged: what."
[[nodiscard]] tl::unexpected<Error> damaged(const std::string& what);

/// What the child writes: {"mediaType","pages","sections":[{"page","text"}]} or {"error":{…}}.
[[nodiscard]] std::string writeReply(const Result<ExtractedDocument>& outcome);

/// What the parent makes of it. It does not trust the child, which has read a hostile file: anything but a
/// well-formed reply within the limits is DamagedDocument.
[[nodiscard]] Result<ExtractedDocument> readReply(std::string_view text, const ExtractionLimits& limits);

} // namespace gatehouse::local
