// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rag/conversation.h"
#include "core/rag/values.h"

#include <QtCore/QString>

/// How what is known of documents and answers is written. Unknown is "unknown", never 0.
namespace gatehouse::ui {

/// A name from elsewhere on one line, without what turns or hides text, at most 200 characters.
[[nodiscard]] QString shownName(const std::string& name);
/// "PDF", "DOCX", "TXT"; else the media type; "unknown" without one.
[[nodiscard]] QString typeText(const rag::Document& document);
/// "12 pages · 48 chunks · 820 kB"
[[nodiscard]] QString documentText(const rag::Document& document);
/// "812 + 41 (measured)"; "unknown".
[[nodiscard]] QString tokensText(const rag::TokenUsage& usage);
/// "gpt-4o · aoai-eastus · 1.24 s · 853 tokens", of what is known.
[[nodiscard]] QString briefFacts(const rag::AnswerFacts& facts);
/// The prompt with its roles, as it was sent.
[[nodiscard]] QString promptText(const std::vector<rag::Message>& prompt);
/// The answer for the clipboard: its own text, with controls as codes.
[[nodiscard]] QString copiedText(const std::string& text);

} // namespace gatehouse::ui
