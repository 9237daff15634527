// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/changes/changeflow.h"
#include "ui/widgets/statebadge.h"
#include "ui/widgets/stateview.h"

#include <string>
#include <vector>

/// How the outcome of a write is told: always a shape and a word.
namespace gatehouse::ui {

[[nodiscard]] StateLook lookOf(jobs::JournalEntry::Result result, const Tokens& tokens);
[[nodiscard]] StateLook lookOf(jobs::JournalStep::Outcome outcome, const Tokens& tokens);

/// An entry and its steps in words, for the clipboard. Without the documents.
[[nodiscard]] QString entryText(const jobs::JournalEntry& entry);

/// What stands in the review's place while there is nothing to look at: being read, being written, how it
/// went.
[[nodiscard]] StateView::Content stateContent(const ChangeState& state);

/// "one, two"
[[nodiscard]] QString joined(const std::vector<std::string>& texts);

} // namespace gatehouse::ui
