// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/rag/values.h"

#include <string>
#include <vector>

/// The backend's JSON as values. Missing and wrong fields are unknown, never guessed; lists, names and texts
/// are bounded.
namespace gatehouse::rag {

[[nodiscard]] Health healthFrom(const Json& json);
/// chunksField: the name of the number of chunks.
[[nodiscard]] Document documentFrom(const Json& json, const std::string& chunksField = "chunks");
[[nodiscard]] std::vector<Document> documentsFrom(const Json& list);
[[nodiscard]] std::vector<Passage> passagesFrom(const Json& list);
/// OpenAI's messages.
[[nodiscard]] std::vector<Message> messagesFrom(const Json& list);
[[nodiscard]] Json messagesJson(const std::vector<Message>& messages);
[[nodiscard]] Receipt receiptFrom(const Json& json);
/// What a done event says, over what is known already.
void readFacts(const Json& json, const std::string& citationsField, AnswerFacts& facts);

} // namespace gatehouse::rag
