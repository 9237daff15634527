// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/local/rag/prompt.h"

#include <string>

namespace gatehouse::local {

/// What the simulated model says to a grounded prompt: sentences of the passages with their numbers, or that
/// the documents do not say. Never a word that is in no passage. Deterministic.
[[nodiscard]] std::string answerFromPassages(const GroundedPrompt& prompt);

} // namespace gatehouse::local
