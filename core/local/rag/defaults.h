// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

namespace gatehouse::local {

/// x-gh-application of every call that the RAG backend makes.
inline constexpr std::string_view RagApplication = "rag-chatbot";
inline constexpr std::string_view AnswerDeployment = "gpt-4o";
inline constexpr std::string_view EmbeddingDeployment = "text-embedding-3-small";
inline constexpr std::string_view AnswerTask = "grounded-answer";
inline constexpr std::string_view IndexTask = "indexing";
inline constexpr std::string_view RagFeature = "ask-documents";

inline constexpr std::size_t MostDocumentBytes = 20U << 20U;
inline constexpr std::size_t MostChatBytes = 50U << 10U;
inline constexpr std::size_t MostQuestionCharacters = 32'000;
inline constexpr std::size_t MostHistory = 50;
inline constexpr int RequestsPerMinute = 100;

} // namespace gatehouse::local
