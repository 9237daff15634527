// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace gatehouse::local {

enum class DocumentKind { Pdf, Docx, Text };

/// The kind that the name promises, when the first bytes do not belie it; nothing behind them is read.
/// Errors: EmptyDocument, UnsupportedType (the ending), TypeMismatch (it says what the content is),
/// EncryptedDocument (a DOCX with a password is another container).
[[nodiscard]] Result<DocumentKind> kindOf(std::string_view bytes, std::string_view fileName);

/// "pdf", "docx", "txt": how the parent tells the child.
[[nodiscard]] std::string_view toString(DocumentKind kind);

} // namespace gatehouse::local
