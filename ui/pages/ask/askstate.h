// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rag/conversationstore.h"
#include "ui/pages/ask/documentdesk.h"
#include "ui/pages/pagepresenter.h"

#include <memory>
#include <optional>
#include <vector>

namespace gatehouse::ui {

/// Everything that the Ask page shows, of one moment.
struct AskState
{
    PageStatus status;
    bool offered = false;              ///< the profile has a document backend
    std::optional<rag::Health> health; ///< empty: it has not answered
    std::vector<rag::Document> documents;
    bool documentsListed = true;
    std::vector<UploadLine> uploads;
    std::string forgetting; ///< the document that is being forgotten
    std::optional<ChunksView> chunks;
    std::vector<rag::ConversationSummary> conversations;
    std::shared_ptr<const rag::Conversation> conversation; ///< never null: what is over
    std::optional<rag::Turn> running;                      ///< the answer on its way
    bool stopping = false;
    /// Of the turns, with the running one last; empty without any.
    std::optional<std::size_t> selected;

    [[nodiscard]] bool answering() const { return running.has_value(); }
    [[nodiscard]] std::size_t turnCount() const { return conversation->turns.size() + (running ? 1 : 0); }
    [[nodiscard]] const rag::Turn& turn(std::size_t index) const
    {
        return index < conversation->turns.size() ? conversation->turns[index] : *running;
    }
    [[nodiscard]] const rag::Turn* selectedTurn() const
    {
        return selected && *selected < turnCount() ? &turn(*selected) : nullptr;
    }
};

/// What went wrong in one sentence for a heading, by its kind: "The document service did not answer".
[[nodiscard]] QString askProblemTitle(const Error& error);

} // namespace gatehouse::ui
